"""`paraph console`: a real server on the loopback address, before the API's own routes."""

import dataclasses
import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
from typer.testing import Result

from cli.connection import LocalStack, connect
from cli.console import program
from cli.console.guard import address, new_token
from cli.console.machine import machine
from cli.console.pages import FOLDER, Pages
from cli.console.routes import API_CALLS, Connected
from cli.console.server import HEADERS, ConsoleServer
from cli.console.stand_ins import ORDERS
from cli.failures import Failure
from local.stack import State
from paraph.api.contract import CALLS
from paraph.domain.challenge import Factor
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import SigningStatus
from paraph.domain.verification import KeyControl
from tests import documents
from tests.unit.api.conftest import SIGNING_ID, signed, signing, stored
from tests.unit.cli.conftest import API_URL, World

TOKEN = new_token()
PDF = documents.plain()
MAILBOX = "http://emulator.test"
PKI = "http://pki.test"
RSSP = "http://rssp.test"
EIDEASY = "http://eideasy.test"
PUSH = "http://push.test"
SERVERS = {"pki": {"url": PKI}, "rssp": {"url": RSSP}, "eideasy": {"url": EIDEASY, "secret": "of-the-client"},
           "push": {"url": PUSH}}  # fmt: skip
LOCAL = LocalStack(MAILBOX, "eu-central-1", "id", "key", {"paraph": {}}, SERVERS)
ADAS = "/api/signatories/ada/devices"


@dataclass
class Console:
    """The console as a browser's page sees it."""

    server: ConsoleServer
    logged: list[str]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server.port}"

    def call(self, method: str, path: str, body: Any = None, **headers: str | None) -> "Answer":
        """A page's call; None leaves a header out."""
        sent: dict[str, str | None] = {"Host": f"localhost:{self.server.port}", "X-Paraph-Console": TOKEN}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in (sent | ({"Content-Length": str(len(raw))} if raw is not None else {})).items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(raw)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers.items()), answer.read())
        finally:
            connection.close()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def connected(world: World) -> list[Connected]:
    """Where the console is connected to; tests may change it."""
    return [Connected(connect(API_URL, "paraph"), "paraph", LOCAL)]


@pytest.fixture
def console(world: World, connected: list[Connected]) -> Iterator[Console]:
    logged: list[str] = []
    server = ConsoleServer(0, TOKEN, lambda: connected[0], logged.append, Pages())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Console(server, logged)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Who may speak to it


def test_it_listens_on_the_loopback_address_only(console: Console) -> None:
    assert console.server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "a", "\xfc"])
def test_without_the_token_nothing_is_told(console: Console, world: World, token: str | None) -> None:
    for path in ("/api/signings", "/console/about", "/console/messages", "/nothing"):
        answer = console.call("GET", path, X_Paraph_Console=token)
        assert (answer.status, answer.json["error"]) == (401, "ConsoleRefusal")
    assert world.calls == []


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost", "localhost:1", "[::1]:{port}", ""]
)
def test_other_names_are_refused(console: Console, host: str) -> None:
    for path in ("/", "/console/about"):
        assert console.call("GET", path, Host=host.format(port=console.server.port)).status == 421


def test_the_address_works_by_both_names(console: Console) -> None:
    assert console.call("GET", "/console/about", Host=f"127.0.0.1:{console.server.port}").status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1:{port}"])
def test_other_origins_are_refused(console: Console, world: World, origin: str) -> None:
    given = origin.format(port=console.server.port)
    assert console.call("POST", f"/api/signings/{SIGNING_ID}/cancel", Origin=given).status == 403
    assert world.calls == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_calls_of_other_sites_are_refused(console: Console, site: str) -> None:
    assert console.call("GET", "/console/about", Sec_Fetch_Site=site).status == 403


def test_the_own_page_may_call(console: Console) -> None:
    assert console.call("GET", "/console/about", Origin=console.origin, Sec_Fetch_Site="same-origin").status == 200


