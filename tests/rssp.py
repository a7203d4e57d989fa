"""The RSSP stand-in as a running program, and the calls of its API as they go over the wire."""

import base64
import hashlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from local import processes
from local.servers.rssp import authorize_in_browserless
from local.stack import ROOT

REDIRECT_URI = "http://127.0.0.1:9/return"
SERVICE, WEB, RESTRICTED = "paraph-service", "paraph-web", "paraph-restricted"
SECRETS = {SERVICE: "service-secret", WEB: "web-secret", RESTRICTED: "restricted-secret"}
PIN = "135790"
SHA256 = "2.16.840.1.101.3.4.2.1"
RSA_SHA256 = "1.2.840.113549.1.1.11"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"


@dataclass(frozen=True)
class Running:
    """Addresses of the RSSP and of the PKI behind it, and the RSSP's log."""

    url: str
    pki: str
    log: Path


@contextmanager
def running(folder: Path, pki: str | None = None) -> Iterator[Running]:
    """An RSSP until the end of the block, with a PKI of its own if there is none yet."""
    groups: list[int] = []
    try:
        if pki is None:
            pki = _started("pki", folder, groups)
        url = _started("rssp", folder, groups, "--pki", pki)
        yield Running(url, pki, folder / "rssp.log")
    finally:
        processes.stop(groups)


def _started(name: str, folder: Path, groups: list[int], *more: str) -> str:
    url, log = f"http://127.0.0.1:{processes.free_port()}", folder / f"{name}.log"
    command = [sys.executable, "-m", f"local.servers.{name}", "--url", url, "--folder", str(folder / name), *more]
    groups.append(processes.start(command, log, {**os.environ, "PYTHONPATH": str(ROOT)}, ROOT))
    processes.await_answer(f"{url}/control", groups[-1], log)
    return url


def digest(text: str = "document", algorithm: str = "sha256") -> str:
    """A digest in standard Base64."""
    return base64.b64encode(hashlib.new(algorithm, text.encode()).digest()).decode()


def in_query(value: str) -> str:
    """The same digest in base64url, without padding."""
    return value.replace("+", "-").replace("/", "_").rstrip("=")


class Api:
    """One version of the API; every call returns the answer as it is."""

    def __init__(self, url: str, version: str) -> None:
        self.version = version
        self.base = f"{url}/csc/{version}"
        self.is_v2 = version == "v2"

    def call(self, method: str, token: str | None = None, /, **body: Any) -> requests.Response:
        """A method of the API with JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.post(f"{self.base}/{method}", json=body, headers=headers, timeout=30)

    def form(self, endpoint: str, client_id: str = SERVICE, /, **fields: str) -> requests.Response:
        """An endpoint of OAuth 2.0, with the client's secret."""
        data = {"client_id": client_id, "client_secret": SECRETS[client_id], **fields}
        return requests.post(f"{self.base}/oauth2/{endpoint}", data=data, timeout=30)

    def client_token(self, client_id: str = SERVICE) -> str:
        """An application's own token."""
        return str(self.form("token", client_id, grant_type="client_credentials").json()["access_token"])

    def login(self, user: str = "jane", password: str | None = None, **body: Any) -> requests.Response:
        """`auth/login` with HTTP Basic."""
        auth = (user, password or f"{user}-password")
        return requests.post(f"{self.base}/auth/login", json=body, auth=auth, timeout=30)

    def user_token(self, user: str = "jane") -> str:
        """A signatory's own token."""
        return str(self.login(user).json()["access_token"])

    def hashes(self, *values: str, algorithm: str | None = SHA256) -> dict[str, Any]:
        """The hash fields of an authorisation, in this version's names."""
        return {"hashes": list(values), "hashAlgorithmOID": algorithm} if self.is_v2 else {"hash": list(values)}

    def factors(self, pin: str | None = None, otp: str | None = None, otp_id: str = "OTP") -> dict[str, Any]:
        """The factors of an authorisation, in this version's shape."""
        if not self.is_v2:
            return {name: value for name, value in (("PIN", pin), ("OTP", otp)) if value is not None}
        given = [{"id": name, "value": value} for name, value in (("PIN", pin), (otp_id, otp)) if value is not None]
        return {"authData": given} if given else {}

    def send_otp(self, token: str, credential_id: str) -> requests.Response:
        """`sendOTP`, or `getChallenge`."""
        if self.is_v2:
            return self.call("credentials/getChallenge", token, credentialID=credential_id, authObjectID="OTP")
        return self.call("credentials/sendOTP", token, credentialID=credential_id)

    def authorize(self, token: str, credential_id: str, number: int = 1, /, **more: Any) -> requests.Response:
        """`credentials/authorize`."""
        return self.call("credentials/authorize", token, credentialID=credential_id, numSignatures=number, **more)

    def sad(self, token: str, credential_id: str, number: int = 1, /, **more: Any) -> str:
        """A SAD that was granted."""
        return str(self.authorize(token, credential_id, number, **more).json()["SAD"])

    def sign(
        self, token: str, credential_id: str, sad: str | None, *values: str, algorithm: str = RSA_SHA256, **more: Any
    ) -> requests.Response:
        """`signatures/signHash`."""
        body: dict[str, Any] = {"hashes" if self.is_v2 else "hash": list(values), "signAlgo": algorithm, **more}
        if sad is not None:
            body["SAD"] = sad
        return self.call("signatures/signHash", token, credentialID=credential_id, **body)

    def authorize_url(self, client_id: str = WEB, /, **fields: str) -> str:
        """Where a browser is sent to."""
        query = {"response_type": "code", "client_id": client_id, "redirect_uri": REDIRECT_URI, **fields}
        return f"{self.base}/oauth2/authorize?{urlencode(query)}"

    def approved(self, client_id: str = WEB, /, user: str = "jane", **fields: str) -> dict[str, str]:
        """What comes back after the signatory approved."""
        return returned(authorize_in_browserless(self.authorize_url(client_id, **fields), user, f"{user}-password"))

    def exchange(self, code: str, client_id: str = WEB, /, **fields: str) -> requests.Response:
        """A code for a token."""
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, **fields}
        return self.form("token", client_id, **sent)


@dataclass(frozen=True)
class Pkce:
    """A proof key (RFC 7636)."""

    verifier: str
    challenge: str

    @property
    def sent(self) -> dict[str, str]:
        """Its parameters in an authorisation request."""
        return {"code_challenge": self.challenge, "code_challenge_method": "S256"}


def pkce() -> Pkce:
    """A fresh proof key."""
    verifier = secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return Pkce(verifier, challenge)


def returned(location: str) -> dict[str, str]:
    """The parameters of a redirect to the application."""
    assert location.startswith(REDIRECT_URI), location
    return dict(parse_qsl(urlsplit(location).query))


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    """Status, error and text of an answer that is a refusal in JSON."""
    assert answer.headers["Content-Type"].startswith("application/json"), answer.text
    said = answer.json()
    return answer.status_code, said["error"], said["error_description"]
