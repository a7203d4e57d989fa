"""`signatures/signHash`: signature values over authorised hashes, each authorisation used once (§5.1)."""

from functools import partial

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from local.servers.rssp.algorithms import Scheme, scheme
from local.servers.rssp.authorization import check_lengths, refuse_unless_signable
from local.servers.rssp.calls import Call
from local.servers.rssp.credentials import Credential
from local.servers.rssp.keys import PrivateKey, signature
from local.servers.rssp.refusals import Refusal
from local.servers.rssp.sads import Hashes
from local.servers.rssp.spending import in_base64, refuse_asynchronous, sad_of, spend
from local.servers.rssp.vault import Holding


async def sign_hash(call: Call) -> web.Response:
    """Everything is checked before anything is used up."""
    credential = call.credential()
    refuse_unless_signable(credential)
    sad = sad_of(call, credential)
    hashes, scheme_ = _order(call, credential)
    values = await spend(call, credential, sad, hashes, partial(_sign, scheme_, hashes))
    return web.json_response({"signatures": in_base64(call, _faulty(call, credential, values))})


def _order(call: Call, credential: Credential) -> tuple[Hashes, Scheme]:
    parameters = call.parameters
    hashes = parameters.hashes()
    sign_algorithm = parameters.string("signAlgo")
    chosen = scheme(
        call.version,
        credential.kind.algorithms,
        sign_algorithm,
        parameters.der("signAlgoParams"),
        parameters.optional_string(call.version.hash_algorithm),
    )
    check_lengths(call.version, hashes, None)
    if len(hashes[0]) != chosen.hash.digest_size:
        raise Refusal("Invalid digest value length")
    refuse_asynchronous(call)
    return hashes, chosen


def _sign(scheme_: Scheme, hashes: Hashes, key: PrivateKey, _holding: Holding) -> list[bytes]:
    return [signature(key, scheme_, digest) for digest in hashes]


def _faulty(call: Call, credential: Credential, values: list[bytes]) -> list[bytes]:
    """The values; or as the control asked for them."""
    if call.rssp.faults.take(call.method, "wrong_signature"):
        values[-1] = values[-1][:-1] + bytes([values[-1][-1] ^ 1])
    if credential.kind.curve and call.rssp.faults.take(call.method, "raw_ecdsa"):
        return [_raw(value, credential.kind.length) for value in values]
    return values


def _raw(value: bytes, bits: int) -> bytes:
    size = (bits + 7) // 8
    return b"".join(number.to_bytes(size) for number in decode_dss_signature(value))
