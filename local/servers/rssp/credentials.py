"""The credentials there are: every way of authorisation, kind of key and state, under the same ids in both versions."""

from dataclasses import dataclass
from enum import StrEnum

from local.servers.rssp import keys
from local.servers.rssp.keys import KeyKind

SCAL1, SCAL2 = "1", "2"


class Mode(StrEnum):
    """Where the signatory authorises (§6.1); APP is a phone that is asked: v1 waits for it, v2 answers 202."""

    IMPLICIT = "implicit"
    EXPLICIT = "explicit"
    OAUTH2CODE = "oauth2code"
    APP = "app"


class Factor(StrEnum):
    """What explicit authorisation asks for; TOTP comes from the signatory's own device (offline)."""

    PIN = "PIN"
    OTP = "OTP"
    TOTP = "TOTP"


@dataclass(frozen=True)
class Credential:
    """One credential of one user."""

    credential_id: str
    owner: str
    mode: Mode
    scal: str
    factors: tuple[Factor, ...] = ()
    kind: KeyKind = keys.RSA
    multisign: int = 10
    enabled: bool = True
    profile: str = "natural-person"
    organization: str | None = None
    qualifier: str | None = None

    @property
    def certificate_status(self) -> str:
        """As `cert.status` has it."""
        return self.profile if self.profile in ("expired", "revoked") else "valid"

    @property
    def usable(self) -> bool:
        """Whether a signature can be made now (`onlyValid`)."""
        return self.enabled and self.certificate_status == "valid"


def catalogue() -> dict[str, Credential]:
    """Every credential by its id."""
    credentials = (*_by_mode(), *_by_key(), *_odd())
    return {credential.credential_id: credential for credential in credentials}


def _by_mode() -> list[Credential]:
    modes: dict[str, tuple[Mode, tuple[Factor, ...]]] = {
        "implicit": (Mode.IMPLICIT, ()),
        "pin": (Mode.EXPLICIT, (Factor.PIN,)),
        "otp": (Mode.EXPLICIT, (Factor.OTP,)),
        "pin-otp": (Mode.EXPLICIT, (Factor.PIN, Factor.OTP)),
        "oauth2code": (Mode.OAUTH2CODE, ()),
    }
    return [
        Credential(f"{name}-scal{scal}", "jane", mode, scal, factors)
        for name, (mode, factors) in modes.items()
        for scal in (SCAL1, SCAL2)
    ]


def _by_key() -> list[Credential]:
    kinds = {"bare-rsa": keys.BARE_RSA, "pss": keys.PSS, "p256": keys.P256, "p384": keys.P384, "p521": keys.P521}
    return [
        Credential(f"{name}-scal{scal}", "jane", Mode.IMPLICIT, scal, kind=kind)
        for name, kind in kinds.items()
        for scal in (SCAL1, SCAL2)
    ]


def _odd() -> list[Credential]:
    implicit = Mode.IMPLICIT
    return [
        Credential("totp-scal1", "jane", Mode.EXPLICIT, SCAL1, (Factor.TOTP,), keys.P256),
        Credential("app", "jane", Mode.APP, SCAL2, kind=keys.P256),
        Credential("single", "jane", implicit, SCAL1, kind=keys.P256, multisign=1),
        Credential("company", "jane", implicit, SCAL1, kind=keys.P256, organization="Soto y Cía. Ltda."),
        Credential("disabled", "jane", implicit, SCAL1, kind=keys.P256, enabled=False),
        Credential("expired", "jane", implicit, SCAL1, kind=keys.P256, profile="expired"),
        Credential("revoked", "jane", implicit, SCAL1, kind=keys.P256, enabled=False, profile="revoked"),
        Credential("john-pin", "john", Mode.EXPLICIT, SCAL1, (Factor.PIN,), keys.P256),
    ]
