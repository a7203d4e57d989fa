"""Certificate requests for keys that never leave their key service (PKCS #10, RFC 2986)."""

from asn1crypto import algos, core, csr, keys, pem, x509
from cryptography import x509 as pyca

from paraph.domain.configuration import Capacity
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.ports.signing_server import KeyService


def certificate_request(service: KeyService, key_id: str, capacity: Capacity) -> str:
    """A CSR in PEM, signed by the key itself."""
    subject = pyca.Name.from_rfc4514_string(capacity.subject or f"CN={capacity.name}")
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": x509.Name.load(subject.public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(service.public_key(key_id)),
            "attributes": csr.CRIAttributes([]),
        }
    )
    algorithm = capacity.signature_algorithm
    request = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": _identifier(algorithm),
            "signature": core.OctetBitString(service.sign(key_id, algorithm, info.dump())),
        }
    )
    text: bytes = pem.armor("CERTIFICATE REQUEST", request.dump())
    return text.decode()


def _identifier(algorithm: SignatureAlgorithm) -> algos.SignedDigestAlgorithm:
    digest = algorithm.digest
    if algorithm.value.startswith("ECDSA"):
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if "PKCS1" in algorithm.value:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": _pss(digest)})


def _pss(digest: DigestAlgorithm) -> algos.RSASSAPSSParams:
    salt_length = {DigestAlgorithm.SHA256: 32, DigestAlgorithm.SHA384: 48, DigestAlgorithm.SHA512: 64}[digest]
    name = {"algorithm": digest.value}
    return algos.RSASSAPSSParams(
        {
            "hash_algorithm": algos.DigestAlgorithm(name),
            "mask_gen_algorithm": algos.MaskGenAlgorithm(
                {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm(name)}
            ),
            "salt_length": salt_length,
        }
    )
