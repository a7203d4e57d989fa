"""eID Easy's calls to us: the digest that it asks for, and the news that it brings (contract: eID Easy §2)."""

from typing import Protocol

from paraph.domain.eideasy import DigestQuestion, SignedNotice


class Hooks(Protocol):
    """What is said is looked up by the document's id; who says it brings the token that the document was given."""

    def digest(self, question: DigestQuestion, authorization: str | None) -> bytes:
        """The digest to be signed, frozen, and the same at every repeat.

        Raises UnknownDocument, HookRefused, SignatureAlreadyGiven, DocumentLocked.
        """
        ...

    def signed(self, notice: SignedNotice, authorization: str | None) -> str:
        """The reference of the signature that the news is about. Raises UnknownDocument, HookRefused."""
        ...


class NewsDesk(Protocol):
    """Wakes signings that wait for news."""

    def told(self, reference: str) -> None:
        """A hint to look; whatever it is about, it changes nothing else, and any number of them does no harm."""
        ...
