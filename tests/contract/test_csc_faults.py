"""Everything that may go wrong at a remote signing service, through the real workflow: what comes of it, by name.

Whatever happens: nothing is stored that does not verify, one signature is embedded at the most, and nothing that we got
from the service is left open there.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader

from local.servers.pki import revoke
from local.servers.rssp import set_fault, state
from paraph.domain.challenge import ChallengeStatus, Factor
from paraph.domain.errors import Actor, ReturnRefused, Unavailable
from paraph.domain.levels import ConformanceLevel
from paraph.domain.rssp import CscVersion, ServiceAuthorization
from paraph.domain.signing import Signing, SigningStatus
from paraph.domain.verification import Indication
from tests.csc_service import BROWSER, AtService, Connected, at_service
from tests.rssp import WEB, Api, Running, digest

SIGN, AUTHORIZE, INFO, TOKEN = "signatures/signHash", "credentials/authorize", "credentials/info", "oauth2/token"
SIGNED, FAILED, NEEDS_ATTENTION = SigningStatus.SIGNED, SigningStatus.FAILED, SigningStatus.NEEDS_ATTENTION
CLOSED = {"tokens": 0, "sads": 0, "kept": 0}
SCALS = ["scal1", "scal2"]
V1, V2 = CscVersion.V1, CscVersion.V2
CODE = ServiceAuthorization.AUTHORIZATION_CODE
OFTEN = 50


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service, at which Paraph's page is registered."""
    with at_service(tmp_path_factory.mktemp("csc")) as running:
        yield running


@pytest.fixture(params=[V1, V2])
def version(request: pytest.FixtureRequest) -> CscVersion:
    """Both."""
    found: CscVersion = request.param
    return found


def at(service: Running, credential_id: str, version: CscVersion = V1, **more: Any) -> tuple[AtService, str]:
    """A world at this credential, and a signing that is to be signed."""
    world = AtService(service, Connected(version=version, credential_id=credential_id, **more))
    return world, world.at_sign()


def fault(world: AtService, what: str, method: str, times: int = 1, **more: float) -> None:
    """From now on, so often."""
    set_fault(world.service.url, what, times, method, **more)


def require_signed(world: AtService, signing_id: str, outcome: str) -> Signing:
    """Signed in spite of all, with one signature."""
    assert outcome == "SIGNED", world.signings.load(signing_id).problem
    signing = world.settled(signing_id, outcome)
    assert signing.status is SIGNED, signing.problem
    assert signing.problem is None
    assert signing.outcome is not None
    assert signing.outcome.indication is Indication.TOTAL_PASSED
    assert signatures(world) == 1
    assert world.left_open(signing_id) == CLOSED
    return signing


def require_ended(
    world: AtService,
    signing_id: str,
    outcome: str,
    name: str,
    actor: Actor,
    status: SigningStatus = FAILED,
    left_open: dict[str, int] = CLOSED,
) -> Signing:
    """It came to nothing, and the record says why and who must act."""
    signing = world.settled(signing_id, outcome)
    assert signing.problem is not None
    assert (signing.problem.error, signing.problem.actor, signing.status) == (name, actor, status)
    assert (signing.outcome, signing.signed, signatures(world)) == (None, None, 0)
    assert not [key for key in world.documents.versions if key.startswith("signed/")]
    assert world.left_open(signing_id) == left_open
    return signing


def signatures(world: AtService) -> int:
    """The most that any stored revision holds."""
    stored = [body for bodies in world.documents.versions.values() for body in bodies if body.startswith(b"%PDF")]
    return max(len(PdfFileReader(io.BytesIO(body)).embedded_signatures) for body in stored)


def asked(world: AtService, method: str = SIGN) -> int:
    """How often the service was asked, whatever it answered."""
    return world.called(method).total()


# The authorisation


@pytest.mark.parametrize("scal", SCALS)
def test_a_sad_that_expired_before_its_use_is_replaced_once(service: Running, version: CscVersion, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}", version)
    fault(world, "sad_expires_at_once", AUTHORIZE)
    require_signed(world, signing_id, world.go_on(signing_id))
    assert world.called(SIGN) == {"400": 1, "200": 1}


