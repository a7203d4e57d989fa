"""The plain data between the two phases of a signature: prepare and embed."""

from enum import StrEnum

from pydantic import Field

from paraph.domain.documents import SignatureField
from paraph.domain.levels import ConformanceLevel
from paraph.domain.model import Instant, Model


class DigestAlgorithm(StrEnum):
    """Digests allowed for documents and signed attributes (ETSI TS 119 312)."""

    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class SignatureAlgorithm(StrEnum):
    """Signature algorithms by the names AWS KMS gives them."""

    RSASSA_PKCS1_V1_5_SHA_256 = "RSASSA_PKCS1_V1_5_SHA_256"
    RSASSA_PKCS1_V1_5_SHA_384 = "RSASSA_PKCS1_V1_5_SHA_384"
    RSASSA_PKCS1_V1_5_SHA_512 = "RSASSA_PKCS1_V1_5_SHA_512"
    RSASSA_PSS_SHA_256 = "RSASSA_PSS_SHA_256"
    RSASSA_PSS_SHA_384 = "RSASSA_PSS_SHA_384"
    RSASSA_PSS_SHA_512 = "RSASSA_PSS_SHA_512"
    ECDSA_SHA_256 = "ECDSA_SHA_256"
    ECDSA_SHA_384 = "ECDSA_SHA_384"
    ECDSA_SHA_512 = "ECDSA_SHA_512"

    @property
    def digest(self) -> DigestAlgorithm:
        """The digest that the algorithm names."""
        return DigestAlgorithm("sha" + self.value[-3:])


class SignatureStatus(StrEnum):
    """How far one signature has come (contract: SigningHub §3.2, §9.5)."""

    SIGNED = "SIGNED"
    PENDING = "PENDING"
    DECLINED = "DECLINED"
    FAILED = "FAILED"


class SignatureRequest(Model):
    """Everything the document's part of a signature depends on; frozen once prepared."""

    field: SignatureField
    level: ConformanceLevel
    digest_algorithm: DigestAlgorithm
    signer_name: str = Field(description="shown in the appearance and in /Name")
    signing_at: Instant
    reason: str | None = None
    location: str | None = None
    contact: str | None = None
    certify: bool = Field(
        default=False, description="certification signature: afterwards only form filling and signing"
    )
    placeholder_size: int = Field(default=8192, description="bytes of DER reserved for the CMS")


class PreparedSignature(Model):
    """A document made ready for one CMS: the appended bytes with a gap, and the digest over everything else."""

    base_size: int = Field(description="bytes of the untouched document that the tail is appended to")
    tail: bytes = Field(repr=False, description="the incremental update, its /Contents gap still zeros")
    gap_start: int = Field(description="offset in the tail of the `<` that opens /Contents")
    gap_end: int = Field(description="offset in the tail just after the `>` that closes /Contents")
    digest_algorithm: DigestAlgorithm
    document_digest: bytes = Field(description="over the byte range: all of the file but the gap")

    @property
    def byte_range(self) -> tuple[int, int, int, int]:
        """/ByteRange of the signature (ISO 32000-2 §12.8.1)."""
        after = self.base_size + self.gap_end
        return 0, self.base_size + self.gap_start, after, len(self.tail) - self.gap_end
