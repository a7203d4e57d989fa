"""Packages and documents."""

import pytest

from paraph.domain.documents import StoredDocument
from paraph.domain.errors import EmptyDocument, InvalidRequest, Unavailable, UnknownPackage
from paraph.signinghub.preparing import header_name
from tests.unit.signinghub.stub import TOKEN, Bench

ACCOUNT = "GET /v4/account"
LIST = "GET /v4/packages/ALL/1/10"
UPLOAD = "POST /v4/packages/7/documents"
DETAILS = "GET /v4/packages/7/details"
DOCUMENT = "GET /v4/packages/7/documents/8"
PDF = b"%PDF-1.7 ..."


def handed_in(bench: Bench) -> StoredDocument:
    """A document in our bucket."""
    return bench.documents.put("uploads/a.pdf", PDF)


def test_a_package_carries_its_reference_in_its_name(bench: Bench) -> None:
    bench.expect(ACCOUNT, {"user_email": "office@acme.example"})
    bench.expect(LIST, [])
    bench.expect("POST /v4/packages", {"package_id": 7, "workflow_mode": "ONLY_OTHERS", "workflow_type": "SERIAL"})
    assert bench.hub.add_package(TOKEN, "lease.pdf", "sgn_1") == 7
    assert bench.sent[1].query == {"package-name": "lease.pdf [sgn_1]"}
    assert bench.last.json == {"package_name": "lease.pdf [sgn_1]", "workflow_mode": "ONLY_OTHERS"}
    assert bench.last.bearer == TOKEN


def test_a_repeat_finds_the_accounts_own_package_of_exactly_that_name(bench: Bench) -> None:
    token = bench.jane()
    name = "lease.pdf [sgn_1]"
    listed = [
        {"package_id": 3, "package_name": name, "package_owner": "mallory@acme.example"},
        {"package_id": 4, "package_name": f"{name} copy", "package_owner": "jane@acme.example"},
        {"package_id": 9, "package_name": name, "package_owner": "JANE@ACME.example", "package_status": "INPROGRESS"},
        {"package_id": 8, "package_name": name, "package_owner": None},
    ]
    bench.expect(LIST, listed)
    assert bench.hub.add_package(token, "lease.pdf", "sgn_1") == 8


def test_a_long_name_keeps_its_reference(bench: Bench) -> None:
    token = bench.jane()
    bench.expect(LIST)
    bench.expect("POST /v4/packages", {"package_id": "7"})
    assert bench.hub.add_package(token, "x" * 500, "sgn_1") == 7
    assert bench.last.json["package_name"] == "x" * 150 + " [sgn_1]"


def test_deleting_is_one_call(bench: Bench) -> None:
    bench.expect("DELETE /v4/packages/7", None, 200)
    bench.hub.delete_package(TOKEN, 7)


@pytest.mark.parametrize("member", ["document_id", "documentId", "documentid"])
def test_a_document_goes_up_as_it_is(bench: Bench, member: str) -> None:
    document = handed_in(bench)
    bench.expect(DETAILS, {"name": "x", "documents": [{"id": 5, "name": "other.pdf"}]})
    bench.expect(UPLOAD, {member: 8}, 201)
    found = bench.hub.upload_document(TOKEN, 7, "lease.pdf", document)
    assert (found.package_id, found.document_id, found.name) == (7, 8, "lease.pdf")
    assert found.revision.key.startswith("work/signinghub/7/8/from-")
    assert bench.documents.read(found.revision) == PDF
    assert bench.last.body == PDF
    assert bench.last.headers == {
        "Accept": "application/json",
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/octet-stream",
        "x-file-name": "lease.pdf",
        "x-source": "Paraph",
        "x-convert-document": "false",
    }


def test_a_repeat_finds_the_document(bench: Bench) -> None:
    document, revisions = handed_in(bench), set()
    for _ in range(2):
        bench.expect(DETAILS, {"documents": [{"id": 5, "name": "other.pdf"}, {"id": 8, "name": "lease.pdf"}]})
        found = bench.hub.upload_document(TOKEN, 7, "lease.pdf", document)
        assert found.document_id == 8
        revisions.add(found.revision.key)
    assert len(revisions) == 1


