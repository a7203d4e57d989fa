"""`credentials/info`: key, certificates, and how the use of a credential is authorised (§4.2)."""

from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from local.servers.rssp.calls import Call
from local.servers.rssp.credentials import Credential, Factor, Mode
from local.servers.rssp.hashes import encoded

CERTIFICATES = ("none", "single", "chain")

PIN: dict[str, Any] = {"format": "N", "label": "PIN", "description": "The PIN of your credential"}
ONLINE: dict[str, Any] = {"format": "N", "label": "Code", "description": "The code that was sent to your phone"}
OFFLINE: dict[str, Any] = {"format": "N", "label": "Code", "description": "The code that your device shows"}


async def info(call: Call) -> web.Response:
    """One credential."""
    credential = call.credential()
    certificates = call.parameters.choice("certificates", CERTIFICATES, "single")
    call.parameters.optional_string("lang")
    cert_info, auth_info = call.parameters.flag("certInfo"), call.parameters.flag("authInfo")
    return web.json_response(await described(call, credential, certificates, cert_info, auth_info))


async def described(
    call: Call, credential: Credential, certificates: str, cert_info: bool, auth_info: bool
) -> dict[str, Any]:
    """The object of one credential, with as much as was asked for."""
    holding = await call.rssp.vault.holding(credential)
    cert: dict[str, Any] = {"status": credential.certificate_status}
    if certificates != "none":
        chain = holding.chain if certificates == "chain" else holding.chain[:1]
        cert["certificates"] = [encoded(c.public_bytes(Encoding.DER)) for c in chain]
    if cert_info:
        cert |= _names_and_times(holding.certificate)
    authorization = _authorization_v2 if call.version.is_v2 else _authorization_v1
    return {
        "description": f"{credential.credential_id}, a test credential",
        "key": _key(credential),
        "cert": cert,
        **({"signatureQualifier": credential.qualifier} if credential.qualifier else {}),
        **authorization(credential, auth_info),
        "SCAL": credential.scal,
        "multisign": credential.multisign,
        "lang": "en",
    }


def _key(credential: Credential) -> dict[str, Any]:
    kind = credential.kind
    key: dict[str, Any] = {
        "status": "enabled" if credential.enabled else "disabled",
        "algo": list(kind.algorithms),
        "len": kind.length,
    }
    return key if kind.curve is None else {**key, "curve": kind.curve}


def _names_and_times(certificate: x509.Certificate) -> dict[str, str]:
    return {
        "issuerDN": certificate.issuer.rfc4514_string(),
        "subjectDN": certificate.subject.rfc4514_string(),
        "serialNumber": f"{certificate.serial_number:X}",
        "validFrom": f"{certificate.not_valid_before_utc:%Y%m%d%H%M%SZ}",
        "validTo": f"{certificate.not_valid_after_utc:%Y%m%d%H%M%SZ}",
    }


def _authorization_v1(credential: Credential, auth_info: bool) -> dict[str, Any]:
    # Version 1 has no word for an app: the service is implicit about how it asks
    mode = Mode.IMPLICIT if credential.mode is Mode.APP else credential.mode
    answer: dict[str, Any] = {"authMode": mode.value}
    if auth_info and mode is Mode.EXPLICIT:
        answer["PIN"] = {"presence": "true", **PIN} if Factor.PIN in credential.factors else {"presence": "false"}
        answer["OTP"] = _otp_v1(credential)
    return answer


def _otp_v1(credential: Credential) -> dict[str, Any]:
    if Factor.OTP in credential.factors:
        return {"presence": "true", "type": "online", "ID": "phone", **ONLINE}
    if Factor.TOTP in credential.factors:
        return {"presence": "true", "type": "offline", "ID": "device", "provider": "totp", **OFFLINE}
    return {"presence": "false"}


def _authorization_v2(credential: Credential, auth_info: bool) -> dict[str, Any]:
    mode = Mode.OAUTH2CODE if credential.mode is Mode.OAUTH2CODE else Mode.EXPLICIT
    auth: dict[str, Any] = {"mode": mode.value}
    if auth_info and mode is Mode.EXPLICIT:
        auth["objects"] = objects(credential)
        if len(auth["objects"]) > 1:
            auth["expression"] = " AND ".join(each["id"] for each in auth["objects"])
    return {"auth": auth}


def objects(credential: Credential) -> list[dict[str, Any]]:
    """The authentication objects of version 2; none: the service sees to it by itself."""
    if credential.mode is Mode.APP:
        return [{"type": "PasswordOOB", "id": "APP", "label": "App", "description": "Approve on your phone"}]
    known: dict[Factor, dict[str, Any]] = {
        Factor.PIN: {"type": "Password", **PIN},
        Factor.OTP: {"type": "ChallengeResponse", "generator": "sms", **ONLINE},
        Factor.TOTP: {"type": "Password", "generator": "totp", **OFFLINE},
    }
    return [{"id": factor.value, **known[factor]} for factor in credential.factors]
