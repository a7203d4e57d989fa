"""Signatures that come later: how long to wait for them, and what there is to hope for."""

from datetime import datetime, timedelta

from pydantic import JsonValue

from paraph.domain.errors import Declined, Expired
from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import Signing
from paraph.ports.hub import SignedDocument
from paraph.ports.signing_store import SigningStore
from paraph.workflow.step import known, proceed

PENDING_SECONDS = 600  # twice the life of an authorisation request (contract: SigningHub §13, item 18)
FIRST_PAUSE_SECONDS = 2
LATER_PAUSE_SECONDS = 5
SOON_SECONDS = 30
READY = {"outcome": "READY"}
"""Sign has work to do again."""


def require_hope(signed: SignedDocument) -> SignedDocument:
    """The answer, if it is a signature or may still become one. Raises Declined, Expired."""
    if signed.status is SignatureStatus.DECLINED:
        raise Declined("The signatory declined on its device.")
    if signed.status is SignatureStatus.FAILED:
        raise Expired("The signatory did not authorise the signature in time, or its device failed.")
    return signed


def approval_facts(signed: SignedDocument) -> dict[str, JsonValue]:
    """What the audit trail says of a signature that a device approved."""
    approval = signed.approval
    if approval is None:
        return {}
    return {
        "transaction_id": signed.transaction_id,
        "device": approval.device_name,
        "device_id": approval.device_id,
        "approved_at": approval.approved_at.isoformat(),
    }


def taken_over(signing: Signing, signed: SignedDocument, now: datetime) -> Signing:
    """The record of a signature that the hub will make later; what it says already stays."""
    if signing.pending_since:
        return signing
    return signing.model_copy(update={"transaction_id": signed.transaction_id, "pending_since": now})


def pending_authorisation(signings: SigningStore, signing: Signing, now: datetime) -> dict[str, str | int]:
    """The same while nothing is asked for yet: the signatory authorises the signature elsewhere."""

    def change(signing: Signing) -> Signing:
        return signing if proceed(signing).pending_since else signing.model_copy(update={"pending_since": now})

    return pending(signings.change(signing.signing_id, "sign", "PENDING", change), now)


def no_longer_pending(signing: Signing) -> Signing:
    """The record once the signatory has authorised."""
    return signing.model_copy(update={"pending_since": None}) if signing.pending_since else signing


def pending(signing: Signing, now: datetime) -> dict[str, str | int]:
    """When to look again. Raises Expired."""
    since = known(signing.pending_since, "pending_since")
    if now >= since + timedelta(seconds=PENDING_SECONDS):
        raise Expired("The signature was not made in time.")
    soon = now < since + timedelta(seconds=SOON_SECONDS)
    return {"outcome": "PENDING", "wait_seconds": FIRST_PAUSE_SECONDS if soon else LATER_PAUSE_SECONDS}
