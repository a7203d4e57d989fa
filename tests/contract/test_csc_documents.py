"""A remote signing service that builds the CMS itself (signDoc), through the real workflow: well, and in every bad way.

Real PDFs, the real engine, the real client, sockets. The service gets the document's digest and never the document.
"""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from local.servers.rssp import approve, set_fault
from paraph.domain.errors import Actor
from paraph.domain.levels import ConformanceLevel
from paraph.domain.rssp import CscVersion, Scal, ServiceAuthorization
from paraph.domain.signing import Signing, SigningStatus
from paraph.domain.verification import Coverage, Indication, KeyControl
from tests.csc_service import AtService, Connected, at_service
from tests.rssp import WEB, Running, digest

B_B, B_T, B_LT = ConformanceLevel.B_B, ConformanceLevel.B_T, ConformanceLevel.B_LT
AUTHORIZE, SIGN, INFO = "credentials/authorize", "signatures/signDoc", "info"
CLOSED = {"tokens": 0, "sads": 0, "kept": 0}
SCALS = ["scal1", "scal2"]
OFTEN = 50


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service, at which Paraph's page is registered."""
    with at_service(tmp_path_factory.mktemp("csc")) as running:
        yield running


def at(service: Running, credential_id: str, conventions: Any = None, **more: Any) -> tuple[AtService, str]:
    """A world at this credential of version 2, and a signing that is to be signed."""
    connection = {"sign_document": True, **({"conventions": conventions} if conventions else {})}
    connected = Connected(CscVersion.V2, credential_id=credential_id, connection=connection, **more)
    world = AtService(service, connected)
    return world, world.at_sign()


def fault(world: AtService, what: str, times: int = 1, method: str = SIGN) -> None:
    """From now on, so often."""
    set_fault(world.service.url, what, times, method)


def require_signed(world: AtService, signing: Signing, level: ConformanceLevel) -> EmbeddedPdfSignature:
    """Signed and verified at the level, with one signature, whose CMS the service built, and nothing left open."""
    assert signing.status is SigningStatus.SIGNED, signing.problem
    outcome = signing.outcome
    assert outcome is not None
    assert (outcome.indication, outcome.achieved_level) == (Indication.TOTAL_PASSED, level)
    assert (outcome.key_control, outcome.bytes_rewritten) == (KeyControl.REMOTE_SERVICE, False)
    assert outcome.coverage in (Coverage.ENTIRE_FILE, Coverage.VALIDATION_DATA_FOLLOWS)
    assert "Jane Roe" in outcome.signer
    assert world.called("signatures/signHash").total() == 0
    assert world.left_open(signing.signing_id) == CLOSED
    reader = PdfFileReader(io.BytesIO(world.documents.read(outcome.document)))
    (signature,) = reader.embedded_regular_signatures
    return signature


def attribute(signature: EmbeddedPdfSignature, name: str) -> Any:
    """A signed attribute's only value."""
    (found,) = [a["values"] for a in signature.signer_info["signed_attrs"] if a["type"].native == name]
    return found[0].native


def sent(world: AtService, method: str) -> list[Any]:
    """The bodies that went to a method."""
    return [json.loads(body) for url, body in world.line.bodies if url.endswith(f"/{method}")]


@pytest.mark.parametrize("scal", SCALS)
@pytest.mark.parametrize("authorisation", ["implicit", "pin", "otp", "pin-otp"])
def test_signed_with_long_term_data_in_either_step(service: Running, authorisation: str, scal: str) -> None:
    """What is authorised under SCAL 2, and signed under both, is the digest of the document's byte range."""
    world, signing_id = at(service, f"{authorisation}-{scal}", level=B_LT)
    signing = world.signed(signing_id)
    signature = require_signed(world, signing, B_LT)
    (document,) = sent(world, SIGN)[0]["documentDigests"]
    (authorised,) = sent(world, AUTHORIZE)
    assert document["hashes"] == [base64.b64encode(attribute(signature, "message_digest")).decode()]
    assert authorised.get("hashes") == (document["hashes"] if scal == "scal2" else None)
    kinds = {a["type"].native for a in signature.signer_info["signed_attrs"]}
    assert kinds == {"content_type", "message_digest", "signing_certificate_v2"}
    assert signing.remote is not None
    assert (signing.remote.digest is not None) is (signing.remote.credential.scal is Scal.TWO)
    assert (world.called(AUTHORIZE), world.called(SIGN)) == ({"200": 1}, {"200": 1})


