"""Every combination of version, authorisation, SCAL and way into the service: what the signatory does, in which steps.

The one table: `tests/contract/test_csc_matrix.py` signs with each row, and the table of docs/csc.md is made of it.
"""

from dataclasses import dataclass
from itertools import product

from paraph.domain.challenge import Factor
from paraph.domain.rssp import CscVersion, Scal, ServiceAuthorization

V1, V2 = CscVersion.V1, CscVersion.V2
WAYS = (ServiceAuthorization.CLIENT_CREDENTIALS, ServiceAuthorization.AUTHORIZATION_CODE)
Question = tuple[Factor, ...]
AUTHORISATIONS: dict[str, tuple[Question, ...]] = {
    "implicit": (),
    "PIN": ((Factor.PIN,),),
    "OTP": ((Factor.OTP,),),
    "PIN and OTP": ((Factor.PIN, Factor.OTP),),
    "OAuth 2.0": ((Factor.OAUTH2,),),
}
"""What a credential asks for, and what the signatory is asked for in turn."""
CREDENTIALS = dict(zip(AUTHORISATIONS, ("implicit", "pin", "otp", "pin-otp", "oauth2code"), strict=True))
RULED_OUT = {
    (V2, "implicit"): "Version 2 has no mode `implicit` any more: `auth.mode` is `explicit` or `oauth2code` (CSC API "
    "2.0.0.2, 11.5). What was implicit is `explicit` without authentication objects, and is authorised in the same "
    "way, by `credentials/authorize` (11.6)."
}
"""What the standard does not allow in these words, and what takes its place."""
WORDS = {Factor.PIN: "PIN", Factor.OTP: "OTP", Factor.OAUTH2: "allow at the provider"}


@dataclass(frozen=True)
class Combination:
    """One of the forty."""

    version: CscVersion
    authorisation: str
    scal: Scal
    way: ServiceAuthorization

    def __str__(self) -> str:
        """As a test's name."""
        return f"{self.version} {self.authorisation}, SCAL {self.scal}, {self.way}"

    @property
    def credential_id(self) -> str:
        """The stand-in's credential of this kind."""
        return f"{CREDENTIALS[self.authorisation]}-scal{self.scal}"

    @property
    def ruled_out(self) -> str | None:
        """Why the standard does not have it in these words."""
        return RULED_OUT.get((self.version, self.authorisation))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the signatory is asked for, one after the other: the login at the service comes first."""
        login = ((Factor.OAUTH2,),) if self.way is ServiceAuthorization.AUTHORIZATION_CODE else ()
        return (*login, *AUTHORISATIONS[self.authorisation])

    @property
    def steps(self) -> str:
        """Whether the hash is made before the authorisation."""
        return "1-step" if self.scal is Scal.ONE else "2-step"


COMBINATIONS = tuple(Combination(*each) for each in product((V1, V2), AUTHORISATIONS, Scal, WAYS))


def table() -> list[str]:
    """The rows of the document's table; a raised figure leads to what is ruled out."""
    columns = [f"SCAL {scal}, {way.replace('_', ' ')}" for scal, way in product(Scal, WAYS)]
    head = ["| version | the credential asks for | " + " | ".join(columns) + " |", "| --- " * 6 + "|"]
    return head + [_row(version, authorisation) for version, authorisation in product((V1, V2), AUTHORISATIONS)]


def _row(version: CscVersion, authorisation: str) -> str:
    mark = " ¹" if (version, authorisation) in RULED_OUT else ""
    cells = [_cell(Combination(version, authorisation, scal, way)) for scal, way in product(Scal, WAYS)]
    return f"| {version} | {authorisation}{mark} | " + " | ".join(cells) + " |"


def _cell(combination: Combination) -> str:
    login = ["log in"] if combination.way is ServiceAuthorization.AUTHORIZATION_CODE else []
    factors = [WORDS[factor] for question in AUTHORISATIONS[combination.authorisation] for factor in question]
    return f"{', '.join(login + factors) or 'nothing'}; {combination.steps}"
