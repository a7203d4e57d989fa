"""The RSSP stand-in's authorisation server (contract: CSC §3.3 to §3.9; RFC 6749, 7636, 8414, 9126, 9207, 9396)."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
import requests

from local.servers import rssp
from local.servers.rssp import authorize_in_browserless
from tests.rssp import (
    REDIRECT_URI,
    RESTRICTED,
    SECRETS,
    SERVICE,
    SHA256,
    WEB,
    Api,
    Running,
    digest,
    in_query,
    pkce,
    refusal,
    returned,
)

KEY = pkce()


def bound(api: Api, *values: str) -> dict[str, str]:
    """The hash parameters of a query, in this version's names."""
    joined = ",".join(in_query(value) for value in values)
    return {"hashes": joined, "hashAlgorithmOID": SHA256} if api.is_v2 else {"hash": joined}


def order(api: Api, credential_id: str = "oauth2code-scal2", *values: str, number: int | None = None) -> dict[str, str]:
    """An authorisation request of scope `credential`."""
    hashes = bound(api, *values) if values else {}
    count = str(number if number is not None else len(values) or 1)
    return {"scope": "credential", "credentialID": credential_id, "numSignatures": count, **hashes, **KEY.sent}


def granted(api: Api, client_id: str = WEB, /, **fields: str) -> Any:
    """The token after the signatory approved."""
    code = api.approved(client_id, **fields)["code"]
    return api.exchange(code, client_id, code_verifier=KEY.verifier).json()


# scope service


def test_a_code_gives_the_users_own_token(api: Api) -> None:
    said = granted(api, WEB, state="s t+ä", **KEY.sent)
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 3600)
    ids = api.call("credentials/list", said["access_token"]).json()["credentialIDs"]
    assert "implicit-scal1" in ids
    assert "refresh_token" in said
    assert "refresh_token" not in granted(api, SERVICE, **KEY.sent)


def test_the_state_comes_back_unchanged_and_so_does_no_state(api: Api) -> None:
    assert api.approved(WEB, state="s t+ä&=", **KEY.sent)["state"] == "s t+ä&="
    assert "state" not in api.approved(WEB, **KEY.sent)


def test_the_issuer_comes_back_in_version_2(api: Api) -> None:
    assert api.approved(WEB, **KEY.sent).get("iss") == (api.base if api.is_v2 else None)


