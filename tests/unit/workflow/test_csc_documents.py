"""CSC where the service builds the CMS: the document's digest is authorised and signed, and what comes is looked at."""

import pytest

from paraph.domain.errors import OutcomeUnknown, SignatureInvalid
from paraph.domain.levels import ConformanceLevel
from paraph.domain.rssp import AuthorizationMode, Scal, ServiceAuthorization
from paraph.domain.signature import SignatureAlgorithm
from paraph.domain.signing import Signing, SigningStatus
from paraph.hub.capacities import Choice, RemoteKey
from paraph.hub.entities import FrozenSignature, RemotePrepared
from tests.csc_world import Csc, configuration
from tests.fake_rssp import PIN, credential

EXPLICIT, IMPLICIT = AuthorizationMode.EXPLICIT, AuthorizationMode.IMPLICIT


@pytest.fixture
def world() -> Csc:
    return Csc(connection={"url": "https://trust.example/csc/v2", "version": "v2", "sign_document": True})


def document_digest(world: Csc) -> bytes:
    """Of the one signature that was prepared."""
    (frozen,) = world.hub_store.list(FrozenSignature)
    return bytes.fromhex(frozen.document_digest_hex)


def require_signed(world: Csc, signing_id: str) -> Signing:
    """With the CMS that came, over the document's digest."""
    signing = world.finished(signing_id)
    assert signing.status is SigningStatus.SIGNED, signing.problem
    (prepared,) = world.hub_store.list(RemotePrepared)
    digest = document_digest(world)
    assert (prepared.digest, prepared.value) == (digest, b"cms::" + digest)
    assert not world.secrets_left(signing_id)
    return signing


@pytest.mark.parametrize("scal", Scal)
def test_the_documents_digest_is_authorised_and_signed(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(EXPLICIT, scal, pin=True)]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNATORY_NEEDED"
    world.answer(pin=PIN)
    assert world.go_on(signing_id) == "SIGNED"
    signing = require_signed(world, signing_id)
    assert world.rssp.asked == [document_digest(world)]
    assert signing.remote is not None
    assert signing.remote.digest == (document_digest(world) if scal is Scal.TWO else None)


@pytest.mark.parametrize("scal", Scal)
def test_a_lost_answer_takes_a_fresh_authorisation_of_the_same_digest(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    world.rssp.answers_to_lose = 1
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNED"
    assert world.rssp.asked == [document_digest(world)] * 2
    require_signed(world, signing_id)


@pytest.mark.parametrize("scal", Scal)
def test_answers_that_keep_getting_lost_need_somebody(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    world.rssp.answers_to_lose = 9
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == OutcomeUnknown.__name__
    assert len(world.rssp.asked) == 2


@pytest.mark.parametrize("scal", Scal)
def test_a_cms_over_another_document_is_not_even_kept(world: Csc, scal: Scal) -> None:
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    world.rssp.swapped = bytes(32)
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == SignatureInvalid.__name__
    signing = world.signings.load(signing_id)
    assert signing.signed is None
    assert signing.remote is not None
    assert signing.remote.signature_value is None
    assert [prepared.value for prepared in world.hub_store.list(RemotePrepared)] == [None]


@pytest.mark.parametrize("scal", Scal)
def test_a_cms_that_came_is_embedded_without_asking_again(world: Csc, scal: Scal) -> None:
    """What comes without a time-stamp gets one here, and that may fail for a while."""
    world.rssp.credentials_there = [credential(IMPLICIT, scal)]
    signing_id = world.at_sign()
    world.engine.timestamps_work = False
    assert world.go_on(signing_id) == "TimestampUnavailable"
    world.engine.timestamps_work = True
    assert world.go_on(signing_id) == "SIGNED"
    require_signed(world, signing_id)
    assert len(world.rssp.asked) == 1


def test_the_credentials_issuers_help_to_validate_a_cms_that_leaves_them_out(world: Csc) -> None:
    chain = (b"certificate", b"issuing", b"root")
    world.rssp.credentials_there = [credential(IMPLICIT).model_copy(update={"certificates": chain})]
    signing_id = world.at_sign()
    assert world.go_on(signing_id) == "SIGNED"
    assert world.engine.supplied is not None
    assert world.engine.supplied.certificates == chain[1:]


def test_a_changed_setting_prepares_another_signature() -> None:
    """Nothing that was authorised as one thing is signed as the other."""
    (server,) = configuration(ServiceAuthorization.NONE).signing_servers
    algorithm = SignatureAlgorithm.ECDSA_SHA_256
    hashed, whole = (
        Choice(server, server.capacities[0], ConformanceLevel.B_B, RemoteKey("c1", (b"certificate",), algorithm, signs))
        for signs in (False, True)
    )
    assert hashed.key_identity != whole.key_identity
    assert hashed.placeholder_size < whole.placeholder_size
