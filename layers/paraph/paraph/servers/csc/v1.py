"""Version 1.0.4.0: flat factors, `hash`, pages."""

from paraph.domain.rssp import AuthorizationMode, Credential, FactorInfo, KeyAlgorithm
from paraph.servers.csc.reading import Members, part, text
from paraph.servers.csc.version import UNKNOWN, Access, Body, OtpCall


class V1:
    """Implements `Version`."""

    pages = True
    modern_oauth = False

    def access(self, found: Members) -> Access:
        """authMode, PIN and OTP; of an explicit credential that calls nothing mandatory, the optional ones are."""
        name = (text(found, "authMode") or "").casefold()
        try:
            mode = AuthorizationMode(name)
        except ValueError:
            return UNKNOWN
        if mode is not AuthorizationMode.EXPLICIT:
            return Access(mode=mode)
        pin, otp = part(found, "PIN"), part(found, "OTP")
        mandatory = "true" if "true" in (_presence(pin), _presence(otp)) else "optional"
        return Access(mode=mode, pin=_factor(pin, mandatory), otp=_factor(otp, mandatory))

    def factors(self, credential: Credential, pin: str | None, otp: str | None) -> Body:
        """PIN and OTP, of explicit credentials only."""
        if credential.mode is not AuthorizationMode.EXPLICIT:
            return {}
        return {name: value for name, value in (("PIN", pin), ("OTP", otp)) if value is not None}

    def challenges(self, credential: Credential) -> tuple[OtpCall, ...]:  # noqa: ARG002
        """None."""
        return ()

    def otp_call(self, credential: Credential) -> OtpCall:
        """sendOTP."""
        return OtpCall("credentials/sendOTP", {"credentialID": credential.credential_id}, client_data=True)

    def bound(self, hashes: list[str], hash_algorithm: str) -> Body:  # noqa: ARG002
        """Without the algorithm."""
        return {"hash": hashes}

    def signed(self, hashes: list[str], algorithm: KeyAlgorithm) -> Body:
        """With the algorithm, also where `signAlgo` says it: at least one provider needs it."""
        return {"hash": hashes, "hashAlgo": algorithm.hash_algorithm}

    def redirected(self, hashes: str, hash_algorithm: str | None) -> dict[str, str]:  # noqa: ARG002
        """Without the algorithm."""
        return {"hash": hashes}


def _presence(found: Members) -> str:
    """A string (§0, fact 3); some send a boolean."""
    return str(found.get("presence", "false")).casefold()


def _factor(found: Members, mandatory: str) -> FactorInfo:
    return FactorInfo(
        required=_presence(found) == mandatory,
        numeric=text(found, "format") == "N",
        label=text(found, "label"),
        description=text(found, "description"),
        online=(text(found, "type") or "").casefold() == "online",
    )