@pytest.mark.parametrize("scal", SCALS)
def test_sads_that_keep_expiring_end_the_signing(service: Running, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "sad_expires_at_once", AUTHORIZE, OFTEN)
    require_ended(world, signing_id, world.go_on(signing_id), "AuthorizationExpired", Actor.SIGNATORY)
    assert world.called(SIGN) == {"400": 2}


def test_a_credential_token_that_expired_before_its_use_is_asked_of_the_signatory_anew(
    service: Running, version: CscVersion
) -> None:
    world, signing_id = at(service, "oauth2code-scal2", version)
    fault(world, "sad_expires_at_once", TOKEN)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.answered(signing_id)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert world.signatories.view(world.page()).refusal == "AuthorizationExpired"
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


@pytest.mark.parametrize("scal", SCALS)
def test_a_sad_that_a_thief_has_used_is_worth_nothing(service: Running, version: CscVersion, scal: str) -> None:
    """Under SCAL 2 the thief gets nothing for it but the signature that its owner wanted anyway."""
    world, signing_id = at(service, f"implicit-{scal}", version)
    stolen: list[int] = []

    def steal(body: bytes) -> bytes:
        api, order = Api(service.url, version), json.loads(body)
        name = "hashes" if api.is_v2 else "hash"
        for value in ([digest("another document")], order[name]):
            if len(stolen) < 2:
                stolen.append(api.call(SIGN, api.client_token(), **{**order, name: value}).status_code)
        return body

    world.line.meddling[SIGN] = steal
    require_stolen(world, signing_id, world.go_on(signing_id))
    assert stolen == ([200, 400] if scal == "scal1" else [400, 200])


def require_stolen(world: AtService, signing_id: str, outcome: str) -> None:
    """Signed all the same, once; the thief's own tokens are the thief's."""
    assert outcome == "SIGNED"
    signing = world.settled(signing_id, outcome)
    assert (signing.status, signatures(world)) == (SIGNED, 1)
    assert world.called(SIGN) == {"400": 2, "200": 2}
    left = world.left_open(signing_id)
    assert (left["sads"], left["kept"]) == (0, 0)


def test_wrong_codes_lock_the_credential(service: Running, version: CscVersion) -> None:
    world, signing_id = at(service, "otp-scal2", version)
    world.go_on(signing_id)
    for left in (4, 3, 2):
        world.answer(otp="000000" if world.right(Factor.OTP) != "000000" else "111111")
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        view = world.signatories.view(world.page())
        assert (view.refusal, view.answers_left) == ("OtpWrong", left)
    world.answer(otp=world.right(Factor.OTP))
    require_ended(world, signing_id, world.go_on(signing_id), "FactorLocked", Actor.SIGNATORY)
    (credential,) = [c for c in state(service.url)["credentials"] if c["credential_id"] == "otp-scal2"]
    assert (credential["locked"], asked(world)) == (["OTP"], 0)


def test_a_wrong_pin_beside_a_code_locks_as_well(service: Running, version: CscVersion) -> None:
    """Version 2 does not say which of the two was wrong."""
    world, signing_id = at(service, "pin-otp-scal1", version)
    world.go_on(signing_id)
    for _ in range(3):
        world.answer(pin="000000", otp=world.right(Factor.OTP))
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        assert world.signatories.view(world.page()).refusal == "PinWrong"
    world.answered(signing_id)
    require_ended(world, signing_id, world.go_on(signing_id), "FactorLocked", Actor.SIGNATORY)


