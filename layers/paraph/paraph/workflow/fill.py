"""Fill: the form values, and a look that no mandatory field stays empty."""

from dataclasses import dataclass

from paraph.domain.forms import require_filled
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hubs
from paraph.ports.hub_store import HubStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.resolution import form_values
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import known, proceed, updated


@dataclass(frozen=True)
class Fill:
    """Fill Form Fields, as the signatory."""

    signings: SigningStore
    documents: DocumentStore
    hub_store: HubStore
    hubs: Hubs
    session: SignatorySession

    def __call__(self, signing_id: str) -> None:
        """The same values again change nothing."""
        signing = proceed(self.signings.load(signing_id))
        package_id = known(signing.package_id, "package_id")
        document_id = known(signing.document_id, "document_id")
        hub, token = self.hubs(signing.hub), self.session.open(signing)
        values = form_values(self.hub_store, self.documents, signing)
        if values:
            hub.fill_form_fields(token, package_id, document_id, values)
        fields = hub.get_document_fields(token, package_id, document_id)
        require_filled(f for f in fields if f.order in (None, signing.recipient_order))
        self.signings.change(signing_id, "fill", "FILLED", updated(), {"fields": len(values)})
