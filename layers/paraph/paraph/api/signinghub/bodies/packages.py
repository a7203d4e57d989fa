"""Bodies and queries of the package and document calls (contract §6)."""

import json
import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from paraph.api.signinghub.model import AnyCase, Body, Encoded, Label, ShortText
from paraph.domain.packages import WorkflowMode


class NewPackage(Body):
    """The body of Add Package (§6.1)."""

    package_name: Label = "Untitled"
    workflow_mode: Annotated[WorkflowMode, AnyCase] | None = None
    folder_name: Label | None = None


class PackageRename(Body):
    """The body of Rename Package (§6.8)."""

    package_name: Label


class DocumentRename(Body):
    """The body of Rename Document (§6.4)."""

    document_name: Label


class EncodedDocument(Body):
    """The body of Upload Document, base64 (§6.2)."""

    document: Encoded = Field(repr=False)


def _array(value: object) -> object:
    """`document-ids` and its like are JSON arrays; a comma-separated list is understood too."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.startswith("["):
        text = f"[{text}]"
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError("should be a JSON array") from None


class DocumentIds(Body):
    """The query of Download Package (§6.5)."""

    ids: Annotated[tuple[int, ...], BeforeValidator(_array)] | None = Field(default=None, alias="document-ids")


def _together(value: object) -> object:
    """One of the spellings has a blank before the offset (§2.4)."""
    return re.sub(r" (?=[+-]\d\d:?\d\d$)", "", value) if isinstance(value, str) else value


def _utc_if_silent(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


When = Annotated[datetime, BeforeValidator(_together), AfterValidator(_utc_if_silent)]


class ListFilters(Body):
    """The query of Get Packages (§6.6), as far as it is served; the other parameters are ignored."""

    package_name: ShortText | None = Field(default=None, alias="package-name")
    package_id: int | None = Field(default=None, alias="package-id")
    document_id: int | None = Field(default=None, alias="document-id")
    modified_from: When | None = Field(default=None, alias="modified-from")
    modified_to: When | None = Field(default=None, alias="modified-to")
    asc: bool = False
