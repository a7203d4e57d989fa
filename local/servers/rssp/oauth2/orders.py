"""What scope `credential` asks for: a credential, a number, hashes; as parameters or as details (§3.4, §3.5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.servers.rssp.algorithms import HASHES
from local.servers.rssp.authorization import DESCRIPTION_LIMIT, check_budget, check_lengths, refuse_unless_signable
from local.servers.rssp.credentials import SCAL2, Credential, Mode
from local.servers.rssp.hashes import decoded, decoded_from_query
from local.servers.rssp.oauth2.forms import required
from local.servers.rssp.refusals import Refusal, invalid, missing
from local.servers.rssp.rssp import QUALIFIERS, Rssp
from local.servers.rssp.sads import Hashes
from local.servers.rssp.versions import Version

CREDENTIAL_PARAMETERS = (
    "credentialID",
    "signatureQualifier",
    "numSignatures",
    "hash",
    "hashes",
    "hashAlgorithmOID",
)
DETAILS = {"type", "credentialID", "signatureQualifier", "documentDigests", "hashAlgorithmOID", "locations"}


@dataclass(frozen=True)
class Order:
    """An order for signatures; `details` is what `authorization_details` said, `labels` names its documents."""

    credential_id: str | None
    qualifier: str | None
    number: int
    hashes: Hashes | None
    description: str | None = None
    details: dict[str, Any] | None = field(default=None, repr=False)
    labels: tuple[str, ...] = ()


def order_of(version: Version, fields: Mapping[str, str]) -> Order:
    """Read an order; the credential itself is looked at when it is known who the user is."""
    if "authorization_details" in fields:
        return _from_details(version, details_of(fields["authorization_details"]))
    qualifier = fields.get("signatureQualifier")
    credential_id = fields.get("credentialID") if qualifier else required(fields, "credentialID")
    _check_qualifier(qualifier)
    description = fields.get("description")
    if description and len(description) > DESCRIPTION_LIMIT:
        raise invalid("description")
    return Order(credential_id, qualifier, _number(fields), _hashes(version, fields), description)


def details_of(text: str) -> list[dict[str, Any]]:
    """The JSON of `authorization_details`."""
    try:
        details = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong_details() from error
    if not isinstance(details, list) or not all(isinstance(detail, dict) for detail in details):
        raise _wrong_details()
    return details


def credential_for(rssp: Rssp, order: Order, user: str) -> Credential:
    """The user's credential that an order names, or a new one of the quality that it names (§4.3's texts)."""
    if order.credential_id is None:
        return rssp.short_lived(user, str(order.qualifier))
    credential = rssp.credentials.get(order.credential_id)
    if credential is None or credential.owner != user or credential.mode is not Mode.OAUTH2CODE:
        raise invalid("credentialID")
    refuse_unless_signable(credential)
    check_budget(credential, order.number, order.hashes)
    if credential.scal == SCAL2 and order.hashes is None:
        raise missing("array", "hash")
    return credential


def _number(fields: Mapping[str, str]) -> int:
    text = required(fields, "numSignatures")
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise Refusal("Invalid value for parameter numSignatures")
    return int(text)


def _hashes(version: Version, fields: Mapping[str, str]) -> Hashes | None:
    if version.hashes not in fields:
        return None
    hashes = tuple(decoded_from_query(value) for value in fields[version.hashes].split(","))
    check_lengths(version, hashes, required(fields, "hashAlgorithmOID") if version.is_v2 else None)
    return hashes


def _from_details(version: Version, details: list[dict[str, Any]]) -> Order:
    if len(details) != 1 or not set(details[0]) <= DETAILS or details[0].get("type") != "credential":
        raise _wrong_details()
    detail = details[0]
    credential_id, qualifier = detail.get("credentialID"), detail.get("signatureQualifier")
    digests, oid = detail.get("documentDigests"), detail.get("hashAlgorithmOID")
    texts = [value for value in (credential_id, qualifier) if value is not None]
    if not texts or not all(isinstance(value, str) and value for value in texts) or oid not in HASHES:
        raise _wrong_details()
    if not isinstance(digests, list) or not digests:
        raise _wrong_details()
    _check_qualifier(qualifier)
    pairs = [_digest(each) for each in digests]
    hashes = tuple(digest for digest, _ in pairs)
    check_lengths(version, hashes, oid)
    return Order(credential_id, qualifier, len(hashes), hashes, None, detail, tuple(label for _, label in pairs))


def _digest(entry: Any) -> tuple[bytes, str]:
    if not isinstance(entry, dict) or not set(entry) <= {"hash", "label"}:
        raise _wrong_details()
    label = entry.get("label", "")
    if not isinstance(label, str):
        raise _wrong_details()
    return decoded(entry.get("hash")), label


def _check_qualifier(qualifier: str | None) -> None:
    if qualifier is not None and qualifier not in QUALIFIERS:
        raise invalid("signatureQualifier")


def _wrong_details() -> Refusal:
    return Refusal("Invalid parameter authorization_details", "invalid_authorization_details")
