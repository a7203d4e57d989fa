"""Certificates and revocation information of strangers, parsed as far as their use will go.

asn1crypto parses late; what is broken would otherwise come to light in the middle of a validation and end it. Each
function raises one of `opening.MALFORMED` for what cannot be used.
"""

from asn1crypto import crl, ocsp, x509

CERTIFICATE_ID_HASHES = ("sha1", "sha256")
"""What pyhanko-certvalidator can compare; at any other it stumbles, and would drop all answers for one."""


def certificate(encoded: bytes) -> x509.Certificate:
    """A certificate in DER, with that parsed which the search for chains goes by."""
    found = x509.Certificate.load(encoded, strict=True)
    _ = found.issuer_serial, found.subject.hashable, found.key_identifier, found.public_key
    return found


def ocsp_answer(encoded: bytes) -> ocsp.OCSPResponse:
    """An OCSP response in DER that answers (RFC 6960 §4.2)."""
    answer = ocsp.OCSPResponse.load(encoded, strict=True)
    responses = answer.basic_ocsp_response["tbs_response_data"]["responses"]
    algorithms = [response["cert_id"]["hash_algorithm"]["algorithm"].native for response in responses]
    if not all(algorithm in CERTIFICATE_ID_HASHES for algorithm in algorithms):
        raise ValueError("the answer names its certificate by a hash that cannot be compared")
    return answer


def revocation_list(encoded: bytes) -> crl.CertificateList:
    """A CRL in DER, with that parsed which tells whose it is and of when (RFC 5280 §5.1)."""
    found = crl.CertificateList.load(encoded, strict=True)
    _ = found.issuer.hashable, found["tbs_cert_list"]["this_update"].native
    return found
