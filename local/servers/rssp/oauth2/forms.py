"""Parameters of OAuth 2.0: form-encoded, none twice, empty ones as if not sent (RFC 6749 §3.1, §3.2)."""

from collections.abc import Mapping

from aiohttp import web
from multidict import MultiMapping

from local.servers.rssp.refusals import GENERIC, Refusal


def single(values: MultiMapping[str]) -> tuple[dict[str, str], set[str]]:
    """Every parameter with its first value, and the names that came more than once."""
    repeated = {name for name in values if len(values.getall(name)) > 1}
    return {name: values.getall(name)[0] for name in values if values.getall(name)[0]}, repeated


async def form(request: web.Request) -> dict[str, str]:
    """The parameters of a request to an endpoint that programs call; the query is no place for them (§9, 2)."""
    if request.content_type != "application/x-www-form-urlencoded" or request.query:
        raise Refusal(GENERIC)
    sent = await request.post()
    values, repeated = single(sent)  # type: ignore[arg-type]  # files need another content type
    if repeated:
        raise Refusal(GENERIC)
    return values


def required(fields: Mapping[str, str], name: str) -> str:
    """A parameter that must be there."""
    if name not in fields:
        raise Refusal(f"Missing parameter {name}")
    return fields[name]
