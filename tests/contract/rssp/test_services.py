"""The RSSP stand-in as others see it (contract: CSC §12): versions, service authorisation, credentials."""

import base64
import re
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from local.servers import rssp
from local.servers.rssp.credentials import catalogue
from local.servers.rssp.faults import KINDS
from local.servers.rssp.people import CLIENTS, USERS
from local.stack import ROOT
from tests.rssp import RESTRICTED, WEB, Api, Running, digest, refusal

GENERIC = (
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than "
    "once, or is otherwise malformed."
)


# info (§2)


def test_info_needs_no_token_and_names_what_there_is(api: Api) -> None:
    said = api.call("info").json()
    assert said["specs"] == ("2.0.0.2" if api.is_v2 else "1.0.4.0")
    assert set(said["authType"]) == {"basic", "oauth2code", "oauth2client"}
    assert said["oauth2"] == api.base
    assert ("credentials/sendOTP" in said["methods"]) is not api.is_v2
    assert ("credentials/getChallenge" in said["methods"]) is api.is_v2
    assert ("signatures/signDoc" in said["methods"]) is api.is_v2
    assert ("signAlgorithms" in said) is api.is_v2


def test_every_method_that_info_names_is_there_and_no_other(api: Api) -> None:
    for name in api.call("info").json()["methods"]:
        assert api.call(name).status_code != 404, name
    other = "credentials/getChallenge" if not api.is_v2 else "credentials/delete"
    assert api.call(other).status_code == 404


@pytest.mark.parametrize("method", ["signatures/signPolling", "credentials/sendOTP"])
def test_methods_of_the_standard_that_are_not_offered_answer_501(v2: Api, method: str) -> None:
    assert v2.call(method).status_code == 501


def test_methods_are_posted(api: Api) -> None:
    assert requests.get(f"{api.base}/info", timeout=5).status_code == 405


# the header and the body (§1)


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Basic amFuZTp4", "Bearer two words"])
def test_a_malformed_header_is_400(api: Api, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    answer = requests.post(f"{api.base}/credentials/list", json={}, headers=headers, timeout=5)
    text = "Malformed authorization header." if api.is_v2 else GENERIC
    assert refusal(answer) == (400, "invalid_request", text)


def test_an_unknown_token_is_401(api: Api) -> None:
    answer = api.call("credentials/list", "no-such-token")
    assert refusal(answer)[:2] == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_is_401(api: Api, server: Running) -> None:
    token = api.user_token()
    rssp.advance(server.url, 3599)
    assert api.call("credentials/list", token).status_code == 200
    rssp.advance(server.url, 2)
    assert refusal(api.call("credentials/list", token))[:2] == (401, "expired_token")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"lang": "en", "lang": "es"}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = requests.post(f"{api.base}/info", data=body, headers={"Content-Type": "application/json"}, timeout=5)
    assert refusal(answer) == (400, "invalid_request", GENERIC)


def test_a_body_of_another_type_is_refused(api: Api) -> None:
    answer = requests.post(f"{api.base}/info", data=b"{}", headers={"Content-Type": "text/plain"}, timeout=5)
    assert refusal(answer)[:2] == (400, "invalid_request")


def test_client_data_is_a_string(api: Api) -> None:
    assert api.call("info", clientData="any").status_code == 200
    assert refusal(api.call("info", clientData=1)) == (400, "invalid_request", "Invalid parameter clientData")


FOREIGN: list[tuple[str, str, dict[str, Any]]] = [
    ("v1", "signatures/signHash", {"hashes": [digest()]}),
    ("v1", "signatures/signHash", {"hashAlgorithmOID": "1"}),
    ("v1", "signatures/signHash", {"operationMode": "S"}),
    ("v1", "credentials/authorize", {"authData": []}),
    ("v1", "credentials/extendTransaction", {"hashes": [digest()]}),
    ("v1", "credentials/list", {"credentialInfo": True}),
    ("v2", "signatures/signHash", {"hash": [digest()]}),
    ("v2", "signatures/signHash", {"hashAlgo": "1"}),
    ("v2", "credentials/authorize", {"PIN": "1"}),
    ("v2", "credentials/authorize", {"OTP": "1"}),
    ("v2", "credentials/authorize", {"hash": [digest()]}),
    ("v2", "credentials/list", {"maxResults": 1}),
    ("v2", "credentials/list", {"pageToken": "1"}),
]


