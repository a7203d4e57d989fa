"""When did a signature exist at the latest? Document and signature time-stamps, judged from the youngest down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.sign.validation.generic_cms import message_imprint_checker
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraph.pdf.certificates import common_name
from paraph.pdf.chains import judge_time_stamp, signature_time_stamps
from paraph.pdf.opening import MALFORMED
from paraph.pdf.signatures import FoundSignature
from paraph.pdf.trust import RevocationCheck, Trust, ValidationData


@dataclass(frozen=True)
class TimeProof:
    """A time-stamp that was found valid and trusted: what it covers existed at `at`."""

    at: datetime
    authority: str
    signed_data: Any
    imprint: Any
    revision: int | None = None
    """Of a document time-stamp: the revision it came with; it covers everything before."""

    def is_verifiable_offline(self, trust: Trust, data: ValidationData) -> bool:
        """Whether `data` holds all that its authority's chain needs."""
        check = RevocationCheck.REQUIRED
        return judge_time_stamp(self.signed_data, self.imprint, trust, self.at, check, data).trusted


def document_time_proofs(
    found: Iterable[FoundSignature], trust: Trust, now: datetime, data: ValidationData
) -> list[TimeProof]:
    """The document time-stamps that hold, youngest first; each is judged at the time that the next younger proves."""
    proofs: list[TimeProof] = []
    stamps = [signature for signature in found if signature.is_time_stamp and signature.embedded is not None]
    for stamp in sorted(stamps, key=lambda signature: signature.revision, reverse=True):
        moment = proofs[-1].at if proofs else now
        embedded = stamp.embedded
        if embedded.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
            continue
        proof = _proof(embedded.signed_data, embedded.compute_digest, trust, moment, data, revision=stamp.revision)
        if proof is not None:
            proofs.append(proof)
    return proofs


def signature_time_proof(embedded: Any, trust: Trust, moment: datetime, data: ValidationData) -> TimeProof | None:
    """The first signature time-stamp that holds at `moment`."""
    try:
        tokens = signature_time_stamps(embedded)
        imprint = message_imprint_checker(embedded.signer_info)
    except MALFORMED:
        return None
    proofs = (_proof(token, imprint, trust, moment, data, fetch=trust.can_fetch) for token in tokens)
    return next((proof for proof in proofs if proof is not None), None)


def _proof(
    signed_data: Any,
    imprint: Any,
    trust: Trust,
    moment: datetime,
    data: ValidationData,
    *,
    fetch: bool = False,
    revision: int | None = None,
) -> TimeProof | None:
    """A time-stamp holds if its chain does at `moment`, and no certificate of it is known to be revoked.

    Revocation information in the DSS is judged at the time that the token states: it was collected soon after, and
    would be stale now. Where it does not suffice, fresh information is asked for if `fetch` says so.
    """
    unchecked = RevocationCheck.NONE
    chain = judge_time_stamp(signed_data, imprint, trust, moment, unchecked, data.certificates_only())
    if not chain.trusted:
        return None
    at = signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    revocation = judge_time_stamp(signed_data, imprint, trust, at, RevocationCheck.REQUIRED, data)
    if revocation.undecided and fetch:
        declared = RevocationCheck.IF_DECLARED
        revocation = judge_time_stamp(signed_data, imprint, trust, moment, declared, data, fetch=True)
    if not (revocation.trusted or revocation.undecided):
        return None
    return TimeProof(at, common_name(chain.certificate), signed_data, imprint, revision)
