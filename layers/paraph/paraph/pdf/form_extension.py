"""Adding fields to a document's form: each goes into its place in the tree and onto a page (ISO 32000-2 §12.7.4)."""

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, pdf_string

from paraph.pdf.form_tree import FieldNode
from paraph.pdf.objects import array, dictionary
from paraph.pdf.tail_writer import TailWriter


class FormExtension:
    """The form of one document while fields are added to it; whether their names are free is the caller's to know."""

    def __init__(self, writer: TailWriter, fields: Iterable[FieldNode]) -> None:
        self._writer = writer
        self._nodes = {node.name: node.reference for node in fields}

    def add(self, name: str, field: DictionaryObject) -> IndirectObject:
        """Add a field, which has its /T already, under its fully qualified name; folders are made where absent."""
        siblings, parent = self._folder(name.split(".")[:-1])
        if parent is not None:
            field["/Parent"] = parent
        reference = self._writer.add_object(field)
        siblings.append(reference)
        self._writer.update_container(siblings)
        return reference

    def _folder(self, folders: list[str]) -> tuple[ArrayObject, IndirectObject | None]:
        """The list that the new field goes into, and the node that the list belongs to."""
        siblings, parent = self._root_fields(), None
        for depth, partial in enumerate(folders, start=1):
            name = ".".join(folders[:depth])
            if name not in self._nodes:
                self._nodes[name] = self._add_folder(partial, siblings, parent)
            parent = self._nodes[name]
            siblings = _array(self._writer, parent.get_object(), "/Kids")
        return siblings, parent

    def _add_folder(self, partial: str, siblings: ArrayObject, parent: IndirectObject | None) -> IndirectObject:
        folder = DictionaryObject({NameObject("/T"): pdf_string(partial)})
        if parent is not None:
            folder["/Parent"] = parent
        reference = self._writer.add_object(folder)
        siblings.append(reference)
        self._writer.update_container(siblings)
        return reference

    def _root_fields(self) -> ArrayObject:
        form = dictionary(self._writer.root, "/AcroForm")
        if form is None:
            form = DictionaryObject()
            self._writer.root[NameObject("/AcroForm")] = self._writer.add_object(form)
            self._writer.update_root()
        return _array(self._writer, form, "/Fields")


def add_annotation(writer: TailWriter, annotation: IndirectObject, page: Any) -> None:
    """Put an annotation on a page (§12.5.2)."""
    annotations = _array(writer, page, "/Annots")
    annotations.append(annotation)
    writer.update_container(annotations)


def _array(writer: TailWriter, container: Any, key: str) -> ArrayObject:
    found = array(container, key)
    if found is None:
        found = ArrayObject()
        container[NameObject(key)] = found
        writer.update_container(container)
    return found