@pytest.mark.parametrize(("version", "method", "field"), FOREIGN)
def test_a_field_of_the_other_version_is_refused(
    server: Running, version: str, method: str, field: dict[str, Any]
) -> None:
    api = Api(server.url, version)
    answer = api.call(method, api.user_token(), **field)
    assert refusal(answer) == (400, "invalid_request", f"Unknown parameter {next(iter(field))}")


# auth/login and auth/revoke (§3.1, §3.2)


def test_a_login_gives_a_token_of_the_user(api: Api) -> None:
    said = api.login().json()
    assert said["expires_in"] == 3600
    assert "refresh_token" not in said
    assert "john-pin" not in api.call("credentials/list", said["access_token"]).json()["credentialIDs"]


def test_a_refresh_token_gives_new_tokens_without_the_password(api: Api) -> None:
    refresh_token = api.login(rememberMe=True).json()["refresh_token"]
    said = api.call("auth/login", refresh_token=refresh_token).json()
    assert api.call("credentials/list", said["access_token"]).status_code == 200
    renewed = api.call("auth/login", refresh_token=refresh_token, rememberMe=True).json()["refresh_token"]
    assert refusal(api.call("auth/login", refresh_token=refresh_token))[2] == "Invalid refresh_token"
    assert api.call("auth/login", refresh_token=renewed).status_code == 200


def test_a_second_remembered_login_ends_the_first_ones_refresh_token(api: Api) -> None:
    first = api.login(rememberMe=True).json()["refresh_token"]
    api.login(rememberMe=True)
    assert refusal(api.call("auth/login", refresh_token=first))[2] == "Invalid refresh_token"


def test_a_refresh_token_is_not_sent_together_with_a_password(api: Api) -> None:
    refresh_token = api.login(rememberMe=True).json()["refresh_token"]
    assert api.login(refresh_token=refresh_token).status_code == 400


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "status", "error", "text"),
    [
        ("", 401, "invalid_request", "Malformed authentication parameter."),
        ("Bearer x", 401, "invalid_request", "Malformed authentication parameter."),
        ("Basic *", 400, "invalid_request", "Malformed username-password."),
        (basic("jane"), 400, "invalid_request", "Malformed username-password."),
        (basic("jane:wrong"), 400, "authentication_error", "An error occurred during authentication process"),
        (basic("nobody:"), 400, "authentication_error", "An error occurred during authentication process"),
    ],
)
def test_logins_that_fail(api: Api, header: str, status: int, error: str, text: str) -> None:
    answer = requests.post(f"{api.base}/auth/login", json={}, headers={"Authorization": header}, timeout=5)
    assert refusal(answer) == (status, error, text)


@pytest.mark.parametrize(
    ("value", "text"), [(1, "Invalid string parameter: refresh_token"), ("unknown", "Invalid refresh_token")]
)
def test_refresh_tokens_that_are_none(api: Api, value: Any, text: str) -> None:
    assert refusal(api.call("auth/login", refresh_token=value)) == (400, "invalid_request", text)


def test_remember_me_is_true_or_false(api: Api) -> None:
    assert api.login(rememberMe="yes").status_code == 400


def test_revoking_a_token_ends_it_at_once(api: Api) -> None:
    token = api.user_token()
    answer = api.call("auth/revoke", token, token=token, token_type_hint="access_token")
    assert (answer.status_code, answer.content) == (204, b"")
    assert refusal(api.call("credentials/list", token))[:2] == (401, "expired_token")


