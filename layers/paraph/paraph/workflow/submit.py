"""Submit: as the owner, bring the document into the hub and make it pending for the signatory."""

from dataclasses import dataclass

from paraph.domain.errors import UnknownDocument
from paraph.domain.signing import Signing
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hub
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import PartySecrets
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
    hub: Hub
    party_secrets: PartySecrets
    max_document_bytes: int

    def __call__(self, signing_id: str) -> None:
        """Package, upload, signer, field, share."""
        signing = self._resolved(proceed(self.signings.load(signing_id)))
        owner = f"owners/{known(signing.owner, 'owner')}"
        token = self.hub.authenticate(owner, self.party_secrets.read(owner)).value
        try:
            signing = self._in_hub(token, signing)
            self._assign(token, signing)
        finally:
            self.hub.revoke_token(token)

    def _resolved(self, signing: Signing) -> Signing:
        profile = find_profile(self.hub_store, signing.profile)
        wishes = read_wishes(self.documents, signing)
        if signing.source.document:
            check_size(signing.source.document, self.max_document_bytes)
        return self.signings.change(
            signing.signing_id,
            "submit",
            "RESOLVED",
            lambda s: resolve(proceed(s), profile, wishes) if s.signatory is None else proceed(s),
        )

    def _in_hub(self, token: str, signing: Signing) -> Signing:
        source = signing.source
        if source.document is None:
            return self._already_there(token, signing)
        if signing.package_id is None:
            package_id = self.hub.add_package(token, signing.document_name, signing.signing_id)
            signing = self._changed(signing, "PACKAGE_ADDED", package_id=package_id)
        if signing.document_id is None:
            package_id = known(signing.package_id, "package_id")
            uploaded = self.hub.upload_document(token, package_id, signing.document_name, source.document)
            signing = self._changed(
                signing, "DOCUMENT_UPLOADED", document_id=uploaded.document_id, submitted=uploaded.revision
            )
        return signing

    def _already_there(self, token: str, signing: Signing) -> Signing:
        package_id, document_id = signing.source.package_id, signing.source.document_id
        if package_id is None or document_id is None:
            raise UnknownDocument("The signing names no document.")
        if signing.document_id is not None:
            return signing
        found = self.hub.get_document(token, package_id, document_id)
        return self._changed(
            signing,
            "DOCUMENT_FOUND",
            package_id=package_id,
            document_id=document_id,
            document_name=found.name,
            submitted=found.revision,
        )

    def _assign(self, token: str, signing: Signing) -> None:
        package_id = known(signing.package_id, "package_id")
        signatory = known(signing.signatory, "signatory")
        self.hub.add_signer(token, package_id, signatory)
        self.hub.add_signature_field(
            token,
            package_id,
            known(signing.document_id, "document_id"),
            known(signing.field, "field"),
            signatory,
            (known(signing.level_of_assurance, "level_of_assurance"),),
        )
        self.hub.share_package(token, package_id)
        self.signings.change(signing.signing_id, "submit", "SHARED", updated())

    def _changed(self, signing: Signing, what: str, **changes: object) -> Signing:
        facts = {k: v for k, v in changes.items() if isinstance(v, int)}
        return self.signings.change(signing.signing_id, "submit", what, updated(**changes), facts)
