"""The RSSP calls over the real embedded hub and a strict service without sockets: what goes in, what comes out."""

import base64
import json
import logging
from dataclasses import replace
from hashlib import sha256
from typing import Any, NoReturn

import pytest

from paraph.api.signinghub.calls.rssp import RSSP_CALLS
from paraph.api.signinghub.refusals import refused
from paraph.domain import errors
from paraph.domain.configuration import Configuration
from paraph.domain.errors import ParaphError
from paraph.domain.rssp import (
    AuthorizationMode,
    AuthorizationRequest,
    OAuthScope,
    OutOfBandFactor,
    Scal,
    code_challenge,
)
from tests.fake_engine import document
from tests.fake_rssp import OTP, PIN, RSA, SHA256, credential
from tests.pki import Pki
from tests.unit.api.signinghub.conftest import JANE, Api, Prepared, prepared, with_accounts
from tests.world import World

DIGEST = base64.b64encode(sha256(b"attributes").digest()).decode()
VERIFIER = "verifier-of-43-characters-and-a-few-more-of-them"
EXPLICIT, TWO = AuthorizationMode.EXPLICIT, Scal.TWO
OUT_OF_BAND = OutOfBandFactor(object_id="app", challenged=False)


def with_service() -> Configuration:
    """The usual configuration, and a signing server that is a remote signing service."""
    usual = with_accounts().model_dump()
    service = {
        "url": "https://trust.example/csc/v1",
        "version": "v1",
        "service_authorization": "client_credentials",
        "client_id": "paraph",
    }
    capacity = {"name": "qes", "level_of_assurance": "QUALIFIED_ELECTRONIC_SIGNATURE", "conformance_level": "B-B"}
    trust = {"name": "trust", "type": "csc", "rssp": service, "capacities": [capacity]}
    jane, *others = usual["signatories"]
    signatories = [{**jane, "rssp_user_id": "jane-there", "national_id": "12.345.678-K"}, *others]
    servers = [*usual["signing_servers"], trust]
    return Configuration.model_validate({**usual, "signatories": signatories, "signing_servers": servers})


@pytest.fixture
def world() -> World:
    world = World()
    world.configure(with_service())
    return world


def ask(who: Api, path: str, **members: Any) -> Any:
    """The answer of an RSSP call that succeeds."""
    return who.ok("POST", f"/v4/rssp/{path}", {"signing_server": "trust", **members})


def refusal(who: Api, path: str, **members: Any) -> tuple[int, Any]:
    """Status and body of an RSSP call."""
    answer = who("POST", f"/v4/rssp/{path}", {"signing_server": "trust", **members})
    return answer.status, answer.json


@pytest.fixture
def token(jane: Api) -> str:
    """The service's token."""
    return str(ask(jane, "oauth2/token")["access_token"])


@pytest.fixture
def made(owner: Api) -> Prepared:
    """A package that waits for Jane's qualified signature."""
    made = prepared(owner, JANE, body=document(), share=False)
    field = {"field_name": "FIELD1", "page_no": 1, "level_of_assurance": ["QUALIFIED_ELECTRONIC_SIGNATURE"]}
    owner.ok("PUT", f"{made.document}/fields/signature", field)
    owner.ok("POST", f"{made.package}/workflow")
    return made


def of(token: str, **members: Any) -> dict[str, Any]:
    """A body about the field."""
    return {
        "field_name": "FIELD1", "signing_server": "trust", "credentialID": "c1", "access_token": token, **members
    }  # fmt: skip


def test_how_the_hub_is_connected(jane: Api, john: Api) -> None:
    assert ask(jane, "information") == {
        "signing_server": "trust",
        "base_url": "https://trust.example/csc/v1",
        "oauth2_url": None,
        "auth_type": "CLIENT_CREDENTIALS",
        "authorization_required": False,
        "client_id": "paraph",
        "redirect_uri": "https://sign.example/return",
        "user_id": "jane-there",
        "rut_filter": False,
    }
    assert ask(john, "information")["user_id"] is None


