"""Both APIs answer as their OpenAPI files say, whatever they are sent: Schemathesis makes requests of the files.

Most requests are mixed with what really is there (ids, names, tokens), so that they get past the first refusal.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from aws_lambda_powertools.utilities.typing import LambdaContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import GenerationConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from local.authenticator import Authenticator
from paraph.api.callers import Callers
from paraph.api.devices import devices_app
from paraph.api.signinghub.call import OCTETS
from paraph.api.signings import signings_app, start_app
from paraph.domain.challenge import PAUSE_SECONDS
from paraph.domain.configuration import Configuration
from paraph.domain.errors import RsspRefused, Unavailable
from paraph.domain.request import UploadOrder
from paraph.domain.rssp import Credential, OutOfBandFactor, Scal
from tests.fake_engine import document
from tests.fake_rssp import RSA, SHA256, FakeRssp, credential
from tests.pki import Pki
from tests.served import Identity, Resolve, served
from tests.unit.api.signinghub.conftest import (
    JANE,
    JOHN,
    OWNER,
    PARTIES,
    SECRET,
    Api,
    Prepared,
    fill,
    prepared,
    with_accounts,
)
from tests.unit.api.signinghub.test_eideasy import EID_SERVER
from tests.unit.api.signinghub.test_rssp import with_service
from tests.world import ACME, DOCUMENT, PAGE_URL, World

DOCS = Path(__file__).parents[2] / "docs" / "api"
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
    missing_required_header,
    unsupported_method,
    allow_header_conformance,
]
"""Without positive_data_acceptance: what is well formed need not fit what is there, a name may be taken."""
STRICT: list[CheckFunction] = [*CHECKS, negative_data_rejection]
"""For the own API. SigningHub's tolerates what its file does not list: null and {} for absent, words in any case."""
METHODS = {"get", "put", "post", "delete", "options", "patch"}
"""Those that API Gateway hands to functions (and HEAD); it refuses TRACE and QUERY itself."""
EXAMPLES = 25
"""Random requests of a kind, valid and invalid, for each operation."""
BOUNDARIES = 50
"""Requests at the boundaries of the schemas, for each operation at most."""
WITHOUT = GenerationConfig(with_security_parameters=False)
FILES = (document("Sign here. Sign here.", title="TEXT required", Signature="SIGNATURE"), DOCUMENT)
SPOT = {"x": 60, "y": 400, "width": 100, "height": 20}
READABLE = credential(scal=Scal.TWO, credential_id="c2").model_copy(
    update={"certificates": tuple(Pki().signer().chain), "certificate_status": "valid", "key_length": 256}
)
APP = credential(scal=Scal.TWO, credential_id="app").model_copy(
    update={"out_of_band": (OutOfBandFactor(object_id="app", challenged=False),)}
)
IMAGE = b64encode(b"\x89PNG\r\n\x1a\n").decode()

Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Any]
Real = Mapping[str, Sequence[Any]]
"""What really is there, by the name of the parameter, header or member that takes it."""


class Photo:
    """A world's state, to be brought back."""

    def __init__(self, world: World) -> None:
        fakes = (world.hub_store, world.signings, world.secrets, world.party_secrets, world.documents)
        others = (world.executions, world.messages, world.evidence, world.rssp, world.eideasy)
        self._taken = [(fake, _containers(vars(fake))) for fake in (*fakes, *others)]

    def restore(self) -> None:
        """As it was."""
        for fake, state in self._taken:
            vars(fake).update(_containers(state))


def _containers(state: Mapping[str, Any]) -> dict[str, Any]:
    """Copies as deep as fakes change them."""
    found: dict[str, Any] = {}
    for name, value in state.items():
        if isinstance(value, dict):
            found[name] = {k: list(v) if isinstance(v, list) else v for k, v in value.items()}
        elif isinstance(value, list | set):
            found[name] = type(value)(value)
    return found


@dataclass(frozen=True)
class Scene:
    """An API over a world in which much has happened already."""

    world: World
    resolve: Resolve
    stage: str
    callers: Sequence[str]
    """Values of the Authorization header."""
    places: Sequence[Real]
    """What belongs together: a package and its document."""
    anywhere: Real


