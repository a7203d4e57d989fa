"""The words of remote signing services (contract: CSC); the same for both versions of the API."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from paraph.domain.encoding import base64url
from paraph.domain.errors import AuthorizationExpired, CredentialUnusable
from paraph.domain.model import Instant, Model
from paraph.domain.signature import SignatureAlgorithm

REMAINING_SECONDS = 10  # a SAD or token with less time left is not used any more (§10)


class CscVersion(StrEnum):
    """Versions of the CSC API; their fields have different names (§0, fact 1)."""

    V1 = "v1"  # 1.0.4.0
    V2 = "v2"  # 2.0.0.2


class ServiceAuthorization(StrEnum):
    """How Paraph gets access to the service itself (§3)."""

    CLIENT_CREDENTIALS = "client_credentials"  # OAuth 2.0: the application
    AUTHORIZATION_CODE = "authorization_code"  # OAuth 2.0: the signatory logs in, scope `service`
    LOGIN = "login"  # auth/login with HTTP Basic
    NONE = "none"  # controlled outside of the API


class AuthorizationMode(StrEnum):
    """How the use of a credential is authorised (§4.2, authMode); OAUTH2CODE is done in the signatory's browser."""

    IMPLICIT = "implicit"
    EXPLICIT = "explicit"
    OAUTH2CODE = "oauth2code"


class OAuthScope(StrEnum):
    """What an authorisation code is for (§3.3)."""

    SERVICE = "service"
    CREDENTIAL = "credential"


class Scal(StrEnum):
    """Whether an authorisation is bound to the hashes that it was given for (§6.2); strings, as the API has them."""

    ONE = "1"
    TWO = "2"


class HashEncoding(StrEnum):
    """How a digest is written where providers deviate (§10)."""

    BASE64 = "base64"
    BASE64URL = "base64url"
    BASE64_PERCENT = "base64-percent"


class ClientAuthentication(StrEnum):
    """How the application's secret goes to the authorisation server (RFC 6749 §2.3.1)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"


class RsspConventions(Model):
    """Where a provider deviates from the standard (§10); every default is the standard's."""

    oauth_hash_encoding: HashEncoding = HashEncoding.BASE64URL
    json_hash_encoding: HashEncoding = HashEncoding.BASE64
    client_authentication: ClientAuthentication | None = Field(
        default=None, description="default: in the body for v1, HTTP Basic for v2"
    )
    token_body_json: bool = Field(default=False, description="the token endpoint wants JSON, not a form")
    pushed_authorization: bool | None = Field(
        default=None,
        description="requests are pushed ahead (RFC 9126); default: if the service says so",
    )
    authorization_details_type: str | None = Field(
        default=None, min_length=1, max_length=200, description="type of RFC 9396 details; none: scope and parameters"
    )
    sad_as_bearer: bool = Field(default=False, description="v2: the credential's token goes into the header alone")
    info_by_get: bool = Field(default=False, description="`info` is fetched with GET")
    client_data: str | None = Field(default=None, max_length=500, description="sent with every call that takes it")
    authorize_timeout_seconds: int = Field(default=20, ge=5, le=25, description="some wait for an app meanwhile")


PROVIDERS: dict[str, RsspConventions] = {
    "eudi-reference": RsspConventions(json_hash_encoding=HashEncoding.BASE64_PERCENT),
    "eparaksts": RsspConventions(
        oauth_hash_encoding=HashEncoding.BASE64, pushed_authorization=True, sad_as_bearer=True
    ),
    "digicert-document-trust": RsspConventions(authorize_timeout_seconds=25),
}
"""Deviations that are publicly known, by provider; taken from public material, not from accounts there."""


def _named(value: Any) -> Any:
    """A provider's name stands for its conventions."""
    if not isinstance(value, str):
        return value
    if value not in PROVIDERS:
        raise ValueError(f"conventions are known of {', '.join(PROVIDERS)} only")
    return PROVIDERS[value]