def test_a_refresh_token_is_replaced_by_its_use(api: Api, server: Running) -> None:
    first = granted(api, WEB, **KEY.sent)
    second = api.form("token", WEB, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert api.call("credentials/list", second["access_token"]).status_code == 200
    again = api.form("token", WEB, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refusal(again) == (400, "invalid_grant", "Invalid parameter refresh_token")
    rssp.advance(server.url, 31 * 24 * 3600)
    late = api.form("token", WEB, grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert refusal(late) == (400, "invalid_grant", "Refresh token expired")


def test_a_refresh_token_belongs_to_its_client_and_to_oauth(api: Api) -> None:
    value = granted(api, WEB, **KEY.sent)["refresh_token"]
    answer = api.form("token", RESTRICTED, grant_type="refresh_token", refresh_token=value)
    assert refusal(answer)[1] == "invalid_grant"
    assert refusal(api.call("auth/login", refresh_token=value))[2] == "Invalid refresh_token"
    misspelt = api.form("token", WEB, grant_type="refresh_token", refreshToken=value)
    assert refusal(misspelt) == (400, "invalid_request", "Missing parameter refresh_token")


# the page


def test_the_page_shows_what_is_asked_for_and_runs_no_scripts(api: Api) -> None:
    values = [digest("a"), digest("b")]
    page = requests.get(
        api.authorize_url(WEB, description="Lease <3>", **order(api, "oauth2code-scal2", *values)), timeout=5
    )
    assert page.status_code == 200
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for shown in (*values, "oauth2code-scal2", "Paraph on the web", "Lease &lt;3&gt;", '<html lang="en">'):
        assert shown in page.text
    for name in ("user", "password"):
        assert f'<label for="{name}">' in page.text
        assert f'id="{name}"' in page.text


def test_a_wrong_password_shows_the_page_again(api: Api) -> None:
    with pytest.raises(ValueError, match="No redirect"):
        authorize_in_browserless(api.authorize_url(WEB, **KEY.sent), password="wrong")


def test_a_page_is_answered_once(api: Api) -> None:
    shown = requests.get(api.authorize_url(WEB, **KEY.sent), timeout=5).text
    handle = shown.partition('name="page" value="')[2].partition('"')[0]
    data = {"page": handle, "user": "jane", "password": "jane-password", "decision": "approve"}

    def send() -> requests.Response:
        return requests.post(f"{api.base}/oauth2/authorize", data=data, allow_redirects=False, timeout=5)

    assert [send().status_code, send().status_code] == [302, 400]


def test_a_signatorys_no_goes_back_to_the_application(api: Api) -> None:
    location = authorize_in_browserless(api.authorize_url(WEB, state="s", **KEY.sent), decision="deny")
    said = returned(location)
    assert (said["error"], said["state"]) == ("access_denied", "s")
    assert "code" not in said


# requests that are refused


@pytest.mark.parametrize(
    "change",
    [{"client_id": "nobody"}, {"redirect_uri": REDIRECT_URI + "/"}, {"redirect_uri": "http://127.0.0.1:9/other"}],
)
def test_nothing_is_redirected_to_an_unknown_place(api: Api, change: dict[str, str]) -> None:
    query = {"response_type": "code", "client_id": WEB, "redirect_uri": REDIRECT_URI, **KEY.sent, **change}
    answer = requests.get(f"{api.base}/oauth2/authorize", params=query, allow_redirects=False, timeout=5)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_without_an_address_the_registered_one_is_taken(api: Api) -> None:
    url = api.authorize_url(WEB, **KEY.sent).replace(f"redirect_uri={REDIRECT_URI}", "")
    url = "&".join(part for part in url.split("&") if not part.startswith("redirect_uri"))
    code = returned(authorize_in_browserless(url))["code"]
    fields = {"grant_type": "authorization_code", "code": code, "code_verifier": KEY.verifier}
    assert refusal(api.exchange(code, code_verifier=KEY.verifier))[1] == "invalid_grant"
    assert api.form("token", WEB, **fields).status_code == 200


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": "service credential"}, "invalid_scope"),
        ({"scope": "service", "credentialID": "oauth2code-scal1"}, "invalid_request"),
        ({"scope": "credential"}, "invalid_request"),
        ({"scope": "credential", "credentialID": "oauth2code-scal1"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"account_token": "none"}, "invalid_request"),
    ],
)
def test_errors_go_back_with_the_state(api: Api, change: dict[str, str], error: str) -> None:
    said = returned(authorize_in_browserless(api.authorize_url(WEB, **{"state": "s", **KEY.sent, **change})))
    assert (said["error"], said["state"]) == (error, "s")
    assert said.get("iss") == (api.base if api.is_v2 else None)


def test_a_parameter_is_sent_once(api: Api) -> None:
    url = api.authorize_url(WEB, state="s", **KEY.sent)
    assert returned(authorize_in_browserless(url + "&scope=service&scope=service"))["error"] == "invalid_request"
    answer = requests.get(url + f"&client_id={WEB}", allow_redirects=False, timeout=5)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("version", "field"),
    [("v1", "hashes"), ("v1", "hashAlgorithmOID"), ("v1", "authorization_details"), ("v2", "hash")],
)
def test_parameters_of_the_other_version_are_refused(server: Running, version: str, field: str) -> None:
    api = Api(server.url, version)
    fields = {**order(api, "oauth2code-scal1"), field: in_query(digest())}
    said = returned(authorize_in_browserless(api.authorize_url(WEB, **fields)))
    assert (said["error"], said["error_description"]) == ("invalid_request", f"Unknown parameter {field}")


@pytest.mark.parametrize(
    ("credential_id", "user", "text"),
    [
        ("nothing", "jane", "Invalid parameter credentialID"),
        ("implicit-scal1", "jane", "Invalid parameter credentialID"),
        ("oauth2code-scal1", "john", "Invalid parameter credentialID"),
        ("oauth2code-scal2", "jane", "Missing (or invalid type) array parameter hash"),
    ],
)
def test_credentials_are_looked_at_when_the_user_is_known(api: Api, credential_id: str, user: str, text: str) -> None:
    said = api.approved(WEB, user=user, **order(api, credential_id))
    assert (said["error"], said["error_description"]) == ("invalid_request", text)


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x"])
def test_numbers_that_are_none(api: Api, number: str) -> None:
    fields = {**order(api, "oauth2code-scal1"), "numSignatures": number}
    assert returned(authorize_in_browserless(api.authorize_url(WEB, **fields)))["error"] == "invalid_request"


