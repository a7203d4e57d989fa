"""What was added to a document after a signature, and whether that was allowed; under limits of size and time."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from pyhanko.pdf_utils.generic import IndirectObject, NullObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraph.domain.errors import DocumentTooComplex
from paraph.domain.verification import Coverage
from paraph.pdf.difference_policy import DIFFERENCE_POLICY
from paraph.pdf.limits import Limits
from paraph.pdf.opening import MALFORMED, OpenedDocument
from paraph.pdf.revision_form import ambiguity

END_WINDOW_BYTES = 2048


@dataclass(frozen=True)
class Aftermath:
    """What follows a signature in the file: `problem` says what is wrong, `forbidden` that it is proven to be."""

    coverage: Coverage
    problem: str | None = None
    forbidden: bool = False


class BoundedReader(PdfFileReader):  # type: ignore[misc]
    """A reader whose views of earlier revisions stop working at `deadline` (monotonic seconds)."""

    deadline = float("inf")

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        """A view of the document as it was."""
        cache = self._historical_resolver_cache
        if revision not in cache:
            cache[revision] = _BoundedResolver(self, revision)
        return cache[revision]


class _BoundedResolver(HistoricalResolver):  # type: ignore[misc]
    """References to objects that no revision defines are null here; to ones that a later revision defines, an error.

    pyHanko's strict reading refuses both, its lenient reading neither: a page could refer to content that an update
    brings (ISO 32000-2 §7.3.10).
    """

    def get_object(self, ref: Any, as_metadata_stream: bool = False) -> Any:
        if monotonic() > self.reader.deadline:
            raise DocumentTooComplex("the analysis of later revisions takes longer than allowed")
        if not self._is_defined(ref):
            return NullObject()
        return super().get_object(ref, as_metadata_stream=as_metadata_stream)

    def _collect_indirect_references(self, obj: Any, seen: Any, since_revision: int | None = None) -> None:
        if not isinstance(obj, IndirectObject) or self._is_defined(obj.reference):
            super()._collect_indirect_references(obj, seen, since_revision)

    def _is_defined(self, reference: Any) -> bool:
        try:
            self.reader.xrefs.get_last_change(reference)
        except KeyError:
            return False
        return True


class Revisions:
    """The revisions of one document, analysed with pyHanko's rules; all analyses share one time limit."""

    def __init__(self, document: OpenedDocument, limits: Limits) -> None:
        self._document = document
        self._limits = limits
        self._deadline = monotonic() + limits.difference_seconds

    def after(self, signature: Any) -> Aftermath:
        """What follows this signature (an EmbeddedPdfSignature with a sound byte range)."""
        covered = signature.coverage = signature.evaluate_signature_coverage()
        if covered == SignatureCoverageLevel.ENTIRE_FILE:
            return Aftermath(Coverage.ENTIRE_FILE)
        if covered != SignatureCoverageLevel.ENTIRE_REVISION:
            return Aftermath(Coverage.PARTIAL, "the signature does not cover its whole revision", forbidden=True)
        reader = self._document.reader
        if self._document.cross_references > self._limits.difference_references:
            return _undecided("the document is too large to analyse its later revisions")
        if self._has_trailing_bytes() or signature.signed_revision == reader.xrefs.total_revisions - 1:
            return Aftermath(Coverage.PARTIAL, "bytes follow that belong to no revision of the document")
        return self._analysed(signature)

    def _has_trailing_bytes(self) -> bool:
        """Whether something other than an end of line follows the last end-of-file marker."""
        stream, size = self._document.stream, self._document.base_size
        stream.seek(max(size - END_WINDOW_BYTES, 0))
        return stream.read(END_WINDOW_BYTES).rpartition(b"%%EOF")[2] not in (b"", b"\n", b"\r", b"\r\n")

    def _analysed(self, signature: Any) -> Aftermath:
        """pyHanko's analysis; objects are read strictly, whatever the document was opened with."""
        reader, raw = self._document.reader, self._document.raw
        reader.deadline, lenient = self._deadline, not reader.strict
        raw.allow(self._deadline - monotonic())
        try:
            problem = ambiguity(reader, self._document.stream, signature.signed_revision, lenient=lenient)
            if problem:
                return _undecided(problem)
            reader.strict = True
            return _judged(signature.evaluate_modifications(DIFFERENCE_POLICY), signature.docmdp_level)
        except (DocumentTooComplex, MemoryError, RecursionError):
            return _undecided("analysing the document's later revisions takes more time or room than allowed")
        except MALFORMED as error:
            return _undecided(f"the document's later revisions cannot be analysed ({type(error).__name__})")
        finally:
            reader.strict = not lenient
            raw.allow(self._limits.parse_seconds)


def _undecided(problem: str) -> Aftermath:
    return Aftermath(Coverage.PARTIAL, problem)


def _judged(difference: Any, permission: Any) -> Aftermath:
    if not isinstance(difference, DiffResult) or difference.modification_level == ModificationLevel.OTHER:
        reason = "a later revision changes more than form fields, signatures and validation data"
        return Aftermath(Coverage.PARTIAL, reason, forbidden=permission is not None)
    if permission is not None and difference.modification_level.value > permission.value:
        reason = "a later revision changes what this signature's permissions forbid to change"
        return Aftermath(Coverage.PARTIAL, reason, forbidden=True)
    if difference.modification_level <= ModificationLevel.LTA_UPDATES:
        return Aftermath(Coverage.VALIDATION_DATA_FOLLOWS)
    return Aftermath(Coverage.PERMITTED_CHANGES_FOLLOW)
