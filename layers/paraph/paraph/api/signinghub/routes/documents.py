"""Documents of a package (contract §6.2 to §6.5)."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import Downloads, ok
from paraph.api.signinghub.bodies.packages import DocumentRename, EncodedDocument
from paraph.api.signinghub.calls import documents as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.views.documents import DocumentDetails, PackageName, UploadedDocument
from paraph.domain.errors import DocumentTooLarge, EmptyDocument, InvalidRequest
from paraph.domain.ids import new_upload_id
from paraph.hub.drafts import Drafts
from paraph.hub.packages import entry_of
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hub

NO_FILE_NAME = "Invalid request headers - file name not found"
NAME_LIMIT, SOURCE_LIMIT = 250, 100
HOW_TO_UPLOAD = (
    "This API takes documents of about 4 MB. Hand larger ones in with POST /documents of the stack's own API, or by an "
    "upload to its inbox."
)


@dataclass(frozen=True)
class Documents:
    """Upload, look, change, download."""

    hub: Hub
    drafts: Drafts
    documents: DocumentStore
    downloads: Downloads
    max_document_bytes: int

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.UPLOAD: self.upload,
            calls.UPLOAD_BASE64: self.upload_base64,
            calls.DETAILS: self.details,
            calls.RENAME: self.rename,
            calls.DELETE: self.delete,
            calls.DOWNLOAD: self.download,
            calls.DOWNLOAD_BASE64: self.download_base64,
        }

    def upload(self, request: Request) -> Response[Any]:
        """The body is the document."""
        return self._uploaded(request, request.raw())

    def upload_base64(self, request: Request) -> Response[Any]:
        """The document is in a JSON member."""
        return self._uploaded(request, request.body(EncodedDocument).document)

    def _uploaded(self, request: Request, body: bytes) -> Response[Any]:
        name, source = _file_name(request), request.header("x-source") or "API"
        self.drafts.view(request.token, request.package_id)  # nothing is stored for strangers
        if not body:
            raise EmptyDocument("The document has no bytes.")
        if len(body) > self.max_document_bytes:
            size = {"size": len(body), "limit": self.max_document_bytes}
            raise DocumentTooLarge(f"The document is over this installation's limit. {HOW_TO_UPLOAD}", **size)
        stored = self.documents.write(f"uploads/hub/{new_upload_id()}.pdf", body, "application/pdf")
        entry = self.drafts.upload(request.token, request.package_id, name, source[:SOURCE_LIMIT], stored)
        package = self.drafts.view(request.token, request.package_id)
        return ok(UploadedDocument.of(package, entry), 201)

    def details(self, request: Request) -> Response[Any]:
        """Facts about the document."""
        package = self.drafts.view(request.token, request.package_id)
        return ok(DocumentDetails.of(package, entry_of(package, request.document_id)))

    def rename(self, request: Request) -> Response[Any]:
        """Another name."""
        name = request.body(DocumentRename).document_name
        package = self.drafts.rename_document(request.token, request.package_id, request.document_id, name)
        return ok(PackageName(package_name=package.name))

    def delete(self, request: Request) -> Response[Any]:
        """Out of the package."""
        package = self.drafts.delete_document(request.token, request.package_id, request.document_id)
        return ok(PackageName(package_name=package.name))

    def download(self, request: Request) -> Response[Any]:
        """The newest revision."""
        found = self.hub.get_document(request.token, request.package_id, request.document_id)
        return self.downloads.stored(found.revision, found.name)

    def download_base64(self, request: Request) -> Response[Any]:
        """The newest revision in JSON."""
        found = self.hub.get_document(request.token, request.package_id, request.document_id)
        return self.downloads.encoded(self.documents.read(found.revision), found.name)


def _file_name(request: Request) -> str:
    """The header's value; a leading blank makes the real server fail, so it is refused here too (§2.3)."""
    name = request.header("x-file-name") or ""
    if not name.strip() or name[0].isspace():
        raise InvalidRequest(NO_FILE_NAME)
    if len(name) > NAME_LIMIT or not name.isprintable():
        raise InvalidRequest(f"x-file-name: should be at most {NAME_LIMIT} printable characters")
    return name.rstrip()
