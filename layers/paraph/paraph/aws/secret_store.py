"""Secrets: short-lived ones encrypted by KMS in DynamoDB, long-lived ones in Secrets Manager."""

import base64
import secrets as randomness
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from paraph.domain.errors import AuthenticationFailed
from paraph.ports.clock import Clock

PART_BYTES = 4096  # what KMS Encrypt takes; tokens of some services are longer


class DynamoSecretStore:
    """Implements `SecretStore`: KMS Encrypt, bound to purpose and subject; what is longer, part by part."""

    def __init__(self, dynamodb: Any, kms: Any, table: str, key_id: str, clock: Clock) -> None:
        self._dynamodb = dynamodb
        self._kms = kms
        self._table = table
        self._key_id = key_id
        self._clock = clock

    def keep(self, purpose: str, subject: str, value: str, expires_at: datetime) -> None:
        """Encrypt and store with the instant after which it must not be used."""
        plain = value.encode()
        parts = [plain[start : start + PART_BYTES] for start in range(0, len(plain), PART_BYTES)]
        sealed = [self._seal(part, _context(purpose, subject, n, len(parts))) for n, part in enumerate(parts, 1)]
        self._dynamodb.put_item(
            TableName=self._table,
            Item={
                **_key(purpose, subject),
                "sealed": {"S": " ".join(sealed)},
                "expires_at": {"N": str(int(expires_at.timestamp()))},
            },
        )

    def get(self, purpose: str, subject: str) -> str | None:
        """Decrypt, unless it is past its time: DynamoDB may remove an expired item days later."""
        answer = self._dynamodb.get_item(TableName=self._table, Key=_key(purpose, subject), ConsistentRead=True)
        item = answer.get("Item")
        if item is None or int(item["expires_at"]["N"]) <= self._clock.now().timestamp():
            return None
        parts = item["sealed"]["S"].split()
        plain = (self._open(part, _context(purpose, subject, n, len(parts))) for n, part in enumerate(parts, 1))
        return b"".join(plain).decode()

    def _seal(self, part: bytes, context: dict[str, str]) -> str:
        sealed = self._kms.encrypt(KeyId=self._key_id, Plaintext=part, EncryptionContext=context)["CiphertextBlob"]
        return base64.b64encode(sealed).decode()

    def _open(self, part: str, context: dict[str, str]) -> bytes:
        plain: bytes = self._kms.decrypt(
            KeyId=self._key_id, CiphertextBlob=base64.b64decode(part), EncryptionContext=context
        )["Plaintext"]
        return plain

    def forget(self, purpose: str, subject: str) -> None:
        """Delete, if it is there."""
        self._dynamodb.delete_item(TableName=self._table, Key=_key(purpose, subject))


class SecretsManagerPartySecrets:
    """Implements `PartySecrets` under one name prefix."""

    def __init__(self, secretsmanager: Any, prefix: str, key_id: str) -> None:
        self._secretsmanager = secretsmanager
        self._prefix = prefix
        self._key_id = key_id

    def read(self, name: str) -> str:
        """The secret's current version."""
        try:
            value: str = self._secretsmanager.get_secret_value(SecretId=self._prefix + name)["SecretString"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise AuthenticationFailed("There is no secret for this party.", party=name) from None
            raise
        return value

    def has(self, name: str) -> bool:
        """Whether somebody has put a value: a secret without one is as good as none."""
        try:
            self.read(name)
        except AuthenticationFailed:
            return False
        return True

    def ensure(self, name: str) -> str:
        """256 random bits, unless there is a secret already."""
        try:
            return self.read(name)
        except AuthenticationFailed:
            value = randomness.token_urlsafe(32)
            self._secretsmanager.create_secret(Name=self._prefix + name, SecretString=value, KmsKeyId=self._key_id)
            return value


def _context(purpose: str, subject: str, part: int, parts: int) -> dict[str, str]:
    """No part can be moved, left out or put in another order."""
    return {"purpose": purpose, "subject": subject, "part": f"{part}/{parts}"}


def _key(purpose: str, subject: str) -> dict[str, dict[str, str]]:
    return {"pk": {"S": f"{purpose}#{subject}"}}
