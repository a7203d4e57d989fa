"""Attack files: each ends in a named error or an answer, in bounded time and memory; nothing else ever escapes."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paraph.domain.documents import SignatureField
from paraph.domain.errors import DamagedDocument, DocumentTooComplex, ParaphError
from paraph.domain.levels import ConformanceLevel
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.limits import Limits
from tests.pki import Pki
from tests.unit.pdf.samples import (
    FIELD,
    PAGE,
    VISIBLE,
    Source,
    form,
    plain,
    raw,
    request,
    signed,
    stream,
    widget,
    with_catalog,
    with_fields,
)

SECONDS = 4.0
MEGABYTES = 300
TIGHT = Limits(parse_seconds=2, form_fields=200, form_depth=10, revisions=50, cross_references=10_000)
OPERATIONS: dict[str, Callable[[PyHankoEngine, bytes], object]] = {
    "inspect": lambda engine, document: engine.inspect(Source(document)),
    "prepare": lambda engine, document: engine.prepare(
        Source(document), request(field=SignatureField(name=FIELD, create=True, placement=VISIBLE))
    ),
    "fill": lambda engine, document: engine.fill(Source(document), {"name": "x"}),
    "verify": lambda engine, document: engine.verify(Source(document), []),
}


@contextmanager
def bounded() -> Iterator[None]:
    """Fails if the block takes too long or too much memory."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    yield
    assert time.perf_counter() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


def xref_stream(entries: bytes, content: bytes, *, compress: bool = True) -> bytes:
    """A document of one cross-reference stream that says what it likes."""
    body = stream(content, b"/Type /XRef /Root 1 0 R " + entries, compress=compress)
    head = b"%PDF-1.7\n"
    return head + b"4 0 obj\n" + body + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)


def object_stream(content: bytes, extra: bytes) -> bytes:
    """A document whose catalog is in an object stream that says what it likes."""
    head = b"%PDF-1.7\n"
    first = len(head)
    out = head + b"5 0 obj\n" + stream(content, b"/Type /ObjStm " + extra, compress=True) + b"\nendobj\n"
    rows = b"\x00\x00\x00\x00" + b"\x02\x00\x05\x00" + b"\x00\x00\x00\x00" * 3 + b"\x01" + first.to_bytes(2) + b"\x00"
    start = len(out)
    table = stream(rows, b"/Type /XRef /Root 1 0 R /Size 6 /W [1 2 1]")
    return out + b"6 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def chain_of_revisions(number: int) -> bytes:
    document = bytearray(plain(1))
    previous = document.rindex(b"xref\n0")
    for _ in range(number):
        start = len(document)
        document += b"xref\n0 0\ntrailer\n<< /Size 9 /Root 5 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
            previous,
            start,
        )
        previous = start
    return bytes(document)


def loop_of_revisions() -> bytes:
    document = plain(1)
    start = len(document)
    return document + b"xref\n0 0\ntrailer\n<< /Size 9 /Root 5 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        start,
        start,
    )


def page_tree_in_a_circle() -> bytes:
    return raw(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [9 0 R] >> >>",
            2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1 >>",
            9: widget(b"Tx", b"name"),
        }
    )


def page_tree_that_fans_out() -> bytes:
    """Sixty nodes, each with the next one twice: 2⁵⁸ ways to the page."""
    nodes = {
        n: b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count %d >>" % (n + 1, n + 1, 1 << (60 - n)) for n in range(2, 60)
    }
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [99 0 R] >> >>"
    return raw({1: catalog, **nodes, 60: PAGE, 99: widget(b"Tx", b"name")})


def deep_form(levels: int) -> bytes:
    return with_fields(
        *(b"<< /T (a) /Kids [%d 0 R] %s >>" % (11 + n, b"/Parent 9 0 R" if n else b"") for n in range(levels))
    )


def wide_form(fields: int) -> bytes:
    numbers = range(10, 10 + fields)
    entries = b"/AcroForm << /Fields [" + b" ".join(b"%d 0 R" % n for n in numbers) + b"] >>"
    return with_catalog(entries, {n: widget(b"Tx", b"n%d" % n) for n in numbers})


