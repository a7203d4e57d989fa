"""Credentials in answers (contract §10.7)."""

from base64 import b64encode

from paraph.api.signinghub.bodies.rssp import CredentialInfoQuestion
from paraph.api.signinghub.views.rssp import RsspView
from paraph.domain.rssp import AuthorizationMode, Credential, FactorInfo

TIME = "%Y%m%d%H%M%SZ"


class CredentialKey(RsspView):
    """The member `key`."""

    status: str
    algo: tuple[str, ...]
    len: int | None = None


class CredentialCertificate(RsspView):
    """The member `cert`, of the signer's certificate."""

    status: str | None = None
    certificates: tuple[str, ...] | None = None
    issuer_dn: str | None = None
    serial_number: str | None = None
    subject_dn: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    @classmethod
    def of(cls, found: Credential, asked: CredentialInfoQuestion) -> "CredentialCertificate":
        """As many certificates as are asked for, and what the first one says."""
        chain = tuple(b64encode(der).decode() for der in found.certificates)
        shown = {"none": None, "single": chain[:1], "chain": chain}[asked.certificates]
        facts = _facts(found.certificates[0]) if asked.cert_info and found.certificates else {}
        return cls(status=found.certificate_status, certificates=shown, **facts)


class CredentialFactor(RsspView):
    """The members `PIN` and `OTP`; truth is text there."""

    presence: str
    type: str | None = None
    format: str | None = None
    label: str | None = None
    description: str | None = None
    object_id: str | None = None

    @classmethod
    def of(cls, factor: FactorInfo, kind: str | None = None) -> "CredentialFactor":
        """From what the credential says of it."""
        if not factor.required:
            return cls(presence="false")
        return cls(
            presence="true",
            type=kind,
            format="N" if factor.numeric else "A",
            label=factor.label,
            description=factor.description,
            object_id=factor.object_id,
        )


class CredentialInfo(RsspView):
    """The answer of Get Credentials Info."""

    description: str | None = None
    key: CredentialKey
    cert: CredentialCertificate
    auth_mode: str
    scal: str
    pin: CredentialFactor | None = None
    otp: CredentialFactor | None = None
    multisign: int

    @classmethod
    def of(cls, found: Credential, asked: CredentialInfoQuestion) -> "CredentialInfo":
        """From the credential; its factors only if they are asked for, and there are any."""
        explicit = asked.auth_info and found.mode is AuthorizationMode.EXPLICIT
        key = CredentialKey(
            status="enabled" if found.enabled else "disabled", algo=found.key_algorithms, len=found.key_length
        )
        return cls(
            description=found.description,
            key=key,
            cert=CredentialCertificate.of(found, asked),
            auth_mode=found.mode,
            scal=found.scal,
            pin=CredentialFactor.of(found.pin) if explicit else None,
            otp=CredentialFactor.of(found.otp, "online" if found.otp.online else "offline") if explicit else None,
            multisign=found.multisign,
        )


def _facts(der: bytes) -> dict[str, str]:
    """What the certificate says; nothing if it cannot be read."""
    from cryptography import x509

    try:
        certificate = x509.load_der_x509_certificate(der)
        return {
            "issuer_dn": certificate.issuer.rfc4514_string(),
            "serial_number": format(certificate.serial_number, "x"),
            "subject_dn": certificate.subject.rfc4514_string(),
            "valid_from": certificate.not_valid_before_utc.strftime(TIME),
            "valid_to": certificate.not_valid_after_utc.strftime(TIME),
        }
    except ValueError:
        return {}
