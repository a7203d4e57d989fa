"""Documents of a package (contract §6.2 to §6.5)."""

from functools import partial

from paraph.api.signinghub.bodies.packages import DocumentRename, EncodedDocument
from paraph.api.signinghub.call import OCTETS, Call
from paraph.api.signinghub.views.documents import DocumentDetails, PackageName, UploadedDocument
from paraph.api.signinghub.views.downloads import Base64

DOCUMENTS = "/v4/packages/<package_id>/documents"
DOCUMENT = f"{DOCUMENTS}/<document_id>"
UPLOAD_HEADERS = {
    "x-file-name": "file name with extension; required, must not begin with a blank",
    "x-source": "where the document comes from; default: API",
    "x-convert-document": "true or false; only PDF is taken, and it is stored unaltered either way",
}

_call = partial(Call, theme="documents", refuses=(404,))

UPLOAD = _call(
    "POST",
    DOCUMENTS,
    "uploadDocument",
    "Upload Document: raw bytes, whatever the content type says",
    "6.2",
    answer=UploadedDocument,
    status=201,
    takes=OCTETS,
    headers=UPLOAD_HEADERS,
)
UPLOAD_BASE64 = _call(
    "POST",
    f"{DOCUMENTS}/base64",
    "uploadDocumentBase64",
    "Upload Document, base64",
    "6.2",
    answer=UploadedDocument,
    status=201,
    body=EncodedDocument,
    headers=UPLOAD_HEADERS,
)
DETAILS = _call(
    "GET", f"{DOCUMENT}/details", "getDocumentDetails", "Get Document Details", "6.3", answer=DocumentDetails
)
RENAME = _call("PUT", DOCUMENT, "renameDocument", "Rename Document", "6.4", answer=PackageName, body=DocumentRename)
DELETE = _call("DELETE", DOCUMENT, "deleteDocument", "Delete Document", "6.4", answer=PackageName)
DOWNLOAD = _call(
    "GET", DOCUMENT, "downloadDocument", "Download Document", "6.5", answer=bytes, media=OCTETS, redirects=True
)
DOWNLOAD_BASE64 = _call(
    "GET",
    f"{DOCUMENT}/base64",
    "downloadDocumentBase64",
    "Download Document, base64",
    "6.5",
    answer=Base64,
    redirects=True,
)

DOCUMENT_CALLS = (UPLOAD, UPLOAD_BASE64, DETAILS, RENAME, DELETE, DOWNLOAD, DOWNLOAD_BASE64)
