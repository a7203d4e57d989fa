"""Who is known here: two signatories and three client applications, with test values for every secret."""

from dataclasses import dataclass, field

SERVICE = "service"
CREDENTIAL = "credential"
CLIENT_CREDENTIALS = "client_credentials"
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant's name


@dataclass(frozen=True)
class User:
    """A signatory with an account at the service."""

    user_id: str
    given_name: str
    surname: str
    national_id: str
    password: str = field(repr=False)
    pin: str = field(repr=False)
    device_secret: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """As certificates have it."""
        return f"{self.given_name} {self.surname}"


@dataclass(frozen=True)
class Client:
    """An application that is registered for OAuth 2.0."""

    client_id: str
    name: str
    secret: str = field(repr=False)
    grants: frozenset[str]
    account_token_required: bool = False


USERS = {
    user.user_id: user
    for user in (
        User("jane", "Jane", "Roe", "12345678-5", "jane-password", "135790", b"jane's device stand-in"),
        User("john", "John", "Rojas", "11111111-1", "john-password", "246801", b"john's device stand-in"),
    )
}

CLIENTS = {
    client.client_id: client
    for client in (
        Client("paraph-service", "Paraph", "service-secret", frozenset({CLIENT_CREDENTIALS, AUTHORIZATION_CODE})),
        Client("paraph-web", "Paraph on the web", "web-secret", frozenset({AUTHORIZATION_CODE, REFRESH_TOKEN})),
        Client(
            "paraph-restricted",
            "Paraph, accounts told",
            "restricted-secret",
            frozenset({CLIENT_CREDENTIALS, AUTHORIZATION_CODE, REFRESH_TOKEN}),
            account_token_required=True,
        ),
    )
}