def test_numbers_that_are_too_high(api: Api) -> None:
    for fields in (
        order(api, "oauth2code-scal1", number=11),
        order(api, "oauth2code-scal1", digest("a"), digest("b"), number=1),
    ):
        assert api.approved(WEB, **fields)["error_description"] == "Numbers of signatures is too high"


def test_hashes_in_a_query_are_base64url(api: Api) -> None:
    value = next(digest(str(n)) for n in range(100) if {"+", "/"} & set(digest(str(n))))
    field = "hashes" if api.is_v2 else "hash"
    fields = {**order(api, "oauth2code-scal2", value), field: value}
    said = returned(authorize_in_browserless(api.authorize_url(WEB, **fields)))
    assert said["error_description"] == "Invalid Base64 hash string parameter"
    padded = {**fields, field: value.replace("+", "-").replace("/", "_")}
    assert "code" in api.approved(WEB, **padded)


# scope credential


def test_a_credential_token_signs_its_hashes_once(api: Api) -> None:
    values = [digest("a"), digest("b")]
    said = granted(api, WEB, **order(api, "oauth2code-scal2", *values))
    assert (said["token_type"], said["expires_in"]) == ("Bearer" if api.is_v2 else "SAD", 300)
    assert "refresh_token" not in said
    service = granted(api, WEB, **KEY.sent)["access_token"]
    foreign = api.sign(service, "oauth2code-scal2", said["access_token"], digest("c"))
    assert refusal(foreign)[2] == "Hash is not authorized by the SAD."
    assert len(api.sign(service, "oauth2code-scal2", said["access_token"], *values).json()["signatures"]) == 2
    again = api.sign(service, "oauth2code-scal2", said["access_token"], *values)
    assert refusal(again)[2] == "Invalid parameter SAD"


def test_every_kind_of_service_token_goes_with_it(api: Api) -> None:
    for service, client_id in (
        (api.client_token(SERVICE), SERVICE),
        (granted(api, WEB, **KEY.sent)["access_token"], WEB),
        (api.user_token(), WEB),
    ):
        sad = granted(api, client_id, **order(api, "oauth2code-scal1"))["access_token"]
        assert api.sign(service, "oauth2code-scal1", sad, digest()).status_code == 200


def test_another_clients_service_token_does_not(api: Api) -> None:
    sad = granted(api, WEB, **order(api, "oauth2code-scal1"))["access_token"]
    answer = api.sign(api.client_token(SERVICE), "oauth2code-scal1", sad, digest())
    assert refusal(answer)[2] == "Invalid parameter SAD"


def test_version_2_takes_the_credential_token_alone(v2: Api) -> None:
    token = granted(v2, WEB, **order(v2, "oauth2code-scal2", digest()))["access_token"]
    assert v2.call("credentials/info", token, credentialID="oauth2code-scal2").status_code == 200
    other = v2.call("credentials/info", token, credentialID="oauth2code-scal1")
    assert refusal(other)[2] == "Invalid parameter credentialID"
    for method in ("credentials/list", "credentials/extendTransaction", "auth/revoke"):
        assert refusal(v2.call(method, token))[:2] == (401, "invalid_token")
    assert refusal(v2.sign(token, "oauth2code-scal2", "other", digest()))[2] == "Invalid parameter SAD"
    assert v2.sign(token, "oauth2code-scal2", None, digest()).status_code == 200
    assert refusal(v2.sign(token, "oauth2code-scal2", None, digest()))[:2] == (401, "expired_token")


def test_version_1_does_not(v1: Api) -> None:
    token = granted(v1, WEB, **order(v1, "oauth2code-scal2", digest()))["access_token"]
    assert refusal(v1.sign(token, "oauth2code-scal2", token, digest()))[:2] == (401, "invalid_token")


def test_a_credential_token_expires(api: Api, server: Running) -> None:
    token = granted(api, WEB, **order(api, "oauth2code-scal1"))["access_token"]
    service = api.user_token()
    rssp.advance(server.url, 301)
    assert refusal(api.sign(service, "oauth2code-scal1", token, digest()))[2] == "SAD expired"
    if api.is_v2:
        assert refusal(api.sign(token, "oauth2code-scal1", None, digest()))[:2] == (401, "expired_token")


