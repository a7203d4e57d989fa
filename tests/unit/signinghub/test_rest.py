"""Every call: address, refusals by name, patience, and nothing secret in what is said about failures."""

import json
import logging
from datetime import timedelta
from email.utils import format_datetime

import pytest

from paraph.domain import errors
from paraph.domain.errors import OutcomeUnknown, ParaphError, Unavailable
from paraph.ports.hub import SignatureWish
from tests.fakes import NOW
from tests.unit.signinghub.stub import OTP, SECRETS, TOKEN, Bench

WORKFLOW = "GET /v4/packages/7/workflow"
RECALL = "DELETE /v4/packages/7/workflow"
SIGN = "POST /v4/packages/7/documents/8/sign"
WISH = SignatureWish(reference="sgn_1", field_name="Signature")
NO_ANSWER = Unavailable("The other side did not answer.", host="hub.example", reason="ReadTimeout")


def refused(bench: Bench, status: int, content: object, **headers: str) -> ParaphError:
    """What a recall that is refused in this way raises."""
    bench.expect(RECALL, content, status, **headers)
    with pytest.raises(ParaphError) as caught:
        bench.hub.recall_package(TOKEN, 7)
    return caught.value


def sign_fails(bench: Bench, content: object = None, status: int = 200, **headers: str) -> ParaphError:
    """What Sign Document raises then, having been sent once."""
    bench.expect(SIGN, content, status, **headers)
    with pytest.raises(ParaphError) as caught:
        bench.hub.sign_document(TOKEN, 7, 8, WISH, OTP)
    assert len(bench.sent) == 1
    return caught.value


def test_a_call_has_the_prefix_of_the_base_address_and_the_token_in_a_header(bench: Bench) -> None:
    bench.expect(RECALL)
    bench.hub.recall_package(TOKEN, 7)
    assert bench.last.headers == {"Accept": "application/json", "Authorization": f"Bearer {TOKEN}"}
    assert bench.last.body is None


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_success(bench: Bench, status: int) -> None:
    bench.expect(RECALL, None, status)
    bench.hub.recall_package(TOKEN, 7)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("otp_required", "OtpRequired"),
        ("invalid_otp", "OtpWrong"),
        ("otp_expired", "OtpExpired"),
        ("otp_not_delivered", "OtpNotDelivered"),
        ("password_required", "NotAllowed"),
        ("invalid_credentials", "AuthenticationFailed"),
        ("mandatory_fields_missing", "RequiredFieldEmpty"),
        ("field_already_processed", "FieldAlreadySigned"),
        ("field_not_assigned", "FieldNotSignable"),
        ("not_your_turn", "NotTheSignatorysTurn"),
        ("level_of_assurance_mismatch", "LevelNotOffered"),
        ("signing_server_not_allowed", "UnknownSigningServer"),
        ("signing_capacity_not_found", "UnknownCapacity"),
        ("scope_token_not_allowed", "OnBehalfTokenCannotSign"),
        ("document_locked", "DocumentLocked"),
    ],
)
def test_a_machine_key_names_the_error_in_any_case(bench: Bench, key: str, name: str) -> None:
    assert type(refused(bench, 403, {"Error": key.upper(), "Message": "?"})) is getattr(errors, name)
    assert type(refused(bench, 403, {"error": key, "error_description": "?"})) is getattr(errors, name)


@pytest.mark.parametrize(
    ("status", "text", "name"),
    [
        (400, "Request does not contain document", "EmptyDocument"),
        (403, "Document does not belong to user", "UnknownPackage"),
        (403, "DOCUMENT IS NO LONGER IN DRAFT STATE", "NotInDraft"),
        (403, "Account is disabled", "NotAllowed"),
        (404, "You must add 1 or more signers before sharing the document", "NoSigner"),
        (404, "Document not found", "UnknownPackage"),
        (401, "Request authorization denied", "TokenExpired"),
        (409, "", "Conflict"),
        (413, "", "DocumentTooLarge"),
        (415, "", "InvalidRequest"),
        (400, "Something else", "InvalidRequest"),
    ],
)
def test_status_and_text_name_the_error(bench: Bench, status: int, text: str, name: str) -> None:
    error = refused(bench, status, {"Message": text})
    assert type(error) is getattr(errors, name)
    assert error.details == {"status": status, "call": "DELETE /v4/packages/7/workflow"}


def test_an_unknown_document_is_told_by_the_address(bench: Bench) -> None:
    bench.expect("GET /v4/packages/7/documents/8/fields", {"Message": "Document not found"}, 404)
    with pytest.raises(errors.UnknownDocument):
        bench.hub.get_document_fields(TOKEN, 7, 8)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'"text"', b'{"Message": 7}', b"\xff\xfe"])
def test_a_refusal_that_cannot_be_read_is_one_by_its_status(bench: Bench, body: bytes) -> None:
    assert type(refused(bench, 403, body)) is errors.NotAllowed


@pytest.mark.parametrize("status", [301, 302, 408, 500, 502, 504])
def test_what_is_no_answer_is_unavailable(bench: Bench, status: int) -> None:
    error = refused(bench, status, {"Message": "An internal server error occurred while processing the request"})
    assert type(error) is Unavailable
    assert error.details["status"] == status


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"{"])
def test_a_success_that_cannot_be_read_is_unavailable(bench: Bench, body: bytes) -> None:
    bench.expect(WORKFLOW, body)
    with pytest.raises(Unavailable, match="cannot be read"):
        bench.hub.get_package(TOKEN, 7)


