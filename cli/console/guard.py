"""Who may speak to the console: pages that it served itself, opened with its address and token."""

import hmac
import secrets

from cli.console.messages import Refusal, Request

TOKEN_HEADER = "x-paraph-console"  # noqa: S105 (a header's name)
NAMES = ("localhost", "127.0.0.1")
OWN_SITE = {"same-origin", "none"}


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def address(port: int, token: str) -> str:
    """Where the console is; a fragment is sent to nobody."""
    return f"http://localhost:{port}/#token={token}"


class Guard:
    """Checks requests before anything looks at them."""

    def __init__(self, port: int, token: str) -> None:
        self._hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())
        self._token = token.encode()

    def check_site(self, request: Request) -> None:
        """Another Host means a rebound name, another Origin somebody else's page."""
        host = request.headers.get("host", "").lower()
        if host not in self._hosts:
            raise Refusal(421, "the console does not go by this name", "Open the address that the console printed.")
        origin = request.headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            raise Refusal(403, "another site's page may not use the console")

    def check_caller(self, request: Request) -> None:
        """The console's own page, with the token."""
        if request.headers.get("sec-fetch-site", "none") not in OWN_SITE:
            raise Refusal(403, "another site's page may not use the console")
        given = request.headers.get(TOKEN_HEADER, "").encode()
        if not hmac.compare_digest(given, self._token):
            advice = "Open the address that the console printed when it was started."
            raise Refusal(401, "the token is missing or of another console", advice)