def test_what_the_service_says_of_itself(jane: Api) -> None:
    assert ask(jane, "info") == {"specs": "1.0.4.0", "name": "Trust Ltd", "authType": [], "methods": []}


def test_an_account_token(jane: Api) -> None:
    assert ask(jane, "account_token") == {"account_token": "account:jane"}


def test_the_applications_own_token(jane: Api, world: World) -> None:
    world.rssp.token_seconds = 300
    found = ask(jane, "oauth2/token")
    assert found == {"access_token": "token-1", "token_type": "Bearer", "expires_in": 300}


def code_of(world: World, jane: Api, scope: OAuthScope = OAuthScope.SERVICE) -> dict[str, Any]:
    """What comes back from the service with the signatory's browser."""
    redirect = ask(jane, "information")["redirect_uri"]
    asked = AuthorizationRequest(
        scope=scope,
        redirect_uri=redirect,
        state="s",
        code_challenge=code_challenge(VERIFIER),
        credential_id="c1" if scope is OAuthScope.CREDENTIAL else None,
    )
    world.rssp.authorization_url(asked)
    return {"code": world.rssp.code(), "redirect_uri": redirect, "code_verifier": VERIFIER}


def test_a_code_is_worth_a_token_or_a_sad(jane: Api, world: World) -> None:
    assert ask(jane, "oauth2/token", **code_of(world, jane))["token_type"] == "Bearer"
    sad = ask(jane, "oauth2/token", **code_of(world, jane, OAuthScope.CREDENTIAL))
    assert (sad["token_type"], sad["expires_in"]) == ("SAD", 300)


def test_a_code_that_is_used_twice(jane: Api, world: World) -> None:
    given = code_of(world, jane)
    ask(jane, "oauth2/token", **given)
    status, body = refusal(jane, "oauth2/token", **given)
    assert (status, body) == (400, {"error": "authorization_expired", "error_description": "The code is not good."})


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"code": "c", "code_verifier": VERIFIER}, "redirect_uri"),
        ({"code": "c", "redirect_uri": "https://x"}, "code_verifier"),
        ({"code": "c", "refresh_token": "r"}, "refresh_token"),
    ],
)
def test_a_code_comes_with_all_that_belongs_to_it(jane: Api, given: dict[str, str], missing: str) -> None:
    status, body = refusal(jane, "oauth2/token", **given)
    assert (status, list(body)) == (400, ["Message"])
    assert missing in body["Message"]


def test_the_signatorys_credentials(jane: Api, token: str) -> None:
    assert ask(jane, "credentials/list", access_token=token) == {"credentialIDs": ["c1"]}


def test_a_credential_as_csc_has_it(jane: Api, token: str, world: World) -> None:
    der = Pki().signer().chain[0]
    there = credential(EXPLICIT, TWO, pin=True)
    changes = {"certificates": (der, b"issuer"), "certificate_status": "valid", "key_length": 2048}
    world.rssp.credentials_there = [there.model_copy(update=changes)]
    asked = {"access_token": token, "credentialID": "c1"}
    single = ask(jane, "credentials/info", **asked)
    assert single == {
        "key": {"status": "enabled", "algo": [RSA], "len": 2048},
        "cert": {"status": "valid", "certificates": [base64.b64encode(der).decode()]},
        "authMode": "explicit",
        "SCAL": "2",
        "multisign": 1,
    }
    full = ask(jane, "credentials/info", **asked, certificates="chain", certInfo=True, authInfo=True)
    assert len(full["cert"]["certificates"]) == 2
    assert (full["PIN"], full["OTP"]) == ({"presence": "true", "format": "A"}, {"presence": "false"})
    assert set(full["cert"]) >= {"issuerDN", "serialNumber", "subjectDN", "validFrom", "validTo"}
    assert full["cert"]["validTo"].endswith("Z")
    assert "certificates" not in ask(jane, "credentials/info", **asked, certificates="NONE")["cert"]