def test_five_wrong_answers_end_the_signing(service: Running) -> None:
    """Though the service, which counts for each factor and forgets with a right one, would go on."""
    world, signing_id = at(service, "pin-otp-scal2")
    world.go_on(signing_id)
    for wrong in (Factor.PIN, Factor.PIN, Factor.OTP, Factor.OTP, Factor.PIN):
        assert world.asked() == (Factor.PIN, Factor.OTP)
        right = {factor: world.right(factor) for factor in world.asked()}
        world.answer(**right | {wrong: "000000" if right[wrong] != "000000" else "111111"})
        outcome = world.go_on(signing_id)
    require_ended(world, signing_id, outcome, "Expired", Actor.OWNER, SigningStatus.EXPIRED)


def test_a_code_that_cannot_be_sent_is_tried_again(service: Running, version: CscVersion) -> None:
    sending = "credentials/getChallenge" if version is V2 else "credentials/sendOTP"
    world, signing_id = at(service, "otp-scal2", version)
    fault(world, "error_503", sending)
    world.go_on(signing_id)
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))
    world, signing_id = at(service, "otp-scal2", version)
    fault(world, "error_503", sending, OFTEN)
    require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)


def test_a_code_that_the_service_finds_wrong_only_when_it_signs(service: Running, version: CscVersion) -> None:
    world, signing_id = at(service, "otp-scal2", version)
    world.go_on(signing_id)
    fault(world, "otp_found_wrong", SIGN)
    world.answered(signing_id)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert world.signatories.view(world.page()).refusal == "OtpWrong"
    world.clock.sleep(31)
    world.signatories.resend(world.page())
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


@pytest.mark.parametrize("scal", SCALS)
def test_a_code_found_wrong_where_none_was_asked_for_does_not_go_round(service: Running, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "otp_found_wrong", SIGN, OFTEN)
    require_ended(world, signing_id, world.go_on(signing_id), "OtpWrong", Actor.SIGNATORY)
    assert asked(world) == 2


# What is signed, and what comes back


@pytest.mark.parametrize(
    ("scal", "name"), [("scal1", "SignatureInvalid"), ("scal2", "RsspRefused")], ids=["scal1", "scal2"]
)
def test_a_hash_that_was_not_the_prepared_one(service: Running, version: CscVersion, scal: str, name: str) -> None:
    """Under SCAL 2 the service refuses it; under SCAL 1 its signature is not the document's."""
    world, signing_id = at(service, f"implicit-{scal}", version)

    def swap(body: bytes) -> bytes:
        return json.dumps({**json.loads(body), "hashes" if version is V2 else "hash": [digest("another")]}).encode()

    world.line.meddling[SIGN] = swap
    require_ended(world, signing_id, world.go_on(signing_id), name, Actor.OPERATOR)
    assert asked(world) == 1


@pytest.mark.parametrize("scal", SCALS)
@pytest.mark.parametrize("what", ["another_key", "wrong_signature", "too_few", "malformed_base64"])
def test_a_value_that_is_not_the_credentials_is_not_embedded(service: Running, what: str, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, what, SIGN)
    require_ended(world, signing_id, world.go_on(signing_id), "SignatureInvalid", Actor.OPERATOR)
    assert asked(world) == 1


@pytest.mark.parametrize("what", ["permuted", "raw_ecdsa", "whitespace_base64"])
def test_a_value_in_another_form_is_put_right(service: Running, version: CscVersion, what: str) -> None:
    """One hash is asked for at a time, so there is no order that could be lost."""
    world, signing_id = at(service, "p256-scal2", version)
    fault(world, what, SIGN)
    require_signed(world, signing_id, world.go_on(signing_id))


@pytest.mark.parametrize("what", ["html_error", "empty_error", "client_not_allowed"])
def test_a_refusal_is_final(service: Running, what: str) -> None:
    world, signing_id = at(service, "pin-scal2")
    world.go_on(signing_id)
    fault(world, what, SIGN)
    world.answered(signing_id)
    require_ended(world, signing_id, world.go_on(signing_id), "RsspRefused", Actor.OPERATOR)
    assert asked(world) == 1


# Answers that are lost or late


