"""Requests of the RSSP calls: our names become the wire's (contract: SigningHub §10)."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from paraph.domain.errors import ParaphError
from paraph.domain.rssp import Credential
from paraph.ports.rssp_operations import RsspAccess
from paraph.signinghub import paths
from paraph.signinghub.rest import Request, json_request

NO_MEANINGS: Mapping[str, type[ParaphError]] = {}


def rssp_request(path: str, given: Mapping[str, Any], **more: Any) -> Request:
    """A call of the RSSP family, with what is given by our names."""
    content = {paths.rssp_name(name): value for name, value in given.items() if value not in (None, [])}
    return json_request("POST", path, content, **{"service_words": NO_MEANINGS, **more})


def accessed(access: RsspAccess) -> dict[str, Any]:
    """The service, and its token."""
    return {"signing_server": access.signing_server, "access_token": access.access_token}


def with_credential(access: RsspAccess, credential: Credential) -> dict[str, Any]:
    """The same, and the credential."""
    return {**accessed(access), "credential_id": credential.credential_id}


def texts(values: tuple[bytes, ...]) -> list[str]:
    """Each as `text` says it."""
    return [text(value) for value in values]


def text(value: bytes) -> str:
    """Standard Base64."""
    return b64encode(value).decode()