def test_of_a_certificate_that_cannot_be_read_nothing_is_told(jane: Api, token: str) -> None:
    found = ask(jane, "credentials/info", access_token=token, credentialID="c1", certInfo=True)
    assert found["cert"] == {"certificates": [base64.b64encode(b"certificate").decode()]}


def test_a_hash_is_authorised_signed_and_embedded(jane: Api, made: Prepared, token: str, world: World) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, TWO, pin=True, otp=True)]
    hashed = jane.ok("POST", f"{made.document}/hash", of(token))
    assert (hashed["field_name"], hashed["hashing_algo"], hashed["sign_algo"]) == ("FIELD1", SHA256, RSA)
    assert 0 < hashed["expires_in"] <= 1200
    there = {"access_token": token, "credentialID": "c1"}
    ask(jane, "credentials/sendOTP", **there)
    assert world.rssp.codes_sent == 1
    factors = {"numSignatures": 1, "hash": [hashed["hash"]], "PIN": PIN, "OTP": OTP}
    sad = ask(jane, "credentials/authorize", **there, **factors)
    assert sad["expiresIn"] == 300
    asked = {**there, "SAD": sad["SAD"], "hash": [hashed["hash"]], "hashAlgo": SHA256, "signAlgo": RSA}
    (value,) = ask(jane, "signatures/signHash", **asked)["signatures"]
    assert world.rssp.asked == [base64.b64decode(hashed["hash"])]
    embedding = {"transaction_id": hashed["transaction_id"], "field_name": "FIELD1", "signature": value}
    signed = jane.ok("POST", f"{made.document}/embed", embedding)
    assert (signed["status"], signed["verification"]["signature_status"]) == ("SIGNED", "VALID")
    again = jane.ok("POST", f"{made.document}/embed", {**embedding, "skip_verification": True})
    assert (again["status"], again["verification"]) == ("SIGNED", None)


def test_every_hash_is_prepared_anew(jane: Api, made: Prepared, token: str) -> None:
    first, second = (jane.ok("POST", f"{made.document}/hash", of(token)) for _ in range(2))
    assert first["transaction_id"] != second["transaction_id"]
    embedding = {"transaction_id": second["transaction_id"], "field_name": "FIELD1", "signature": "AAAA"}
    assert jane.ok("POST", f"{made.document}/embed", embedding)["status"] == "SIGNED"


def test_a_document_is_signed_directly(jane: Api, made: Prepared, token: str, world: World) -> None:
    sad = world.rssp._authorization(credential(), ()).sad
    signed = jane.ok("POST", f"{made.document}/sign/rssp", of(token, SAD=sad))
    assert (signed["field_name"], signed["status"]) == ("FIELD1", "SIGNED")
    assert signed["verification"]["signature_status"] == "VALID"
    assert len(world.rssp.asked) == 1


def test_a_credential_that_wants_its_hashes_first(jane: Api, made: Prepared, token: str, world: World) -> None:
    world.rssp.credentials_there = [credential(scal=TWO)]
    answer = jane("POST", f"{made.document}/sign/rssp", of(token, SAD="sad"))
    assert (answer.status, answer.json["Error"]) == (400, "scal_mismatch")
    assert world.rssp.asked == []


def test_a_value_that_does_not_verify(jane: Api, made: Prepared, token: str, world: World) -> None:
    hashed = jane.ok("POST", f"{made.document}/hash", of(token))
    world.engine.signature_values_verify = False
    embedding = {"transaction_id": hashed["transaction_id"], "field_name": "FIELD1", "signature": "AAAA"}
    answer = jane("POST", f"{made.document}/embed", embedding)
    assert (answer.status, answer.json["Error"]) == (400, "invalid_signature")
    found = jane.ok("POST", f"{made.document}/field/status", {"field_name": "FIELD1"})
    assert found["status"] != "COMPLETED"


def test_a_transaction_that_nobody_knows(jane: Api, made: Prepared) -> None:
    embedding = {"transaction_id": "1", "field_name": "FIELD1", "signature": "AAAA"}
    answer = jane("POST", f"{made.document}/embed", embedding)
    assert (answer.status, answer.json["Error"]) == (404, "unknown_transaction")


