"""Which algorithm is chosen, and what it looks like on the wire."""

import pytest
from asn1crypto import algos
from cryptography.hazmat.primitives.asymmetric import ec

from paraph.domain.errors import CredentialUnusable
from paraph.domain.rssp import KeyAlgorithm
from paraph.domain.signature import SignatureAlgorithm
from paraph.pdf.algorithms import signature_identifier
from paraph.servers.csc.algorithms import choose_algorithm, pss_parameters
from tests.pki import Pki
from tests.unit.servers.csc.stub import Bench, refused, self_signed

BARE, PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
RSA_256, RSA_512 = "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.13"
EC_KEY, EC_256, EC_384, EC_512 = (
    "1.2.840.10045.2.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"
)  # fmt: skip
PLAIN_256 = "0.4.0.127.0.7.1.1.4.1.3"
RSA_SHA_1, ED25519 = "1.2.840.113549.1.1.5", "1.3.101.112"
SHA = {"256": "2.16.840.1.101.3.4.2.1", "384": "2.16.840.1.101.3.4.2.2", "512": "2.16.840.1.101.3.4.2.3"}


@pytest.mark.parametrize(
    ("kind", "offered", "wanted", "oid", "name"),
    [
        ("rsa2048", [PSS, BARE, RSA_256], None, RSA_256, "RSASSA_PKCS1_V1_5_SHA_256"),
        ("rsa2048", [PSS, BARE], None, BARE, "RSASSA_PKCS1_V1_5_SHA_256"),
        ("rsa2048", [RSA_512], None, RSA_512, "RSASSA_PKCS1_V1_5_SHA_512"),
        ("rsa2048", [PSS], None, PSS, "RSASSA_PSS_SHA_256"),
        ("rsa2048", [RSA_256, BARE, PSS], "RSASSA_PKCS1_V1_5_SHA_512", BARE, "RSASSA_PKCS1_V1_5_SHA_512"),
        ("rsa2048", [RSA_256, PSS], "RSASSA_PSS_SHA_384", PSS, "RSASSA_PSS_SHA_384"),
        ("p256", [EC_KEY, EC_512, EC_256], None, EC_256, "ECDSA_SHA_256"),
        ("p256", [PLAIN_256, EC_KEY], None, PLAIN_256, "ECDSA_SHA_256"),
        ("p256", [EC_512], None, EC_512, "ECDSA_SHA_512"),
        ("p384", [EC_256, EC_384], None, EC_384, "ECDSA_SHA_384"),
        ("p384", [EC_256, EC_512], None, EC_512, "ECDSA_SHA_512"),
        ("p384", [EC_256], None, EC_256, "ECDSA_SHA_256"),
        ("p521", [EC_256, EC_384, EC_512], None, EC_512, "ECDSA_SHA_512"),
        ("p521", [EC_256, EC_512], "ECDSA_SHA_256", EC_256, "ECDSA_SHA_256"),
    ],
)
def test_the_first_that_is_offered_is_taken(
    pki: Pki, kind: str, offered: list[str], wanted: str | None, oid: str, name: str
) -> None:
    credential = Bench(pki, kind=kind).credential(key_algorithms=tuple(offered))
    found = choose_algorithm(credential, SignatureAlgorithm(wanted) if wanted else None)
    algorithm = SignatureAlgorithm(name)
    assert found == KeyAlgorithm(
        sign_algorithm=oid,
        hash_algorithm=SHA[name[-3:]],
        parameters=pss_parameters(algorithm.digest) if oid == PSS else None,
        algorithm=algorithm,
    )


@pytest.mark.parametrize(
    ("kind", "offered", "wanted"),
    [
        ("rsa2048", [], None),
        ("rsa2048", [RSA_SHA_1], None),
        ("rsa2048", [RSA_256], "RSASSA_PKCS1_V1_5_SHA_512"),
        ("rsa2048", [BARE, RSA_256], "RSASSA_PSS_SHA_256"),
        ("rsa2048", [EC_256], None),
        ("rsa1024", [RSA_256, BARE, PSS], None),
        ("p256", [EC_KEY], None),
        ("p256", [RSA_256, BARE], None),
        ("p256", [ED25519], None),
    ],
)
def test_nothing_is_invented(pki: Pki, kind: str, offered: list[str], wanted: str | None) -> None:
    credential = Bench(pki, kind=kind).credential(key_algorithms=tuple(offered))
    with refused(CredentialUnusable, algorithm=wanted or "any"):
        choose_algorithm(credential, SignatureAlgorithm(wanted) if wanted else None)


def test_a_curve_that_is_too_small_signs_nothing(v1: Bench) -> None:
    small = self_signed(ec.generate_private_key(ec.SECP224R1()))
    with refused(CredentialUnusable):
        choose_algorithm(v1.credential(certificates=(small,), key_algorithms=(EC_256,)), None)


def test_without_a_certificate_there_is_no_key_to_choose_for(v1: Bench) -> None:
    with refused(CredentialUnusable):
        choose_algorithm(v1.credential(certificates=()), None)


@pytest.mark.parametrize("bits", ["256", "384", "512"])
def test_pss_parameters_are_those_that_the_cms_will_have(bits: str) -> None:
    algorithm = SignatureAlgorithm(f"RSASSA_PSS_SHA_{bits}")
    parameters = pss_parameters(algorithm.digest)
    read = algos.RSASSAPSSParams.load(parameters, strict=True)
    assert read["hash_algorithm"]["algorithm"].native == f"sha{bits}"
    assert read["mask_gen_algorithm"]["parameters"]["algorithm"].native == f"sha{bits}"
    assert (read["salt_length"].native, read["trailer_field"].native) == (int(bits) // 8, "trailer_field_bc")
    assert signature_identifier(algorithm).endswith(parameters)
