"""The client of Paraph's API: signed requests, bounded waits, repeats that cannot do harm."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from requests.auth import AuthBase

from cli.connection import Place
from cli.exits import Exit
from cli.failures import Failure, refused
from paraph.ports.clock import Clock, SystemClock

TIMEOUT = (5, 35)  # seconds to connect and to answer; API Gateway gives up after 29
TRANSFER_TIMEOUT = (5, 300)
ATTEMPTS = 4
PASSING = {429, 502, 503, 504}
LONGEST_PAUSE_SECONDS = 30
CHUNK = 1 << 20

Json = dict[str, Any]


class SignedBy(AuthBase):
    """AWS Signature Version 4 for `execute-api`."""

    def __init__(self, place: Place) -> None:
        self._auth = SigV4Auth(place.credentials, "execute-api", place.region)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign what goes out, as it goes out."""
        told = {k: v for k, v in request.headers.items() if k.lower() in {"content-type", "idempotency-key"}}
        signed = AWSRequest(request.method or "GET", request.url or "", headers=told, data=request.body or b"")
        self._auth.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


class Unsigned(AuthBase):
    """For addresses that hold their signature themselves; keeps credentials of ~/.netrc out."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


class Api:
    """The calls that commands make. Every call may be repeated: starting carries an Idempotency-Key, an invitation
    takes the place of the one before.
    """

    def __init__(self, place: Place, clock: Clock | None = None) -> None:
        self.place = place
        self.clock = clock or SystemClock()
        self._http = requests.Session()
        self._auth = SignedBy(place)

    def offer_upload(self, name: str, size: int) -> Json:
        """An address to upload one document to."""
        return self._call("POST", "/documents", {"name": name, "size": size})

    def start(self, order: Json, idempotency_key: str) -> Json:
        """Start a signing, or find the one that the key started."""
        return self._call("POST", "/signings", order, {"Idempotency-Key": idempotency_key})

    def signings(self, query: Mapping[str, str]) -> Json:
        """A page of signings."""
        return self._call("GET", "/signings" + (f"?{urlencode(query, quote_via=quote)}" if query else ""))

    def signing(self, signing_id: str) -> Json:
        """One signing."""
        return self._call("GET", _path(signing_id))

    def timeline(self, signing_id: str) -> list[Json]:
        """Its audit trail."""
        events: list[Json] = self._call("GET", _path(signing_id, "/timeline"))["events"]
        return events

    def verification(self, signing_id: str) -> Json:
        """Its verification report."""
        return self._call("GET", _path(signing_id, "/verification"))

    def cancel(self, signing_id: str) -> Json:
        """Ask for its end."""
        return self._call("POST", _path(signing_id, "/cancel"))

    def devices(self, signatory: str) -> Json:
        """A signatory's devices."""
        return self._call("GET", _devices_path(signatory))

    def invite_device(self, signatory: str) -> Json:
        """Have the signatory sent a link that registers one device."""
        return self._call("POST", _devices_path(signatory))

    def revoke_device(self, signatory: str, device_id: str) -> Json:
        """End a device's right to approve."""
        return self._call("DELETE", _devices_path(signatory, device_id))

    def document_url(self, signing_id: str) -> str:
        """Where its signed document can be fetched."""
        return str(self._call("GET", _path(signing_id, "/document"))["document_url"])

    def submitted_url(self, signing_id: str) -> str:
        """Where its document can be fetched as it was submitted."""
        return str(self._call("GET", _path(signing_id, "/submitted"))["document_url"])

    def upload(self, offer: Json, file: Path) -> None:
        """Put the file where the offer says."""

        def put() -> requests.Response:
            with file.open("rb") as body:
                return self._http.put(
                    offer["upload_url"],
                    data=body,
                    headers=offer["headers"],
                    auth=Unsigned(),
                    timeout=TRANSFER_TIMEOUT,
                    allow_redirects=False,
                )

        answer = self._patiently("uploading the document", put)
        if answer.status_code >= 300:
            raise _transfer_failure("uploading the document", answer.status_code)

    def download(self, url: str, target: Path) -> None:
        """Fetch into a file, which appears only when it is complete."""
        unfinished = target.with_name(target.name + ".unfinished")

        def get() -> requests.Response:
            return self._http.get(url, auth=Unsigned(), timeout=TRANSFER_TIMEOUT, stream=True, allow_redirects=False)

        answer = self._patiently("fetching the signed document", get)
        if answer.status_code != 200:
            raise _transfer_failure("fetching the signed document", answer.status_code)
        try:
            with unfinished.open("wb") as file:
                for chunk in answer.iter_content(CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except requests.RequestException:
            raise _transfer_failure("fetching the signed document", 0) from None
        finally:
            unfinished.unlink(missing_ok=True)

    def _call(self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None) -> Json:
        answer = self.answer(method, path, body, headers)
        document = _document(answer)
        if answer.status_code >= 400:
            raise refused(f"{method} {path.partition('?')[0]}", answer.status_code, document)
        return document

    def answer(
        self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """What the API says to a call, whatever it is."""

        def send() -> requests.Response:
            return self._http.request(
                method,
                self.place.api_url + path,
                json=body,
                headers=headers,
                auth=self._auth,
                timeout=TIMEOUT,
                allow_redirects=False,
            )

        return self._patiently(f"{method} {path.partition('?')[0]}", send)

    def _patiently(self, what: str, send: Any) -> requests.Response:
        """Again, after a pause, when nobody answered or the answer says that it will pass."""
        pause = 0.5
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer: requests.Response = send()
            except (requests.ConnectionError, requests.Timeout):
                if attempt == ATTEMPTS:
                    raise self._silence(what) from None
            else:
                if answer.status_code not in PASSING or attempt == ATTEMPTS:
                    return answer
                pause = _asked_pause(answer) or pause
            self.clock.sleep(pause)
            pause *= 2
        raise AssertionError("unreachable")

    def _silence(self, what: str) -> Failure:
        advice = (
            "Start the local stack with `paraph local up`, or name another API with --api-url."
            if self.place.local
            else "Check the network and the API's address; then run the same command again."
        )
        return Failure("the service does not answer", Exit.UNAVAILABLE, f"{what} at {self.place.api_url}", advice)


def _path(signing_id: str, rest: str = "") -> str:
    return f"/signings/{quote(signing_id, safe='')}{rest}"


def _devices_path(*parts: str) -> str:
    signatory, *device = (quote(part, safe="") for part in parts)
    return "/".join(["/signatories", signatory, "devices", *device])


def _document(answer: requests.Response) -> Json:
    try:
        document = answer.json()
    except requests.JSONDecodeError:
        document = {}
    return document if isinstance(document, dict) else {}


def _asked_pause(answer: requests.Response) -> float | None:
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_PAUSE_SECONDS) if asked.isdecimal() else None


def _transfer_failure(what: str, status: int) -> Failure:
    """S3's answers may name keys and signatures: only the status is told."""
    said = f"storage answered with status {status}" if status else "the connection broke"
    return Failure(said, Exit.UNAVAILABLE, what, "Run the same command again; addresses are valid for a few minutes.")
