"""Bodies of the calls on signature fields (contract §7.1, §4.3)."""

from typing import Annotated

from pydantic import Field, field_validator

from paraph.api.signinghub.geometry import Dimensions
from paraph.api.signinghub.model import AnyCase, Body, FieldName, MobileNumber, OrBlank
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import Display

Order = Annotated[int, Field(ge=1, le=1000, description="position of the recipient in the workflow")]
PageNumber = Annotated[int, Field(ge=1, le=100_000)]
Levels = Annotated[tuple[Annotated[LevelOfAssurance, AnyCase], ...], Field(max_length=20)]
OptionalName = Annotated[FieldName | None, OrBlank]


class OtpWish(Body):
    """A one-time password by message (§4.3)."""

    enabled: bool = False
    mobile_number: Annotated[MobileNumber | None, OrBlank] = None


class TotpWish(Body):
    """A one-time password from a device (§4.3); not served."""

    enabled: bool = False

    @field_validator("enabled")
    @classmethod
    def _not_served(cls, value: bool) -> bool:
        if value:
            raise ValueError("TOTP is not offered by this installation")
        return value


class SigningAuthentication(Body):
    """Signing-time authentication: `otp` as in v4, `sms_otp` as in v3 (§4.3, §7.1)."""

    enabled: bool = False
    otp: OtpWish = OtpWish()
    sms_otp: OtpWish = OtpWish()
    totp: TotpWish = TotpWish()

    @property
    def asked(self) -> OtpWish | None:
        """The one-time password that the field needs, if it needs one."""
        return next((o for o in (self.otp, self.sms_otp) if self.enabled and o.enabled), None)


class _SignatureMembers(Body):
    level_of_assurance: Levels = ()
    dimensions: Dimensions | None = None
    display: Annotated[Display, AnyCase] = Display.VISIBLE
    authentication_signing: SigningAuthentication | None = None
    authentication: SigningAuthentication | None = Field(default=None, description="as v3 spells it")

    @property
    def otp(self) -> OtpWish | None:
        """The one-time password asked for."""
        given = self.authentication_signing or self.authentication
        return given.asked if given else None


class NewSignature(_SignatureMembers):
    """The body of Add Digital Signature Field (§7.1)."""

    order: Order
    page_no: PageNumber
    field_name: OptionalName = None


class ChangedSignature(_SignatureMembers):
    """The body of its update (§7.1); absent members stay as they are."""

    field_name: FieldName
    renamed_as: OptionalName = None
    page_no: PageNumber
