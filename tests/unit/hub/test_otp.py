"""One-time passwords: asked for, sent, right, wrong, used up, too late, tried too often (§9.3; §15, item 5)."""

from typing import Any

import pytest

from paraph.domain.configuration import OtpMethod
from paraph.domain.errors import (
    FieldAlreadySigned,
    NotTheSignatorysTurn,
    OtpExpired,
    OtpNotDelivered,
    OtpRequired,
    OtpWrong,
    ParaphError,
    RequiredFieldEmpty,
    Unavailable,
    UnknownField,
)
from paraph.hub.drafts import NewSignatureField
from paraph.hub.otp import TRIES
from tests.unit.hub.story import AES, ES, PLACE, Story, server

POLICY = {"length": 6, "validity_seconds": 300, "retry_seconds": 30}


def otp_story(*signers: str, **policy: Any) -> Story:
    servers = [server("keys", AES, otp={**POLICY, **policy})]
    story = Story(*(signers or ("jane",)), settings={"signing_servers": servers, "profiles": []})
    story.fill("jane")
    return story


@pytest.fixture
def story() -> Story:
    return otp_story()


def ask(story: Story, name: str = "jane", field: str = "Signature1") -> str:
    story.hub.generate_otp(story.of(name), story.package, story.document, field)
    return story.world.messages.code


def wrong(code: str) -> str:
    return "".join(str((int(digit) + 1) % 10) for digit in code)


def refused(story: Story, error: type[ParaphError], otp: str | None, **wishes: Any) -> None:
    before = story.now
    with pytest.raises(error):
        story.sign("jane", otp=otp, **wishes)
    assert story.now == before
    assert not story.world.server.asked


def test_asked_for_sent_and_right(story: Story) -> None:
    refused(story, OtpRequired, None)
    code = ask(story)
    assert len(code) == 6
    assert code.isdigit()
    refused(story, OtpWrong, wrong(code))
    refused(story, OtpRequired, None)
    story.sign("jane", otp=code)
    assert story.actions.count("OTP_SENT") == 1
    assert code not in str(story.now)


def test_a_code_that_nobody_asked_for(story: Story) -> None:
    refused(story, OtpWrong, "123456")


@pytest.mark.parametrize("length", [4, 6, 9])
def test_as_long_as_configured(length: int) -> None:
    assert len(ask(otp_story(length=length))) == length


def test_the_code_is_kept_as_a_salted_digest_only(story: Story) -> None:
    code = ask(story)
    kept = [value for (purpose, _), (value, _) in story.world.secrets.kept.items() if purpose == "otp"]
    assert len(kept) == 1
    assert code not in kept[0]
    assert code not in str(story.world.hub_store.entities)


def test_a_code_is_used_once_even_if_signing_then_fails(story: Story) -> None:
    code = ask(story)
    story.world.server.failure = Unavailable("key service")
    with pytest.raises(Unavailable):
        story.sign("jane", otp=code)
    story.world.server.failure = None
    with pytest.raises(OtpWrong):
        story.sign("jane", otp=code, reference="another request")


def test_a_wish_that_was_authorised_needs_no_second_code(story: Story) -> None:
    """Its answer was lost: the same frozen signature is asked for again, by nobody but the same signatory."""
    code = ask(story)
    story.world.server.answers_to_lose = 1
    with pytest.raises(ParaphError):
        story.sign("jane", otp=code)
    with pytest.raises(OtpRequired):
        story.sign("jane", reason="something else")
    story.sign("jane")
    first, second = story.world.server.asked
    assert first == second


def test_a_missing_form_value_costs_no_code() -> None:
    story = Story("jane", settings={"signing_servers": [server("keys", AES, otp=POLICY)], "profiles": []})
    code = ask(story)
    refused(story, RequiredFieldEmpty, code)
    story.fill("jane")
    story.sign("jane", otp=code)


def test_a_code_ends_with_its_time(story: Story) -> None:
    code = ask(story)
    story.world.clock.sleep(300)
    refused(story, OtpExpired, code)
    story.sign("jane", otp=ask(story))


def test_a_code_ends_after_too_many_tries(story: Story) -> None:
    code = ask(story)
    for _ in range(TRIES):
        refused(story, OtpWrong, wrong(code))
    refused(story, OtpExpired, code)
    story.world.clock.sleep(30)
    story.sign("jane", otp=ask(story))


def test_a_new_code_replaces_the_old_one_after_a_gap(story: Story) -> None:
    code = ask(story)
    with pytest.raises(OtpNotDelivered):
        ask(story)
    assert len(story.world.messages.sent) == 1
    story.world.clock.sleep(30)
    newer = ask(story)
    if newer != code:
        refused(story, OtpWrong, code)
    story.sign("jane", otp=newer)


def test_what_was_not_sent_may_be_asked_for_at_once_and_the_old_code_stays(story: Story) -> None:
    story.world.messages.failure = Unavailable("no network")
    with pytest.raises(Unavailable):
        ask(story)
    story.world.messages.failure = None
    code = ask(story)
    for _ in range(TRIES - 1):
        refused(story, OtpWrong, wrong(code))
    story.world.clock.sleep(30)
    story.world.messages.failure = Unavailable("no network")
    with pytest.raises(Unavailable):
        ask(story)
    refused(story, OtpWrong, wrong(code))  # failed sending has not made new tries
    refused(story, OtpExpired, code)


