"""Fill: the form values, and a look that no mandatory field stays empty."""

from dataclasses import dataclass

from paraph.domain.forms import require_filled
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hub
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
    hub: Hub
    session: SignatorySession

    def __call__(self, signing_id: str) -> None:
        """The same values again change nothing."""
        signing = proceed(self.signings.load(signing_id))
        package_id = known(signing.package_id, "package_id")
        document_id = known(signing.document_id, "document_id")
        token = self.session.open(signing)
        values = form_values(self.hub_store, self.documents, signing)
        if values:
            self.hub.fill_form_fields(token, package_id, document_id, values)
        require_filled(self.hub.get_document_fields(token, package_id, document_id))
        self.signings.change(signing_id, "fill", "FILLED", updated(), {"fields": len(values)})
