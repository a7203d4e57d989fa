"""Document revisions in S3: range reads of pinned versions, copies inside S3, appended tails."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import UnknownUpload
from paraph.ports.byte_source import ByteSource

CHUNK = 1 << 20
MULTIPART_FROM = 5 << 20  # S3's smallest part that is not the last one
PDF = "application/pdf"


class S3ByteSource:
    """Implements `ByteSource` on one version of one object."""

    def __init__(self, s3: Any, document: StoredDocument) -> None:
        self._s3 = s3
        self._document = document

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._document.size

    def read_at(self, offset: int, length: int) -> bytes:
        """One ranged GET."""
        end = min(offset + length, self.size)
        return b"" if offset >= end else bytes(self._get(offset, end).read())

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """One ranged GET, handed on in chunks."""
        stop = self.size if end is None else min(end, self.size)
        if start < stop:
            yield from self._get(start, stop).iter_chunks(CHUNK)

    def _get(self, start: int, end: int) -> Any:
        return self._s3.get_object(**_pinned(self._document), Range=f"bytes={start}-{end - 1}")["Body"]


class S3DocumentStore:
    """Implements `DocumentStore` on one versioned bucket."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def find(self, key: str, version_id: str | None = None) -> StoredDocument:
        """HEAD of the object; pins the newest version if none is given."""
        version = {"VersionId": version_id} if version_id else {}
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key, **version)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404, 405):
                raise UnknownUpload("There is no such object.") from None
            raise
        return StoredDocument(
            bucket=self._bucket, key=key, version_id=head.get("VersionId"), size=head["ContentLength"]
        )

    def open(self, document: StoredDocument) -> ByteSource:
        """Random access to the pinned version."""
        return S3ByteSource(self._s3, document)

    def copy(self, document: StoredDocument, key: str) -> StoredDocument:
        """CopyObject, or a multipart copy above S3's limit for it."""
        return self._unless_there(key, lambda: self._copy(document, key))

    def _copy(self, document: StoredDocument, key: str) -> None:
        self._s3.copy(
            {k: v for k, v in _pinned(document).items() if v}, self._bucket, key, ExtraArgs={"ContentType": PDF}
        )

    def append(self, document: StoredDocument, tail: bytes, key: str) -> StoredDocument:
        """Below 5 MiB one PutObject; above, S3 copies the base itself and only the tail travels."""
        put = self._append_parts if document.size >= MULTIPART_FROM else self._append_whole
        return self._unless_there(key, lambda: put(document, tail, key))

    def _append_whole(self, document: StoredDocument, tail: bytes, key: str) -> None:
        self._put(key, self.read(document) + tail, PDF)

    def _append_parts(self, document: StoredDocument, tail: bytes, key: str) -> None:
        target = {"Bucket": self._bucket, "Key": key}
        upload = self._s3.create_multipart_upload(**target, ContentType=PDF)["UploadId"]
        try:
            base = self._s3.upload_part_copy(**target, UploadId=upload, PartNumber=1, CopySource=_pinned(document))
            last = self._s3.upload_part(**target, UploadId=upload, PartNumber=2, Body=tail)
            parts = [
                {"PartNumber": 1, "ETag": base["CopyPartResult"]["ETag"]},
                {"PartNumber": 2, "ETag": last["ETag"]},
            ]
            self._s3.complete_multipart_upload(
                **target, UploadId=upload, MultipartUpload={"Parts": parts}, IfNoneMatch="*"
            )
        except ClientError:
            self._s3.abort_multipart_upload(**target, UploadId=upload)
            raise

    def write(self, key: str, body: bytes, content_type: str) -> StoredDocument:
        """PutObject that never replaces."""
        return self._unless_there(key, lambda: self._put(key, body, content_type))

    def _put(self, key: str, body: bytes, content_type: str) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, IfNoneMatch="*")

    def _unless_there(self, key: str, write: Any) -> StoredDocument:
        try:
            return self.find(key)
        except UnknownUpload:
            pass
        try:
            write()
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise
        return self.find(key)

    def read(self, document: StoredDocument) -> bytes:
        """All bytes of the pinned version."""
        body: bytes = self._s3.get_object(**_pinned(document))["Body"].read()
        return body

    def upload_url(self, key: str, size: int, expires_seconds: int) -> str:
        """A presigned PUT whose length is signed."""
        url: str = self._s3.generate_presigned_url(
            "put_object",
            Params={"Bucket": self._bucket, "Key": key, "ContentLength": size, "ContentType": PDF},
            ExpiresIn=expires_seconds,
        )
        return url

    def download_url(self, document: StoredDocument, file_name: str, expires_seconds: int) -> str:
        """A presigned GET of the pinned version, offered under the file's name (RFC 6266, RFC 8187)."""
        from urllib.parse import quote

        url: str = self._s3.generate_presigned_url(
            "get_object",
            Params={
                **_pinned(document),
                "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
            },
            ExpiresIn=expires_seconds,
        )
        return url


def _pinned(document: StoredDocument) -> dict[str, str]:
    pinned = {"Bucket": document.bucket, "Key": document.key}
    return pinned | ({"VersionId": document.version_id} if document.version_id else {})