def signinghub_scene() -> Scene:
    """Packages in every state."""
    world = World()
    world.rssp = StrictRssp(world.clock, [credential(), READABLE, APP])
    world.configure(with_other_servers())
    anybody = Api(world)
    owner, jane, john = (anybody.as_user(email) for email in (OWNER, JANE, JOHN))
    stranger = world.served.authenticate("signatories/olga").value
    empty = Prepared(owner.ok("POST", "/v4/packages", {"package_name": "Empty"})["package_id"], 1)
    draft = prepared(owner, JANE, JOHN, share=False)
    decorate(owner, draft)
    ready, waiting, filled, signed, opened, used = (prepared(owner, JANE, JOHN) for _ in range(6))
    finished, declined = (prepared(owner, JANE) for _ in range(2))
    for made in (ready, filled, signed, finished, opened, used):
        fill(jane, made)
    for made in (signed, finished):
        jane.ok("POST", f"{made.document}/sign", {"field_name": "FIELD1", "signing_server": "keys"})
    jane.ok("POST", f"{finished.package}/finish")
    jane.ok("POST", f"{declined.package}/decline", {"reason": "no"})
    jane.ok("POST", f"{filled.document}/otp", {"field_name": "FIELD1"})
    on_behalf = owner.ok("POST", "/v4/authenticate/scope", {"user_email": JANE})["access_token"]
    program = anybody.grant(grant_type="client_credentials").json["access_token"]
    refresh = anybody.grant(grant_type="password", username=OWNER, password=SECRET + PARTIES[OWNER]).json
    credentials = at_the_service(jane, ready)
    widgets = (in_the_widget(jane, opened), signed_in_the_widget(jane, used, world))
    tokens = [*[owner.token] * 5, *[jane.token] * 4, john.token, stranger, on_behalf, program, "none"]
    places = [draft, waiting, ready, filled, signed, finished, declined, empty, for_review(owner)]
    return Scene(
        world=world,
        resolve=anybody.app.resolve,
        stage="/hub",
        callers=[f"Bearer {token}" for token in tokens],
        places=[*(place_of(made) for made in places), *widgets],
        anywhere={
            **HUB_WORDS,
            **credentials,
            "x-otp": [world.messages.code],
            "refresh_token": [refresh["refresh_token"]],
        },
    )


def with_a_server_that_wants_codes() -> Configuration:
    """Beside the usual one."""
    usual = with_accounts().model_dump()
    (keys,) = usual["signing_servers"]
    codes = {**keys, "name": "codes", "otp": {"length": 6}}
    return Configuration.model_validate({**usual, "signing_servers": [keys, codes]})


def with_other_servers() -> Configuration:
    """Beside the usual one: one that wants codes, a remote signing service, and eID Easy."""
    usual, (*_, codes) = with_service().model_dump(), with_a_server_that_wants_codes().signing_servers
    return Configuration.model_validate({**usual, "signing_servers": [*usual["signing_servers"], codes, EID_SERVER]})


class StrictRssp(FakeRssp):
    """Of other credentials it knows nothing."""

    def credential(self, token: str | None, credential_id: str) -> Credential:
        if all(known.credential_id != credential_id for known in self.credentials_there):
            raise RsspRefused("Invalid parameter credentialID")
        return super().credential(token, credential_id)


def at_the_service(jane: Api, ready: Prepared) -> Real:
    """A token, authorisations and a prepared hash of Jane's, by the members that take them."""
    trust = {"signing_server": "trust"}
    token = jane.ok("POST", "/v4/rssp/oauth2/token", trust)["access_token"]
    there = {**trust, "access_token": token}
    hashed = jane.ok("POST", f"{ready.document}/hash", {**there, "field_name": "FIELD1", "credentialID": "c2"})
    sads = [
        jane.ok("POST", "/v4/rssp/credentials/authorize", {**there, "credentialID": c, "hash": [hashed["hash"]]})["SAD"]
        for c in ("c1", "c2")
    ]
    return {
        "access_token": [token],
        "token": [token, *sads],
        "credentialID": ["c1", "c2", "app"],
        "SAD": sads,
        "hash": [[hashed["hash"]]],
        "signAlgo": [RSA],
        "hashAlgo": [SHA256],
        "certificates": ["none", "single", "chain"],
        "handle": ["handle"],
        "transaction_id": [hashed["transaction_id"]],
        "signature": [b64encode(b"value").decode()],
    }


def in_the_widget(jane: Api, made: Prepared) -> Real:
    """A package whose document Jane may sign in eID Easy's widget, and what belongs to that."""
    wanted = {"field_name": "FIELD1", "signing_server": "eid"}
    handed_in = jane.ok("POST", f"{made.document}/eideasy/pre", wanted, Idempotency_Key="key-1")
    return {
        **place_of(made),
        "transaction_id": [handed_in["transaction_id"]],
        "signing_server": ["eid"],
        "signing_capacity": ["qes"],
        "Idempotency-Key": ["key-1", "key-2"],
    }


