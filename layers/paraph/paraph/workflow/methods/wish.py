"""The signing's wishes as the hub takes them."""

from paraph.domain.signing import Signing
from paraph.ports.hub import SignatureWish
from paraph.workflow.step import known


def wish_of(signing: Signing) -> SignatureWish:
    """The same signing, the same wish: that is how the hub knows a repeat."""
    return SignatureWish(
        reference=signing.signing_id,
        field_name=known(signing.field, "field").name,
        signing_server=signing.signing_server,
        signing_capacity=signing.signing_capacity,
        conformance_level=signing.conformance_level,
        reason=signing.reason,
        location=signing.location,
        contact=signing.contact,
    )
