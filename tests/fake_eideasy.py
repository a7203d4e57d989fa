"""eID Easy without sockets: documents that wait to be signed, and what was signed."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from paraph.domain.eideasy import EidEasyDocument, EidEasyOrder, NotSignedYet, OfferedMethod, SignedCms
from paraph.domain.errors import NoSigningMethod, Unavailable
from tests.fakes import FakeClock

SIGNER = "EE-1"


@dataclass
class FakeEidEasy:
    """Implements `EidEasy`; what it should do wrong can be set."""

    clock: FakeClock
    orders: dict[str, EidEasyOrder] = field(default_factory=dict)
    signed: dict[str, bytes] = field(default_factory=dict)
    """The CMS of each document that was signed."""
    downloads_to_fail: int = 0
    methods: tuple[str, ...] = ("smart-id-signature", "mid-signature")
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def prepare(self, order: EidEasyOrder) -> EidEasyDocument:
        if not self.methods:
            raise NoSigningMethod("There is no method.")
        doc_id = f"document-{next(self._numbers)}"
        self.orders[doc_id] = order
        methods = tuple(OfferedMethod(action_type=method) for method in self.methods)
        return EidEasyDocument(doc_id=doc_id, methods=methods, expires_at=self.clock.now() + timedelta(days=1))

    def is_signed(self, doc_id: str) -> bool:
        return doc_id in self.signed

    def download(self, doc_id: str) -> SignedCms | NotSignedYet:
        if self.downloads_to_fail:
            self.downloads_to_fail -= 1
            raise Unavailable("eID Easy did not answer.")
        cms = self.signed.get(doc_id)
        return NotSignedYet(status=400) if cms is None else SignedCms(cms=cms)

    def e_seal(self, doc_id: str) -> None:
        self.sign(doc_id)

    def sign(self, doc_id: str, digest: bytes | None = None, signer: str = SIGNER) -> None:
        """Somebody signs what was handed in, or what the hook has told."""
        what = self.orders[doc_id].document_digest if digest is None else digest
        self.signed[doc_id] = b"cms:" + signer.encode() + b":" + what