def signed_in_the_widget(jane: Api, made: Prepared, world: World) -> Real:
    """The same, and Jane has done it."""
    place = in_the_widget(jane, made)
    doc_id, order = list(world.eideasy.orders.items())[-1]
    world.eideasy.sign(doc_id, signer=str(order.id_code))
    return place


def place_of(made: Prepared) -> Real:
    """A package and its document."""
    return {"package_id": [made.package_id], "document_id": [made.document_id]}


def decorate(owner: Api, draft: Prepared) -> None:
    """A field of every kind, a placeholder, a second document."""
    where = {"order": 1, "page_no": 1, "dimensions": SPOT}
    owner.ok("POST", f"{draft.document}/fields/text", {**where, "field_name": "text", "value": "old"})
    owner.ok("POST", f"{draft.document}/fields/checkbox", {**where, "field_name": "box"})
    owner.ok("POST", f"{draft.document}/fields/radio", {**where, "field_name": "yes", "radio_group_name": "group"})
    owner.ok("POST", f"{draft.package}/workflow/placeholder", [{"placeholder": "Witness"}])
    owner.ok("POST", f"{draft.package}/documents", FILES[0], x_file_name="second.pdf")


def for_review(owner: Api) -> Prepared:
    """A package that waits for Jane's approval."""
    package_id = owner.ok("POST", "/v4/packages", {"package_name": "Review", "workflow_mode": "ONLY_OTHERS"})[
        "package_id"
    ]
    package = f"/v4/packages/{package_id}"
    added = owner.ok("POST", f"{package}/documents", FILES[0], x_file_name="review.pdf")
    reviewer, signer = ({"user_email": e, "user_name": e, "role": r} for e, r in ((JANE, "REVIEWER"), (JOHN, "SIGNER")))
    owner.ok("POST", f"{package}/workflow/users", [reviewer, signer])
    made = Prepared(package_id, added["document_id"])
    owner.ok("POST", f"{made.document}/fields/signature", {"order": 2, "page_no": 1, "dimensions": SPOT})
    owner.ok("POST", f"{package}/workflow")
    return made


HUB_WORDS: Real = {
    "status": ["ALL", "DRAFT", "INPROGRESS", "PENDING", "SIGNED", "COMPLETED", "EDITED"],
    "page_number": [1, 2],
    "records_per_page": [1, 10],
    "document-ids": ["[1]", "[1,2]", "1"],
    "package-id": [1, 2],
    "document-id": [1, 2],
    "modified-from": ["2020-01-01T00:00:00", "2026-11-23 12:00:00 +01:00"],
    "x-file-name": ["third.pdf"],
    "order": [1, 1, 2, 3],
    "signing_order": [1, 2],
    "page_no": [1],
    "dimensions": [SPOT],
    "field_name": ["FIELD1", "Signature", "title", "text", "box", "yes"],
    "radio_group_name": ["group"],
    "search_text": ["Sign here"],
    "field_type": ["SIGNATURE", "TEXT", "CHECKBOX", "RADIOBOX", "DIGITAL_SIGNATURE"],
    "placement": ["LEFT", "RIGHT", "TOP", "BOTTOM"],
    "level_of_assurance": [[], ["ADVANCED_ELECTRONIC_SIGNATURE"], ["electronic_signature"]],
    "document": [b64encode(file).decode() for file in FILES],
    "hand_signature_image": [IMAGE],
    "hand_signature_method": ["DRAW", 1],
    "signing_server": ["keys", "codes", "trust", "eid"],
    "signing_capacity": ["aes"],
    "user_email": [JANE, JOHN, OWNER, "new@acme.example"],
    "redirect_url": ["https://app.example/done"],
    "mobile_number": ["+4930123456"],
    "grant_type": ["password", "client_credentials", "refresh_token"],
    "client_id": ["app"],
    "client_secret": [f"{SECRET}integrations/app"],
    "username": [OWNER],
    "password": [SECRET + PARTIES[OWNER]],
    "scope": [JANE],
}


_SIGNED = ["FIELD1", "FIELD1", "FIELD2"]
FIELD_NAMES: Real = {
    **dict.fromkeys(("sign", "otp", "status", "signature", "digital_signature", "electronic_signature"), _SIGNED),
    **dict.fromkeys(("hash", "embed", "rssp", "pre", "post"), _SIGNED),
    "assign": ["Signature", "title"],
    "text": ["text"],
    "checkbox": ["box"],
    "radio": ["yes"],
}
"""Of the fields that a call is about, by the end of its path."""


