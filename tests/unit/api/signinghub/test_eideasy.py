"""The eID Easy calls over the real embedded hub and an eID Easy without sockets: what goes in, what comes out."""

import json
import logging
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from paraph.api.signinghub.calls.eideasy import EIDEASY_CALLS
from paraph.api.signinghub.refusals import refused
from paraph.domain import errors
from paraph.domain.configuration import Configuration
from paraph.domain.errors import ParaphError
from tests.fake_eideasy import SIGNER
from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import JANE, JOHN, Api, Prepared, fill, prepared, with_accounts
from tests.world import World

QES = "QUALIFIED_ELECTRONIC_SIGNATURE"
EID_SERVER = {
    "name": "eid",
    "type": "eideasy",
    "eideasy": {"client_id": "client-1", "url": "https://eid.example/"},
    "capacities": [{"name": "qes", "level_of_assurance": QES, "conformance_level": "B-B"}],
}
WANTED = {"field_name": "FIELD1", "signing_server": "eid"}


def with_eid_easy() -> Configuration:
    """The usual configuration, and a signing server that is eID Easy; it knows Jane."""
    usual = with_accounts().model_dump()
    jane, *others = usual["signatories"]
    signatories = [{**jane, "national_id": SIGNER}, *others]
    servers = [*usual["signing_servers"], EID_SERVER]
    return Configuration.model_validate({**usual, "signatories": signatories, "signing_servers": servers})


@pytest.fixture
def world() -> World:
    world = World()
    world.configure(with_eid_easy())
    return world


@pytest.fixture
def made(owner: Api) -> Prepared:
    """A package that waits for Jane's qualified signature, and for John's."""
    made = prepared(owner, JANE, JOHN, body=document(), share=False)
    for order in (1, 2):
        field = {"field_name": f"FIELD{order}", "page_no": 1, "level_of_assurance": [QES]}
        owner.ok("PUT", f"{made.document}/fields/signature", field)
    owner.ok("PUT", f"{made.package}/workflow", {"workflow_type": "PARALLEL"})
    owner.ok("POST", f"{made.package}/workflow")
    return made


def pre(who: Api, made: Prepared, key: str = "key-1", **members: Any) -> Any:
    """The answer of a Pre eID Easy Signing that succeeds."""
    return who.ok("POST", f"{made.document}/eideasy/pre", {**WANTED, **members}, Idempotency_Key=key)


def of(handed_in: Any, **members: Any) -> dict[str, Any]:
    """The body of Post eID Easy Signing."""
    return {"transaction_id": handed_in["transaction_id"], "field_name": "FIELD1", **members}


def post(who: Api, made: Prepared, handed_in: Any, **members: Any) -> Any:
    """The answer of a Post eID Easy Signing that succeeds."""
    return who.ok("POST", f"{made.document}/eideasy/post", of(handed_in, **members))


def refusal(who: Api, made: Prepared, call: str, body: Any, **headers: str) -> tuple[int, Any]:
    """Status and body of one that does not."""
    answer = who("POST", f"{made.document}/eideasy/{call}", body, **headers)
    return answer.status, answer.json


def standing(who: Api, made: Prepared) -> str:
    """How far FIELD1 has come."""
    return str(who.ok("POST", f"{made.document}/field/status", {"field_name": "FIELD1"})["status"])


def test_what_the_widget_needs(jane: Api, made: Prepared, world: World) -> None:
    found = pre(jane, made, redirect_url="https://app.example/done?state=1", signing_reason="Agreed")
    transaction_id = found.pop("transaction_id")
    assert found == {
        "doc_id": "document-1",
        "available_methods": ["smart-id-signature", "mid-signature"],
        "method_configs": [
            {"action_type": "smart-id-signature", "supported_countries": []},
            {"action_type": "mid-signature", "supported_countries": []},
        ],
        "client_id": "client-1",
        "api_endpoint": "https://eid.example",
    }
    assert len(transaction_id) == 32
    order = world.eideasy.orders["document-1"]
    assert (order.id_code, order.redirect_url) == (SIGNER, "https://app.example/done?state=1")


def test_a_document_is_signed_in_the_widget_and_embedded(jane: Api, made: Prepared, world: World) -> None:
    handed_in = pre(jane, made)
    waiting = post(jane, made, handed_in)
    assert (waiting["field_name"], waiting["status"], waiting["verification"]) == ("FIELD1", "PENDING", None)
    assert waiting["transaction_id"] == handed_in["transaction_id"]
    world.eideasy.sign(handed_in["doc_id"])
    signed = post(jane, made, handed_in)
    assert (signed["field_name"], signed["status"]) == ("FIELD1", "SIGNED")
    assert (signed["verification"]["field_name"], signed["verification"]["signature_status"]) == ("FIELD1", "VALID")
    assert standing(jane, made) == "COMPLETED"


