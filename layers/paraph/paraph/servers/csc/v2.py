"""Version 2.0.0.2: authentication objects, `hashes` with their algorithm, challenges, no pages."""

from paraph.domain.rssp import AuthorizationMode, Credential, FactorInfo, KeyAlgorithm, OutOfBandFactor
from paraph.servers.csc.expression import choices
from paraph.servers.csc.reading import Members, part, parts, text
from paraph.servers.csc.version import UNKNOWN, Access, Body, OtpCall

PIN, OTP, OUT_OF_BAND = "pin", "otp", "out of band"


class V2:
    """Implements `Version`."""

    pages = False
    modern_oauth = True

    def access(self, found: Members) -> Access:
        """auth.mode, auth.objects and auth.expression; explicit without objects is what was implicit (§4.2)."""
        auth = part(found, "auth")
        mode = (text(auth, "mode") or "").casefold()
        objects = {text(o, "id") or "": o for o in parts(auth, "objects")}
        if mode == AuthorizationMode.OAUTH2CODE:
            return Access(mode=AuthorizationMode.OAUTH2CODE)
        if mode not in (AuthorizationMode.EXPLICIT, AuthorizationMode.IMPLICIT):
            return UNKNOWN
        if not objects:
            return Access(mode=AuthorizationMode.IMPLICIT)
        for chosen in choices(tuple(objects), text(auth, "expression")):
            if access := _access([objects[i] for i in chosen]):
                return access
        return UNKNOWN

    def factors(self, credential: Credential, pin: str | None, otp: str | None) -> Body:
        """authData, of explicit credentials only; out-of-band objects are named without a value."""
        answers = [
            {"id": factor.object_id, "value": value}
            for factor, value in ((credential.pin, pin), (credential.otp, otp))
            if factor.object_id and value is not None
        ]
        elsewhere = [{"id": factor.object_id} for factor in credential.out_of_band]
        explicit = credential.mode is AuthorizationMode.EXPLICIT
        return {"authData": answers + elsewhere} if explicit else {}

    def challenges(self, credential: Credential) -> tuple[OtpCall, ...]:
        """getChallenge of each out-of-band object that waits for it."""
        return tuple(_challenge(credential, f.object_id) for f in credential.out_of_band if f.challenged)

    def otp_call(self, credential: Credential) -> OtpCall:
        """getChallenge."""
        return _challenge(credential, credential.otp.object_id or "")

    def bound(self, hashes: list[str], hash_algorithm: str) -> Body:
        """With the algorithm."""
        return {"hashes": hashes, "hashAlgorithmOID": hash_algorithm}

    def signed(self, hashes: list[str], algorithm: KeyAlgorithm) -> Body:
        """With the algorithm, and synchronously: at least one service wants to be told (§10)."""
        return {**self.bound(hashes, algorithm.hash_algorithm), "operationMode": "S"}

    def redirected(self, hashes: str, hash_algorithm: str | None) -> dict[str, str]:
        """With the algorithm."""
        return {"hashes": hashes, **({"hashAlgorithmOID": hash_algorithm} if hash_algorithm else {})}


def _challenge(credential: Credential, object_id: str) -> OtpCall:
    body = {"credentialID": credential.credential_id, "authObjectID": object_id}
    return OtpCall("credentials/getChallenge", body)


def _access(objects: list[Members]) -> Access | None:
    """One PIN and one one-time password at the most, and anything that is answered elsewhere."""
    kinds = [_kind(found) for found in objects]
    if None in kinds or kinds.count(PIN) > 1 or kinds.count(OTP) > 1:
        return None
    factors = {kind: _factor(found) for kind, found in zip(kinds, objects, strict=True) if kind != OUT_OF_BAND}
    return Access(
        mode=AuthorizationMode.EXPLICIT,
        pin=factors.get(PIN, FactorInfo(required=False)),
        otp=factors.get(OTP, FactorInfo(required=False)),
        out_of_band=tuple(
            OutOfBandFactor(object_id=found["id"], challenged=_type(found) == "challengeresponseoob")
            for kind, found in zip(kinds, objects, strict=True)
            if kind == OUT_OF_BAND
        ),
    )


def _kind(found: Members) -> str | None:
    match _type(found):
        case "password":
            return OTP if found.get("generator") else PIN
        case "challengeresponse":
            return OTP
        case "passwordoob" | "challengeresponseoob":
            return OUT_OF_BAND
    return None


def _factor(found: Members) -> FactorInfo:
    return FactorInfo(
        required=True,
        numeric=text(found, "format") == "N",
        label=text(found, "label"),
        description=text(found, "description"),
        online=_type(found) == "challengeresponse",
        object_id=text(found, "id"),
    )


def _type(found: Members) -> str:
    return (text(found, "type") or "").casefold()
