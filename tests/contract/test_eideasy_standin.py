"""The eID Easy stand-in as clients, browsers and hooks see it; its signatures are judged by pyHanko."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from local.servers import eideasy, pki
from local.stack import ROOT
from tests.eideasy import pki_url, running, url

__all__ = ["pki_url", "url"]

CONTENT = b"the bytes of the byte range"
DIGEST = hashlib.sha256(CONTENT).digest()
OTHER = b"another revision, with the signer's name in it"
METHODS = ["smart-id-signature", "mid-signature", "id-signature", "itsme-qes-signature"]
BEARER = "bearer-t0ken"
PATIENCE_SECONDS = 10


@pytest.fixture(autouse=True)
def _as_new(url: str) -> Iterator[None]:
    """Nothing that a test ordered is left for the next one."""
    yield
    for fault in eideasy.state(url)["faults"]:
        eideasy.set_fault(url, fault, 0)
    eideasy.set_webhooks(url)
    eideasy.set_signer(url)
    eideasy.set_signing_time(url, signing_time=True)


def post(url: str, what: str, **body: Any) -> requests.Response:
    return requests.post(f"{url}/api/signatures/{what}", json=body, timeout=40)


def order(url: str, **more: Any) -> dict[str, Any]:
    """A body of prepare."""
    client_id, secret = eideasy.access(url)
    file = {"fileName": "lease.pdf", "mimeType": "application/pdf", "fileContent": base64.b64encode(DIGEST).decode()}
    return {"client_id": client_id, "secret": secret, "files": [file], "container_type": "cades", **more}


def prepared(url: str, **more: Any) -> str:
    """A document's id."""
    answer = post(url, "prepare-files-for-signing", **order(url, **more))
    assert answer.status_code == 200, answer.text
    doc_id: str = answer.json()["doc_id"]
    return doc_id


def download(url: str, doc_id: str) -> requests.Response:
    client_id, secret = eideasy.access(url)
    return post(url, "download-signed-file", client_id=client_id, secret=secret, doc_id=doc_id)


def signed_cms(url: str, doc_id: str) -> bytes:
    answer = download(url, doc_id).json()
    assert answer["status"] == "OK"
    return base64.b64decode(answer["signed_file_contents"])


def verifies(pki_url: str, cms: bytes, content: bytes = CONTENT) -> bool:
    """Whether pyHanko takes it, with a chain to the PKI's root."""
    root = requests.get(requests.get(f"{pki_url}/control", timeout=5).json()["root_certificate_url"], timeout=5).content
    context = ValidationContext(trust_roots=list(load_certs_from_pemder_data(root)), allow_fetching=True)
    signed = asn1.ContentInfo.load(cms, strict=True)["content"]
    status = asyncio.run(
        async_validate_detached_cms(content, signed, signer_validation_context=context, ts_validation_context=context)
    )
    return bool(status.bottom_line)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_ends_in_a_signature_over_the_digest(url: str, pki_url: str, method: str) -> None:
    doc_id = prepared(url)
    assert eideasy.sign(url, doc_id, method) == "OK"
    assert verifies(pki_url, signed_cms(url, doc_id))
    assert not verifies(pki_url, signed_cms(url, doc_id), OTHER)


def test_the_download_tells_who_signed_and_how(url: str) -> None:
    eideasy.set_signer(url, first_name="Liis", last_name="Kuusk", id_code="48801010013", country="EE")
    doc_id = prepared(url)
    eideasy.sign(url, doc_id, "mid-signature")
    told = download(url, doc_id).json()
    assert {key: told[key] for key in told if key.startswith(("signer", "signing"))} == {
        "signer_firstname": "Liis",
        "signer_lastname": "Kuusk",
        "signer_idcode": "48801010013",
        "signer_country": "EE",
        "signing_method": "mid-signature",
    }
    assert told["signed_files"] == [{"name": told["filename"], "contents": told["signed_file_contents"]}]
    subject = signer_certificate(base64.b64decode(told["signed_file_contents"])).subject
    assert subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value == "PNOEE-48801010013"