def test_a_signature_is_embedded_once(jane: Api, made: Prepared, world: World) -> None:
    handed_in = pre(jane, made)
    world.eideasy.sign(handed_in["doc_id"])
    first = post(jane, made, handed_in)
    size = len(jane("GET", made.document).content)
    again = post(jane, made, handed_in, skip_verification=True)
    assert (first["status"], again["status"], again["verification"]) == ("SIGNED", "SIGNED", None)
    assert len(jane("GET", made.document).content) == size
    assert len(jane.ok("GET", f"{made.document}/verification")) == 1


def test_a_key_makes_a_repeat_find_what_was_handed_in(jane: Api, made: Prepared, world: World) -> None:
    first = pre(jane, made)
    assert pre(jane, made) == first
    assert len(world.eideasy.orders) == 1
    others = [pre(jane, made, key="key-2"), pre(jane, made, signing_reason="Agreed")]
    others += [jane.ok("POST", f"{made.document}/eideasy/pre", WANTED) for _ in range(2)]
    assert len({one["doc_id"] for one in (first, *others)}) == 5
    assert len({one["transaction_id"] for one in (first, *others)}) == 5


def test_what_eid_easy_keeps_no_longer(api: Api, jane: Api, made: Prepared, world: World) -> None:
    handed_in = pre(jane, made)
    world.clock.sleep(24 * 3600 + 1)
    jane = api.as_user(JANE)
    failed = post(jane, made, handed_in)
    assert (failed["status"], failed["verification"]) == ("FAILED", None)
    again = pre(jane, made)
    assert again["doc_id"] == "document-2"
    world.eideasy.sign("document-2")
    assert post(jane, made, again)["status"] == "SIGNED"


@pytest.mark.parametrize("key", ["with blanks", "x" * 256, "caf\u00e9"])
def test_a_key_that_is_none(jane: Api, made: Prepared, world: World, key: str) -> None:
    status, body = refusal(jane, made, "pre", WANTED, Idempotency_Key=key)
    assert (status, list(body)) == (400, ["Message"])
    assert world.eideasy.orders == {}


def test_nobody_else_changes_the_document_meanwhile(jane: Api, john: Api, made: Prepared, world: World) -> None:
    handed_in = pre(jane, made)
    status, body = refusal(john, made, "pre", {**WANTED, "field_name": "FIELD2"})
    assert (status, body["Error"]) == (403, "document_locked")
    world.eideasy.sign(handed_in["doc_id"])
    assert post(jane, made, handed_in)["status"] == "SIGNED"
    assert pre(john, made, field_name="FIELD2")["doc_id"] == "document-2"


@pytest.mark.parametrize(
    ("cms", "status", "key"),
    [
        (b"cms:EE-1:another digest", 400, "invalid_signature"),
        (b"<html>", 400, "invalid_signature"),
        (b"cms:EE-2:", 403, "signed_by_another"),
    ],
)
def test_what_must_not_be_embedded(jane: Api, made: Prepared, world: World, cms: bytes, status: int, key: str) -> None:
    handed_in = pre(jane, made)
    digest = world.eideasy.orders[handed_in["doc_id"]].document_digest
    world.eideasy.signed[handed_in["doc_id"]] = cms + digest if cms.endswith(b":") else cms
    found, body = refusal(jane, made, "post", of(handed_in))
    assert (found, body["Error"], sorted(body)) == (status, key, ["Error", "Message"])
    assert standing(jane, made) != "COMPLETED"
    assert jane.ok("GET", f"{made.document}/verification") == []
    world.eideasy.sign(handed_in["doc_id"])
    assert post(jane, made, handed_in)["status"] == "SIGNED"


def test_a_transaction_belongs_to_one_field_of_one_person(jane: Api, john: Api, made: Prepared, world: World) -> None:
    handed_in = pre(jane, made)
    world.eideasy.sign(handed_in["doc_id"])
    for who, wrong in (
        (jane, {"transaction_id": "0" * 32}),
        (jane, {"field_name": "FIELD2"}),
        (john, {}),
        (john, {"field_name": "FIELD2"}),
    ):
        status, body = refusal(who, made, "post", of(handed_in, **wrong))
        assert (status, body["Error"]) == (404, "unknown_transaction")
    assert post(jane, made, handed_in)["status"] == "SIGNED"


@pytest.mark.parametrize(
    ("call", "body", "message"),
    [
        ("pre", {"field_name": "FIELD1"}, "signing_server: Field required"),
        ("pre", {"signing_server": "eid"}, "field_name: Field required"),
        ("pre", {**WANTED, "redirect_url": "javascript:alert(1)"}, "redirect_url: String should match pattern"),
        ("pre", {**WANTED, "redirect_url": f"https://{'x' * 2000}"}, "redirect_url: String should have at most 2000"),
        ("pre", {**WANTED, "hand_signature_image": "%"}, "hand_signature_image: Value error, is not base64"),
        ("post", {"field_name": "FIELD1"}, "transaction_id: Field required"),
        ("post", {"transaction_id": "t"}, "field_name: Field required"),
        ("post", [], "body: Input should be "),
    ],
)
def test_bodies_that_make_no_sense(jane: Api, made: Prepared, call: str, body: Any, message: str) -> None:
    status, said = refusal(jane, made, call, body)
    assert (status, list(said)) == (400, ["Message"])
    assert said["Message"].startswith(message)


