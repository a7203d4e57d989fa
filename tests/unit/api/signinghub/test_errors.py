"""What is refused, how it is said, and what is never said or logged."""

import inspect
import json
import logging
from dataclasses import replace
from typing import Any, NoReturn

import pytest

from paraph.api.signinghub.app import hub_api_app
from paraph.api.signinghub.calls import CALLS
from paraph.api.signinghub.calls.authentication import AUTHENTICATE, SCOPE
from paraph.api.signinghub.calls.fields import ADD_SIGNATURE
from paraph.api.signinghub.calls.signing import FILL, SIGN
from paraph.api.signinghub.refusals import REFUSALS, refused
from paraph.api.signinghub.request import TokenMissing
from paraph.domain import errors
from paraph.domain.errors import ParaphError
from tests.fake_engine import document
from tests.unit.api.signinghub.conftest import JANE, JOHN, LIMIT, OWNER, PLACE, SECRET, STRANGER, Api, event, prepared

ALL_ERRORS = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, ParaphError)]
NOT_FOUND = {"Message": "Document not found"}
NOT_ALLOWED = {"Message": "You are not allowed to perform the requested operation"}


@pytest.mark.parametrize(
    ("error", "status", "key", "message"),
    [
        (errors.OtpRequired("x"), 403, "otp_required", "One time password is required"),
        (errors.OtpWrong("x"), 403, "invalid_otp", "x"),
        (errors.OtpExpired("x"), 403, "otp_expired", "x"),
        (errors.OtpNotDelivered("x"), 403, "otp_not_delivered", "x"),
        (errors.RequiredFieldEmpty("x"), 403, "mandatory_fields_missing", "x"),
        (errors.FieldAlreadySigned("x"), 403, "field_already_processed", "x"),
        (errors.AlreadyFinished("x"), 403, "field_already_processed", "x"),
        (errors.FieldNotSignable("x"), 403, "field_not_assigned", "x"),
        (errors.NotTheSignatorysTurn("x"), 403, "not_your_turn", NOT_ALLOWED["Message"]),
        (errors.LevelNotOffered("x"), 403, "level_of_assurance_mismatch", "x"),
        (errors.UnknownSigningServer("x"), 403, "signing_server_not_allowed", "x"),
        (errors.UnknownCapacity("x"), 403, "signing_capacity_not_found", "x"),
        (errors.OnBehalfTokenCannotSign("x"), 403, "scope_token_not_allowed", NOT_ALLOWED["Message"]),
        (errors.DocumentLocked("x"), 403, "document_locked", "x"),
        (errors.UnknownField("x"), 400, None, "x"),
        (errors.KeyUnavailable("x"), 500, "signing_failed", "x"),
        (errors.NotConfigured("x"), 500, "signing_failed", "x"),
        (errors.NotAllowed("x"), 403, None, NOT_ALLOWED["Message"]),
        (errors.NotInDraft("x"), 403, None, "Document is no longer in draft state"),
        (errors.ResultNotReady("x"), 403, None, "x"),
        (errors.SigningForbidden("x"), 403, None, "x"),
        (errors.UnknownPackage("x"), 404, None, "Document not found"),
        (errors.UnknownDocument("x"), 404, None, "Document not found"),
        (errors.UnknownRecipient("x"), 404, None, "x"),
        (errors.NoSigner("x"), 404, None, "You must add 1 or more signers before sharing the document"),
        (errors.TokenExpired("x"), 401, None, "Request authorization denied"),
        (TokenMissing("x"), 401, None, "User authentication required"),
        (errors.NotAPdf("x"), 400, None, "x"),
        (errors.EmptyDocument("x"), 400, None, "Request does not contain document"),
        (errors.DocumentTooLarge("x"), 413, None, "x"),
        (errors.Unavailable("x"), 503, None, "x"),
        (errors.OutcomeUnknown("x"), 500, None, "An internal server error occurred while processing the request"),
        (errors.Unexpected("x"), 500, None, "An internal server error occurred while processing the request"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ParaphError) else "",
)
def test_the_hubs_errors_in_the_contracts_words(error: ParaphError, status: int, key: str | None, message: str) -> None:
    answer = refused(error, SIGN)
    body = json.loads(str(answer.body))
    assert answer.status_code == status
    assert body == ({"Error": key, "Message": message} if key else {"Message": message})


@pytest.mark.parametrize("kind", ALL_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_status_of_the_contract(kind: type[ParaphError]) -> None:
    for call in CALLS:
        assert refused(kind("x"), call).status_code in {400, 401, 403, 404, 413, 500, 503}
    assert all(issubclass(kind, ParaphError) for kind in REFUSALS)


def test_the_same_error_is_another_thing_in_another_call() -> None:
    said = [
        (refused(errors.UnknownField("x"), FILL).status_code, FILL),
        (refused(errors.FieldNotSignable("x"), ADD_SIGNATURE).status_code, ADD_SIGNATURE),
        (refused(errors.UnknownRecipient("x"), ADD_SIGNATURE).status_code, ADD_SIGNATURE),
    ]
    assert [status for status, _ in said] == [403, 400, 400]
    assert "Error" not in json.loads(str(refused(errors.FieldNotSignable("x"), ADD_SIGNATURE).body))


@pytest.mark.parametrize(
    ("error", "public", "scope"),
    [
        (errors.UnknownClient("x"), (401, "invalid_client"), (401, "invalid_client")),
        (errors.AuthenticationFailed("x"), (400, "invalid_grant"), (400, "invalid_grant")),
        (errors.TokenExpired("x"), (400, "invalid_grant"), (401, "invalid_token")),
        (errors.NotAllowed("x"), (400, "invalid_grant"), (400, "invalid_grant")),
        (errors.InvalidRequest("x"), (400, "invalid_request"), (400, "invalid_request")),
        (errors.Unavailable("x"), (503, "temporarily_unavailable"), (503, "temporarily_unavailable")),
        (errors.Unexpected("x"), (500, "server_error"), (500, "server_error")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ParaphError) else "",
)
def test_authentication_has_words_of_its_own(
    error: ParaphError, public: tuple[int, str], scope: tuple[int, str]
) -> None:
    for call, expected in ((AUTHENTICATE, public), (SCOPE, scope)):
        answer = refused(error, call)
        body = json.loads(str(answer.body))
        assert (answer.status_code, body["error"]) == expected
        assert set(body) == {"error", "error_description"}


@pytest.mark.parametrize(
    ("form", "status", "word"),
    [
        ({"grant_type": "password", "username": JANE, "password": "wrong"}, 400, "invalid_grant"),
        (
            {"grant_type": "password", "username": STRANGER, "password": f"{SECRET}signatories/olga"},
            400,
            "invalid_grant",
        ),
        ({"grant_type": "password", "username": JANE}, 400, "invalid_request"),
        ({"grant_type": "password", "password": "x"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "made-up"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", "client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "app2"}, 401, "invalid_client"),
        (
            {"grant_type": "password", "username": JANE, "password": f"{SECRET}signatories/jane", "scope": JOHN},
            400,
            "invalid_grant",
        ),
    ],
)
def test_grants_that_are_refused(api: Api, form: dict[str, str], status: int, word: str) -> None:
    answer = api.grant(**form)
    assert (answer.status, answer.json["error"]) == (status, word)
    assert not {"made-up", "wrong"} & set(answer.content.decode().split())


def test_no_secret_is_taken_from_an_address(api: Api) -> None:
    body = b"grant_type=client_credentials&client_id=app&client_secret=secret-of-integrations/app"
    assert api.send(event("POST", "/authenticate", body)).status == 200
    answer = api.send(event("POST", "/authenticate", body, query="client_secret=x"))
    assert (answer.status, answer.json["error"]) == (400, "invalid_request")


def test_a_form_in_json_is_understood_and_a_repeated_member_is_not(api: Api) -> None:
    body = {"grant_type": "client_credentials", "client_id": "app", "client_secret": f"{SECRET}integrations/app"}
    assert api.send(event("POST", "/authenticate", json.dumps(body).encode())).status == 200
    repeated = api.send(event("POST", "/authenticate", b"grant_type=password&grant_type=client_credentials"))
    assert (repeated.status, repeated.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("given", [None, "", "Basic abc", "Bearer", "Bearer  "])
def test_a_token_must_be_there(api: Api, given: str | None) -> None:
    headers = {"authorization": given} if given is not None else {}
    answer = api.send(event("GET", "/v4/account", headers=headers))
    assert (answer.status, answer.json) == (401, {"Message": "User authentication required"})
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_that_has_expired(api: Api, jane: Api) -> None:
    jane.ok("GET", "/v4/account")
    api.world.clock.sleep(1201)
    answer = jane("GET", "/v4/account")
    assert (answer.status, answer.json) == (401, {"Message": "Request authorization denied"})


OF_A_PACKAGE = [c for c in CALLS if "package_id" in c.parameters]


@pytest.mark.parametrize("call", OF_A_PACKAGE, ids=lambda call: call.name)
def test_foreign_packages_look_like_unknown_ones(api: Api, call: Any) -> None:
    owner, stranger = api.as_user(OWNER), api_of_a_stranger(api)
    made = prepared(owner, JANE)
    for package in (made.package_id, 4711):
        path = call.path
        for name in call.parameters:
            path = path.replace(
                f"<{name}>", str(package if name == "package_id" else made.document_id if name == "document_id" else 1)
            )
        answer = stranger(call.method, path, BODIES.get(call.name, {}), x_file_name="a.pdf")
        assert (answer.status, answer.json) == (404, NOT_FOUND), call.name


_NEW = {"order": 1, "page_no": 1, "dimensions": PLACE, "field_name": "N", "radio_group_name": "G"}
_SIGNED_ELSEWHERE = {"field_name": "FIELD1", "signing_server": "trust", "credentialID": "c1"}
BODIES: dict[str, Any] = {
    "uploadDocument": document(),
    "uploadDocumentBase64": {"document": "JVBERi0="},
    "renameDocument": {"document_name": "b.pdf"},
    "renamePackage": {"package_name": "b"},
    "addUsers": [{"user_name": "John", "user_email": JOHN, "role": "SIGNER"}],
    "addPlaceholders": [{"placeholder": "Tenant"}],
    "reorderUser": {"order": 1},
    "assignFields": [{"field_name": "FIELD1", "order": 1}],
    "autoPlaceFields": {"search_text": "here", "order": 1, "field_type": "SIGNATURE"},
    "deleteField": {"field_name": "FIELD1"},
    "generateOtp": {"field_name": "FIELD1"},
    "signDocument": {"field_name": "FIELD1"},
    "getSigningStatus": {"field_name": "FIELD1"},
    "getDocumentHash": _SIGNED_ELSEWHERE,
    "signDocumentViaRssp": {**_SIGNED_ELSEWHERE, "SAD": "sad"},
    "embedSignature": {"field_name": "FIELD1", "transaction_id": "1", "signature": "AA=="},
    "preEidEasySigning": {"field_name": "FIELD1", "signing_server": "eid"},
    "postEidEasySigning": {"field_name": "FIELD1", "transaction_id": "1"},
    **{c.name: _NEW for c in CALLS if c.theme == "fields" and c.name.startswith(("add", "update"))},
}


def api_of_a_stranger(api: Api) -> Api:
    """Somebody of another owner."""
    form = {"client_id": "app2", "client_secret": f"{SECRET}integrations/app2", "grant_type": "password"}
    token = api.grant(**form, username=STRANGER, password=f"{SECRET}signatories/olga").json["access_token"]
    return Api(api.world, token, api.app)


def test_recipients_change_nothing_and_nothing_shared_changes(owner: Api, jane: Api) -> None:
    made = prepared(owner, JANE)
    for method, path, body in (
        ("PUT", made.package, {"package_name": "Mine"}),
        ("DELETE", f"{made.package}/workflow", None),
        ("POST", f"{made.package}/complete", None),
    ):
        answer = jane(method, path, body)
        assert (answer.status, answer.json) == (403, NOT_ALLOWED)
    new = {"order": 1, "page_no": 1, "dimensions": PLACE}
    late = owner("POST", f"{made.document}/fields/signature", new)
    assert (late.status, late.json) == (403, {"Message": "Document is no longer in draft state"})
    early = owner("GET", f"{made.package}/report")
    assert early.status == 403


def test_sharing_needs_a_document_and_a_signer(owner: Api) -> None:
    package = f"/v4/packages/{owner.ok('POST', '/v4/packages', {})['package_id']}"
    nothing = owner("POST", f"{package}/workflow")
    assert (nothing.status, nothing.json) == (404, NOT_FOUND)
    made = prepared(owner, share=False)
    nobody = owner("POST", f"{made.package}/workflow")
    assert (nobody.status, nobody.json["Message"]) == (
        404,
        "You must add 1 or more signers before sharing the document",
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (None, "Invalid request headers - file name not found"),
        ("", "Invalid request headers - file name not found"),
        (" lease.pdf", "Invalid request headers - file name not found"),
        ("a" * 251, "x-file-name: should be at most 250 printable characters"),
        ("a\x00.pdf", "x-file-name: should be at most 250 printable characters"),
    ],
)
def test_uploads_need_a_name(owner: Api, name: str | None, message: str) -> None:
    made = prepared(owner, share=False)
    headers = {} if name is None else {"x_file_name": name}
    answer = owner("POST", f"{made.package}/documents", document(), **headers)
    assert (answer.status, answer.json) == (400, {"Message": message})


def test_uploads_need_a_pdf_that_is_not_too_large(owner: Api) -> None:
    made = prepared(owner, share=False)
    path = f"{made.package}/documents"
    empty = owner("POST", path, b"", x_file_name="a.pdf")
    assert (empty.status, empty.json) == (400, {"Message": "Request does not contain document"})
    assert owner("POST", path, b"PK...", x_file_name="a.docx").status == 400
    large = owner("POST", path, document() + b"x" * LIMIT, x_file_name="a.pdf")
    assert large.status == 413
    assert "POST /documents" in large.json["Message"]
    crooked = owner("POST", f"{path}/base64", {"document": "no*base64"}, x_file_name="a.pdf")
    assert (crooked.status, crooked.json) == (400, {"Message": "document: Value error, is not base64"})


def test_an_unforeseen_failure_is_said_without_a_word_of_the_caller(
    api: Api, jane: Api, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("value of the caller")

    w = api.world
    hub = type("Broken", (), {"get_signature_settings": fail, "finish_processing": fail})()
    broken = replace(jane, app=hub_api_app(hub, w.drafts, w.grants, w.sessions, w.documents, LIMIT))
    with caplog.at_level(logging.DEBUG):
        answer = broken("POST", "/v4/packages/1/finish")
    assert answer.status == 500
    assert answer.json == {"Message": "An internal server error occurred while processing the request"}
    assert "RuntimeError" in caplog.text
    assert "value of the caller" not in caplog.text
    assert str(jane.token) not in caplog.text


def test_a_dependency_that_does_not_answer(api: Api, jane: Api) -> None:
    def fail(*_: object) -> NoReturn:
        raise errors.Unavailable("The table did not answer.")

    w = api.world
    hub = type("Silent", (), {"finish_processing": fail})()
    answer = replace(jane, app=hub_api_app(hub, w.drafts, w.grants, w.sessions, w.documents, LIMIT))(
        "POST", "/v4/packages/1/finish"
    )
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_nothing_secret_is_logged(api: Api, owner: Api, jane: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        made = prepared(owner, JANE, body=document())
        body = {"field_name": "FIELD1", "hand_signature_image": "iVBORw0KGgo="}
        jane.ok("POST", f"{made.document}/sign", body, x_otp="402915")
        api.grant(grant_type="password", username=JANE, password="hunter2")
    for secret in (owner.token, jane.token, "402915", "iVBORw0KGgo", "hunter2", f"{SECRET}integrations/app"):
        assert str(secret) not in caplog.text