def form_that_shares_a_child() -> bytes:
    folders = (b"<< /T (%s) /Kids [12 0 R] >>" % name for name in (b"a", b"b"))
    return with_fields(*folders, widget(b"Tx", b"c", b"/Parent 10 0 R"))


DEEP = 50_000
ARRAYS = b"[" * DEEP + b"]" * DEEP
NESTED = {
    "arrays": ARRAYS,
    "dictionaries": b"<< /A " * DEEP + b">>" * DEEP,
    "both": b"[ << /A " * DEEP + b">> ]" * DEEP,
    "comments": b"%\n" * DEEP,
    "strings": b"(" * DEEP + b")" * DEEP,
}
FIELD_OF_NONSENSE = (
    b"<< /FT 5 /T /name /Rect (x) /Kids 7 /Ff (x) /V 9 /MaxLen (y) /DA 4 /Q (z) /Opt 3 /AP 2 /MK 1 >>",
    b"<< /FT /Tx /T (name) /Rect [1] /Ff 8.5 /V << >> /MaxLen -3 /DA [1] /Q 99 /AP << /N 2 >> /MK << /R (x) >> >>",
)
WIDGET_OF_NONSENSE = b"/MK << /R (x) /BG [(y)] /BC 3 >> /BS << /W (z) >> /DA (Tf /F /F Tf)"
PERMISSIONS_OF_NONSENSE = (
    b"/Perms << /DocMDP << /Reference [1 2 << /TransformMethod /DocMDP /TransformParams 3 >>] >> >>"
)
STORE_OF_NONSENSE = b"/DSS << /Certs [1 0 R (x)] /OCSPs 7 /CRLs [9 0 R] >>"
ITS_OWN_LENGTH = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Length 2 0 R >>\nstream\nx\nendstream"}
NO_END = with_catalog().rpartition(b"startxref")[0]
W = b"/W [1 2 1]"

