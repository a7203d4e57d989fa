"""Which page a widget is on, without trusting the page tree."""

from collections.abc import Iterable, Iterator
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject

from paraph.domain.errors import DamagedDocument
from paraph.pdf.limits import Limits
from paraph.pdf.objects import Key, array, key_of, references


def page_numbers(root: DictionaryObject, widgets: Iterable[IndirectObject], limits: Limits) -> dict[Key, int]:
    """1-based page of each widget that is found among a page's annotations.

    Raises DamagedDocument if the page tree has a loop. Pages beyond the limits are not looked at.
    """
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
    stack = [root.raw_get("/Pages")]
    seen: set[Key] = set()
    pages = 0
    while stack and pages < limits.pages:
        reference = stack.pop()
        if key_of(reference) in seen:
            raise DamagedDocument("the page tree has a loop")
        seen.add(key_of(reference))
        node = reference.get_object()
        kids = array(node, "/Kids")
        if kids is None:
            pages += 1
            yield node
        else:
            stack.extend(reversed(references(kids)))
