"""What earlier signatures of a document still allow: DocMDP and FieldMDP (ISO 32000-2 §12.8.2.2, §12.8.2.4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject

from paraph.domain.documents import Certification, FieldType
from paraph.domain.errors import SigningForbidden
from paraph.pdf.form_tree import FieldNode
from paraph.pdf.objects import array, dictionary, text_of, value


@dataclass(frozen=True)
class FieldLock:
    """Fields that a signature locks: /Action All, Include or Exclude, and /Fields."""

    action: str
    names: tuple[str, ...]

    def covers(self, name: str) -> bool:
        """Whether a field of this fully qualified name is locked; a name in the list stands for its whole subtree."""
        listed = any(name == entry or name.startswith(entry + ".") for entry in self.names)
        return {"/Include": listed, "/Exclude": not listed}.get(self.action, True)


@dataclass(frozen=True)
class Restrictions:
    """The sum of what all signatures of the document ask for."""

    permission: Certification | None
    certification: Certification | None
    certified: bool
    signatures: int
    locks: tuple[FieldLock, ...]

    def check_change(self, name: str) -> None:
        """Raise SigningForbidden if this field may not be filled or signed."""
        if self.permission is Certification.NO_CHANGES:
            raise SigningForbidden("an earlier signature of the document forbids every change")
        if any(lock.covers(name) for lock in self.locks):
            raise SigningForbidden(f"an earlier signature locks the field {name}", field=name)

    def check_certification(self) -> None:
        """Raise SigningForbidden unless a certification would be the document's first signature."""
        if self.signatures:
            raise SigningForbidden("a certification has to be the first signature of a document")

    def check_annotation(self, name: str) -> None:
        """Raise SigningForbidden if the document is signed: an annotation is a change that no signature vouches for."""
        self.check_change(name)
        if self.signatures or self.certified:
            raise SigningForbidden("the document is signed: marks come before signatures", field=name)

    def check_unsigned(self) -> None:
        """Raise SigningForbidden if the document holds any signature: new fields would break what it vouches for."""
        if self.signatures or self.certified:
            raise SigningForbidden("the document is signed: its form takes no new fields")

    def check_new_visible_field(self, name: str) -> None:
        """Raise SigningForbidden if a visible field may not be added: a certification allows existing fields only."""
        if self.certified:
            raise SigningForbidden(f"the document is certified: {name} cannot be added to a page", field=name)


def restrictions(root: DictionaryObject, fields: Iterable[FieldNode]) -> Restrictions:
    """Read the restrictions from the catalog and from all signed fields."""
    values = [node.inherited("/V") for node in fields if node.type is FieldType.SIGNATURE]
    signed = [signature for signature in values if isinstance(signature, DictionaryObject)]
    perms = dictionary(root, "/Perms")
    certification = dictionary(perms, "/DocMDP") if perms is not None else None
    documents = list(_transforms([*signed, *([certification] if certification is not None else [])], "/DocMDP"))
    locks = list(_transforms(signed, "/FieldMDP"))
    certifications = [_permission(value(entry, "/P"), Certification.FORM_FILLING) for entry in documents]
    locked = [_permission(value(entry, "/P"), Certification.ANNOTATIONS) for entry in locks if "/P" in entry]
    certified = certification is not None or bool(documents)
    return Restrictions(
        permission=min(certifications + locked, default=None),
        certification=min(certifications, default=Certification.FORM_FILLING) if certified else None,
        certified=certified,
        signatures=len(signed),
        locks=tuple(FieldLock(str(value(entry, "/Action")), _names(entry)) for entry in locks),
    )


def _transforms(signatures: Iterable[DictionaryObject], method: str) -> Iterator[DictionaryObject]:
    for signature in signatures:
        for reference in array(signature, "/Reference") or ():
            entry = reference.get_object()
            if value(entry, "/TransformMethod") == method:
                yield dictionary(entry, "/TransformParams") or DictionaryObject()


def _permission(found: Any, default: Certification) -> Certification:
    if found is None:
        return default
    return Certification(found) if found in tuple(Certification) else Certification.NO_CHANGES


def _names(parameters: DictionaryObject) -> tuple[str, ...]:
    return tuple(text_of(name) or "" for name in array(parameters, "/Fields") or ())