ATTACKS: dict[str, tuple[bytes, type[ParaphError] | None]] = {
    **{f"nested {name}": (with_catalog(b"/Deep " + nest + b" 0"), None) for name, nest in NESTED.items()},
    "nested trailer": (raw({1: b"<< >>"}, b"/Root 1 0 R /Deep " + ARRAYS), DocumentTooComplex),
    "nested form": (with_catalog(b"/AcroForm " + NESTED["dictionaries"]), DocumentTooComplex),
    "nested page": (with_catalog(page=b"<< /Type /Page /Parent 2 0 R /Annots " + ARRAYS + b" >>"), None),
    "nested cross-reference stream": (xref_stream(b"/Size 1 /Deep " + ARRAYS + W, b""), DocumentTooComplex),
    "a loop of revisions": (loop_of_revisions(), DamagedDocument),
    "more revisions than allowed": (chain_of_revisions(60), DocumentTooComplex),
    "a billion objects without width": (xref_stream(b"/Size 1000000000 /W [0 0 0]", b""), DamagedDocument),
    "a billion objects without content": (xref_stream(b"/Size 1000000000" + W, b"x"), DocumentTooComplex),
    "a billion objects by index": (xref_stream(b"/Size 9 /Index [0 1000000000]" + W, b"x"), DocumentTooComplex),
    "a negative width": (xref_stream(b"/Size 9 /W [1 -1 1]", b"x"), DamagedDocument),
    "a billion objects in a table": (plain(1).replace(b"xref\n0 ", b"xref\n0 99999999"), None),
    "an expanding cross-reference stream": (xref_stream(b"/Size 9" + W, bytes(200_000_000)), None),
    "an expanding object stream": (object_stream(b"1 0 " + bytes(300_000_000), b"/N 1 /First 4"), None),
    "an object stream that claims much": (object_stream(b"1 0 << >>", b"/N 1000000000 /First 4"), None),
    "an object stream that begins before itself": (object_stream(b"1 0 << >>", b"/N 1 /First -9"), None),
    "an object stream inside itself": (object_stream(b"5 0 << >>", b"/N 1 /First 4 /Extends 5 0 R"), None),
    "an object that is its own length": (raw(ITS_OWN_LENGTH), None),
    "a reference to itself": (raw({1: b"1 0 R"}), DocumentTooComplex),
    "references in a circle": (raw({1: b"2 0 R", 2: b"1 0 R"}), DocumentTooComplex),
    "a cross-reference in the header": (NO_END + b"startxref\n9\n%%EOF", None),
    "a trailer that ends in a comment": (NO_END + b"trailer\n<< /Root %\nstartxref\n9\n%%EOF", None),
    "a page tree in a circle": (page_tree_in_a_circle(), None),
    "a page tree that fans out": (page_tree_that_fans_out(), None),
    "pages that are their own parents": (with_catalog(page=b"<< /Type /Page /Parent 3 0 R >>"), None),
    "a form in a circle": (with_fields(b"<< /T (a) /Kids [10 0 R] >>"), DamagedDocument),
    "a form that shares a child": (form_that_shares_a_child(), DamagedDocument),
    "a deep form": (deep_form(30), DocumentTooComplex),
    "a wide form": (wide_form(300), DocumentTooComplex),
    "a form of nonsense": (with_catalog(b"/AcroForm << /Fields [null 5 (x) << /T (name) >> 3 0 R 77 0 R] >>"), None),
    "fields of nonsense": (with_fields(*FIELD_OF_NONSENSE), None),
    "a widget of nonsense": (with_fields(widget(b"Tx", b"name", WIDGET_OF_NONSENSE, b"[a b]")), None),
    "a huge widget": (with_fields(widget(b"Tx", b"name", b"", b"[0 0 1e308 1e308]")), None),
    "a tiny widget": (with_fields(widget(b"Tx", b"name", b"", b"[0 0 .0001 .0001]")), None),
    "numbers without end": (with_catalog(b"/A " + b"9" * 100_000), None),
    "a name without end": (with_catalog(b"/" + b"A" * 1_000_000 + b" 1"), None),
    "a string without end": (with_catalog(b"/A ("), None),
    "a stream of negative length": (with_catalog(b"", {9: b"<< /Length -5 >>\nstream\nx\nendstream"}), None),
    "a catalog that is a stream": (raw({1: stream(b"x", b"/Type /Catalog /Pages 1 0 R")}), DamagedDocument),
    "permissions of nonsense": (with_catalog(PERMISSIONS_OF_NONSENSE), None),
    "a store of nonsense": (with_catalog(STORE_OF_NONSENSE, {9: stream(bytes(10), b"/Filter /Nonsense")}), None),
    "many signatures": (with_fields(*(widget(b"Sig", b"s%d" % n, b"/V << /Type /Sig >>") for n in range(150))), None),
}


def ending(operation: str, document: bytes) -> type[ParaphError] | None:
    """The error that an operation ends in; none if it gives an answer."""
    try:
        OPERATIONS[operation](PyHankoEngine(limits=TIGHT), document)
    except ParaphError as error:
        return type(error)
    return None


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_in_time_and_by_name(attack: str, operation: str) -> None:
    document, error = ATTACKS[attack]
    with bounded():
        found = ending(operation, document)
    assert error is None or operation != "inspect" or found is error


EDITS = [
    b"<<",
    b">>",
    b"[",
    b"]",
    b"(",
    b")",
    b"%",
    b"/",
    b"obj",
    b"R",
    b"stream",
    b"-1",
    b"999999999",
    b"null",
    b"\0",
    b"",
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), operation=st.sampled_from(sorted(OPERATIONS)))
def test_no_other_error_escapes_whatever_is_broken(pki: Pki, data: st.DataObject, operation: str) -> None:
    """A law: a document with a few bytes exchanged gives an answer or a domain error."""
    if "document" not in BROKEN:
        BROKEN["document"] = signed(pki, form(), level=ConformanceLevel.B_LT)
    document = bytearray(BROKEN["document"])
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(document)))
        edit = data.draw(st.one_of(st.sampled_from(EDITS), st.binary(min_size=1, max_size=3)))
        document[position : position + data.draw(st.integers(0, 6))] = edit
    ending(operation, bytes(document))


BROKEN: dict[str, bytes] = {}
