"""`signatures/signHash`: signature values over authorised hashes, each authorisation used once (§5.1)."""

import asyncio
import base64
import binascii
from http import HTTPStatus

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from local.servers.rssp.algorithms import Scheme, scheme
from local.servers.rssp.authorization import check_lengths, refuse_unless_signable, usable_sad
from local.servers.rssp.calls import Call
from local.servers.rssp.credentials import Credential
from local.servers.rssp.keys import PrivateKey, signature
from local.servers.rssp.refusals import Refusal, invalid
from local.servers.rssp.sads import Hashes, Sad
from local.servers.rssp.vault import Holding

ONLY_ASYNCHRONOUS = ("validity_period", "response_uri")


async def sign_hash(call: Call) -> web.Response:
    """Everything is checked before anything is used up; then reserve, sign, and commit or give back."""
    credential = call.credential()
    refuse_unless_signable(credential)
    sad = _sad(call, credential)
    hashes, scheme_ = _order(call, credential)
    holding = await call.rssp.vault.holding(credential)
    _refuse_expired(call, holding)
    call.rssp.sads.reserve(sad, hashes)
    try:
        values = await asyncio.to_thread(_sign, await _key(call, credential, holding), scheme_, hashes)
    except BaseException:
        call.rssp.sads.give_back(sad, hashes)
        raise
    call.rssp.sads.commit(sad, hashes)
    return web.json_response({"signatures": _faulty(call, credential, values)})


def _sad(call: Call, credential: Credential) -> Sad:
    """The SAD of the body, or the credential-scope token of the header (version 2); both only if they are one."""
    token = call.caller.sad
    if token is not None and call.parameters.raw("SAD") in (None, token.value):
        return token
    return usable_sad(call, credential)


def _order(call: Call, credential: Credential) -> tuple[Hashes, Scheme]:
    parameters = call.parameters
    hashes = parameters.hashes()
    sign_algorithm = parameters.string("signAlgo")
    chosen = scheme(
        call.version,
        credential.kind.algorithms,
        sign_algorithm,
        _der(parameters.optional_string("signAlgoParams")),
        parameters.optional_string(call.version.hash_algorithm),
    )
    check_lengths(call.version, hashes, None)
    if len(hashes[0]) != chosen.hash.digest_size:
        raise Refusal("Invalid digest value length")
    parameters.choice("operationMode", ("S",), "S")
    for name in ONLY_ASYNCHRONOUS:
        if name in parameters:
            raise invalid(name)
    return hashes, chosen


def _der(value: str | None) -> bytes | None:
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise invalid("signAlgoParams") from error


def _refuse_expired(call: Call, holding: Holding) -> None:
    if holding.certificate.not_valid_after_utc.timestamp() <= call.rssp.clock.now():
        raise Refusal(f"Signing certificate '{holding.certificate.subject.rfc4514_string()}' is expired.")


async def _key(call: Call, credential: Credential, holding: Holding) -> PrivateKey:
    if call.rssp.faults.take(call.method, "key_fails"):
        raise Refusal("The key does not answer", "server_error", HTTPStatus.INTERNAL_SERVER_ERROR)
    if call.rssp.faults.take(call.method, "another_key"):
        return await asyncio.to_thread(credential.kind.generate)
    return holding.key


def _sign(key: PrivateKey, scheme_: Scheme, hashes: Hashes) -> list[bytes]:
    return [signature(key, scheme_, digest) for digest in hashes]


def _faulty(call: Call, credential: Credential, values: list[bytes]) -> list[str]:
    """The values in Base64; or as the control asked for them."""

    def asked(what: str) -> bool:
        return call.rssp.faults.take(call.method, what) is not None

    if asked("wrong_signature"):
        values[-1] = values[-1][:-1] + bytes([values[-1][-1] ^ 1])
    if asked("too_few"):
        values = values[:-1]
    if asked("permuted"):
        values.reverse()
    if credential.kind.curve and asked("raw_ecdsa"):
        values = [_raw(value, credential.kind.length) for value in values]
    texts = [base64.b64encode(value).decode() for value in values]
    if asked("malformed_base64"):
        texts[-1] = f"*{texts[-1][1:]}"
    if asked("whitespace_base64"):
        texts = ["\r\n".join(text[i : i + 64] for i in range(0, len(text), 64)) for text in texts]
    return texts


def _raw(value: bytes, bits: int) -> bytes:
    size = (bits + 7) // 8
    return b"".join(number.to_bytes(size) for number in decode_dss_signature(value))
