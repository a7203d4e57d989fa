"""Verify: read every byte of the stored document again and compare what was achieved with what was asked."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from paraph.domain.configuration import Signatory, Trust
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import VerificationFailed
from paraph.domain.hubs import HubName
from paraph.domain.methods import SigningMethod
from paraph.domain.pem import der_of
from paraph.domain.signing import LedgerState, Outcome, Signing
from paraph.domain.verification import Coverage, Indication, KeyControl, SignatureVerification, VerificationReport
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub_store import HubStore
from paraph.ports.pdf_engine import PdfEngine
from paraph.ports.signing_store import SigningStore
from paraph.workflow.step import advanced, known

CONTROL = {
    SigningMethod.RAS: KeyControl.RELEASED_BY_DEVICE,
    SigningMethod.CSC: KeyControl.REMOTE_SERVICE,
    SigningMethod.EIDEASY: KeyControl.EID,
}


@dataclass(frozen=True)
class Verify:
    """Independent of whoever signed: only the stored bytes and the trust anchors count."""

    signings: SigningStore
    documents: DocumentStore
    hub_store: HubStore
    engine: PdfEngine

    def __call__(self, signing_id: str) -> None:
        """Write the report; fail unless the signature passed at the level asked for."""
        signing = self.signings.load(signing_id)
        signed = known(signing.signed, "signed")
        report = self._report(signing, signed)
        stored = self.documents.write(
            f"work/signings/{signing_id}/verification.json",
            report.model_dump_json(indent=2).encode(),
            "application/json",
        )
        _require(report)
        outcome = Outcome(
            document=signed,
            report=stored,
            indication=report.indication,
            achieved_level=report.achieved_level,
            signer=report.signer,
            signing_at=report.signing_at,
            coverage=report.coverage,
            bytes_rewritten=not report.begins_with_unsigned_document,
            key_control=report.key_control,
        )
        facts = {"indication": report.indication, "achieved_level": report.achieved_level}
        self.signings.change(signing_id, "verify", "VERIFIED", advanced(LedgerState.VERIFIED, outcome=outcome), facts)

    def _report(self, signing: Signing, signed: StoredDocument) -> VerificationReport:
        found = self.hub_store.get(Trust, "trust")
        anchors = [der_of(pem) for pem in found[0].trust_anchors] if found else []
        document = self.engine.verify(self.documents.open(signed), anchors)
        name = known(signing.field, "field").name
        return VerificationReport(
            signing_id=signing.signing_id,
            document_name=signing.document_name,
            hub=signing.hub,
            signing_method=signing.method,
            asked_level=signing.conformance_level,
            field_name=name,
            **self._verdict(signing, document.of_field(name)),
            begins_with_submitted_document=self._begins_with(signed, known(signing.submitted, "submitted")),
            begins_with_unsigned_document=self._begins_with(signed, known(signing.unsigned, "unsigned")),
            hub_verification=signing.hub_verification,
            document=document,
        )

    def _verdict(self, signing: Signing, signature: SignatureVerification | None) -> dict[str, Any]:
        """What is said of the one signature; a plain electronic one has nothing that could be verified."""
        if signing.conformance_level is None:
            return {
                "key_control": KeyControl.NO_KEY,
                "indication": Indication.NOT_APPLICABLE,
                "sub_indication": None,
                "achieved_level": None,
                "signer": self._signatory_name(signing),
                "signing_at": None,
                "coverage": None,
            }
        if signature is None:
            name = known(signing.field, "field").name
            raise VerificationFailed("The signature was not found in the stored document.", field=name)
        return {
            "key_control": _key_control(signing),
            "indication": signature.indication,
            "sub_indication": signature.sub_indication,
            "achieved_level": signature.conformance_level,
            "signer": signature.signer,
            "signing_at": signature.signing_at,
            "coverage": signature.coverage,
        }

    def _signatory_name(self, signing: Signing) -> str:
        found = self.hub_store.get(Signatory, known(signing.signatory, "signatory"))
        return found[0].name if found else ""

    def _begins_with(self, signed: StoredDocument, submitted: StoredDocument) -> bool:
        if submitted.size > signed.size:
            return False
        return self._digest(signed, submitted.size) == self._digest(submitted, submitted.size)

    def _digest(self, document: StoredDocument, end: int) -> bytes:
        digest = sha256()
        for chunk in self.documents.open(document).stream(0, end):
            digest.update(chunk)
        return digest.digest()


def _key_control(signing: Signing) -> KeyControl:
    """A device that releases a server-held key is no certified sole control, and is not called so."""
    if signing.hub is not HubName.EMBEDDED:
        return KeyControl.INSTALLATION_HELD
    return CONTROL.get(signing.method, KeyControl.SERVER_HELD)


def _require(report: VerificationReport) -> None:
    achieved, asked = report.achieved_level, report.asked_level
    if report.hub is HubName.EMBEDDED and not report.begins_with_submitted_document:
        raise VerificationFailed("The signed document does not begin with the submitted bytes.")
    if asked is None:
        return
    if (
        report.indication is not Indication.TOTAL_PASSED
        or achieved is None
        or not achieved.includes(asked)
        or report.coverage not in (Coverage.ENTIRE_FILE, Coverage.VALIDATION_DATA_FOLLOWS)
    ):
        raise VerificationFailed(
            "The stored document does not verify as asked.",
            indication=report.indication,
            sub_indication=report.sub_indication or "none",
            asked_level=asked,
            achieved_level=achieved or "none",
            coverage=report.coverage or "none",
        )
