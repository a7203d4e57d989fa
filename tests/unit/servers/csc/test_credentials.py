"""Credentials as services tell them, in both versions, well and ill."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from paraph.domain.errors import CredentialUnusable, Unavailable
from paraph.domain.rssp import AuthorizationMode, Credential, FactorInfo, OutOfBandFactor, Scal
from tests.fakes import NOW
from tests.pki import NOT_AFTER, NOT_BEFORE, Pki, der
from tests.unit.servers.csc.stub import TOKEN, Bench, base64_text, refused, self_signed

LIST, INFO = "POST credentials/list", "POST credentials/info"
PIN = {"presence": "true", "format": "N", "label": "PIN", "description": "the one of the letter"}
OTP = {"presence": "true", "type": "online", "ID": "phone", "format": "A"}
PASSWORD = {"type": "Password", "id": "pin", "format": "N", "label": "PIN"}
TOTP = {"type": "Password", "id": "totp", "generator": "totp"}
SMS = {"type": "ChallengeResponse", "id": "sms", "format": "N"}
APP = {"type": "PasswordOOB", "id": "app", "generator": "app"}
CALL = {"type": "ChallengeResponseOOB", "id": "call"}
NONE = FactorInfo(required=False)


def told(bench: Bench, **members: Any) -> Credential:
    """What the client makes of an answer."""
    cert = {"status": "valid", "certificates": [base64_text(c) for c in bench.signer.chain]}
    usual = {"key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.2"], "len": 256}, "cert": cert, "multisign": 3}
    bench.expect(INFO, usual | members)
    return bench.client.credential(TOKEN, "jane")


def explicit(bench: Bench, *objects: Any, expression: str | None = None) -> Credential:
    """A credential of v2 with these objects."""
    return told(bench, auth={"mode": "explicit", "objects": list(objects), "expression": expression})


def test_v1_lists_in_pages(v1: Bench) -> None:
    v1.expect(LIST, {"credentialIDs": ["a", "b"], "nextPageToken": "p-2"})
    v1.expect(LIST, {"credentialIDs": ["b", "c", None, ""], "nextPageToken": ""})
    assert v1.client.credentials(TOKEN, "u1") == ("a", "b", "c")
    assert [sent.json for sent in v1.sent] == [{"userID": "u1"}, {"userID": "u1", "pageToken": "p-2"}]


def test_a_list_without_an_end_is_given_up(v1: Bench) -> None:
    for _ in range(100):
        v1.expect(LIST, {"credentialIDs": ["a"], "nextPageToken": "again"})
    with refused(Unavailable):
        v1.client.credentials(TOKEN, None)


def test_v2_lists_in_one_go(v2: Bench) -> None:
    v2.expect(LIST, {"credentialIDs": ["a"], "nextPageToken": "p-2"})
    assert v2.client.credentials(TOKEN, "u1") == ("a",)


@pytest.mark.parametrize(
    ("way", "body"),
    [("client_credentials", {"userID": "u1"}), ("none", {"userID": "u1"}), ("login", {}), ("authorization_code", {})],
)
def test_a_user_is_named_only_where_the_token_is_nobodys(pki: Pki, way: str, body: dict[str, str]) -> None:
    bench = Bench(pki, service_authorization=way, user_name="jane")
    bench.expect(LIST, {"credentialIDs": []})
    assert bench.client.credentials(TOKEN, "u1") == ()
    assert bench.last.json == body


def test_everything_is_asked_for(bench: Bench) -> None:
    told(bench)
    assert bench.last.json == {"credentialID": "jane", "certificates": "chain", "authInfo": True}


def test_client_data_goes_along(pki: Pki) -> None:
    bench = Bench(pki, conventions={"client_data": "EVCS"})
    told(bench)
    assert bench.last.json["clientData"] == "EVCS"


def test_a_credential_of_v1_is_read(v1: Bench) -> None:
    found = told(v1, authMode="explicit", SCAL="2", PIN=PIN, OTP=OTP, description="Jane's")
    assert found == v1.credential(
        description="Jane's",
        certificate_status="valid",
        key_algorithms=("1.2.840.10045.4.3.2",),
        key_length=256,
        valid_from=NOT_BEFORE,
        valid_to=NOT_AFTER,
        subject="CN=Jane Doe,O=Paraph Tests",
        mode=AuthorizationMode.EXPLICIT,
        scal=Scal.TWO,
        pin=FactorInfo(required=True, numeric=True, label="PIN", description="the one of the letter"),
        otp=FactorInfo(required=True, online=True),
        multisign=3,
    )
    found.check(NOW)


@pytest.mark.parametrize(
    ("members", "required"),
    [
        ({"PIN": PIN}, (True, False)),
        ({"OTP": OTP, "PIN": {"presence": "false"}}, (False, True)),
        ({"PIN": {"presence": "optional"}, "OTP": OTP}, (False, True)),
        ({"PIN": {"presence": "optional"}, "OTP": {"presence": "optional"}}, (True, True)),
        ({"PIN": {"presence": True}, "OTP": {"presence": False}}, (True, False)),
        ({"PIN": None, "OTP": "?"}, (False, False)),
        ({}, (False, False)),
    ],
)
def test_factors_of_v1_are_mandatory_or_not(v1: Bench, members: dict[str, Any], required: tuple[bool, bool]) -> None:
    found = told(v1, authMode="explicit", **members)
    assert (found.pin.required, found.otp.required) == required


@pytest.mark.parametrize("mode", ["implicit", "oauth2code", "oauth2Code"])
def test_factors_of_v1_count_only_if_it_is_explicit(v1: Bench, mode: str) -> None:
    found = told(v1, authMode=mode, PIN=PIN, OTP=OTP)
    assert (found.mode, found.pin, found.otp) == (mode.lower(), NONE, NONE)


@pytest.mark.parametrize("scal", [({}, "1"), ({"SCAL": None}, "1"), ({"SCAL": 1}, "1"), ({"SCAL": 2}, "2"),
                                  ({"SCAL": "1"}, "1"), ({"SCAL": "2"}, "2"), ({"SCAL": "3"}, "2")])  # fmt: skip
def test_scal_is_a_string_and_one_if_it_is_missing(bench: Bench, scal: tuple[dict[str, Any], str]) -> None:
    assert told(bench, **scal[0]).scal == scal[1]


def test_v2_has_no_objects_where_v1_was_implicit(v2: Bench) -> None:
    assert explicit(v2).mode is AuthorizationMode.IMPLICIT
    assert told(v2, auth={"mode": "explicit"}).mode is AuthorizationMode.IMPLICIT
    assert told(v2, auth={"mode": "OAuth2code"}).mode is AuthorizationMode.OAUTH2CODE


def test_objects_of_v2_are_pin_one_time_password_and_what_is_answered_elsewhere(v2: Bench) -> None:
    found = explicit(v2, PASSWORD, SMS, APP, CALL)
    assert found.mode is AuthorizationMode.EXPLICIT
    assert found.pin == FactorInfo(required=True, numeric=True, label="PIN", object_id="pin")
    assert found.otp == FactorInfo(required=True, numeric=True, online=True, object_id="sms")
    assert found.out_of_band == (
        OutOfBandFactor(object_id="app", challenged=False),
        OutOfBandFactor(object_id="call", challenged=True),
    )
    offline = explicit(v2, TOTP)
    assert (offline.pin, offline.otp) == (NONE, FactorInfo(required=True, object_id="totp"))


@pytest.mark.parametrize(
    ("objects", "expression", "wanted"),
    [
        ((PASSWORD, TOTP), None, "pin otp"),
        ((PASSWORD, TOTP), "pin AND totp", "pin otp"),
        ((PASSWORD, TOTP), "pin OR totp", "pin"),
        ((PASSWORD, TOTP), "totp XOR pin", "pin"),
        ((TOTP, SMS, PASSWORD), "(totp OR sms) AND pin", "pin otp"),
        ((TOTP, SMS), "totp XOR sms", "otp"),
        ((TOTP, SMS), None, None),
        ((PASSWORD, {"type": "Retina", "id": "eye"}), None, None),
        ((PASSWORD, {"type": "Retina", "id": "eye"}), "pin OR eye", "pin"),
        ((PASSWORD, TOTP), "pin AND nose", None),
        ((PASSWORD, TOTP), "pin AND (totp", None),
    ],
)
def test_an_expression_says_which_objects_are_wanted(
    v2: Bench, objects: tuple[Any, ...], expression: str | None, wanted: str | None
) -> None:
    found = explicit(v2, *objects, expression=expression)
    named = [name for name in ("pin", "otp") if getattr(found, name).required]
    assert (" ".join(named) if found.factors_known else None) == wanted


def test_an_object_that_should_be_a_list_counts(v2: Bench) -> None:
    assert told(v2, auth={"mode": "explicit", "objects": PASSWORD}).pin.object_id == "pin"


@pytest.mark.parametrize(
    "ill",
    [
        {"key": None, "cert": None, "multisign": None},
        {"key": [], "cert": "?", "multisign": "many", "auth": [], "PIN": 4, "authMode": 7},
        {"key": {"algo": "1.2", "len": "256"}, "cert": {"certificates": None}, "multisign": -3},
    ],
)
def test_an_ill_shaped_credential_is_read_as_far_as_it_goes(bench: Bench, ill: dict[str, Any]) -> None:
    found = told(bench, **ill)
    assert (found.certificates, found.key_algorithms, found.multisign) == ((), (), 1)
    assert (found.mode, found.factors_known) == (AuthorizationMode.EXPLICIT, False)
    with refused(CredentialUnusable, reason="no certificate"):
        found.check(NOW)


def test_white_space_in_a_certificate_is_no_fault(bench: Bench) -> None:
    text = base64_text(bench.signer.chain[0])
    assert told(bench, cert={"certificates": [f" {text[:50]}\r\n{text[50:]}\n"]}).certificates == (
        bench.signer.chain[0],
    )


@pytest.mark.parametrize("text", ["?", "AAAA", "-----BEGIN CERTIFICATE-----"])
def test_a_damaged_certificate_is_told(bench: Bench, text: str) -> None:
    with refused(CredentialUnusable):
        told(bench, cert={"certificates": [base64_text(bench.signer.chain[0]), text]})
    with refused(CredentialUnusable):
        told(bench, cert={"certificates": [text]})


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"enabled": False}, "disabled"),
        ({"certificate_status": "revoked"}, "revoked"),
        ({"certificate_status": "suspended"}, "suspended"),
        ({"certificate_status": "expired"}, "expired"),
        ({"certificates": ()}, "no certificate"),
        ({"for_signing": False}, "not for signing"),
        ({"valid_from": NOW + timedelta(seconds=1)}, "not yet valid"),
        ({"valid_to": NOW - timedelta(seconds=1)}, "expired"),
        ({"factors_known": False}, "unknown factors"),
    ],
)
def test_a_credential_that_cannot_sign_says_why(bench: Bench, members: dict[str, Any], reason: str) -> None:
    with refused(CredentialUnusable, reason=reason, credential="jane"):
        bench.credential(**members).check(NOW)


def test_a_credential_that_can_sign_passes(bench: Bench) -> None:
    bench.credential(certificate_status="valid", valid_from=NOW, valid_to=NOW).check(NOW)


@pytest.mark.parametrize(("status", "read"), [("VALID", "valid"), ("Revoked", "revoked"), ("Jane's", None), (3, None)])
def test_a_certificates_status_is_one_of_the_words(bench: Bench, status: object, read: str | None) -> None:
    assert told(bench, cert={"status": status}).certificate_status == read


def test_a_disabled_key_is_told(bench: Bench) -> None:
    assert not told(bench, key={"status": "Disabled", "algo": []}).enabled


def test_certificates_of_authorities_and_services_are_not_for_signing(bench: Bench, pki: Pki) -> None:
    for signer, for_signing in (
        (bench.signer, True), (pki.signer("p256", key_usage=False), True), (pki.root, False), (pki.issuing, False),
        (pki.tsa, False),
    ):  # fmt: skip
        assert told(bench, cert={"certificates": [base64_text(der(signer.certificate))]}).for_signing is for_signing


NO_USE = dict.fromkeys(
    [
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ],
    False,
)


@pytest.mark.parametrize(
    ("use", "for_signing"), [("content_commitment", True), ("digital_signature", True), ("key_encipherment", False)]
)
def test_a_certificate_says_what_its_key_is_for(bench: Bench, use: str, for_signing: bool) -> None:
    certificate = self_signed(bench.signer.key, "1", x509.KeyUsage(**{**NO_USE, use: True}))
    assert told(bench, cert={"certificates": [base64_text(certificate)]}).for_signing is for_signing


def test_a_certificate_whose_extensions_cannot_be_read_is_damaged(bench: Bench) -> None:
    nonsense = x509.UnrecognizedExtension(x509.KeyUsage.oid, b"nonsense")
    certificate = self_signed(bench.signer.key, "1", nonsense)
    with refused(CredentialUnusable):
        told(bench, cert={"certificates": [base64_text(certificate)]})


def test_the_subjects_serial_number_is_a_national_id(bench: Bench) -> None:
    certificate = self_signed(bench.signer.key, "12345678-5")
    found = told(bench, cert={"certificates": [base64_text(certificate)]})
    assert found.subject_serial_number == "12345678-5"
    assert "12345678-5" not in repr(found)
    assert told(bench).subject_serial_number is None