class RsspConnection(Model):
    """How a signing server of type `csc` is reached; its secret is in Secrets Manager."""

    url: str = Field(pattern=r"^https?://[^\s?#]+$", description="base address, with /csc/v1 or /csc/v2")
    version: CscVersion
    oauth2_url: str | None = Field(
        default=None, pattern=r"^https?://[^\s?#]+$", description="default: what the provider's `info` says"
    )
    service_authorization: ServiceAuthorization
    client_id: str | None = Field(default=None, min_length=1, max_length=200, description="OAuth 2.0 client")
    user_name: str | None = Field(default=None, min_length=1, max_length=200, description="of auth/login")
    authorization_required: bool = Field(default=False, description="redirects carry an account token (§3.8)")
    rut_filter: bool = Field(default=False, description="credentials are chosen by the signatory's national id")
    sign_document: bool = Field(
        default=False, description="v2: the service builds the CMS over the document's digest (signDoc, §5.2)"
    )
    conventions: Annotated[RsspConventions, BeforeValidator(_named)] = Field(
        default=RsspConventions(), description="the provider's deviations, or the name of a known provider"
    )

    @property
    def needs_secret(self) -> bool:
        """Whether a secret belongs to it: the OAuth 2.0 client's, or the password of auth/login."""
        return self.service_authorization is ServiceAuthorization.LOGIN or self.client_id is not None

    @model_validator(mode="after")
    def _service_authorization_is_complete(self) -> "RsspConnection":
        if self.service_authorization is ServiceAuthorization.LOGIN:
            if self.user_name is None:
                raise ValueError("auth/login needs a user_name")
        elif self.service_authorization is not ServiceAuthorization.NONE and self.client_id is None:
            raise ValueError("OAuth 2.0 needs a client_id")
        return self

    @model_validator(mode="after")
    def _documents_are_signed_by_version_2(self) -> "RsspConnection":
        if self.sign_document and self.version is CscVersion.V1:
            raise ValueError("sign_document needs version v2: v1 has no signDoc")
        return self


class RsspInformation(Model):
    """The hub's own settings for a service (contract: SigningHub §10.3)."""

    signing_server: str
    base_url: str
    oauth2_url: str | None = None
    service_authorization: ServiceAuthorization
    authorization_required: bool = False
    client_id: str | None = None
    redirect_uri: str | None = None
    user_id: str | None = Field(default=None, description="the signatory's name at the service")
    rut_filter: bool = False


class RsspInfo(Model):
    """What a service says of itself (§2)."""

    specs: str = ""
    name: str = ""
    auth_types: tuple[str, ...] = Field(default=(), description="lower case")
    oauth2_url: str | None = None
    oauth2_issuer: str | None = None
    methods: tuple[str, ...] = ()
    conformance_levels: tuple[str, ...] = Field(default=(), description="v2, of signDoc; spelt as the service has it")


class RsspToken(Model):
    """A token of the service, or a SAD that was issued as one (§3.4)."""

    value: str = Field(repr=False)
    token_type: str = Field(description="Bearer or SAD; case as the service has it")
    expires_at: Instant
    refresh_token: str | None = Field(default=None, repr=False)
    by_oauth2: bool = Field(default=True, description="revoked with oauth2/revoke, else with auth/revoke")

    def lasts(self, at: datetime) -> bool:
        """Whether there is time enough left to use it."""
        return _lasts(self.expires_at, at)


class FactorInfo(Model):
    """What a credential says of its PIN or its one-time password (§4.2)."""

    required: bool
    numeric: bool = False
    label: str | None = None
    description: str | None = None
    online: bool = Field(default=False, description="the service sends it when asked")
    object_id: str | None = Field(default=None, description="v2: what authData and getChallenge call it")


class OutOfBandFactor(Model):
    """A factor that the signatory gives to the service directly (v2, PasswordOOB and ChallengeResponseOOB)."""

    object_id: str
    challenged: bool = Field(description="the service starts it when asked")


class KeyAlgorithm(Model):
    """How a signature value is to be made: what is sent, and what it is (§7)."""

    sign_algorithm: str = Field(description="OID for signAlgo")
    hash_algorithm: str = Field(description="OID for hashAlgo")
    parameters: bytes | None = Field(default=None, description="DER for signAlgoParams (RSASSA-PSS)")
    algorithm: SignatureAlgorithm


