"""Documents as they are stored, and what is written in them."""

from enum import IntEnum, StrEnum

from pydantic import Field

from paraph.domain.model import Model


class StoredDocument(Model):
    """One immutable revision of a document: an object key pinned to its version."""

    bucket: str
    key: str
    version_id: str | None
    size: int = Field(ge=0, description="bytes")


class FieldType(StrEnum):
    """Kinds of PDF form field (ISO 32000-2 §12.7.5)."""

    TEXT = "TEXT"
    CHECK_BOX = "CHECK_BOX"
    RADIO = "RADIO"
    DROPDOWN = "DROPDOWN"
    LIST_BOX = "LIST_BOX"
    PUSH_BUTTON = "PUSH_BUTTON"
    SIGNATURE = "SIGNATURE"


class Box(Model):
    """A rectangle on a page in PDF points, origin at the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


class PageSize(Model):
    """How large a page is, in PDF points."""

    width: float
    height: float


class FormField(Model):
    """One terminal form field of a document, by its fully qualified name."""

    name: str
    type: FieldType
    required: bool = False
    read_only: bool = False
    filled: bool = Field(default=False, description="has a value; for a signature field: is signed")
    value: str | None = Field(default=None, description="text fields and choices; never logged")
    max_length: int | None = None
    options: tuple[str, ...] = ()
    page: int | None = Field(default=None, description="1-based")
    box: Box | None = Field(default=None, description="where its first widget is; none if it shows nowhere")
    multiline: bool = False


class Certification(IntEnum):
    """What a certification signature still permits (DocMDP /P, ISO 32000-2 §12.8.2.2)."""

    NO_CHANGES = 1
    FORM_FILLING = 2
    ANNOTATIONS = 3


class DocumentFacts(Model):
    """What an inspection of a PDF found."""

    pages: int
    fields: tuple[FormField, ...]
    signatures: int = Field(description="signatures and document time-stamps already present")
    certified: bool = Field(description="has a certification (DocMDP) signature")
    certification: Certification | None = None
    page_sizes: dict[int, PageSize] = Field(
        default_factory=dict, description="by 1-based number: the first page, and others that matter"
    )
    attachments: bool = False
    pdfa: str | None = Field(default=None, description="conformance that the file claims by its metadata, such as 2B")

    def field(self, name: str) -> FormField | None:
        """The field of this fully qualified name."""
        return next((f for f in self.fields if f.name == name), None)


class Placement(Model):
    """Where a new, visible signature field goes."""

    page: int = Field(default=1, ge=1, description="1-based")
    box: Box


class Appearance(Model):
    """What a visible signature shows; `text` may use {signer}, {time}, {reason} and {location}."""

    text: str = Field(default="Signed by {signer}\n{time}", max_length=500)
    qr_url: str | None = Field(default=None, max_length=500)


class SignatureField(Model):
    """The field to sign: an existing empty one by its name, or a new one (visible with a placement)."""

    name: str = Field(default="Signature", min_length=1, max_length=200, pattern=r"^[^.\x00-\x1f]+(\.[^.\x00-\x1f]+)*$")
    create: bool = Field(default=False, description="make the field; otherwise it must exist and be empty")
    placement: Placement | None = Field(default=None, description="only with create; none: invisible")
    appearance: Appearance | None = Field(default=None, description="none: the default text if the field is visible")


class NewFormField(Model):
    """A form field to be made: a text field, a check box, or one button of a radio group."""

    name: str = Field(description="fully qualified; of a radio button: the group's")
    type: FieldType
    placement: Placement
    required: bool = False
    value: str | None = Field(default=None, description="text; `true` for a box or button that is on")
    option: str | None = Field(default=None, description="the radio button's own name, its on-state")
    max_length: int | None = None
    multiline: bool = False
    font_size: float | None = Field(default=None, description="points; none: as fits")


class TextHit(Model):
    """A place where a text was found."""

    page: int = Field(description="1-based")
    page_size: PageSize
    box: Box