def test_an_authorisation_that_is_given_elsewhere(jane: Api, token: str, world: World) -> None:
    world.rssp.approved = None
    app = credential(scal=TWO).model_copy(update={"out_of_band": (OUT_OF_BAND,)})
    world.rssp.credentials_there = [app]
    there = {"access_token": token, "credentialID": "c1", "hash": [DIGEST]}
    waiting = jane("POST", "/v4/rssp/credentials/authorize", {"signing_server": "trust", **there})
    assert (waiting.status, waiting.json) == (202, {"handle": "handle"})
    body = {"signing_server": "trust", "handle": "handle", **there}
    assert jane("POST", "/v4/rssp/credentials/authorizeCheck", body).status == 202
    world.rssp.approved = True
    assert ask(jane, "credentials/authorizeCheck", handle="handle", **there)["SAD"]
    world.rssp.approved = False
    assert refusal(jane, "credentials/authorizeCheck", handle="handle", **there)[1]["error"] == "access_denied"


@pytest.mark.parametrize("path", ["auth/revoke", "oauth2/revoke"])
def test_a_revoked_token_is_the_services_401_and_not_the_hubs(jane: Api, token: str, path: str) -> None:
    assert jane("POST", f"/v4/rssp/{path}", {"signing_server": "trust", "token": token}).content == b""
    answer = jane("POST", "/v4/rssp/credentials/list", {"signing_server": "trust", "access_token": token})
    assert (answer.status, answer.json["error"]) == (401, "invalid_token")
    jane.token = "made-up"
    answer = jane("POST", "/v4/rssp/credentials/list", {"signing_server": "trust", "access_token": token})
    assert (answer.status, answer.json) == (401, {"Message": "Request authorization denied"})


def test_an_authorisation_is_revoked_with_the_token_that_opens_the_service(jane: Api, token: str, world: World) -> None:
    sad = "the authorisation"
    ended = {"signing_server": "trust", "token": sad}
    assert jane("POST", "/v4/rssp/auth/revoke", ended).status == 401
    assert world.rssp.revoked == []
    assert jane("POST", "/v4/rssp/auth/revoke", {**ended, "access_token": token}).content == b""
    assert world.rssp.revoked == [sad]


@pytest.mark.parametrize("path", ["auth/revoke", "oauth2/revoke"])
def test_a_refresh_token_is_revoked_as_one(jane: Api, token: str, world: World, path: str) -> None:
    ended = {"signing_server": "trust", "token": "refreshing", "token_type_hint": "refresh_token"}
    assert jane("POST", f"/v4/rssp/{path}", {**ended, "access_token": token}).content == b""
    assert world.rssp.refresh_tokens_revoked == ["refreshing"]
    assert jane("POST", f"/v4/rssp/{path}", {**ended, "token_type_hint": "sad"}).status == 400


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [({"PIN": "0000", "OTP": OTP}, 400, "invalid_pin"), ({"PIN": PIN, "OTP": "0000"}, 400, "invalid_otp")],
)
def test_wrong_factors(jane: Api, token: str, world: World, given: dict[str, str], status: int, word: str) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, pin=True, otp=True)]
    asked = {"access_token": token, "credentialID": "c1", "hash": [DIGEST], **given}
    for _ in range(3):
        found, body = refusal(jane, "credentials/authorize", **asked)
        assert (found, body["error"]) == (status, word)
        assert "0000" not in json.dumps(body)
    assert refusal(jane, "credentials/authorize", **asked)[1]["error"] == "pin_locked"


def test_a_sad_for_another_hash(jane: Api, token: str, world: World) -> None:
    world.rssp.credentials_there = [credential(scal=TWO)]
    there = {"access_token": token, "credentialID": "c1"}
    sad = ask(jane, "credentials/authorize", **there, hash=[DIGEST])["SAD"]
    other = base64.b64encode(sha256(b"others").digest()).decode()
    asked = {**there, "SAD": sad, "hash": [other], "signAlgo": RSA}
    status, body = refusal(jane, "signatures/signHash", **asked)
    assert (status, body["error"]) == (400, "invalid_request")
    assert world.rssp.asked == []


