"""What the page sends and receives; an answer's body is `ports.signatories.Answer`."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, Field, JsonValue

from paraph.domain.devices import DEVICE_NAME_LIMIT
from paraph.domain.documents import PageSize
from paraph.domain.links import LinkPurpose
from paraph.domain.model import Model
from paraph.domain.push import PushSubscription
from paraph.ports.page_images import DEFAULT_WIDTH, MOST_WIDTH
from paraph.ports.signatories import REASON_LIMIT

PASSKEY_LIMIT = 16_384  # characters of JSON; what authenticators answer is a tenth of it


def _bounded(answer: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(answer)) > PASSKEY_LIMIT:
        raise ValueError("too long")
    return answer


PasskeyAnswer = Annotated[dict[str, JsonValue], AfterValidator(_bounded)]


class EnterBody(Model):
    """What the link carries behind its `#`."""

    capability: str = Field(max_length=200, repr=False)


class Entered(Model):
    """What the capability was exchanged for, kept in the page's memory; and what it is for."""

    session: str = Field(repr=False)
    purpose: LinkPurpose


class DeclineBody(Model):
    """Why the signatory does not want to sign, if it says."""

    reason: str | None = Field(default=None, max_length=REASON_LIMIT)


class ApprovalBody(Model):
    """What `navigator.credentials.get` gave (WebAuthn §5.1, `toJSON`), and where the browser wants to be told."""

    credential: PasskeyAnswer = Field(repr=False)
    push: PushSubscription | None = None


class RegistrationBody(Model):
    """What `navigator.credentials.create` gave, how the signatory calls the device, and where it wants to be told."""

    name: str = Field(min_length=1, max_length=DEVICE_NAME_LIMIT)
    credential: PasskeyAnswer = Field(repr=False)
    push: PushSubscription | None = None


class Options(Model):
    """What the browser's credentials API is to be called with."""

    public_key: dict[str, JsonValue]


class PagesView(Model):
    """The document's pages, in order."""

    pages: tuple[PageSize, ...]


class PageQuery(Model):
    """The query of GET /pages/{number}."""

    width: int = Field(default=DEFAULT_WIDTH, ge=1, le=MOST_WIDTH)
