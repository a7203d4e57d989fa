"""What the embedded hub keeps."""

import base64
import zlib
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from paraph.domain.documents import SignatureField, StoredDocument
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.model import Instant, Model
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureRequest

TAIL_LIMIT = 16 << 20


def _inflate(value: object) -> object:
    if not isinstance(value, str):
        return value
    return zlib.decompressobj().decompress(base64.b64decode(value), TAIL_LIMIT)


def _deflate(value: bytes) -> str:
    return base64.b64encode(zlib.compress(value, 9)).decode()


DeflatedBytes = Annotated[bytes, BeforeValidator(_inflate), PlainSerializer(_deflate, when_used="json")]
"""Bytes that are mostly zeros: a tail of 34 KB becomes less than 1 KB."""


class Credential(Model):
    """What a party authenticates with; the secret has 256 random bits, so its digest needs no salt or stretching."""

    party: str
    secret_sha256: str = Field(repr=False)


class Session(Model):
    """An access token as it is kept: under its digest, with whose it is."""

    subject: str
    on_behalf: bool
    expires_at: Instant


class Recipient(Model):
    """A signatory in the package's workflow."""

    signatory: str
    finished: bool = False


class AssignedField(Model):
    """A signature field that one recipient shall sign."""

    field: SignatureField
    signatory: str
    levels: tuple[LevelOfAssurance, ...]
    signed: bool = False


class Lock(Model):
    """Who may change the document now, and until when."""

    holder: str
    until: Instant


class DocumentEntry(Model):
    """A document of a package: its newest revision and its fields."""

    document_id: int
    name: str
    revision_number: int = 0
    revision: StoredDocument
    fields: tuple[AssignedField, ...] = ()
    lock: Lock | None = None

    def field(self, name: str) -> AssignedField | None:
        """The assigned field of this name."""
        return next((f for f in self.fields if f.field.name == name), None)


class Package(Model):
    """A package with its workflow; the unit that conditional writes protect."""

    package_id: int
    owner: str
    name: str
    shared: bool = False
    recipients: tuple[Recipient, ...] = ()
    documents: tuple[DocumentEntry, ...] = ()

    def document(self, document_id: int) -> DocumentEntry | None:
        """The document of this id."""
        return next((d for d in self.documents if d.document_id == document_id), None)

    def recipient(self, signatory: str) -> Recipient | None:
        """The recipient who is this signatory."""
        return next((r for r in self.recipients if r.signatory == signatory), None)

    def with_document(self, entry: DocumentEntry) -> "Package":
        """The package with this document replaced or added."""
        others = tuple(d for d in self.documents if d.document_id != entry.document_id)
        return self.model_copy(update={"documents": (*others, entry)})


class PackageReference(Model):
    """Which package a caller's reference made, so that a repeat finds it."""

    owner: str
    package_id: int


class FrozenSignature(Model):
    """A prepared signature that was or may have been asked for: asked for again, it is the same bytes."""

    base: StoredDocument
    request: SignatureRequest
    capacity: str
    tail: DeflatedBytes = Field(repr=False)
    gap_start: int
    gap_end: int
    digest_algorithm: DigestAlgorithm
    document_digest_hex: str

    @property
    def prepared(self) -> PreparedSignature:
        """As the PDF engine knows it."""
        return PreparedSignature(
            base_size=self.base.size,
            tail=self.tail,
            gap_start=self.gap_start,
            gap_end=self.gap_end,
            digest_algorithm=self.digest_algorithm,
            document_digest=bytes.fromhex(self.document_digest_hex),
        )

    @classmethod
    def freeze(
        cls, base: StoredDocument, request: SignatureRequest, capacity: str, prepared: PreparedSignature
    ) -> "FrozenSignature":
        """From the engine's prepared signature."""
        return cls(
            base=base,
            request=request,
            capacity=capacity,
            tail=prepared.tail,
            gap_start=prepared.gap_start,
            gap_end=prepared.gap_end,
            digest_algorithm=prepared.digest_algorithm,
            document_digest_hex=prepared.document_digest.hex(),
        )