def test_a_name_that_no_header_can_carry_follows_in_a_body(bench: Bench) -> None:
    bench.expect(DETAILS, {"documents": None})
    bench.expect(UPLOAD, {"documentid": 8}, 201)
    bench.expect("PUT /v4/packages/7/documents/8", {"package_name": "x"})
    found = bench.hub.upload_document(TOKEN, 7, "Kündigung\r\nx-otp: 1", handed_in(bench))
    assert bench.sent[1].headers["x-file-name"] == "Kundigungx-otp: 1.pdf"
    assert bench.last.json == {"document_name": "Kündigung\r\nx-otp: 1.pdf"}
    assert found.name == "Kündigung\r\nx-otp: 1"


@pytest.mark.parametrize(
    ("name", "carried"),
    [
        ("  lease.pdf ", "lease.pdf"),
        ("Verträge für Ømer.pdf", "Vertrage fur mer.pdf"),
        ("契約.pdf", "document.pdf"),
        ("a\tb\x00c.PDF", "abc.PDF"),
    ],
)
def test_names_in_headers(name: str, carried: str) -> None:
    assert header_name(name) == carried


def test_a_document_needs_a_name() -> None:
    with pytest.raises(InvalidRequest):
        header_name("  ")


def test_a_refused_upload_has_a_name(bench: Bench) -> None:
    bench.expect(DETAILS, {})
    bench.expect(UPLOAD, {"Message": "Request does not contain document"}, 400)
    with pytest.raises(EmptyDocument):
        bench.hub.upload_document(TOKEN, 7, "lease.pdf", handed_in(bench))


def test_an_upload_without_a_number_is_not_done(bench: Bench) -> None:
    bench.expect(DETAILS, {})
    bench.expect(UPLOAD, {"document_name": "lease.pdf"}, 201)
    with pytest.raises(Unavailable):
        bench.hub.upload_document(TOKEN, 7, "lease.pdf", handed_in(bench))


def test_a_document_comes_into_our_bucket(bench: Bench) -> None:
    for body in (PDF, PDF, PDF + b" signed"):
        bench.expect(f"{DOCUMENT}/details", {"document_id": 8, "document_name": "lease.pdf"})
        bench.expect(DOCUMENT, body)
        found = bench.hub.get_document(TOKEN, 7, 8)
        assert bench.last.headers["Accept"] == "application/octet-stream"
        assert bench.documents.read(found.revision) == body
        assert found.name == "lease.pdf"
        assert found.revision.key.startswith("work/signinghub/7/8/")
    assert len(bench.documents.versions) == 2


def test_a_redirect_of_a_download_is_followed_without_the_token(bench: Bench) -> None:
    bench.expect(f"{DOCUMENT}/details", {"document_name": None})
    bench.expect(DOCUMENT, None, 307, Location="https://bucket.example/x?signature=1")
    bench.expect("GET https://bucket.example/x?signature=1", PDF)
    found = bench.hub.get_document(TOKEN, 7, 8)
    assert (bench.documents.read(found.revision), found.name) == (PDF, "8.pdf")
    assert bench.last.headers == {}


@pytest.mark.parametrize("address", ["http://bucket.example/x", "ftp://bucket.example/x"])
def test_a_redirect_does_not_lead_to_an_open_line(bench: Bench, address: str) -> None:
    bench.expect(f"{DOCUMENT}/details", {})
    bench.expect(DOCUMENT, None, 307, Location=address)
    with pytest.raises(Unavailable, match="open line"):
        bench.hub.get_document(TOKEN, 7, 8)


def test_a_redirect_is_followed_once(bench: Bench) -> None:
    bench.expect(f"{DOCUMENT}/details", {})
    bench.expect(DOCUMENT, None, 307, Location="/app/elsewhere")
    bench.expect("GET /elsewhere", None, 307, Location="https://bucket.example/x")
    with pytest.raises(Unavailable):
        bench.hub.get_document(TOKEN, 7, 8)


def test_a_deleted_package_is_unknown(bench: Bench) -> None:
    bench.expect("GET /v4/packages/7/workflow", {"Message": "Document not found"}, 404)
    with pytest.raises(UnknownPackage):
        bench.hub.get_package(TOKEN, 7)
