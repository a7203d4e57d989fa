"""Remote signing services behind `ports.RsspOperations`: whose token it is, which service, and what it is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from paraph.domain.configuration import Signatory, SigningServer
from paraph.domain.errors import UnknownSigningServer
from paraph.domain.rssp import (
    Authorization,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    KeyAlgorithm,
    PendingAuthorization,
    RsspConnection,
    RsspInfo,
    RsspInformation,
    RsspToken,
    Scal1Authorization,
    Scal2Authorization,
)
from paraph.hub.remote import RemoteSigner
from paraph.hub.sessions import SIGNATORIES, Account, Sessions
from paraph.hub.signing import require_own
from paraph.ports.hub import SignatureWish, SignedDocument
from paraph.ports.hub_store import HubStore
from paraph.ports.rssp import Rssp
from paraph.ports.rssp_operations import CredentialAuthorization, DocumentHash, RsspAccess

RETURN_PATH = "return"  # of the signatory's page


@dataclass(frozen=True)
class RsspDesk:
    """Implements `RsspOperations`; the service's secrets stay here."""

    store: HubStore
    sessions: Sessions
    services: Callable[[SigningServer], Rssp]
    remote: RemoteSigner
    page_url: str

    def get_rssp_information(self, token: str, signing_server: str) -> RsspInformation:
        """How the hub is connected."""
        account = self._own(token)
        connection = self._connection(signing_server)
        signatory = self._signatory(account)
        return RsspInformation(
            signing_server=signing_server,
            base_url=connection.url,
            oauth2_url=connection.oauth2_url,
            service_authorization=connection.service_authorization,
            authorization_required=connection.authorization_required,
            client_id=connection.client_id,
            redirect_uri=f"{self.page_url}{RETURN_PATH}" if self.page_url else None,
            user_id=signatory.rssp_user_id if signatory else None,
            rut_filter=connection.rut_filter,
        )

    def get_rssp_info(self, token: str, signing_server: str) -> RsspInfo:
        """What the service says of itself."""
        return self._service(token, signing_server).info()

    def get_account_token(self, token: str, signing_server: str) -> str:
        """A fresh one for every redirect."""
        account = self._own(token)
        return self._service(token, signing_server).account_token(account.party.removeprefix(SIGNATORIES))

    def get_authorization_url(self, token: str, signing_server: str, request: AuthorizationRequest) -> str:
        """Where the browser goes."""
        return self._service(token, signing_server).authorization_url(request)

    def get_access_token(
        self, token: str, signing_server: str, exchange: CodeExchange | None = None, refresh_token: str | None = None
    ) -> RsspToken:
        """The grant follows from what is given."""
        service = self._service(token, signing_server)
        if exchange:
            return service.exchange(exchange)
        return service.refresh(refresh_token) if refresh_token else service.service_token()

    def get_filtered_credentials(self, token: str, access: RsspAccess) -> tuple[str, ...]:
        """Of the signatory; with the national id in the certificate, where the filter is on."""
        signatory = self._signatory(self._own(token))
        service = self._service(token, access.signing_server)
        found = service.credentials(access.access_token, signatory.rssp_user_id if signatory else None)
        if not self._connection(access.signing_server).rut_filter:
            return found
        wanted = _plain(signatory.national_id if signatory else None)
        credentials = (service.credential(access.access_token, credential_id) for credential_id in found)
        return tuple(c.credential_id for c in credentials if _is(wanted, _plain(c.subject_serial_number)))

    def get_credential_info(self, token: str, access: RsspAccess, credential_id: str) -> Credential:
        """One credential."""
        return self._service(token, access.signing_server).credential(access.access_token, credential_id)

    def get_document_hash(
        self,
        token: str,
        package_id: int,
        document_id: int,
        wish: SignatureWish,
        access: RsspAccess,
        credential: Credential,
    ) -> DocumentHash:
        """What is to be signed, frozen."""
        at = wish.model_copy(update={"signing_server": access.signing_server})
        prepared = self.remote.prepare(self._own(token), package_id, document_id, at, credential)
        return DocumentHash(
            transaction_id=prepared.transaction_id,
            digest=prepared.digest,
            algorithm=prepared.algorithm,
            expires_at=prepared.expires_at,
        )

    def send_otp(self, token: str, access: RsspAccess, credential: Credential) -> None:
        """A code on its way."""
        self._service(token, access.signing_server).send_otp(access.access_token, credential)

    def authorize_credential(
        self, token: str, access: RsspAccess, credential: Credential, wanted: CredentialAuthorization
    ) -> Authorization | PendingAuthorization:
        """One signature."""
        return self._service(token, access.signing_server).authorize(
            access.access_token, credential, wanted.hashes, wanted.hash_algorithm or "", wanted.pin, wanted.otp
        )

    def check_authorization(
        self, token: str, access: RsspAccess, credential: Credential, pending: PendingAuthorization
    ) -> Authorization | PendingAuthorization:
        """What became of it."""
        service = self._service(token, access.signing_server)
        return service.check_authorization(access.access_token, credential, pending)

    def get_sign_hash(
        self,
        token: str,
        access: RsspAccess,
        credential: Credential,
        authorization: Scal2Authorization,
        algorithm: KeyAlgorithm,
    ) -> tuple[bytes, ...]:
        """Exactly the authorised hashes, or documents' digests."""
        service, connection = self._service(token, access.signing_server), self._connection(access.signing_server)
        return self.remote.values.signed_as_authorized(
            service,
            access.access_token,
            authorization,
            algorithm,
            credential.certificates[0],
            sign_document=connection.sign_document,
        )

    def embed_signature(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str, signature: bytes
    ) -> SignedDocument:
        """Verified first."""
        account = self._own(token)
        return self.remote.embed(account, package_id, document_id, field_name, transaction_id, signature)

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
        """Hash, have it signed, embed."""
        at = wish.model_copy(update={"signing_server": access.signing_server})
        account = self._own(token)
        return self.remote.sign_directly(account, package_id, document_id, at, access, credential, authorization)

    def revoke_access_token(
        self,
        token: str,
        signing_server: str,
        access_token: str,
        *,
        refresh_token: bool = False,
        service_token: str | None = None,
    ) -> None:
        """By auth/revoke."""
        service = self._service(token, signing_server)
        service.revoke(access_token, by_oauth2=False, refresh_token=refresh_token, service_token=service_token)

    def revoke_oauth2_access_token(
        self, token: str, signing_server: str, access_token: str, *, refresh_token: bool = False
    ) -> None:
        """By oauth2/revoke."""
        self._service(token, signing_server).revoke(access_token, by_oauth2=True, refresh_token=refresh_token)

    def _own(self, token: str) -> Account:
        account = self.sessions.account(token)
        require_own(account)
        return account

    def _signatory(self, account: Account) -> Signatory | None:
        found = self.store.get(Signatory, account.party.removeprefix(SIGNATORIES))
        return found[0] if found and account.party.startswith(SIGNATORIES) else None

    def _service(self, token: str, signing_server: str) -> Rssp:
        self._own(token)
        return self.services(self._server(signing_server))

    def _connection(self, signing_server: str) -> RsspConnection:
        connection = self._server(signing_server).rssp
        if connection is None:
            raise UnknownSigningServer("This is no remote signing service.", signing_server=signing_server[:100])
        return connection

    def _server(self, signing_server: str) -> SigningServer:
        found = self.store.get(SigningServer, signing_server)
        if found is None or found[0].rssp is None:
            raise UnknownSigningServer("There is no such remote signing service.", signing_server=signing_server[:100])
        return found[0]


def _is(wanted: str, serial_number: str) -> bool:
    """Whether the certificate is this person's; the id may stand behind a prefix (EN 319 412-1 §5.1.3: `IDCCL-…`)."""
    before = serial_number.removesuffix(wanted)
    return bool(wanted) and serial_number.endswith(wanted) and not before[-1:].isdigit()


def _plain(identity: str | None) -> str:
    """A national id without what people write between its parts (contract: SigningHub §10.6)."""
    return "".join(c for c in (identity or "").casefold() if c.isalnum())
