"""What can be wished for while a package is a draft (contract: SigningHub §6.6, §7); geometry is in PDF points."""

from pydantic import Field

from paraph.domain.documents import FieldType, Placement
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.model import Instant, Model
from paraph.domain.packages import Display, PackageStatus
from paraph.hub.entities import TextType


class PackageQuery(Model):
    """Which packages to list (§6.6); everything absent means all."""

    status: PackageStatus | None = None
    name: str | None = Field(default=None, description="part of the package's name, in any case")
    package_id: int | None = None
    document_id: int | None = None
    modified_from: Instant | None = None
    modified_to: Instant | None = None
    page: int = Field(default=1, ge=1)
    records: int = Field(default=10, ge=1, le=100)
    ascending: bool = False


class NewSignatureField(Model):
    """The body of Add Digital Signature Field (§7.1), geometry already in PDF points."""

    name: str | None = Field(default=None, description="none: one is made up, SH_SIGNATURE_nnnnnn")
    order: int = Field(ge=1)
    placement: Placement | None = Field(default=None, description="none: no visible place")
    levels: tuple[LevelOfAssurance, ...] = ()
    display: Display = Display.VISIBLE
    otp: bool = False
    otp_mobile_number: str | None = None


class NewText(Model):
    """A text, check box or radio field to be added to a draft (§7.4), geometry already in PDF points."""

    type: FieldType
    name: str | None = None
    radio_group: str | None = None
    order: int = Field(ge=1)
    placement: Placement
    text_type: TextType = TextType.TEXT
    value: str | None = None
    required: bool = False
    max_length: int | None = None
    multiline: bool = False
    font_size: float | None = None


class AutoPlacement(Model):
    """The body of AutoPlace Fields (§7.5)."""

    search_text: str = Field(min_length=1, max_length=500)
    order: int = Field(ge=1)
    field_type: str = Field(
        description="SIGNATURE, TEXT, NUMBER, NAME, EMAIL, COMPANY, JOBTITLE, DATE, CHECKBOX, RADIOBOX"
    )
    placement: str = Field(default="LEFT", description="LEFT, RIGHT, TOP or BOTTOM of the hit")
    levels: tuple[LevelOfAssurance, ...] = ()
    width: float = 200
    height: float = 80
    value: str | None = None
    required: bool = False
    max_length: int | None = None
    multiline: bool = False
    radio_group: str | None = None


class Assignment(Model):
    """One element of Assign Document Field (§7.6)."""

    field_name: str
    order: int = Field(ge=1)
    levels: tuple[LevelOfAssurance, ...] = ()