@pytest.mark.parametrize("scal", SCALS)
@pytest.mark.parametrize("what", ["error_500", "error_503", "drop_before", "drop_after", "error_after"])
def test_a_lost_answer_takes_a_fresh_authorisation_of_the_same_hash(service: Running, what: str, scal: str) -> None:
    """The service is never asked twice with one authorisation: what it may have signed before cannot be embedded."""
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, what, SIGN)
    require_signed(world, signing_id, world.go_on(signing_id))
    assert (asked(world), world.called(AUTHORIZE)) == (2, {"200": 2})


@pytest.mark.parametrize("scal", SCALS)
@pytest.mark.parametrize("what", ["error_500", "drop_after"])
def test_answers_that_keep_getting_lost_need_an_operator(service: Running, what: str, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, what, SIGN, OFTEN)
    outcome = world.go_on(signing_id)
    require_ended(world, signing_id, outcome, "OutcomeUnknown", Actor.OPERATOR, NEEDS_ATTENTION)
    assert (asked(world), world.called(AUTHORIZE)) == (2, {"200": 2})


def test_after_a_lost_answer_the_signatory_is_asked_again(service: Running, version: CscVersion) -> None:
    world, signing_id = at(service, "pin-scal2", version)
    world.go_on(signing_id)
    fault(world, "drop_after", SIGN)
    world.answered(signing_id)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert state(service.url)["sads"] == 0
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


@pytest.mark.parametrize("scal", SCALS)
def test_a_call_that_arrives_too_late_finds_its_authorisation_revoked(
    service: Running, version: CscVersion, scal: str
) -> None:
    world, signing_id = at(service, f"implicit-{scal}", version)
    sent: list[bytes] = []
    world.line.meddling[SIGN] = lambda body: sent.append(body) or body  # type: ignore[func-returns-value]
    fault(world, "drop_before", SIGN)
    outcome = world.go_on(signing_id)
    api = Api(service.url, version)
    assert [api.call(SIGN, api.client_token(), **json.loads(body)).status_code for body in sent] == [400, 400]
    assert outcome == "SIGNED"
    assert world.settled(signing_id, outcome).status is SIGNED
    assert (signatures(world), state(service.url)["sads"]) == (1, 0)


@pytest.mark.parametrize("scal", SCALS)
def test_a_slow_signature_is_given_up(service: Running, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "slow", SIGN, seconds=1)
    world.line.patience_seconds = 0.5
    require_signed(world, signing_id, world.go_on(signing_id))
    assert world.called(AUTHORIZE) == {"200": 2}
    world.await_answers(SIGN)


@pytest.mark.parametrize("what", ["error_500", "error_503", "drop_before", "drop_after", "slow"])
def test_a_read_is_tried_once_more(service: Running, version: CscVersion, what: str) -> None:
    more = {"seconds": 1} if what == "slow" else {}
    world, signing_id = at(service, "implicit-scal2", version)
    world.line.patience_seconds = 0.5 if what == "slow" else 60
    fault(world, what, INFO, **more)
    require_signed(world, signing_id, world.go_on(signing_id))
    world.await_answers(INFO)
    world, signing_id = at(service, "implicit-scal2", version)
    world.line.patience_seconds = 0.5 if what == "slow" else 60
    fault(world, what, INFO, OFTEN, **more)
    require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    assert asked(world) == 0
    world.await_answers(INFO)


def test_a_lost_authorisation_ends_by_itself_at_the_service(service: Running, version: CscVersion) -> None:
    """Nobody here knows it, so nobody can revoke it; it signs nothing."""
    world, signing_id = at(service, "implicit-scal2", version)
    fault(world, "drop_after", AUTHORIZE)
    left_open = {**CLOSED, "sads": 1}
    require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR, left_open=left_open)
    assert asked(world) == 0