@pytest.mark.parametrize(("scal", "conventions"), [
    ("scal1", {}),
    ("scal2", {}),
    ("scal1", {"sad_as_bearer": True}),
    ("scal2", {"sad_as_bearer": True}),
    ("scal2", {"authorization_details_type": "credential"}),
])  # fmt: skip
def test_authorised_in_the_browser(service: Running, scal: str, conventions: dict[str, Any]) -> None:
    code = ServiceAuthorization.AUTHORIZATION_CODE
    world, signing_id = at(service, f"oauth2code-{scal}", conventions, way=code, client_id=WEB)
    require_signed(world, world.signed(signing_id), B_B)


def test_authorised_in_an_app(service: Running) -> None:
    world, signing_id = at(service, "app")
    assert world.go_on(signing_id) == "PENDING"
    approve(service.url)
    require_signed(world, world.settled(signing_id, world.poll(signing_id)), B_B)


@pytest.mark.parametrize("level", ConformanceLevel)
def test_every_level(service: Running, level: ConformanceLevel) -> None:
    """The service is asked for B-B, and the rest is made here."""
    world, signing_id = at(service, "p256-scal2", level=level)
    require_signed(world, world.signed(signing_id), level)
    assert sent(world, SIGN)[0]["documentDigests"][0]["conformance_level"] == "AdES-B-B"


@pytest.mark.parametrize(
    ("credential_id", "mechanism"),
    [
        ("bare-rsa-scal1", "sha256_rsa"),
        ("pss-scal2", "rsassa_pss"),
        ("p384-scal1", "sha384_ecdsa"),
        ("p521-scal2", "sha512_ecdsa"),
    ],
)
def test_every_kind_of_key(service: Running, credential_id: str, mechanism: str) -> None:
    world, signing_id = at(service, credential_id, level=B_T)
    signature = require_signed(world, world.signed(signing_id), B_T)
    assert signature.signer_info["signature_algorithm"]["algorithm"].native == mechanism


def test_white_space_in_the_base64_is_no_fault(service: Running) -> None:
    world, signing_id = at(service, "implicit-scal2")
    fault(world, "whitespace_base64")
    require_signed(world, world.signed(signing_id), B_B)


@pytest.mark.parametrize("scal", SCALS)
def test_a_cms_with_the_signers_certificate_alone(service: Running, scal: str) -> None:
    """Its issuers are known from the credential, and go into the document with the rest of what validates it."""
    world, signing_id = at(service, f"p256-{scal}", level=B_LT)
    fault(world, "without_issuers")
    signature = require_signed(world, world.signed(signing_id), B_LT)
    assert len(signature.signed_data["certificates"]) == 1


def test_a_service_that_says_nothing_of_itself(service: Running) -> None:
    """Which levels it offers is asked for only to spell one as it does."""
    world, signing_id = at(service, "app")
    assert world.go_on(signing_id) == "PENDING"
    approve(service.url)
    fault(world, "error_503", OFTEN, INFO)
    outcome = world.poll(signing_id)
    fault(world, "error_503", 0, INFO)
    require_signed(world, world.settled(signing_id, outcome), B_B)


# What comes back


