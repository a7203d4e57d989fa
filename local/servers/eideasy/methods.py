"""The signing methods that are played here, one of each kind (contract: eID Easy §1.5)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

# Those of the widget's own table, 2.174.0
ITSME_COUNTRIES = (
    *("AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR"),
    *("HU", "IE", "IS", "IT", "LU", "NL", "NO", "PL", "PT", "RO", "SE", "SK"),
)

Baseline = Literal["B", "T", "LT"]
KeyKind = Literal["rsa", "p256", "p384", "pss"]

SMART_ID = "smart-id-signature"
MOBILE_ID = "mid-signature"
CARD = "id-signature"
REDIRECT = "itsme-qes-signature"
SEAL = "e-seal"


class Kind(StrEnum):
    """How the signatory takes part."""

    REMOTE = "remote"
    CARD = "card"
    REDIRECT = "redirect"


@dataclass(frozen=True)
class Method:
    """A signing method; each has keys of its own kind, so that every kind of signature comes along."""

    action_type: str
    sign_type: str
    kind: Kind
    countries: tuple[str, ...]
    key_kind: KeyKind
    level: str = "qualified"


METHODS = {
    method.action_type: method
    for method in (
        Method(SMART_ID, "smart-id", Kind.REMOTE, ("EE", "LV", "LT", "BE"), "rsa"),
        Method(MOBILE_ID, "mobile-id", Kind.REMOTE, ("EE",), "p256"),
        Method(CARD, CARD, Kind.CARD, ("EE",), "p384"),
        Method(REDIRECT, REDIRECT, Kind.REDIRECT, ITSME_COUNTRIES, "pss"),
    )
}
BY_SIGN_TYPE = {method.sign_type: method for method in METHODS.values()}
