"""`credentials/authorize`, `authorizeCheck` and `extendTransaction`: how a SAD comes to be (§4.3, §4.4, §4.7)."""

from typing import Any

from aiohttp import web

from local.servers.rssp.algorithms import HASHES
from local.servers.rssp.approvals import Approval, refuse_denied
from local.servers.rssp.calls import Call
from local.servers.rssp.credentials import SCAL2, Credential, Factor, Mode
from local.servers.rssp.refusals import Refusal, invalid, missing
from local.servers.rssp.sads import SAD_SECONDS, Bond, Hashes, Sad
from local.servers.rssp.versions import Version

DESCRIPTION_LIMIT = 500
PATIENCE_SECONDS = 60


async def authorize(call: Call) -> web.Response:
    """A SAD for a number of signatures, or in version 2 the promise of one."""
    credential = call.credential()
    refuse_unless_signable(credential)
    if credential.mode is Mode.OAUTH2CODE:
        raise invalid("credentialID")
    number = call.parameters.integer("numSignatures")
    hashes = hashes_of(call, credential)
    check_budget(credential, number, hashes)
    call.parameters.optional_string("description", DESCRIPTION_LIMIT)
    _prove(call, credential)
    bond = Bond(call.version, credential.credential_id, credential.owner, call.caller.client_id)
    if credential.mode is not Mode.APP:
        return _granted(call, bond, number, hashes)
    approval = call.rssp.approvals.ask(bond, number, hashes)
    if call.version.is_v2:
        return web.json_response({"handle": approval.handle}, status=202)
    await call.rssp.approvals.answer(approval, PATIENCE_SECONDS)
    return _decided(call, approval)


async def authorize_check(call: Call) -> web.Response:
    """The SAD, once the signatory said yes; until then a new handle."""
    value = call.parameters.raw("handle")
    if not isinstance(value, str):
        raise invalid("handle")
    approval = call.rssp.approvals.look(value, call.caller.user, call.caller.client_id)
    if not approval.decision:
        return web.json_response({"handle": approval.handle}, status=202)
    return _decided(call, approval)


async def extend_transaction(call: Call) -> web.Response:
    """A new SAD for the next signatures of the same authorisation."""
    credential = call.credential()
    old = usable_sad(call, credential)
    hashes = hashes_of(call, credential)
    if hashes is not None and len(hashes) > old.remaining:
        raise Refusal("Numbers of signatures is too high")
    return _answer(call, call.rssp.sads.extend(old, hashes))


def usable_sad(call: Call, credential: Credential) -> Sad:
    """The SAD that a request names, if it is good for this credential and caller (§5.1)."""
    value = call.parameters.string("SAD")
    return call.rssp.sads.usable(value, call.version, credential.credential_id, call.caller.client_id)


def refuse_unless_signable(credential: Credential) -> None:
    """A disabled key signs nothing."""
    if not credential.enabled:
        raise Refusal("The credential identified by credentialID is disabled")


def check_budget(credential: Credential, number: int, hashes: Hashes | None) -> None:
    """The number of signatures against the credential's limit, and the hashes against the number."""
    if number < 1:
        raise Refusal("Invalid value for parameter numSignatures")
    if number > credential.multisign or len(hashes or ()) > number:
        raise Refusal("Numbers of signatures is too high")


def hashes_of(call: Call, credential: Credential) -> Hashes | None:
    """The hashes that an authorisation is to be bound to: needed under SCAL 2, possible under SCAL 1 (§6.2)."""
    hashes = call.parameters.hashes() if credential.scal == SCAL2 else call.parameters.optional_hashes()
    if hashes is None:
        if "hashAlgorithmOID" in call.parameters:
            raise missing("array", "hash")
        return None
    oid = call.parameters.string("hashAlgorithmOID") if call.version.is_v2 else None
    check_lengths(call.version, hashes, oid)
    return hashes


def check_lengths(version: Version, hashes: Hashes, oid: str | None) -> None:
    """One length for all hashes of a call, and the algorithm's own where it is said (§7)."""
    if oid is not None and oid not in HASHES:
        raise invalid(version.hash_algorithm)
    lengths = {len(each) for each in hashes}
    if len(lengths) > 1 or (oid is not None and lengths != {HASHES[oid].digest_size}):
        raise Refusal("Invalid digest value length")


def _prove(call: Call, credential: Credential) -> None:
    values = _auth_data(call, credential) if call.version.is_v2 else _flat(call, credential)
    call.rssp.factors.prove(credential, values, call.version)


def _flat(call: Call, credential: Credential) -> dict[Factor, str]:
    """Version 1: PIN and OTP, each exactly where the credential has it."""
    field = {Factor.PIN: "PIN", Factor.OTP: "OTP", Factor.TOTP: "OTP"}
    wanted = {field[factor] for factor in credential.factors}
    for name in ("PIN", "OTP"):
        if name in call.parameters and name not in wanted:
            raise invalid(name)
    return {factor: call.parameters.string(field[factor]) for factor in credential.factors}


def _auth_data(call: Call, credential: Credential) -> dict[Factor, str]:
    """Version 2: one element for each authentication object."""
    if not credential.factors and credential.mode is not Mode.APP:
        if call.parameters.raw("authData") not in (None, []):
            raise invalid("authData")
        return {}
    given = [_element(element) for element in call.parameters.array("authData")]
    wanted: dict[str, bool] = {factor.value: True for factor in credential.factors} or {"APP": False}
    if sorted(name for name, _ in given) != sorted(wanted):
        raise invalid("authData")
    if any((value is not None) is not wanted[name] for name, value in given):
        raise invalid("authData")
    return {Factor(name): value for name, value in given if value is not None}


def _element(element: Any) -> tuple[str, str | None]:
    if not isinstance(element, dict) or not set(element) <= {"id", "value"} or not isinstance(element.get("id"), str):
        raise invalid("authData")
    if "value" in element and not isinstance(element["value"], str):
        raise invalid("authData")
    return element["id"], element.get("value")


def _decided(call: Call, approval: Approval) -> web.Response:
    refuse_denied(approval)
    return _granted(call, approval.bond, approval.number, approval.hashes)


def _granted(call: Call, bond: Bond, number: int, hashes: Hashes | None) -> web.Response:
    at_once = call.rssp.faults.take(call.method, "sad_expires_at_once")
    return _answer(call, call.rssp.sads.open(bond, number, hashes, seconds=0 if at_once else SAD_SECONDS))


def _answer(call: Call, sad: Sad) -> web.Response:
    answer: dict[str, Any] = {"SAD": sad.value}
    if not call.rssp.faults.take(call.method, "no_expires_in"):
        answer["expiresIn"] = SAD_SECONDS
    return web.json_response(answer)
