"""Finish: tell the hub that the signatory has done its part."""

from dataclasses import dataclass

from paraph.domain.errors import InvalidInput, NotAllowed, NotFound, RequiredFieldEmpty
from paraph.domain.hubs import HubName
from paraph.domain.signing import LedgerState, Signing
from paraph.domain.verification import FieldVerification
from paraph.ports.hub import Hub, Hubs
from paraph.ports.signing_store import SigningStore
from paraph.workflow.methods.method import document_of
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, known, proceed


@dataclass(frozen=True)
class Finish:
    """Finish Processing, as the signatory; without it the owner's package stays in progress."""

    signings: SigningStore
    hubs: Hubs
    session: SignatorySession

    def __call__(self, signing_id: str) -> None:
        """A repeat changes nothing; while the signatory has other fields to sign, the package stays with it."""
        signing = proceed(self.signings.load(signing_id))
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        what = "FINISHED"
        try:
            hub.finish_processing(token, known(signing.package_id, "package_id"))
        except RequiredFieldEmpty:
            what = "FIELDS_LEFT_OPEN"
        says = None if signing.hub is HubName.EMBEDDED else _verdict(hub, token, signing)
        self.signings.change(signing_id, "finish", what, advanced(LedgerState.FINISHED, hub_verification=says))


def _verdict(hub: Hub, token: str, signing: Signing) -> FieldVerification | None:
    """What the installation says of the signature; for the report, and never instead of Paraph's own verification."""
    name = known(signing.field, "field").name
    try:
        found = hub.get_document_verification(token, *document_of(signing))
    except (InvalidInput, NotAllowed, NotFound):
        return None
    return next((v for v in found if v.field_name == name), None)