def signer_certificate(cms: bytes) -> x509.Certificate:
    signed = asn1.ContentInfo.load(cms)["content"]
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    found = [c.chosen for c in signed["certificates"] if c.chosen.serial_number == serial]
    return x509.load_der_x509_certificate(found[0].dump())


def kinds(cms: bytes, which: str) -> set[str]:
    return {a["type"].native for a in asn1.ContentInfo.load(cms)["content"]["signer_infos"][0][which] or ()}


def test_the_signed_attributes_are_those_of_cades(url: str) -> None:
    baseline = {"content_type", "message_digest", "signing_certificate_v2"}
    doc_id = prepared(url)
    eideasy.sign(url, doc_id)
    assert kinds(signed_cms(url, doc_id), "signed_attrs") == {*baseline, "signing_time"}
    eideasy.set_signing_time(url, signing_time=False)
    doc_id = prepared(url)
    eideasy.sign(url, doc_id)
    assert kinds(signed_cms(url, doc_id), "signed_attrs") == baseline


def test_the_baseline_decides_what_comes_with_the_signature(url: str) -> None:
    found = {}
    for baseline in ("B", "T", "LT"):
        doc_id = prepared(url, baseline=baseline)
        eideasy.sign(url, doc_id)
        stamped = "signature_time_stamp_token" in kinds(signed_cms(url, doc_id), "unsigned_attrs")
        found[baseline] = stamped, "pades_dss_data" in download(url, doc_id).json()
    assert found == {"B": (False, False), "T": (True, False), "LT": (True, True)}


def test_the_validation_data_covers_signer_and_time_stamp(url: str) -> None:
    doc_id = prepared(url)
    eideasy.sign(url, doc_id)
    data = {k: [base64.b64decode(x) for x in v] for k, v in download(url, doc_id).json()["pades_dss_data"].items()}
    certificates = [x509.load_der_x509_certificate(der) for der in data["certificates"]]
    answers = [ocsp.load_der_ocsp_response(der) for der in data["ocsps"]]
    lists = [x509.load_der_x509_crl(der) for der in data["crls"]]
    covered = {answer.serial_number for answer in answers}
    signer = signer_certificate(signed_cms(url, doc_id)).serial_number
    stamper = next(c.serial_number for c in certificates if "Timestamping" in c.subject.rfc4514_string())
    assert {signer, stamper} <= covered
    assert {answer.certificate_status for answer in answers} == {ocsp.OCSPCertStatus.GOOD}
    assert {crl.issuer for crl in lists} == {c.issuer for c in certificates}


def test_prepare_tells_the_methods_that_were_asked_for(url: str) -> None:
    silent = post(url, "prepare-files-for-signing", **order(url)).json()
    assert set(silent) == {"status", "doc_id"}
    wish = {"return_available_methods": True, "return_method_configs": True, "allowed_methods": METHODS[:1]}
    told = post(url, "prepare-files-for-signing", **order(url, **wish)).json()
    assert told["available_methods"] == METHODS[:1]
    configs = [{"action_type": METHODS[0], "supported_countries": ["EE", "LV", "LT", "BE"]}]
    assert told["method_configs"] == configs
    assert len(told["doc_id"]) == 40
    none = order(url, return_available_methods=True, allowed_signature_levels=["simple"])
    assert post(url, "prepare-files-for-signing", **none).json()["available_methods"] == []


