"""What SigningHub passes on from a remote signing service, as far as it is read (contract: SigningHub §10; CSC)."""

from base64 import b64decode
from binascii import Error as Malformed
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from paraph.domain.rssp import RsspInfo, RsspInformation, RsspToken, ServiceAuthorization
from paraph.signinghub.answers import Answer, Flag, Text, Words
from paraph.signinghub.paths import rssp_name

DEFAULT_SECONDS = 3600  # of tokens and SADs (CSC §3.7, §4.3)


def _bytes(value: object) -> object:
    """Base64, whatever white space is in it."""
    if not isinstance(value, str):
        return value
    try:
        return b64decode("".join(value.split()), validate=True)
    except (Malformed, ValueError):
        raise ValueError("is not base64") from None


def _seconds(value: object) -> object:
    """A whole number; one that is missing or none is none."""
    text = str(value).strip()
    return min(int(text), 10**9) if text.isascii() and text.isdecimal() and len(text) < 20 else None


Octets = Annotated[bytes, BeforeValidator(_bytes)]
Seconds = Annotated[int | None, BeforeValidator(_seconds)]
Secret = Annotated[str, Field(min_length=1, repr=False)]


class RsspAnswer(Answer):
    """With CSC's names."""

    model_config = ConfigDict(alias_generator=rssp_name)


class InformationAnswer(RsspAnswer):
    """Get RSSP Information (§10.3)."""

    base_url: str = Field(min_length=1)
    auth_type: str
    oauth2_url: Text = None
    authorization_required: Flag = None
    client_id: Text = None
    redirect_uri: Text = None
    user_id: Text = None
    rut_filter: Flag = None

    def information(self, signing_server: str) -> RsspInformation | None:
        """With our words; none if nobody knows how access to the service is had."""
        authorization = next((a for a in ServiceAuthorization if a == self.auth_type.strip().casefold()), None)
        if authorization is None:
            return None
        return RsspInformation(
            signing_server=signing_server,
            base_url=self.base_url,
            oauth2_url=self.oauth2_url or None,
            service_authorization=authorization,
            authorization_required=bool(self.authorization_required),
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            user_id=self.user_id,
            rut_filter=bool(self.rut_filter),
        )


class InfoAnswer(RsspAnswer):
    """Get RSSP Info (§10.4)."""

    specs: Text = None
    name: Text = None
    auth_types: Words = Field(default_factory=list)
    oauth2_base: Text = None
    oauth2_issuer: Text = None
    methods: Words = Field(default_factory=list)

    @property
    def info(self) -> RsspInfo:
        """With our words."""
        return RsspInfo(
            specs=self.specs or "",
            name=self.name or "",
            auth_types=tuple(word.casefold() for word in self.auth_types),
            oauth2_url=self.oauth2_base or None,
            oauth2_issuer=self.oauth2_issuer or None,
            methods=tuple(self.methods),
        )


class AccountTokenAnswer(RsspAnswer):
    """Get Account Token (§10.8)."""

    account_token: Secret


class ServiceTokenAnswer(RsspAnswer):
    """Get Access Token | SAD (§10.5)."""

    access_token: Secret
    token_type: Text = None
    expires_in: Seconds = None
    refresh_token: str | None = Field(default=None, repr=False)

    def token(self, now: datetime, *, by_oauth2: bool) -> RsspToken:
        """With the time of its end."""
        return RsspToken(
            value=self.access_token,
            token_type=self.token_type or "Bearer",
            expires_at=end_of(self.expires_in, now),
            refresh_token=self.refresh_token or None,
            by_oauth2=by_oauth2,
        )


class CredentialListAnswer(RsspAnswer):
    """Get Filtered Credential List (§10.6)."""

    credential_ids: Words = Field(default_factory=list)
    next_page_token: Text = None


class SadAnswer(RsspAnswer):
    """RSSP Credentials Authorization (§10.11): a SAD, or what is waited for."""

    sad: str | None = Field(default=None, repr=False)
    sad_expires_in: Seconds = None
    handle: str | None = Field(default=None, repr=False)


class SignaturesAnswer(RsspAnswer):
    """Get Sign Hash from RSSP (§10.12)."""

    signatures: list[Octets]


class DocumentHashAnswer(RsspAnswer):
    """Get Document Hash (§10.10)."""

    digest: Octets
    hashing_algorithm: Text = None
    signing_algorithm: str
    signing_parameters: Octets | None = None
    transaction_id: Annotated[Text, Field(min_length=1)]
    expires_in: Seconds = None


def end_of(seconds: int | None, now: datetime) -> datetime:
    """When something ends that lives for so long."""
    return now + timedelta(seconds=DEFAULT_SECONDS if seconds is None else seconds)


INFORMATION = TypeAdapter(InformationAnswer)
INFO = TypeAdapter(InfoAnswer)
ACCOUNT_TOKEN = TypeAdapter(AccountTokenAnswer)
SERVICE_TOKEN = TypeAdapter(ServiceTokenAnswer)
CREDENTIALS = TypeAdapter(CredentialListAnswer)
SAD = TypeAdapter(SadAnswer)
SIGNATURES = TypeAdapter(SignaturesAnswer)
DOCUMENT_HASH = TypeAdapter(DocumentHashAnswer)
