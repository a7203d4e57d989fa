"""Signing and what became of it (contract: SigningHub §9)."""

from base64 import b64encode
from typing import Any

from pydantic import TypeAdapter

from paraph.domain.errors import NoRegisteredDevice, OtpWrong, UnknownField
from paraph.domain.verification import FieldVerification
from paraph.ports.hub import RegisteredDevice, SignatureSettings, SignatureWish, SignedDocument
from paraph.signinghub import answers, paths, words
from paraph.signinghub.part import Part
from paraph.signinghub.refusals import Kinds
from paraph.signinghub.rest import Request, fits_header, json_request, not_understood
from paraph.signinghub.settings import signature_settings

SIGN_SECONDS = 120.0  # a signing server may be slow; giving up early loses an answer
NO_IMAGES = {"x-base64": "false"}
NO_FIELD: Kinds = {400: UnknownField}  # assumed (§13 item 12)
NO_DEVICE: Kinds = {404: NoRegisteredDevice}
ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
INSTANTS = ("signing_time", "timestamp_at", "cert_valid_from", "cert_valid_to")


class Signing(Part):
    """Sign Document is sent exactly once, whatever happens."""

    @property
    def repeats_signatures(self) -> bool:
        """No: SigningHub knows no reference of ours, so a second Sign Document might be a second signature."""
        return False

    def get_signature_settings(self, token: str) -> SignatureSettings:
        """Get Signature Settings (§9.2)."""
        request = json_request("GET", paths.SIGNATURE_SETTINGS, headers=NO_IMAGES)
        return signature_settings(self.accounts.ask(request, token, ANYTHING))

    def generate_otp(self, token: str, package_id: int, document_id: int, field_name: str) -> None:
        """Generate OTP (§9.3)."""
        path = paths.OTP.format(p=package_id, d=document_id)
        self.accounts.send(json_request("POST", path, {"field_name": field_name}, otherwise=NO_FIELD), token)

    def sign_document(
        self, token: str, package_id: int, document_id: int, wish: SignatureWish, otp: str | None = None
    ) -> SignedDocument:
        """Sign Document (§9.4). The wish's reference and conformance level stay here: SigningHub decides the level.

        Raises OutcomeUnknown when the answer was lost, or cannot be read.
        """
        if otp and not fits_header(otp):
            raise OtpWrong("This is no one-time password.")
        request = json_request(
            "POST",
            paths.SIGN.format(p=package_id, d=document_id),
            wish_members(wish),
            headers={"x-otp": otp} if otp else {},
            otherwise=NO_FIELD,
            signs=True,
            seconds=SIGN_SECONDS,
        )
        return self.signed(request, token, wish.field_name)

    def get_signing_status(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str | None = None
    ) -> SignedDocument:
        """Get Signing Status (§9.5)."""
        body = {"field_name": field_name} | ({"transaction_id": transaction_id} if transaction_id else {})
        path = paths.SIGNING_STATUS.format(p=package_id, d=document_id)
        return self.signed(json_request("POST", path, body, otherwise=NO_FIELD), token, field_name)

    def signed(self, request: Request, token: str, field_name: str) -> SignedDocument:
        """What a call answers that signs, or tells about a signature."""
        found = self.accounts.ask(request, token, answers.SIGNED)
        status = words.signature_status(found.status)
        if status is None:
            raise not_understood(request)
        verification = found.verification and _verification(found.verification, field_name)
        return SignedDocument(
            field_name=found.field_name or field_name,
            status=status,
            transaction_id=found.transaction_id or None,
            verification=verification,
        )

    def get_registered_devices(self, token: str) -> tuple[RegisteredDevice, ...]:
        """Get Registered Devices (§9.5)."""
        try:
            found = self.accounts.ask(json_request("GET", paths.DEVICES, otherwise=NO_DEVICE), token, answers.DEVICES)
        except NoRegisteredDevice:
            return ()
        return tuple(
            RegisteredDevice(
                device_id=one.device_id,
                device_name=one.device_name or "",
                secure_element=bool(one.secure_element),
                touch_id=bool(one.touch_id),
            )
            for one in found
        )

    def get_document_verification(self, token: str, package_id: int, document_id: int) -> tuple[FieldVerification, ...]:
        """Get Document Verification (§9.7)."""
        path = paths.VERIFICATION.format(p=package_id, d=document_id)
        found = self.accounts.ask(json_request("GET", path, headers=NO_IMAGES), token, answers.VERIFICATIONS)
        return tuple(_verification(one, "") for one in found)


def wish_members(wish: SignatureWish) -> dict[str, Any]:
    """The wish as SigningHub's calls take it."""
    members = {
        "field_name": wish.field_name,
        "signing_server": wish.signing_server,
        "signing_capacity": wish.signing_capacity,
        "signing_reason": wish.reason,
        "signing_location": wish.location,
        "contact_information": wish.contact,
        "appearance_design": wish.appearance_design,
        "hand_signature_image": b64encode(wish.image).decode() if wish.image else None,
        "skip_verification": False,
    }
    return {name: value for name, value in members.items() if value is not None}


def _verification(found: answers.VerificationAnswer, field_name: str) -> FieldVerification:
    members = found.model_dump()
    members |= {name: words.instant(members[name]) for name in INSTANTS}
    status = (found.signature_status or "").upper() or None
    return FieldVerification(
        **{**members, "field_name": found.field_name or field_name, "signature_status": status},
    )
