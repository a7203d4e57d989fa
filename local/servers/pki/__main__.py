"""The PKI as a server on a loopback address: ``python -m local.servers.pki --url URL --folder FOLDER``."""

import argparse
import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from certomancer.registry import CertomancerObjectNotFoundError

from local.servers.pki import Issued
from local.servers.pki.authority import ARCHITECTURE, AUTHORITIES, TIMESTAMPING, Authority, RequestRefusedError

MODES = ("ok", "down", "slow", "nonsense")
SLOW_SECONDS = 20

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """The authority's services and their control over HTTP."""

    def __init__(self, url: str, authority: Authority) -> None:
        self._url = url
        self._authority = authority
        self._modes = dict.fromkeys(TIMESTAMPING, "ok")

    def application(self) -> web.Application:
        """All routes; the addresses are those that certomancer writes into certificates."""
        application = web.Application(middlewares=[_errors])
        application.add_routes(
            [
                web.post(f"/{ARCHITECTURE}/ocsp/{{name}}", self._ocsp),
                web.post(f"/{ARCHITECTURE}/tsa/{{name}}", self._timestamp),
                web.get(f"/{ARCHITECTURE}/crls/{{name}}/latest.crl", self._crl),
                web.get(f"/{ARCHITECTURE}/certs/{{name}}/ca.crt", self._certificate),
                web.get(f"/{ARCHITECTURE}/certs/{{name}}/ca.crt{{pem:.pem}}", self._certificate),
                web.get("/control", self._addresses),
                web.get("/control/state", self._state),
                web.post("/control/issue", self._issue),
                web.post("/control/revoke", self._revoke),
                web.post("/control/tsa", self._set_tsa),
            ]
        )
        return application

    async def _ocsp(self, request: web.Request) -> web.Response:
        body = self._authority.ocsp_response(request.match_info["name"], await request.read())
        return web.Response(body=body, content_type="application/ocsp-response")

    async def _timestamp(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        mode = self._modes.get(name, "ok")
        if mode == "down":
            raise web.HTTPServiceUnavailable
        if mode == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        body = b"nonsense" if mode == "nonsense" else self._authority.timestamp(name, await request.read())
        return web.Response(body=body, content_type="application/timestamp-reply")

    async def _crl(self, request: web.Request) -> web.Response:
        return web.Response(body=self._authority.crl(request.match_info["name"]), content_type="application/pkix-crl")

    async def _certificate(self, request: web.Request) -> web.Response:
        if request.match_info["name"] not in AUTHORITIES:
            raise web.HTTPNotFound
        as_pem = "pem" in request.match_info
        body = self._authority.certificate(request.match_info["name"], as_pem=as_pem)
        return web.Response(body=body, content_type="application/x-pem-file" if as_pem else "application/pkix-cert")

    async def _addresses(self, _request: web.Request) -> web.Response:
        services = f"{self._url}/{ARCHITECTURE}"
        return web.json_response(
            {
                "url": self._url,
                "root_certificate": str(self._authority.root_certificate),
                "root_certificate_url": f"{services}/certs/root/ca.crt.pem",
                "ocsp_url": f"{services}/ocsp/issuing",
                "crl_url": f"{services}/crls/issuing/latest.crl",
                **{f"{name.replace('-', '_')}_url": f"{services}/tsa/{name}" for name in TIMESTAMPING},
            }
        )

    async def _state(self, _request: web.Request) -> web.Response:
        return web.json_response({"tsa": self._modes, "modes": MODES, "issued": self._authority.issued()})

    async def _issue(self, request: web.Request) -> web.Response:
        order = await _order(request, "csr", "profile")
        serial, certificate, chain = self._authority.issue(order["csr"], order["profile"])
        return web.json_response(dataclasses.asdict(Issued(str(serial), certificate, chain)))

    async def _revoke(self, request: web.Request) -> web.Response:
        order = await _order(request, "serial", reason="key_compromise")
        if not order["serial"].isdecimal():
            raise RequestRefusedError("The serial number is a decimal number in a string")
        self._authority.revoke(int(order["serial"]), order["reason"])
        return web.json_response({})

    async def _set_tsa(self, request: web.Request) -> web.Response:
        order = await _order(request, "name", "mode")
        if order["name"] not in TIMESTAMPING or order["mode"] not in MODES:
            raise RequestRefusedError(f"name is one of {', '.join(TIMESTAMPING)}; mode is one of {', '.join(MODES)}")
        self._modes[order["name"]] = order["mode"]
        return web.json_response({})


async def _order(request: web.Request, *required: str, **optional: str) -> dict[str, str]:
    order: dict[str, Any] = await request.json()
    missing, unknown = set(required) - set(order), set(order) - set(required) - set(optional)
    if missing or unknown:
        raise RequestRefusedError(f"Missing: {sorted(missing)}; unknown: {sorted(unknown)}")
    return {**optional, **order}


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RequestRefusedError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    except CertomancerObjectNotFoundError as error:
        raise web.HTTPNotFound from error
    except (ValueError, TypeError) as error:  # asn1crypto's and json's
        raise web.HTTPBadRequest(text=f"The request cannot be read: {error}") from error


def main() -> None:
    """Make a new PKI and serve it until stopped."""
    parser = argparse.ArgumentParser(prog="python -m local.servers.pki", description=__doc__)
    parser.add_argument("--url", required=True, help="address to listen on, and to write into certificates")
    parser.add_argument("--folder", required=True, type=Path, help="where keys and the root certificate are kept")
    arguments = parser.parse_args()
    address = urlsplit(arguments.url)
    server = Server(arguments.url, Authority(arguments.url, arguments.folder))
    web.run_app(server.application(), host=address.hostname, port=address.port, print=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