def test_a_credential_token_is_extended_as_a_sad(api: Api) -> None:
    token = granted(api, WEB, **order(api, "oauth2code-scal1", number=2))["access_token"]
    service = api.user_token()
    assert api.sign(service, "oauth2code-scal1", token, digest()).status_code == 200
    body = {"credentialID": "oauth2code-scal1", "SAD": token}
    new = api.call("credentials/extendTransaction", service, **body).json()["SAD"]
    assert api.sign(service, "oauth2code-scal1", new, digest()).status_code == 200


def test_a_qualifier_makes_a_new_credential(v2: Api) -> None:
    fields = {"scope": "credential", "signatureQualifier": "eu_eidas_aes", "numSignatures": "1", **KEY.sent}
    said = granted(v2, WEB, **fields)
    token, credential_id = said["access_token"], said["credentialID"]
    told = v2.call("credentials/info", token, credentialID=credential_id).json()
    assert told["signatureQualifier"] == "eu_eidas_aes"
    assert credential_id not in v2.call("credentials/list", v2.user_token()).json()["credentialIDs"]
    assert v2.sign(token, credential_id, None, digest()).status_code == 200
    unknown = returned(authorize_in_browserless(v2.authorize_url(WEB, **{**fields, "signatureQualifier": "best"})))
    assert unknown["error_description"] == "Invalid parameter signatureQualifier"


# authorization details (§3.5)


def details(**changes: Any) -> list[dict[str, Any]]:
    digests = [{"hash": digest(name), "label": f"Document {name}"} for name in "ab"]
    detail = {
        "type": "credential",
        "credentialID": "oauth2code-scal2",
        "documentDigests": digests,
        "hashAlgorithmOID": SHA256,
    }
    return [{**detail, **changes}]


def test_authorization_details_take_the_place_of_parameters(v2: Api) -> None:
    sent = json.dumps(details())
    page = requests.get(v2.authorize_url(WEB, authorization_details=sent, **KEY.sent), timeout=5).text
    assert "Document a" in page
    code = v2.approved(WEB, authorization_details=sent, **KEY.sent)["code"]
    missing = v2.exchange(code, code_verifier=KEY.verifier)
    assert refusal(missing)[2] == "Missing parameter authorization_details"
    other = v2.exchange(code, code_verifier=KEY.verifier, authorization_details=json.dumps(details(locations=[])))
    assert refusal(other)[2] == "Invalid parameter authorization_details"
    said = v2.exchange(code, code_verifier=KEY.verifier, authorization_details=sent).json()
    assert said["authorization_details"] == details()
    token = said["access_token"]
    assert v2.sign(token, "oauth2code-scal2", None, digest("a"), digest("b")).status_code == 200


def test_authorization_details_with_a_qualifier_tell_the_credential(v2: Api) -> None:
    asked = details(signatureQualifier="eu_eidas_aes")
    del asked[0]["credentialID"]
    sent = json.dumps(asked)
    code = v2.approved(WEB, authorization_details=sent, **KEY.sent)["code"]
    said = v2.exchange(code, code_verifier=KEY.verifier, authorization_details=sent).json()
    assert said["authorization_details"][0]["credentialID"] == said["credentialID"]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("{", "invalid_authorization_details"),
        ("{}", "invalid_authorization_details"),
        ("[]", "invalid_authorization_details"),
        ("[1]", "invalid_authorization_details"),
        (json.dumps(details() + details()), "invalid_authorization_details"),
        (
            json.dumps(details(type="https://cloudsignatureconsortium.org/2025/credential")),
            "invalid_authorization_details",
        ),
        (json.dumps(details(numSignatures=2)), "invalid_authorization_details"),
        (json.dumps(details(credentialID=None)), "invalid_authorization_details"),
        (json.dumps(details(hashAlgorithmOID="1.3.14.3.2.26")), "invalid_authorization_details"),
        (json.dumps(details(documentDigests=[])), "invalid_authorization_details"),
        (json.dumps(details(documentDigests=[{"hash": digest(), "name": "x"}])), "invalid_authorization_details"),
        (json.dumps(details(documentDigests=[{"hash": "-_-_"}])), "invalid_request"),
    ],
)
def test_authorization_details_that_are_refused(v2: Api, sent: str, error: str) -> None:
    said = returned(authorize_in_browserless(v2.authorize_url(WEB, authorization_details=sent, **KEY.sent)))
    assert said["error"] == error


