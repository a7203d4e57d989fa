"""CSC in the workflow: every way to authorise a credential, in one step and in two, and what may go wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from paraph.domain.challenge import Factor
from paraph.domain.errors import (
    Cancelled,
    Declined,
    Expired,
    FactorLocked,
    LinkUnknown,
    NothingAsked,
    OutcomeUnknown,
    ParaphError,
    ReturnRefused,
    SignatureInvalid,
    Unavailable,
)
from paraph.domain.links import digest_of
from paraph.domain.methods import SigningMethod
from paraph.domain.rssp import AuthorizationMode, OutOfBandFactor, Scal, ServiceAuthorization
from paraph.domain.signing import LedgerState, Signing, SigningStatus
from paraph.domain.verification import KeyControl
from paraph.workflow import sign
from paraph.workflow.step import advanced
from tests.csc_world import Csc, configuration
from tests.fake_rssp import OTP, PIN, credential
from tests.world import ACME

IMPLICIT, EXPLICIT, OAUTH2CODE = AuthorizationMode.IMPLICIT, AuthorizationMode.EXPLICIT, AuthorizationMode.OAUTH2CODE
FAR = datetime(2100, 1, 1, tzinfo=UTC)
BY_FACTORS: dict[str, tuple[AuthorizationMode, dict[str, Any], dict[str, str]]] = {
    "implicit": (IMPLICIT, {}, {}),
    "pin": (EXPLICIT, {"pin": True}, {"pin": PIN}),
    "otp": (EXPLICIT, {"otp": True}, {"otp": OTP}),
    "pin+otp": (EXPLICIT, {"pin": True, "otp": True}, {"pin": PIN, "otp": OTP}),
}


@pytest.fixture
def world() -> Csc:
    return Csc()


def require_signed_once(world: Csc, signing_id: str) -> Signing:
    """Signed, with one signature, and nothing left open."""
    signing = world.finished(signing_id)
    assert signing.status is SigningStatus.SIGNED, signing.problem
    assert signing.method is SigningMethod.CSC
    assert signing.outcome is not None
    assert signing.outcome.key_control is KeyControl.REMOTE_SERVICE
    assert len(world.rssp.asked) == 1
    assert not world.secrets_left(signing_id)
    return signing


@pytest.mark.parametrize("scal", Scal)
@pytest.mark.parametrize("factors", BY_FACTORS)
def test_every_way_by_factors(world: Csc, factors: str, scal: Scal) -> None:
    mode, wanted, given = BY_FACTORS[factors]
    world.rssp.credentials_there = [credential(mode, scal, **wanted)]
    signing_id = world.at_sign()
    if given:
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        view = world.signatories.view(world.page())
        assert {*view.factors} == {Factor(name) for name in given}
        assert view.provider == "Trust Ltd"
        assert world.rssp.codes_sent == ("otp" in given)
        assert not world.rssp.asked
        world.answer(**given)
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


@pytest.mark.parametrize("scal", Scal)
def test_by_oauth2_with_a_login_first(scal: Scal) -> None:
    world = Csc(ServiceAuthorization.AUTHORIZATION_CODE)
    world.rssp.credentials_there = [credential(OAUTH2CODE, scal)]
    signing_id = world.at_sign()
    for scope in ("service", "credential"):
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        assert world.signatories.view(world.page()).factors == (Factor.OAUTH2,)
        world.login(signing_id)
        assert world.rssp.requests[-1].scope == scope
    assert world.go_on(signing_id) == "SIGNED"
    request = world.rssp.requests[-1]
    assert bool(request.hashes) == (scal is Scal.TWO)
    require_signed_once(world, signing_id)
    assert len(world.messages.links) == 1, "one link for the whole signing"


@pytest.mark.parametrize("scal", Scal)
def test_a_login_and_then_a_pin(scal: Scal) -> None:
    world = Csc(ServiceAuthorization.AUTHORIZATION_CODE)
    world.rssp.credentials_there = [credential(EXPLICIT, scal, pin=True)]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.login(signing_id)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def test_tokens_and_authorisations_are_revoked_at_every_end(world: Csc) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, otp=True)]
    signing_id = world.at_sign()
    world.go_on(signing_id)
    world.signatories.decline(world.page(), None)
    assert world.go_on(signing_id) == Declined.__name__
    world.settle(signing_id, Declined.__name__)
    assert world.rssp.revoked == ["token-1"]
    assert not world.secrets_left(signing_id)
    assert any(e.what == "REVOKED" for e in world.signings.events(signing_id))


def test_a_wrong_pin_is_asked_for_again_until_the_service_locks(world: Csc) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, Scal.TWO, pin=True)]
    signing_id = world.at_sign()
    world.go_on(signing_id)
    for wrong in (1, 2, 3):
        world.answer(pin="0000")
        assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
        view = world.signatories.view(world.page())
        assert (view.refusal, view.answers_left) == ("PinWrong", 5 - wrong)
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == FactorLocked.__name__
    assert not world.rssp.asked


def test_the_hash_that_is_authorised_is_the_one_that_is_signed(world: Csc) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, Scal.TWO, pin=True)]
    signing_id = world.at_sign()
    world.go_on(signing_id)
    progress = world.signings.load(signing_id).remote
    assert progress is not None
    world.clock.sleep(120)
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == "SIGNED"
    assert world.rssp.asked == [progress.digest]


@pytest.mark.parametrize("scal", Scal)
def test_an_answer_that_was_lost_takes_a_fresh_authorisation_of_the_same_hash(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    world.rssp.answers_to_lose = 1
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNED"
    first, second = world.rssp.asked
    assert first == second
    assert world.finished(signing_id).status is SigningStatus.SIGNED


@pytest.mark.parametrize("scal", Scal)
def test_answers_that_keep_getting_lost_need_somebody(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    world.rssp.answers_to_lose = 9
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == OutcomeUnknown.__name__
    assert len(world.rssp.asked) == 2
    world.settle(signing_id, OutcomeUnknown.__name__)
    assert world.signings.load(signing_id).status is SigningStatus.NEEDS_ATTENTION


def test_a_value_that_came_is_embedded_without_asking_again(world: Csc) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, Scal.TWO)]
    signing_id = world.at_sign()
    world.engine.timestamps_work = False
    world.go_on(signing_id)
    signing = world.signings.load(signing_id)
    assert signing.remote is not None
    assert signing.remote.signature_value
    world.engine.timestamps_work = True
    assert world.reconcile(signing_id)["outcome"] == "SIGNED"
    require_signed_once(world, signing_id)


@pytest.mark.parametrize("scal", Scal)
def test_a_signature_that_the_hub_has_stored_is_found(world: Csc, scal: Scal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign ended before it could say so; nobody is asked for anything again."""
    world.rssp.credentials_there = [credential(EXPLICIT, scal, pin=True)]
    signing_id = world.at_sign()
    world.go_on(signing_id)
    world.answer(pin=PIN)
    with monkeypatch.context() as crash:
        crash.setattr(sign, "advanced", _only_to_sent)
        assert world.attempt(world.sign, signing_id) == "Unavailable"
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def _only_to_sent(to: LedgerState, **changes: Any) -> Callable[[Signing], Signing]:
    """As Sign writes the ledger, until the signature is stored."""
    if to is LedgerState.STORED:
        raise Unavailable("The function ended.")
    return advanced(to, **changes)


