"""Answers of Sign Document, Get Signing Status and Get Registered Devices (contract §9.4, §9.5)."""

from paraph.api.signinghub.assumed import SIGNING_STATUS_WORDS
from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.verification import Verification
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification
from paraph.ports.hub import RegisteredDevice, SignedDocument


class Signed(View):
    """The answer of Sign Document (§9.4)."""

    field_name: str
    status: SignatureStatus
    transaction_id: str | None
    verification: Verification | None
    authentication_access_token: None = None

    @classmethod
    def of(cls, signed: SignedDocument, verification: FieldVerification | None) -> "Signed":
        """From the hub's answer."""
        return cls(
            field_name=signed.field_name,
            status=signed.status,
            transaction_id=signed.transaction_id,
            verification=Verification.of(verification) if verification else None,
        )


class SigningStatus(View):
    """The answer of Get Signing Status (§9.5)."""

    status: str
    field_name: str
    transaction_id: str | None
    verification: Verification | None

    @classmethod
    def of(cls, signed: SignedDocument, verification: FieldVerification | None) -> "SigningStatus":
        """From the hub's answer."""
        return cls(
            status=SIGNING_STATUS_WORDS[signed.status],
            field_name=signed.field_name,
            transaction_id=signed.transaction_id,
            verification=Verification.of(verification) if verification else None,
        )


class Device(View):
    """An element of Get Registered Devices (§9.5)."""

    device_id: str
    device_name: str
    secure_element: bool
    touch_id: bool

    @classmethod
    def of(cls, device: RegisteredDevice) -> "Device":
        """From the hub's answer."""
        return cls(**device.model_dump())
