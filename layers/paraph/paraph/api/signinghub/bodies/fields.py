"""Bodies of the other field calls (contract §7.4 to §7.6)."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from paraph.api.signinghub.bodies.signature_fields import Levels, OptionalName, Order, PageNumber
from paraph.api.signinghub.geometry import Dimensions
from paraph.api.signinghub.model import AnyCase, Body, FieldName, ShortText, Value
from paraph.hub.entities import TextType

MANDATORY = "MANDATORY"
BOX_PIXELS = 10  # side of a check box or radio button whose size is not given (§7.4)

AUTO_PLACED = (
    "SIGNATURE",
    "TEXT",
    "NUMBER",
    "NAME",
    "EMAIL",
    "COMPANY",
    "JOBTITLE",
    "DATE",
    "CHECKBOX",
    "RADIOBOX",
)
V3_SIGNATURES = ("DIGITAL_SIGNATURE", "ELECTRONIC_SIGNATURE")
SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")

MaxLength = Annotated[int, Field(ge=0, le=9999)]
FontSize = Annotated[float, Field(gt=0, le=200)]


class Rule(Body):
    """`validation` of a text box (§7.4)."""

    required: bool = False


class Font(Body):
    """`font` of a text box (§7.4); only the size counts."""

    size: FontSize | None = None


class _FormMembers(Body):
    value: Value | None = None
    validation_rule: Annotated[str, AnyCase] | None = None
    validation: Rule | None = None

    @property
    def required(self) -> bool:
        """Whether the field must hold a value before signing."""
        return self.validation_rule == MANDATORY or bool(self.validation and self.validation.required)

    def says(self, *members: str) -> bool:
        """Whether the body has one of these members."""
        return not self.model_fields_set.isdisjoint(members)


class _TextMembers(_FormMembers):
    type: Annotated[TextType, AnyCase] = TextType.TEXT
    max_length: MaxLength | None = None
    multiline: bool = False
    font: Font = Font()


class NewTextBox(_TextMembers):
    """The body of Add Text Field (§7.4)."""

    order: Order
    page_no: PageNumber
    field_name: OptionalName = None
    dimensions: Dimensions


class ChangedTextBox(_TextMembers):
    """The body of its update (§7.4); absent members stay as they are."""

    field_name: FieldName
    renamed_as: OptionalName = None
    page_no: PageNumber | None = None
    dimensions: Dimensions | None = None


def _square(value: Any) -> Any:
    """The larger side counts for both (§7.4)."""
    if not isinstance(value, dict):
        return value
    inner = value["field"] if isinstance(value.get("field"), dict) else value
    given = [s for s in (inner.get("width"), inner.get("height")) if s not in (None, {})]
    try:
        side = max((float(s) for s in given), default=BOX_PIXELS)
    except (TypeError, ValueError, OverflowError):
        return inner  # to be refused as any other field's
    return {**inner, "width": side, "height": side}


Square = Annotated[Dimensions, BeforeValidator(_square)]


class NewCheckBox(_FormMembers):
    """The body of Add Check Box (§7.4)."""

    order: Order
    page_no: PageNumber
    field_name: OptionalName = None
    dimensions: Square


class NewRadio(NewCheckBox):
    """The body of Add Radio Button (§7.4)."""

    radio_group_name: FieldName


class ChangedBox(_FormMembers):
    """The body of the update of a check box or radio button (§7.4): its size stays."""

    field_name: FieldName
    renamed_as: OptionalName = None
    page_no: PageNumber | None = None
    dimensions: Square | None = None
    radio_group_name: FieldName | None = None


class NamedField(Body):
    """The body of Delete Field and of Generate OTP (§7.4, §9.3)."""

    field_name: FieldName


class AutoSize(Body):
    """How large placed fields are (§7.5)."""

    width: float = Field(default=200, gt=0, le=14_400)
    height: float = Field(default=80, gt=0, le=14_400)


class AutoPlace(_FormMembers):
    """The body of AutoPlace Fields (§7.5)."""

    search_text: Annotated[str, Field(min_length=1, max_length=500)]
    order: Order
    field_type: Annotated[str, AnyCase] = Field(json_schema_extra={"enum": [*AUTO_PLACED, *V3_SIGNATURES]})
    placement: Annotated[str, AnyCase] = Field(default="LEFT", json_schema_extra={"enum": [*SIDES]})
    level_of_assurance: Levels = ()
    dimensions: AutoSize = AutoSize()
    max_length: MaxLength | None = None
    multiline: bool = False
    radio_group_name: OptionalName = None
    placeholder: ShortText | None = None

    @field_validator("field_type")
    @classmethod
    def _served(cls, value: str) -> str:
        if value not in AUTO_PLACED and value not in V3_SIGNATURES:
            raise ValueError(f"should be one of {', '.join(AUTO_PLACED)}")
        return value

    @field_validator("placement")
    @classmethod
    def _side(cls, value: str) -> str:
        if value not in SIDES:
            raise ValueError(f"should be one of {', '.join(SIDES)}")
        return value

    @model_validator(mode="after")
    def _radio_has_a_group(self) -> "AutoPlace":
        if self.field_type == "RADIOBOX" and not self.radio_group_name:
            raise ValueError("a RADIOBOX needs radio_group_name")
        return self


class AssignedField(Body):
    """One element of Assign Document Field (§7.6)."""

    field_name: FieldName
    order: Order
    level_of_assurance: Levels = ()
