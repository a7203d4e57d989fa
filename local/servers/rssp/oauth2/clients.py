"""Which application asks: its secret in a Basic header or in the form, never both (§3.7)."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus

from aiohttp import web

from local.servers.rssp.oauth2.forms import required
from local.servers.rssp.people import CLIENTS, Client
from local.servers.rssp.refusals import GENERIC, Refusal, invalid, unauthorized


def authenticated(request: web.Request, fields: Mapping[str, str]) -> Client:
    """The application that a request comes from."""
    client = CLIENTS.get(required(fields, "client_id"))
    header = request.headers.get("Authorization")
    if header is not None:
        return _by_header(header, client, fields)
    if "client_secret" not in fields:
        raise Refusal("Client authorization required")
    if client is None:
        raise invalid("client_id")
    if not _equal(fields["client_secret"], client.secret):
        raise invalid("client_secret")
    return client


def _by_header(header: str, client: Client | None, fields: Mapping[str, str]) -> Client:
    if "client_secret" in fields:
        raise Refusal(GENERIC)
    client_id, secret = _basic(header)
    if client is None or client.client_id != client_id or not _equal(secret, client.secret):
        raise _wrong_header()
    return client


def _basic(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _wrong_header() from error
    if scheme.lower() != "basic" or not colon:
        raise _wrong_header()
    return unquote_plus(client_id), unquote_plus(secret)


def _wrong_header() -> Refusal:
    return unauthorized("invalid_client", "Invalid authorization header")


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
