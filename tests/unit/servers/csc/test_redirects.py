"""What a signatory's browser takes to the authorisation server, and what its code is exchanged for."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from paraph.domain.encoding import from_base64url
from paraph.domain.errors import AuthorizationExpired, InvalidRequest, NotConfigured, RsspRefused, Unavailable
from paraph.domain.rssp import AuthorizationRequest, CodeExchange, OAuthScope, authorization, code_challenge
from paraph.servers.csc import rssp
from tests.fakes import NOW
from tests.pki import Pki
from tests.unit.servers.csc.stub import CLIENT_SECRET, CODE, SAD, Bench, base64_text, refused

SHA256 = "2.16.840.1.101.3.4.2.1"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
ONE, TWO = b"\xfb\xff\xfe" + bytes(29), b"\x00" * 32  # the first has both letters that the alphabets differ in
REDIRECT = "https://sign.example/return"
COMMON = {
    "response_type": "code",
    "client_id": "paraph",
    "redirect_uri": REDIRECT,
    "state": "st-1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
TOKEN_CALL, PAR_CALL = "POST https://login.example/oauth2/token", "POST https://login.example/oauth2/pushed_authorize"
EXCHANGE = CodeExchange(
    code=CODE, redirect_uri=REDIRECT, code_verifier=VERIFIER, credential_id="jane", hashes=(ONE,), hash_algorithm=SHA256
)
METADATA = {
    "issuer": "https://as.example/tenant",
    "authorization_endpoint": "https://as.example/tenant/auth?x=1",
    "token_endpoint": "https://as.example/tenant/token",
    "revocation_endpoint": "https://as.example/tenant/revoke",
    "pushed_authorization_request_endpoint": "https://as.example/tenant/par",
}
WELL_KNOWN = "GET https://as.example/.well-known/oauth-authorization-server/tenant"


def request(scope: OAuthScope = OAuthScope.CREDENTIAL, *hashes: bytes, **more: Any) -> AuthorizationRequest:
    """For Jane's credential."""
    credential = {"credential_id": "jane", "hashes": hashes or (ONE, TWO), "hash_algorithm": SHA256}
    members = {"scope": scope, "redirect_uri": REDIRECT, "state": "st-1", "code_challenge": CHALLENGE}
    return AuthorizationRequest.model_validate(members | (credential if scope == "credential" else {}) | more)


