"""The signatory's own token between the steps: kept encrypted, renewed when a step needs one."""

from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.errors import NotConfigured
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import Hubs
from paraph.ports.secret_store import SecretStore

HANDED_IN_TOKEN = "handed_in_token"  # noqa: S105 (the name of a purpose)
HUB_TOKEN = "hub_token"  # noqa: S105 (the name of a purpose)
MARGIN_SECONDS = 60


@dataclass(frozen=True)
class SignatorySession:
    """Gives each step a token that is the signatory's own and has time left."""

    hubs: Hubs
    secrets: SecretStore
    clock: Clock

    def open(self, signing: Signing) -> str:
        """A token: the handed-in one, the one kept by an earlier step, or a new one."""
        handed_in = self.secrets.get(HANDED_IN_TOKEN, signing.signing_id)
        if handed_in:
            self.hubs(signing.hub).check_token(handed_in, party_of(signing))
            return handed_in
        kept = self.secrets.get(HUB_TOKEN, signing.signing_id)
        return kept or self._renew(signing)

    def close(self, signing: Signing) -> None:
        """Revoke and forget every token of the signing."""
        if kept := self.secrets.get(HUB_TOKEN, signing.signing_id):
            self.hubs(signing.hub).revoke_token(kept)
        self.secrets.forget(HUB_TOKEN, signing.signing_id)
        self.secrets.forget(HANDED_IN_TOKEN, signing.signing_id)

    def _renew(self, signing: Signing) -> str:
        access = self.hubs(signing.hub).authenticate(party_of(signing))
        self.secrets.keep(
            HUB_TOKEN, signing.signing_id, access.value, access.expires_at - timedelta(seconds=MARGIN_SECONDS)
        )
        return access.value


def party_of(signing: Signing) -> str:
    """The name under which the signing's signatory authenticates."""
    if signing.signatory is None:
        raise NotConfigured("The signing has no signatory yet.")
    return f"signatories/{signing.signatory}"
