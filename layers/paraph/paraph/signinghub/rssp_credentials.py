"""Credentials at a remote signing service, as SigningHub passes them on (contract: SigningHub §10.7; CSC §4.2)."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter

from paraph.domain.rssp import AuthorizationMode, Credential, FactorInfo, Scal
from paraph.signinghub.answers import Text, Words, part
from paraph.signinghub.rssp_answers import Octets, RsspAnswer, Seconds

TIME = "%Y%m%d%H%M%SZ"


class KeyAnswer(RsspAnswer):
    """The member `key` of Get Credentials Info."""

    status: Text = None
    algo: Words = Field(default_factory=list)
    len: Seconds = None


class CertificateAnswer(RsspAnswer):
    """The member `cert`."""

    status: Text = None
    certificates: list[Octets] = Field(default_factory=list)
    subject_dn: Text = None
    valid_from: Text = None
    valid_to: Text = None


class FactorAnswer(RsspAnswer):
    """The members `PIN` and `OTP`; presence is text, and some send a truth value."""

    presence: Text = None
    type: Text = None
    format: Text = None
    label: Text = None
    description: Text = None
    object_id: Text = None

    def factor(self, mandatory: str) -> FactorInfo:
        """With our words; `mandatory` is the presence that makes it one to ask for."""
        return FactorInfo(
            required=(self.presence or "").casefold() == mandatory,
            numeric=self.format == "N",
            label=self.label,
            description=self.description,
            online=(self.type or "").casefold() == "online",
            object_id=self.object_id or None,
        )


class CredentialAnswer(RsspAnswer):
    """Get Credentials Info (§10.7)."""

    description: Text = None
    key: Annotated[KeyAnswer | None, BeforeValidator(part)] = None
    cert: Annotated[CertificateAnswer | None, BeforeValidator(part)] = None
    auth_mode: str
    scal: Text = None
    pin: Annotated[FactorAnswer | None, BeforeValidator(part)] = None
    otp: Annotated[FactorAnswer | None, BeforeValidator(part)] = None
    multisign: Seconds = None

    def credential(self, credential_id: str) -> Credential:
        """With our words; of a credential that calls no factor mandatory, the optional ones are asked for."""
        mode = next((m for m in AuthorizationMode if m == self.auth_mode.strip().casefold()), None)
        key, cert = self.key or KeyAnswer(), self.cert or CertificateAnswer()
        pin, otp = self.pin or FactorAnswer(), self.otp or FactorAnswer()
        presences = {(one.presence or "").casefold() for one in (pin, otp)}
        mandatory = "true" if "true" in presences else "optional"
        return Credential(
            credential_id=credential_id,
            description=self.description,
            enabled=(key.status or "enabled").casefold() == "enabled",
            certificate_status=cert.status and cert.status.casefold(),
            key_algorithms=tuple(key.algo),
            key_length=key.len,
            certificates=tuple(cert.certificates),
            valid_from=_instant(cert.valid_from),
            valid_to=_instant(cert.valid_to),
            subject=cert.subject_dn,
            mode=mode or AuthorizationMode.EXPLICIT,
            factors_known=mode is not None,
            scal=Scal.ONE if (self.scal or "1").strip() == "1" else Scal.TWO,
            pin=pin.factor(mandatory),
            otp=otp.factor(mandatory),
            multisign=self.multisign or 1,
        )


def _instant(text: str | None) -> datetime | None:
    """Of GeneralizedTime; what is none is none."""
    try:
        return datetime.strptime(text or "", TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


CREDENTIAL = TypeAdapter(CredentialAnswer)