def test_revoking_an_access_token_leaves_the_refresh_token(api: Api) -> None:
    said = api.login(rememberMe=True).json()
    api.call("auth/revoke", said["access_token"], token=said["access_token"])
    assert api.call("auth/login", refresh_token=said["refresh_token"]).status_code == 200


def test_revoking_a_refresh_token_takes_the_access_tokens_with_it(api: Api) -> None:
    said, other = api.login(rememberMe=True).json(), api.user_token()
    assert api.call("auth/revoke", other, token=said["refresh_token"]).status_code == 204
    assert api.call("credentials/list", said["access_token"]).status_code == 401
    assert api.call("auth/login", refresh_token=said["refresh_token"]).status_code == 400
    assert api.call("credentials/list", other).status_code == 200


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "Missing (or invalid type) string parameter token"),
        ({"token": 1}, "Missing (or invalid type) string parameter token"),
        ({"token": "unknown"}, "Invalid string parameter token"),
        ({"token": "unknown", "token_type_hint": "sad"}, "Invalid string parameter token_type_hint"),
    ],
)
def test_revocations_that_are_refused(api: Api, body: dict[str, Any], text: str) -> None:
    assert refusal(api.call("auth/revoke", api.user_token(), **body)) == (400, "invalid_request", text)


def test_nobody_revokes_another_ones_token(api: Api) -> None:
    hers = api.user_token("jane")
    answer = api.call("auth/revoke", api.user_token("john"), token=hers)
    assert refusal(answer)[2] == "Invalid string parameter token"
    assert api.call("credentials/list", hers).status_code == 200


def test_a_revoked_token_is_unknown_the_second_time(api: Api) -> None:
    token, other = api.user_token(), api.user_token()
    assert api.call("auth/revoke", other, token=token).status_code == 204
    assert refusal(api.call("auth/revoke", other, token=token))[2] == "Invalid string parameter token"


# client credentials, and what an application may do (§3.7)


def test_an_application_names_the_user(api: Api) -> None:
    token = api.client_token()
    assert refusal(api.call("credentials/list", token))[2] == "Invalid parameter userID"
    assert refusal(api.call("credentials/list", token, userID="nobody"))[2] == "Invalid parameter userID"
    assert api.call("credentials/list", token, userID="john").json()["credentialIDs"] == ["john-pin"]


def test_a_user_names_no_user(api: Api) -> None:
    answer = api.call("credentials/list", api.user_token(), userID="jane")
    assert refusal(answer) == (400, "invalid_request", "userID parameter MUST be null")


def test_client_credentials_are_for_those_that_are_registered_for_them(api: Api) -> None:
    assert api.client_token(RESTRICTED)
    answer = api.form("token", WEB, grant_type="client_credentials")
    assert refusal(answer)[:2] == (400, "unauthorized_client")


# credentials/list (§4.1)


def all_ids(api: Api, token: str, size: int) -> list[str]:
    ids: list[str] = []
    page: dict[str, Any] = {}
    while True:
        said = api.call("credentials/list", token, maxResults=size, **page).json()
        assert len(said["credentialIDs"]) <= size
        ids += said["credentialIDs"]
        if "nextPageToken" not in said:
            return ids
        page = {"pageToken": said["nextPageToken"]}


@pytest.mark.parametrize("size", [1, 7, 10])
def test_version_1_lists_in_pages(v1: Api, size: int) -> None:
    expected = [c.credential_id for c in catalogue().values() if c.owner == "jane"]
    assert all_ids(v1, v1.user_token(), size) == expected


@pytest.mark.parametrize("size", [0, -1, 1000, "ten", True])
def test_an_impossible_page_size_is_replaced_by_the_services_own(v1: Api, size: Any) -> None:
    said = v1.call("credentials/list", v1.user_token(), maxResults=size).json()
    assert len(said["credentialIDs"]) == 10
    assert "nextPageToken" in said


