"""Verification in the contract's words, the history, and evidence of completed packages (§4.2, §8.9; §15, 11, 13)."""

from typing import Any

import pytest

from paraph.domain.errors import ConformanceNotReached, ResultNotReady, Unavailable, UnknownPackage
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.verification import Coverage, Indication, SignatureVerification
from paraph.hub.history import BATCH, BODY_LIMIT, ITEM_LIMIT, LOG_LIMIT, Action, fitted, logged
from paraph.hub.verifying import in_words
from tests.fakes import NOW
from tests.unit.hub.story import Story, server

SEAL = {"signing_server": "seals", "signing_capacity": "seals"}


def completed(**settings: Any) -> Story:
    story = Story("jane", "john", settings=settings)
    story.act("jane")
    story.act("john")
    return story


def sealed_story() -> Story:
    servers = [server("keys", LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE)]
    servers.append(server("seals", LevelOfAssurance.ELECTRONIC_SEAL))
    return completed(signing_servers=servers, evidence=SEAL, profiles=[])


def test_no_report_before_the_end() -> None:
    story = Story("jane", "john")
    story.act("jane")
    for name in ("acme", "jane"):
        with pytest.raises(ResultNotReady):
            story.hub.get_evidence_report(story.of(name), story.package)
    story.hub.decline_package(story.of("john"), story.package, None)
    with pytest.raises(ResultNotReady):
        story.hub.get_evidence_report(story.owner, story.package)


def test_a_report_tells_the_story_once() -> None:
    story = completed()
    report = story.hub.get_evidence_report(story.of("john"), story.package)
    story.world.clock.sleep(60)
    assert story.hub.get_evidence_report(story.owner, story.package) == report
    (facts,) = story.world.evidence.told
    assert (facts.package_name, facts.owner, len(facts.events)) == ("a.pdf", "Acme", len(story.now.log))
    assert [(r.name, r.process_status) for r in facts.recipients] == [("Jane", "SIGNED"), ("John", "SIGNED")]
    assert [s.field_name for s in facts.documents[0].signatures] == ["Signature1", "Signature2"]
    assert b'"field"' not in report
    keys = [k for k in story.world.documents.versions if "evidence-" in k]
    assert len(keys) == 1
    assert keys[0].startswith(f"work/packages/{story.package}/")


def test_strangers_get_no_report() -> None:
    story = completed()
    for stranger in ("june", "olga"):
        with pytest.raises(UnknownPackage):
            story.hub.get_evidence_report(story.of(stranger), story.package)


def test_a_report_is_sealed_by_the_configured_capacity() -> None:
    story = sealed_story()
    asked = len(story.world.server.asked)
    report = story.hub.get_evidence_report(story.owner, story.package)
    assert b'"field": "Seal"' in report
    assert story.hub.get_evidence_report(story.owner, story.package) == report
    assert len(story.world.server.asked) == asked + 1


def test_a_report_that_cannot_be_sealed_is_not_given_out() -> None:
    story = sealed_story()
    story.world.server.failure = Unavailable("key service")
    with pytest.raises(Unavailable):
        story.hub.get_evidence_report(story.owner, story.package)
    story.world.server.failure = None
    story.world.engine.indication = Indication.TOTAL_FAILED
    with pytest.raises(ConformanceNotReached):
        story.hub.get_evidence_report(story.owner, story.package)
    story.world.engine.indication = Indication.TOTAL_PASSED
    assert b'"field": "Seal"' in story.hub.get_evidence_report(story.owner, story.package)


def test_a_package_that_went_on_gets_another_report() -> None:
    story = Story("jane", late_signers=True)
    story.act("jane")
    first = story.hub.get_evidence_report(story.owner, story.package)
    story.add("john")
    story.act("john")
    assert story.hub.get_evidence_report(story.owner, story.package) != first


def test_verification_of_every_signed_field() -> None:
    story = completed()
    for token in (story.owner, story.of("jane")):
        told = story.hub.get_document_verification(token, story.package, story.document)
        assert [(v.field_name, v.signature_status, v.signer_name) for v in told] == [
            ("Signature1", "VALID", "Jane"),
            ("Signature2", "VALID", "John"),
        ]
    unsigned = Story("jane")
    assert unsigned.hub.get_document_verification(unsigned.owner, unsigned.package, unsigned.document) == ()


def verification(**more: Any) -> SignatureVerification:
    facts: dict[str, Any] = {
        "field_name": "S",
        "indication": Indication.TOTAL_PASSED,
        "conformance_level": ConformanceLevel.B_LT,
        "coverage": Coverage.ENTIRE_FILE,
        "signer": "Jane",
        "subject_dn": "CN=Jane",
        "issuer_dn": "CN=CA",
        "certificate_sha256": "00",
        "digest_algorithm": "sha256",
        "signature_algorithm": "ECDSA_SHA_256",
        "document_digest": "ab",
    }
    return SignatureVerification.model_validate({**facts, **more})


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ("VALID", True, "PADES_PART4", None)),
        ({"conformance_level": "B-LTA"}, ("VALID", True, "PADES_PART4", None)),
        ({"conformance_level": "B-T"}, ("VALID", False, "PADES_PART2", None)),
        ({"indication": "TOTAL_FAILED", "conformance_level": None}, ("INVALID", False, None, "TOTAL_FAILED")),
        ({"indication": "INDETERMINATE", "sub_indication": "X"}, ("INVALID", True, "PADES_PART4", "X")),
        (
            {"indication": "TOTAL_FAILED", "sub_indication": "X", "reason": "why"},
            ("INVALID", True, "PADES_PART4", "why"),
        ),
    ],
)
def test_words(facts: dict[str, Any], words: tuple[object, ...]) -> None:
    told = in_words(verification(**facts))
    assert (told.signature_status, told.ltv, told.signature_type, told.error_message) == words
    assert (told.signature_algorithm, told.signed_hash) == ("SHA256", "ab")


def test_what_does_not_verify_is_not_stored() -> None:
    story = Story("jane")
    story.fill("jane")
    story.world.engine.indication = Indication.INDETERMINATE
    before = story.now
    with pytest.raises(ConformanceNotReached):
        story.sign("jane")
    assert story.now == before


def test_what_can_be_repeated_makes_way_in_the_log() -> None:
    story = Story("jane")
    account = story.world.sessions.account(story.of("jane"))
    package = story.now
    for _ in range(LOG_LIMIT + 10):
        package = fitted(logged(package, account, NOW, Action.OTP_SENT))
    package = fitted(logged(package, account, NOW, Action.SIGNED))
    assert len(package.log) == LOG_LIMIT
    assert [e.action for e in package.log[:5]] == [e.action for e in story.now.log]
    assert package.log[-1].action == "SIGNED"
    numbers = [e.log_id for e in package.log]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == len(story.now.log) + LOG_LIMIT + 11


def test_a_package_fits_its_item_at_all_times() -> None:
    story = Story("jane")
    account = story.world.sessions.account(story.of("jane")).model_copy(update={"user_name": "x" * 5000})
    package = story.now.model_copy(update={"message": "m" * (BODY_LIMIT - 5000)})
    for _ in range(60):
        package = fitted(logged(package, account, NOW, Action.FIELDS_FILLED))
        assert len(package.model_dump_json()) <= ITEM_LIMIT
    assert package.log[-1].log_id == len(story.now.log) + 60
    assert 0 < BATCH < LOG_LIMIT
