"""Passkeys, by py_webauthn."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from paraph.domain.devices import Device
from paraph.domain.errors import PasskeyRefused
from paraph.domain.origins import written
from paraph.ports.passkeys import NewPasskey

NAME = "Paraph"
MILLISECONDS = 120_000  # for the ceremony; a hint to the browser
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError)
"""What the library raises for an answer that is not one."""


class WebAuthnPasskeys:
    """Implements `Passkeys`; attestation is not asked for: which model of device it is plays no part."""

    def registration_options(
        self, page_url: str, challenge: bytes, user_handle: str, user_name: str, known: Sequence[Device]
    ) -> dict[str, Any]:
        """What the browser needs to make a passkey; on a device that has one it makes no second."""
        options = generate_registration_options(
            rp_id=relying_party(page_url),
            rp_name=NAME,
            user_id=base64url_to_bytes(user_handle),
            user_name=user_name,
            challenge=challenge,
            timeout=MILLISECONDS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(known),
            supported_pub_key_algs=ALGORITHMS,
        )
        return options_to_json_dict(options)

    def registered(self, page_url: str, challenge: bytes, answer: Mapping[str, Any]) -> NewPasskey:
        """The new passkey."""
        try:
            verified = verify_registration_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=relying_party(page_url),
                expected_origin=written(page_url),
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
        except MALFORMED as error:
            raise _refusal(error) from None
        return NewPasskey(
            device_id=bytes_to_base64url(verified.credential_id),
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
            synced=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        )

    def approval_options(self, page_url: str, challenge: bytes, devices: Sequence[Device]) -> dict[str, Any]:
        """What the browser needs to ask one of these devices."""
        options = generate_authentication_options(
            rp_id=relying_party(page_url),
            challenge=challenge,
            timeout=MILLISECONDS,
            allow_credentials=_descriptors(devices),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return options_to_json_dict(options)

    def approved(self, page_url: str, challenge: bytes, device: Device, answer: Mapping[str, Any]) -> int:
        """The device's new signature counter."""
        if answer.get("id") != device.device_id:
            raise PasskeyRefused("The answer comes from another device.")
        try:
            verified = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=relying_party(page_url),
                expected_origin=written(page_url),
                credential_public_key=base64url_to_bytes(device.public_key),
                credential_current_sign_count=device.sign_count,
                require_user_verification=True,
            )
        except MALFORMED as error:
            raise _refusal(error) from None
        return verified.new_sign_count


def relying_party(page_url: str) -> str:
    """The relying party's id: the page's host (WebAuthn §4)."""
    return urlsplit(page_url).hostname or ""


def _descriptors(devices: Sequence[Device]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(device.device_id)) for device in devices]


def _refusal(error: Exception) -> PasskeyRefused:
    """The library's texts may repeat what was sent: only what kind of failure it was goes on."""
    return PasskeyRefused("The device's answer does not prove what it has to.", reason=type(error).__name__)