@pytest.mark.parametrize("scal", Scal)
def test_a_signature_by_another_key_is_not_embedded(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    world.engine.signature_values_verify = False
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == SignatureInvalid.__name__
    assert world.signings.load(signing_id).signed is None


def test_a_token_that_ended_is_renewed_once(world: Csc) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, pin=True)]
    signing_id = world.at_sign()
    world.go_on(signing_id)
    world.rssp.end_tokens()
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


def test_an_authorisation_that_ran_out_is_asked_for_again(world: Csc) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, Scal.TWO)]
    world.rssp.sad_seconds = 0
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "AuthorizationExpired"
    assert not world.rssp.asked
    signing = world.signings.load(signing_id)
    assert signing.signed is None


def test_an_app_approves(world: Csc) -> None:
    factor = OutOfBandFactor(object_id="app", challenged=False)
    app = credential(EXPLICIT, Scal.TWO).model_copy(update={"out_of_band": (factor,)})
    world.rssp.credentials_there = [app]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "PENDING"
    assert world.poll_ras(signing_id)["outcome"] == "PENDING"
    world.rssp.approved = True
    assert world.poll_ras(signing_id) == {"outcome": "READY"}
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


@pytest.mark.parametrize(("approved", "seconds", "end"), [(False, 10, Declined), (None, 601, Expired)])
def test_an_app_declines_or_nobody_looks(
    world: Csc, approved: bool | None, seconds: int, end: type[ParaphError]
) -> None:
    factor = OutOfBandFactor(object_id="app", challenged=False)
    world.rssp.credentials_there = [credential(EXPLICIT).model_copy(update={"out_of_band": (factor,)})]
    signing_id = world.at_sign()
    world.go_on(signing_id)
    world.rssp.approved = approved
    world.clock.sleep(seconds)
    with pytest.raises(end):
        world.poll_ras(signing_id)
    assert not world.rssp.asked


def test_cancelled_while_an_app_is_waited_for(world: Csc) -> None:
    """What the app says after that is not asked."""
    factor = OutOfBandFactor(object_id="app", challenged=False)
    world.rssp.credentials_there = [credential(EXPLICIT, Scal.TWO).model_copy(update={"out_of_band": (factor,)})]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "PENDING"
    world.desk.cancel(ACME, signing_id)
    world.rssp.approved = True
    with pytest.raises(Cancelled):
        world.poll_ras(signing_id)
    assert not world.rssp.asked