def test_the_token_has_256_bits_and_is_in_the_fragment() -> None:
    assert len({new_token() for _ in range(8)}) == 8
    assert all(len(new_token()) == 43 for _ in range(8))
    assert re.fullmatch(r"http://localhost:8000/#token=.{43}", address(8000, new_token()))


# Pages


def test_every_answer_has_the_safe_headers(console: Console) -> None:
    for path in ("/", "/main.js", "/console/about", "/api/signings", "/nothing"):
        told = console.call("GET", path).headers
        assert {name: told.get(name) for name in HEADERS} == HEADERS
        assert told["Server"] == "paraph"
    assert "'unsafe" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")


def test_pages_come_without_token_and_by_their_types(console: Console) -> None:
    types = {"/": "text/html", "/index.html": "text/html", "/console.css": "text/css", "/main.js": "text/javascript"}
    for path, kind in types.items():
        answer = console.call("GET", path, X_Paraph_Console=None)
        assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (200, kind)


@pytest.mark.parametrize(
    "path",
    [
        "/../../pyproject.toml",
        "/..%2f..%2fpyproject.toml",
        "//etc/passwd",
        "/./main.js",
        "/main.js/",
        "/%2e%2e/x",
        "/a/../main.js",
    ],
)
def test_nothing_but_the_pages_is_served(console: Console, path: str) -> None:
    assert console.call("GET", path).status == 404
    assert console.call("GET", path, X_Paraph_Console=None).status == 401


def test_pages_hold_no_script_no_style_and_ask_nobody_else() -> None:
    for file in FOLDER.iterdir():
        text = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://", text), file
        assert not re.search(r"\bstyle=|\son\w+=|innerHTML|insertAdjacentHTML|eval\(|<style", text), file
    for attributes, content in re.findall(
        r"<script([^>]*)>(.*?)</script>", (FOLDER / "index.html").read_text(), re.DOTALL
    ):
        assert "src=" in attributes
        assert not content.strip()


def test_every_module_that_is_imported_exists() -> None:
    for file in FOLDER.glob("*.js"):
        for name in re.findall(r'from "\./([\w.]+)"', file.read_text()):
            assert (FOLDER / name).is_file(), (file, name)


@pytest.mark.parametrize(
    ("file", "table", "words"),
    [
        ("words.js", "STATUSES", SigningStatus),
        ("words.js", "FACTORS", Factor),
        ("waiting.js", "METHODS", SigningMethod),
        ("report.js", "KEYS", KeyControl),
    ],
)
def test_the_pages_have_words_for_everything(file: str, table: str, words: type[Enum]) -> None:
    found = re.search(rf"const {table} = \{{\n(.*?)^\}};", (FOLDER / file).read_text(), re.MULTILINE | re.DOTALL)
    assert found
    assert re.findall(r"^  (\w+): ", found[1], re.MULTILINE) == [word.value for word in words]


def test_an_installed_package_has_no_pages(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="not part of an installed package"):
        Pages(tmp_path)


# The API


def test_calls_are_passed_on_signed(console: Console, world: World) -> None:
    """`World` refuses what is not signed right."""
    world.desk.signings[SIGNING_ID] = signing()
    listed = console.call("GET", "/api/signings?status=RUNNING&limit=5&token=x")
    assert [s["signing_id"] for s in listed.json["signings"]] == [SIGNING_ID]
    assert world.desk.asked == {"status": SigningStatus.RUNNING, "limit": 5, "cursor": None}
    assert console.call("GET", f"/api/signings/{SIGNING_ID}").json["document_name"] == "lease.pdf"
    assert [p["name"] for p in console.call("GET", "/api/profiles").json["profiles"]] == ["contracts"]
    cancelled = console.call("POST", f"/api/signings/{SIGNING_ID}/cancel", Content_Length="0", Origin=console.origin)
    assert (cancelled.status, cancelled.json["cancel_requested_at"] is None) == (202, False)


