"""Every way to sign at a remote signing service that the standard allows, through the real workflow: forty, and a few.

Real PDFs, the real engine, the real client, sockets; verified as the workflow verifies: by the stored bytes alone.
"""

import io
import json
from collections.abc import Iterator
from threading import Thread
from time import sleep
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from local.servers.rssp import approve, messages, state
from paraph.domain.challenge import Factor
from paraph.domain.errors import Actor
from paraph.domain.levels import ConformanceLevel
from paraph.domain.rssp import CscVersion, Scal, ServiceAuthorization
from paraph.domain.signing import Signing, SigningStatus
from paraph.domain.verification import Coverage, Indication, KeyControl
from tests.csc_combinations import COMBINATIONS, RULED_OUT, Combination
from tests.csc_service import AtService, Connected, at_service
from tests.rssp import RESTRICTED, SERVICE, WEB, Running

V1, V2 = CscVersion.V1, CscVersion.V2
CODE, LOGIN = ServiceAuthorization.AUTHORIZATION_CODE, ServiceAuthorization.LOGIN
CLOSED = {"tokens": 0, "sads": 0, "kept": 0}
SIGN, AUTHORIZE = "signatures/signHash", "credentials/authorize"
STEPS = {
    Scal.ONE: ["CREDENTIAL_CHOSEN", "AUTHORISED", "SENT", "STORED"],
    Scal.TWO: ["CREDENTIAL_CHOSEN", "HASHED", "AUTHORISED", "SENT", "SIGNATURE_RECEIVED", "STORED"],
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service, at which Paraph's page is registered."""
    with at_service(tmp_path_factory.mktemp("csc")) as running:
        yield running


@pytest.fixture(params=[V1, V2])
def version(request: pytest.FixtureRequest) -> CscVersion:
    """Both."""
    found: CscVersion = request.param
    return found


def require_signed(world: AtService, signing: Signing, level: ConformanceLevel) -> None:
    """Signed and verified at the level, asked for once, and nothing left open."""
    assert signing.status is SigningStatus.SIGNED, signing.problem
    outcome = signing.outcome
    assert outcome is not None
    assert (outcome.indication, outcome.achieved_level) == (Indication.TOTAL_PASSED, level)
    assert (outcome.key_control, outcome.bytes_rewritten) == (KeyControl.REMOTE_SERVICE, False)
    assert outcome.coverage in (Coverage.ENTIRE_FILE, Coverage.VALIDATION_DATA_FOLLOWS)
    assert "Jane Roe" in outcome.signer
    assert (world.called(AUTHORIZE).total() <= 1, world.called(SIGN)) == (True, {"200": 1})
    assert world.left_open(signing.signing_id) == CLOSED


def signed_at(service: Running, **connected: Any) -> tuple[AtService, Signing]:
    """By a signatory who gives whatever is asked for."""
    world = AtService(service, Connected(**connected))
    return world, world.signed(world.at_sign())


def document(world: AtService, signing: Signing) -> bytes:
    """The result."""
    assert signing.outcome is not None
    return world.documents.read(signing.outcome.document)


def test_there_are_forty() -> None:
    assert len(set(COMBINATIONS)) == 40


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_every_combination_signs(service: Running, combination: Combination, caplog: pytest.LogCaptureFixture) -> None:
    level = ConformanceLevel.B_LT if combination.authorisation == "PIN and OTP" else ConformanceLevel.B_B
    login = combination.way is CODE
    connected = Connected(
        combination.version, combination.way, WEB if login else SERVICE, combination.credential_id, level
    )
    world = AtService(service, connected)
    signing_id = world.at_sign()
    asked = []
    while (outcome := world.go_on(signing_id)) == "SIGNATORY_NEEDED":
        asked.append(world.asked())
        world.answered(signing_id)
    signing = world.settled(signing_id, outcome)
    require_signed(world, signing, level)
    assert tuple(asked) == combination.questions
    assert len(world.messages.links) == (1 if asked else 0), "one link for the whole signing"
    happened = [event.what for event in world.signings.events(signing_id)]
    assert [what for what in happened if what in STEPS[Scal.TWO]] == STEPS[combination.scal]
    require_discreet(world, caplog.text)


def require_discreet(world: AtService, log: str) -> None:
    """Nothing that went to the service or came from it, and is secret, is anywhere else than in the secret store."""
    records = [each.model_dump_json() for each in world.signings.records.values()]
    trail = [event.model_dump_json() for events in world.signings.trail.values() for event in events]
    entities = [body for body, *_ in world.hub_store.entities.values()]
    everything = "\n".join([*records, *trail, *entities, *map(repr, world.signings.records.values()), log])
    secrets = world.line.secrets()
    assert secrets
    assert [name for name, value in secrets if (value if len(value) > 12 else f'"{value}"') in everything] == []


def test_what_the_standard_does_not_allow_is_not_sent(service: Running) -> None:
    """Version 2 has no `implicit`: the credential that signs so calls itself explicit, and has no objects."""
    ((version, authorisation),) = RULED_OUT
    world, _ = signed_at(service, version=version, credential_id=f"{authorisation}-scal1")
    described = [json.loads(answer) for path, answer in world.line.answers if path.endswith("credentials/info")]
    assert [each["auth"] for each in described] == [{"mode": "explicit", "objects": []}]
    (sent,) = [json.loads(body) for path, body in world.line.bodies if path.endswith(AUTHORIZE)]
    assert "authData" not in sent


@pytest.mark.parametrize(
    ("credential_id", "mechanism"),
    [
        ("bare-rsa-scal1", "sha256_rsa"),
        ("implicit-scal2", "sha256_rsa"),
        ("pss-scal1", "rsassa_pss"),
        ("p256-scal2", "sha256_ecdsa"),
        ("p384-scal1", "sha384_ecdsa"),
        ("p521-scal2", "sha512_ecdsa"),
    ],
)
def test_every_kind_of_key(service: Running, version: CscVersion, credential_id: str, mechanism: str) -> None:
    world, signing = signed_at(service, version=version, credential_id=credential_id)
    require_signed(world, signing, ConformanceLevel.B_B)
    signature = PdfFileReader(io.BytesIO(document(world, signing))).embedded_signatures[0]
    assert signature.signer_info["signature_algorithm"]["algorithm"].native == mechanism


@pytest.mark.parametrize("wanted", ["RSASSA_PKCS1_V1_5_SHA_512", "RSASSA_PKCS1_V1_5_SHA_384"])
def test_the_capacitys_algorithm(service: Running, version: CscVersion, wanted: str) -> None:
    world, signing = signed_at(service, version=version, credential_id="implicit-scal2", algorithm=wanted)
    require_signed(world, signing, ConformanceLevel.B_B)
    assert signing.remote is not None
    assert signing.remote.algorithm is not None
    assert signing.remote.algorithm.algorithm == wanted


def test_an_algorithm_that_the_credential_does_not_offer(service: Running) -> None:
    _, signing = signed_at(service, credential_id="p256-scal1", algorithm="RSASSA_PSS_SHA_256")
    assert signing.problem is not None
    assert (signing.problem.error, signing.problem.actor) == ("CredentialUnusable", Actor.OWNER)


@pytest.mark.parametrize("level", ConformanceLevel)
def test_every_level(service: Running, level: ConformanceLevel) -> None:
    world, signing = signed_at(service, credential_id="p256-scal2", level=level)
    require_signed(world, signing, level)


@pytest.mark.parametrize("way", [ServiceAuthorization.CLIENT_CREDENTIALS, LOGIN])
def test_a_credential_that_signs_one_hash_at_a_time(
    service: Running, version: CscVersion, way: ServiceAuthorization
) -> None:
    """`multisign` 1; with a token of the application's own, and with one of auth/login."""
    world, signing = signed_at(service, version=version, way=way, credential_id="single")
    require_signed(world, signing, ConformanceLevel.B_B)
    assert signing.remote is not None
    assert signing.remote.credential.multisign == 1
    assert world.called("auth/login") == ({"200": 1} if way is LOGIN else {})


@pytest.mark.parametrize("scal", ["scal1", "scal2"])
def test_a_login_with_user_and_password(service: Running, version: CscVersion, scal: str) -> None:
    world, signing = signed_at(service, version=version, way=LOGIN, credential_id=f"pin-otp-{scal}")
    require_signed(world, signing, ConformanceLevel.B_B)


def test_a_one_time_password_of_the_signatorys_device(service: Running, version: CscVersion) -> None:
    """Offline: the service sends none."""
    world = AtService(service, Connected(version, credential_id="totp-scal1"))
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    assert world.asked() == (Factor.OTP,)
    assert messages(service.url, "jane") == []
    world.answer(otp=state(service.url)["device"]["jane"])
    require_signed(world, world.settled(signing_id, world.go_on(signing_id)), ConformanceLevel.B_B)


@pytest.mark.parametrize("credential_id", ["implicit-scal1", "oauth2code-scal2"])
def test_a_service_that_wants_to_know_the_account(service: Running, version: CscVersion, credential_id: str) -> None:
    connected = {"version": version, "way": CODE, "client_id": RESTRICTED, "credential_id": credential_id}
    world, signing = signed_at(service, connection={"authorization_required": True}, **connected)
    require_signed(world, signing, ConformanceLevel.B_B)


@pytest.mark.parametrize("conventions", [
    {"pushed_authorization": False},
    {"authorization_details_type": "credential"},
    {"sad_as_bearer": True},
    {"client_authentication": "client_secret_post"},
])  # fmt: skip
def test_a_service_of_version_2_with_its_own_ways(service: Running, conventions: dict[str, Any]) -> None:
    connection = {"conventions": conventions}
    world, signing = signed_at(service, version=V2, credential_id="oauth2code-scal2", connection=connection)
    require_signed(world, signing, ConformanceLevel.B_B)


def test_the_signatorys_first_credential_that_can_sign(service: Running, version: CscVersion) -> None:
    world, signing = signed_at(service, version=version, credential_id=None)
    require_signed(world, signing, ConformanceLevel.B_B)


BY_NATIONAL_ID = {"rut_filter": True}


@pytest.mark.parametrize("national_id", ["12345678-5", "12.345.678-5", "123456785"])
def test_a_credential_is_chosen_by_the_national_id(service: Running, version: CscVersion, national_id: str) -> None:
    there = {"version": version, "signatory": {"national_id": national_id}, "connection": BY_NATIONAL_ID}
    world, signing = signed_at(service, credential_id=None, **there)
    require_signed(world, signing, ConformanceLevel.B_B)
    _, signing = signed_at(service, credential_id="company", **there)
    assert signing.problem is not None
    assert (signing.problem.error, signing.problem.actor) == ("CredentialUnusable", Actor.OWNER)


@pytest.mark.parametrize("national_id", ["11111111-1", "2345678-5", "5"])
def test_somebody_elses_national_id_chooses_nothing(service: Running, national_id: str) -> None:
    """Nor does a part of one."""
    _, signing = signed_at(
        service, credential_id=None, signatory={"national_id": national_id}, connection=BY_NATIONAL_ID
    )
    assert signing.problem is not None
    assert signing.problem.error == "CredentialUnusable"


# The signatory's app


@pytest.fixture
def pending(service: Running) -> tuple[AtService, str]:
    """Version 2 answers 202: the signatory's app asks."""
    world = AtService(service, Connected(V2, credential_id="app"))
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "PENDING"
    assert world.poll(signing_id) == "PENDING"
    return world, signing_id


def test_the_app_approves(pending: tuple[AtService, str]) -> None:
    world, signing_id = pending
    approve(world.service.url)
    require_signed(world, world.settled(signing_id, world.poll(signing_id)), ConformanceLevel.B_B)
    assert world.messages.links == []


@pytest.mark.parametrize(("seconds", "error", "status"), [
    (0, "Declined", SigningStatus.DECLINED),
    (601, "Expired", SigningStatus.EXPIRED),
])  # fmt: skip
def test_the_app_denies_or_nobody_looks(
    pending: tuple[AtService, str], seconds: int, error: str, status: SigningStatus
) -> None:
    world, signing_id = pending
    if seconds:
        world.clock.sleep(seconds)
    else:
        approve(world.service.url, decision="deny")
    signing = world.settled(signing_id, world.poll(signing_id))
    assert signing.problem is not None
    assert (signing.problem.error, signing.problem.actor, signing.status) == (error, Actor.OWNER, status)
    assert world.called(SIGN).total() == 0
    assert world.left_open(signing_id) == CLOSED


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_the_app_is_waited_for_where_there_is_no_202(service: Running, decision: str) -> None:
    """Version 1 answers when the signatory has."""
    world = AtService(service, Connected(V1, credential_id="app"))
    signing_id = world.at_sign()
    signatory = Thread(target=_decides, args=(service.url, decision))
    signatory.start()
    signing = world.settled(signing_id, world.go_on(signing_id))
    signatory.join()
    if decision == "approve":
        require_signed(world, signing, ConformanceLevel.B_B)
    else:
        assert (signing.status, world.called(SIGN).total()) == (SigningStatus.DECLINED, 0)


def _decides(url: str, decision: str) -> None:
    while not state(url)["questions"]:
        sleep(0.02)
    approve(url, decision=decision)
