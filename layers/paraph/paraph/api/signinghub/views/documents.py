"""Documents in answers (contract §6.2 to §6.4)."""

from paraph.api.signinghub.geometry import extent, page_size
from paraph.api.signinghub.model import View
from paraph.domain.documents import Certification
from paraph.domain.model import Instant
from paraph.hub.entities import DocumentEntry, Package

PDF = "PDF"
_CERTIFY = {
    None: "NotCertified",
    Certification.NO_CHANGES: "NoChangesAllowed",
    Certification.FORM_FILLING: "FormFilling",
    Certification.ANNOTATIONS: "FormFillingAndAnnotations",
}


class PackageName(View):
    """The answer of the calls that change documents (§6.4)."""

    package_name: str


class Certify(View):
    """Certifying by the first signature (§6.9): not offered."""

    enabled: bool = False
    allowed_permissions: tuple[str, ...] = ()
    default_permission: str | None = None


class CertifyDetails(View):
    """The same, as Get Document Details says it (§6.3)."""

    enabled: bool = False
    permission: str | None = None


class UploadMetadata(View):
    """What was found in the PDF (§6.2)."""

    attachments: bool
    form_fields: bool
    blank_signatures: bool
    signed_signatures: bool
    conformance: str | None
    locked: bool
    certify: str
    qr_code: bool = False


class UploadedDocument(View):
    """The answer of Upload Document (§6.2); the id in all three spellings that clients read."""

    document_id: int
    documentId: int  # noqa: N815 (the wire's spelling)
    documentid: int
    document_name: str
    document_type: str = PDF
    document_source: str
    document_order: int
    document_pages: int
    document_width: int
    document_height: int
    document_size: int
    uploaded_on: Instant
    modified_on: Instant
    lock_form_fields: bool = False
    certify: Certify = Certify()
    metadata: UploadMetadata
    package_name: str

    @classmethod
    def of(cls, package: Package, entry: DocumentEntry) -> "UploadedDocument":
        """From the new document."""
        width, height = first_page(entry)
        return cls(
            document_id=entry.document_id,
            documentId=entry.document_id,
            documentid=entry.document_id,
            document_name=entry.name,
            document_source=entry.origin,
            document_order=order_of(package, entry),
            document_pages=entry.facts.pages,
            document_width=width,
            document_height=height,
            document_size=entry.revision.size,
            uploaded_on=entry.uploaded_at,
            modified_on=entry.modified_at,
            metadata=_metadata(entry),
            package_name=package.name,
        )


def _metadata(entry: DocumentEntry) -> UploadMetadata:
    facts = entry.facts
    return UploadMetadata(
        attachments=facts.attachments,
        form_fields=entry.has_form_fields,
        blank_signatures=entry.blank_signature_fields > 0,
        signed_signatures=facts.signatures > 0,
        conformance=facts.pdfa,
        locked=locked(entry),
        certify=_CERTIFY[facts.certification],
    )


class Template(View):
    """Templates are not offered."""

    template_name: str | None = None
    read_only: bool = False


class DocumentDetails(View):
    """The answer of Get Document Details (§6.3)."""

    document_id: int
    document_name: str
    document_order: int
    document_type: str = PDF
    document_width: int
    document_height: int
    document_source: str
    document_pages: int
    form_fields: bool
    lock_form_fields: bool = False
    uploaded_on: Instant
    modified_on: Instant
    certify: CertifyDetails = CertifyDetails()
    template: Template = Template()

    @classmethod
    def of(cls, package: Package, entry: DocumentEntry) -> "DocumentDetails":
        """From the document."""
        width, height = first_page(entry)
        return cls(
            document_id=entry.document_id,
            document_name=entry.name,
            document_order=order_of(package, entry),
            document_width=width,
            document_height=height,
            document_source=entry.origin,
            document_pages=entry.facts.pages,
            form_fields=has_form_fields(entry),
            uploaded_on=entry.uploaded_at,
            modified_on=entry.modified_at,
        )


def first_page(entry: DocumentEntry) -> tuple[int, int]:
    """Width and height of the first page in whole pixels."""
    size = extent(page_size(entry.facts, 1))
    return round(size.width), round(size.height)


def order_of(package: Package, entry: DocumentEntry) -> int:
    """The document's position in its package, from 1."""
    return [d.document_id for d in package.documents].index(entry.document_id) + 1


def has_form_fields(entry: DocumentEntry) -> bool:
    """Whether there is a form field, from the PDF or added."""
    return entry.has_form_fields or bool(entry.form_fields)


def locked(entry: DocumentEntry) -> bool:
    """Whether a certification of the PDF forbids every change."""
    return entry.facts.certification is Certification.NO_CHANGES
