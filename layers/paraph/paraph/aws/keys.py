"""Asymmetric signing keys in AWS KMS."""

import re
from hashlib import new as digest
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError

from paraph.domain.configuration import Capacity
from paraph.domain.errors import KeyUnavailable, NotConfigured, OutcomeUnknown

RAW_LIMIT = 4096  # KMS hashes a message of at most this many bytes itself
UNUSABLE = {
    "AccessDeniedException",
    "DisabledException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
    "NotFoundException",
    "KeyUnavailableException",
}


class KmsKeyService:
    """Implements `KeyService`. `kms` is for reads, `kms_once` never retries: it asks for signatures."""

    def __init__(self, kms: Any, kms_once: Any, stack: str) -> None:
        self._kms = kms
        self._kms_once = kms_once
        self._stack = stack

    def create(self, capacity: Capacity, label: str) -> str:
        """A key behind the alias `alias/STACK/LABEL`, which only this stack's configuration makes."""
        alias = f"alias/{self._stack}/{_alias_part(label)}"
        try:
            found = self._kms.describe_key(KeyId=alias)["KeyMetadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "NotFoundException":
                raise
        else:
            return _of_spec(found, capacity)
        key = self._kms.create_key(
            KeySpec=capacity.key_spec.value,
            KeyUsage="SIGN_VERIFY",
            Description=f"Paraph signing key {label}",
            Tags=[{"TagKey": "paraph:stack", "TagValue": self._stack}],
        )["KeyMetadata"]
        self._kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
        arn: str = key["Arn"]
        return arn

    def public_key(self, key_id: str) -> bytes:
        """GetPublicKey."""
        try:
            public: bytes = self._kms.get_public_key(KeyId=key_id)["PublicKey"]
        except ClientError as error:
            raise _unusable(error) from None
        except HTTPClientError as error:
            raise KeyUnavailable("The key service did not answer.", reason=type(error).__name__) from None
        return public

    def sign(self, key_id: str, algorithm: str, message: bytes) -> bytes:
        """Sign: RAW up to 4,096 bytes (KMS hashes them), the digest above."""
        raw = len(message) <= RAW_LIMIT
        body = message if raw else digest(f"sha{algorithm[-3:]}", message).digest()
        try:
            value: bytes = self._kms_once.sign(
                KeyId=key_id, Message=body, MessageType="RAW" if raw else "DIGEST", SigningAlgorithm=algorithm
            )["Signature"]
        except ClientError as error:
            raise _unusable(error) from None
        except HTTPClientError:
            raise OutcomeUnknown("The key service did not answer the request for a signature.") from None
        return value


def _alias_part(label: str) -> str:
    """The label in characters that an alias may have; different labels stay different (AWS KMS API, CreateAlias)."""
    plain = re.sub(r"[^A-Za-z0-9/_-]", "-", label)
    return plain if plain == label else f"{plain}-{sha256(label.encode()).hexdigest()[:8]}"


def _of_spec(key: dict[str, Any], capacity: Capacity) -> str:
    """A key's specification cannot change: another one needs a capacity of another name."""
    arn: str = key["Arn"]
    if key["KeySpec"] != capacity.key_spec:
        raise NotConfigured(
            "The capacity's key was made with another key_spec; give the capacity a new name.",
            signing_capacity=capacity.name,
            key_spec=key["KeySpec"],
        )
    return arn


def _unusable(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    if code in UNUSABLE:
        return KeyUnavailable("The signing key cannot be used now.", reason=code)
    return OutcomeUnknown("The key service failed.", reason=code)