@pytest.mark.parametrize("field", ["credentialID", "numSignatures", "hashes", "scope"])
def test_authorization_details_stand_alone(v2: Api, field: str) -> None:
    value = "credential" if field == "scope" else "1"
    fields = {"authorization_details": json.dumps(details()), field: value, **KEY.sent}
    assert "error" in returned(authorize_in_browserless(v2.authorize_url(WEB, **fields)))


# pushed requests (§3.6)


def test_a_pushed_request_is_used_once_by_its_client(v2: Api, server: Running) -> None:
    fields = {
        "response_type": "code",
        "redirect_uri": REDIRECT_URI,
        "state": "s",
        **order(v2, "oauth2code-scal2", digest()),
    }
    pushed = v2.form("pushed_authorize", WEB, **fields)
    assert pushed.status_code == 201
    assert pushed.json()["expires_in"] == 60
    uri = pushed.json()["request_uri"]
    base = f"{v2.base}/oauth2/authorize"

    def visit(**query: str) -> requests.Response:
        return requests.get(base, params=query, allow_redirects=False, timeout=5)

    assert visit(client_id=WEB, request_uri=uri, state="s").status_code == 400
    assert visit(client_id=WEB, request_uri="urn:unknown").status_code == 400
    location = authorize_in_browserless(f"{base}?client_id={WEB}&request_uri={uri}")
    said = returned(location)
    assert (said["state"], said["iss"]) == ("s", v2.base)
    assert v2.exchange(said["code"], code_verifier=KEY.verifier).status_code == 200
    assert visit(client_id=WEB, request_uri=uri).status_code == 400
    late = v2.form("pushed_authorize", WEB, **fields).json()["request_uri"]
    rssp.advance(server.url, 61)
    assert visit(client_id=WEB, request_uri=late).status_code == 400


def test_another_client_cannot_use_a_pushed_request(v2: Api) -> None:
    fields = {"response_type": "code", "redirect_uri": REDIRECT_URI, **KEY.sent}
    uri = v2.form("pushed_authorize", WEB, **fields).json()["request_uri"]
    answer = requests.get(f"{v2.base}/oauth2/authorize", params={"client_id": SERVICE, "request_uri": uri}, timeout=5)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_request"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:9/other"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
    ],
)
def test_pushed_requests_that_are_refused(v2: Api, change: dict[str, str], error: str) -> None:
    fields = {"response_type": "code", "redirect_uri": REDIRECT_URI, **KEY.sent, **change}
    assert refusal(v2.form("pushed_authorize", WEB, **fields))[:2] == (400, error)


def test_version_1_has_no_pushed_requests(v1: Api) -> None:
    assert v1.form("pushed_authorize", WEB, response_type="code").status_code == 404


# proof keys (RFC 7636)


def test_version_2_needs_a_proof_key(v2: Api) -> None:
    said = returned(authorize_in_browserless(v2.authorize_url(WEB)))
    assert (said["error"], said["error_description"]) == ("invalid_request", "Missing parameter code_challenge")


def test_version_1_does_not_but_honours_one(v1: Api) -> None:
    assert v1.exchange(v1.approved(WEB)["code"]).status_code == 200
    code = v1.approved(WEB)["code"]
    assert refusal(v1.exchange(code, code_verifier=KEY.verifier))[1] == "invalid_grant"
    code = v1.approved(WEB, **KEY.sent)["code"]
    assert refusal(v1.exchange(code))[2] == "Missing parameter code_verifier"


def test_a_code_needs_its_own_verifier(api: Api) -> None:
    code = api.approved(WEB, **KEY.sent)["code"]
    assert refusal(api.exchange(code, code_verifier=pkce().verifier))[1] == "invalid_grant"
    assert api.exchange(code, code_verifier=KEY.verifier).status_code == 200


# oauth2/token (§3.7)


def test_a_code_that_comes_twice_takes_back_what_it_gave(api: Api) -> None:
    for fields, used in ((KEY.sent, "service"), (order(api, "oauth2code-scal1"), "credential")):
        code = api.approved(WEB, **fields)["code"]
        token = api.exchange(code, code_verifier=KEY.verifier).json()["access_token"]
        again = api.exchange(code, code_verifier=KEY.verifier)
        assert refusal(again) == (400, "invalid_grant", "Authorization code is invalid or expired")
        if used == "service":
            assert api.call("credentials/list", token).status_code == 401
        else:
            assert api.sign(api.user_token(), "oauth2code-scal1", token, digest()).status_code == 400


