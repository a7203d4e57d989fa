"""New form fields: text fields, check boxes and radio groups, made in one incremental update (ISO 32000-2 §12.7)."""

import json
import re
from collections.abc import Mapping, Sequence

from paraph.domain.documents import FieldType, NewFormField
from paraph.domain.errors import DocumentTooComplex, FieldNotSignable, InvalidRequest
from paraph.pdf.field_maker import FieldMaker
from paraph.pdf.fill import fillable_form
from paraph.pdf.form_tree import FieldNode, form_fields
from paraph.pdf.limits import Limits
from paraph.pdf.objects import array
from paraph.pdf.opening import opened
from paraph.pdf.permissions import restrictions
from paraph.pdf.tail_writer import TailWriter
from paraph.ports.byte_source import ByteSource

NAME = re.compile(r"[^.\x00-\x1f]+(\.[^.\x00-\x1f]+)*")
LONGEST_NAME = 200

_Groups = Mapping[str, Sequence[NewFormField]]


def add_fields(source: ByteSource, fields: Sequence[NewFormField], limits: Limits) -> bytes:
    """The tail that makes these fields; the same source and fields give the same bytes.

    Radio buttons of one name are one group; if the document has a radio group of this name, they join it, and whether
    it is required stays as it is. A check box's on-state is its `option`, or Yes. What does not apply to a type (the
    length of a check box) is ignored. Values are checked as `fill` checks them.

    Raises InvalidRequest, FieldNotSignable, SigningForbidden, ValueTooLong, ValueNotAnOption, ActiveContentRefused
    (XFA forms), DocumentTooComplex.
    """
    with opened(source, limits) as document:
        root = document.reader.root
        existing = list(form_fields(root, limits))
        if len(existing) + len(fields) > limits.form_fields:
            raise DocumentTooComplex("the document would have more form fields than allowed")
        groups = _groups(fields)
        by_name = {node.name: node for node in existing}
        for name in groups:
            _check_name(name, groups, by_name, limits)
        restrictions(root, existing).check_unsigned()
        fillable_form(root)
        if not groups:
            return b""
        seed = json.dumps([field.model_dump(mode="json") for field in fields], sort_keys=True)
        writer = TailWriter(document, seed.encode())
        maker = FieldMaker(writer, existing, limits)
        for name, members in groups.items():
            maker.make(members, by_name.get(name))
        return writer.tail()


def _groups(fields: Sequence[NewFormField]) -> dict[str, list[NewFormField]]:
    """The fields by name: only radio buttons share one."""
    groups: dict[str, list[NewFormField]] = {}
    for field in fields:
        members = groups.setdefault(field.name, [])
        members.append(field)
        if len(members) > 1 and any(member.type is not FieldType.RADIO for member in members):
            raise FieldNotSignable(f"the name {field.name} is given to several fields", field=field.name)
    return groups


def _check_name(name: str, groups: _Groups, existing: Mapping[str, FieldNode], limits: Limits) -> None:
    parts = name.split(".")
    if len(name) > LONGEST_NAME or len(parts) > limits.form_depth or not NAME.fullmatch(name):
        raise InvalidRequest("the name of a field is empty, too long or malformed")
    node = existing.get(name)
    if node is not None and not _can_join(node, groups[name][0].type):
        raise FieldNotSignable(f"the document has a field {name} already", field=name)
    for above in (".".join(parts[:depth]) for depth in range(1, len(parts))):
        folder = existing.get(above)
        if above in groups or (folder is not None and folder.terminal and folder.type is not None):
            raise FieldNotSignable(f"{above} is a field and cannot hold another one", field=above)


def _can_join(node: FieldNode, kind: FieldType) -> bool:
    """Whether new radio buttons can join this field: a group of widgets, not one that is its own only widget."""
    is_group = node.terminal and node.type is FieldType.RADIO and bool(array(node.dictionary, "/Kids"))
    return is_group and kind is FieldType.RADIO