def test_an_answer_that_is_lost_after_the_signature(jane: Api, token: str, world: World) -> None:
    there = {"access_token": token, "credentialID": "c1"}
    sad = ask(jane, "credentials/authorize", **there, hash=[DIGEST])["SAD"]
    world.rssp.answers_to_lose = 1
    status, body = refusal(jane, "signatures/signHash", **there, SAD=sad, hash=[DIGEST], signAlgo=RSA)
    assert (status, list(body)) == (500, ["Message"])


@pytest.mark.parametrize(
    ("path", "wrong", "message"),
    [
        ("credentials/authorize", {"hash": ["YWJj"]}, "hash.0: Value error, is no raw digest"),
        ("credentials/authorize", {"hash": ["%%%"]}, "hash.0: Value error, is not base64"),
        ("credentials/authorize", {"numSignatures": 2}, "numSignatures: Input should be 1"),
        ("credentials/info", {"certificates": "all"}, "certificates: Input should be 'none', 'single' or 'chain'"),
        ("credentials/info", {"credentialID": ""}, "credentialID: String should have at least 1 character"),
        ("signatures/signHash", {"SAD": "s", "hash": [DIGEST]}, "signAlgo: Field required"),
        ("signatures/signHash", {"SAD": "s", "hash": [DIGEST], "signAlgo": "1.2.3"}, "signAlgo, hashAlgo: do not "),
        (
            "signatures/signHash",
            {"SAD": "s", "hash": [DIGEST], "signAlgo": RSA, "hashAlgo": "2.16.840.1.101.3.4.2.3"},
            "signAlgo, hashAlgo: do not ",
        ),
        ("oauth2/revoke", {}, "token: Field required"),
    ],
)
def test_bodies_that_make_no_sense(jane: Api, path: str, wrong: dict[str, Any], message: str) -> None:
    status, body = refusal(jane, path, **{"credentialID": "c1", **wrong})
    assert (status, list(body)) == (400, ["Message"])
    assert body["Message"].startswith(message)


@pytest.mark.parametrize("server", ["keys", "nowhere"])
def test_what_is_no_remote_signing_service(jane: Api, server: str) -> None:
    status, body = refusal(jane, "information", signing_server=server)
    assert (status, body["Error"]) == (403, "signing_server_not_allowed")


BODY = {
    "signing_server": "trust",
    "access_token": "t",
    "credentialID": "c1",
    "handle": "h",
    "SAD": "s",
    "hash": [DIGEST],
    "signAlgo": RSA,
    "token": "t",
    "transaction_id": "1",
    "field_name": "FIELD1",
    "signature": "AAAA",
}


@pytest.mark.parametrize("call", RSSP_CALLS, ids=lambda call: call.name)
def test_nobody_signs_in_anothers_name(owner: Api, made: Prepared, world: World, call: Any) -> None:
    access = owner.ok("POST", "/v4/authenticate/scope", {"user_email": JANE})["access_token"]
    path = call.path.replace("<package_id>", str(made.package_id)).replace("<document_id>", str(made.document_id))
    answer = replace(owner, token=access)("POST", path, BODY)
    assert (answer.status, answer.json["Error"]) == (403, "scope_token_not_allowed")
    assert (world.rssp.revoked, world.rssp.asked) == ([], [])


