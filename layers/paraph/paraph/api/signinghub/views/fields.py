"""Fields in answers (contract §7)."""

from paraph.api.signinghub.geometry import FieldDimensions
from paraph.api.signinghub.model import View
from paraph.api.signinghub.views.verification import Verification
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.model import Instant
from paraph.domain.packages import Display


class AddedField(View):
    """The answer of adding a field (§7)."""

    field_name: str
    created_on: Instant


class PlacedField(View):
    """One element of AutoPlace's answer (§7.5)."""

    field_name: str


class SmsOtp(View):
    """The one-time password of a field (§4.3)."""

    enabled: bool
    otp_length: int | None = None
    retry_duration: int | None = None
    mobile_number: str | None = None
    methods: tuple[str, ...] = ()


class Totp(View):
    """TOTP is not offered."""

    enabled: bool = False


class FieldAuthentication(View):
    """Signing-time authentication as it is read (§4.3)."""

    enabled: bool
    sms_otp: SmsOtp
    totp: Totp = Totp()


class _Field(View):
    field_name: str
    page_no: int | None
    dimensions: FieldDimensions | None
    order: int | None
    display_order: int
    embedded: bool


class SignatureField(_Field):
    """A signature field (§7.7)."""

    type: str
    process_status: str
    processed_on: Instant | None
    processed_as: str | None = None
    processed_by: str | None
    created_on: Instant | None
    verification: Verification | None
    nid: str | None = None
    display: Display
    level_of_assurance: tuple[LevelOfAssurance, ...]
    authentication: FieldAuthentication


class _FormField(_Field):
    required: bool
    tab_order: int
    read_only: bool
    validation_rule: str
    visible: bool
    color: str | None = None
    border_color: str | None = None
    tooltip: str | None = None
    field_rotation: int = 0


class FontView(View):
    """`font` of a text box."""

    name: str = "HELVETICA"
    size: float | None
    embedded_size: bool = False


class TextField(_FormField):
    """A text box (§7.7)."""

    type: str
    value: str | None
    validation: None = None
    multiline: bool
    font: FontView
    max_length: int | None
    format_type: str = "ALPHANUMERIC"
    placeholder: str | None = None
    format: str | None = None
    field_locale: str = "en-US"
    align: str = "LEFT"


class CheckBox(_FormField):
    """A check box (§7.7)."""

    type: str = "CHECKBOX"
    value: bool
    checked: bool


class RadioButton(CheckBox):
    """A radio button (§7.7), under its own name."""

    type: str = "RADIOBOX"
    radio_group_name: str


class ChoiceField(_Field):
    """A drop-down or list (§7.7)."""

    tab_order: int
    validation_rule: str
    read_only: bool
    value: str | None
    choices: tuple[str, ...]
    visible: bool
    font: FontView
    color: str | None = None
    border_color: str | None = None
    tooltip: str | None = None
    field_rotation: int = 0


class FieldGroups(View):
    """The answer of Get Document Fields (§7.7), by kind; kinds that are not served are left out."""

    signature: tuple[SignatureField, ...] = ()
    text: tuple[TextField, ...] = ()
    radio: tuple[RadioButton, ...] = ()
    checkbox: tuple[CheckBox, ...] = ()
    dropdown: tuple[ChoiceField, ...] = ()
    listbox: tuple[ChoiceField, ...] = ()
