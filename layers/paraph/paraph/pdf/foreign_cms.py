"""A CMS that somebody else built, checked before it is embedded (RFC 5652, RFC 5035, EN 319 122-1).

Nothing is believed because of where it came from: it has to be one detached signature, over our document digest, by the
key of the very certificate that its signed attributes name.
"""

from datetime import datetime
from typing import Any

from asn1crypto import cms as asn1
from asn1crypto import tsp, x509

from paraph.domain.errors import CertificateMismatch, PlaceholderTooSmall, SignatureInvalid
from paraph.domain.foreign_signature import ExpectedSigner, ForeignSignature
from paraph.domain.signature import DigestAlgorithm
from paraph.pdf import der
from paraph.pdf.definite import with_definite_lengths
from paraph.pdf.foreign_algorithms import signature_algorithm
from paraph.pdf.foreign_signer import check_expected, issuers_of, named_certificate
from paraph.pdf.signature_values import check_value

# Not those of `opening`: they come with pyHanko, which nothing here needs
MALFORMED = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
NAMED = tsp.SigningCertificateV2  # its module teaches asn1crypto what the attribute holds
ONCE = ("content_type", "message_digest", "signing_certificate_v2", "signing_time")


def check_foreign_cms(
    cms: bytes,
    document_digest: bytes,
    digest_algorithm: DigestAlgorithm,
    room: int,
    expected: ExpectedSigner | None = None,
) -> ForeignSignature:
    """Check a CMS against the digest of our byte range; `room` is the number of bytes reserved for it.

    Indefinite lengths, which some builders write, become definite, as PDF wants DER (ISO 32000-2 §12.8.3.3); all else
    stays as it is. Raises PlaceholderTooSmall, SignatureInvalid, SignedByAnother.
    """
    if len(cms) > room:
        raise PlaceholderTooSmall("the CMS is larger than its place", needed=len(cms), reserved=room)
    try:
        return _checked(with_definite_lengths(cms), document_digest, digest_algorithm, expected)
    except MALFORMED as error:
        raise SignatureInvalid("the CMS cannot be read", reason=type(error).__name__) from None


def _checked(
    cms: bytes, document_digest: bytes, digest_algorithm: DigestAlgorithm, expected: ExpectedSigner | None
) -> ForeignSignature:
    signed = _signed_data(cms)
    info = _only_signer(signed)
    dtbs = _dtbs(info)
    certificates = _certificates(signed)
    attributes = _signed_attributes(info)
    _check_digest(info, attributes, document_digest, digest_algorithm)
    signer = named_certificate(info["sid"], attributes.get("signing_certificate_v2"), certificates)
    algorithm = signature_algorithm(info["signature_algorithm"], digest_algorithm)
    try:
        check_value(dtbs, info["signature"].native, algorithm, signer.dump())
    except CertificateMismatch as error:
        raise SignatureInvalid("the signature does not fit the certificate that it names") from error
    check_expected(signer, expected)
    return ForeignSignature(
        cms=cms,
        certificate=signer.dump(),
        chain=(signer.dump(), *issuers_of(signer, certificates)),
        algorithm=algorithm,
        claimed_at=_claimed_at(attributes),
        time_stamped="signature_time_stamp_token" in _kinds(info["unsigned_attrs"]),
    )


def _signed_data(cms: bytes) -> Any:
    content = asn1.ContentInfo.load(cms, strict=True)
    if content["content_type"].native != "signed_data":
        raise SignatureInvalid("the CMS is no SignedData")
    signed = content["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content"].native is not None:
        raise SignatureInvalid("the CMS brings content of its own")
    if encapsulated["content_type"].native != "data":
        raise SignatureInvalid("the CMS signs something other than data")
    return signed


def _only_signer(signed: Any) -> Any:
    infos = list(signed["signer_infos"])
    if len(infos) != 1:
        raise SignatureInvalid("the CMS has not exactly one signer", signers=len(infos))
    return infos[0]


def _dtbs(info: Any) -> bytes:
    """The signed attributes as they stand (RFC 5652 §5.4), before asn1crypto, reading them, puts them in order."""
    return bytes((der.SET,)) + bytes(info["signed_attrs"].dump()[1:])


def _certificates(signed: Any) -> list[x509.Certificate]:
    return [choice.chosen for choice in signed["certificates"] or () if choice.name == "certificate"]


def _signed_attributes(info: Any) -> dict[str, Any]:
    """The values of attributes that may occur once, by name."""
    found = [(attribute["type"].native, list(attribute["values"])) for attribute in info["signed_attrs"] or ()]
    for kind in ONCE:
        if sum(name == kind for name, _ in found) > 1:
            raise SignatureInvalid("a signed attribute occurs twice", attribute=kind)
    single = {name: values[0] for name, values in found if len(values) == 1}
    if single.get("content_type") is None or single["content_type"].native != "data":
        raise SignatureInvalid("the signed attributes do not say that data is signed")
    return single


def _check_digest(info: Any, attributes: dict[str, Any], digest: bytes, algorithm: DigestAlgorithm) -> None:
    if info["digest_algorithm"]["algorithm"].native != algorithm.value:
        raise SignatureInvalid("the CMS uses another digest algorithm", expected=algorithm.value)
    if "message_digest" not in attributes or attributes["message_digest"].native != digest:
        raise SignatureInvalid("the CMS signs another document")


def _claimed_at(attributes: dict[str, Any]) -> datetime | None:
    claimed: datetime | None = attributes["signing_time"].native if "signing_time" in attributes else None
    return claimed


def _kinds(attributes: Any) -> set[str]:
    return {attribute["type"].native for attribute in attributes or ()}