def test_problems_of_the_api_are_passed_on(console: Console) -> None:
    answer = console.call("GET", f"/api/signings/{SIGNING_ID}")
    assert (answer.status, answer.json["error"]) == (404, "UnknownSigning")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/documents"),
        ("GET", f"/api/signings/{SIGNING_ID}/document"),
        ("GET", f"/api/signings/{SIGNING_ID}/submitted"),
        ("POST", "/api/profiles"),
        ("GET", "/api/signings/../profiles"),
        ("GET", "/api/signatories/../devices"),
        ("GET", "/api/signatories/%2e%2e/devices"),
        ("GET", "/api/signatories/ada%2f../devices"),
        ("GET", "/api/signatories/ada/devices/x"),
        ("DELETE", "/api/signatories/ada/devices"),
        ("DELETE", "/api/signatories/ada/devices/.."),
        ("DELETE", f"/api/signings/{SIGNING_ID}"),
        ("GET", "/api//signings"),
        ("GET", "/api/https://evil.example/"),
        ("GET", "/api@evil.example/signings"),
        ("GET", f"/console/signings/{SIGNING_ID}/other/pages"),
        ("GET", "/console/signings/..%2f..%2fetc/signed.pdf"),
    ],
)
def test_no_other_call_is_made(console: Console, world: World, method: str, path: str) -> None:
    assert console.call(method, path, b"" if method == "POST" else None).status == 404
    assert world.calls == []


@pytest.mark.parametrize(("method", "pattern"), sorted(API_CALLS))
def test_calls_that_are_passed_on_are_the_apis(method: str, pattern: str) -> None:
    examples = {"<signing_id>": SIGNING_ID, "<signatory>": "ada@legal.example", "<device_id>": "-wTn_2"}
    paths = [re.sub(r"<\w+>", lambda part: examples[part[0]], c.path) for c in CALLS if c.method == method]
    assert any(re.fullmatch(pattern, path) for path in paths)


def test_a_signatory_is_invited_and_its_device_revoked(console: Console, world: World) -> None:
    assert console.call("GET", ADAS).json == {"signatory": "ada", "devices": []}
    invited = console.call("POST", ADAS, Content_Length="0", Origin=console.origin)
    assert (invited.status, invited.json["sent_by"]) == (202, "EMAIL")
    assert world.phones.world.messages.capability not in str(invited.json)
    device_id = world.phones.register("Ada's phone")
    (device,) = console.call("GET", ADAS).json["devices"]
    assert (device["name"], device["revoked_at"]) == ("Ada's phone", None)
    revoked = console.call("DELETE", f"{ADAS}/{device_id}", Origin=console.origin)
    assert (revoked.status, revoked.json["device_id"]) == (200, device_id)
    assert console.call("GET", ADAS).json["devices"][0]["revoked_at"]
    assert console.call("GET", "/api/signatories/sven/devices").json["error"] == "UnknownSignatory"


def test_signatories_may_be_named_by_address(console: Console, world: World) -> None:
    for name in ("grace@legal.example", "grace%40legal.example"):
        told = console.call("GET", f"/api/signatories/{name}/devices")
        assert (told.status, told.json["signatory"]) == (200, "grace@legal.example")


def test_another_sites_page_revokes_nothing(console: Console, world: World) -> None:
    refused = console.call("DELETE", f"{ADAS}/x", Origin="https://evil.example")
    assert (refused.status, world.calls) == (403, [])
    assert console.call("DELETE", f"{ADAS}/x", X_Paraph_Console=None).status == 401


def test_a_document_goes_up_and_its_signing_starts(console: Console, world: World) -> None:
    pdf = documents.plain()
    offer = console.call(
        "POST", "/console/uploads", pdf, Content_Type="application/pdf", X_Document_Name="M%C3%BCller%2F..%2Fa.pdf"
    )
    assert (offer.status, world.uploads) == (201, [pdf])
    order = {"profile": "contracts", "document": offer.json}
    for _ in range(2):
        started = console.call("POST", "/api/signings", order, Content_Type="application/json", Idempotency_Key="k1")
        assert started.json["profile"] == "contracts"
    assert list(world.start.orders) == [("legal", "k1")]


