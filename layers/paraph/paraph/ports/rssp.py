"""A remote signing service, through the CSC API (contract: CSC)."""

from collections.abc import Sequence
from typing import Protocol

from paraph.domain.rssp import (
    Authorization,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    KeyAlgorithm,
    PendingAuthorization,
    RsspInfo,
    RsspToken,
    Scal1Authorization,
    Scal2Authorization,
)
from paraph.domain.signature import SignatureAlgorithm


class Rssp(Protocol):
    """One configured service, in either version of the API.

    Every call raises RsspRefused (the service said no; nothing was done), Unavailable (it did not answer, or is
    overloaded; nothing was signed) or RsspTokenExpired (get a new token, once). Tokens are service tokens unless said
    otherwise; none: access is controlled outside of the API.
    """

    def info(self) -> RsspInfo:
        """What the service says of itself (§2)."""
        ...

    def service_token(self) -> RsspToken:
        """The application's own token: client credentials, or auth/login (§3.1, §3.7). Raises AuthenticationFailed."""
        ...

    def account_token(self, account: str) -> str:
        """The JWT that tells the service whose browser comes (§3.8); made here, from the client secret."""
        ...

    def authorization_url(self, request: AuthorizationRequest) -> str:
        """Where the browser goes; the request is pushed ahead where the service takes that (§3.3, RFC 9126)."""
        ...

    def issuer(self) -> str | None:
        """The authorisation server's issuer, if it is known; a return that names another one is refused (RFC 9207)."""
        ...

    def exchange(self, exchange: CodeExchange) -> RsspToken:
        """A service token, or a SAD, for an authorisation code (§3.7); never sent twice.

        Raises AuthorizationExpired if the code is not good (any more), RsspRefused also if the token is for another
        credential or other hashes than the exchange names.
        """
        ...

    def refresh(self, refresh_token: str) -> RsspToken:
        """A new service token (§3.1, §3.7). Raises RsspTokenExpired if the refresh token is not good (any more)."""
        ...

    def credentials(self, token: str | None, user_id: str | None) -> tuple[str, ...]:
        """All credential ids of a user, page by page (§4.1).

        `user_id` is sent only where the service's tokens are no user's own.
        """
        ...

    def credential(self, token: str | None, credential_id: str) -> Credential:
        """One credential, with its certificate chain (§4.2). Raises CredentialUnusable if a certificate is damaged.

        Whether it can sign is another question: `Credential.check`.
        """
        ...

    def choose_algorithm(self, credential: Credential, wanted: SignatureAlgorithm | None) -> KeyAlgorithm:
        """How the credential can sign (§7); none wanted: what fits its key. Raises CredentialUnusable."""
        ...

    def send_otp(self, token: str | None, credential: Credential) -> str | None:
        """Let the service send a one-time password (v1 sendOTP, v2 getChallenge; §4.5, §4.6).

        A text that comes back is a challenge to show to the signatory. Raises FactorLocked.
        """
        ...

    def authorize(
        self,
        token: str | None,
        credential: Credential,
        hashes: Sequence[bytes],
        hash_algorithm: str,
        pin: str | None = None,
        otp: str | None = None,
    ) -> Authorization | PendingAuthorization:
        """Authorise the signatures of these hashes with a credential, implicitly or by its factors (§4.3).

        No hashes: one signature of any hash, where SCAL allows that; `hash_algorithm` is an OID. Never sent again by
        itself: wrong answers are counted. Raises PinWrong, OtpRequired, OtpWrong, FactorLocked, Declined,
        CredentialUnusable.
        """
        ...

    def check_authorization(
        self, token: str | None, credential: Credential, pending: PendingAuthorization
    ) -> Authorization | PendingAuthorization:
        """What became of an authorisation that is given elsewhere (v2, §4.4). Raises Declined, Expired."""
        ...

    def extend(
        self, token: str | None, authorization: Authorization, hashes: Sequence[bytes], hash_algorithm: str
    ) -> Authorization:
        """A fresh SAD for further signatures under the same authorisation (§4.7). Raises AuthorizationExpired."""
        ...

    def sign_hashes(
        self,
        token: str | None,
        authorization: Scal1Authorization,
        hashes: Sequence[bytes],
        algorithm: KeyAlgorithm,
        certificate: bytes,
    ) -> tuple[bytes, ...]:
        """Raw signature values in the order of the hashes (§5.1); ECDSA in DER. Sent once.

        `certificate` is the credential's, in DER; each value is verified with it. Raises SignatureInvalid,
        AuthorizationExpired, OtpWrong (some services check it only now), and OutcomeUnknown if no answer came.
        """
        ...

    def sign_authorized(
        self, token: str | None, authorization: Scal2Authorization, algorithm: KeyAlgorithm, certificate: bytes
    ) -> tuple[bytes, ...]:
        """The same of exactly the authorised hashes, in their order."""
        ...

    def sign_documents(
        self, token: str | None, authorization: Scal1Authorization, digests: Sequence[bytes], algorithm: KeyAlgorithm
    ) -> tuple[bytes, ...]:
        """The service's CMS over these documents' digests (signDoc, §5.2), in their order as the service says; DER.

        Sent once. They are not looked into: whoever embeds one has to check that it signs the document. Raises
        NotConfigured if the connection is no such one, SignatureInvalid (no Base64, another number),
        AuthorizationExpired, OtpWrong, RsspRefused also if the service would sign later, and OutcomeUnknown if no
        answer came.
        """
        ...

    def sign_authorized_documents(
        self, token: str | None, authorization: Scal2Authorization, algorithm: KeyAlgorithm
    ) -> tuple[bytes, ...]:
        """The same of exactly the authorised digests."""
        ...

    def revoke(
        self, token: str, *, by_oauth2: bool, refresh_token: bool = False, service_token: str | None = None
    ) -> None:
        """End a token or a SAD (auth/revoke, oauth2/revoke; §3.2, §3.9); one that is unknown already is no error.

        auth/revoke is called with `service_token`, by default the token itself.
        """
        ...
