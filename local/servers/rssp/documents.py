"""`signatures/signDoc` (version 2): the CMS of PAdES over digests; documents themselves are not taken (§5.2)."""

import secrets
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from aiohttp import web

from local.servers.rssp.algorithms import IMPLIED, Scheme, scheme
from local.servers.rssp.authorization import check_lengths, refuse_unless_signable
from local.servers.rssp.calls import Call, names
from local.servers.rssp.credentials import Credential
from local.servers.rssp.hashes import decoded
from local.servers.rssp.keys import PrivateKey
from local.servers.rssp.pades import enlarged, signed_data, stranger
from local.servers.rssp.parameters import Parameters
from local.servers.rssp.refusals import Refusal, invalid
from local.servers.rssp.sads import Condition, Hashes, Sad
from local.servers.rssp.spending import in_base64, refuse_asynchronous, sad_of, spend
from local.servers.rssp.vault import Holding

FORMAT = "P"
ENVELOPES = ("Certification", "Revision")  # for a digest they come to the same: which it is stands in the document
LEVEL = "AdES-B-B"
LEVELS = (LEVEL.casefold(), "ades-b")
FILLING_BYTES = 64 * 1024
ENTRY = names(
    "hashes hashAlgorithmOID signature_format conformance_level signAlgo signAlgoParams signed_props "
    "signed_envelope_property"
)


@dataclass(frozen=True)
class Order:
    """One digest, and how it is to be signed."""

    digest: bytes
    scheme: Scheme


async def sign_doc(call: Call) -> web.Response:
    """Everything is checked before anything is used up."""
    credential = call.credential()
    refuse_unless_signable(credential)
    sad = sad_of(call, credential)
    _refuse_what_is_not_offered(call, credential)
    orders = [order for entry in _entries(call) for order in _orders(call, credential, entry)]
    hashes = tuple(order.digest for order in orders)
    _refuse_unauthorized(sad, hashes)
    if call.rssp.faults.take(call.method, "asynchronous"):
        return web.json_response({"responseID": secrets.token_urlsafe(12)}, status=HTTPStatus.ACCEPTED)
    made = await spend(call, credential, sad, hashes, partial(_signed, call, orders))
    return web.json_response({"SignatureObject": in_base64(call, made)})


def _refuse_what_is_not_offered(call: Call, credential: Credential) -> None:
    if call.parameters.optional_string("signatureQualifier") not in (None, credential.qualifier):
        raise invalid("signatureQualifier")
    if call.parameters.flag("returnValidationInfo"):
        raise invalid("returnValidationInfo")
    refuse_asynchronous(call)


def _entries(call: Call) -> list[Parameters]:
    if "documents" in call.parameters:
        both = "documentDigests" in call.parameters
        text = "Both documentDigests and documents parameters passed" if both else "Invalid array parameter documents"
        raise Refusal(text)
    entries = call.parameters.raw("documentDigests")
    if not entries:
        raise Refusal("Empty documentDigests and documents objects")
    if not isinstance(entries, list) or not all(isinstance(e, dict) and set(e) <= ENTRY for e in entries):
        raise Refusal("Invalid object parameter documentDigests")
    return [Parameters(call.version, entry) for entry in entries]


def _orders(call: Call, credential: Credential, entry: Parameters) -> list[Order]:
    entry.choice("signature_format", (FORMAT,), "")
    entry.choice("signed_envelope_property", ENVELOPES, ENVELOPES[0])
    if (entry.optional_string("conformance_level") or LEVEL).casefold() not in LEVELS:
        raise invalid("conformance_level")
    if entry.raw("signed_props") not in (None, []):
        raise invalid("signed_props")
    hashes, chosen = _hashes(entry), _scheme(call, credential, entry)
    check_lengths(call.version, hashes, None)
    if len(hashes[0]) != chosen.hash.digest_size:
        raise Refusal("Invalid digest value length")
    return [Order(digest, chosen) for digest in hashes]


def _hashes(entry: Parameters) -> Hashes:
    """An array; the standard's samples have a bare string (§9, 10)."""
    values: Any = entry.raw("hashes")
    values = [values] if isinstance(values, str) else values
    if not isinstance(values, list) or not values:
        raise Refusal("Invalid object parameter documentDigests")
    return tuple(decoded(value, "hashes") for value in values)


def _scheme(call: Call, credential: Credential, entry: Parameters) -> Scheme:
    sign_algorithm, oid = entry.string("signAlgo"), entry.optional_string("hashAlgorithmOID")
    if oid not in (None, IMPLIED.get(sign_algorithm, oid)):
        raise Refusal("String parameter hashAlgorithmOID contradicts with signAlgo parameter")
    return scheme(call.version, credential.kind.algorithms, sign_algorithm, entry.der("signAlgoParams"), oid)


def _refuse_unauthorized(sad: Sad, hashes: Hashes) -> None:
    """The standard has two answers to it; 403 is this method's own (§9, 11)."""
    if sad.condition is Condition.ACTIVE and not sad.covers(hashes):
        text = "documentDigests or documents are not authorized by the SAD."
        raise Refusal(text, "invalid_hash", HTTPStatus.FORBIDDEN)


def _signed(call: Call, orders: list[Order], key: PrivateKey, holding: Holding) -> list[bytes]:
    """The CMS; or as the control asked for it."""

    def asked(what: str) -> bool:
        return call.rssp.faults.take(call.method, what) is not None

    chain = holding.chain
    if asked("another_signer"):
        chain = (stranger(key, holding.certificate),)
    elif asked("without_issuers"):
        chain = chain[:1]
    digests = [order.digest for order in orders]
    if asked("another_digest"):
        digests[-1] = bytes([digests[-1][0] ^ 1]) + digests[-1][1:]
    made = [signed_data(key, chain, order.scheme, digest) for order, digest in zip(orders, digests, strict=True)]
    if asked("too_large"):
        made[-1] = enlarged(made[-1], FILLING_BYTES)
    if asked("wrong_signature"):
        made[-1] = made[-1][:-1] + bytes([made[-1][-1] ^ 1])
    return made
