"""Settings, one-time passwords, signing, verification."""

from datetime import UTC, datetime
from typing import Any

import pytest

from paraph.domain import errors
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification
from paraph.ports.hub import CapacityOffer, ServerOffer, SignatureWish
from tests.unit.signinghub.stub import OTP, TOKEN, Bench

SIGN = "POST /v4/packages/7/documents/8/sign"
STATUS = "POST /v4/packages/7/documents/8/field/status"
OTP_CALL = "POST /v4/packages/7/documents/8/otp"
VERIFICATION = "GET /v4/packages/7/documents/8/verification"
SETTINGS = "GET /v4/settings/signatures"
WISH = SignatureWish(reference="sgn_1", field_name="Signature")
FULL_WISH = SignatureWish(
    reference="sgn_1",
    field_name="Signature",
    signing_server="Corporate HSM",
    signing_capacity="Staff AES",
    conformance_level=ConformanceLevel.B_LTA,
    reason="Approved",
    location="Lisbon",
    contact="jane@acme.example",
    appearance_design="DETAILED_SIGNATURE",
    image=b"\x89PNG",
)
WIRE_VERIFICATION = {
    "field_name": "Signature",
    "signer_name": "Jane",
    "signature_status": "valid",
    "signing_reason": "Approved",
    "signing_location": None,
    "signing_time": "2019-05-23 13:51:21 +05:00",
    "ltv": True,
    "qualified": "false",
    "certified": "n/a",
    "timestamp_at": "2019-05-23T08:51:22.1234567Z",
    "timestamp_authority": "TSA",
    "subject_dn": "CN=Jane",
    "cert_valid_from": "2019-01-01 00:00:00",
    "cert_valid_to": "0001-01-01T00:00:00",
    "signature_type": "PADES_PART4",
    "signature_policy_id": 0,
    "signer_photo": None,
}
FOUND = FieldVerification(
    field_name="Signature",
    signer_name="Jane",
    signature_status="VALID",
    signing_reason="Approved",
    signing_time=datetime(2019, 5, 23, 8, 51, 21, tzinfo=UTC),
    ltv=True,
    qualified=False,
    timestamp_at=datetime(2019, 5, 23, 8, 51, 22, 123456, tzinfo=UTC),
    timestamp_authority="TSA",
    subject_dn="CN=Jane",
    cert_valid_from=datetime(2019, 1, 1, tzinfo=UTC),
    signature_type="PADES_PART4",
)


def test_a_signature_may_be_asked_for_once_only(bench: Bench) -> None:
    assert bench.hub.repeats_signatures is False


def test_a_signature_with_everything(bench: Bench) -> None:
    bench.expect(SIGN, {"field_name": "Signature", "status": "Signed", "verification": WIRE_VERIFICATION})
    signed = bench.hub.sign_document(TOKEN, 7, 8, FULL_WISH, OTP)
    assert (signed.field_name, signed.status, signed.transaction_id) == ("Signature", SignatureStatus.SIGNED, None)
    assert (signed.verification, signed.revision) == (FOUND, None)
    assert (bench.last.headers["x-otp"], bench.last.bearer) == (OTP, TOKEN)
    assert bench.last.json == {
        "field_name": "Signature",
        "signing_server": "Corporate HSM",
        "signing_capacity": "Staff AES",
        "signing_reason": "Approved",
        "signing_location": "Lisbon",
        "contact_information": "jane@acme.example",
        "appearance_design": "DETAILED_SIGNATURE",
        "hand_signature_image": "iVBORw==",
        "skip_verification": False,
    }
    assert bench.last.seconds > 60


def test_a_plain_signature(bench: Bench) -> None:
    bench.expect(SIGN, {"status": "COMPLETED", "transaction_id": "", "verification": None})
    signed = bench.hub.sign_document(TOKEN, 7, 8, WISH)
    assert (signed.field_name, signed.status, signed.verification) == ("Signature", SignatureStatus.SIGNED, None)
    assert bench.last.json == {"field_name": "Signature", "skip_verification": False}
    assert "x-otp" not in bench.last.headers


def test_a_signature_that_waits_for_somebody(bench: Bench) -> None:
    bench.expect(SIGN, {"field_name": "Signature", "status": "PENDING", "transaction_id": "8f0c", "verification": []})
    signed = bench.hub.sign_document(TOKEN, 7, 8, WISH)
    assert (signed.status, signed.transaction_id, signed.verification) == (SignatureStatus.PENDING, "8f0c", None)


def test_a_field_that_is_unknown_when_signing(bench: Bench) -> None:
    bench.expect(SIGN, {"Message": "?"}, 400)
    with pytest.raises(errors.UnknownField):
        bench.hub.sign_document(TOKEN, 7, 8, WISH)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("SIGNED", "SIGNED"),
        ("completed", "SIGNED"),
        ("Pending", "PENDING"),
        ("DECLINED", "DECLINED"),
        ("FAILED", "FAILED"),
    ],
)
def test_the_status_of_a_signature(bench: Bench, word: str, status: str) -> None:
    bench.expect(STATUS, {"status": word})
    assert bench.hub.get_signing_status(TOKEN, 7, 8, "Signature").status == status
    assert bench.last.json == {"field_name": "Signature"}
    bench.expect(STATUS, {"status": word, "transaction_id": "8f0c", "field_name": "Signature"})
    assert bench.hub.get_signing_status(TOKEN, 7, 8, "Signature", "8f0c").transaction_id == "8f0c"
    assert bench.last.json == {"field_name": "Signature", "transaction_id": "8f0c"}


