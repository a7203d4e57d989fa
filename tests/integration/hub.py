"""The SigningHub-compatible API as programs use it: over HTTP, with tokens; and what a call must not have changed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import requests

from paraph.domain.levels import LevelOfAssurance
from paraph.hub.entities import Package
from tests.integration.configuration import ANN, BIRCH, BOB, CEDAR, CLEO
from tests.integration.deployment import Deployment, Exchange, Json, eventually

APP = "birch-app"
PARTIES = {
    BIRCH: "owners/birch",
    CEDAR: "owners/cedar",
    ANN: "signatories/ann",
    BOB: "signatories/bob",
    CLEO: "signatories/cleo",
}
TEXTS = ("application/json", "text/")


@dataclass(frozen=True)
class HubCaller:
    """Whoever has this token, or nobody."""

    paraph: Deployment
    token: str | None = None

    @property
    def url(self) -> str:
        """Where the API is."""
        return self.paraph.outputs["HubApiUrl"]

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        follow: bool = True,
        **more: Any,
    ) -> requests.Response:
        """Bytes go as they are, a mapping to /authenticate as a form, anything else as JSON."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token is not None else {}
        raw = isinstance(body, bytes) or path == "/authenticate"
        content = {"data": body} if raw else {"json": body}
        answer = requests.request(
            method,
            self.url + path,
            headers={**given, **(headers or {})},
            timeout=60,
            allow_redirects=follow,
            **content,
            **more,
        )
        told = answer.headers.get("Content-Type", "").startswith(TEXTS) and "/authenticate" not in path
        if told and not path.endswith("/base64"):  # tokens and documents are what those answers are for
            self.paraph.transcript.append(Exchange(answer.url, f"{answer.headers}\n{answer.text}"))
        else:
            self.paraph.transcript.append(Exchange(answer.url, str(answer.headers)))
        return answer

    def ok(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """The JSON of a call that succeeds; none for an empty body."""
        answer = self(method, path, body, headers)
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def refused(self, status: int, error: str | None, method: str, path: str, body: Any = None, **headers: str) -> str:
        """The message with which the call is refused, in the shape of §2.6."""
        answer = self(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        said: Json = answer.json()
        assert (answer.status_code, said.pop("Error", None)) == (status, error), (path, answer.text)
        assert list(said) == ["Message"], answer.text
        assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/json", "no-store")
        return str(said["Message"])

    # Tokens

    def grant(self, client_id: str = APP, **form: str) -> requests.Response:
        """POST /authenticate of a program, with its own secret unless told."""
        secret = form.pop("client_secret", None) or self.paraph.party_secrets.read(f"integrations/{client_id}")
        return self("POST", "/authenticate", {"client_id": client_id, "client_secret": secret, **form})

    def login(self, email: str, client_id: str = APP, **more: str) -> Json:
        """The answer to a password grant that succeeds."""
        password = self.paraph.party_secrets.read(PARTIES[email])
        answer = self.grant(client_id, grant_type="password", username=email, password=password, **more)
        assert answer.status_code == 200, answer.text
        given: Json = answer.json()
        return given

    def user(self, email: str, client_id: str = APP) -> "HubCaller":
        """This user, with a token of its own."""
        return replace(self, token=self.login(email, client_id)["access_token"])

    def program(self, client_id: str = APP) -> "HubCaller":
        """The program itself, which prepares in its owner's name."""
        answer = self.grant(client_id, grant_type="client_credentials")
        assert answer.status_code == 200, answer.text
        assert "refresh_token" not in answer.json()
        return replace(self, token=answer.json()["access_token"])

    def scoped(self, email: str) -> "HubCaller":
        """In a user's name (§5.2)."""
        return replace(self, token=self.ok("POST", "/v4/authenticate/scope", {"user_email": email})["access_token"])

    # The usual story

    def package(self, name: str = "Lease", mode: str = "ONLY_OTHERS") -> str:
        """The path of a new package."""
        made = self.ok("POST", "/v4/packages", {"package_name": name, "workflow_mode": mode})
        return f"/v4/packages/{made['package_id']}"

    def uploaded(self, package: str, document: bytes, name: str = "lease.pdf") -> str:
        """The path of a new document."""
        made = self.ok("POST", f"{package}/documents", document, {"x-file-name": name, "x-source": "Tests"})
        assert made["document_id"] == made["documentId"] == made["documentid"]
        return f"{package}/documents/{made['document_id']}"

    def invited(self, package: str, *emails: str) -> None:
        """These people sign, in this order."""
        people = [{"user_email": e, "user_name": name_of(e), "role": "SIGNER"} for e in emails]
        added = self.ok("POST", f"{package}/workflow/users", people)
        assert [user["user_email"] for user in added] == list(emails)

    def field(self, document: str, order: int = 1, name: str = "Signature", **more: Any) -> None:
        """A new visible signature field."""
        place = {"x": 60 + 220 * (order - 1), "y": 400, "width": 200, "height": 60}
        wish = {"order": order, "page_no": 1, "field_name": name, "dimensions": place, **more}
        assert self.ok("POST", f"{document}/fields/signature", wish)["field_name"] == name

    def prepared(
        self, *emails: str, document: bytes, levels: Sequence[str] = (), otp: bool = False, share: bool = True
    ) -> str:
        """The path of a document with a field for each: Field1, Field2 …; shared."""
        package = self.package()
        path = self.uploaded(package, document)
        self.invited(package, *emails)
        asked = {"authentication_signing": {"enabled": True, "otp": {"enabled": True}}} if otp else {}
        for order, _ in enumerate(emails, 1):
            self.field(path, order, f"Field{order}", level_of_assurance=list(levels), **asked)
        if share:
            (shared,) = self.ok("POST", f"{package}/workflow")
            assert f"{package}/documents/{shared['documents'][0]}" == path
        return path

    def status(self, package: str) -> str:
        """Where the package stands for this one."""
        return str(self.ok("GET", f"{package}/workflow")["package_status"])

    def actions(self, package: str) -> list[str]:
        """The package's history."""
        return [action["action_type"] for action in self.ok("GET", f"{package}/log")["actions"]]


def name_of(email: str) -> str:
    """As ann.ash@… is called."""
    return email.partition("@")[0].replace(".", " ").title()


def package_of(document: str) -> str:
    """The package's path from the document's."""
    return document.partition("/documents/")[0]


def id_of(path: str) -> int:
    """The number at a path's end."""
    return int(path.rpartition("/")[2])


def wish(field: str = "Field1", capacity: str = "p-256", server: str = "keys", **more: Any) -> Json:
    """The body of Sign Document."""
    return {"field_name": field, "signing_server": server, "signing_capacity": capacity, **more}


CODED_WISH = wish(capacity="coded", server="phones")
"""On the server that asks for one-time passwords."""

State = tuple[Package | None, tuple[str, ...]]


def state_of(paraph: Deployment, package: str) -> State:
    """All that is kept of a package: its record without locks, and every version of its objects."""
    found = paraph.hub_store.get(Package, str(id_of(package)))
    prefix = f"work/packages/{id_of(package)}/"
    pages = paraph.client("s3").get_paginator("list_object_versions").paginate(Bucket=paraph.bucket, Prefix=prefix)
    listed = [v for page in pages for kind in ("Versions", "DeleteMarkers") for v in page.get(kind, ())]
    objects = tuple(sorted(f"{v['Key']} {v['VersionId']}" for v in listed))
    if found is None:
        return None, objects
    documents = tuple(d.model_copy(update={"lock": None}) for d in found[0].documents)
    return found[0].model_copy(update={"documents": documents}), objects


@contextmanager
def unchanged(paraph: Deployment, *paths: str) -> Iterator[None]:
    """What is done meanwhile leaves these packages as they were."""
    packages = [package_of(path) for path in paths]
    before = [state_of(paraph, package) for package in packages]
    assert all(package for package, _ in before)
    yield
    assert [state_of(paraph, package) for package in packages] == before


def texted(paraph: Deployment, number: str) -> list[str]:
    """The SMS that this number got, oldest first."""
    url = f"{paraph.stack.state.endpoint_url}/_ministack/sns/sms-messages"
    found = requests.get(url, params={"phoneNumber": number}, timeout=5).json()["sms_messages"][number]
    return [message["Message"] for message in found]


def mailed(paraph: Deployment, address: str) -> list[Json]:
    """The e-mails that this address got, oldest first."""
    url = f"{paraph.stack.state.endpoint_url}/_ministack/ses/messages"
    accounts = requests.get(url, timeout=5).json()["messages"].values()
    return [letter for letters in accounts for letter in letters if letter["To"] == [address]]


def code_in(text: str) -> str:
    """The one-time password of a message."""
    (code,) = re.findall(r"\b\d{6}(?:\d{3})?\b", text)
    return str(code)


def other_than(code: str) -> str:
    """A wrong code of the right length."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def new_code(paraph: Deployment, signer: HubCaller, document: str, number: str, field: str = "Field1") -> str:
    """A code that was asked for just now and came by SMS."""
    before = len(texted(paraph, number))
    assert signer("POST", f"{document}/otp", {"field_name": field}).content == b""
    texts = eventually(lambda: texted(paraph, number)[before:] or None, "the SMS", 5)
    assert len(texts) == 1
    return code_in(texts[0])


ELECTRONIC = LevelOfAssurance.ELECTRONIC_SIGNATURE.value
