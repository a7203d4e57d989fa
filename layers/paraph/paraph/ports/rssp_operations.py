"""The hub's operations for remote signing services (contract: SigningHub §10): SigningHub's RSSP calls, one each."""

from typing import Protocol

from pydantic import Field

from paraph.domain.model import Instant, Model
from paraph.domain.rssp import (
    Authorization,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    KeyAlgorithm,
    PendingAuthorization,
    RsspInfo,
    RsspInformation,
    RsspToken,
    Scal1Authorization,
    Scal2Authorization,
)
from paraph.ports.hub import SignatureWish, SignedDocument


class RsspAccess(Model):
    """A signing server of type `csc`, and the token that it takes; none: access is controlled elsewhere."""

    signing_server: str
    access_token: str | None = Field(default=None, repr=False)


class CredentialAuthorization(Model):
    """RSSP Credentials Authorization (§10.11): one signature, and the factors that the credential wants."""

    hashes: tuple[bytes, ...] = Field(default=(), description="empty: none is known yet (SCAL 1)")
    hash_algorithm: str | None = Field(default=None, description="OID")
    pin: str | None = Field(default=None, repr=False)
    otp: str | None = Field(default=None, repr=False)


class DocumentHash(Model):
    """The answer of Get Document Hash (§10.10): what is to be authorised and signed, frozen."""

    transaction_id: str
    digest: bytes = Field(description="of the signed attributes; of the document, if the service builds the CMS")
    algorithm: KeyAlgorithm
    expires_at: Instant


class RsspOperations(Protocol):
    """Signing with credentials at a remote signing service; `token` is the signatory's own for the hub.

    Every call raises UnknownSigningServer, and what `ports.rssp.Rssp` raises for the service. Credentials are as Get
    Credentials Info gave them: who has only an id asks first.
    """

    def get_rssp_information(self, token: str, signing_server: str) -> RsspInformation:
        """Get RSSP Information (§10.3): how the hub is connected."""
        ...

    def get_rssp_info(self, token: str, signing_server: str) -> RsspInfo:
        """Get RSSP Info (§10.4): what the service says of itself."""
        ...

    def get_account_token(self, token: str, signing_server: str) -> str:
        """Get Account Token (§10.8)."""
        ...

    def get_authorization_url(self, token: str, signing_server: str, request: AuthorizationRequest) -> str:
        """Where the signatory's browser goes (§10.9); no call of SigningHub's, but made from its answers."""
        ...

    def get_access_token(
        self, token: str, signing_server: str, exchange: CodeExchange | None = None, refresh_token: str | None = None
    ) -> RsspToken:
        """Get Access Token | SAD (§10.5): for a code, for a refresh token, or the application's own."""
        ...

    def get_filtered_credentials(self, token: str, access: RsspAccess) -> tuple[str, ...]:
        """Get Filtered Credential List (§10.6): the signatory's credential ids."""
        ...

    def get_credential_info(self, token: str, access: RsspAccess, credential_id: str) -> Credential:
        """Get Credentials Info (§10.7), with the certificate chain."""
        ...

    def get_document_hash(
        self,
        token: str,
        package_id: int,
        document_id: int,
        wish: SignatureWish,
        access: RsspAccess,
        credential: Credential,
    ) -> DocumentHash:
        """Get Document Hash (§10.10): prepare, freeze, and tell what is to be signed; a repeat gives the same.

        Makes all the checks of Sign Document. Raises CredentialUnusable and what `sign_document` raises.
        """
        ...

    def send_otp(self, token: str, access: RsspAccess, credential: Credential) -> None:
        """Send OTP via RSSP (§10.11)."""
        ...

    def authorize_credential(
        self, token: str, access: RsspAccess, credential: Credential, wanted: CredentialAuthorization
    ) -> Authorization | PendingAuthorization:
        """RSSP Credentials Authorization (§10.11). Raises PinWrong, OtpWrong, FactorLocked."""
        ...

    def check_authorization(
        self, token: str, access: RsspAccess, credential: Credential, pending: PendingAuthorization
    ) -> Authorization | PendingAuthorization:
        """What became of an authorisation that is given elsewhere (CSC v2); SigningHub has no such call."""
        ...

    def get_sign_hash(
        self,
        token: str,
        access: RsspAccess,
        credential: Credential,
        authorization: Scal2Authorization,
        algorithm: KeyAlgorithm,
    ) -> tuple[bytes, ...]:
        """Get Sign Hash from RSSP (§10.12): raw signature values, or CMS if the service builds them; asked once.

        Raises OutcomeUnknown, SignatureInvalid, SignedByAnother.
        """
        ...

    def embed_signature(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str, signature: bytes
    ) -> SignedDocument:
        """Embed Signature (§10.13), value or CMS, verified first; a repeat finds it done. Raises SignatureInvalid."""
        ...

    def sign_document_directly(
        self,
        token: str,
        package_id: int,
        document_id: int,
        wish: SignatureWish,
        access: RsspAccess,
        credential: Credential,
        authorization: Scal1Authorization,
    ) -> SignedDocument:
        """Sign Document via RSSP Directly (§10.13): hash, have it signed, embed. Raises ScalMismatch, OutcomeUnknown.

        A repeat embeds the value that came before; it never asks the service a second time by itself.
        """
        ...

    def revoke_access_token(
        self,
        token: str,
        signing_server: str,
        access_token: str,
        *,
        refresh_token: bool = False,
        service_token: str | None = None,
    ) -> None:
        """Revoke Access Token (§10.14): one that was obtained without OAuth 2.0, or a SAD.

        `refresh_token` says that it is one; `service_token` opens the service, by default the token itself does.
        """
        ...

    def revoke_oauth2_access_token(
        self, token: str, signing_server: str, access_token: str, *, refresh_token: bool = False
    ) -> None:
        """Revoke OAuth2 Access Token (§10.14), or a refresh token."""
        ...