def file(**changes: Any) -> dict[str, Any]:
    named = {"fileName": "lease.pdf", "mimeType": "application/pdf", "fileContent": base64.b64encode(DIGEST).decode()}
    return {**named, **changes}


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"secret": "wrong"}, 401, None),
        ({"client_id": "wrong"}, 401, None),
        ({"surprise": 1}, 400, "surprise"),
        ({"files": []}, 400, "files"),
        ({"files": [file(), file()]}, 400, "files"),
        ({"files": [file(fileContent=base64.b64encode(DIGEST.hex().encode()).decode())]}, 400, "files.0.fileContent"),
        ({"files": [file(fileContent="§")]}, 400, "files.0.fileContent"),
        ({"files": [file(file_name="x")]}, 400, "files.0.file_name"),
        ({"container_type": "pdf"}, 400, "container_type"),
        ({"baseline": "LTA"}, 400, "baseline"),
        ({"allowed_methods": ["carrier-pigeon"]}, 400, "allowed_methods"),
        ({"signature_redirect": "javascript:alert(1)"}, 400, "signature_redirect"),
    ],
)
def test_prepare_refuses_what_is_not_in_the_contract(
    url: str, changes: dict[str, Any], status: int, named: str | None
) -> None:
    answer = post(url, "prepare-files-for-signing", **order(url, **changes))
    assert (answer.status_code, answer.json()["status"]) == (status, "error")
    assert list(answer.json().get("errors", {})) == ([named] if named else [])


def test_a_body_that_is_no_json_is_refused(url: str) -> None:
    address = f"{url}/api/signatures/prepare-files-for-signing"
    assert requests.post(address, "{", timeout=5, headers={"Content-Type": "application/json"}).status_code == 400
    assert requests.post(address, {"client_id": "x"}, timeout=5).status_code == 415


def test_documents_are_known_to_their_client_alone(url: str) -> None:
    doc_id = prepared(url)
    client_id, secret = eideasy.new_client(url)
    assert download(url, "x" * 40).status_code == 404
    stranger = post(url, "download-signed-file", client_id=client_id, secret=secret, doc_id=doc_id)
    assert stranger.status_code == 404
    wrong = post(url, "download-signed-file", client_id=client_id, secret="wrong", doc_id=doc_id)
    assert wrong.status_code == 401
    with pytest.raises(ValueError, match="not found"):
        eideasy.sign(url, doc_id, client_id=client_id)


def test_there_is_nothing_to_download_before_the_signature(url: str) -> None:
    doc_id = prepared(url)
    answer = download(url, doc_id)
    assert (answer.status_code, answer.json()["status"]) == (400, "error")
    assert session(url, doc_id) != "SIGNED"
    eideasy.sign(url, doc_id)
    assert session(url, doc_id) == "SIGNED"


def session(url: str, doc_id: str) -> str:
    answer = post(url, "signing-session/status", client_id=eideasy.access(url)[0], doc_id=doc_id)
    status: str = answer.json()["signing_session_status"]
    return status


def start(url: str, doc_id: str, **more: Any) -> requests.Response:
    """start-signing with Smart-ID."""
    body = {"sign_type": "smart-id", "idcode": "39912310172", "country": "EE", "lang": "en", **more}
    return post(url, "start-signing", client_id=eideasy.access(url)[0], doc_id=doc_id, **body)


def complete(url: str, doc_id: str, token: str, service: str = "sk-smart-id") -> requests.Response:
    return post(
        url, f"{service}/complete", client_id=eideasy.access(url)[0], doc_id=doc_id, token=token, lang="en", timeout=2
    )


def test_a_phone_shows_a_code_and_takes_its_time(url: str) -> None:
    doc_id = prepared(url)
    started = start(url, doc_id, wait_for_challenge_code=True).json()
    assert len(started["challenge"]) == 4
    assert complete(url, doc_id, started["token"]).json() == {"status": "RUNNING"}
    assert download(url, doc_id).status_code == 400
    assert complete(url, doc_id, started["token"]).json() == {"status": "OK"}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"idcode": "38812310199"}, "idcode"),
        ({"country": "NL"}, "country"),
        ({"phone": "+3725550100"}, "smart-id.phone"),
        ({"sign_type": "carrier-pigeon"}, "body"),
        ({"sign_type": "mobile-id"}, "mobile-id.phone"),
        ({"surprise": 1}, "smart-id.surprise"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(url: str, changes: dict[str, Any], named: str) -> None:
    answer = start(url, prepared(url), **changes)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [named])


