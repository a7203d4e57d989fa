"""Reading values out of PDF objects that may hold anything: what is not of the expected type counts as absent."""

from typing import Any

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

Key = tuple[int, int]


def value(container: Any, key: str) -> Any:
    """The value of a dictionary's key with references followed; None if there is none."""
    try:
        return container[key]
    except KeyError:
        return None


def dictionary(container: Any, key: str) -> Any:
    """The dictionary (or stream) under this key; None if it is something else."""
    found = value(container, key)
    return found if isinstance(found, DictionaryObject) else None


def array(container: Any, key: str) -> Any:
    """The array under this key; None if it is something else."""
    found = value(container, key)
    return found if isinstance(found, ArrayObject) else None


def integer(container: Any, key: str) -> int | None:
    """The integer under this key; None if it is something else."""
    found = value(container, key)
    return int(found) if isinstance(found, int) else None


def references(items: Any) -> list[IndirectObject]:
    """The indirect references in an array, not followed."""
    return [item for item in list.__iter__(items) if isinstance(item, IndirectObject)] if items else []


def key_of(reference: Any) -> Key:
    """Object and generation number."""
    return reference.idnum, reference.generation


def text_of(found: Any) -> str | None:
    """A string, name or text stream as text (ISO 32000-2 §7.9.2, §7.9.3)."""
    found = found.get_object() if isinstance(found, IndirectObject) else found
    if isinstance(found, NameObject):
        return str(found)[1:]
    if isinstance(found, str):
        return str(found)
    data = found.data if isinstance(found, DictionaryObject) and hasattr(found, "data") else found
    return bytes(data).decode("latin-1") if isinstance(data, bytes) else None
