"""What was added to a document after a signature, and whether that was allowed; under limits of size and time."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraph.domain.errors import DocumentTooComplex
from paraph.domain.verification import Coverage
from paraph.pdf.difference_policy import DIFFERENCE_POLICY
from paraph.pdf.limits import Limits
from paraph.pdf.opening import MALFORMED, OpenedDocument


@dataclass(frozen=True)
class Aftermath:
    """What follows a signature in the file: `problem` says what is wrong with it, `undecided` that nobody knows."""

    coverage: Coverage
    problem: str | None = None
    undecided: bool = False
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
    def get_object(self, ref: Any, as_metadata_stream: bool = False) -> Any:
        if monotonic() > self.reader.deadline:
            raise DocumentTooComplex("the analysis of later revisions takes longer than allowed")
        return super().get_object(ref, as_metadata_stream=as_metadata_stream)


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
        if not reader.strict and not reader.xrefs.hybrid_xrefs_present:
            return Aftermath(
                Coverage.PARTIAL, "the document is too malformed to judge its later revisions", undecided=True
            )
        if self._document.cross_references > self._limits.difference_references:
            return Aftermath(
                Coverage.PARTIAL, "the document is too large to analyse its later revisions", undecided=True
            )
        if signature.signed_revision == reader.xrefs.total_revisions - 1:
            return Aftermath(Coverage.PARTIAL, "bytes follow the signature that belong to no revision")
        return self._analysed(signature)

    def _analysed(self, signature: Any) -> Aftermath:
        self._document.reader.deadline = self._deadline
        self._document.raw.allow(self._deadline - monotonic())
        try:
            difference = signature.evaluate_modifications(DIFFERENCE_POLICY)
        except (DocumentTooComplex, MemoryError, RecursionError):
            reason = "analysing the document's later revisions takes more time or room than allowed"
            return Aftermath(Coverage.PARTIAL, reason, undecided=True)
        except MALFORMED as error:
            reason = f"the document's later revisions cannot be analysed ({type(error).__name__})"
            return Aftermath(Coverage.PARTIAL, reason, undecided=True)
        finally:
            self._document.raw.allow(self._limits.parse_seconds)
        return _judged(difference, signature.docmdp_level)


def _judged(difference: Any, permission: Any) -> Aftermath:
    if not isinstance(difference, DiffResult) or difference.modification_level == ModificationLevel.OTHER:
        reason = "a later revision changes more than form fields, signatures and validation data"
        return Aftermath(Coverage.PARTIAL, reason, forbidden=permission is not None)
    if permission is not None and difference.modification_level.value > permission.value:
        reason = "a later revision changes what this signature's permissions forbid to change"
        return Aftermath(Coverage.PARTIAL, reason, forbidden=True)
    if difference.modification_level <= ModificationLevel.LTA_UPDATES and not difference.changed_form_fields:
        return Aftermath(Coverage.VALIDATION_DATA_FOLLOWS)
    return Aftermath(Coverage.PERMITTED_CHANGES_FOLLOW)
