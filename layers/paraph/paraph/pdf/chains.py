"""Is a CMS signature sound, and is its certificate trusted at a given time? In the words of EN 319 102-1."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.sign.validation import async_validate_cms_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_tst_signed_data
from pyhanko.sign.validation.status import SignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator.errors import CRLValidationError, OCSPValidationError, PathError, ValidationError

from paraph.pdf.opening import MALFORMED
from paraph.pdf.trust import SIGNER_KEY_USAGE, RevocationCheck, Trust, ValidationData

REVOCATION_UNKNOWN = ("CERTIFICATE_CHAIN_GENERAL_FAILURE", "TRY_LATER")
"""What pyHanko calls a chain whose revocation information is missing or stale (among other things)."""

UNJUDGEABLE = (
    *MALFORMED,
    CRLValidationError,
    InvalidSignature,
    OCSPValidationError,
    PathError,
    UnsupportedAlgorithm,
    ValidationError,
)
"""What breaks a validation off: malformed or unknown things, in the signature or in what it is validated with."""


@dataclass(frozen=True)
class ChainVerdict:
    """What pyHanko says: `intact` (digest), `valid` (signature), and why the certificate is not trusted, if so."""

    intact: bool
    valid: bool
    certificate: Any = None
    path: Any = None
    problem: str | None = None
    revoked_at: datetime | None = None
    malformed: bool = False

    @property
    def trusted(self) -> bool:
        """Sound, and a chain to an anchor."""
        return self.intact and self.valid and self.problem is None

    @property
    def undecided(self) -> bool:
        """Perhaps nothing but usable revocation information is missing; said of a check that needs it."""
        return self.broke_off or self.problem in REVOCATION_UNKNOWN

    @property
    def broke_off(self) -> bool:
        """No verdict: the signature, or else the validation data, could not be made sense of."""
        return self.certificate is None


def judge_signer(
    embedded: Any, trust: Trust, moment: datetime, check: RevocationCheck, data: ValidationData, *, fetch: bool = False
) -> ChainVerdict:
    """Verify a signature's CMS and its signer's chain at `moment`."""

    async def validate() -> Any:
        return await async_validate_cms_signature(
            embedded.signed_data,
            raw_digest=embedded.compute_digest(),
            validation_context=trust.context(moment, check, data, fetch=fetch),
            key_usage_settings=SIGNER_KEY_USAGE,
        )

    return _judged(validate())


def judge_time_stamp(
    signed_data: Any,
    imprint: Any,
    trust: Trust,
    moment: datetime,
    check: RevocationCheck,
    data: ValidationData,
    *,
    fetch: bool = False,
) -> ChainVerdict:
    """Verify a time-stamp token and its authority's chain at `moment`; `imprint` maps a digest's name to its value."""

    async def validate() -> Any:
        context = trust.context(moment, check, data, fetch=fetch)
        return TimestampSignatureStatus(**await validate_tst_signed_data(signed_data, context, imprint))

    return _judged(validate())


def signature_time_stamps(embedded: Any) -> list[Any]:
    """SignedData of the time-stamp tokens among the unsigned attributes (RFC 3161, appendix A)."""
    return list(extract_tst_data_iter(embedded.signer_info, signed=False))


def _judged(validation: Any) -> ChainVerdict:
    try:
        status: SignatureStatus = asyncio.run(validation)
    except SignatureValidationError as error:
        indication = error.ades_subindication.standard_name
        return ChainVerdict(False, False, problem=indication, malformed=indication == "FORMAT_FAILURE")
    except (UnsupportedAlgorithm, InvalidSignature):  # of a kind that cryptography does not know
        return ChainVerdict(False, False, problem="CRYPTO_CONSTRAINTS_FAILURE")
    except UNJUDGEABLE:
        return ChainVerdict(False, False, problem="FORMAT_FAILURE", malformed=True)
    details = status.revocation_details
    return ChainVerdict(
        intact=bool(status.intact),
        valid=bool(status.valid),
        certificate=status.signing_cert,
        path=status.validation_path,
        problem=_problem(status),
        revoked_at=details.revocation_date if details else None,
    )


def _problem(status: SignatureStatus) -> str | None:
    if status.trust_problem_indic is not None:
        return str(status.trust_problem_indic.standard_name)
    return None if status.validation_path is not None else "NO_CERTIFICATE_CHAIN_FOUND"
