"""The embedded hub behind `ports.Hub`: a facade; each part knows its own rules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paraph.domain.documents import SignatureField, StoredDocument
from paraph.domain.errors import AuthenticationFailed
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import ProcessStatus
from paraph.domain.verification import FieldVerification
from paraph.hub.capacities import Capacities
from paraph.hub.digital import anchors_of, trust_of
from paraph.hub.eideasy import EidEasyDesk
from paraph.hub.entities import DocumentEntry, Package
from paraph.hub.fields import hub_fields
from paraph.hub.filling import Filler
from paraph.hub.history import Action
from paraph.hub.joining import Joining
from paraph.hub.packages import Packages, entry_of
from paraph.hub.reporting import Evidence
from paraph.hub.rssp import RsspDesk
from paraph.hub.sessions import SIGNATORIES, Sessions
from paraph.hub.sharing import Sharing
from paraph.hub.signing import Signer
from paraph.hub.uploading import Uploads
from paraph.hub.verifying import document_in_words
from paraph.hub.views import hub_document, hub_package, require_seen
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import (
    AccessToken,
    HubDocument,
    HubEvent,
    HubField,
    HubPackage,
    NewRecipient,
    RegisteredDevice,
    SignatureSettings,
    SignatureWish,
    SignedDocument,
)
from paraph.ports.hub_store import HubStore
from paraph.ports.pdf_engine import PdfEngine
from paraph.ports.secret_store import PartySecrets


@dataclass(frozen=True)
class EmbeddedHub:
    """Implements `Hub` on Paraph's own stores and signing servers."""

    store: HubStore
    party_secrets: PartySecrets
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    sessions: Sessions
    packages: Packages
    capacities: Capacities
    uploads: Uploads
    joining: Joining
    sharing: Sharing
    filler: Filler
    signer: Signer
    evidence: Evidence
    rssp: RsspDesk
    eideasy: EidEasyDesk

    @property
    def repeats_signatures(self) -> bool:
        """What was frozen is asked for again to the byte, and one signature is stored."""
        return True

    def authenticate(self, party: str) -> AccessToken:
        """A token for the party, with its own secret."""
        return self.sessions.authenticate(party, self.party_secrets.read(party))

    def authenticate_on_behalf(self, token: str, party: str) -> AccessToken:
        """A token in a signatory's name, for its owner; it cannot sign."""
        return self.sessions.authenticate_on_behalf(token, party)

    def check_token(self, token: str, party: str) -> None:
        """Whether this is the party's own token."""
        account = self.sessions.account(token)
        if account.party != party or account.on_behalf:
            raise AuthenticationFailed("The token is not the party's own.", party=party)

    def revoke_token(self, token: str) -> None:
        """Make the token useless."""
        self.sessions.revoke(token)

    def add_package(self, token: str, name: str, reference: str) -> int:
        """A new draft; the same reference finds it."""
        return self.packages.add(self.sessions.account(token), name, reference)

    def get_package(self, token: str, package_id: int) -> HubPackage:
        """The package as this party sees it."""
        account = self.sessions.account(token)
        return hub_package(self._seen(token, package_id), account)

    def delete_package(self, token: str, package_id: int) -> None:
        """Gone for its owner, declined by a recipient."""
        self.sharing.delete(self.sessions.account(token), package_id)

    def upload_document(self, token: str, package_id: int, name: str, document: StoredDocument) -> HubDocument:
        """Another document of the draft; the same object again finds it."""
        account = self.sessions.account(token)
        return hub_document(*self.uploads.add(account, package_id, name, "API", document, once=True))

    def get_document(self, token: str, package_id: int, document_id: int) -> HubDocument:
        """The document with its newest revision."""
        return hub_document(*self._document(token, package_id, document_id))

    def add_signer(self, token: str, package_id: int, recipient: NewRecipient) -> int:
        """The recipient's order."""
        return self.joining.add_signer(self.sessions.account(token), package_id, recipient)

    def add_signature_field(
        self,
        token: str,
        package_id: int,
        document_id: int,
        field: SignatureField,
        order: int,
        levels: tuple[LevelOfAssurance, ...],
    ) -> None:
        """Assign a field of the document, or one to be made, to a recipient."""
        account = self.sessions.account(token)
        self.joining.add_signature_field(account, package_id, document_id, field, order, levels)

    def get_document_fields(self, token: str, package_id: int, document_id: int) -> tuple[HubField, ...]:
        """The fields of the newest revision, and those still to be made."""
        _, entry = self._document(token, package_id, document_id)
        return hub_fields(entry, self.load_engine().inspect(self.documents.open(entry.revision)))

    def share_package(self, token: str, package_id: int) -> None:
        """Pending for its recipients."""
        self.sharing.share(self.sessions.account(token), package_id)

    def recall_package(self, token: str, package_id: int) -> None:
        """A draft again."""
        self.sharing.recall(self.sessions.account(token), package_id)

    def complete_package(self, token: str, package_id: int) -> None:
        """Completed in the middle."""
        self.sharing.complete(self.sessions.account(token), package_id)

    def decline_package(self, token: str, package_id: int, reason: str | None) -> None:
        """Declined by the recipient whose turn it is."""
        account = self.sessions.account(token)
        self.sharing.end_part(account, package_id, Action.DECLINED, ProcessStatus.DECLINED, reason)

    def fill_form_fields(self, token: str, package_id: int, document_id: int, values: Mapping[str, str]) -> None:
        """The values as a new revision."""
        self.filler.fill(self.sessions.account(token), package_id, document_id, values)

    def get_signature_settings(self, token: str) -> SignatureSettings:
        """Every configured signing server with its capacities."""
        self.sessions.account(token)
        return self.capacities.settings()

    def generate_otp(self, token: str, package_id: int, document_id: int, field_name: str) -> None:
        """A code for this signature."""
        self.signer.send_otp(self.sessions.account(token), package_id, document_id, field_name)

    def sign_document(
        self, token: str, package_id: int, document_id: int, wish: SignatureWish, otp: str | None = None
    ) -> SignedDocument:
        """Sign the recipient's field; only the recipient's own token can."""
        return self.signer.sign(self.sessions.account(token), package_id, document_id, wish, otp)

    def get_signing_status(
        self,
        token: str,
        package_id: int,
        document_id: int,
        field_name: str,
        transaction_id: str | None = None,
    ) -> SignedDocument:
        """How far the signature in this field has come."""
        account = self.sessions.account(token)
        return self.signer.status(account, package_id, document_id, field_name, transaction_id)

    def get_registered_devices(self, token: str) -> tuple[RegisteredDevice, ...]:
        """The signatory's active passkeys; as nothing attests what holds their keys, nothing is said of it."""
        signatory = self.sessions.account(token).party.removeprefix(SIGNATORIES)
        known = self.signer.authorisations.devices.of(signatory)
        return tuple(RegisteredDevice(device_id=d.device_id, device_name=d.name) for d in known.active)

    def finish_processing(self, token: str, package_id: int) -> None:
        """The recipient's part is done."""
        self.sharing.finish(self.sessions.account(token), package_id)

    def get_document_verification(self, token: str, package_id: int, document_id: int) -> tuple[FieldVerification, ...]:
        """Every signature of the newest revision, verified now."""
        package, entry = self._document(token, package_id, document_id)
        anchors = anchors_of(trust_of(self.store))
        return document_in_words(
            package, entry, self.load_engine().verify(self.documents.open(entry.revision), anchors)
        )

    def get_history(self, token: str, package_id: int) -> tuple[HubEvent, ...]:
        """The package's log."""
        log = self._seen(token, package_id).log
        return tuple(HubEvent.model_validate(e.model_dump(exclude={"information"})) for e in log)

    def get_evidence_report(self, token: str, package_id: int) -> bytes:
        """A PDF that tells the completed package's story."""
        return self.evidence.report(self._seen(token, package_id))

    def _seen(self, token: str, package_id: int) -> Package:
        account = self.sessions.account(token)
        package = self.packages.load(package_id)
        require_seen(package, account)
        return package

    def _document(self, token: str, package_id: int, document_id: int) -> tuple[Package, DocumentEntry]:
        package = self._seen(token, package_id)
        return package, entry_of(package, document_id)
