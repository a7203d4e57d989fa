"""A deployed stack as tests see it: its parts, its callers, what it did."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import requests
from botocore.credentials import Credentials

from cli.api import SignedBy
from cli.connection import Place
from local.stack import ACCOUNT_ID, Stack
from paraph.aws.documents import S3DocumentStore
from paraph.aws.hub_store import DynamoHubStore
from paraph.aws.secret_store import DynamoSecretStore, SecretsManagerPartySecrets
from paraph.aws.signing_store import DynamoSigningStore
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import UnknownSigning
from paraph.domain.ids import signing_id_of
from paraph.domain.signing import LedgerState, Signing, SigningEvent
from paraph.hub.packages import Packages
from paraph.hub.sessions import Sessions
from paraph.ports.clock import Clock, SystemClock

Json = dict[str, Any]
T = TypeVar("T")

PATIENCE_SECONDS = 90
POLL_SECONDS = 0.1
INVOKE_THE_API = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}


def eventually(look: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` finds, as soon as it finds something; a failure that says what was missing when it does not."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"after {seconds} seconds still missing: {what}"
        time.sleep(POLL_SECONDS)
    return found


@dataclass(frozen=True)
class Exchange:
    """One call of the API, and its answer: what the canary test searches."""

    url: str
    answer: str


@dataclass(frozen=True)
class Caller:
    """An IAM user, and the API as it sees it."""

    arn: str
    place: Place | None
    api_url: str
    transcript: list[Exchange] = field(repr=False)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        data: bytes | None = None,
    ) -> requests.Response:
        """Send one request, signed if there is somebody to sign it; `body` goes as JSON, `data` as it is."""
        answer = requests.request(
            method,
            self.api_url + path,
            json=body,
            data=data,
            headers=headers,
            auth=SignedBy(self.place) if self.place else None,
            timeout=60,
            allow_redirects=False,
        )
        self.transcript.append(Exchange(answer.url, f"{answer.headers}\n{answer.text}"))
        return answer

    def offer(self, document: bytes, name: str = "a.pdf") -> Json:
        """An upload address for this document."""
        answer = self.call("POST", "/documents", {"name": name, "size": len(document)})
        assert answer.status_code == 201, answer.text
        offer: Json = answer.json()
        return offer

    def uploaded(self, document: bytes, name: str = "a.pdf") -> str:
        """Upload a document; its upload id."""
        offer = self.offer(document, name)
        put = requests.put(offer["upload_url"], document, headers=offer["headers"], timeout=60)
        assert put.status_code == 200, put.text
        return str(offer["upload_id"])

    def order(self, profile: str, document: Json, key: str | None = None, **wishes: Any) -> requests.Response:
        """POST /signings, under a fresh key unless told."""
        body = {"profile": profile, "document": document, **wishes}
        return self.call("POST", "/signings", body, {"Idempotency-Key": key or str(uuid.uuid4())})

    def started(self, profile: str, document: bytes | Json, **wishes: Any) -> str:
        """Start a signing of a new document, or of one that is there; its id."""
        choice = {"upload_id": self.uploaded(document)} if isinstance(document, bytes) else document
        answer = self.order(profile, choice, **wishes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["signing_id"])


@dataclass(frozen=True)
class Deployment:
    """One stack in the emulator, looked at with the account's own credentials."""

    stack: Stack
    name: str
    outputs: Mapping[str, str]
    transcript: list[Exchange] = field(default_factory=list, repr=False)
    clock: Clock = field(default_factory=SystemClock)

    # Parts, as `bootstrap` wires them

    @cached_property
    def signings(self) -> DynamoSigningStore:
        return self.signings_at(self.clock)

    def signings_at(self, clock: Clock) -> DynamoSigningStore:
        """The records as somebody with another clock writes them."""
        return DynamoSigningStore(self.client("dynamodb"), self.outputs["SigningsTable"], clock)

    @cached_property
    def hub_store(self) -> DynamoHubStore:
        return DynamoHubStore(self.client("dynamodb"), self.outputs["HubTable"], self.clock)

    @cached_property
    def packages(self) -> Packages:
        return Packages(self.hub_store, self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.hub_store, self.clock)

    @cached_property
    def secrets(self) -> DynamoSecretStore:
        return DynamoSecretStore(
            self.client("dynamodb"),
            self.client("kms"),
            self.outputs["SecretsTable"],
            self.outputs["DataKeyArn"],
            self.clock,
        )

    @cached_property
    def party_secrets(self) -> SecretsManagerPartySecrets:
        return SecretsManagerPartySecrets(self.client("secretsmanager"), f"{self.name}/", self.outputs["DataKeyArn"])

    @cached_property
    def documents(self) -> S3DocumentStore:
        return S3DocumentStore(self.client("s3"), self.bucket)

    @property
    def bucket(self) -> str:
        return self.outputs["DocumentsBucket"]

    @property
    def pki_url(self) -> str:
        return str(self.stack.state.servers["pki"]["url"])

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _client_lock(self) -> threading.Lock:
        return threading.Lock()

    def client(self, service: str) -> Any:
        """One client a service; they may be shared by threads, making them may not."""
        with self._client_lock:
            if service not in self._clients:
                self._clients[service] = self.stack.client(service)
            return self._clients[service]

    # Callers

    def user(self, name: str, *statements: Json) -> Caller:
        """An IAM user with these permissions (none: it may call the API)."""
        iam, full_name = self.client("iam"), f"{self.name}-{name}"
        arn = iam.create_user(UserName=full_name)["User"]["Arn"]
        policy = {"Version": "2012-10-17", "Statement": list(statements) or [INVOKE_THE_API]}
        iam.put_user_policy(UserName=full_name, PolicyName="may", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=full_name)["AccessKey"]
        credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        place = Place(self.outputs["ApiUrl"], self.stack.state.region, credentials)
        return Caller(arn, place, self.outputs["ApiUrl"], self.transcript)

    def user_arn(self, name: str) -> str:
        """The ARN that `user` will give this user."""
        return f"arn:aws:iam::{ACCOUNT_ID}:user/{self.name}-{name}"

    @property
    def nobody(self) -> Caller:
        """Requests that carry no signature."""
        return Caller("", None, self.outputs["ApiUrl"], self.transcript)

    # Doing

    def put(self, key: str, body: bytes) -> str:
        """Put an object; its version."""
        return str(self.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"])

    def upload(self, profile: str, document: bytes, wishes: Json | bytes | None = None, name: str | None = None) -> str:
        """Put a document, its wishes before it, into the profile's inbox; the id of the signing this starts."""
        key = f"inbox/{profile}/{name or f'{uuid.uuid4()}.pdf'}"
        if wishes:
            request = wishes if isinstance(wishes, bytes) else json.dumps(wishes).encode()
            self.put(key.removesuffix(".pdf") + ".request.json", request)
        return self.signing_id_of(key, self.put(key, document))

    def signing_id_of(self, key: str, version: str) -> str:
        """The id of the signing that this upload starts."""
        return signing_id_of(f"s3#{self.bucket}#{key}#{version}")

    def s3_event(self, key: str, version: str) -> Json:
        """What EventBridge sends for this upload."""
        detail = {"bucket": {"name": self.bucket}, "object": {"key": key, "version-id": version}}
        return {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}

    def invoke(self, function: str, event: Json) -> tuple[bool, Any]:
        """Invoke a function as the account; whether it ended well, and its answer."""
        answer = self.client("lambda").invoke(FunctionName=f"{self.name}-{function}", Payload=json.dumps(event))
        return "FunctionError" not in answer, json.loads(answer["Payload"].read())

    def sweep(self) -> Json:
        """What the schedule makes Reconcile do: what was done, by the ids of signings."""
        well, answer = self.invoke("reconcile", {"source": "aws.events", "detail-type": "Scheduled Event"})
        assert well, answer
        found: Json = answer
        return found

    # Looking

    def find(self, signing_id: str) -> Signing | None:
        """The record, if there is one."""
        try:
            return self.signings.load(signing_id)
        except UnknownSigning:
            return None

    def ended(self, signing_id: str, seconds: float = PATIENCE_SECONDS) -> Signing:
        """The record of a signing that has come to its end."""

        def look() -> Signing | None:
            signing = self.find(signing_id)
            return signing if signing and signing.status.ended else None

        return eventually(look, f"the end of {signing_id} ({self._last_event(signing_id)})", seconds)

    def _last_event(self, signing_id: str) -> str:
        return "see its record" if self.find(signing_id) else "no record yet"

    def reached(self, signing_id: str, ledger: LedgerState) -> Signing:
        """The record, once its ledger has come this far."""

        def look() -> Signing | None:
            signing = self.find(signing_id)
            return signing if signing and signing.ledger.reached(ledger) else None

        return eventually(look, f"{ledger} of {signing_id}")

    def events(self, signing_id: str) -> tuple[SigningEvent, ...]:
        """The audit trail."""
        return self.signings.events(signing_id)

    def execution(self, signing_id: str) -> Json:
        """The execution as it is now."""
        arn = f"{self.outputs['StateMachineArn'].replace(':stateMachine:', ':execution:')}:{signing_id}"
        found: Json = self.client("stepfunctions").describe_execution(executionArn=arn)
        return found

    def execution_ended(self, signing_id: str) -> Json:
        """The execution, once it is not running any more."""

        def look() -> Json | None:
            found = self.execution(signing_id)
            return found if found["status"] != "RUNNING" else None

        return eventually(look, f"the end of the execution {signing_id}")

    def read(self, document: StoredDocument) -> bytes:
        """All bytes of a stored revision."""
        return self.documents.read(document)

    def keys(self, prefix: str) -> list[str]:
        """Keys of objects."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]


def at_once(*calls: Callable[[], T]) -> list[T]:
    """The results of calls that are made at the same time."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures: Sequence[Future[T]] = [pool.submit(run, call) for call in calls]
        return [future.result() for future in futures]
