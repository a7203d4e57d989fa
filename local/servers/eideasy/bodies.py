"""What callers send; fields that the contract does not know are refused (contract: eID Easy §1.3, §1.5–§1.8)."""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from local.servers.eideasy.methods import Baseline

DIGEST_BYTES = 32
Words = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=2000)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def _digest(text: str) -> str:
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("must be base64") from None
    if len(content) != DIGEST_BYTES:
        raise ValueError("must be the raw SHA-256 digest: cades is hash mode here")
    return text


class Body(BaseModel):
    """Closed to what it does not know."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, populate_by_name=False)


class FileBody(Body):
    """A file of prepare; in hash mode its content is the digest."""

    file_name: Words = Field(alias="fileName")
    mime_type: Literal["application/pdf"] = Field(alias="mimeType")
    file_content: Annotated[str, AfterValidator(_digest)] = Field(alias="fileContent")


class PrepareBody(Body):
    """prepare-files-for-signing; the last group is taken and has no effect here."""

    client_id: Words
    secret: Words = Field(repr=False)
    files: list[FileBody] = Field(min_length=1, max_length=1)
    container_type: Literal["cades"]
    baseline: Baseline = "LT"
    signature_redirect: Address | None = None
    signature_redirect_on_fail: Address | None = None
    signature_redirect_on_cancel: Address | None = None
    webhook_authorization_bearer_token: Words | None = Field(default=None, repr=False)
    notification_state: Any = None
    return_available_methods: bool = False
    return_method_configs: bool = False
    allowed_methods: list[str] | None = None
    allowed_signature_levels: list[str] | None = None
    allowed_id_code: Words | None = None

    signing_page_url: Address | None = None
    callback_url: Address | None = None
    require_signing_reason: bool = False
    lang: str | None = None
    noemails: bool = False
    nodownload: bool = False
    hide_preview_download: bool = False


class SecretBody(Body):
    """A server's call for one document."""

    client_id: Words
    secret: Words = Field(repr=False)
    doc_id: Words = Field(repr=False)


class SealBody(SecretBody):
    """e-seal/create."""

    timestamp: int
    hmac: Words


class BrowserBody(Body):
    """A browser's call for one document: it knows no secret."""

    client_id: Words
    doc_id: Words = Field(repr=False)


class _Started(BrowserBody):
    country: Country
    lang: str | None = None


class SmartIdStart(_Started):
    """start-signing with Smart-ID."""

    sign_type: Literal["smart-id"]
    idcode: Words
    wait_for_challenge_code: bool | None = None


class MobileIdStart(_Started):
    """start-signing with Mobile-ID."""

    sign_type: Literal["mobile-id"]
    idcode: Words
    phone: Annotated[str, StringConstraints(pattern=r"^\+\d{7,15}$")]


class CardStart(BrowserBody):
    """start-signing with a card: both certificates are the same one, base64 DER."""

    sign_type: Literal["id-signature"]
    country: Country
    certificate: Words
    base64_certificate: Words


class RedirectStart(_Started):
    """start-signing with a method that has a page of its own."""

    sign_type: Literal["itsme-qes-signature"]
    confirmed_by_signer: bool | None = None


Start = Annotated[SmartIdStart | MobileIdStart | CardStart | RedirectStart, Field(discriminator="sign_type")]
START: TypeAdapter[SmartIdStart | MobileIdStart | CardStart | RedirectStart] = TypeAdapter(Start)


class RemoteComplete(BrowserBody):
    """…/complete of Smart-ID and Mobile-ID: asked again and again."""

    token: Words
    timeout: int | None = None
    lang: str | None = None


class CardComplete(BrowserBody):
    """…/complete of a card: the first of the signatures is the signature."""

    signature_value: Words
    signatures: list[Words] = Field(min_length=1, max_length=1)
    driver: str | None = None
