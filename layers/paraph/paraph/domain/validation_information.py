"""Certificates and revocation information that came with a signature: to be used if they hold, and only then."""

from pydantic import Field

from paraph.domain.model import Model


class ValidationInformation(Model):
    """As it came, in DER; nothing of it is checked yet."""

    certificates: tuple[bytes, ...] = Field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = Field(default=(), repr=False)
    crls: tuple[bytes, ...] = Field(default=(), repr=False)
