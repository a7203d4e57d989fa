"""A CMS that came without a time-stamp gets one, and nothing else of it changes."""

import hashlib
from typing import Any

import pytest
from asn1crypto import cms as asn1
from asn1crypto import core

from paraph.domain.errors import TimestampUnavailable
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import SignatureAlgorithm
from paraph.domain.verification import Indication
from paraph.pdf.engine import PyHankoEngine
from paraph.pdf.foreign_cms import check_foreign_cms
from tests.pki import SECOND_TSA_URL, TSA_URL, Pki
from tests.unit.pdf.forge import attributes_of, digest_of, forge, sid_of
from tests.unit.pdf.samples import ECDSA, FIELD, Source, plain, request, verdict

A = SignatureAlgorithm
ALGORITHMS = [
    ("rsa2048", A.RSASSA_PKCS1_V1_5_SHA_256),
    ("rsa2048", A.RSASSA_PSS_SHA_384),
    ("p256", A.ECDSA_SHA_256),
    ("p521", A.ECDSA_SHA_512),
]
NOTE = asn1.CMSAttribute({"type": "1.3.6.1.4.1.99999.1", "values": [core.OctetString(bytes(300))]})


def info_of(cms: bytes) -> Any:
    return asn1.ContentInfo.load(cms, strict=True)["content"]["signer_infos"][0]


def imprint_of(info: Any) -> Any:
    """What the only time-stamp is over."""
    (token,) = [a["values"][0] for a in info["unsigned_attrs"] if a["type"].native == "signature_time_stamp_token"]
    return token["content"]["encap_content_info"]["content"].parsed["message_imprint"]


@pytest.mark.parametrize(("kind", "algorithm"), ALGORITHMS)
@pytest.mark.parametrize("by_key", [False, True])
@pytest.mark.parametrize("noted", [False, True])
def test_the_stamp_is_over_the_signature_and_the_rest_stays(
    engine: PyHankoEngine, pki: Pki, kind: str, algorithm: SignatureAlgorithm, by_key: bool, noted: bool
) -> None:
    signer, digest = pki.signer(kind), algorithm.digest
    more: dict[str, Any] = {"unsigned_attrs": [NOTE]} if noted else {}
    before = forge(signer, algorithm=algorithm, sid=sid_of(signer.chain[0], by_key=by_key), **more)
    after = engine.time_stamped(before, digest, [TSA_URL])
    found = check_foreign_cms(after, digest_of(algorithm=digest), digest, len(after))
    assert (found.cms, found.time_stamped, found.algorithm) == (after, True, algorithm)
    old, new = info_of(before), info_of(after)
    assert imprint_of(new)["hash_algorithm"]["algorithm"].native == digest
    assert imprint_of(new)["hashed_message"].native == hashlib.new(digest, old["signature"].native).digest()
    kept = [attribute.dump() for attribute in new["unsigned_attrs"]]
    assert (NOTE.dump() in kept, len(kept)) == (noted, 1 + noted)
    for part in ("sid", "signed_attrs", "signature_algorithm", "signature"):
        assert new[part].dump() == old[part].dump()
    whole_old, whole_new = (asn1.ContentInfo.load(cms)["content"] for cms in (before, after))
    assert whole_new["certificates"].dump() == whole_old["certificates"].dump()
    assert whole_new["digest_algorithms"].dump() == whole_old["digest_algorithms"].dump()


def test_the_next_authority_is_asked_and_no_token_is_made_up(engine: PyHankoEngine, pki: Pki) -> None:
    cms = forge(pki.signer())
    pki.transport.down = {TSA_URL}
    assert imprint_of(info_of(engine.time_stamped(cms, ECDSA.digest, [TSA_URL, SECOND_TSA_URL])))
    with pytest.raises(TimestampUnavailable):
        engine.time_stamped(cms, ECDSA.digest, [TSA_URL])


@pytest.mark.parametrize("level", [ConformanceLevel.B_T, ConformanceLevel.B_LT])
def test_a_document_with_it_passes_at_its_level(engine: PyHankoEngine, pki: Pki, level: ConformanceLevel) -> None:
    signer, document = pki.signer(), plain()
    prepared = engine.prepare(Source(document), request(level=level))
    cms = forge(signer, attributes_of(signer, prepared.document_digest))
    document += engine.embed(prepared, engine.time_stamped(cms, prepared.digest_algorithm, [TSA_URL]))
    document += engine.extend(Source(document), FIELD, level, pki.trust_anchors, [TSA_URL])
    found = verdict(document, pki, online=level is ConformanceLevel.B_T)
    assert (found.indication, found.conformance_level) == (Indication.TOTAL_PASSED, level)
