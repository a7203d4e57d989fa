"""The authorisation server's own memory, beside the service's."""

from collections import defaultdict

from local.servers.rssp.oauth2.account_tokens import AccountTokens
from local.servers.rssp.oauth2.store import Store
from local.servers.rssp.rssp import Rssp


class AuthorizationServer:
    """One server for both versions; what it remembers names its version."""

    def __init__(self, rssp: Rssp) -> None:
        self.rssp = rssp
        self.store = Store(rssp.clock)
        self.account_tokens = AccountTokens(rssp.clock)
        self.redirect_uris: dict[str, list[str]] = defaultdict(list)

    def register(self, client_id: str, redirect_uri: str) -> None:
        """Allow a client to be answered at an address."""
        if redirect_uri not in self.redirect_uris[client_id]:
            self.redirect_uris[client_id].append(redirect_uri)

    def reset(self) -> None:
        """Forget all but the registered addresses."""
        self.store.reset()
        self.account_tokens.reset()
