"""One suite for `KeyService`: the fake and KMS (moto) give keys whose signatures verify outside."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from moto import mock_aws

from paraph.aws.keys import RAW_LIMIT, KmsKeyService
from paraph.domain.configuration import Capacity, KeySpec
from paraph.domain.errors import KeyUnavailable, OutcomeUnknown
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.signature import SignatureAlgorithm
from paraph.ports.signing_server import KeyService
from tests.fakes import MemoryKeys


def kms() -> Any:
    return boto3.client("kms", region_name="eu-central-1")


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture(params=["memory", "kms"])
def service(request: pytest.FixtureRequest, aws: None) -> KeyService:
    return MemoryKeys() if request.param == "memory" else KmsKeyService(kms(), kms(), "paraph")


def capacity(spec: KeySpec, algorithm: SignatureAlgorithm) -> Capacity:
    level = LevelOfAssurance.ADVANCED_ELECTRONIC_SEAL
    return Capacity(name="seal", level_of_assurance=level, key_spec=spec, signature_algorithm=algorithm)


def verify(public: bytes, algorithm: SignatureAlgorithm, message: bytes, value: bytes) -> None:
    key = load_der_public_key(public)
    digest = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[-3:]]
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(value, message, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey) and "PSS" in algorithm:
        key.verify(value, message, padding.PSS(padding.MGF1(digest), padding.PSS.AUTO), digest)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(value, message, padding.PKCS1v15(), digest)


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [
        (KeySpec.RSA_2048, SignatureAlgorithm.RSASSA_PKCS1_V1_5_SHA_256),
        (KeySpec.RSA_2048, SignatureAlgorithm.RSASSA_PSS_SHA_512),
        (KeySpec.ECC_NIST_P256, SignatureAlgorithm.ECDSA_SHA_256),
        (KeySpec.ECC_NIST_P384, SignatureAlgorithm.ECDSA_SHA_384),
    ],
)
def test_signatures_verify_with_the_public_key(
    service: KeyService, spec: KeySpec, algorithm: SignatureAlgorithm
) -> None:
    key_id = service.create(capacity(spec, algorithm), "people/jane")
    value = service.sign(key_id, algorithm, b"signed attributes")
    verify(service.public_key(key_id), algorithm, b"signed attributes", value)


def test_the_same_label_finds_the_same_key(service: KeyService) -> None:
    of = capacity(KeySpec.ECC_NIST_P256, SignatureAlgorithm.ECDSA_SHA_256)
    assert service.create(of, "people/jane") == service.create(of, "people/jane") != service.create(of, "people/john")


class OneCall:
    """A KMS client that fails, or tells what it was asked."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.asked: dict[str, Any] = {}

    def sign(self, **asked: Any) -> dict[str, bytes]:
        self.asked = asked
        if self.failure:
            raise self.failure
        return {"Signature": b"value"}

    def get_public_key(self, **asked: Any) -> dict[str, bytes]:
        return {"PublicKey": self.sign(**asked)["Signature"]}

    def service(self) -> KmsKeyService:
        return KmsKeyService(self, self, "paraph")


@pytest.mark.parametrize("code", ["DisabledException", "KMSInvalidStateException", "NotFoundException"])
def test_a_key_that_cannot_be_used(code: str) -> None:
    failing = OneCall(ClientError({"Error": {"Code": code, "Message": ""}}, "Sign"))
    with pytest.raises(KeyUnavailable) as raised:
        failing.service().sign("key", "ECDSA_SHA_256", b"x")
    assert raised.value.details == {"reason": code}


@pytest.mark.parametrize(
    "failure",
    [
        ReadTimeoutError(endpoint_url="https://kms.example"),
        ClientError({"Error": {"Code": "KMSInternalException", "Message": ""}}, "Sign"),
    ],
)
def test_a_lost_answer_is_an_unknown_outcome(failure: Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        OneCall(failure).service().sign("key", "ECDSA_SHA_256", b"x")


def test_a_public_key_that_does_not_come_is_no_lost_signature() -> None:
    failing = OneCall(ReadTimeoutError(endpoint_url="https://kms.example"))
    with pytest.raises(KeyUnavailable) as raised:
        failing.service().public_key("key")
    assert raised.value.details == {"reason": "ReadTimeoutError"}


@pytest.mark.parametrize(("size", "kind"), [(1, "RAW"), (RAW_LIMIT, "RAW"), (RAW_LIMIT + 1, "DIGEST")])
def test_kms_hashes_short_messages_itself(size: int, kind: str) -> None:
    call = OneCall()
    call.service().sign("key", "RSASSA_PSS_SHA_384", b"x" * size)
    assert call.asked["MessageType"] == kind
    assert len(call.asked["Message"]) == (size if kind == "RAW" else 48)