def test_a_code_expires_and_belongs_to_its_client_and_address(api: Api, server: Running) -> None:
    code = api.approved(WEB, **KEY.sent)["code"]
    verifier = {"code_verifier": KEY.verifier}
    assert refusal(api.exchange(code, SERVICE, **verifier))[1:] == ("invalid_grant", "Invalid parameter code")
    assert refusal(api.exchange("unknown", **verifier))[1:] == ("invalid_grant", "Invalid parameter code")
    other = refusal(api.exchange(code, redirect_uri=REDIRECT_URI + "/", **verifier))
    assert other == (
        400,
        "invalid_grant",
        "redirect_uri parameter does not match redirect_uri parameter of authorization request",
    )
    rssp.advance(server.url, 61)
    late = refusal(api.exchange(code, **verifier))
    assert late == (400, "invalid_grant", "Authorization code is invalid or expired")


def test_a_code_is_good_in_its_version(v1: Api, v2: Api) -> None:
    code = v1.approved(WEB, **KEY.sent)["code"]
    assert refusal(v2.exchange(code, code_verifier=KEY.verifier))[2] == "Invalid parameter code"


def test_a_secret_may_come_in_a_basic_header(api: Api) -> None:
    data = {"grant_type": "client_credentials", "client_id": SERVICE}
    url = f"{api.base}/oauth2/token"
    assert requests.post(url, data=data, auth=(SERVICE, SECRETS[SERVICE]), timeout=5).status_code == 200
    for auth in ((SERVICE, "wrong"), (WEB, SECRETS[WEB])):
        answer = requests.post(url, data=data, auth=auth, timeout=5)
        assert refusal(answer) == (401, "invalid_client", "Invalid authorization header")
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    both = requests.post(url, data={**data, "client_secret": "x"}, auth=(SERVICE, SECRETS[SERVICE]), timeout=5)
    assert both.status_code == 400


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"grant_type": ""}, "invalid_request", "Missing parameter grant_type"),
        ({"client_id": ""}, "invalid_request", "Missing parameter client_id"),
        ({"client_secret": ""}, "invalid_request", "Client authorization required"),
        ({"grant_type": "password"}, "invalid_request", "Invalid parameter grant_type"),
        ({"client_id": "nobody"}, "invalid_request", "Invalid parameter client_id"),
        ({"client_secret": "wrong"}, "invalid_request", "Invalid parameter client_secret"),
        ({"grant_type": "authorization_code"}, "invalid_request", "Missing parameter code"),
        ({"grant_type": "refresh_token"}, "unauthorized_client", "The client may not use this grant"),
        ({"scope": "credential"}, "invalid_scope", "Client credentials give scope service only"),
    ],
)
def test_token_requests_that_are_refused(api: Api, change: dict[str, str], error: str, text: str) -> None:
    fields = {"grant_type": "client_credentials", **change}
    assert refusal(api.form("token", SERVICE, **fields)) == (400, error, text)


def test_token_requests_are_forms(api: Api) -> None:
    url = f"{api.base}/oauth2/token"
    fields = {"grant_type": "client_credentials", "client_id": SERVICE, "client_secret": SECRETS[SERVICE]}
    assert requests.post(url, json=fields, timeout=5).status_code == 400
    assert requests.post(url, params=fields, timeout=5).status_code == 400
    assert requests.post(url, params={"x": "y"}, data=fields, timeout=5).status_code == 400
    twice = [*fields.items(), ("scope", "service"), ("scope", "service")]
    assert requests.post(url, data=twice, timeout=5).status_code == 400


# oauth2/revoke (§3.9)


def test_a_client_revokes_its_tokens(api: Api) -> None:
    said = granted(api, WEB, **KEY.sent)
    answer = api.form("revoke", WEB, token=said["refresh_token"], token_type_hint="refresh_token")
    assert (answer.status_code, answer.content) == (204, b"")
    assert api.call("credentials/list", said["access_token"]).status_code == 401
    again = api.form("revoke", WEB, token=said["refresh_token"])
    assert refusal(again) == (400, "invalid_request", "Invalid string parameter token")