@pytest.mark.parametrize("scal", SCALS)
def test_a_busy_service_is_not_waited_for_as_long_as_it_says(service: Running, scal: str) -> None:
    """It asks for a year. Refused before anything happened: the authorisation is revoked and asked for anew."""
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "too_many_requests", SIGN)
    require_signed(world, signing_id, world.go_on(signing_id))
    assert world.called(SIGN) == {"429": 1, "200": 1}
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "too_many_requests", SIGN, OFTEN)
    outcome = world.go_on(signing_id)
    require_ended(world, signing_id, outcome, "OutcomeUnknown", Actor.OPERATOR, NEEDS_ATTENTION)
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "too_many_requests", INFO)
    signing = require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    assert signing.problem is not None
    assert signing.problem.details["retry_after_seconds"] == 60


# Tokens


@pytest.mark.parametrize("method", [INFO, AUTHORIZE, SIGN])
@pytest.mark.parametrize("scal", SCALS)
def test_a_token_that_ends_on_the_way_is_renewed_once(
    service: Running, version: CscVersion, method: str, scal: str
) -> None:
    """A 401 says that nothing was done: the same authorisation goes on, and the signatory notices nothing."""
    world, signing_id = at(service, f"pin-{scal}", version)
    if method is not INFO:
        world.go_on(signing_id)
    fault(world, "token_revoked", method)
    if method is INFO:
        world.go_on(signing_id)
    world.answered(signing_id)
    signing = require_signed(world, signing_id, world.go_on(signing_id))
    assert (world.called(TOKEN), world.called(AUTHORIZE)["200"]) == ({"200": 2}, 1)
    assert signing.challenge is not None
    assert signing.challenge.number == 1


@pytest.mark.parametrize("scal", SCALS)
def test_a_login_that_ends_on_the_way_is_renewed_without_the_signatory(
    service: Running, version: CscVersion, scal: str
) -> None:
    world, signing_id = at(service, f"pin-{scal}", version, way=CODE, client_id=WEB)
    for _ in ("login", "PIN"):
        world.go_on(signing_id)
        fault(world, "token_revoked", SIGN)
        world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))
    assert world.called(TOKEN) == {"200": 2}


@pytest.mark.parametrize("scal", SCALS)
def test_a_login_that_cannot_be_renewed_is_asked_of_the_signatory_again(
    service: Running, version: CscVersion, scal: str
) -> None:
    """What was authorised stays so: no second PIN."""
    world, signing_id = at(service, f"pin-{scal}", version, way=CODE)
    for _ in ("login", "PIN"):
        world.go_on(signing_id)
        world.answered(signing_id)
    fault(world, "token_revoked", SIGN)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert world.asked() == (Factor.OAUTH2,)
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))
    assert world.called(AUTHORIZE) == {"200": 1}


def test_tokens_that_keep_ending_end_the_signing(service: Running, version: CscVersion) -> None:
    world, signing_id = at(service, "implicit-scal2", version)
    fault(world, "token_revoked", INFO, OFTEN)
    require_ended(world, signing_id, world.go_on(signing_id), "RsspTokenExpired", Actor.OWNER)
    assert world.called(TOKEN) == {"200": 2}


@pytest.mark.parametrize("what", ["error_503", "drop_before", "too_many_requests"])
def test_a_token_endpoint_that_is_down(service: Running, version: CscVersion, what: str) -> None:
    world, signing_id = at(service, "oauth2code-scal2", version)
    fault(world, what, TOKEN, OFTEN)
    require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    world, signing_id = at(service, "oauth2code-scal2", version)
    world.go_on(signing_id)
    world.answered(signing_id)
    fault(world, what, TOKEN, OFTEN)
    require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    assert asked(world) == 0


def test_a_revocation_that_fails_is_in_the_trail_and_stops_nothing(service: Running) -> None:
    world, signing_id = at(service, "implicit-scal2")
    outcome = world.go_on(signing_id)
    fault(world, "error_503", "oauth2/revoke")
    assert world.settled(signing_id, outcome).status is SIGNED
    (event,) = [event for event in world.signings.events(signing_id) if event.what == "REVOKED"]
    assert event.facts == {"token": "Unavailable"}
    assert world.left_open(signing_id) == {**CLOSED, "tokens": 1}


# Credentials