def test_the_right_code_tried_twice_at_once_counts_once(story: Story) -> None:
    code = ask(story)
    put = story.world.hub_store.put
    outcomes: list[str] = []
    passwords = story.hub.signer.otp
    subject = f"{story.package}#{story.document}#signatories/jane#Signature1"

    def first_somebody_else(*arguments: Any, **more: Any) -> None:
        story.world.hub_store.put = put  # type: ignore[method-assign]
        passwords.consume(subject, code)
        outcomes.append("right")
        put(*arguments, **more)

    story.world.hub_store.put = first_somebody_else  # type: ignore[method-assign]
    with pytest.raises(OtpWrong):
        passwords.consume(subject, code)
    assert outcomes == ["right"]


def test_two_who_ask_at_once_get_one_code(story: Story) -> None:
    put = story.world.hub_store.put

    def first_somebody_else(*arguments: Any, **more: Any) -> None:
        if arguments[0].endswith("#Signature1"):
            story.world.hub_store.put = put  # type: ignore[method-assign]
            ask(story)
        put(*arguments, **more)

    story.world.hub_store.put = first_somebody_else  # type: ignore[method-assign]
    with pytest.raises(OtpNotDelivered):
        ask(story)
    assert len(story.world.messages.sent) == 1


def test_a_code_is_for_one_field_of_one_person() -> None:
    story = otp_story("jane", "john")
    with pytest.raises(NotTheSignatorysTurn):
        ask(story, "john", "Signature2")
    for field, error in (("Signature2", ParaphError), ("Nowhere", UnknownField), ("title", UnknownField)):
        with pytest.raises(error):
            ask(story, "jane", field)
    assert not story.world.messages.sent
    story.sign("jane", otp=ask(story))
    story.finish("jane")
    with pytest.raises(OtpWrong):
        story.sign("john", otp=story.world.messages.code)
    story.sign("john", otp=ask(story, "john", "Signature2"))


def test_a_signed_field_needs_no_code(story: Story) -> None:
    story.sign("jane", otp=ask(story))
    story.world.clock.sleep(30)
    with pytest.raises(FieldAlreadySigned):
        ask(story)


def test_where_it_goes() -> None:
    story = otp_story("jane", "john")
    ask(story)
    to, method, _ = story.world.messages.sent[-1]
    assert (to.mobile_number, to.name, method) == ("+4915112345678", "Jane", OtpMethod.SMS)
    story.sign("jane", otp=story.world.messages.code)
    story.finish("jane")
    ask(story, "john", "Signature2")
    to, method, _ = story.world.messages.sent[-1]
    assert (to.mobile_number, to.email, method) == (None, "john@acme.example", OtpMethod.EMAIL)
    only_sms = otp_story("jane", "john", methods=["SMS"])
    only_sms.sign("jane", otp=ask(only_sms))
    only_sms.finish("jane")
    with pytest.raises(OtpNotDelivered):
        ask(only_sms, "john", "Signature2")


@pytest.mark.parametrize("levels", [(AES,), (ES,)])
def test_a_field_may_ask_for_a_code_itself(levels: Any) -> None:
    story = Story("jane", share=False)
    new = NewSignatureField(
        name="Secured", order=1, placement=PLACE, levels=levels, otp=True, otp_mobile_number="+15550100"
    )
    story.drafts.add_signature_field(story.owner, story.package, story.document, new)
    story.share()
    story.fill("jane")
    fields = story.hub.get_document_fields(story.of("jane"), story.package, story.document)
    assert [f.name for f in fields if f.otp_required] == ["Secured"]
    refused(story, OtpRequired, None, field_name="Secured")
    code = ask(story, field="Secured")
    assert story.world.messages.sent[-1][0].mobile_number == "+15550100"
    story.sign("jane", field_name="Secured", otp=code)
    story.sign("jane")  # the other field does not ask


def test_the_same_code_is_kept_in_another_form_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraph.hub.otp.randomness.choice", lambda _: "1")
    kept: set[str] = set()
    for _ in range(2):
        story = otp_story()
        assert ask(story) == "111111"
        kept |= {value for (purpose, _), (value, _) in story.world.secrets.kept.items() if purpose == "otp"}
    assert len(kept) == 2


def test_of_a_code_that_was_used_nothing_is_kept(story: Story) -> None:
    story.sign("jane", otp=ask(story))
    assert "otp" not in {purpose for purpose, _ in story.world.secrets.kept}


def test_a_code_that_is_still_on_its_way_cannot_be_guessed(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it over: who tries too soon learns that it was wrong, and the code stays good."""
    messages = story.world.messages
    send_code = messages.send_code

    def tried_meanwhile(*arguments: Any) -> OtpMethod:
        refused(story, OtpWrong, arguments[2])
        return send_code(*arguments)

    monkeypatch.setattr(messages, "send_code", tried_meanwhile)
    story.sign("jane", otp=ask(story))
