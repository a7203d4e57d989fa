"""`credentials/list`: the ids of a user's credentials; version 1 in pages (§4.1)."""

from typing import Any

from aiohttp import web

from local.servers.rssp.calls import Call
from local.servers.rssp.credentials import Credential
from local.servers.rssp.description import CERTIFICATES, described
from local.servers.rssp.people import USERS
from local.servers.rssp.refusals import Refusal, invalid

PAGE = 10


async def list_credentials(call: Call) -> web.Response:
    """The credentials of the token's user, or of the one that an application names."""
    user = _user(call)
    mine = [c for c in call.rssp.credentials.values() if c.owner == user and c.qualifier is None]
    return web.json_response(await _with_details(call, mine) if call.version.is_v2 else _page(call, user, mine))


def _page(call: Call, user: str, mine: list[Credential]) -> dict[str, Any]:
    size = call.parameters.raw("maxResults")
    size = size if type(size) is int and 1 <= size <= PAGE else PAGE
    start = call.rssp.pages.start(call.parameters.raw("pageToken"), user)
    answer: dict[str, Any] = {"credentialIDs": [c.credential_id for c in mine[start : start + size]]}
    if start + size < len(mine):
        answer["nextPageToken"] = call.rssp.pages.token(user, start + size)
    return answer


async def _with_details(call: Call, mine: list[Credential]) -> dict[str, Any]:
    parameters = call.parameters
    certificates = parameters.choice("certificates", CERTIFICATES, "single")
    cert_info, auth_info = parameters.flag("certInfo"), parameters.flag("authInfo")
    only_valid = parameters.flag("onlyValid")
    shown = [c for c in mine if c.usable or not only_valid]
    answer: dict[str, Any] = {"credentialIDs": [c.credential_id for c in shown]}
    if only_valid:
        answer["onlyValid"] = True
    if parameters.flag("credentialInfo"):
        answer["credentialInfos"] = [
            {"credentialID": c.credential_id, **await described(call, c, certificates, cert_info, auth_info)}
            for c in shown
        ]
    return answer


def _user(call: Call) -> str:
    user_id = call.parameters.raw("userID")
    if call.caller.user is not None:
        if user_id is not None:
            raise Refusal("userID parameter MUST be null")
        return call.caller.user
    if not isinstance(user_id, str) or user_id not in USERS:
        raise invalid("userID")
    return user_id
