"""ADSS: a server-held key signs at once (contract: SigningHub §1.3)."""

from paraph.domain.signature import SignatureStatus
from paraph.domain.signing import Signing
from paraph.ports.hub import Hub, SignatureWish, SignedDocument
from paraph.workflow.step import known


class Adss:
    """Sign Document with the signatory's own token, on either hub."""

    def sign(self, hub: Hub, token: str, signing: Signing, otp: str | None = None) -> SignedDocument:
        """One call; the hub stores the signed document before it answers, or says that it is pending."""
        field = known(signing.field, "field")
        wish = SignatureWish(
            reference=signing.signing_id,
            field_name=field.name,
            signing_server=signing.signing_server,
            signing_capacity=signing.signing_capacity,
            conformance_level=signing.conformance_level,
            reason=signing.reason,
            location=signing.location,
            contact=signing.contact,
        )
        return hub.sign_document(token, *document_of(signing), wish, otp)

    def find_out(self, hub: Hub, token: str, signing: Signing) -> SignedDocument | None:
        """What became of a call whose answer was lost; none if the field is not signed so far.

        If the field is signed, that is the answer. Otherwise a hub that repeats signatures is asked again: it signs the
        same frozen digest, and only one signature is ever embedded. Any other hub is never asked twice.
        """
        name = known(signing.field, "field").name
        fields = hub.get_document_fields(token, *document_of(signing))
        if any(f.name == name and f.filled for f in fields):
            return SignedDocument(field_name=name, status=SignatureStatus.SIGNED)
        return self.sign(hub, token, signing) if hub.repeats_signatures else None


def document_of(signing: Signing) -> tuple[int, int]:
    """The signing's document in the hub: package, document."""
    return known(signing.package_id, "package_id"), known(signing.document_id, "document_id")
