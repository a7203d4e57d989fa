"""A stand-in for a signatory's authenticator: passkeys in software (W3C Web Authentication Level 3, §6).

What it does not check: who uses it. It says that its user was present and verified whenever it is told to.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
NOBODYS_MODEL = bytes(16)  # the AAGUID of an authenticator that does not say what it is (§6.4.1)

Json = dict[str, Any]


@dataclass
class Passkey:
    """An ES256 key pair for one relying party."""

    relying_party: str
    user_handle: bytes
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    sign_count: int = 0

    @property
    def cose(self) -> bytes:
        """The public key (RFC 9053 §7.1.1)."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})


@dataclass
class Authenticator:
    """Holds passkeys; `origin` is that of the page that its browser shows."""

    origin: str
    verifies_user: bool = True
    passkeys: list[Passkey] = field(default_factory=list)

    def create(self, options: Json) -> Json:
        """What `navigator.credentials.create` gives for these options, as JSON (§5.1.3)."""
        passkey = Passkey(options["rp"]["id"], base64url_to_bytes(options["user"]["id"]))
        self.passkeys.append(passkey)
        identity = len(passkey.credential_id).to_bytes(2, "big") + passkey.credential_id
        data = self._data(passkey, ATTESTED) + NOBODYS_MODEL + identity + passkey.cose
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return _answer(passkey, {"clientDataJSON": client_data, "attestationObject": attestation})

    def get(self, options: Json) -> Json:
        """What `navigator.credentials.get` gives for these options, as JSON (§5.1.4)."""
        allowed = {base64url_to_bytes(known["id"]) for known in options["allowCredentials"]}
        passkey = next(
            key for key in self.passkeys if key.relying_party == options["rpId"] and key.credential_id in allowed
        )
        return self.assertion(passkey, options["challenge"])

    def assertion(self, passkey: Passkey, challenge: str) -> Json:
        """The assertion of one passkey over a challenge, base64url (§6.3.3)."""
        passkey.sign_count += 1
        data = self._data(passkey)
        client_data = self._client_data("webauthn.get", challenge)
        signature = passkey.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": client_data, "authenticatorData": data, "signature": signature}
        return _answer(passkey, {**answer, "userHandle": passkey.user_handle})

    def _data(self, passkey: Passkey, more: int = 0) -> bytes:
        flags = USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0) | more
        party = hashlib.sha256(passkey.relying_party.encode()).digest()
        return party + bytes([flags]) + passkey.sign_count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()


def _answer(passkey: Passkey, response: dict[str, bytes]) -> Json:
    identity = bytes_to_base64url(passkey.credential_id)
    return {
        "id": identity,
        "rawId": identity,
        "type": "public-key",
        "response": {name: bytes_to_base64url(value) for name, value in response.items()},
        "clientExtensionResults": {},
    }