def test_only_allowed_methods_and_persons_may_sign(url: str) -> None:
    answer = start(url, prepared(url, allowed_methods=["mid-signature"]))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["sign_type"])
    for method in METHODS:
        doc_id = prepared(url, allowed_id_code="38812310199")
        try:
            eideasy.sign(url, doc_id, method)
        except ValueError as error:
            assert "may not sign" in str(error)  # noqa: PT017 - a redirect method says so by where it leads
        assert download(url, doc_id).status_code == 400
    assert eideasy.sign(url, prepared(url, allowed_id_code="39912310172")) == "OK"


def test_a_token_is_good_for_its_start_and_method_only(url: str) -> None:
    doc_id = prepared(url)
    assert complete(url, doc_id, "none").status_code == 400
    first, second = (start(url, doc_id).json()["token"] for _ in range(2))
    assert complete(url, doc_id, first).status_code == 400
    assert complete(url, doc_id, second, "sk-mobile-id").status_code == 400
    assert complete(url, doc_id, second).json() == {"status": "RUNNING"}
    assert complete(url, doc_id, second).json() == {"status": "OK"}
    assert complete(url, doc_id, second).status_code == 400
    assert start(url, doc_id).status_code == 400


def test_a_document_is_signed_once(url: str) -> None:
    doc_id = prepared(url)
    eideasy.sign(url, doc_id)
    before = signed_cms(url, doc_id)
    assert seal(url, doc_id).status_code == 400
    assert signed_cms(url, doc_id) == before


