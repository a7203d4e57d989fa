"""Pages: which one is the n-th, and which one is a widget on, without trusting the page tree (ISO 32000-2 §7.7.3)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject

from paraph.domain.errors import DamagedDocument, InvalidRequest
from paraph.pdf.limits import Limits
from paraph.pdf.objects import Key, array, integer, key_of, references


@dataclass(frozen=True)
class PageSurvey:
    """The first page and every page that shows one of the widgets looked for; pages are numbered from 1."""

    pages: dict[int, IndirectObject] = field(default_factory=dict)
    numbers: dict[Key, int] = field(default_factory=dict)
    """The page of each widget that was found among a page's annotations."""


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


def survey_pages(root: DictionaryObject, widgets: Iterable[IndirectObject], limits: Limits) -> PageSurvey:
    """Find these widgets; pages beyond the last one that shows any, or beyond the limits, are not read."""
    wanted = {key_of(widget) for widget in widgets}
    survey = PageSurvey()
    for number, page in enumerate(page_references(root, limits), start=1):
        shown = wanted & {key_of(annotation) for annotation in references(array(page.get_object(), "/Annots"))}
        if shown or number == 1:
            survey.pages[number] = page
        survey.numbers.update(dict.fromkeys(shown, number))
        wanted -= shown
        if not wanted:
            break
    return survey


def page_references(root: DictionaryObject, limits: Limits) -> Iterator[IndirectObject]:
    """The pages in order, up to the limits."""
    stack, seen = [root.raw_get("/Pages")], set[Key]()
    while stack and len(seen) < limits.pages:
        reference = stack.pop()
        kids = array(_visit(reference, seen), "/Kids")
        if kids is None:
            yield reference
        else:
            stack.extend(reversed(references(kids)))


def _visit(reference: IndirectObject, seen: set[Key]) -> Any:
    """The node. Raises DamagedDocument if the tree has a loop."""
    if key_of(reference) in seen:
        raise DamagedDocument("the page tree has a loop")
    seen.add(key_of(reference))
    return reference.get_object()