SAID: list[tuple[ParaphError, int, str]] = [
    (errors.RsspTokenExpired("x"), 401, "invalid_token"),
    (errors.RsspRefused("x", status=403, error="access_denied", call="c"), 403, "access_denied"),
    (errors.RsspRefused("x", status=404, error="other", call="c"), 400, "invalid_request"),
    (errors.RsspRefused("x"), 400, "invalid_request"),
    (errors.AuthenticationFailed("x", status=401, error="invalid_client", call="c"), 401, "invalid_client"),
    (errors.PinWrong("x"), 400, "invalid_pin"),
    (errors.OtpWrong("x"), 400, "invalid_otp"),
    (errors.FactorLocked("x"), 400, "pin_locked"),
    (errors.AuthorizationExpired("x"), 400, "authorization_expired"),
    (errors.Declined("x"), 400, "access_denied"),
    (errors.Expired("x"), 400, "authorization_timed_out"),
]


@pytest.mark.parametrize(("error", "status", "word"), SAID, ids=lambda v: type(v).__name__)
def test_what_the_service_refuses_is_said_as_the_service_does(error: ParaphError, status: int, word: str) -> None:
    for call in RSSP_CALLS:
        answer = refused(error, call)
        assert (answer.status_code, json.loads(str(answer.body))) == (status, {"error": word, "error_description": "x"})
        assert answer.headers["Cache-Control"] == "no-store"
        assert status in call.statuses


@pytest.mark.parametrize(
    ("error", "status", "key"),
    [
        (errors.ScalMismatch("x"), 400, "scal_mismatch"),
        (errors.SignatureInvalid("x"), 400, "invalid_signature"),
        (errors.CredentialUnusable("x"), 403, "credential_unusable"),
        (errors.UnknownTransaction("x"), 404, "unknown_transaction"),
        (errors.Unavailable("x", host="trust.example"), 502, "rssp_unreachable"),
        (errors.Unavailable("x", call="credentials/list", status=503), 502, "rssp_unreachable"),
        (errors.Unavailable("x"), 503, None),
        (errors.AuthenticationFailed("x", party="signatories/jane"), 401, None),
        (errors.OutcomeUnknown("x", call="signatures/signHash"), 500, None),
        (errors.OnBehalfTokenCannotSign("x"), 403, "scope_token_not_allowed"),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, ParaphError) else "",
)
def test_what_the_hub_refuses_is_said_as_the_hub_does(error: ParaphError, status: int, key: str | None) -> None:
    for call in RSSP_CALLS:
        answer = refused(error, call)
        body = json.loads(str(answer.body))
        assert (answer.status_code, body.get("Error")) == (status, key)
        assert "Message" in body


def test_a_service_that_does_not_answer(jane: Api, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise errors.Unavailable("The other side did not answer.", host="trust.example")

    monkeypatch.setattr(world.rssp, "info", fail)
    assert refusal(jane, "info") == (
        502,
        {"Error": "rssp_unreachable", "Message": "The other side did not answer."},
    )


def test_nothing_secret_is_logged_or_shown(
    jane: Api, made: Prepared, token: str, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, pin=True, otp=True)]
    with caplog.at_level(logging.DEBUG):
        asked = {"access_token": token, "credentialID": "c1", "hash": [DIGEST]}
        sad = ask(jane, "credentials/authorize", **asked, PIN=PIN, OTP=OTP)["SAD"]
        refusal(jane, "credentials/authorize", **asked, PIN="hunter2", OTP="402915")
        refusal(jane, "credentials/authorize", **{**asked, "access_token": "a-made-up-token"})
        jane("POST", f"{made.document}/sign/rssp", of(token, SAD="made-up-sad"))
        jane("POST", f"{made.document}/sign/rssp", of(token, SAD=sad))
    for secret in (token, sad, PIN, OTP, "hunter2", "402915", "a-made-up-token", "made-up-sad", str(jane.token)):
        assert secret not in caplog.text


def test_programs_can_tell_that_the_signature_is_made_elsewhere(jane: Api) -> None:
    found = jane.ok("GET", "/v4/settings/signatures")["signature"]["signing_servers"]
    assert {s["info"]["name"]: s["info"]["provider"] for s in found} == {"keys": "ADSS", "trust": "CSC"}
    account = jane.ok("GET", "/v4/account")["signing_servers"]
    assert {s["name"]: s["provider"] for s in account} == {"keys": "ADSS", "trust": "CSC"}