def require_ended(
    world: AtService,
    signing_id: str,
    name: str,
    actor: Actor = Actor.OPERATOR,
    status: SigningStatus = SigningStatus.FAILED,
) -> Signing:
    """It came to nothing, nothing is stored, and the record says why and who must act."""
    signing = world.settled(signing_id, world.go_on(signing_id))
    assert signing.problem is not None
    assert (signing.problem.error, signing.problem.actor, signing.status) == (name, actor, status)
    assert (signing.outcome, signing.signed) == (None, None)
    assert not [key for key in world.documents.versions if key.startswith("signed/")]
    assert world.left_open(signing_id) == CLOSED
    return signing


@pytest.mark.parametrize("scal", SCALS)
@pytest.mark.parametrize(("what", "name", "actor"), [
    ("another_digest", "SignatureInvalid", Actor.OPERATOR),
    ("another_key", "SignatureInvalid", Actor.OPERATOR),
    ("wrong_signature", "SignatureInvalid", Actor.OPERATOR),
    ("malformed_base64", "SignatureInvalid", Actor.OPERATOR),
    ("too_few", "SignatureInvalid", Actor.OPERATOR),
    ("another_signer", "SignedByAnother", Actor.OWNER),
    ("too_large", "PlaceholderTooSmall", Actor.OPERATOR),
    ("asynchronous", "RsspRefused", Actor.OPERATOR),
    ("html_error", "RsspRefused", Actor.OPERATOR),
])  # fmt: skip
def test_a_cms_that_is_not_the_documents_is_not_embedded(
    service: Running, what: str, name: str, actor: Actor, scal: str
) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, what)
    signing = require_ended(world, signing_id, name, actor)
    assert signing.remote is not None
    assert signing.remote.signature_value is None
    assert world.called(SIGN).total() == 1


@pytest.mark.parametrize(("scal", "name"), [("scal1", "SignatureInvalid"), ("scal2", "RsspRefused")])
def test_a_digest_that_was_not_the_prepared_one(service: Running, scal: str, name: str) -> None:
    """Under SCAL 2 the service refuses it; under SCAL 1 its CMS is not the document's."""
    world, signing_id = at(service, f"implicit-{scal}")

    def swap(body: bytes) -> bytes:
        order = json.loads(body)
        order["documentDigests"][0]["hashes"] = [digest("another")]
        return json.dumps(order).encode()

    world.line.meddling[SIGN] = swap
    signing = require_ended(world, signing_id, name)
    assert world.called(SIGN) == ({"200": 1} if scal == "scal1" else {"403": 1})
    assert signing.problem is not None
    assert signing.problem.details.get("error") == (None if scal == "scal1" else "invalid_hash")


# Answers that are lost


@pytest.mark.parametrize("scal", SCALS)
@pytest.mark.parametrize("what", ["error_503", "drop_before", "drop_after", "error_after", "too_many_requests"])
def test_a_lost_answer_takes_a_fresh_authorisation_of_the_same_digest(service: Running, what: str, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, what)
    require_signed(world, world.signed(signing_id), B_B)
    first, second = sent(world, SIGN)
    assert first["documentDigests"] == second["documentDigests"]
    assert first["SAD"] != second["SAD"]
    assert world.called(AUTHORIZE) == {"200": 2}


@pytest.mark.parametrize("scal", SCALS)
def test_answers_that_keep_getting_lost_need_an_operator(service: Running, scal: str) -> None:
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "drop_after", OFTEN)
    require_ended(world, signing_id, "OutcomeUnknown", status=SigningStatus.NEEDS_ATTENTION)
    assert world.called(SIGN).total() == 2


@pytest.mark.parametrize("scal", SCALS)
def test_a_token_that_ends_on_the_way_is_renewed_once(service: Running, scal: str) -> None:
    """A 401 says that nothing was done: the same authorisation goes on."""
    world, signing_id = at(service, f"implicit-{scal}")
    fault(world, "token_revoked")
    require_signed(world, world.signed(signing_id), B_B)
    assert world.called(AUTHORIZE) == {"200": 1}
