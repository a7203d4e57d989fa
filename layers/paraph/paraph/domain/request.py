"""What a caller asks for: the same model for POST /signings and NAME.request.json."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from paraph.domain.documents import SignatureField
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Model

ProfileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FieldValue = Annotated[str, StringConstraints(max_length=10_000)]


class SigningWishes(Model):
    """What a request may say beyond the profile; everything else is the profile's."""

    signatory: str | None = Field(
        default=None, max_length=200, description="id of the signatory; default: the profile's"
    )
    field: SignatureField | None = Field(default=None, description="default: the profile's")
    form_values: dict[FieldName, FieldValue] = Field(default_factory=dict, max_length=500)
    signing_server: str | None = Field(default=None, max_length=100)
    signing_capacity: str | None = Field(default=None, max_length=100)
    level_of_assurance: LevelOfAssurance | None = None
    conformance_level: ConformanceLevel | None = None
    reason: str | None = Field(default=None, max_length=500)
    location: str | None = Field(default=None, max_length=500)
    contact: str | None = Field(default=None, max_length=500)


class DocumentChoice(Model):
    """Which document: one uploaded through POST /documents, or one that already lives in the hub."""

    upload_id: str | None = Field(default=None, pattern=r"^upl_[a-z2-7]{26}$")
    package_id: int | None = Field(default=None, ge=1)
    document_id: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _exactly_one(self) -> "DocumentChoice":
        in_hub = self.package_id is not None and self.document_id is not None
        if (self.upload_id is None) != in_hub or (self.package_id is None) != (self.document_id is None):
            raise ValueError("give either upload_id, or package_id and document_id")
        return self


class SigningOrder(SigningWishes):
    """The body of POST /signings."""

    profile: ProfileName
    document: DocumentChoice
    signatory_token: str | None = Field(
        default=None,
        max_length=4096,
        pattern=r"^[\x21-\x7e]+$",  # ASCII, so that characters are bytes: KMS encrypts at most 4,096
        repr=False,
        description="an access token of the signatory, handed in instead of the profile's secret; kept encrypted",
    )


class UploadOrder(Model):
    """The body of POST /documents."""

    name: str = Field(min_length=1, max_length=255, description="file name shown to people")
    size: int = Field(ge=0, description="bytes")