def test_a_status_nobody_understands_can_be_asked_for_again(bench: Bench) -> None:
    bench.expect(STATUS, {"status": None})
    with pytest.raises(errors.Unavailable):
        bench.hub.get_signing_status(TOKEN, 7, 8, "Signature")
    bench.expect(STATUS, None, 400)
    with pytest.raises(errors.UnknownField):
        bench.hub.get_signing_status(TOKEN, 7, 8, "Nothing")


def test_a_one_time_password_is_ordered(bench: Bench) -> None:
    bench.expect(OTP_CALL)
    bench.hub.generate_otp(TOKEN, 7, 8, "Signature")
    assert bench.last.json == {"field_name": "Signature"}
    bench.expect(OTP_CALL, {"Error": "otp_not_delivered"}, 403)
    with pytest.raises(errors.OtpNotDelivered):
        bench.hub.generate_otp(TOKEN, 7, 8, "Signature")


def test_the_verification_of_every_signed_field(bench: Bench) -> None:
    bench.expect(VERIFICATION, [WIRE_VERIFICATION, {"field_name": "Mark"}, None])
    assert bench.hub.get_document_verification(TOKEN, 7, 8) == (FOUND, FieldVerification(field_name="Mark"))
    assert bench.last.headers["x-base64"] == "false"
    bench.expect(VERIFICATION)
    assert bench.hub.get_document_verification(TOKEN, 7, 8) == ()


def server(**members: Any) -> dict[str, Any]:
    """A signing server as the contract proposes it."""
    staff = {"id": 1, "name": "Staff AES", "level_of_assurance": "advanced_electronic_signature"}
    return {
        "info": {"id": 3, "name": "Corporate HSM", "provider": "ADSS Server", "key_location": "SERVER"},
        "capacity": {
            "advanced_electronic_signature": {"enabled": True, "selected": [staff, {"name": "Nameless level"}, 7]},
            "qualified_electronic_signature": {"enabled": False, "selected": [{"name": "QES"}]},
            "electronic_seal": None,
            "a_new_level": {"selected": [{"name": "?"}]},
        },
        "authentication": {"enabled": True, "otp": {"enabled": True, "length": 6}},
        **members,
    }


def offers(bench: Bench, *servers: Any) -> tuple[ServerOffer, ...]:
    """What is read from these servers."""
    bench.expect(SETTINGS, {"level_of_assurance": {}, "signature": {"signing_servers": list(servers)}})
    return bench.hub.get_signature_settings(TOKEN).signing_servers


def test_the_settings_as_the_contract_proposes_them(bench: Bench) -> None:
    aes = LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE
    capacities = tuple(CapacityOffer(name=n, level_of_assurance=aes) for n in ("Staff AES", "Nameless level"))
    assert offers(bench, server()) == (
        ServerOffer(name="Corporate HSM", type="adss", capacities=capacities, otp_required=True),
    )
    assert bench.last.headers["x-base64"] == "false"


@pytest.mark.parametrize(
    ("provider", "kind"),
    [("adss", "adss"), ("CSC v1", "csc"), ("eID Easy", "eideasy"), ("EID_EASY", "eideasy"), ("HSM", "hsm"), (None, "")],
)
def test_providers_are_told_by_their_stems(bench: Bench, provider: str | None, kind: str) -> None:
    (offer,) = offers(bench, server(info={"name": "S", "provider": provider}))
    assert offer.type == kind


@pytest.mark.parametrize(
    ("authentication", "asked"),
    [
        (None, False),
        ({}, False),
        ({"otp": {"enabled": True}}, True),
        ({"enabled": False, "otp": {"enabled": True}}, False),
        ({"enabled": True, "otp": {"enabled": False}}, False),
    ],
)
def test_whether_a_server_asks_for_a_one_time_password(bench: Bench, authentication: Any, asked: bool) -> None:
    (offer,) = offers(bench, server(authentication=authentication))
    assert offer.otp_required is asked


def test_capacities_in_other_shapes(bench: Bench) -> None:
    plain = [{"name": "A", "level_of_assurance": "ELECTRONIC_SEAL"}, {"name": "B"}, None]
    (offer,) = offers(bench, {"name": "S", "capacity": plain})
    assert [c.name for c in offer.capacities] == ["A"]
    (offer,) = offers(bench, {"name": "S", "capacity": {"ELECTRONIC_SEAL": [{"name": "B"}]}})
    assert [c.level_of_assurance for c in offer.capacities] == [LevelOfAssurance.ELECTRONIC_SEAL]


def test_servers_without_a_name_are_not_offered(bench: Bench) -> None:
    assert offers(bench, None, 1, {}, {"info": None}, {"info": {"name": ""}}) == ()


@pytest.mark.parametrize("answer", [None, [], "x", {"signature": None}, {"signature": {"signing_servers": {}}}])
def test_settings_that_cannot_be_read_offer_nothing(bench: Bench, answer: Any) -> None:
    bench.expect(SETTINGS, answer)
    assert bench.hub.get_signature_settings(TOKEN).signing_servers == ()
