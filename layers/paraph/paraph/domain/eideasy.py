"""eID Easy: how it is reached, what is assumed of it, what it is asked for and what it gives (contract: eID Easy)."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from paraph.domain.model import Instant, Model
from paraph.domain.origins import written

ACTION_TYPE = r"^[a-z0-9][a-z0-9-]{0,79}$"

ActionType = Annotated[str, StringConstraints(pattern=ACTION_TYPE)]
"""eID Easy's name of a signing method, as ``smart-id-signature``."""

DocId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,200}$")]
"""Whoever knows it can start the signature of the document: it belongs in no log and no address."""

Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s#]+$", max_length=2000)]


class Environment(StrEnum):
    """Which eID Easy (§1.1)."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"

    @property
    def url(self) -> str:
        """Its base address."""
        return {"sandbox": "https://test.eideasy.com", "production": "https://id.eideasy.com"}[self.value]


class Baseline(StrEnum):
    """CAdES level that eID Easy is asked for (§1.3)."""

    B = "B"
    T = "T"
    LT = "LT"


class BearerPolicy(StrEnum):
    """What becomes of a hook's call that brings no bearer token at all; a wrong one is always refused."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class EidEasyAssumptions(Model):
    """What eID Easy's documents leave open, one setting each (§5.2); none was tried with the live service."""

    certificate_members: tuple[str, ...] = Field(
        default=("certificate", "signer_certificate", "base64_certificate"),
        description="E2: members of the digest question that may hold the certificate",
    )
    bearer: BearerPolicy = Field(default=BearerPolicy.REQUIRED, description="E5: the token that hooks have to bring")
    document_lifetime_seconds: int = Field(
        default=86_400, ge=60, le=30 * 86_400, description="E7: unless eID Easy says when a document expires"
    )
    digest_webhook: bool = Field(
        default=False,
        description="E8: the client's Custom CAdES Digest Webhook is set; otherwise prepare's digest holds",
    )
    baseline: Baseline = Field(default=Baseline.LT, description="E9: asked for; what comes back is looked at")


class EidEasyConnection(Model):
    """A client registered at eID Easy for the direct route; its secret is in Secrets Manager (E12)."""

    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,200}$")
    environment: Environment = Environment.SANDBOX
    url: Address | None = Field(default=None, description="base address, if it is not the environment's own")
    assumptions: EidEasyAssumptions = EidEasyAssumptions()

    @property
    def base(self) -> str:
        """Base address of API and widget, without a slash at its end."""
        return (self.url or self.environment.url).rstrip("/")

    @property
    def origin(self) -> str:
        """What the page with the widget has to allow."""
        return written(self.base)


class _Private(Model):
    model_config = ConfigDict(hide_input_in_errors=True)


class EidEasyOrder(_Private):
    """One document digest to be signed, and what narrows who signs how."""

    document_digest: bytes = Field(min_length=32, max_length=32, description="SHA-256, the only one that is offered")
    file_name: str = Field(min_length=1, max_length=255, description="some methods show it on the signatory's phone")
    methods: tuple[ActionType, ...] | None = Field(default=None, min_length=1)
    levels: tuple[str, ...] | None = Field(default=None, min_length=1, description="eID Easy's words, as qualified")
    id_code: str | None = Field(default=None, repr=False, description="the only person who may sign")
    redirect_url: Address | None = Field(default=None, repr=False)
    redirect_url_on_fail: Address | None = Field(default=None, repr=False)
    redirect_url_on_cancel: Address | None = Field(default=None, repr=False)
    webhook_bearer: str | None = Field(default=None, repr=False, min_length=16)
    notification_state: str | None = Field(default=None, description="comes back with the notification")
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    seal: bool = Field(default=False, description="for `e_seal`: no method is needed")


class OfferedMethod(Model):
    """A way to sign, and the countries whose people have it; none: eID Easy did not say."""

    action_type: ActionType
    countries: tuple[str, ...] = ()


class EidEasyDocument(_Private):
    """A document that eID Easy holds."""

    doc_id: DocId = Field(repr=False)
    methods: tuple[OfferedMethod, ...] = ()
    expires_at: Instant


class OpenWidget(_Private):
    """What the signatory's page opens the widget with, and what the way back carries; kept encrypted."""

    doc_id: DocId | None = Field(default=None, repr=False)
    state: str = Field(repr=False)
    page_url: str


class EidEasySigner(_Private):
    """Who signed, as eID Easy says; the certificate in the CMS is what counts."""

    first_name: str | None = Field(default=None, repr=False)
    last_name: str | None = Field(default=None, repr=False)
    id_code: str | None = Field(default=None, repr=False)
    country: str | None = Field(default=None, repr=False)


class SignedCms(_Private):
    """What the download gives: nothing of it is checked yet."""

    cms: bytes = Field(repr=False)
    certificates: tuple[bytes, ...] = Field(default=(), repr=False, description="DER, for the DSS, as are the next two")
    ocsps: tuple[bytes, ...] = Field(default=(), repr=False)
    crls: tuple[bytes, ...] = Field(default=(), repr=False)
    signer: EidEasySigner = EidEasySigner()
    method: str | None = None


class NotSignedYet(Model):
    """There is no signed file; whether there will be one, the answer does not say (E6)."""

    status: int = Field(description="of the answer")


class DigestQuestion(_Private):
    """A call of the Custom CAdES Digest Webhook: only the document's id is sure to be there (§2.4, E2)."""

    doc_id: DocId = Field(repr=False)
    signer_name: str | None = Field(default=None, repr=False)
    signer_id_code: str | None = Field(default=None, repr=False)
    signer_country: str | None = Field(default=None, repr=False)
    method: str | None = None
    certificate: bytes | None = Field(default=None, repr=False, description="DER")


class SignedNotice(_Private):
    """A call of the signed notification: a hint to look, and proof of nothing (§2.2)."""

    doc_id: DocId = Field(repr=False)
