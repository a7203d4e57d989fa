"""Credentials: which there are, and what each is (§4.1, §4.2)."""

from typing import Any

from paraph.domain.errors import Unavailable
from paraph.domain.rssp import Credential, Scal, ServiceAuthorization
from paraph.servers.csc.reading import Members, number, part, text, texts
from paraph.servers.csc.service import Service
from paraph.servers.csc.version import Version

MAX_PAGES = 100
USERS_OWN = (ServiceAuthorization.AUTHORIZATION_CODE, ServiceAuthorization.LOGIN)  # tokens that name their user (§2)
STATUSES = ("valid", "expired", "revoked", "suspended")


def credential_ids(service: Service, token: str | None, user_id: str | None) -> tuple[str, ...]:
    """All ids, each once, in the service's order."""
    content = dict(service.client_data)
    if user_id is not None and service.connection.service_authorization not in USERS_OWN:
        content["userID"] = user_id
    ids: dict[str, None] = {}
    for _ in range(MAX_PAGES):
        request = service.reading("credentials/list", content)
        found = service.rest.read(request, token)
        ids |= dict.fromkeys(texts(found, "credentialIDs"))
        page_token = text(found, "nextPageToken") if service.version.pages else None
        if page_token is None:
            return tuple(ids)
        content["pageToken"] = page_token
    raise Unavailable("The list of credentials does not end.", call="credentials/list")


def credential(service: Service, token: str | None, credential_id: str) -> Credential:
    """One credential, with chain and factors; what is in the certificate is read there: not all services repeat it."""
    content = {
        "credentialID": credential_id,
        "certificates": "chain",
        "authInfo": True,
        **service.client_data,
    }
    request = service.reading("credentials/info", content)
    return credential_of(credential_id, service.rest.read(request, token), service.version)


def credential_of(credential_id: str, found: Members, version: Version) -> Credential:
    """One credential; parts that are missing are as the contract says they then are."""
    from paraph.servers.csc.certificates import chain_of

    key, certificate = part(found, "key"), part(found, "cert")
    chain = chain_of(texts(certificate, "certificates"))
    access = version.access(found)
    return Credential(
        credential_id=credential_id,
        description=text(found, "description"),
        enabled=(text(key, "status") or "enabled").casefold() == "enabled",
        certificate_status=_status(certificate),
        key_algorithms=texts(key, "algo"),
        key_length=number(key, "len"),
        certificates=chain,
        **(_facts(chain[0]) if chain else {}),
        mode=access.mode,
        scal=Scal.ONE if str(found.get("SCAL") or "1").strip() == "1" else Scal.TWO,
        pin=access.pin,
        otp=access.otp,
        out_of_band=access.out_of_band,
        factors_known=access.factors_known,
        multisign=max(1, number(found, "multisign") or 1),
    )


def _facts(certificate: bytes) -> dict[str, Any]:
    from paraph.servers.csc.certificates import facts_of  # see the client

    return vars(facts_of(certificate))


def _status(certificate: Members) -> str | None:
    """One of the words, or none."""
    status = (text(certificate, "status") or "").casefold()
    return status if status in STATUSES else None
