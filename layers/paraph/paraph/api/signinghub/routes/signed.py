"""What the calls that sign have in common (contract §9.4)."""

import secrets

from paraph.api.signinghub.bodies.signing import Signing
from paraph.api.signinghub.request import Request
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification
from paraph.ports.hub import Hub, SignatureWish, SignedDocument

Where = tuple[str, int, int]


def where(request: Request) -> Where:
    """Whose token, and which document."""
    return request.token, request.package_id, request.document_id


def seen(hub: Hub, request: Request) -> Where:
    """The same; who may not see the document learns nothing else. Raises UnknownPackage, UnknownDocument."""
    place = where(request)
    hub.get_document(*place)
    return place


def wish_of(asked: Signing, key: str | None = None) -> SignatureWish:
    """Without a key, every call is a signature of its own, so a second one finds the field processed."""
    return SignatureWish(
        reference=f"api:{key or secrets.token_hex(16)}",
        field_name=asked.field_name,
        signing_server=asked.signing_server,
        signing_capacity=asked.signing_capacity,
        reason=asked.signing_reason,
        location=asked.signing_location,
        contact=asked.contact_information,
        appearance_design=asked.appearance_design,
        image=asked.hand_signature_image,
    )


def verification_of(hub: Hub, place: Where, signed: SignedDocument, *, skip: bool) -> FieldVerification | None:
    """The signature's verification, unless it is not wanted, or there is no signature yet."""
    if skip or signed.status is not SignatureStatus.SIGNED:
        return None
    if signed.verification:
        return signed.verification
    return next((v for v in hub.get_document_verification(*place) if v.field_name == signed.field_name), None)