def query(url: str) -> dict[str, str]:
    """Parameters of an address, each there once."""
    pairs = parse_qsl(urlsplit(url).query, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_the_challenge_is_the_standards() -> None:
    assert code_challenge(VERIFIER) == CHALLENGE


def test_v1_names_the_hashes_hash(v1: Bench) -> None:
    url = v1.client.authorization_url(request(account_token="jwt", description="Lease & more"))
    assert url.startswith("https://login.example/oauth2/authorize?")
    assert query(url) == COMMON | {
        "scope": "credential",
        "credentialID": "jane",
        "numSignatures": "2",
        "hash": "-__-" + "A" * 39 + "," + "A" * 43,
        "account_token": "jwt",
        "description": "Lease & more",
    }


def test_v2_names_them_hashes_and_says_the_algorithm(v2: Bench) -> None:
    found = query(v2.client.authorization_url(request()))
    assert (found["hashes"], found["hashAlgorithmOID"]) == ("-__-" + "A" * 39 + "," + "A" * 43, SHA256)
    assert "hash" not in found


def test_providers_may_want_standard_base64(pki: Pki) -> None:
    bench = Bench(pki, conventions={"oauth_hash_encoding": "base64", "client_data": "DS"})
    url = bench.client.authorization_url(request(OAuthScope.CREDENTIAL, ONE))
    assert query(url)["hash"] == base64_text(ONE)
    assert "+//%2B" not in url
    assert "%2B%2F%2F%2B" in url
    assert query(url)["clientData"] == "DS"


def test_a_login_asks_for_the_service_alone(bench: Bench) -> None:
    assert query(bench.client.authorization_url(request(OAuthScope.SERVICE))) == COMMON | {"scope": "service"}


def test_a_signature_is_authorised_for_a_credential(bench: Bench) -> None:
    with refused(InvalidRequest):
        bench.client.authorization_url(request(credential_id=None))


def test_a_hash_may_come_later(bench: Bench) -> None:
    found = query(bench.client.authorization_url(request(hashes=())))
    assert found == COMMON | {"scope": "credential", "credentialID": "jane", "numSignatures": "1"}


def test_a_service_may_have_the_request_pushed_ahead(pki: Pki) -> None:
    bench = Bench(pki, "v2", conventions={"pushed_authorization": True})
    bench.expect(PAR_CALL, {"request_uri": "urn:x:1", "expires_in": 60}, 201)
    url = bench.client.authorization_url(request(OAuthScope.CREDENTIAL, ONE, account_token="jwt"))
    assert query(url) == {"client_id": "paraph", "request_uri": "urn:x:1"}
    assert bench.last.form == COMMON | {
        "scope": "credential",
        "credentialID": "jane",
        "numSignatures": "1",
        "hashes": "-__-" + "A" * 39,
        "hashAlgorithmOID": SHA256,
        "account_token": "jwt",
    }
    assert (bench.last.authorization or "").startswith("Basic ")
    bench.expect(PAR_CALL, {"expires_in": 60}, 201)
    with refused(Unavailable):
        bench.client.authorization_url(request())


@pytest.mark.parametrize(("methods", "pushed"), [(["oauth2/pushed_authorize"], True), (["oauth2/token"], False)])
def test_it_is_pushed_if_the_service_says_so(pki: Pki, methods: list[str], pushed: bool) -> None:
    bench = Bench(pki, "v2", conventions={})
    bench.expect("POST info", {"methods": methods})
    if pushed:
        bench.expect(PAR_CALL, {"request_uri": "urn:x:1"}, 201)
    assert ("request_uri" in query(bench.client.authorization_url(request()))) is pushed
    bench.done()


def test_v1_services_have_nothing_pushed(pki: Pki) -> None:
    url = Bench(pki, "v1", conventions={}).client.authorization_url(request())
    assert "hash" in query(url)


def test_the_services_own_address_is_used_if_none_is_configured(pki: Pki) -> None:
    for version in ("v1", "v2"):
        bench = Bench(pki, version, oauth2_url=None)
        bench.expect("POST info", {"oauth2": "https://as.example/x/"})
        url = bench.client.authorization_url(request())
        assert url.startswith("https://as.example/x/oauth2/authorize?")


def test_a_service_without_any_address_is_not_configured(pki: Pki) -> None:
    for version, info in (("v1", {"oauth2Issuer": "https://as.example"}), ("v2", {})):
        bench = Bench(pki, version, oauth2_url=None)
        bench.expect("POST info", info)
        with refused(NotConfigured):
            bench.client.authorization_url(request())


def test_an_issuers_endpoints_are_discovered(pki: Pki) -> None:
    bench = Bench(pki, "v2", oauth2_url=None, conventions={})
    bench.expect("POST info", {"oauth2Issuer": "https://as.example/tenant"})
    bench.expect(WELL_KNOWN, METADATA)
    bench.expect("POST https://as.example/tenant/par", {"request_uri": "urn:x:1"}, 201)
    url = bench.client.authorization_url(request())
    assert url == "https://as.example/tenant/auth?x=1&client_id=paraph&request_uri=urn%3Ax%3A1"
    bench.expect("POST https://as.example/tenant/token", {"access_token": SAD})
    bench.client.exchange(EXCHANGE)
    bench.expect("POST https://as.example/tenant/revoke", None, 204)
    bench.client.revoke(SAD, by_oauth2=True)
    bench.done()


@pytest.mark.parametrize(
    "wrong",
    [{"issuer": "https://other.example"}, {"issuer": "https://as.example/tenant/"}, {"token_endpoint": None},
     {"authorization_endpoint": 3}, {"token_endpoint": "http://as.example/token"},
     {"pushed_authorization_request_endpoint": "http://as.example/par"}],
)  # fmt: skip
def test_metadata_of_another_or_on_an_open_line_is_refused(pki: Pki, wrong: dict[str, Any]) -> None:
    bench = Bench(pki, "v2", oauth2_url=None, conventions={})
    bench.expect("POST info", {"oauth2Issuer": "https://as.example/tenant"})
    bench.expect(WELL_KNOWN, METADATA | wrong)
    with refused(RsspRefused):
        bench.client.service_token()


@pytest.mark.parametrize("info", [{"oauth2": "http://as.example"}, {"oauth2Issuer": "http://as.example"}])
def test_a_service_does_not_send_secrets_over_an_open_line(pki: Pki, info: dict[str, str]) -> None:
    bench = Bench(pki, "v2", oauth2_url=None)
    bench.expect("POST info", info)
    with refused(RsspRefused):
        bench.client.service_token()
    bench.done()


@pytest.mark.parametrize("address", ["http://login.example", "https://login.example"])
def test_a_service_on_an_open_line_may_name_either(pki: Pki, address: str) -> None:
    bench = Bench(pki, url="http://rssp.example/csc/v1", oauth2_url=None)
    bench.service.base = "http://rssp.example/csc/v1"
    bench.expect("POST info", {"oauth2": address})
    assert bench.client.authorization_url(request()).startswith(f"{address}/oauth2/authorize?")


def test_discovered_endpoints_need_not_be_pushed_to(pki: Pki) -> None:
    bench = Bench(pki, "v2", oauth2_url=None, conventions={"pushed_authorization": False})
    bench.expect("POST info", {"oauth2Issuer": "https://as.example/tenant"})
    bench.expect(WELL_KNOWN, METADATA)
    assert "hashes" in query(bench.client.authorization_url(request()))


def test_a_code_is_exchanged_once_for_a_sad(bench: Bench) -> None:
    bench.expect(TOKEN_CALL, {"access_token": SAD, "token_type": "SAD", "expires_in": 300})
    sad = bench.client.exchange(EXCHANGE)
    assert (sad.value, sad.token_type) == (SAD, "SAD")
    assert bench.last.form.items() >= {
        "grant_type": "authorization_code", "code": CODE, "redirect_uri": REDIRECT, "code_verifier": VERIFIER
    }.items()  # fmt: skip
    granted = authorization(bench.credential(scal="2"), sad, (ONE,))
    assert granted == bench.bound([ONE])
    assert authorization(bench.credential(scal="1"), sad, (ONE,)) == bench.free()


def test_a_code_that_is_not_good_any_more_is_asked_for_anew(bench: Bench) -> None:
    bench.expect(TOKEN_CALL, {"error": "invalid_grant", "error_description": f"{CODE} expired"}, 400)
    with refused(AuthorizationExpired, error="invalid_grant"):
        bench.client.exchange(EXCHANGE)


def details(**members: Any) -> dict[str, Any]:
    """What a service granted."""
    usual = {"type": "credential", "credentialID": "jane", "documentDigests": [{"hash": base64_text(ONE)}]}
    return {"authorization_details": [usual | members]}


@pytest.mark.parametrize(
    ("granted", "taken"),
    [
        ({"credentialID": "jane"}, True),
        ({"credentialID": "john"}, False),
        (details(), True),
        (details(credentialID="john"), False),
        (details(documentDigests=[{"hash": base64_text(TWO)}]), False),
        ({"authorization_details": "?"}, True),
    ],
)
def test_what_was_granted_is_what_was_asked(v2: Bench, granted: dict[str, Any], taken: bool) -> None:
    v2.expect(TOKEN_CALL, {"access_token": SAD, **granted})
    if taken:
        assert v2.client.exchange(EXCHANGE).value == SAD
        return
    with refused(RsspRefused):
        v2.client.exchange(EXCHANGE)


@pytest.mark.parametrize(
    ("kind", "counted"), [("credential", False), ("https://cloudsignatureconsortium.org/2025/credential", True)]
)
def test_a_request_may_be_told_in_detail(pki: Pki, kind: str, counted: bool) -> None:
    bench = Bench(
        pki, "v2", conventions={"authorization_details_type": kind, "pushed_authorization": False}
    )  # fmt: skip
    url = bench.client.authorization_url(request(OAuthScope.CREDENTIAL, ONE))
    found = query(url)
    assert "+" not in url
    told = {
        "type": kind,
        "credentialID": "jane",
        "documentDigests": [{"hash": base64_text(ONE), "label": "document"}],
        "hashAlgorithmOID": SHA256,
        **({"numSignatures": 1} if counted else {}),
    }
    assert json.loads(found.pop("authorization_details")) == [told]
    assert found == COMMON
    assert query(bench.client.authorization_url(request(OAuthScope.SERVICE))) == COMMON | {"scope": "service"}
    bench.expect(TOKEN_CALL, {"access_token": SAD})
    bench.client.exchange(EXCHANGE)
    assert json.loads(bench.last.form["authorization_details"]) == [told]


def test_an_account_token_is_a_fresh_signed_statement(bench: Bench) -> None:
    tokens = [bench.client.account_token("acme/jane") for _ in range(2)]
    claims = []
    for token in tokens:
        head, body, value = token.split(".")
        key = hashlib.sha256(CLIENT_SECRET.encode()).digest()
        assert from_base64url(value) == hmac.digest(key, f"{head}.{body}".encode(), "sha256")
        assert json.loads(from_base64url(head)) == {"typ": "JWT", "alg": "HS256"}
        claims.append(json.loads(from_base64url(body)))
    assert claims[0].pop("jti") != claims[1].pop("jti")
    assert claims[0] == {"iss": "Paraph", "sub": "acme/jane", "azp": "paraph", "iat": int(NOW.timestamp())}


def test_an_account_token_needs_the_secret(bench: Bench) -> None:
    with refused(NotConfigured):
        rssp(bench.connection, "", bench.service, bench.clock).account_token("acme/jane")