def test_the_first_credential_that_can_sign_does(world: Csc) -> None:
    world.rssp.credentials_there = [
        credential(credential_id="disabled", enabled=False),
        credential(credential_id="good"),
    ]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNED"
    progress = world.signings.load(signing_id).remote
    assert progress is not None
    assert progress.credential.credential_id == "good"


@pytest.mark.parametrize(
    ("serial_number", "outcome"),
    [
        ("12345678-K", "SIGNED"),
        ("12.345.678-k", "SIGNED"),
        ("IDCCL-12345678-K", "SIGNED"),
        ("212345678-K", "CredentialUnusable"),
        ("12345678-K1", "CredentialUnusable"),
        ("2345678-K", "CredentialUnusable"),
        (None, "CredentialUnusable"),
    ],
)
def test_a_certificate_is_the_signatorys_or_not(world: Csc, serial_number: str | None, outcome: str) -> None:
    """The id may stand behind a prefix, but a part of a number is another number."""
    there = {"subject_serial_number": serial_number}
    world.rssp.credentials_there = [credential().model_copy(update=there)]
    known = configuration(ServiceAuthorization.CLIENT_CREDENTIALS)
    (server,) = known.signing_servers
    assert server.rssp is not None
    chosen = server.model_copy(update={"rssp": server.rssp.model_copy(update={"rut_filter": True})})
    signatories = tuple(s.model_copy(update={"national_id": "12345678-K"}) for s in known.signatories)
    world.configure(known.model_copy(update={"signing_servers": (chosen,), "signatories": signatories}))
    assert world.go_on(world.at_sign()) == outcome


@pytest.mark.parametrize("there", [[], [credential(enabled=False)]])
def test_without_a_credential_nothing_is_signed(world: Csc, there: list[Any]) -> None:
    world.rssp.credentials_there = there
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "CredentialUnusable"


@pytest.fixture
def away() -> tuple[Csc, str, str]:
    """A browser that was sent to the service: the world, the signing, the state."""
    world = Csc()
    world.rssp.credentials_there = [credential(OAUTH2CODE, Scal.TWO)]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    return world, signing_id, world.sent(signing_id)


def test_the_return_is_taken_once_and_leads_to_the_page(away: tuple[Csc, str, str]) -> None:
    world, signing_id, state = away
    link = world.back(state)
    session, _ = world.links.enter(link.partition("#")[2])
    assert world.signatories.view(session).status == "ANSWERED"
    with pytest.raises(ReturnRefused):
        world.back(state)
    assert world.go_on(signing_id) == "SIGNED"
    require_signed_once(world, signing_id)


@pytest.mark.parametrize(
    "brought",
    [
        {"state": "made up"},
        {"browser": None},
        {"browser": digest_of("another browser")},
        {"issuer": "https://evil.example"},
        {"code": None},
    ],
)
def test_a_return_that_nobody_was_sent_for(away: tuple[Csc, str, str], brought: dict[str, Any]) -> None:
    world, signing_id, state = away
    opened = world.secrets.get("redirect", digest_of(state))
    assert opened is not None
    world.secrets.keep(
        "redirect", digest_of(state), opened.replace('"issuer":null', '"issuer":"https://trust.example"'), FAR
    )
    with pytest.raises(ReturnRefused):
        world.back(**{"state": state, **brought})
    challenge = world.signings.load(signing_id).challenge
    assert challenge is not None
    assert challenge.status == "WAITING"


def test_a_foreign_code_signs_nothing(away: tuple[Csc, str, str]) -> None:
    """Injected into the right return: the verifier belongs to another request."""
    world, signing_id, state = away
    foreign = world.rssp.code()
    world.sent(signing_id)  # the newest request is another one now
    world.rssp._codes[foreign] = world.rssp.requests[-1]
    world.back(state, code=foreign)
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert not world.rssp.asked


def test_declined_at_the_service(away: tuple[Csc, str, str]) -> None:
    world, signing_id, state = away
    world.back(state, code=None, error="access_denied")
    assert world.go_on(signing_id) == Declined.__name__


def test_an_error_of_the_service(away: tuple[Csc, str, str]) -> None:
    world, signing_id, state = away
    world.back(state, code=None, error="server_error")
    assert world.go_on(signing_id) == "RsspRefused"


def test_late_returns_change_nothing(away: tuple[Csc, str, str]) -> None:
    world, signing_id, state = away
    world.clock.sleep(601)
    with pytest.raises(ReturnRefused):
        world.back(state)
    world.clock.sleep(300)
    with pytest.raises(ParaphError):
        world.sent(signing_id)


def test_nobody_is_sent_anywhere_unasked(world: Csc) -> None:
    signing_id = world.at_sign()
    with pytest.raises(NothingAsked):
        world.sent(signing_id)
    with pytest.raises(LinkUnknown):
        world.links.enter("made up")
