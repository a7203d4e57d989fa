"""The signatory's own token between the steps: kept encrypted, renewed when a step needs one."""

from dataclasses import dataclass
from datetime import timedelta

from paraph.domain.errors import AuthenticationFailed, NotConfigured, TokenExpired
from paraph.domain.signing import Signing
from paraph.ports.clock import Clock
from paraph.ports.hub import AccessToken, Hub
from paraph.ports.secret_store import PartySecrets, SecretStore

HANDED_IN_TOKEN = "handed_in_token"  # noqa: S105 (the name of a purpose)
HUB_TOKEN = "hub_token"  # noqa: S105 (the name of a purpose)
MARGIN_SECONDS = 60


@dataclass(frozen=True)
class SignatorySession:
    """Gives each step a token that is the signatory's own and has time left."""

    hub: Hub
    secrets: SecretStore
    party_secrets: PartySecrets
    clock: Clock

    def open(self, signing: Signing) -> str:
        """A token: the handed-in one, the one kept by an earlier step, or a new one."""
        handed_in = self.secrets.get(HANDED_IN_TOKEN, signing.signing_id)
        if handed_in:
            return self._checked(handed_in, signing)
        kept = self.secrets.get(HUB_TOKEN, signing.signing_id)
        return kept or self._renew(signing)

    def close(self, signing: Signing) -> None:
        """Revoke and forget every token of the signing."""
        if kept := self.secrets.get(HUB_TOKEN, signing.signing_id):
            self.hub.revoke_token(kept)
        self.secrets.forget(HUB_TOKEN, signing.signing_id)
        self.secrets.forget(HANDED_IN_TOKEN, signing.signing_id)

    def _checked(self, token: str, signing: Signing) -> str:
        access = self.hub.check_token(token)
        if access.subject != party_of(signing) or access.on_behalf:
            raise AuthenticationFailed("The token handed in is not the signatory's own.")
        if access.expires_at <= self.clock.now():
            raise TokenExpired("The token handed in has expired.")
        return token

    def _renew(self, signing: Signing) -> str:
        party = party_of(signing)
        access: AccessToken = self.hub.authenticate(party, self.party_secrets.read(party))
        self.secrets.keep(
            HUB_TOKEN, signing.signing_id, access.value, access.expires_at - timedelta(seconds=MARGIN_SECONDS)
        )
        return access.value


def party_of(signing: Signing) -> str:
    """The name under which the signing's signatory authenticates."""
    if signing.signatory is None:
        raise NotConfigured("The signing has no signatory yet.")
    return f"signatories/{signing.signatory}"