def test_an_upload_address_never_reaches_the_page(console: Console, world: World) -> None:
    answer = console.call("POST", "/console/uploads", b"%PDF", Content_Type="application/pdf", X_Document_Name="a.pdf")
    assert list(answer.json) == ["upload_id"]


@pytest.mark.parametrize("headers", [{"X_Document_Name": "a.pdf"}, {"Content_Type": "application/pdf"}])
def test_uploads_say_what_they_are(console: Console, world: World, headers: dict[str, str]) -> None:
    assert console.call("POST", "/console/uploads", b"%PDF", **headers).status == 400
    assert world.calls == []


def test_a_document_over_the_stacks_limit_is_the_apis_to_refuse(console: Console, world: World) -> None:
    world.desk.max_size = 10
    answer = console.call(
        "POST", "/console/uploads", documents.plain(), Content_Type="application/pdf", X_Document_Name="a.pdf"
    )
    assert (answer.json["error"], answer.json["actor"]) == ("DocumentTooLarge", "caller")


@pytest.mark.parametrize(("body", "status"), [(b"[]", 400), (b"{", 400), (b"{" + b" " * (256 << 10) + b"}", 413)])
def test_bodies_are_objects_within_the_limit(console: Console, world: World, body: bytes, status: int) -> None:
    assert console.call("POST", "/api/signings", body).status == status
    assert world.calls == []


def test_requests_without_a_length_and_other_methods_are_refused(console: Console) -> None:
    assert console.call("POST", "/api/signings", Transfer_Encoding="chunked").status == 411
    answer = console.call("PUT", "/api/signings")
    assert (answer.status, answer.headers["X-Frame-Options"]) == (501, "DENY")


def test_silence_of_the_api_is_told(console: Console, world: World) -> None:
    world.failing += [requests.ConnectionError()] * 4
    answer = console.call("GET", "/api/signings")
    assert (answer.status, answer.json["detail"]) == (502, "the service does not answer")


def test_defects_are_told_without_their_words(console: Console, connected: list[Connected]) -> None:
    connected.clear()
    answer = console.call("GET", "/console/about")
    assert (answer.status, answer.json["detail"]) == (500, "the console failed")
    assert "GET /console/about: IndexError" in console.logged


def test_no_secret_is_logged(console: Console, world: World) -> None:
    console.call("GET", "/api/signings?cursor=c0ffee")
    assert console.logged == ["GET /api/signings 200"]


# Documents


@pytest.fixture
def looked_at(console: Console, world: World) -> Console:
    """A signed signing whose documents can be fetched."""
    world.desk.signings[SIGNING_ID] = signed().model_copy(update={"submitted": stored("submitted")})
    for which in ("signed", "submitted"):
        world.http.upsert("GET", f"https://s3/{which}?X-Amz-Signature=1", body=PDF)
    return console


@pytest.mark.parametrize("which", ["submitted", "signed"])
def test_documents_are_shown_page_by_page(looked_at: Console, world: World, which: str) -> None:
    path = f"/console/signings/{SIGNING_ID}/{which}"
    assert looked_at.call("GET", f"{path}/pages").json == {"pages": 1, "shown": 1}
    image = looked_at.call("GET", f"{path}/pages/1")
    assert (image.status, image.headers["Content-Type"], image.body[:4]) == (200, "image/png", b"\x89PNG")
    assert looked_at.call("GET", f"{path}.pdf").body == PDF
    assert len(world.calls) == 1, "a document is fetched once"


@pytest.mark.parametrize("number", ["0", "2", "31"])
def test_pages_that_are_not_there_are_not_drawn(looked_at: Console, number: str) -> None:
    answer = looked_at.call("GET", f"/console/signings/{SIGNING_ID}/signed/pages/{number}")
    assert (answer.status, answer.json["error"]) == (422, "NotDrawn")


