"""Sending answers: JSON, nothing, or bytes that are too many for Lambda and come from S3 instead."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from paraph.api.problems import SAFE_HEADERS
from paraph.api.signinghub.call import JSON, OCTETS
from paraph.api.signinghub.model import View, dumped
from paraph.api.signinghub.views.downloads import Base64
from paraph.domain.documents import StoredDocument
from paraph.ports.document_store import DocumentStore

INLINE_BYTES = 4_500_000
"""Lambda's answers are at most 6 MB, and base64 makes four bytes of three (AWS Lambda, quotas)."""

_LINK_SECONDS = 300
_MADE = "uploads/hub/answers"
"""Under uploads/, where the bucket's rule removes them after a week."""


def ok(view: View | Sequence[View], status: int = 200) -> Response[str]:
    """A JSON answer."""
    return _json(dumped(view), status)


def ok_without_nulls(view: View) -> Response[str]:
    """A JSON answer from which absent members are left out."""
    return _json(view.model_dump(mode="json", by_alias=True, exclude_none=True), 200)


def _json(body: Any, status: int) -> Response[str]:
    return Response(status, JSON, json.dumps(body, ensure_ascii=False), headers={**SAFE_HEADERS})


def empty() -> Response[str]:
    """Success without a body."""
    return Response(200, None, "", headers={**SAFE_HEADERS})


@dataclass(frozen=True)
class Downloads:
    """Answers with bytes."""

    documents: DocumentStore

    def stored(self, document: StoredDocument, name: str) -> Response[Any]:
        """A document's bytes, or where they are for a while."""
        if document.size > INLINE_BYTES:
            return self._elsewhere(document, name)
        return _octets(self.documents.read(document), name)

    def made(self, body: bytes, name: str, media: str = OCTETS) -> Response[Any]:
        """Bytes made for this answer, or where they are for a while."""
        if len(body) <= INLINE_BYTES:
            return _octets(body, name)
        return self._elsewhere(self.documents.write(f"{_MADE}/{sha256(body).hexdigest()}", body, media), name)

    def encoded(self, body: bytes, name: str) -> Response[Any]:
        """Bytes in base64, in a JSON answer."""
        view = Base64(content=base64.b64encode(body).decode())
        if len(body) <= INLINE_BYTES:
            return ok(view)
        text = json.dumps(dumped(view)).encode()
        return self._elsewhere(self.documents.write(f"{_MADE}/{sha256(text).hexdigest()}", text, JSON), f"{name}.json")

    def _elsewhere(self, document: StoredDocument, name: str) -> Response[str]:
        url = self.documents.download_url(document, name, _LINK_SECONDS)
        return Response(307, None, "", headers={**SAFE_HEADERS, "Location": url})


def _octets(body: bytes, name: str) -> Response[bytes]:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(200, OCTETS, body, headers={**SAFE_HEADERS, "Content-Disposition": disposition})