class Credential(Model):
    """A signatory's credential at the service (§4.2)."""

    credential_id: str
    description: str | None = Field(default=None, repr=False)
    enabled: bool
    certificate_status: str | None = Field(default=None, description="valid, expired, revoked, suspended")
    key_algorithms: tuple[str, ...] = Field(description="OIDs")
    key_length: int | None = None
    certificates: tuple[bytes, ...] = Field(repr=False, description="DER, signer first")
    valid_from: Instant | None = Field(default=None, description="of the signer's certificate")
    valid_to: Instant | None = None
    for_signing: bool = Field(default=True, description="the certificate is a signer's, no authority's")
    subject: str | None = Field(default=None, repr=False, description="the certificate's subject (RFC 4514)")
    subject_serial_number: str | None = Field(
        default=None, repr=False, description="the subject's serialNumber: a national id"
    )
    mode: AuthorizationMode
    scal: Scal = Scal.ONE
    pin: FactorInfo = FactorInfo(required=False)
    otp: FactorInfo = FactorInfo(required=False)
    out_of_band: tuple[OutOfBandFactor, ...] = ()
    factors_known: bool = Field(default=True, description="it can be authorised with the factors above")
    multisign: int = 1

    def check(self, at: datetime) -> None:
        """Refuse a credential that cannot sign at this time. Raises CredentialUnusable."""
        if reason := self._unusable(at):
            raise CredentialUnusable("The credential cannot be used.", credential=self.credential_id, reason=reason)

    def _unusable(self, at: datetime) -> str | None:
        reasons = (
            (not self.enabled, "disabled"),
            (self.certificate_status not in (None, "valid"), self.certificate_status),
            (not self.certificates, "no certificate"),
            (not self.for_signing, "not for signing"),
            (self.valid_from is not None and at < self.valid_from, "not yet valid"),
            (self.valid_to is not None and at > self.valid_to, "expired"),
            (not self.factors_known, "unknown factors"),
        )
        return next((reason for holds, reason in reasons if holds), None)


class _Sad(Model):
    credential_id: str
    sad: str = Field(repr=False)
    expires_at: Instant

    def check(self, at: datetime) -> None:
        """Refuse a SAD whose time is (nearly) over. Raises AuthorizationExpired."""
        if not _lasts(self.expires_at, at):
            raise AuthorizationExpired("The authorisation's time is over.", credential=self.credential_id)


class Scal1Authorization(_Sad):
    """A SAD that is good for any hash."""


class Scal2Authorization(_Sad):
    """A SAD that is good for these hashes and no others: what is signed under it cannot be chosen any more."""

    hashes: tuple[bytes, ...] = Field(min_length=1, description="digests of signed attributes, or of documents")


class PendingAuthorization(Model):
    """An authorisation that the signatory gives elsewhere (v2, HTTP 202; §4.4)."""

    credential_id: str
    handle: str = Field(repr=False)
    hashes: tuple[bytes, ...] = ()


Authorization = Scal1Authorization | Scal2Authorization


def authorization(credential: Credential, sad: RsspToken, hashes: tuple[bytes, ...]) -> Authorization:
    """What a SAD for these hashes is good for: under SCAL 2 they are all that it signs (§6.2)."""
    if credential.scal is Scal.TWO:
        return Scal2Authorization(
            credential_id=credential.credential_id, sad=sad.value, expires_at=sad.expires_at, hashes=hashes
        )
    return Scal1Authorization(credential_id=credential.credential_id, sad=sad.value, expires_at=sad.expires_at)


class AuthorizationRequest(Model):
    """What a signatory's browser is sent to the service with (§3.3)."""

    scope: OAuthScope
    redirect_uri: str
    state: str = Field(repr=False, max_length=255)
    code_challenge: str = Field(description="S256 (RFC 7636)")
    credential_id: str | None = None
    hashes: tuple[bytes, ...] = ()
    hash_algorithm: str | None = Field(default=None, description="OID; v2")
    account_token: str | None = Field(default=None, repr=False)
    description: str | None = Field(default=None, max_length=500)


class CodeExchange(Model):
    """An authorisation code on its way back (RFC 6749 §4.1.3, RFC 7636 §4.5), and what was asked for with it."""

    code: str = Field(repr=False)
    redirect_uri: str
    code_verifier: str = Field(repr=False)
    credential_id: str | None = None
    hashes: tuple[bytes, ...] = ()
    hash_algorithm: str | None = Field(default=None, description="OID")


def code_challenge(code_verifier: str) -> str:
    """What goes ahead of a verifier (RFC 7636 §4.2, S256)."""
    return base64url(hashlib.sha256(code_verifier.encode()).digest())


def _lasts(expires_at: datetime, at: datetime) -> bool:
    return expires_at - at >= timedelta(seconds=REMAINING_SECONDS)
