"""The verdict on one signature: form, digest, signature value, coverage, chain, time, level."""

from datetime import UTC, datetime
from typing import Any

from pyhanko.sign.validation.pdf_embedded import report_seed_value_validation

from paraph.domain.levels import ConformanceLevel
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.pdf.certificates import common_name, distinguished_names
from paraph.pdf.chains import UNJUDGEABLE, ChainVerdict, judge_signer, signature_time_stamps
from paraph.pdf.conformance import is_baseline
from paraph.pdf.objects import text_of, value
from paraph.pdf.opening import MALFORMED
from paraph.pdf.outcome import Outcome, malformed, outcome_of, unacceptable
from paraph.pdf.revisions import Revisions
from paraph.pdf.signatures import FoundSignature
from paraph.pdf.time_proofs import TimeProof, signature_time_proof
from paraph.pdf.trust import RevocationCheck, Trust, ValidationData
from paraph.pdf.validation_data import read_validation_data


class Judge:
    """Judges the signatures of one document.

    Revocation: the DSS decides if it suffices, without network. Otherwise fresh information is fetched where there is
    a transport; a signature whose chain is good but whose revocation state cannot be established passes, and its
    `reason` says so (EN 319 102-1 leaves this constraint to the validation policy; callers who need certainty ask for
    B-LT).
    """

    def __init__(
        self,
        reader: Any,
        trust: Trust,
        now: datetime,
        data: ValidationData,
        document_proofs: list[TimeProof],
        revisions: Revisions,
    ) -> None:
        self._reader = reader
        self._trust = trust
        self._now = now
        self._data = data
        self._document_proofs = document_proofs
        self._revisions = revisions

    def judge(self, found: FoundSignature) -> SignatureVerification:
        """The verdict."""
        if found.embedded is None:
            return _verification(found, malformed(found.defect), Coverage.PARTIAL)
        try:
            return self._judge(found)
        except UNJUDGEABLE as error:
            outcome = malformed(f"the signature cannot be read ({type(error).__name__})")
            return _verification(found, outcome, Coverage.PARTIAL)

    def _judge(self, found: FoundSignature) -> SignatureVerification:
        aftermath = self._revisions.after(found.embedded)
        covering = [proof for proof in self._document_proofs if (proof.revision or 0) > found.revision]
        moment = covering[-1].at if covering else self._now
        stamp = signature_time_proof(found.embedded, self._trust, moment, self._data)
        proof = stamp or (covering[-1] if covering else None)
        chain, note = self._chain(found.embedded, proof.at if proof else self._now)
        if stamp is None and signature_time_stamps(found.embedded):
            note = "; ".join(filter(None, (note, "the signature's time-stamp does not hold")))
        outcome = outcome_of(chain, aftermath, note)
        if outcome.indication is Indication.TOTAL_PASSED:
            outcome = _seed_values(found.embedded, chain, outcome, time_stamped=proof is not None)
        level = self._level(found, chain, proof) if chain.intact and chain.valid else None
        verdict = _verification(found, outcome, aftermath.coverage, chain.certificate)
        return verdict.model_copy(
            update={
                "conformance_level": level,
                "timestamp_at": proof.at if proof else None,
                "timestamp_authority": proof.authority if proof else None,
            }
        )

    def _chain(self, embedded: Any, moment: datetime) -> tuple[ChainVerdict, str | None]:
        """The chain's verdict, and a note if it holds only as far as revocation is known."""
        offline = judge_signer(embedded, self._trust, moment, RevocationCheck.REQUIRED, self._data)
        if not offline.undecided:
            return offline, None
        fetch = self._trust.can_fetch
        fresh = judge_signer(embedded, self._trust, moment, RevocationCheck.IF_DECLARED, self._data, fetch=fetch)
        if not fresh.undecided:
            return fresh, None
        unchecked = self._unchecked(embedded, moment)
        unknown = "no revocation information could be had" if fetch else "revocation was not checked: no network access"
        return unchecked, unknown if unchecked.trusted else None

    def _unchecked(self, embedded: Any, moment: datetime) -> ChainVerdict:
        """Revocation left out; and the store too, if a certificate in it took the place of one that is needed."""
        unchecked = judge_signer(embedded, self._trust, moment, RevocationCheck.NONE, self._data.certificates_only())
        if unchecked.trusted:
            return unchecked
        without_store = judge_signer(embedded, self._trust, moment, RevocationCheck.NONE, ValidationData())
        return without_store if without_store.trusted else unchecked

    def _level(self, found: FoundSignature, chain: ChainVerdict, proof: TimeProof | None) -> ConformanceLevel | None:
        if not is_baseline(found):
            return None
        if proof is None or not chain.trusted:
            return ConformanceLevel.B_B
        if not self._is_offline(found.embedded, proof, self._data):
            return ConformanceLevel.B_T
        archived = (self._data_of(stamp) for stamp in self._document_proofs if (stamp.revision or 0) > found.revision)
        if any(self._is_offline(found.embedded, proof, data) for data in archived):
            return ConformanceLevel.B_LTA
        return ConformanceLevel.B_LT

    def _is_offline(self, embedded: Any, proof: TimeProof, data: ValidationData) -> bool:
        """Whether `data` is all that verifying signer and time-stamp takes."""
        if not (data.ocsps or data.crls):
            return False
        signer = judge_signer(embedded, self._trust, proof.at, RevocationCheck.REQUIRED, data)
        return signer.trusted and proof.is_verifiable_offline(self._trust, data)

    def _data_of(self, stamp: TimeProof) -> ValidationData:
        """The DSS as it was when this document time-stamp was made."""
        return read_validation_data(self._reader.get_historical_resolver(stamp.revision).root)


