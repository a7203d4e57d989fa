"""One suite for `DocumentStore` and its `ByteSource`: the fake and S3 (moto) behave alike."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from paraph.aws.documents import MULTIPART_FROM, S3DocumentStore
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import UnknownUpload
from paraph.ports.document_store import DocumentStore
from tests.fakes import MemoryDocuments

BODY = bytes(range(256)) * 5


class Put:
    """What an uploader does, on either store."""

    def __init__(self, s3: Any | None, memory: MemoryDocuments | None) -> None:
        self._s3, self._memory = s3, memory

    def __call__(self, key: str, body: bytes) -> None:
        if self._memory:
            self._memory.put(key, body)
        elif self._s3:
            self._s3.put_object(Bucket="documents", Key=key, Body=body)


@pytest.fixture(params=["memory", "s3"])
def parts(request: pytest.FixtureRequest) -> Iterator[tuple[DocumentStore, Put]]:
    if request.param == "memory":
        memory = MemoryDocuments()
        yield memory, Put(None, memory)
        return
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="documents")
        s3.put_bucket_versioning(Bucket="documents", VersioningConfiguration={"Status": "Enabled"})
        yield S3DocumentStore(s3, "documents"), Put(s3, None)


def test_find_pins_the_version(parts: tuple[DocumentStore, Put]) -> None:
    store, put = parts
    put("inbox/a.pdf", b"one")
    first = store.find("inbox/a.pdf")
    put("inbox/a.pdf", b"two")
    assert store.read(first) == b"one"
    assert store.read(store.find("inbox/a.pdf")) == b"two"
    assert store.find("inbox/a.pdf", first.version_id) == first


def test_what_is_not_there_has_its_error(parts: tuple[DocumentStore, Put]) -> None:
    with pytest.raises(UnknownUpload):
        parts[0].find("inbox/a.pdf")


def test_append_keeps_the_base(parts: tuple[DocumentStore, Put]) -> None:
    store, put = parts
    put("a", BODY)
    longer = store.append(store.find("a"), b"tail", "b")
    assert store.read(longer) == BODY + b"tail"
    assert store.read(store.find("a")) == BODY
    assert longer.size == len(BODY) + 4


def test_append_to_a_large_document(parts: tuple[DocumentStore, Put]) -> None:
    store, put = parts
    body = b"x" * MULTIPART_FROM
    put("a", body)
    put_again = store.append(store.find("a"), b"tail", "b")
    assert store.read(put_again) == body + b"tail"
    assert store.append(store.find("a"), b"tail", "b") == put_again


def test_nothing_is_ever_replaced(parts: tuple[DocumentStore, Put]) -> None:
    store, put = parts
    put("a", b"one")
    first = store.write("b", b"first", "text/plain")
    assert store.write("b", b"second", "text/plain") == first
    assert store.copy(store.find("a"), "b") == first
    assert store.read(first) == b"first"


def test_copy_copies_the_pinned_version(parts: tuple[DocumentStore, Put]) -> None:
    store, put = parts
    put("a", b"one")
    first = store.find("a")
    put("a", b"two")
    assert store.read(store.copy(first, "c")) == b"one"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(offset=st.integers(0, 2000), length=st.integers(0, 2000))
def test_ranges_are_as_in_memory(parts: tuple[DocumentStore, Put], offset: int, length: int) -> None:
    store, put = parts
    try:
        document: StoredDocument = store.find("a")
    except UnknownUpload:
        put("a", BODY)
        document = store.find("a")
    source = store.open(document)
    assert source.read_at(offset, length) == BODY[offset : offset + length]
    assert b"".join(source.stream(offset, offset + length)) == BODY[offset : offset + length]
    assert b"".join(source.stream(offset)) == BODY[offset:]


def test_upload_addresses_sign_length_and_type() -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="eu-central-1", config=Config(signature_version="s3v4"))
        url = S3DocumentStore(s3, "documents").upload_url("uploads/a.pdf", 10, 60)
    signed = parse_qs(urlsplit(url).query)["X-Amz-SignedHeaders"][0].split(";")
    assert {"content-length", "content-type"} <= set(signed)
