"""What is asked of a signature that somebody else built, and what was found in it."""

from pydantic import Field

from paraph.domain.model import Instant, Model
from paraph.domain.signature import SignatureAlgorithm


class ExpectedSigner(Model):
    """Who has to have signed; what is not said is not compared."""

    certificate: bytes | None = Field(default=None, repr=False, description="DER; exactly this certificate")
    id_code: str | None = Field(
        default=None, repr=False, description="of the subject's serialNumber, with or without prefix (EN 319 412-1)"
    )
    country: str | None = Field(default=None, repr=False, description="ISO 3166-1 alpha-2, of the same identifier")


class ForeignSignature(Model):
    """A CMS that was checked: it signs our document digest, with the key of this certificate.

    Whether the certificate is trusted is not looked at here: the verification of the signed document decides that.
    """

    cms: bytes = Field(repr=False, description="in DER, to be embedded as it is")
    certificate: bytes = Field(repr=False, description="the signer's, DER")
    chain: tuple[bytes, ...] = Field(repr=False, description="DER, signer first, as far as the CMS holds its issuers")
    algorithm: SignatureAlgorithm
    claimed_at: Instant | None = Field(default=None, description="the attribute signing-time, which proves nothing")
    time_stamped: bool = Field(default=False, description="whether there is a signature time-stamp, unchecked")
