"""`paraph status`, `paraph list`, `paraph cancel`."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from typer.testing import Result

from cli.follow import ELSEWHERE, FACTORS
from cli.show import METHODS
from paraph.domain.challenge import Challenge, ChallengeStatus, Factor
from paraph.domain.errors import Actor
from paraph.domain.methods import SigningMethod
from paraph.domain.signing import LedgerState, Origin, Problem, SigningStatus, Source
from tests.unit.api.conftest import NOW, SIGNING_ID, signing, stored
from tests.unit.cli.conftest import World, document, ends_signed

Paraph = Callable[..., Result]


@pytest.fixture
def running(world: World) -> World:
    world.desk.signings[SIGNING_ID] = signing()
    world.desk.happen(SIGNING_ID, "start", "STARTED", {"origin": "API"})
    return world


def test_a_signing_is_shown_with_its_timeline(running: World, paraph: Paraph) -> None:
    result = paraph("status", SIGNING_ID)
    assert result.exit_code == 0
    for shown in (SIGNING_ID, "running", "lease.pdf", "ADVANCED_ELECTRONIC_SEAL at B-LTA", "started", "origin API"):
        assert shown in result.stdout


def test_machines_get_record_and_timeline(running: World, paraph: Paraph) -> None:
    told = document(paraph("status", SIGNING_ID, "--json"))
    assert told["signing"]["signing_id"] == SIGNING_ID
    assert [e["what"] for e in told["timeline"]] == ["STARTED"]


def fact(result: Result, name: str) -> str:
    """What is shown under this name; nothing if the name is not there."""
    found = re.search(rf"^{name}  +(.*?) *$", result.stdout, re.MULTILINE)
    return found[1] if found else ""


def challenge(*factors: Factor, provider: str | None = None, status: str = "WAITING") -> Challenge:
    until = NOW + timedelta(minutes=15)
    state = ChallengeStatus(status)
    return Challenge(number=1, factors=factors, provider=provider, status=state, asked_at=NOW, expires_at=until)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (challenge(Factor.OTP), "the signatory's code"),
        (challenge(Factor.PIN, Factor.OTP, provider="Trust Ltd"), "the signatory's PIN and code for Trust Ltd"),
        (challenge(Factor.KEY_PASSWORD, status="RESEND"), "the signatory's key's password"),
        (challenge(Factor.OAUTH2, provider="Trust Ltd", status="ASKED"), "the signatory's login at Trust Ltd"),
        (challenge(Factor.WIDGET, provider="eID Easy"), "the signatory to sign in eID Easy's widget"),
    ],
)
def test_what_the_signatory_is_asked_for_is_said_in_words(
    running: World, paraph: Paraph, asked: Challenge, shown: str
) -> None:
    running.desk.happen(SIGNING_ID, "await_signatory", "WAITING", challenge=asked)
    assert fact(paraph("status", SIGNING_ID), "Waits for") == f"{shown}, until 2026-03-01 10:30:00Z"


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        (SigningMethod.RAS, "the signatory's approval on a registered device"),
        (SigningMethod.CSC, "the signatory's approval in the signing service's app"),
        (SigningMethod.ADSS, "the signatory's approval at the hub"),
    ],
)
def test_a_pending_signature_says_what_it_waits_for(
    running: World, paraph: Paraph, method: SigningMethod, shown: str
) -> None:
    given = challenge(Factor.OAUTH2, provider="Trust Ltd", status="ANSWERED")
    running.desk.happen(SIGNING_ID, "sign", "PENDING", method=method, challenge=given)
    running.desk.happen(SIGNING_ID, "desk", "CANCEL_REQUESTED")
    assert fact(paraph("status", SIGNING_ID), "Waits for") == shown
    running.desk.happen(SIGNING_ID, "poll_ras", "READY")
    assert not fact(paraph("status", SIGNING_ID), "Waits for")


def test_what_has_ended_waits_for_nothing(running: World, paraph: Paraph) -> None:
    running.desk.happen(SIGNING_ID, "sign", "PENDING", challenge=challenge(Factor.OTP))
    running.desk.happen(SIGNING_ID, "settle", "EXPIRED", status=SigningStatus.EXPIRED)
    assert not fact(paraph("status", SIGNING_ID), "Waits for")


def test_the_method_is_shown_once_the_signing_server_is_chosen(running: World, paraph: Paraph) -> None:
    assert not fact(paraph("status", SIGNING_ID), "Method")
    chosen = {"signing_server": "phones", "signing_capacity": "ada"}
    running.desk.happen(SIGNING_ID, "settings", "CHOSEN", chosen, method=SigningMethod.RAS)
    assert fact(paraph("status", SIGNING_ID), "Method") == f"{METHODS['ras']} (phones)"
    assert document(paraph("status", SIGNING_ID, "--json"))["signing"]["method"] == "ras"


def test_a_mark_has_no_method_to_speak_of(running: World, paraph: Paraph) -> None:
    running.desk.happen(SIGNING_ID, "settings", "CHOSEN", {"signing_server": "none"})
    assert fact(paraph("status", SIGNING_ID), "Method") == "a mark, without certificate"


def test_the_device_that_approved_is_named(running: World, paraph: Paraph) -> None:
    approval = {"device": "Ada's phone", "device_id": "wTn2", "approved_at": "2026-03-01T10:16:07.123+00:00"}
    running.desk.happen(SIGNING_ID, "poll_ras", "STORED", approval)
    assert fact(paraph("status", SIGNING_ID), "Approved") == "on Ada's phone, 2026-03-01 10:16:07Z"


def test_there_are_words_for_every_method_and_factor() -> None:
    assert set(METHODS) == set(SigningMethod)
    assert set(FACTORS) == set(Factor) - {Factor.OAUTH2, Factor.WIDGET}
    assert set(ELSEWHERE) <= set(SigningMethod)


def test_following_says_what_is_waited_for_once(running: World, paraph: Paraph) -> None:
    asked = challenge(Factor.PIN, provider="Trust Ltd")
    answered = asked.model_copy(update={"status": ChallengeStatus.ANSWERED})
    ends = ends_signed(running, SIGNING_ID)
    steps: list[Callable[[], None]] = [
        lambda: running.desk.happen(SIGNING_ID, "sign", "SIGNATORY_ASKED", challenge=asked),
        lambda: running.desk.happen(SIGNING_ID, "await_signatory", "WAITING"),
        lambda: running.desk.happen(SIGNING_ID, "answer", "ANSWERED", challenge=answered),
        *[ends] * 3,
    ]

    def go_on() -> None:
        step = steps.pop(0)
        step()

    running.clock.on_sleep = go_on
    result = paraph("status", SIGNING_ID, "--follow")
    assert result.exit_code == 0
    assert result.stderr.count("Waits for the signatory's PIN for Trust Ltd, until 2026-03-01 10:30:00Z\n") == 1


def test_a_problem_is_explained(running: World, paraph: Paraph) -> None:
    problem = Problem(
        error="RequiredFieldEmpty",
        message="a mandatory field is empty",
        details={"field": "Name"},
        actor=Actor.CALLER,
        advice="Give the field's value.",
        step="fill",
        occurred_at=NOW,
    )
    running.desk.happen(SIGNING_ID, "settle", "FAILED", status=SigningStatus.FAILED, problem=problem)
    result = paraph("status", SIGNING_ID)
    assert result.exit_code == 1
    for line in (
        "Problem    a mandatory field is empty (RequiredFieldEmpty)",
        "Where      step fill; field Name",
        "Who acts   you",
        "Next       Give the field's value.",
        "Since      2026-03-01 10:15:00Z",
    ):
        assert line in result.stdout


def test_following_ends_with_the_signing(running: World, paraph: Paraph) -> None:
    running.clock.on_sleep = ends_signed(running, SIGNING_ID)
    result = paraph("status", SIGNING_ID, "--follow")
    assert result.exit_code == 0
    assert "package added (package_id 7)" in result.stderr
    assert "Verified" in result.stdout


def test_operators_see_what_an_upload_started_for_nobody(world: World, paraph: Paraph) -> None:
    nobodys = signing(owner=None, signatory=None, field=None, source=Source(origin=Origin.S3, document=stored("x")))
    world.desk.signings[SIGNING_ID] = nobodys
    assert paraph("status", SIGNING_ID).exit_code == 3
    world.caller_arn = "arn:aws:iam::123456789012:user/ops/olga"
    result = paraph("status", SIGNING_ID)
    assert result.exit_code == 0
    assert "an upload to the inbox" in result.stdout
    assert "only operators see it" in result.stdout


def test_an_unknown_signing_is_not_found(world: World, paraph: Paraph) -> None:
    result = paraph("status", "sgn_x")
    assert result.exit_code == 3
    assert "(UnknownSigning)" in result.stderr
    told = document(paraph("status", "sgn_x", "--json"))["problem"]
    assert (told["error"], told["exit_code"], told["where"]) == ("UnknownSigning", 3, "GET /signings/sgn_x")


@pytest.mark.parametrize("strange", ["../documents", "a/b", "a?b=c", "a b", "%2e%2e"])
def test_an_id_stays_one_part_of_the_path(world: World, paraph: Paraph, strange: str) -> None:
    assert paraph("status", strange).exit_code == 3
    assert all(call.count("/") == 3 for call in world.calls)


def test_strangers_are_not_allowed(world: World, paraph: Paraph) -> None:
    world.caller_arn = "arn:aws:iam::123456789012:user/stranger"
    result = paraph("list")
    assert result.exit_code == 4
    assert "(UnknownCaller)" in result.stderr


def test_a_refusal_by_the_gateway_is_explained(world: World, paraph: Paraph) -> None:
    world.failing = [(403, {}, '{"Message": "User: x is not authorized to perform: execute-api:Invoke"}')]
    result = paraph("list")
    assert result.exit_code == 4
    assert "execute-api:Invoke" in result.stderr
    world.failing = [(403, {}, "<html>")]
    assert "HTTP status 403" in paraph("list").stderr


def test_signings_are_listed(running: World, paraph: Paraph) -> None:
    result = paraph("list")
    assert result.exit_code == 0
    assert SIGNING_ID in result.stdout
    assert "More with --cursor next" in result.stdout


def test_a_list_is_filtered(running: World, paraph: Paraph) -> None:
    told = document(paraph("list", "--status", "SIGNED", "--limit", "5", "--cursor", "a+b/c=&d é", "--json"))
    assert len(told["signings"]) == 1
    assert running.desk.asked == {"status": SigningStatus.SIGNED, "limit": 5, "cursor": "a+b/c=&d é"}


def test_an_empty_list_says_so(world: World, paraph: Paraph) -> None:
    assert "No signings." in paraph("list").stdout
    assert document(paraph("list", "--json"))["signings"] == []


def test_names_from_elsewhere_cannot_steer_the_terminal(running: World, paraph: Paraph) -> None:
    evil = "\x1b[31m[bold]evil\x07\u202e.pdf"
    running.desk.signings[SIGNING_ID] = signing(document_name=evil)
    shown = paraph("list").stdout + paraph("status", SIGNING_ID).stdout
    assert "[31m[bold]evil" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_a_running_signing_is_cancelled(running: World, paraph: Paraph) -> None:
    assert "ends as cancelled" in paraph("cancel", SIGNING_ID).stdout
    assert document(paraph("cancel", SIGNING_ID, "--json"))["cancel_requested_at"]


def test_what_was_sent_cannot_be_cancelled(running: World, paraph: Paraph) -> None:
    running.desk.happen(SIGNING_ID, "sign", "SENT", ledger=LedgerState.SENT)
    result = paraph("cancel", SIGNING_ID)
    assert result.exit_code == 6
    assert "Who acts   nobody" in result.stderr
