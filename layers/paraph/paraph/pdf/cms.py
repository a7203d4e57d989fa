"""CMS SignedData for PAdES baseline signatures (RFC 5652, EN 319 122-1 §6, EN 319 142-1 §6)."""

import hashlib
from collections.abc import Sequence

from paraph.domain.errors import CertificateMissing
from paraph.domain.signature import DigestAlgorithm, SignatureAlgorithm
from paraph.pdf import der
from paraph.pdf.algorithms import digest_identifier, signature_identifier

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
_SIGNATURE_TIME_STAMP = der.oid("1.2.840.113549.1.9.16.2.14")
_VERSION_1 = der.integer(1)


def signed_attributes(document_digest: bytes, algorithm: DigestAlgorithm, certificate_chain: Sequence[bytes]) -> bytes:
    """DER of the signed attributes as SET OF, which is what is signed (RFC 5652 §5.4).

    Content type, message digest, and ESS signing-certificate-v2 (RFC 5035); no signing-time, which PAdES baseline
    forbids in favour of /M (EN 319 142-1 §6.3). Raises CertificateMissing on an empty chain.
    """
    return der.set_of(
        _attribute(_CONTENT_TYPE, _DATA),
        _attribute(_MESSAGE_DIGEST, der.octet_string(document_digest)),
        _attribute(_SIGNING_CERTIFICATE_V2, _signing_certificate(_signer(certificate_chain), algorithm)),
    )


def signed_data(
    dtbs: bytes,
    signature_value: bytes,
    algorithm: SignatureAlgorithm,
    certificate_chain: Sequence[bytes],
    time_stamp: bytes | None = None,
) -> bytes:
    """DER of ContentInfo with a detached SignedData of one signer (RFC 5652 §5.1).

    `dtbs` is what `signed_attributes` gave; `time_stamp` is the DER of a time-stamp token (RFC 3161, appendix A).
    """
    digest = digest_identifier(algorithm.digest)
    issuer, serial = issuer_and_serial(_signer(certificate_chain))
    unsigned = [der.context(1, signature_time_stamp(time_stamp))] if time_stamp else []
    signer_info = der.sequence(
        _VERSION_1,
        der.sequence(issuer, serial),
        digest,
        bytes((der.CONTEXT,)) + dtbs[1:],  # implicit [0] in place of SET OF
        signature_identifier(algorithm),
        der.octet_string(signature_value),
        *unsigned,
    )
    content = der.sequence(
        _VERSION_1,
        der.set_of(digest),
        der.sequence(_DATA),
        der.context(0, *sorted(set(certificate_chain))),
        der.set_of(signer_info),
    )
    return der.sequence(_SIGNED_DATA, der.context(0, content))


def signature_time_stamp(token: bytes) -> bytes:
    """DER of the attribute that holds a time-stamp token over the signature value (RFC 3161, appendix A)."""
    return _attribute(_SIGNATURE_TIME_STAMP, token)


def issuer_and_serial(certificate: bytes) -> tuple[bytes, bytes]:
    """DER of the issuer's name and of the serial number, as they are in the certificate (RFC 5280 §4.1)."""
    outer, _ = der.value_span(certificate)
    fields = der.elements(certificate, *der.value_span(certificate, outer))
    if fields[0][0] == der.CONTEXT:  # explicit version
        fields = fields[1:]
    serial, _algorithm, issuer = fields[:3]
    return issuer, serial


def _signer(certificate_chain: Sequence[bytes]) -> bytes:
    if not certificate_chain:
        raise CertificateMissing("a CMS needs the signer's certificate")
    return certificate_chain[0]


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.set_of(value))


def _signing_certificate(certificate: bytes, algorithm: DigestAlgorithm) -> bytes:
    issuer, serial = issuer_and_serial(certificate)
    digest = hashlib.new(algorithm.value, certificate).digest()
    default = algorithm is DigestAlgorithm.SHA256  # DER leaves defaults out
    ess_certificate_id = der.sequence(
        *(() if default else (digest_identifier(algorithm),)),
        der.octet_string(digest),
        der.sequence(der.sequence(der.context(4, issuer)), serial),
    )
    return der.sequence(der.sequence(ess_certificate_id))
