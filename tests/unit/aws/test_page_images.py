"""Having pages drawn by the function `render`: adapter and function speak the same words."""

import io
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from paraph import bootstrap
from paraph.aws.page_images import LambdaPageImages
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import DamagedDocument, DocumentTooComplex, InvalidRequest, ParaphError, Unavailable
from paraph.pdf.page_images import PdfiumPageImages
from tests import documents
from tests.fakes import MemoryDocuments

ROOT = Path(__file__).parent.parent.parent.parent
NAME = "paraph-render"


class FakeLambda:
    """A client of Lambda that runs the real handler, or answers as it is told."""

    def __init__(self, handler: Any) -> None:
        self.handler = handler
        self.failure: Exception | None = None
        self.told: dict[str, Any] | None = None

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803 (boto3's names)
        assert FunctionName == NAME
        if self.failure:
            raise self.failure
        if self.told is not None:
            return self._answer(self.told, FunctionError="Unhandled")
        try:
            return self._answer(self.handler(json.loads(Payload), None))
        except Exception as error:  # noqa: BLE001 (as Lambda does)
            return self._answer(
                {"errorMessage": str(error), "errorType": type(error).__name__}, FunctionError="Unhandled"
            )

    def _answer(self, body: Any, **more: str) -> dict[str, Any]:
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(body).encode()), **more}


@pytest.fixture
def store() -> MemoryDocuments:
    return MemoryDocuments()


@pytest.fixture
def function(store: MemoryDocuments, monkeypatch: pytest.MonkeyPatch) -> FakeLambda:
    monkeypatch.setattr(bootstrap, "documents", lambda: store)
    monkeypatch.setattr(bootstrap, "drawn_pages", lambda: PdfiumPageImages(store))
    return FakeLambda(runpy.run_path(str(ROOT / "functions" / "render" / "app.py"))["handler"])


@pytest.fixture
def images(function: FakeLambda) -> LambdaPageImages:
    return LambdaPageImages(function, NAME)


@pytest.fixture
def document(store: MemoryDocuments) -> StoredDocument:
    return store.put("work/packages/1/1.pdf", documents.plain(pages=2))


def test_sizes_and_pictures_come_through(images: LambdaPageImages, document: StoredDocument) -> None:
    assert len(images.sizes(document)) == 2
    assert images.png(document, 2, 300).startswith(b"\x89PNG")


def test_errors_keep_their_name(images: LambdaPageImages, store: MemoryDocuments, document: StoredDocument) -> None:
    with pytest.raises(InvalidRequest):
        images.png(document, 3, 300)
    with pytest.raises(DamagedDocument):
        images.sizes(store.put("work/b.pdf", b"no pdf"))


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("2026-11-23T12:00:00Z 5d0c Task timed out after 15.00 seconds", DocumentTooComplex),
        ("RequestId: 5d0c Error: Runtime exited with error: signal: segmentation fault", Unavailable),
        ("Unexpected", Unavailable),
        ("StepFailed", Unavailable),
        ("", Unavailable),
    ],
)
def test_a_process_that_dies(
    images: LambdaPageImages, function: FakeLambda, document: StoredDocument, message: str, error: type[ParaphError]
) -> None:
    function.told = {"errorMessage": message}
    with pytest.raises(error):
        images.sizes(document)


@pytest.mark.parametrize(
    "failure",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "Rate exceeded"}}, "Invoke"),
        ReadTimeoutError(endpoint_url="https://lambda.example"),
    ],
)
def test_no_answer(
    images: LambdaPageImages, function: FakeLambda, document: StoredDocument, failure: Exception
) -> None:
    function.failure = failure
    with pytest.raises(Unavailable):
        images.png(document, 1, 300)


@pytest.mark.parametrize("name", ["page", "sizes"])
def test_the_example_events(store: MemoryDocuments, function: FakeLambda, name: str) -> None:
    event = json.loads((ROOT / "events" / "render" / f"{name}.json").read_text())
    store.put(event["key"], documents.plain())
    answer = function.handler({**event, "version_id": "1"}, None)
    assert set(answer) == {"png" if name == "page" else "sizes"}
