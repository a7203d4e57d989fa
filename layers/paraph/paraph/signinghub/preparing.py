"""Packages and their documents (contract: SigningHub §6)."""

import unicodedata
from hashlib import sha256

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import InvalidRequest
from paraph.domain.packages import WorkflowMode
from paraph.ports.hub import HubDocument
from paraph.signinghub import answers, paths
from paraph.signinghub.part import Part
from paraph.signinghub.rest import BYTES, BYTES_SECONDS, Request, json_request

NAME_LIMIT = 150
SOURCE = "Paraph"
EXTENSION = ".pdf"


class Preparing(Part):
    """Packages are found again by their name, documents by theirs: SigningHub knows no idempotency keys."""

    def add_package(self, token: str, name: str, reference: str) -> int:
        """Add Package (§6.1), named `NAME [REFERENCE]`, unless the account owns one of that name.

        The list is asked for all statuses: a repeat finds its package also when it has been shared since.
        """
        full = f"{name[:NAME_LIMIT]} [{reference}]"
        owner = self.accounts.email(token).casefold()
        path = paths.LIST.format(status="ALL", page=1, records=10)
        request = json_request("GET", path, query={"package-name": full})
        listed = self.accounts.ask(request, token, answers.PACKAGES)
        for found in sorted(listed, key=lambda p: p.package_id):
            if found.package_name == full and (found.package_owner or owner).casefold() == owner:
                return found.package_id
        body = {"package_name": full, "workflow_mode": WorkflowMode.ONLY_OTHERS}
        return self.accounts.ask(json_request("POST", paths.PACKAGES, body), token, answers.ADDED).package_id

    def delete_package(self, token: str, package_id: int) -> None:
        """Delete Package (§6.8): SigningHub itself recalls a shared one, and declines a pending one."""
        self.accounts.send(json_request("DELETE", paths.PACKAGE.format(p=package_id)), token)

    def upload_document(self, token: str, package_id: int, name: str, document: StoredDocument) -> HubDocument:
        """Upload Document (§6.2), unless the package has one of that name.

        SigningHub stores a PDF as it comes, so the revision is what was handed in. The name travels in a
        header, in ASCII; if that is not the whole name, the document is renamed.
        """
        shown = name if name.lower().endswith(EXTENSION) else f"{name}{EXTENSION}"
        sent = header_name(shown)
        details = json_request("GET", paths.PACKAGE_DETAILS.format(p=package_id))
        for found in self.accounts.ask(details, token, answers.PACKAGE_DETAILS).documents:
            if found.name in (name, shown, sent):
                return self._handed_in(package_id, found.id, name, document)
        document_id = self._upload(token, package_id, sent, document)
        if sent != shown:
            path = paths.DOCUMENT.format(p=package_id, d=document_id)
            self.accounts.send(json_request("PUT", path, {"document_name": shown}), token)
        return self._handed_in(package_id, document_id, name, document)

    def _handed_in(self, package_id: int, document_id: int, name: str, document: StoredDocument) -> HubDocument:
        """What was handed in, copied to where revisions are: inboxes and uploads are not for every step's eyes."""
        source = sha256(f"{document.key}#{document.version_id}".encode()).hexdigest()[:32]
        revision = self.documents.copy(document, f"work/signinghub/{package_id}/{document_id}/from-{source}.pdf")
        return HubDocument(package_id=package_id, document_id=document_id, name=name, revision=revision)

    def _upload(self, token: str, package_id: int, name: str, document: StoredDocument) -> int:
        headers = {
            "Accept": "application/json",
            "Content-Type": BYTES,
            "x-file-name": name,
            "x-source": SOURCE,
            "x-convert-document": "false",
        }
        body = b"".join(self.documents.open(document).stream())
        path = paths.DOCUMENTS.format(p=package_id)
        request = Request("POST", path, headers=headers, body=body, seconds=BYTES_SECONDS)
        return self.accounts.ask(request, token, answers.UPLOADED).document_id

    def get_document(self, token: str, package_id: int, document_id: int) -> HubDocument:
        """Get Document Details and Download Document (§6.3, §6.5); the bytes are kept in our bucket."""
        numbers = {"p": package_id, "d": document_id}
        details = json_request("GET", paths.DOCUMENT_DETAILS.format(**numbers))
        name = self.accounts.ask(details, token, answers.DOCUMENT_DETAILS).document_name
        request = Request("GET", paths.DOCUMENT.format(**numbers), headers={"Accept": BYTES}, seconds=BYTES_SECONDS)
        body = self.accounts.download(request, token)
        key = f"work/signinghub/{package_id}/{document_id}/{sha256(body).hexdigest()[:32]}.pdf"
        revision = self.documents.write(key, body, "application/pdf")
        return HubDocument(
            package_id=package_id, document_id=document_id, name=name or f"{document_id}{EXTENSION}", revision=revision
        )


def header_name(name: str) -> str:
    """The name as a header can carry it: printable ASCII, no blank in front (§2.3). Raises InvalidRequest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = "".join(c for c in plain if c.isprintable()).strip()
    if not name.strip():
        raise InvalidRequest("The document has no name.", property="name")
    return f"document{EXTENSION}" if kept.lower() in ("", EXTENSION) else kept
