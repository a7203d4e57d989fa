"""An authorisation request: what an application asks a signatory for (§3.4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from local.servers.rssp.oauth2.forms import required
from local.servers.rssp.oauth2.orders import CREDENTIAL_PARAMETERS, Order, order_of
from local.servers.rssp.people import CLIENTS, CREDENTIAL, SERVICE, Client
from local.servers.rssp.refusals import GENERIC, Refusal, invalid
from local.servers.rssp.versions import V1, V2, Version

STATE_LIMIT = 255

# What only the other version has: refused, never ignored
FOREIGN = {
    V1.name: ("hashes", "hashAlgorithmOID", "authorization_details", "signatureQualifier", "request_uri"),
    V2.name: ("hash", "hashAlgo"),
}


@dataclass(frozen=True)
class Target:
    """Where the answer goes; known before anything else is looked at, as errors go there too."""

    client: Client
    redirect_uri: str
    sent: bool
    state: str | None = field(repr=False)


@dataclass(frozen=True)
class AuthorizationRequest:
    """One request: service access, or an order for signatures with a credential."""

    version: Version
    target: Target
    code_challenge: str | None
    order: Order | None

    @property
    def client(self) -> Client:
        """The application that asks."""
        return self.target.client


def target_of(fields: Mapping[str, str], registered: Mapping[str, list[str]]) -> Target:
    """The client and its exactly registered address; without one, nothing may be redirected."""
    client = CLIENTS.get(required(fields, "client_id"))
    if client is None:
        raise invalid("client_id")
    known = registered.get(client.client_id, [])
    redirect_uri = fields.get("redirect_uri", known[0] if known else None)
    if redirect_uri is None or redirect_uri not in known:
        raise invalid("redirect_uri")
    return Target(client, redirect_uri, "redirect_uri" in fields, fields.get("state"))


def request_of(version: Version, target: Target, fields: Mapping[str, str], repeated: set[str]) -> AuthorizationRequest:
    """The request itself; refused if it is not one of this version."""
    if repeated:
        raise Refusal(GENERIC)
    for name in FOREIGN[version.name]:
        if name in fields:
            raise Refusal(f"Unknown parameter {name}")
    if required(fields, "response_type") != "code":
        raise Refusal("Only the authorization code is offered", "unsupported_response_type")
    if not version.is_v2 and len(fields.get("state", "").encode()) > STATE_LIMIT:
        raise invalid("state")
    return AuthorizationRequest(version, target, _challenge(version, fields), _order(version, fields))


def _challenge(version: Version, fields: Mapping[str, str]) -> str | None:
    """Proof keys are required in version 2; in version 1 they are honoured where they are sent."""
    challenge = required(fields, "code_challenge") if version.is_v2 else fields.get("code_challenge")
    if challenge is None:
        return None
    if fields.get("code_challenge_method") != "S256":
        raise invalid("code_challenge_method")
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", challenge):
        raise invalid("code_challenge")
    return challenge


def _order(version: Version, fields: Mapping[str, str]) -> Order | None:
    details = "authorization_details" in fields
    scope = fields.get("scope", CREDENTIAL if details else SERVICE)
    if scope not in (SERVICE, CREDENTIAL) or (details and "scope" in fields and scope == CREDENTIAL):
        raise Refusal("The scope is service or credential, or told by authorization_details", "invalid_scope")
    wrong = CREDENTIAL_PARAMETERS if details or scope == SERVICE else ("authorization_details",)
    for name in wrong:
        if name in fields:
            raise invalid(name)
    return order_of(version, fields) if scope == CREDENTIAL else None
