"""Pictures of pages, from the function `render`: a process of its own that holds no secret."""

import base64
import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from paraph.domain.documents import PageSize, StoredDocument
from paraph.domain.errors import DamagedDocument, DocumentTooComplex, InvalidRequest, ParaphError, Unavailable
from paraph.ports.page_images import DEFAULT_WIDTH, Drawing

_TOLD: tuple[type[ParaphError], ...] = (InvalidRequest, DamagedDocument, DocumentTooComplex)
_TIMED_OUT = "Task timed out"


class LambdaPageImages:
    """Implements `PageImages` by invoking a function and waiting for its answer."""

    def __init__(self, lambda_client: Any, function_name: str) -> None:
        """The client does not retry: a page that took too long once takes too long again."""
        self._lambda = lambda_client
        self._function_name = function_name

    def sizes(self, document: StoredDocument) -> tuple[PageSize, ...]:
        """Every page's size."""
        return tuple(PageSize.model_validate(size) for size in self._drawn(document)["sizes"])

    def png(self, document: StoredDocument, page: int, width: int) -> bytes:
        """One page."""
        return base64.b64decode(self._drawn(document, page, width)["png"])

    def _drawn(self, document: StoredDocument, page: int | None = None, width: int = DEFAULT_WIDTH) -> Any:
        drawing = Drawing(key=document.key, version_id=document.version_id, page=page, width=width)
        try:
            answer = self._lambda.invoke(FunctionName=self._function_name, Payload=drawing.model_dump_json())
            body = json.loads(answer["Payload"].read())
        except (ClientError, BotoCoreError):
            raise Unavailable("The document's pages cannot be drawn at this moment.") from None
        if "FunctionError" in answer:
            raise _error(str(body.get("errorMessage", "")))
        return body


def _error(message: str) -> ParaphError:
    """What the function raised; it tells the error's name and nothing else."""
    if _TIMED_OUT in message:
        return DocumentTooComplex("Drawing the page takes longer than allowed.")
    known = next((kind for kind in _TOLD if kind.__name__ == message), None)
    return known("The page cannot be drawn.") if known else Unavailable("The page cannot be drawn at this moment.")