def _seed_values(embedded: Any, chain: ChainVerdict, outcome: Outcome, *, time_stamped: bool) -> Outcome:
    """Check what the form's author asks of signatures in this field (ISO 32000-2 §12.7.5.5)."""
    report = report_seed_value_validation(embedded, chain.path, time_stamped)
    if report["seed_value_constraint_error"] is None:
        return outcome
    return unacceptable("the signature does not meet the seed values of its field")


def _verification(
    found: FoundSignature, outcome: Outcome, coverage: Coverage, certificate: Any = None
) -> SignatureVerification:
    subject, issuer = distinguished_names(certificate) if certificate is not None else ("", "")
    embedded = found.embedded
    return SignatureVerification(
        field_name=found.name,
        indication=outcome.indication,
        sub_indication=outcome.sub_indication,
        reason=outcome.reason,
        coverage=coverage,
        signer=common_name(certificate) if certificate is not None else "",
        subject_dn=subject,
        issuer_dn=issuer,
        certificate_sha256=certificate.sha256.hex() if certificate is not None else "",
        claimed_signing_at=_claimed_time(embedded),
        digest_algorithm=embedded.md_algorithm if embedded is not None else "",
        signature_algorithm=_signature_algorithm(embedded) if embedded is not None else "",
        document_digest=found.document_digest.hex() if embedded is not None else "",
        signing_reason=text_of(value(found.dictionary, "/Reason")),
        signing_location=text_of(value(found.dictionary, "/Location")),
    )


def _claimed_time(embedded: Any) -> datetime | None:
    try:
        claimed: datetime | None = embedded.self_reported_timestamp
    except MALFORMED:
        return None
    return claimed.replace(tzinfo=UTC) if claimed is not None and claimed.tzinfo is None else claimed


def _signature_algorithm(embedded: Any) -> str:
    """In the words of `domain.signature.SignatureAlgorithm` where it has one."""
    algorithm = embedded.signer_info["signature_algorithm"]
    families = {"rsassa_pkcs1v15": "RSASSA_PKCS1_V1_5", "rsassa_pss": "RSASSA_PSS", "ecdsa": "ECDSA"}
    try:
        family = families.get(algorithm.signature_algo, str(algorithm.signature_algo).upper())
    except ValueError:
        return str(algorithm["algorithm"].native).upper()
    return f"{family}_{embedded.md_algorithm.upper().replace('SHA', 'SHA_')}"
