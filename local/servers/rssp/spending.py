"""An authorisation spent on signatures (§6.3): reserve, sign, and commit or give back; and how results are written."""

import asyncio
import base64
from collections.abc import Callable
from http import HTTPStatus

from local.servers.rssp.authorization import usable_sad
from local.servers.rssp.calls import Call
from local.servers.rssp.credentials import Credential
from local.servers.rssp.keys import PrivateKey
from local.servers.rssp.refusals import Refusal, invalid
from local.servers.rssp.sads import Hashes, Sad
from local.servers.rssp.vault import Holding

ONLY_ASYNCHRONOUS = ("validity_period", "response_uri")
Work = Callable[[PrivateKey, Holding], list[bytes]]


def sad_of(call: Call, credential: Credential) -> Sad:
    """The SAD of the body, or the credential-scope token of the header (version 2); both only if they are one."""
    token = call.caller.sad
    if token is not None and call.parameters.raw("SAD") in (None, token.value):
        return token
    return usable_sad(call, credential)


def refuse_asynchronous(call: Call) -> None:
    """Only what is signed at once is signed."""
    call.parameters.choice("operationMode", ("S",), "S")
    for name in ONLY_ASYNCHRONOUS:
        if name in call.parameters:
            raise invalid(name)


async def spend(call: Call, credential: Credential, sad: Sad, hashes: Hashes, work: Work) -> list[bytes]:
    """What the work makes of the hashes; everything else was checked before, so that nothing is used up in vain."""
    holding = await call.rssp.vault.holding(credential)
    _refuse_expired(call, holding)
    call.rssp.sads.reserve(sad, hashes)
    try:
        values = await asyncio.to_thread(work, await _key(call, credential, holding), holding)
    except BaseException:
        call.rssp.sads.give_back(sad, hashes)
        raise
    call.rssp.sads.commit(sad, hashes)
    return values


def in_base64(call: Call, values: list[bytes]) -> list[str]:
    """Results as the answer has them; or as the control asked for them."""

    def asked(what: str) -> bool:
        return call.rssp.faults.take(call.method, what) is not None

    if asked("too_few"):
        values = values[:-1]
    if asked("permuted"):
        values = values[::-1]
    texts = [base64.b64encode(value).decode() for value in values]
    if asked("malformed_base64"):
        texts[-1] = f"*{texts[-1][1:]}"
    if asked("whitespace_base64"):
        texts = ["\r\n".join(text[i : i + 64] for i in range(0, len(text), 64)) for text in texts]
    return texts


def _refuse_expired(call: Call, holding: Holding) -> None:
    if holding.certificate.not_valid_after_utc.timestamp() <= call.rssp.clock.now():
        raise Refusal(f"Signing certificate '{holding.certificate.subject.rfc4514_string()}' is expired.")


async def _key(call: Call, credential: Credential, holding: Holding) -> PrivateKey:
    if call.rssp.faults.take(call.method, "key_fails"):
        raise Refusal("The key does not answer", "server_error", HTTPStatus.INTERNAL_SERVER_ERROR)
    if call.rssp.faults.take(call.method, "another_key"):
        return await asyncio.to_thread(credential.kind.generate)
    return holding.key