@pytest.mark.parametrize(
    ("credential_id", "reason"), [("disabled", "disabled"), ("expired", "expired"), ("revoked", "disabled")]
)
def test_a_credential_that_cannot_sign_is_not_authorised(
    service: Running, version: CscVersion, credential_id: str, reason: str
) -> None:
    world, signing_id = at(service, credential_id, version)
    outcome = world.go_on(signing_id)
    signing = require_ended(world, signing_id, outcome, "CredentialUnusable", Actor.OWNER)
    assert signing.problem is not None
    assert signing.problem.details["reason"] == reason
    assert asked(world, AUTHORIZE) == 0


@pytest.mark.parametrize("level", [ConformanceLevel.B_B, ConformanceLevel.B_LT])
def test_a_certificate_that_the_issuer_has_revoked(service: Running, level: ConformanceLevel) -> None:
    """The service says nothing of it; the issuer does."""
    world, signing_id = at(service, "company", level=level)
    world.go_on(signing_id)
    signing = world.signings.load(signing_id)
    assert signing.remote is not None
    revoke(service.pki, str(load_der_x509_certificate(signing.remote.credential.certificates[0]).serial_number))
    world, signing_id = at(service, "company", level=level)
    require_ended(world, signing_id, world.go_on(signing_id), "CertificateRevoked", Actor.OPERATOR)


# The signatory's browser


@pytest.fixture(params=SCALS)
def away(request: pytest.FixtureRequest, service: Running, version: CscVersion) -> tuple[AtService, str]:
    """A signing whose signatory is to go to the service."""
    world, signing_id = at(service, f"oauth2code-{request.param}", version)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    return world, signing_id


def waits(world: AtService, signing_id: str) -> bool:
    """Whether the signatory is still asked, and nothing came in."""
    challenge = world.signings.load(signing_id).challenge
    return challenge is not None and challenge.status is ChallengeStatus.WAITING


@pytest.mark.parametrize("way", [ServiceAuthorization.CLIENT_CREDENTIALS, CODE])
def test_a_signatory_who_denies_at_the_service(
    service: Running, version: CscVersion, way: ServiceAuthorization
) -> None:
    world, signing_id = at(service, "oauth2code-scal2", version, way=way)
    world.go_on(signing_id)
    world.back(world.visited(signing_id, decision="deny"))
    outcome = world.go_on(signing_id)
    require_ended(world, signing_id, outcome, "Declined", Actor.OWNER, SigningStatus.DECLINED)
    assert asked(world) == 0


def test_a_state_that_nobody_was_sent_with_or_that_was_used(away: tuple[AtService, str]) -> None:
    world, signing_id = away
    brought = world.visited(signing_id)
    for foreign, browser in (({"state": "made up"}, BROWSER), ({}, "another browser")):
        with pytest.raises(ReturnRefused):
            world.back({**brought, **foreign}, browser)
        assert waits(world, signing_id)
    world.back(brought)
    with pytest.raises(ReturnRefused):
        world.back(brought)
    require_signed(world, signing_id, world.go_on(signing_id))


@pytest.mark.parametrize("what", ["state_changed", "foreign_iss"])
def test_an_answer_that_is_not_the_asked_servers(service: Running, what: str) -> None:
    """Mixed up on the way: it is refused, and the signatory can go there again (RFC 9207)."""
    world, signing_id = at(service, "oauth2code-scal2", V2)
    world.go_on(signing_id)
    fault(world, what, "")
    with pytest.raises(ReturnRefused):
        world.back(world.visited(signing_id))
    assert waits(world, signing_id)
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


def test_a_foreign_code_signs_nothing(away: tuple[AtService, str]) -> None:
    """Injected into the right return: its proof key is another request's (RFC 7636)."""
    world, signing_id = away
    foreign = world.visited(signing_id)["code"]
    world.back({**world.visited(signing_id), "code": foreign})
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert (asked(world), world.signatories.view(world.page()).refusal) == (0, "AuthorizationExpired")
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


