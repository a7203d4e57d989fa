"""Pages: which one is the n-th, and which one is a widget on, without trusting the page tree (ISO 32000-2 §7.7.3)."""

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject

from paraph.domain.errors import DamagedDocument, InvalidRequest
from paraph.pdf.limits import Limits
from paraph.pdf.objects import Key, array, integer, key_of, references


def page_reference(root: DictionaryObject, number: int, limits: Limits) -> IndirectObject:
    """The page of this 1-based number. Raises InvalidRequest if there is none.

    Subtrees that state a /Count are skipped, so that the pages before need not be read.
    """
    left = number
    stack, seen = [root.raw_get("/Pages")], set[Key]()
    while stack and len(seen) < limits.pages:
        reference = stack.pop()
        node = _visit(reference, seen)
        kids, count = array(node, "/Kids"), integer(node, "/Count") or 0
        if kids is None and left == 1:
            return reference
        if kids is None or 0 < count < left:
            left -= count if kids is not None else 1
        else:
            stack.extend(reversed(references(kids)))
    raise InvalidRequest(f"the document has no page {number}", page=number)


def page_numbers(root: DictionaryObject, widgets: Iterable[IndirectObject], limits: Limits) -> dict[Key, int]:
    """1-based page of each widget that is found among a page's annotations; pages beyond the limits are not read."""
    wanted = {key_of(widget) for widget in widgets}
    found: dict[Key, int] = {}
    for number, page in enumerate(_pages(root, limits) if wanted else (), start=1):
        for annotation in references(array(page, "/Annots")):
            if key_of(annotation) in wanted:
                found.setdefault(key_of(annotation), number)
        if len(found) == len(wanted):
            break
    return found


def _pages(root: DictionaryObject, limits: Limits) -> Iterator[Any]:
    stack, seen = [root.raw_get("/Pages")], set[Key]()
    while stack and len(seen) < limits.pages:
        node = _visit(stack.pop(), seen)
        kids = array(node, "/Kids")
        if kids is None:
            yield node
        else:
            stack.extend(reversed(references(kids)))


def _visit(reference: IndirectObject, seen: set[Key]) -> Any:
    """The node. Raises DamagedDocument if the tree has a loop."""
    if key_of(reference) in seen:
        raise DamagedDocument("the page tree has a loop")
    seen.add(key_of(reference))
    return reference.get_object()