def test_what_is_no_pdf_is_said_to_be_none(looked_at: Console, world: World) -> None:
    world.http.upsert("GET", "https://s3/signed?X-Amz-Signature=1", body=b"no PDF")
    answer = looked_at.call("GET", f"/console/signings/{SIGNING_ID}/signed/pages")
    assert (answer.status, "PDFium cannot draw it" in answer.json["detail"]) == (422, True)


def test_documents_that_are_not_there_are_the_apis_problem(console: Console, world: World) -> None:
    world.desk.signings[SIGNING_ID] = signing()
    for which, error in (("signed", "ResultNotReady"), ("submitted", "NotSubmitted")):
        answer = console.call("GET", f"/console/signings/{SIGNING_ID}/{which}/pages")
        assert (answer.status, answer.json["error"]) == (409, error)


def test_nothing_is_left(looked_at: Console) -> None:
    looked_at.call("GET", f"/console/signings/{SIGNING_ID}/signed.pdf")
    folder: Path = looked_at.server._documents._folder
    assert (folder.stat().st_mode & 0o777, len(list(folder.iterdir()))) == (0o700, 1)
    looked_at.server._documents.close()
    assert not folder.exists()


# The state machine, and the embedded stack


def test_the_machine_is_the_definitions(console: Console) -> None:
    told = console.call("GET", "/console/machine").json
    assert told == machine()
    states = {state["name"]: state for state in told["states"]}
    assert (told["start"], states["Submit"]["step"], states["Submit"]["errors"]) == ("Begin", "submit", ["Settle"])
    assert told["ends"]["SIGNED"] == "Signed"
    assert {name: told["outcomes"][name] for name in ("PENDING", "READY")} == {"PENDING": "Wait", "READY": "Sign"}
    assert set(told["outcomes"].values()) | set(told["ends"].values()) <= set(states)
    for state in told["states"]:
        assert {*state["next"], *state["errors"]} <= set(states)


def test_messages_are_those_that_the_emulator_keeps(console: Console, world: World) -> None:
    mail = {"Timestamp": 1772360100.5, "Source": "a@b", "To": ["c@d"], "Subject": "Sign", "BodyText": "Dear C"}
    newer = {**mail, "Timestamp": 1772360101.5, "Subject": "Again"}
    world.http.get(f"{MAILBOX}/_ministack/ses/messages", json={"messages": {"1": [mail, newer]}})
    world.http.get(
        f"{MAILBOX}/_ministack/sns/sms-messages",
        json={"sms_messages": {"+35387": [{"Message": "first"}, {"Message": "second"}]}},
    )
    told = console.call("GET", "/console/messages").json
    assert [m["subject"] for m in told["mails"]] == ["Again", "Sign"]
    assert told["mails"][1]["at"] == "2026-03-01T10:15:00+00:00"
    assert told["texts"] == [{"to": "+35387", "text": "second"}, {"to": "+35387", "text": "first"}]


def test_the_pkis_switches(console: Console, world: World) -> None:
    state = {"tsa": {"tsa-one": "down"}, "modes": ["ok", "down"], "issued": []}
    world.http.get(f"{PKI}/control/state", json=state)
    switched = world.http.post(f"{PKI}/control/tsa", json={})
    world.http.post(f"{PKI}/control/revoke", body="no such certificate", status=400)
    assert console.call("GET", "/console/pki").json == state
    assert console.call("POST", "/console/pki/tsa", {"name": "tsa-one", "mode": "down"}).json == state
    sent: Any = switched.calls[0].request.body
    assert json.loads(sent) == {"name": "tsa-one", "mode": "down"}
    refused = console.call("POST", "/console/pki/revoke", {"serial": "1"})
    assert (refused.status, refused.json["detail"]) == (400, "no such certificate")