def test_page_tokens_that_are_none(v1: Api) -> None:
    token = v1.client_token()
    janes = v1.call("credentials/list", token, userID="jane", maxResults=1).json()["nextPageToken"]
    for value, user in (("unknown", "jane"), (janes, "john"), (5, "jane")):
        answer = v1.call("credentials/list", token, userID=user, pageToken=value)
        assert refusal(answer) == (400, "invalid_request", "Invalid parameter pageToken")


def test_version_2_lists_all_at_once_with_details_if_asked(v2: Api) -> None:
    token = v2.user_token()
    said = v2.call("credentials/list", token).json()
    assert set(said) == {"credentialIDs"}
    assert len(said["credentialIDs"]) > 20
    told = v2.call("credentials/list", token, credentialInfo=True, certificates="none", authInfo=True).json()
    infos = {info["credentialID"]: info for info in told["credentialInfos"]}
    assert list(infos) == said["credentialIDs"]
    assert "certificates" not in infos["app"]["cert"]
    assert infos["implicit-scal1"]["auth"] == {"mode": "explicit", "objects": []}


def test_version_2_lists_only_usable_ones_if_asked(v2: Api) -> None:
    said = v2.call("credentials/list", v2.user_token(), onlyValid=True).json()
    assert said["onlyValid"] is True
    assert {"disabled", "expired", "revoked"}.isdisjoint(said["credentialIDs"])
    assert "implicit-scal1" in said["credentialIDs"]


def test_certificates_is_one_of_three_words(v2: Api) -> None:
    answer = v2.call("credentials/list", v2.user_token(), certificates="all")
    assert refusal(answer)[2] == "Invalid parameter certificates"


# credentials/info (§4.2)


def info(api: Api, credential_id: str, **more: Any) -> Any:
    return api.call("credentials/info", api.user_token(), credentialID=credential_id, **more).json()


@pytest.mark.parametrize(("asked", "number"), [({}, 1), ({"certificates": "chain"}, 3), ({"certificates": "none"}, 0)])
def test_certificates_come_as_asked(api: Api, asked: dict[str, Any], number: int) -> None:
    cert = info(api, "implicit-scal1", **asked)["cert"]
    assert len(cert.get("certificates", ())) == number
    assert ("certificates" in cert) is (number > 0)


def test_the_certificate_is_the_users_and_the_details_are_the_certificates(api: Api) -> None:
    said = info(api, "implicit-scal1", certInfo=True)
    certificate = x509.load_der_x509_certificate(base64.b64decode(said["cert"]["certificates"][0]))
    assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
    assert said["key"]["len"] == 2048
    assert "1.2.840.113549.1.1.11" in said["key"]["algo"]
    cert = said["cert"]
    assert cert["status"] == "valid"
    assert cert["subjectDN"] == certificate.subject.rfc4514_string()
    assert "2.5.4.5=12345678-5" in cert["subjectDN"]
    assert cert["issuerDN"] == certificate.issuer.rfc4514_string()
    assert int(cert["serialNumber"], 16) == certificate.serial_number
    assert re.fullmatch(r"\d{14}Z", cert["validFrom"])
    assert cert["validTo"] == f"{certificate.not_valid_after_utc:%Y%m%d%H%M%SZ}"


def test_a_companys_certificate_has_no_national_id(api: Api) -> None:
    assert "2.5.4.5=" not in info(api, "company", certInfo=True)["cert"]["subjectDN"]


@pytest.mark.parametrize(
    ("credential_id", "mode", "pin", "otp"),
    [
        ("implicit-scal1", "implicit", None, None),
        ("app", "implicit", None, None),
        ("oauth2code-scal2", "oauth2code", None, None),
        ("pin-scal1", "explicit", "true", ("false", None)),
        ("otp-scal2", "explicit", "false", ("true", "online")),
        ("pin-otp-scal2", "explicit", "true", ("true", "online")),
        ("totp-scal1", "explicit", "false", ("true", "offline")),
    ],
)
def test_version_1_tells_modes_and_factors(
    v1: Api, credential_id: str, mode: str, pin: str | None, otp: tuple[str, str | None] | None
) -> None:
    said = info(v1, credential_id, authInfo=True)
    assert said["authMode"] == mode
    assert said.get("PIN", {}).get("presence") == pin
    assert (otp is None and "OTP" not in said) or (said["OTP"]["presence"], said["OTP"].get("type")) == otp
    assert "auth" not in said


