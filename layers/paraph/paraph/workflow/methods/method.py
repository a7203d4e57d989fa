"""What every signing method can do; only the methods know the order of the hub's calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from paraph.domain.challenge import GivenAnswer, Question
from paraph.domain.errors import ParaphError
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import Signing
from paraph.ports.hub import Hub, SignedDocument
from paraph.workflow.step import known


@dataclass(frozen=True)
class Waiting:
    """The signatory authorises the signature elsewhere; all that helps is to look again."""


@dataclass(frozen=True)
class AskAgain:
    """Certainly nothing is embedded, and what was lost cannot be found: the same digest may be authorised anew."""


class Method(Protocol):
    """Every call may be repeated, but for `sign`, which is asked once; `token` is the signatory's own for the hub."""

    def prepare(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None) -> Question | Waiting | None:
        """Everything that comes before the signature is asked for; none: it can be asked for now.

        What it finds goes into the record. Raises Declined, Expired, and errors about the answer.
        """
        ...

    def sign(self, hub: Hub, token: str, signing: Signing, answer: GivenAnswer | None) -> SignedDocument:
        """Ask for the signature. Raises OutcomeUnknown, and errors about the answer, after which nothing is signed."""
        ...

    def find_out(self, hub: Hub, token: str, signing: Signing) -> SignedDocument | AskAgain | None:
        """What became of a call whose answer was lost; none if the field is not signed so far."""
        ...

    def answer_refused(self, hub: Hub, token: str, signing: Signing, refusal: ParaphError) -> None:
        """What was refused is worth nothing any more; raises the refusal again if there is no way on."""
        ...

    def send_code(self, hub: Hub, token: str, signing: Signing) -> None:
        """Have a one-time password sent. Raises OtpNotDelivered, Unavailable."""
        ...

    def clean_up(self, hub: Hub, open_token: Callable[[], str], signing: Signing) -> dict[str, str]:
        """End what the signing has opened elsewhere, as far as that goes; what came of it, for the audit trail."""
        ...


Methods = Callable[[SigningMethod], Method]
"""The method of a name."""


def document_of(signing: Signing) -> tuple[int, int]:
    """The signing's document in the hub: package, document."""
    return known(signing.package_id, "package_id"), known(signing.document_id, "document_id")


def already_signed(hub: Hub, token: str, signing: Signing) -> bool:
    """Whether the field holds a signature."""
    name = known(signing.field, "field").name
    fields = hub.get_document_fields(token, *document_of(signing))
    return any(f.name == name and f.filled for f in fields)