def test_foreign_codes_again_end_the_signing(away: tuple[AtService, str]) -> None:
    world, signing_id = away
    for _ in range(2):
        foreign = world.visited(signing_id)["code"]
        world.back({**world.visited(signing_id), "code": foreign})
        outcome = world.go_on(signing_id)
    require_ended(world, signing_id, outcome, "AuthorizationExpired", Actor.SIGNATORY)
    assert asked(world) == 0


def test_a_foreign_code_at_the_login_opens_nothing(service: Running, version: CscVersion) -> None:
    world, signing_id = at(service, "implicit-scal2", version, way=CODE, client_id=WEB)
    world.go_on(signing_id)
    foreign = world.visited(signing_id)["code"]
    world.back({**world.visited(signing_id), "code": foreign})
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert state(service.url)["tokens"] == 0
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


def test_a_signatory_who_comes_back_too_late(away: tuple[AtService, str]) -> None:
    world, signing_id = away
    brought = world.visited(signing_id)
    world.clock.sleep(601)
    with pytest.raises(ReturnRefused):
        world.back(brought)
    world.clock.sleep(300)
    outcome = world.go_on(signing_id)
    require_ended(world, signing_id, outcome, "Expired", Actor.OWNER, SigningStatus.EXPIRED)


def test_a_service_that_is_down_when_the_signatory_wants_to_go_there(service: Running) -> None:
    """The page says so, and the signatory can try again."""
    world, signing_id = at(service, "oauth2code-scal2", V2)
    world.go_on(signing_id)
    fault(world, "error_503", "oauth2/pushed_authorize")
    with pytest.raises(Unavailable):
        world.visited(signing_id)
    assert waits(world, signing_id)
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))


def test_a_credential_token_that_was_revoked_before_its_use(service: Running) -> None:
    """It stands in the header alone, so a 401 is about it, and no new service token would help."""
    connection = {"conventions": {"sad_as_bearer": True}}
    world, signing_id = at(service, "oauth2code-scal2", V2, connection=connection)
    world.go_on(signing_id)
    world.answered(signing_id)
    fault(world, "token_revoked", SIGN)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.answered(signing_id)
    require_signed(world, signing_id, world.go_on(signing_id))
    assert world.called(SIGN) == {"401": 1, "200": 1}


# The way there


def test_a_private_address_is_not_called(service: Running, version: CscVersion) -> None:
    """Unless the operator has allowed exactly this one."""
    connected = Connected(version=version, credential_id="implicit-scal2")
    world = AtService(service, connected, "https://allowed.example")
    signing_id = world.at_sign()
    signing = require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    assert signing.problem is not None
    assert signing.problem.details == {"host": "127.0.0.1", "reason": "AddressRefused"}
    assert not service.log.read_bytes()[world.log_start :]


def test_a_private_address_that_the_service_names_is_not_called(service: Running) -> None:
    """The address of its authorisation server comes from the service itself."""
    with redirecting_to(service.url) as elsewhere:
        world, signing_id = at(service, "implicit-scal2", connection={"oauth2_url": f"{elsewhere}/csc/v1"})
        signing = require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    assert signing.problem is not None
    assert signing.problem.details["reason"] == "AddressRefused"
    assert asked(world, TOKEN) == 0


def test_a_redirect_is_not_followed(service: Running, version: CscVersion) -> None:
    """Not even to an address that could be called."""
    with redirecting_to(service.url) as elsewhere:
        connected = Connected(version=version, connection={"url": f"{elsewhere}/csc/{version}"})
        world = AtService(service, connected, elsewhere, service.url)
        signing_id = world.at_sign()
        signing = require_ended(world, signing_id, world.go_on(signing_id), "Unavailable", Actor.OPERATOR)
    assert signing.problem is not None
    assert signing.problem.details["status"] == 307
    assert not service.log.read_bytes()[world.log_start :]


@contextmanager
def redirecting_to(url: str) -> Iterator[str]:
    """A server that sends every call elsewhere."""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("Location", f"{url}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
