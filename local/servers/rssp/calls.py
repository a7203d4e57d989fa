"""One request to a method of the API, as the methods see it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from aiohttp import web

from local.servers.rssp.callers import Caller
from local.servers.rssp.credentials import Credential
from local.servers.rssp.parameters import Parameters
from local.servers.rssp.rssp import Rssp
from local.servers.rssp.versions import Version


class Access(Enum):
    """Which token a method asks for."""

    NONE = "none"
    SERVICE = "service token"
    CREDENTIAL = "service token or, in version 2, credential-scope token"


@dataclass(frozen=True)
class Call:
    """A request whose token and names were checked."""

    rssp: Rssp
    version: Version
    method: str
    parameters: Parameters
    caller: Caller
    request: web.Request

    def credential(self) -> Credential:
        """The credential that the request names."""
        return self.rssp.credential(self.parameters.string("credentialID"), self.caller)


Handler = Callable[[Call], Awaitable[web.Response]]


def names(text: str = "") -> frozenset[str]:
    """Parameter names, separated by spaces."""
    return frozenset(text.split())


@dataclass(frozen=True)
class Method:
    """A method and its parameters in either version; None: this version does not have it."""

    handler: Handler
    v1: frozenset[str] | None
    v2: frozenset[str] | None
    access: Access = Access.SERVICE

    def known(self, version: Version) -> frozenset[str] | None:
        """Its parameters in a version."""
        return self.v2 if version.is_v2 else self.v1


def no_content() -> web.Response:
    """Success without a body."""
    return web.Response(status=204)
