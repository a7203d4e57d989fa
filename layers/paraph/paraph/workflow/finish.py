"""Finish: tell the hub that the signatory has done its part."""

from dataclasses import dataclass

from paraph.domain.errors import RequiredFieldEmpty
from paraph.domain.signing import LedgerState
from paraph.ports.hub import Hub
from paraph.ports.signing_store import SigningStore
from paraph.workflow.session import SignatorySession
from paraph.workflow.step import advanced, known, proceed


@dataclass(frozen=True)
class Finish:
    """Finish Processing, as the signatory; without it the owner's package stays in progress."""

    signings: SigningStore
    hub: Hub
    session: SignatorySession

    def __call__(self, signing_id: str) -> None:
        """A repeat changes nothing; while the signatory has other fields to sign, the package stays with it."""
        signing = proceed(self.signings.load(signing_id))
        what = "FINISHED"
        try:
            self.hub.finish_processing(self.session.open(signing), known(signing.package_id, "package_id"))
        except RequiredFieldEmpty:
            what = "FIELDS_LEFT_OPEN"
        self.signings.change(signing_id, "finish", what, advanced(LedgerState.FINISHED))