@dataclass
class Card:
    """A card of one's own, with a certificate of the PKI."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate: bytes

    @property
    def text(self) -> str:
        """As start-signing wants it."""
        return base64.b64encode(self.certificate).decode()

    def sign(self, hex_digest: str) -> str:
        """As a card answers."""
        digest = bytes.fromhex(hex_digest)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256())).hex()
        r_and_s = decode_dss_signature(self.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
        return b"".join(part.to_bytes(32) for part in r_and_s).hex()


def card(pki_url: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, profile: str = "natural-person") -> Card:
    name = {
        NameOID.COMMON_NAME: "Jaan Kask",
        NameOID.SERIAL_NUMBER: "PNOEE-38812310199",
        NameOID.COUNTRY_NAME: "EE",
    }
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in name.items()])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    issued = pki.issue(pki_url, request.public_bytes(serialization.Encoding.PEM).decode(), profile)
    certificate = x509.load_pem_x509_certificate(issued.certificate.encode())
    return Card(key, certificate.public_bytes(serialization.Encoding.DER))


def start_card(url: str, doc_id: str, certificate: str, **more: Any) -> requests.Response:
    body = {"sign_type": "id-signature", "country": "EE", "certificate": certificate, "base64_certificate": certificate}
    return post(url, "start-signing", client_id=eideasy.access(url)[0], doc_id=doc_id, **{**body, **more})


def complete_card(url: str, doc_id: str, signature: str, signatures: list[str] | None = None) -> requests.Response:
    body = {"signature_value": signature, "signatures": signatures or [signature]}
    return post(url, "id-signature/complete", client_id=eideasy.access(url)[0], doc_id=doc_id, **body)


@pytest.mark.parametrize(
    "make", [lambda: ec.generate_private_key(ec.SECP256R1()), lambda: rsa.generate_private_key(65537, 2048)]
)
def test_a_card_of_ones_own_signs(url: str, pki_url: str, make: Callable[[], Any]) -> None:
    mine, doc_id = card(pki_url, make()), prepared(url)
    started = start_card(url, doc_id, mine.text).json()
    assert started["signedInfoDigests"] == [started["hexDigest"]]
    wrong = mine.sign("00" * 32)
    assert complete_card(url, doc_id, wrong).status_code == 400
    assert complete_card(url, doc_id, "no signature").status_code == 400
    right = mine.sign(started["hexDigest"])
    assert complete_card(url, doc_id, right, [wrong]).status_code == 400
    assert complete_card(url, doc_id, right).json() == {"status": "OK"}
    assert verifies(pki_url, signed_cms(url, doc_id))
    assert signer_certificate(signed_cms(url, doc_id)).public_bytes(serialization.Encoding.DER) == mine.certificate
    assert download(url, doc_id).json()["signer_idcode"] == "38812310199"


def test_a_strange_card_is_refused(url: str, pki_url: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    doc_id = prepared(url)
    assert start_card(url, doc_id, base64.b64encode(b"no certificate").decode()).status_code == 400
    assert start_card(url, doc_id, card(pki_url, key, "expired").text).status_code == 400
    two = start_card(url, doc_id, card(pki_url, key).text, base64_certificate=card(pki_url, key).text)
    assert list(two.json()["errors"]) == ["base64_certificate"]
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Self")])
    root = requests.get(requests.get(f"{pki_url}/control", timeout=5).json()["root_certificate_url"], timeout=5).content
    forged = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(x509.load_pem_x509_certificate(root).not_valid_before_utc)
        .not_valid_after(x509.load_pem_x509_certificate(root).not_valid_after_utc)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    assert start_card(url, doc_id, base64.b64encode(forged).decode()).status_code == 400


@pytest.mark.parametrize(
    ("action", "where"), [("approve", "done"), ("cancel", "cancelled"), ("fail", "failed"), ("nonsense", "failed")]
)
def test_a_redirect_method_leads_back(url: str, action: str, where: str) -> None:
    home = "https://app.example"
    doc_id = prepared(
        url,
        signature_redirect=f"{home}/done",
        signature_redirect_on_fail=f"{home}/failed",
        signature_redirect_on_cancel=f"{home}/cancelled",
    )
    body = {"sign_type": "itsme-qes-signature", "country": "BE", "confirmed_by_signer": False}
    started = post(url, "start-signing", client_id=eideasy.access(url)[0], doc_id=doc_id, **body).json()
    page = requests.get(started["redirect_uri"], timeout=5)
    assert "Mari Tamm" in page.text
    assert "lease.pdf" in page.text
    gone = requests.post(started["redirect_uri"], {"action": action}, timeout=5, allow_redirects=False)
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{home}/{where}")
    assert (download(url, doc_id).status_code == 200) == (action == "approve")
    assert requests.get(started["redirect_uri"], timeout=5).status_code == 404


def test_browsers_of_other_origins_may_call_what_the_widget_calls(url: str) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Headers": "cache-control,content-type"}
    for path in ("start-signing", "sk-smart-id/complete", "id-signature/complete", "signing-session/status"):
        answer = requests.options(f"{url}/api/signatures/{path}", headers=asked, timeout=5)
        assert answer.headers["Access-Control-Allow-Headers"] == "cache-control, content-type"
        refused = post(url, path)
        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (400, "*")
    for path in ("prepare-files-for-signing", "download-signed-file", "e-seal/create"):
        assert requests.options(f"{url}/api/signatures/{path}", headers=asked, timeout=5).status_code == 405
        assert "Access-Control-Allow-Origin" not in post(url, path).headers


def seal(url: str, doc_id: str, *, at: int | None = None, wrong: str = "") -> requests.Response:
    client_id, secret = eideasy.access(url)
    timestamp = at or int(time.time())
    message = f"{client_id}{secret}{doc_id}{timestamp}/api/signatures/e-seal/create{wrong}"
    code = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    body = {"client_id": client_id, "secret": secret, "doc_id": doc_id, "timestamp": timestamp, "hmac": code}
    return post(url, "e-seal/create", **body)


def test_a_seal_needs_a_fresh_hmac(url: str, pki_url: str) -> None:
    doc_id = prepared(url)
    assert seal(url, doc_id, wrong="x").status_code == 401
    assert seal(url, doc_id, at=int(time.time()) - 3600).status_code == 401
    assert seal(url, doc_id).json() == {"status": "OK"}
    assert verifies(pki_url, signed_cms(url, doc_id))
    assert download(url, doc_id).json()["signing_method"] == "e-seal"


@dataclass
class Hook:
    """A client's hooks: what they were told, and what they answer."""

    address: str = ""
    calls: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)  # of the next notifications; 200 afterwards
    digests: list[Any] = field(default_factory=list)  # of the next questions; the last one stays

    def answer(self, path: str, bearer: str | None, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and JSON."""
        self.calls.append((path, bearer, body))
        if path == "/signed":
            return (self.statuses.pop(0) if self.statuses else 200), {}
        digest = self.digests.pop(0) if len(self.digests) > 1 else self.digests[0]
        return (500, {}) if digest is None else (200, digest)

    def notified(self, count: int) -> list[dict[str, Any]]:
        """The notifications, once there are so many."""
        return [body for _, _, body in self.told("/signed", count)]

    def told(self, path: str, count: int) -> list[tuple[str, str | None, dict[str, Any]]]:
        """The calls to one hook, once there are so many, and no more after a moment."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := [call for call in self.calls if call[0] == path]) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.2)
        found = [call for call in self.calls if call[0] == path]
        assert len(found) == count
        return found


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Hooks on a socket."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, content = hook.answer(self.path, self.headers.get("Authorization"), body)
            encoded = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("method", METHODS)
def test_the_digest_hook_decides_what_is_signed(url: str, pki_url: str, hook: Hook, method: str) -> None:
    hook.digests = [{"digest": hashlib.sha256(OTHER).hexdigest()}]
    eideasy.set_webhooks(url, digest_url=f"{hook.address}/digest")
    doc_id = prepared(url, webhook_authorization_bearer_token=BEARER)
    assert eideasy.sign(url, doc_id, method) == "OK"
    body = {"doc_id": doc_id, "signer_name": "Mari Tamm", "signer_idcode": "39912310172"}
    assert hook.calls == [("/digest", f"Bearer {BEARER}", body)]
    assert verifies(pki_url, signed_cms(url, doc_id), OTHER)
    assert not verifies(pki_url, signed_cms(url, doc_id), CONTENT)


@pytest.mark.parametrize(
    "answer", [None, {}, [], {"digest": base64.b64encode(DIGEST).decode()}, {"digest": DIGEST.hex().upper()}]
)
def test_without_a_digest_from_its_hook_nothing_is_signed(url: str, hook: Hook, answer: Any) -> None:
    hook.digests = [answer]
    eideasy.set_webhooks(url, digest_url=f"{hook.address}/digest")
    doc_id = prepared(url)
    with pytest.raises(ValueError, match="digest webhook"):
        eideasy.sign(url, doc_id)
    assert download(url, doc_id).status_code == 400


def test_a_question_asked_twice_wants_the_same_answer(url: str, hook: Hook) -> None:
    same, other = {"digest": DIGEST.hex()}, {"digest": hashlib.sha256(OTHER).hexdigest()}
    eideasy.set_webhooks(url, digest_url=f"{hook.address}/digest")
    eideasy.set_fault(url, "repeated_question", 2)
    hook.digests = [same, same]
    assert eideasy.sign(url, prepared(url)) == "OK"
    hook.digests = [same, other]
    with pytest.raises(ValueError, match="two different answers"):
        eideasy.sign(url, prepared(url))


def test_the_signed_notification(url: str, hook: Hook) -> None:
    eideasy.set_webhooks(url, signed_url=f"{hook.address}/signed")
    doc_id = prepared(url, webhook_authorization_bearer_token=BEARER, notification_state={"signing": "sgn_1"})
    eideasy.sign(url, doc_id)
    ((_, bearer, body),) = hook.told("/signed", 1)
    assert bearer == f"Bearer {BEARER}"
    assert abs(body.pop("signing_time") / 1000 - time.time()) < 60
    assert body == {
        "doc_id": doc_id,
        "signer_id": "PNOEE-39912310172",
        "notification_state": {"signing": "sgn_1"},
        "template_id": None,
        "signing_method": "smart-id-signature",
        "signature_level": "qualified",
        "signer_data": {"name": "Mari Tamm", "id_code": "39912310172", "country": "EE"},
    }


@pytest.mark.parametrize(("statuses", "count"), [([202], 1), ([500], 2), ([404, 503], 3), ([500, 500, 500, 500], 3)])
def test_a_notification_is_tried_three_times(url: str, hook: Hook, statuses: list[int], count: int) -> None:
    eideasy.set_webhooks(url, signed_url=f"{hook.address}/signed")
    hook.statuses = statuses
    eideasy.sign(url, prepared(url))
    hook.told("/signed", count)


def test_hooks_are_their_clients_own(url: str, hook: Hook) -> None:
    client_id, secret = eideasy.new_client(url)
    eideasy.set_webhooks(url, signed_url=f"{hook.address}/signed", client_id=client_id)
    eideasy.sign(url, prepared(url))
    theirs = prepared(url, client_id=client_id, secret=secret)
    eideasy.sign(url, theirs, client_id=client_id)
    (body,) = hook.notified(1)
    assert body["doc_id"] == theirs


@pytest.mark.parametrize(
    ("fault", "count"), [("no_notification", 0), ("repeated_notification", 2), ("early_notification", 2)]
)
def test_notifications_come_never_twice_or_early(url: str, hook: Hook, fault: str, count: int) -> None:
    eideasy.set_webhooks(url, signed_url=f"{hook.address}/signed")
    eideasy.set_fault(url, fault)
    doc_id = prepared(url)
    if fault == "early_notification":
        start(url, doc_id)
        hook.notified(1)
        assert download(url, doc_id).status_code == 400
    eideasy.sign(url, doc_id)
    assert [body["doc_id"] for body in hook.notified(count)] == [doc_id] * count


def test_a_late_notification_comes_after_the_download(url: str, hook: Hook) -> None:
    eideasy.set_webhooks(url, signed_url=f"{hook.address}/signed")
    eideasy.set_fault(url, "late_notification")
    doc_id = prepared(url)
    eideasy.sign(url, doc_id)
    signed_cms(url, doc_id)
    assert hook.calls == []
    hook.notified(1)


def test_a_forged_notification_has_neither_the_id_nor_the_token(url: str, hook: Hook) -> None:
    eideasy.set_webhooks(url, signed_url=f"{hook.address}/signed")
    eideasy.set_fault(url, "forged_notification")
    doc_id = prepared(url, webhook_authorization_bearer_token=BEARER)
    eideasy.sign(url, doc_id)
    forged, real = hook.told("/signed", 2)
    assert (real[1], real[2]["doc_id"]) == (f"Bearer {BEARER}", doc_id)
    assert forged[1] != real[1]
    assert forged[2]["doc_id"] != doc_id


@pytest.mark.parametrize(("fault", "status"), [("refuse", "USER_REFUSED"), ("expire", "TIMEOUT")])
@pytest.mark.parametrize("method", METHODS[:2])
def test_a_signatory_who_does_not_sign_may_try_again(url: str, method: str, fault: str, status: str) -> None:
    eideasy.set_fault(url, fault)
    doc_id = prepared(url)
    assert eideasy.sign(url, doc_id, method) == status
    assert download(url, doc_id).status_code == 400
    assert eideasy.sign(url, doc_id, method) == "OK"


@pytest.mark.parametrize(("fault", "where"), [("refuse", "cancelled"), ("expire", "failed")])
def test_refusing_elsewhere_leads_back(url: str, fault: str, where: str) -> None:
    eideasy.set_fault(url, fault)
    back = {
        f"signature_redirect_on_{k}": f"https://app.example/{v}"
        for k, v in (("cancel", "cancelled"), ("fail", "failed"))
    }
    doc_id = prepared(url, **back)
    body = {"sign_type": "itsme-qes-signature", "country": "BE"}
    started = post(url, "start-signing", client_id=eideasy.access(url)[0], doc_id=doc_id, **body).json()
    gone = requests.post(started["redirect_uri"], {"action": "approve"}, timeout=5, allow_redirects=False)
    assert gone.headers["Location"] == f"https://app.example/{where}"


def test_a_card_may_be_taken_out(url: str) -> None:
    eideasy.set_fault(url, "refuse")
    doc_id = prepared(url)
    with pytest.raises(ValueError, match="user_cancel"):
        eideasy.sign(url, doc_id, "id-signature")
    assert eideasy.sign(url, doc_id, "id-signature") == "OK"


def test_wrong_signatures_are_wrong_in_what_they_promise(url: str, pki_url: str) -> None:
    found = {}
    for fault in ("other_digest", "other_signer", "too_large", "not_cms"):
        eideasy.set_fault(url, fault)
        doc_id = prepared(url)
        assert eideasy.sign(url, doc_id) == "OK"
        found[fault] = signed_cms(url, doc_id)
    assert not verifies(pki_url, found["other_digest"])
    assert verifies(pki_url, found["other_signer"])
    assert "Jaan Kask" in signer_certificate(found["other_signer"]).subject.rfc4514_string()
    assert verifies(pki_url, found["too_large"])
    assert len(found["too_large"]) > 32_768
    assert found["not_cms"].startswith(b"<!doctype html>")


@pytest.mark.parametrize(("fault", "status"), [("download_not_ready", 400), ("download_down", 503)])
def test_downloads_fail_as_often_as_ordered(url: str, fault: str, status: int) -> None:
    doc_id = prepared(url)
    eideasy.sign(url, doc_id)
    eideasy.set_fault(url, fault, 2)
    assert [download(url, doc_id).status_code for _ in range(3)] == [status, status, 200]


def test_no_method_may_be_offered(url: str) -> None:
    eideasy.set_fault(url, "no_methods")
    answer = post(url, "prepare-files-for-signing", **order(url, return_available_methods=True)).json()
    assert answer["available_methods"] == []
    assert start(url, answer["doc_id"]).status_code == 400


def test_one_answer_is_slow(url: str) -> None:
    doc_id = prepared(url)
    eideasy.set_fault(url, "slow")
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{url}/api/signatures/start-signing", json={}, timeout=0.5)
    assert eideasy.sign(url, doc_id) == "OK"


@pytest.mark.parametrize(
    "told",
    [
        lambda url: eideasy.set_fault(url, "earthquake"),
        lambda url: eideasy.set_fault(url, "slow", -1),
        lambda url: eideasy.set_signer(url, shoe_size="42"),
        lambda url: eideasy.set_webhooks(url, client_id="nobody"),
        lambda url: eideasy.set_webhooks(url, digest_url="ftp://host"),
    ],
)
def test_orders_that_make_no_sense_are_refused(url: str, told: Callable[[str], None]) -> None:
    with pytest.raises(ValueError, match=r"error"):
        told(url)


def test_the_state_tells_documents_without_their_keys(url: str) -> None:
    doc_id = prepared(url)
    eideasy.sign(url, doc_id, "mid-signature")
    eideasy.set_fault(url, "download_down", 3)
    told = eideasy.state(url)
    last = told["documents"][-1]
    assert {k: last[k] for k in ("file_name", "state", "method")} == {
        "file_name": "lease.pdf",
        "state": "signed",
        "method": "mid-signature",
    }
    assert told["faults"] == {"download_down": 3}
    assert doc_id not in json.dumps(told)
    assert eideasy.access(url)[1] not in json.dumps(told)


def test_every_fault_is_in_the_readme(url: str) -> None:
    readme = (ROOT / "local" / "servers" / "eideasy" / "README.md").read_text()
    assert [fault for fault in eideasy.state(url)["known_faults"] if f"`{fault}`" not in readme] == []


def test_clients_outlive_a_restart(pki_url: str, tmp_path: Path) -> None:
    with running("eideasy", tmp_path, "--pki", pki_url) as url:
        before = eideasy.access(url)
    with running("eideasy", tmp_path, "--pki", pki_url) as url:
        assert eideasy.access(url) == before
    assert (tmp_path / "clients.json").stat().st_mode & 0o077 == 0