def own_scene() -> Scene:
    """Signings in several states, uploads, and a device."""
    world = World()
    account = "arn:aws:iam::123456789012:role/"
    configuration = with_principals(account)
    world.configure(configuration)
    signed, failed, cancelled, running = (world.ordered(f"key-{number}") for number in range(4))
    waiting = waits_for_a_code(world)
    device = with_device(world)
    world.run(signed)
    world.server.failure = Unavailable("The key service is away.")
    world.run(failed)
    world.server.failure = None
    world.desk.cancel(ACME, cancelled)
    uploads = [world.desk.offer_upload(ACME, UploadOrder(name="b.pdf", size=len(DOCUMENT))).upload_id for _ in range(2)]
    world.documents.put(f"uploads/acme/{uploads[0]}.pdf", DOCUMENT)
    callers = Callers(lambda: configuration)
    start, desk = start_app(world.start, callers), signings_app(world.desk, callers)
    devices = devices_app(world.devices, callers)

    def resolve(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        starts = (event["httpMethod"], event["path"]) == ("POST", "/signings")
        others = devices if event["path"].startswith("/signatories/") else desk
        return (start if starts else others).resolve(event, context)

    choices = [{"upload_id": upload} for upload in (uploads[0], *uploads)] + [{"package_id": 1, "document_id": 1}]
    return Scene(
        world=world,
        resolve=resolve,
        stage="/v1",
        callers=[account + name for name in ["acme"] * 6 + ["other", "operator", "nobody"]],
        places=[{"signing_id": [i]} for i in (signed, failed, cancelled, running, *[waiting] * 3, world.started())],
        anywhere={
            "Idempotency-Key": [*[f"key-{number}" for number in range(6)]],
            "cursor": ["1"],
            "profile": ["contracts", "contracts", "foreign"],
            "document": choices,
            "signatory": ["jane", "jane", "john", "olga"],
            "device_id": [device],
            "otp": [world.messages.code],
            "field": [{"name": "Signature"}, {"name": "New", "create": True}],
            "form_values": [{"title": "Contract"}],
            "signing_server": ["keys"],
            "signing_capacity": ["aes"],
        },
    )


def with_principals(account: str) -> Configuration:
    """Owners who may call the own API, and a profile whose signatory has to give a code."""
    usual = with_a_server_that_wants_codes().model_dump()
    owners = [{**owner, "principals": [account + owner["id"]]} for owner in usual["owners"]]
    by_code = {**usual["profiles"][0], "name": "by-code", "signing_server": "codes"}
    changed = {"owners": owners, "operators": [f"{account}operator"], "profiles": [*usual["profiles"], by_code]}
    return Configuration.model_validate({**usual, **changed})


def waits_for_a_code(world: World) -> str:
    """A signing that waits for its signatory, who may also ask for another code."""
    signing_id = world.ordered("key-code", profile="by-code")
    for step in (world.submit, world.authenticate, world.fill, world.settings, world.sign):
        step(signing_id)
    world.await_signatory(signing_id, "token")
    world.clock.sleep(PAUSE_SECONDS)
    return signing_id


def with_device(world: World) -> str:
    """Jane's phone, and an invitation to register another one."""
    phone = Authenticator(f"https://{urlsplit(PAGE_URL).netloc}")
    world.devices.invite(ACME, "jane")
    session, _ = world.links.enter(world.messages.capability)
    answer = phone.create(world.registration.options(session))
    world.registration.register(session, "Phone", answer)
    world.devices.invite(ACME, "jane")
    return str(answer["id"])


class Stage:
    """A scene that is served, with the requests that its OpenAPI file makes possible."""

    def __init__(self, file: str, scene: Scene, checks: list[CheckFunction], url: str) -> None:
        self.schema = schemathesis.openapi.from_dict(json.loads((DOCS / file).read_text()))
        self.schema.config.generation.with_security_parameters = False
        self.schema.config.phases.coverage.unexpected_methods = METHODS
        self.scene, self.photo, self.url = scene, Photo(scene.world), url
        self.checks = checks
        self.session = requests.Session()

    def operation(self, label: str) -> Operation:
        """By its method and path."""
        found = self.schema.find_operation_by_label(label)
        assert found
        return found

    def boundaries(self, label: str, *modes: GenerationMode) -> list[AnyCase]:
        """Schemathesis' systematic requests: everything at its smallest and largest, missing, of another type …"""
        found = self.operation(label)
        return list(self.schema.iter_coverage_cases(found, generation_modes=list(modes), generation_config=WITHOUT))

    def send(self, case: AnyCase, caller: str, place: Real, random: Random, share: float | None = None) -> None:
        """The request, mixed with what is there, and the checks of what comes back."""
        self.photo.restore()
        last = case.path.rpartition("/")[2]
        names = {"field_name": FIELD_NAMES[last]} if last in FIELD_NAMES else {}
        mix(case, {**self.scene.anywhere, **place, **names}, random, share)
        case.call_and_validate(self.url, self.session, {"Authorization": caller}, self.checks, allow_redirects=False)


def mix(case: AnyCase, real: Real, random: Random, share: float | None) -> None:
    """Put what is there into the request, at this rate; otherwise mostly, but seldom where it is wrong on purpose."""
    meta = case.meta
    assert meta
    wrong = {location for location, part in meta.components.items() if part.mode.is_negative}
    tried = getattr(meta.phase.data, "parameter", None)  # what this request is about
    parts = ((ParameterLocation.PATH, case.path_parameters), (ParameterLocation.QUERY, case.query))
    for location, values in (*parts, (ParameterLocation.HEADER, case.headers)):
        rate = share or (0.2 if location in wrong else 0.9)
        for name in sorted({*values} & {*real} - {tried}):
            if random.random() < rate:
                values[name] = random.choice(real[name])
    rate = share or (0.3 if ParameterLocation.BODY in wrong else random.choice((0.5, 1.0)))
    if case.media_type == OCTETS:
        case.body = random.choice(FILES) if random.random() < rate else case.body
    elif isinstance(case.body, dict | list):
        case.body = mixed(case.body, real, random, rate)


def mixed(value: Any, real: Real, random: Random, share: float) -> Any:
    """Members whose name is known get, at this rate, what is there."""
    if isinstance(value, list):
        return [mixed(one, real, random, share) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: random.choice(real[name]) if name in real and random.random() < share else mixed(one, real, random, share)
        for name, one in value.items()
    }


APIS = {
    "own": ("openapi.json", own_scene, STRICT),
    "signinghub": ("signinghub.openapi.json", signinghub_scene, CHECKS),
}
OPERATIONS = [
    (api, f"{method.upper()} {path}")
    for api, (file, *_) in APIS.items()
    for path, item in json.loads((DOCS / file).read_text())["paths"].items()
    for method in item
]
every_operation = pytest.mark.parametrize(("api", "label"), OPERATIONS, ids=[label for _, label in OPERATIONS])


@pytest.fixture(scope="module")
def stages() -> Iterator[Mapping[str, Stage]]:
    with ExitStack() as stack:
        found = {}
        for api, (file, make, checks) in APIS.items():
            scene = make()
            url = stack.enter_context(served(scene.resolve, scene.stage, signed_by))
            found[api] = Stage(file, scene, checks, url)
        yield found


def signed_by(headers: Mapping[str, str]) -> Identity:
    """Of the own API's requests: who signed them, as API Gateway says it."""
    return {"userArn": headers.get("Authorization", "")}


@every_operation
def test_any_request(stages: Mapping[str, Stage], api: str, label: str) -> None:
    stage = stages[api]
    operation = stage.operation(label)
    cases = st.one_of(*(operation.as_strategy(mode) for mode in GenerationMode))
    callers, places = st.sampled_from(stage.scene.callers), st.sampled_from(stage.scene.places)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases, callers, places, st.randoms(use_true_random=False))
    def send(case: AnyCase, caller: str, place: Real, random: Random) -> None:
        stage.send(case, caller, place, random)

    send()


@every_operation
def test_requests_at_the_boundaries_of_the_schemas(stages: Mapping[str, Stage], api: str, label: str) -> None:
    stage, random = stages[api], Random(label)  # noqa: S311 (the same requests each time)
    cases = stage.boundaries(label, *GenerationMode)
    for case in random.sample(cases, min(len(cases), BOUNDARIES)):
        stage.send(case, random.choice(stage.scene.callers), random.choice(stage.scene.places), random)


@every_operation
def test_everybody_everywhere(stages: Mapping[str, Stage], api: str, label: str) -> None:
    """Requests that fit, with nothing but what is there."""
    stage, random = stages[api], Random(label)  # noqa: S311 (the same requests each time)
    cases = cycle(stage.boundaries(label, GenerationMode.POSITIVE))
    for caller, place in product(dict.fromkeys(stage.scene.callers), stage.scene.places):
        stage.send(next(cases).derive(), caller, place, random, share=1)