RSSP_USER = {"user_id": "jane", "name": "Jane Roe", "national_id": "1", "password": "jane-password", "pin": "135790"}
REFUSAL = "what is one of slow"
RSSP_MESSAGE = {"user": "jane", "at": 1772360100.5, "credential_id": "pin-otp"}


@pytest.fixture
def service(world: World) -> responses.RequestsMock:
    """The remote signing service's control, as its README has it."""
    client = {"client_id": "paraph-service", "client_secret": "service-secret"}
    known = {"url": RSSP, "clients": [client], "users": [RSSP_USER], "faults": {"slow": "waits"}}
    fault = {"what": "slow", "times": 2, "method": "oauth2/token", "seconds": 20.0}
    state = {"questions": 1, "device": {"jane": "424242"}, "faults": [fault], "tokens": 1}
    code = {**RSSP_MESSAGE, "text": "123456 is your code", "otp": "123456", "handle": None}
    question = {**RSSP_MESSAGE, "text": "Do you approve?", "otp": None, "handle": "a-secret-handle"}
    world.http.get(f"{RSSP}/control", json=known)
    world.http.get(f"{RSSP}/control/state", json=state)
    world.http.get(f"{RSSP}/control/messages", json=[code, question])
    return world.http


def test_the_remote_signing_service_tells_what_its_users_see(console: Console, service: responses.RequestsMock) -> None:
    answer = console.call("GET", "/console/rssp")
    told = answer.json
    at = "2026-03-01T10:15:00+00:00"
    assert told["messages"] == [
        {"to": "jane", "at": at, "text": "Do you approve?", "question": True},
        {"to": "jane", "at": at, "text": "123456 is your code", "question": False},
    ]
    assert told["questions"] == 1
    jane = {"user_id": "jane", "name": "Jane Roe", "password": "jane-password", "pin": "135790", "device": "424242"}
    assert told["people"] == [jane]
    assert told["faults"] == [{"what": "slow", "times": 2, "method": "oauth2/token"}]
    assert told["known_faults"] == {"slow": "waits"}
    assert not any(secret in answer.body for secret in (b"service-secret", b"a-secret-handle"))


def test_a_question_in_its_app_is_answered(console: Console, service: responses.RequestsMock) -> None:
    decided = service.post(f"{RSSP}/control/approve", json={})
    order = {"user": "jane", "decision": "deny"}
    assert console.call("POST", "/console/rssp/approve", order).json["questions"] == 1
    sent: Any = decided.calls[0].request.body
    assert json.loads(sent) == order
    service.upsert("POST", f"{RSSP}/control/approve", body="No such question waits for an answer", status=400)
    refused = console.call("POST", "/console/rssp/approve", order)
    assert (refused.status, refused.json["detail"]) == (400, "No such question waits for an answer")


def test_eid_easy_tells_who_signs_and_what_will_go_wrong(console: Console, world: World) -> None:
    signer = {"first_name": "Mari", "last_name": "Tamm", "id_code": "39912310172", "country": "EE"}
    known = {"refuse": "the signatory refuses", "expire": "nothing happens"}
    state = {"signer": signer, "clients": [{"client_id": "x"}], "faults": {"refuse": 2}, "known_faults": known}
    world.http.get(f"{EIDEASY}/control/state", json=state)
    told = console.call("GET", "/console/eideasy")
    pending = [{"what": "refuse", "times": 2, "method": ""}]
    assert told.json == {"signer": signer, "faults": pending, "known_faults": known}
    assert b"of-the-client" not in told.body


def test_the_push_service_tells_who_is_subscribed(console: Console, world: World) -> None:
    subscriptions = [{"subscription": "wTn2Xq", "ended": False, "accepted": 2, "waiting": 1, "delivered": 1}]
    known = {"gone": "the subscription ends"}
    state = {"subscriptions": subscriptions, "faults": {"gone": 1}, "known_faults": known}
    world.http.get(f"{PUSH}/control/state", json=state)
    pending = [{"what": "gone", "times": 1, "method": ""}]
    told = console.call("GET", "/console/push").json
    assert told == {"subscriptions": subscriptions, "faults": pending, "known_faults": known}


