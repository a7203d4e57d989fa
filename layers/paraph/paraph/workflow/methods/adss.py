"""ADSS: a server-held key signs at once (contract: SigningHub §1.3)."""

from dataclasses import dataclass

from paraph.domain.signing import Signing
from paraph.ports.hub import Hub, SignatureWish, SignedDocument
from paraph.workflow.step import known


@dataclass(frozen=True)
class Adss:
    """Sign Document with the signatory's own token."""

    hub: Hub

    def sign(self, token: str, signing: Signing) -> SignedDocument:
        """One call; the hub stores the signed document before it answers."""
        field = known(signing.field, "field")
        wish = SignatureWish(
            reference=signing.signing_id,
            field_name=field.name,
            signing_server=known(signing.signing_server, "signing_server"),
            signing_capacity=known(signing.signing_capacity, "signing_capacity"),
            conformance_level=known(signing.conformance_level, "conformance_level"),
            reason=signing.reason,
            location=signing.location,
            contact=signing.contact,
        )
        return self.hub.sign_document(token, *_document(signing), wish)

    def find_out(self, token: str, signing: Signing) -> SignedDocument:
        """What became of a call whose answer was lost.

        If the field is signed, the document as it is; otherwise the same frozen digest is signed again, which is
        harmless: only one signature is ever embedded.
        """
        name = known(signing.field, "field").name
        fields = self.hub.get_document_fields(token, *_document(signing))
        if any(f.name == name and f.filled for f in fields):
            return SignedDocument(document=self.hub.get_document(token, *_document(signing)), field_name=name)
        return self.sign(token, signing)


def _document(signing: Signing) -> tuple[int, int]:
    return known(signing.package_id, "package_id"), known(signing.document_id, "document_id")