def test_a_client_revokes_a_credential_token(api: Api) -> None:
    token = granted(api, WEB, **order(api, "oauth2code-scal1"))["access_token"]
    assert refusal(api.form("revoke", SERVICE, token=token))[2] == "Invalid string parameter token"
    assert api.form("revoke", WEB, token=token).status_code == 204
    answer = api.sign(api.user_token(), "oauth2code-scal1", token, digest())
    assert refusal(answer)[2] == "Invalid parameter SAD"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "Missing parameter token"),
        ({"token": "unknown"}, "Invalid string parameter token"),
        ({"token": "unknown", "token_type_hint": "sad"}, "Invalid string parameter token_type_hint"),
        ({"token": "unknown", "client_secret": "wrong"}, "Invalid parameter client_secret"),
    ],
)
def test_revocations_that_are_refused(api: Api, fields: dict[str, str], text: str) -> None:
    assert refusal(api.form("revoke", WEB, **fields)) == (400, "invalid_request", text)


# account tokens (§3.8)


def account_token(client_id: str = RESTRICTED, **changes: Any) -> str:
    claims = {"sub": "account-1", "iat": int(time.time()), "jti": f"{time.monotonic_ns()}", "azp": client_id}
    header: dict[str, Any] = {"typ": "JWT", "alg": changes.pop("alg", "HS256")}
    key = changes.pop("key", hashlib.sha256(SECRETS[client_id].encode()).digest())
    parts = [json.dumps(part).encode() for part in (header, {**claims, **changes})]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=")
    return f"{signed.decode()}.{mark.decode()}"


def test_a_restricted_client_says_whose_browser_comes(api: Api) -> None:
    said = returned(authorize_in_browserless(api.authorize_url(RESTRICTED, **KEY.sent)))
    assert (said["error"], said["error_description"]) == ("invalid_request", "Missing parameter account_token")
    assert "access_token" in granted(api, RESTRICTED, account_token=account_token(), **KEY.sent)


def test_an_account_token_is_good_once(api: Api) -> None:
    once = account_token()
    url = api.authorize_url(RESTRICTED, account_token=once, **KEY.sent)
    assert "code" in returned(authorize_in_browserless(url))
    assert returned(authorize_in_browserless(url))["error_description"] == "Invalid parameter account_token"


def test_an_account_token_may_be_pushed_once(v2: Api) -> None:
    fields = {"response_type": "code", "redirect_uri": REDIRECT_URI, "account_token": account_token(), **KEY.sent}
    assert v2.form("pushed_authorize", RESTRICTED, **fields).status_code == 201
    assert refusal(v2.form("pushed_authorize", RESTRICTED, **fields))[2] == "Invalid parameter account_token"


@pytest.mark.parametrize(
    "changes",
    [
        {"key": SECRETS[RESTRICTED].encode()},
        {"key": hashlib.sha256(SECRETS[RESTRICTED].encode()).hexdigest().encode()},
        {"alg": "none"},
        {"azp": WEB},
        {"sub": ""},
        {"jti": None},
        {"iat": "now"},
        {"iat": int(time.time()) - 3600},
        {"iat": int(time.time()) + 3600},
    ],
)
def test_account_tokens_that_are_refused(api: Api, changes: dict[str, Any]) -> None:
    url = api.authorize_url(RESTRICTED, account_token=account_token(**changes), **KEY.sent)
    assert returned(authorize_in_browserless(url))["error_description"] == "Invalid parameter account_token"


# discovery (RFC 8414)


def test_the_metadata_of_version_2_names_endpoints_that_are_there(v2: Api, server: Running) -> None:
    issuer = v2.call("info").json()["oauth2Issuer"]
    path = issuer.removeprefix(server.url)
    said = requests.get(f"{server.url}/.well-known/oauth-authorization-server{path}", timeout=5).json()
    assert said["issuer"] == issuer
    assert said["authorization_response_iss_parameter_supported"] is True
    for name in ("token_endpoint", "revocation_endpoint", "pushed_authorization_request_endpoint"):
        assert requests.post(said[name], timeout=5).status_code == 400
    assert requests.get(said["authorization_endpoint"], timeout=5).status_code == 400
    assert requests.get(f"{server.url}/.well-known/oauth-authorization-server/csc/v1", timeout=5).status_code == 404
