"""`info`: what the service says of itself (§2)."""

from typing import Any

from aiohttp import web

from local.servers.rssp import algorithms, documents
from local.servers.rssp.calls import Call
from local.servers.rssp.hashes import encoded
from local.servers.rssp.versions import Version

DESCRIPTION = "A stand-in on this machine for tests; its signatures are worth nothing."


async def info(call: Call) -> web.Response:
    """Name, ways in, and the methods there are in this version."""
    call.parameters.optional_string("lang")
    said: dict[str, Any] = {
        "specs": call.version.specs,
        "name": "RSSP stand-in",
        "logo": f"{call.rssp.url}/logo.png",
        "region": "CL",
        "lang": "en",
        "description": DESCRIPTION,
        "authType": ["basic", "oauth2code", "oauth2client"],
        "oauth2": call.rssp.base(call.version),
        "methods": _methods(call.version),
    }
    if call.version.is_v2:
        said |= _of_version_2(call)
        if call.rssp.faults.take("info", "issuer_only"):
            del said["oauth2"]
    return web.json_response(said)


def _of_version_2(call: Call) -> dict[str, Any]:
    kinds = {credential.kind.algorithms for credential in call.rssp.credentials.values()}
    offered = {algorithm for kind in kinds for algorithm in kind}
    return {
        "oauth2Issuer": call.rssp.base(call.version),
        "asynchronousOperationMode": False,
        "validationInfo": False,
        "signAlgorithms": {
            "algos": sorted(offered),
            "algoParams": [encoded(algorithms.pss_parameters(oid)) for oid in algorithms.HASHES],
        },
        "signature_formats": {"formats": [documents.FORMAT], "envelope_properties": [list(documents.ENVELOPES)]},
        "conformance_levels": [documents.LEVEL],
    }


def _methods(version: Version) -> list[str]:
    from local.servers.rssp.methods import METHODS

    oauth2 = ["oauth2/authorize", "oauth2/token", "oauth2/revoke"]
    pushed = ["oauth2/pushed_authorize"] if version.is_v2 else []
    return [*(name for name, method in METHODS.items() if method.known(version) is not None), *oauth2, *pushed]
