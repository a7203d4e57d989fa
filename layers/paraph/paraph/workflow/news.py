"""News of a signature: a hint to look, and proof of nothing; it may come early, late, twice or never."""

from contextlib import suppress
from dataclasses import dataclass

from paraph.domain.challenge import Factor, GivenAnswer
from paraph.domain.errors import LinkExpired, NothingAsked, UnknownSigning
from paraph.ports.clock import Clock
from paraph.ports.executions import Executions
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import Facts, SigningStore
from paraph.workflow.answering import Answering

THROUGH_HOOK: Facts = {"through": "hook"}


@dataclass(frozen=True)
class News:
    """Implements `NewsDesk`; signatures that are no signing's of ours are their client's to ask for."""

    signings: SigningStore
    secrets: SecretStore
    executions: Executions
    clock: Clock

    def told(self, reference: str) -> None:
        """If the signing waits for its widget, it looks now."""
        with suppress(UnknownSigning, NothingAsked, LinkExpired):
            signing = self.signings.load(reference)
            challenge = signing.challenge
            if challenge and Factor.WIDGET in challenge.factors:
                answering = Answering(self.signings, self.secrets, self.executions, self.clock, THROUGH_HOOK)
                answering.returned(signing, GivenAnswer(widget=True))
