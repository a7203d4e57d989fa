"""`credentials/sendOTP` (v1) and `credentials/getChallenge` (v2): a one-time password is sent (§4.5, §4.6)."""

from aiohttp import web

from local.servers.rssp.calls import Call, no_content
from local.servers.rssp.credentials import Factor
from local.servers.rssp.refusals import invalid


async def send_otp(call: Call) -> web.Response:
    """Version 1: to the phone of the credential's owner."""
    credential = call.credential()
    if Factor.OTP not in credential.factors:
        raise invalid("credentialID")
    call.rssp.factors.send_otp(credential, call.version)
    return no_content()


async def get_challenge(call: Call) -> web.Response:
    """Version 2: the same for an authentication object; the challenge goes out of band, so there is no body."""
    credential = call.credential()
    if call.parameters.raw("authObjectID") != Factor.OTP.value or Factor.OTP not in credential.factors:
        raise invalid("authObjectID")
    call.rssp.factors.send_otp(credential, call.version)
    return no_content()
