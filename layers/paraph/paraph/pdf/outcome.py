"""From findings to a verdict in the words of EN 319 102-1 (§5.1.3 and tables 5 and 6)."""

from collections.abc import Iterator
from dataclasses import dataclass

from paraph.domain.verification import Indication
from paraph.pdf.chains import ChainVerdict
from paraph.pdf.revisions import Aftermath

WORDS = {
    "NO_CERTIFICATE_CHAIN_FOUND": "no chain leads from the certificate to a trust anchor",
    "OUT_OF_BOUNDS_NO_POE": "the certificate is not valid at the time that is proven for the signature",
    "TRY_LATER": "the revocation information at hand is not fresh enough",
    "CHAIN_CONSTRAINTS_FAILURE": "the certificate's key usage does not allow signatures",
    "CRYPTO_CONSTRAINTS_FAILURE": "an algorithm of the signature or of its chain is no longer trusted",
}


@dataclass(frozen=True)
class Outcome:
    """Indication, sub-indication and the reason in a sentence."""

    indication: Indication
    sub_indication: str | None = None
    reason: str | None = None


def outcome_of(chain: ChainVerdict, aftermath: Aftermath, note: str | None) -> Outcome:
    """The first rule that is broken decides: form, cryptography, coverage, trust; `note` is kept by what passes."""
    return next(_broken(chain, aftermath), Outcome(Indication.TOTAL_PASSED, None, note))


def malformed(reason: str | None) -> Outcome:
    """A signature that cannot be read, or is not tied to the document as it should be."""
    return Outcome(Indication.TOTAL_FAILED, "FORMAT_FAILURE", reason)


def unacceptable(reason: str | None) -> Outcome:
    """A sound signature that does not say enough about the document as it is now."""
    return Outcome(Indication.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE", reason)


def _broken(chain: ChainVerdict, aftermath: Aftermath) -> Iterator[Outcome]:
    if chain.malformed:
        yield malformed("the CMS of the signature is malformed")
    if chain.certificate is None:
        reason = "the signature's certificate or attributes cannot be used"
        yield Outcome(Indication.INDETERMINATE, chain.problem, reason)
    if not chain.intact:
        reason = "the document's bytes are not the ones that were signed"
        yield Outcome(Indication.TOTAL_FAILED, "HASH_FAILURE", reason)
    if not chain.valid:
        reason = "the signature value does not verify with the certificate"
        yield Outcome(Indication.TOTAL_FAILED, "SIG_CRYPTO_FAILURE", reason)
    if aftermath.problem:
        yield malformed(aftermath.problem) if aftermath.forbidden else unacceptable(aftermath.problem)
    if chain.problem:
        yield Outcome(Indication.INDETERMINATE, chain.problem, _explained(chain))


def _explained(chain: ChainVerdict) -> str:
    if chain.revoked_at is not None:
        return f"a certificate of the chain was revoked at {chain.revoked_at.isoformat()}"
    return WORDS.get(str(chain.problem), "the certificate chain does not hold")
