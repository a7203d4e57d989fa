"""Submit: as the owner, bring the document into the hub and make it pending for the signatory."""

from dataclasses import dataclass

from paraph.domain.configuration import Signatory
from paraph.domain.errors import NotTheSignatorysTurn, UnknownDocument
from paraph.domain.hubs import HubName
from paraph.domain.signing import Signing
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hub, Hubs, NewRecipient
from paraph.ports.hub_store import HubStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.resolution import find_profile, read_wishes, resolve
from paraph.workflow.start import check_size
from paraph.workflow.step import known, proceed, updated


@dataclass(frozen=True)
class Submit:
    """Each id is stored before the next call; every call finds what a repeat has done before."""

    signings: SigningStore
    documents: DocumentStore
    hub_store: HubStore
    hubs: Hubs
    max_document_bytes: int
    default_hub: HubName = HubName.EMBEDDED

    def __call__(self, signing_id: str) -> None:
        """Package, upload, signer, field, share."""
        signing = self._resolved(proceed(self.signings.load(signing_id)))
        hub = self.hubs(signing.hub)
        token = hub.authenticate(f"owners/{known(signing.owner, 'owner')}").value
        try:
            signing = self._in_hub(hub, token, signing)
            self._assign(hub, token, signing)
        finally:
            hub.revoke_token(token)

    def _resolved(self, signing: Signing) -> Signing:
        profile = find_profile(self.hub_store, signing.profile)
        wishes = read_wishes(self.documents, signing)
        if signing.source.document:
            check_size(signing.source.document, self.max_document_bytes)
        return self.signings.change(
            signing.signing_id,
            "submit",
            "RESOLVED",
            lambda s: resolve(proceed(s), profile, wishes, self.default_hub) if s.signatory is None else proceed(s),
        )

    def _in_hub(self, hub: Hub, token: str, signing: Signing) -> Signing:
        source = signing.source
        if source.document is None:
            return self._already_there(hub, token, signing)
        if signing.package_id is None:
            package_id = hub.add_package(token, signing.document_name, signing.signing_id)
            signing = self._changed(signing, "PACKAGE_ADDED", package_id=package_id)
        if signing.document_id is None:
            package_id = known(signing.package_id, "package_id")
            uploaded = hub.upload_document(token, package_id, signing.document_name, source.document)
            signing = self._changed(
                signing, "DOCUMENT_UPLOADED", document_id=uploaded.document_id, submitted=uploaded.revision
            )
        return signing

    def _already_there(self, hub: Hub, token: str, signing: Signing) -> Signing:
        package_id, document_id = signing.source.package_id, signing.source.document_id
        if package_id is None or document_id is None:
            raise UnknownDocument("The signing names no document.")
        if signing.document_id is not None:
            return signing
        found = hub.get_document(token, package_id, document_id)
        return self._changed(
            signing,
            "DOCUMENT_FOUND",
            package_id=package_id,
            document_id=document_id,
            document_name=found.name,
            submitted=found.revision,
        )

    def _assign(self, hub: Hub, token: str, signing: Signing) -> None:
        """Everything that is there already stays as it is: a package that came from elsewhere may be complete."""
        package_id = known(signing.package_id, "package_id")
        signatory = self._signatory(signing)
        recipient = NewRecipient(user_email=signatory.email, user_name=signatory.name)
        order = hub.add_signer(token, package_id, recipient)
        hub.add_signature_field(
            token,
            package_id,
            known(signing.document_id, "document_id"),
            known(signing.field, "field"),
            order,
            (known(signing.level_of_assurance, "level_of_assurance"),),
        )
        hub.share_package(token, package_id)
        self.signings.change(signing.signing_id, "submit", "SHARED", updated(recipient_order=order))

    def _signatory(self, signing: Signing) -> Signatory:
        name = known(signing.signatory, "signatory")
        found = self.hub_store.get(Signatory, name)
        if found is None or found[0].owner != signing.owner:
            raise NotTheSignatorysTurn("The owner has no such signatory.", signatory=name)
        return found[0]

    def _changed(self, signing: Signing, what: str, **changes: object) -> Signing:
        facts = {k: v for k, v in changes.items() if isinstance(v, int)}
        return self.signings.change(signing.signing_id, "submit", what, updated(**changes), facts)