@pytest.mark.parametrize(
    ("url", "path", "refusal"),
    [
        (RSSP, "rssp", REFUSAL),
        (EIDEASY, "eideasy", json.dumps({"status": "error", "message": REFUSAL})),
        (PUSH, "push", REFUSAL),
    ],
)
def test_faults_are_ordered(
    console: Console, service: responses.RequestsMock, url: str, path: str, refusal: str
) -> None:
    for other in (EIDEASY, PUSH):
        service.get(
            f"{other}/control/state", json={"signer": {}, "subscriptions": [], "faults": {}, "known_faults": {}}
        )
    ordered = service.post(f"{url}/control/fault", json={})
    order = {"what": "slow", "times": 3}
    assert console.call("POST", f"/console/{path}/fault", order).status == 200
    sent: Any = ordered.calls[0].request.body
    assert json.loads(sent) == order
    service.upsert("POST", f"{url}/control/fault", body=refusal, status=400)
    refused = console.call("POST", f"/console/{path}/fault", {"what": "tea", "times": 3})
    assert (refused.status, refused.json["detail"]) == (400, REFUSAL)


@pytest.mark.parametrize(
    "path",
    [
        "pki/issue",
        "pki/fault",
        "rssp/reset",
        "rssp/redirect_uri",
        "eideasy/client",
        "eideasy/approve",
        "push/gone",
        "x/fault",
    ],
)
def test_nothing_else_is_ordered(console: Console, path: str) -> None:
    assert console.call("POST", f"/console/{path}", {}).status == 404


def test_a_stack_without_a_stand_in_says_so(console: Console, connected: list[Connected]) -> None:
    connected[0] = Connected(connected[0].place, "paraph", dataclasses.replace(LOCAL, servers={}))
    answer = console.call("GET", "/console/rssp")
    assert (answer.status, answer.json["detail"]) == (404, "this stack runs without the stand-in rssp")


def test_only_the_embedded_stack_has_them(console: Console, connected: list[Connected]) -> None:
    assert console.call("GET", "/console/about").json["embedded"] is True
    connected[0] = Connected(connected[0].place, "paraph")
    assert console.call("GET", "/console/about").json["embedded"] is False
    assert {console.call("GET", f"/console/{what}").status for what in ("messages", *ORDERS)} == {404}


def test_an_emulator_that_is_gone_is_told(console: Console, world: World) -> None:
    world.http.get(f"{PKI}/control/state", body=requests.ConnectionError())
    answer = console.call("GET", "/console/pki")
    assert (answer.status, answer.json["detail"]) == (502, "the embedded stack does not answer")


# The program


def test_the_command_prints_its_address_and_serves(
    world: World, paraph: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[ConsoleServer] = []
    monkeypatch.setattr(program, "serve", lambda server: served.append(server) or server.server_close())  # type: ignore[func-returns-value]
    result = paraph("console", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["url"].startswith(f"http://localhost:{served[0].port}/#token=")


def test_a_port_in_use_is_explained(console: Console, paraph: Callable[..., Result]) -> None:
    result = paraph("console", "--port", console.server.port)
    assert (result.exit_code, "--port" in result.stderr) == (2, True)


def test_mistakes_show_before_anything_is_served(world: World, paraph: Callable[..., Result]) -> None:
    assert paraph("console", "--api-url", "ftp://x").exit_code == 2


def test_the_embedded_stack_keeps_the_address_to_its_owner(tmp_path: Path) -> None:
    from local.stack import Stack

    stack = Stack(tmp_path)
    stack._write(State("http://127.0.0.1:1", "logs", console="http://localhost:2/#token=t"))
    assert (tmp_path / "stack.json").stat().st_mode & 0o777 == 0o600