@pytest.mark.parametrize(
    ("credential_id", "objects"),
    [
        ("implicit-scal1", []),
        ("app", ["PasswordOOB"]),
        ("pin-scal1", ["Password"]),
        ("otp-scal2", ["ChallengeResponse"]),
        ("pin-otp-scal2", ["Password", "ChallengeResponse"]),
        ("totp-scal1", ["Password"]),
    ],
)
def test_version_2_tells_authentication_objects(v2: Api, credential_id: str, objects: list[str]) -> None:
    said = info(v2, credential_id, authInfo=True)
    assert said["auth"]["mode"] == "explicit"
    assert [each["type"] for each in said["auth"]["objects"]] == objects
    assert said["auth"].get("expression") == ("PIN AND OTP" if len(objects) == 2 else None)
    assert "authMode" not in said


def test_factors_are_told_only_if_asked(api: Api) -> None:
    said = info(api, "pin-scal1")
    assert "PIN" not in said
    assert "objects" not in said.get("auth", {})
    assert said["SCAL"] == "1"


@pytest.mark.parametrize("scal", ["1", "2"])
def test_scal_is_a_string(api: Api, scal: str) -> None:
    assert info(api, f"pin-scal{scal}")["SCAL"] == scal


@pytest.mark.parametrize(
    ("credential_id", "key", "cert"),
    [("disabled", "disabled", "valid"), ("expired", "enabled", "expired"), ("revoked", "disabled", "revoked")],
)
def test_states_of_keys_and_certificates(api: Api, credential_id: str, key: str, cert: str) -> None:
    said = info(api, credential_id)
    assert (said["key"]["status"], said["cert"]["status"]) == (key, cert)


def test_curves_are_told(api: Api) -> None:
    assert info(api, "p384-scal1")["key"]["curve"] == "1.3.132.0.34"
    assert "curve" not in info(api, "pss-scal1")["key"]


def test_a_foreign_credential_is_as_unknown_as_one_that_is_not_there(api: Api) -> None:
    token = api.user_token("john")
    answers = [api.call("credentials/info", token, credentialID=name) for name in ("pin-scal1", "nothing")]
    assert {refusal(a) for a in answers} == {(400, "invalid_request", "Invalid parameter credentialID")}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "Missing (or invalid type) string parameter credentialID"),
        ({"credentialID": ["pin-scal1"]}, "Missing (or invalid type) string parameter credentialID"),
        ({"credentialID": "pin-scal1", "certificates": "both"}, "Invalid parameter certificates"),
        ({"credentialID": "pin-scal1", "certInfo": "true"}, "Invalid parameter certInfo"),
    ],
)
def test_questions_about_credentials_that_are_refused(api: Api, body: dict[str, Any], text: str) -> None:
    assert refusal(api.call("credentials/info", api.user_token(), **body)) == (400, "invalid_request", text)


# what the README says


def test_the_readme_names_every_credential_client_user_and_fault() -> None:
    text = (ROOT / "local/servers/rssp/README.md").read_text()
    cells = set(re.findall(r"`([^`]+)`", text))
    keys = {"bare-rsa", "pss", "p256", "p384", "p521"}
    ids = {c for c in catalogue() if c.rsplit("-", 1)[0] not in keys} | {f"{name}-…" for name in keys}
    users = {value for user in USERS.values() for value in (user.user_id, user.password, user.pin, user.national_id)}
    clients = {value for client in CLIENTS.values() for value in (client.client_id, client.secret)}
    assert ids | users | clients | set(KINDS) <= cells
