"""eID Easy as far as servers call it; the rest goes between its widget and itself."""

from typing import Protocol

from paraph.domain.eideasy import EidEasyDocument, EidEasyOrder, NotSignedYet, SignedCms


class EidEasy(Protocol):
    """Has digests signed by people with eIDs, or by a company's seal.

    Every call raises EidEasyRefused (operator: client, secret, what is switched on) and Unavailable.
    """

    def prepare(self, order: EidEasyOrder) -> EidEasyDocument:
        """Hand in a document digest; a repeat makes another document. Raises NoSigningMethod."""
        ...

    def is_signed(self, doc_id: str) -> bool:
        """Whether the signing session says so; the download decides."""
        ...

    def download(self, doc_id: str) -> SignedCms | NotSignedYet:
        """The CMS, unchecked, with what a DSS needs."""
        ...

    def e_seal(self, doc_id: str) -> None:
        """Sign with the company's seal; then download.

        Raises OutcomeUnknown when no answer came: the download tells.
        """
        ...
