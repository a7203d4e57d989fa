"""The tree of form fields: names, types and widgets, walked without recursion (ISO 32000-2 §12.7.4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject

from paraph.domain.documents import FieldType
from paraph.domain.errors import DamagedDocument, DocumentTooComplex
from paraph.pdf.limits import Limits
from paraph.pdf.objects import Key, array, dictionary, key_of, references, text_of, value

READ_ONLY = 1 << 0
REQUIRED = 1 << 1
MULTILINE = 1 << 12
PASSWORD = 1 << 13
NO_TOGGLE_TO_OFF = 1 << 14
RADIO = 1 << 15
PUSH_BUTTON = 1 << 16
COMBO = 1 << 17
EDITABLE = 1 << 18
MULTI_SELECT = 1 << 21
COMB = 1 << 24

_Lineage = tuple[DictionaryObject, ...]
_Pending = tuple[IndirectObject, str, _Lineage]


@dataclass(frozen=True)
class FieldNode:
    """One node of the tree that has a partial name; `lineage` is the node's dictionary and its ancestors', upwards."""

    name: str
    reference: IndirectObject
    lineage: _Lineage
    children: tuple[IndirectObject, ...]
    widget_references: tuple[IndirectObject, ...]

    @property
    def dictionary(self) -> Any:
        """The field dictionary itself."""
        return self.lineage[0]

    @property
    def terminal(self) -> bool:
        """Whether the node is a field, not a folder of fields."""
        return not self.children

    @property
    def widgets(self) -> list[Any]:
        """The annotations that show the field; the field itself if it is merged with its only one."""
        found = (reference.get_object() for reference in self.widget_references)
        return [widget for widget in found if isinstance(widget, DictionaryObject)]

    @property
    def flags(self) -> int:
        """/Ff."""
        flags = self.inherited("/Ff")
        return flags if isinstance(flags, int) else 0

    @property
    def type(self) -> FieldType | None:
        """The kind of field, nothing if the document names none or an unknown one."""
        return _type(self.inherited("/FT"), self.flags)

    def inherited(self, key: str) -> Any:
        """The value of an inheritable key, nothing if neither the node nor an ancestor has it."""
        found = (value(ancestor, key) for ancestor in self.lineage)
        return next((item for item in found if item is not None), None)


def form_fields(root: DictionaryObject, limits: Limits) -> Iterator[FieldNode]:
    """All nodes with a name, parents before children, in document order.

    Raises DamagedDocument on loops, DocumentTooComplex on trees beyond the limits.
    """
    form = dictionary(root, "/AcroForm")
    if form is None:
        return
    seen: set[Key] = set()
    stack = _pending(references(array(form, "/Fields")), "", ())
    while stack:
        reference, prefix, ancestors = stack.pop()
        if key_of(reference) in seen:
            raise DamagedDocument("the tree of form fields has a loop")
        seen.add(key_of(reference))
        if len(seen) > limits.form_fields or len(ancestors) > limits.form_depth:
            raise DocumentTooComplex("the document has more form fields, or nests them deeper, than allowed")
        node = _node(reference, prefix, ancestors)
        if node is not None:
            yield node
            stack += _pending(node.children, node.name, node.lineage)


def _pending(
    found: tuple[IndirectObject, ...] | list[IndirectObject], prefix: str, lineage: _Lineage
) -> list[_Pending]:
    return [(reference, prefix, lineage) for reference in reversed(found)]


def _node(reference: IndirectObject, prefix: str, ancestors: _Lineage) -> FieldNode | None:
    field = reference.get_object()
    if not isinstance(field, DictionaryObject) or "/T" not in field:
        return None
    kids = references(array(field, "/Kids"))
    children = tuple(kid for kid in kids if _is_named(kid))
    widgets = tuple(kid for kid in kids if not _is_named(kid)) if kids else (reference,)
    partial = text_of(value(field, "/T")) or ""
    name = f"{prefix}.{partial}" if prefix else partial
    return FieldNode(name, reference, (field, *ancestors), children, widgets)


def _is_named(kid: IndirectObject) -> bool:
    field = kid.get_object()
    return isinstance(field, DictionaryObject) and "/T" in field


def _type(name: Any, flags: int) -> FieldType | None:
    if name == "/Btn":
        if flags & PUSH_BUTTON:
            return FieldType.PUSH_BUTTON
        return FieldType.RADIO if flags & RADIO else FieldType.CHECK_BOX
    if name == "/Ch":
        return FieldType.DROPDOWN if flags & COMBO else FieldType.LIST_BOX
    return {"/Tx": FieldType.TEXT, "/Sig": FieldType.SIGNATURE}.get(str(name))