def test_it_waits_as_long_as_it_is_asked_to(bench: Bench) -> None:
    bench.expect(RECALL, None, 429, Retry_After="4")
    bench.expect(RECALL, None, 503, Retry_After=format_datetime(NOW + timedelta(seconds=10), usegmt=True))
    bench.expect(RECALL, None, 429)
    bench.expect(RECALL)
    bench.hub.recall_package(TOKEN, 7)
    assert bench.clock.now() - NOW == timedelta(seconds=11)


def test_its_patience_has_an_end(bench: Bench) -> None:
    error = refused(bench, 429, None, Retry_After="3600")
    assert (type(error), error.details["retry_after_seconds"]) == (Unavailable, 3600)
    assert bench.clock.now() == NOW
    for _ in range(3):
        bench.expect(RECALL, None, 429, Retry_After="2")
    error = refused(bench, 429, None, Retry_After="2")
    assert (type(error), error.details["retry_after_seconds"], len(bench.sent)) == (Unavailable, 2, 5)


def test_a_busy_server_that_does_not_say_when_is_not_waited_for(bench: Bench) -> None:
    assert type(refused(bench, 503, None, Retry_After="soon")) is Unavailable
    assert len(bench.sent) == 1


def test_reading_is_tried_again_and_changing_is_not(bench: Bench) -> None:
    bench.expect(WORKFLOW, NO_ANSWER)
    bench.expect(WORKFLOW, None, 502)
    bench.expect(WORKFLOW, None, 503)
    bench.expect(WORKFLOW, {"package_status": "DRAFT", "workflow": {"workflow_status": "DRAFT"}})
    bench.hub.get_package(TOKEN, 7)
    bench.expect(RECALL, NO_ANSWER)
    with pytest.raises(Unavailable):
        bench.hub.recall_package(TOKEN, 7)
    assert len(bench.sent) == 5


def test_reading_is_given_up_in_the_end(bench: Bench) -> None:
    for _ in range(4):
        bench.expect(WORKFLOW, NO_ANSWER)
    with pytest.raises(Unavailable):
        bench.hub.get_package(TOKEN, 7)


def test_an_answer_that_is_too_long_is_not_asked_for_again(bench: Bench) -> None:
    bench.expect(WORKFLOW, Unavailable("The other side's answer is too long.", host="hub.example", limit=9))
    with pytest.raises(Unavailable):
        bench.hub.get_package(TOKEN, 7)


def test_a_signature_is_asked_for_once_whatever_happens(bench: Bench) -> None:
    assert type(sign_fails(bench, NO_ANSWER)) is OutcomeUnknown


@pytest.mark.parametrize("status", [302, 307, 408, 500, 502, 503, 504])
def test_a_signature_without_an_answer_has_an_unknown_outcome(bench: Bench, status: int) -> None:
    assert type(sign_fails(bench, None, status, Retry_After="1")) is OutcomeUnknown
    assert bench.clock.now() == NOW


def test_a_signature_that_failed_by_name_has_not_been_made(bench: Bench) -> None:
    assert type(sign_fails(bench, {"Error": "signing_failed", "Message": "?"}, 500)) is errors.SigningImpossible
    bench.installation.sent.clear()
    assert type(sign_fails(bench, {"Error": "signing_failed", "Message": "?"}, 502)) is OutcomeUnknown


def test_a_signature_refused_for_the_rate_has_not_been_made(bench: Bench) -> None:
    error = sign_fails(bench, None, 429, Retry_After="3")
    assert (type(error), error.details["retry_after_seconds"]) == (Unavailable, 3)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"status": "PERHAPS"}', b'{"field_name": "Signature"}'])
def test_a_signature_with_an_answer_nobody_understands_has_an_unknown_outcome(bench: Bench, body: bytes) -> None:
    assert type(sign_fails(bench, body)) is OutcomeUnknown


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 418, 429, 500, 503])
def test_nothing_secret_is_said_about_a_failure(
    bench: Bench, status: int, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"Message": " ".join(SECRETS), "Error": OTP, "status": TOKEN}).encode()
    error = sign_fails(bench, echo, status, Location=f"https://x.example/{TOKEN}")
    said = repr((error, error.args, error.message, error.details, error.__cause__, caplog.text, capsys.readouterr()))
    assert not [secret for secret in SECRETS if secret in said]


@pytest.mark.parametrize("nonsense", ["a\r\nx-otp: 1", "a\n", " a", "schlüssel", "\x00"])
def test_what_no_header_can_carry_is_not_sent(bench: Bench, nonsense: str) -> None:
    with pytest.raises(errors.AuthenticationFailed):
        bench.hub.recall_package(nonsense, 7)
    with pytest.raises(errors.OtpWrong):
        bench.hub.sign_document(TOKEN, 7, 8, WISH, nonsense)
    assert bench.sent == []


def test_a_failed_login_does_not_tell_the_password(bench: Bench) -> None:
    echo = {"error": "invalid_grant", "error_description": " ".join(SECRETS)}
    bench.expect("POST /authenticate", echo, 400, x_otp=OTP)
    with pytest.raises(errors.AuthenticationFailed) as caught:
        bench.hub.authenticate("signatories/jane")
    said = repr((caught.value, caught.value.details, caught.value.__cause__, bench.hub))
    assert not [secret for secret in SECRETS if secret in said]
