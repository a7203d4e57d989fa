"""A SigningHub installation behind `ports.Hub`."""

from dataclasses import dataclass

from paraph.domain.configuration import SigningHubInstallation
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.http_transport import HttpSender
from paraph.ports.hub import AccessToken
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import PartySecrets
from paraph.signinghub.accounts import Accounts
from paraph.signinghub.eideasy import EidEasy
from paraph.signinghub.fields import Fields
from paraph.signinghub.preparing import Preparing
from paraph.signinghub.rest import Rest
from paraph.signinghub.rssp import Rssp
from paraph.signinghub.signing import Signing
from paraph.signinghub.workflow import Workflow


@dataclass(frozen=True)
class SigningHub(Preparing, Workflow, Fields, Signing):
    """Implements `Hub`."""

    @property
    def rssp(self) -> Rssp:
        """The RSSP calls (§10)."""
        return Rssp(self.accounts, self.documents)

    @property
    def eideasy(self) -> EidEasy:
        """The eID Easy calls (§11)."""
        return EidEasy(self.accounts, self.documents)

    def authenticate(self, party: str) -> AccessToken:
        """Authentication (§5.1), of an owner with scope (§5.2)."""
        return self.accounts.authenticate(party)

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """Authentication with scope (§5.2)."""
        return self.accounts.authenticate_on_behalf(token, party)

    def check_token(self, token: str, party: str) -> None:
        """Get Account (§9.2), compared with the party's address."""
        self.accounts.check(token, party)

    def revoke_token(self, token: str) -> None:
        """Logout (§5.4)."""
        self.accounts.revoke(token)


def signing_hub(
    installation: SigningHubInstallation,
    transport: HttpSender,
    documents: DocumentStore,
    secrets: PartySecrets,
    store: HubStore,
    clock: Clock,
) -> SigningHub:
    """The client of an installation; owners and signatories, with their addresses, are in the store."""
    rest = Rest(transport, clock, installation.url)
    return SigningHub(Accounts(rest, installation.client_id, secrets, store, clock), documents)
