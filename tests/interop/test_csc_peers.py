"""Our CSC client and a service that nobody here wrote: PyPI's `certomancer-csc-dummy`.

It speaks version 1, without authentication, factors or expiry. What it does not know is tested against our own
stand-in, tests/contract/test_csc.py.
"""

import hashlib
import os
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from local import processes
from local.stack import LOCAL
from paraph.domain.errors import RsspRefused
from paraph.domain.rssp import (
    Authorization,
    AuthorizationMode,
    Credential,
    CscVersion,
    KeyAlgorithm,
    PendingAuthorization,
    RsspConnection,
    Scal,
    Scal1Authorization,
    Scal2Authorization,
    ServiceAuthorization,
)
from paraph.domain.signature import SignatureAlgorithm
from paraph.http import GuardedTransport
from paraph.ports.clock import SystemClock
from paraph.servers.csc import rssp
from paraph.servers.csc.client import Csc

DUMMY = LOCAL / "peers" / "bin" / "certomancer-csc"
ARCHITECTURE = """
external-url-prefix: "http://localhost"
keysets:
  sandbox:
    path-prefix: {folder}
    keys: {{root: {{path: root.pem}}, alice: {{path: alice.pem}}, carol: {{path: carol.pem}}}}
pki-architectures:
  sandbox:
    keyset: sandbox
    entity-defaults: {{country-name: XX, organization-name: Sandbox}}
    entities: {{root: {{common-name: Root}}, alice: {{common-name: Alice}}, carol: {{common-name: Carol}}}}
    certs:
      root:
        subject: root
        subject-key: root
        issuer: root
        authority-key: root
        validity: {{valid-from: "2020-01-01T00:00:00+0000", valid-to: "2060-01-01T00:00:00+0000"}}
        profiles: [{{id: simple-ca}}]
      alice:
        issuer: root
        validity: {{valid-from: "2024-01-01T00:00:00+0000", valid-to: "2040-01-01T00:00:00+0000"}}
        profiles: [digsig-commitment]
      carol: {{template: alice}}
"""
KEYS: dict[str, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey] = {
    "root": ec.generate_private_key(ec.SECP256R1()),
    "alice": rsa.generate_private_key(65537, 2048),
    "carol": ec.generate_private_key(ec.SECP256R1()),
}
DIGESTS = {bits: [hashlib.new(f"sha{bits}", name).digest() for name in (b"one", b"two")] for bits in (256, 384, 512)}


@pytest.fixture(scope="module", params=[Scal.ONE, Scal.TWO])
def dummy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Csc]:
    """Our client of the dummy service, which has one SCAL for all credentials."""
    assert DUMMY.exists(), "certomancer-csc-dummy is not installed: run these tests with `make interop`"
    folder, port = tmp_path_factory.mktemp("dummy"), processes.free_port()
    for name, key in KEYS.items():
        (folder / f"{name}.pem").write_bytes(pem(key))
    (folder / "certomancer.yml").write_text(ARCHITECTURE.format(folder=folder))
    log = folder / "dummy.log"
    group = processes.start([str(DUMMY), "certomancer.yml", str(port), request.param], log, os.environ, folder)
    try:
        processes.await_answer(f"http://localhost:{port}/info", group, log)
        yield client(f"http://localhost:{port}/csc/v1")
    finally:
        processes.stop([group])


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    """PKCS #8, without a password."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def client(url: str) -> Csc:
    """Paraph's client, on its real transport."""
    connection = RsspConnection(url=url, version=CscVersion.V1, service_authorization=ServiceAuthorization.NONE)
    return rssp(connection, "", GuardedTransport([url.removesuffix("/csc/v1")]), SystemClock())


def digests(algorithm: KeyAlgorithm) -> list[bytes]:
    """What is signed."""
    return DIGESTS[int(algorithm.algorithm.value[-3:])]


def signed(dummy: Csc, credential: Credential, algorithm: KeyAlgorithm) -> tuple[bytes, ...]:
    """Two signatures under one authorisation."""
    authorization = dummy.authorize(None, credential, digests(algorithm), algorithm.hash_algorithm)
    return asked(dummy, authorization, algorithm, credential.certificates[0])


def asked(
    dummy: Csc, authorization: Authorization | PendingAuthorization, algorithm: KeyAlgorithm, certificate: bytes
) -> tuple[bytes, ...]:
    """Signatures in the way of the authorisation's SCAL."""
    match authorization:
        case Scal2Authorization():
            return dummy.sign_authorized(None, authorization, algorithm, certificate)
        case Scal1Authorization():
            return dummy.sign_hashes(None, authorization, digests(algorithm), algorithm, certificate)
    raise AssertionError("the dummy service never lets wait")


def test_the_dummy_service_is_understood(dummy: Csc) -> None:
    assert dummy.info().specs == "1.0.4.0"
    assert dummy.info().auth_types == ("external",)
    assert {"sandbox/alice", "sandbox/carol", "sandbox/root"} == set(dummy.credentials(None, None))
    alice, root = (dummy.credential(None, f"sandbox/{name}") for name in ("alice", "root"))
    assert (alice.mode, alice.for_signing, root.for_signing) == (AuthorizationMode.IMPLICIT, True, False)
    assert alice.subject == "CN=Alice,O=Sandbox,C=XX"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("alice", None),
        ("alice", SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_512),
        ("alice", SignatureAlgorithm.RSASSA_PSS_SHA_256),
        ("alice", SignatureAlgorithm.RSASSA_PSS_SHA_512),
        ("carol", None),
        ("carol", SignatureAlgorithm.ECDSA_SHA_384),
    ],
)
def test_the_dummy_services_signatures_are_those_of_its_keys(
    dummy: Csc, name: str, wanted: SignatureAlgorithm | None
) -> None:
    credential = dummy.credential(None, f"sandbox/{name}")
    algorithm = dummy.choose_algorithm(credential, wanted)
    assert wanted in (None, algorithm.algorithm)
    for value, digest in zip(signed(dummy, credential, algorithm), digests(algorithm), strict=True):
        verify(name, value, digest, algorithm.algorithm)


def verify(name: str, value: bytes, digest: bytes, algorithm: SignatureAlgorithm) -> None:
    """With the very key that the service was given."""
    hashed = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm.value[-3:]]
    key = KEYS[name].public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, digest, ec.ECDSA(Prehashed(hashed)))
    else:
        pss = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
        key.verify(value, digest, pss if "PSS" in algorithm else padding.PKCS1v15(), Prehashed(hashed))


def test_the_dummy_services_refusals_in_plain_text_are_refusals(dummy: Csc) -> None:
    credential = dummy.credential(None, "sandbox/alice")
    algorithm = dummy.choose_algorithm(credential, None)
    authorization = dummy.authorize(None, credential, digests(algorithm), algorithm.hash_algorithm)
    stranger = authorization.model_copy(update={"credential_id": "sandbox/carol"})
    with pytest.raises(RsspRefused) as caught:
        asked(dummy, stranger, algorithm, credential.certificates[0])
    assert caught.value.details == {"call": "signatures/signHash", "status": 400, "error": "other"}


def test_the_dummy_service_has_the_scal_that_it_was_started_with(dummy: Csc, request: pytest.FixtureRequest) -> None:
    credential = dummy.credential(None, "sandbox/alice")
    assert credential.scal == request.node.callspec.params["dummy"]