@pytest.mark.parametrize("server", ["keys", "nowhere"])
def test_what_is_not_eid_easy(jane: Api, owner: Api, server: str) -> None:
    made = prepared(owner, JANE)
    fill(jane, made)
    status, body = refusal(jane, made, "pre", {**WANTED, "signing_server": server})
    assert (status, body["Error"]) == (403, "signing_server_not_allowed")


def test_mandatory_fields_come_first(jane: Api, owner: Api, world: World) -> None:
    made = prepared(owner, JANE)
    status, body = refusal(jane, made, "pre", WANTED)
    assert (status, body["Error"], world.eideasy.orders) == (403, "mandatory_fields_missing", {})


def test_where_eid_easy_offers_nothing(jane: Api, made: Prepared, world: World) -> None:
    world.eideasy.methods = ()
    status, body = refusal(jane, made, "pre", WANTED)
    assert (status, body["Error"]) == (403, "no_signing_method")


@pytest.mark.parametrize(("call", "body"), [("pre", WANTED), ("post", {"transaction_id": "1", "field_name": "FIELD1"})])
def test_nobody_signs_in_anothers_name(
    owner: Api, made: Prepared, world: World, call: str, body: dict[str, str]
) -> None:
    access = owner.ok("POST", "/v4/authenticate/scope", {"user_email": JANE})["access_token"]
    found, said = refusal(replace(owner, token=access), made, call, body)
    assert (found, said["Error"], world.eideasy.orders) == (403, "scope_token_not_allowed", {})


@pytest.mark.parametrize(
    ("error", "status", "key"),
    [
        (errors.EidEasyRefused("x", call="c", status=401), 500, "eideasy_refused"),
        (errors.NoSigningMethod("x"), 403, "no_signing_method"),
        (errors.SignedByAnother("x"), 403, "signed_by_another"),
        (errors.PlaceholderTooSmall("x"), 403, "signature_too_large"),
        (errors.SignatureInvalid("x"), 400, "invalid_signature"),
        (errors.ConformanceNotReached("x"), 500, "signing_failed"),
        (errors.UnknownTransaction("x"), 404, "unknown_transaction"),
        (errors.Unavailable("x", host="eid.example"), 502, "eideasy_unreachable"),
        (errors.Unavailable("x", call="prepare", status=503), 502, "eideasy_unreachable"),
        (errors.Unavailable("x"), 503, None),
        (errors.AuthenticationFailed("x"), 401, None),
        (errors.FieldAlreadySigned("x"), 403, "field_already_processed"),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, ParaphError) else "",
)
def test_every_refusal_is_named_and_declared(error: ParaphError, status: int, key: str | None) -> None:
    for call in EIDEASY_CALLS:
        answer = refused(error, call)
        body = json.loads(str(answer.body))
        assert (answer.status_code, body.get("Error")) == (status, key)
        assert "Message" in body
        assert answer.headers["Cache-Control"] == "no-store"
        assert status in call.statuses


def test_eid_easy_does_not_answer(jane: Api, made: Prepared, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in = pre(jane, made)
    world.eideasy.sign(handed_in["doc_id"])

    def fail(*_: object) -> NoReturn:
        raise errors.Unavailable("The other side did not answer.", host="eid.example")

    with monkeypatch.context() as patched:
        patched.setattr(world.eideasy, "download", fail)
        assert refusal(jane, made, "post", of(handed_in)) == (
            502,
            {"Error": "eideasy_unreachable", "Message": "The other side did not answer."},
        )
    assert post(jane, made, handed_in)["status"] == "SIGNED"


def test_nothing_secret_is_logged_or_shown(
    jane: Api, made: Prepared, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.DEBUG):
        handed_in = pre(jane, made, redirect_url="https://app.example/?state=st4te")
        told = [refusal(jane, made, "pre", {**WANTED, "redirect_url": "app://st4te"})]
        world.eideasy.sign(handed_in["doc_id"], signer="EE-2")
        told.append(refusal(jane, made, "post", of(handed_in)))
        monkeypatch.setattr(world.eideasy, "download", lambda doc_id: 1 / 0)
        told.append(refusal(jane, made, "post", of(handed_in)))
    bearer = world.eideasy.orders[handed_in["doc_id"]].webhook_bearer
    assert [status for status, _ in told] == [400, 403, 500]
    for secret in (handed_in["doc_id"], str(bearer), "st4te", SIGNER, "EE-2", str(jane.token)):
        assert secret not in caplog.text
        assert secret not in json.dumps(told)


def test_programs_can_tell_that_eid_easy_signs(jane: Api) -> None:
    found = jane.ok("GET", "/v4/settings/signatures")["signature"]["signing_servers"]
    assert {s["info"]["name"]: s["info"]["provider"] for s in found} == {"eid": "EID_EASY", "keys": "ADSS"}
    account = jane.ok("GET", "/v4/account")["signing_servers"]
    assert {s["name"]: s["provider"] for s in account} == {"eid": "EID_EASY", "keys": "ADSS"}
