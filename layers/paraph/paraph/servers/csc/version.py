"""What differs between the versions of the API: names, factors, one-time passwords, pages (§8)."""

from dataclasses import dataclass
from typing import Any, Protocol

from paraph.domain.model import Model
from paraph.domain.rssp import AuthorizationMode, Credential, FactorInfo, KeyAlgorithm, OutOfBandFactor
from paraph.servers.csc.reading import Members

Body = dict[str, Any]


class Access(Model):
    """How a credential is authorised."""

    mode: AuthorizationMode
    pin: FactorInfo = FactorInfo(required=False)
    otp: FactorInfo = FactorInfo(required=False)
    out_of_band: tuple[OutOfBandFactor, ...] = ()
    factors_known: bool = True


UNKNOWN = Access(mode=AuthorizationMode.EXPLICIT, factors_known=False)


@dataclass(frozen=True)
class OtpCall:
    """How the service is asked for a one-time password, or for any other challenge."""

    path: str
    body: Body
    client_data: bool = False
    """Whether it takes any."""


class Version(Protocol):
    """One version of the API."""

    pages: bool
    """`credentials/list` comes in pages."""
    modern_oauth: bool
    """The application's secret goes by HTTP Basic; requests may be pushed, endpoints discovered."""

    def access(self, found: Members) -> Access:
        """What `credentials/info` says of the authorisation."""
        ...

    def factors(self, credential: Credential, pin: str | None, otp: str | None) -> Body:
        """The signatory's answers, for `credentials/authorize`."""
        ...

    def challenges(self, credential: Credential) -> tuple[OtpCall, ...]:
        """What has to be called before `credentials/authorize` so that the signatory is asked on another channel."""
        ...

    def otp_call(self, credential: Credential) -> OtpCall:
        """What has the one-time password sent."""
        ...

    def bound(self, hashes: list[str], hash_algorithm: str) -> Body:
        """Hashes for `credentials/authorize` and `credentials/extendTransaction`."""
        ...

    def signed(self, hashes: list[str], algorithm: KeyAlgorithm) -> Body:
        """Hashes for `signatures/signHash`."""
        ...

    def redirected(self, hashes: str, hash_algorithm: str | None) -> dict[str, str]:
        """Hashes for `oauth2/authorize`."""
        ...
