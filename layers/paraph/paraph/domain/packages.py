"""The words of packages, workflows and recipients (contract: SigningHub §3.2, §3.3)."""

from enum import StrEnum


class WorkflowMode(StrEnum):
    """Who takes part."""

    ONLY_ME = "ONLY_ME"
    ME_AND_OTHERS = "ME_AND_OTHERS"
    ONLY_OTHERS = "ONLY_OTHERS"


class WorkflowType(StrEnum):
    """In which order the recipients act."""

    SERIAL = "SERIAL"
    PARALLEL = "PARALLEL"
    INDIVIDUAL = "INDIVIDUAL"  # a copy for each; the embedded hub refuses it
    CUSTOM = "CUSTOM"  # by signing_order; the same number acts at the same time


class WorkflowStatus(StrEnum):
    """Where the whole package stands, as production installations spell it."""

    DRAFT = "DRAFT"
    SHARED = "SHARED"
    DECLINED = "DECLINED"
    COMPLETED = "COMPLETED"


class PackageStatus(StrEnum):
    """Where the package stands for the one who looks."""

    DRAFT = "DRAFT"
    INPROGRESS = "INPROGRESS"
    PENDING = "PENDING"
    SIGNED = "SIGNED"
    REVIEWED = "REVIEWED"
    DECLINED = "DECLINED"
    COMPLETED = "COMPLETED"


class RecipientRole(StrEnum):
    """What a recipient is to do."""

    SIGNER = "SIGNER"
    REVIEWER = "REVIEWER"
    EDITOR = "EDITOR"
    INPERSON_HOST = "INPERSON_HOST"
    CARBON_COPY = "CARBON_COPY"


class ProcessStatus(StrEnum):
    """How far a recipient has come."""

    UN_PROCESSED = "UN_PROCESSED"
    IN_PROGRESS = "IN_PROGRESS"
    SIGNED = "SIGNED"
    REVIEWED = "REVIEWED"
    DECLINED = "DECLINED"
    EDITED = "EDITED"
    INVALID = "INVALID"


class DeliveryMethod(StrEnum):
    """How a recipient is told."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    EMAIL_AND_SMS = "EMAIL_AND_SMS"


class Display(StrEnum):
    """Whether a signature field shows on its page."""

    VISIBLE = "VISIBLE"
    INVISIBLE = "INVISIBLE"
