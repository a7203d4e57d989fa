"""Certificate chains: to which anchors, at what time, with which revocation information."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from asn1crypto import x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers import Fetchers

from paraph.domain.errors import NotConfigured
from paraph.pdf import usable
from paraph.pdf.opening import MALFORMED

CLOCK_TOLERANCE = timedelta(seconds=60)
SIGNER_KEY_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
"""Seals and signatures alike: either bit will do, but the certificate has to say one of them."""


class RevocationCheck(StrEnum):
    """How much has to be known about revocation; the values are pyhanko-certvalidator's."""

    REQUIRED = "require"
    """Good revocation information for every certificate but the anchor."""
    IF_DECLARED = "hard-fail"
    """For every certificate that names a source of it."""
    NONE = "none"
    """Leave revocation out."""


@dataclass(frozen=True)
class ValidationData:
    """Certificates and revocation information, as the DSS holds them (ISO 32000-2 §12.8.4.3)."""

    certificates: tuple[Any, ...] = ()
    ocsps: tuple[Any, ...] = ()
    crls: tuple[Any, ...] = ()

    def certificates_only(self) -> "ValidationData":
        """Without revocation information."""
        return ValidationData(self.certificates)

    def joined(self, other: "ValidationData") -> "ValidationData":
        """All of both."""
        return ValidationData(
            (*self.certificates, *other.certificates), (*self.ocsps, *other.ocsps), (*self.crls, *other.crls)
        )


class Trust:
    """The anchors of one verification, and the way to fresh revocation information if there is one.

    Raises NotConfigured for an anchor that is no certificate in DER.
    """

    def __init__(self, anchors: Sequence[bytes], fetchers: Fetchers | None) -> None:
        self._anchors = [_anchor(anchor) for anchor in anchors]
        self._fetchers = fetchers

    @property
    def can_fetch(self) -> bool:
        """Whether there is a way out."""
        return self._fetchers is not None

    def context(
        self,
        moment: datetime,
        check: RevocationCheck,
        data: ValidationData,
        *,
        fetch: bool = False,
    ) -> Any:
        """A validation context of pyhanko-certvalidator for this instant.

        Revocation information may be younger than `moment`: it is collected after signing, and a revocation after
        `moment` does not count.
        """
        fetchers = self._fetchers if fetch else None
        return ValidationContext(
            trust_roots=self._anchors,
            other_certs=list(data.certificates),
            ocsps=list(data.ocsps),
            crls=list(data.crls),
            moment=moment,
            revocation_mode=check.value,
            retroactive_revinfo=True,
            time_tolerance=CLOCK_TOLERANCE,
            allow_fetching=fetchers is not None,
            fetchers=fetchers,
        )


def _anchor(encoded: bytes) -> x509.Certificate:
    try:
        return usable.certificate(encoded)
    except MALFORMED as error:
        raise NotConfigured("a trust anchor is not a certificate in DER") from error
