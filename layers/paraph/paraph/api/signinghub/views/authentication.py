"""Answers of the authentication calls (contract §5)."""

from paraph.api.signinghub.assumed import PROVIDER, PROVIDERS, TOKEN_TYPE
from paraph.api.signinghub.model import View
from paraph.domain.levels import LevelOfAssurance
from paraph.hub.grants import TokenPair
from paraph.ports.hub import ServerOffer, SignatureSettings


class Token(View):
    """The answer of a grant (§5.1); no refresh token comes with client credentials."""

    access_token: str
    token_type: str = TOKEN_TYPE
    expires_in: int
    refresh_token: str | None = None

    @classmethod
    def of(cls, pair: TokenPair) -> "Token":
        """From what the grant gave."""
        return cls(access_token=pair.access_token, expires_in=pair.expires_in, refresh_token=pair.refresh_token)


class About(View):
    """The answer of About (§5.6)."""

    installation_name: str = "Paraph"
    version: str = "4"
    build: str = ""
    patents: str = ""
    copyright: str = ""


class AccountServer(View):
    """A signing server, as Get Account repeats it."""

    name: str
    provider: str
    key_location: str = "SERVER"
    level_of_assurance: tuple[LevelOfAssurance, ...]

    @classmethod
    def of(cls, offer: ServerOffer) -> "AccountServer":
        """From the hub's offer."""
        return cls(name=offer.name, provider=provider_of(offer), level_of_assurance=levels_of(offer))


class Account(View):
    """The answer of Get Account (§9.2): who the token stands for, and what may be signed with."""

    user_email: str | None
    user_name: str | None
    mobile_number: str | None
    enterprise_name: str | None
    signing_servers: tuple[AccountServer, ...]
    sms_otp: bool
    email_otp: bool
    totp: bool = False


def provider_of(offer: ServerOffer) -> str:
    """What kind of signing server it is, in SigningHub's words."""
    return PROVIDERS.get(offer.type, PROVIDER)


def levels_of(offer: ServerOffer) -> tuple[LevelOfAssurance, ...]:
    """The levels of a server's capacities, each once."""
    return tuple(dict.fromkeys(c.level_of_assurance for c in offer.capacities))


def servers_of(settings: SignatureSettings) -> tuple[AccountServer, ...]:
    """Every signing server."""
    return tuple(AccountServer.of(offer) for offer in settings.signing_servers)
