"""A client of time-stamping authorities (RFC 3161), which trusts no answer before it has been checked."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from asn1crypto import tsp

from paraph.domain.errors import InvalidRequest, TimestampUnavailable, Unavailable
from paraph.domain.signature import DigestAlgorithm
from paraph.pdf import der
from paraph.pdf.algorithms import digest_identifier
from paraph.pdf.tokens import TokenRejected, check_token
from paraph.ports.http_transport import HttpTransport

QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
NONCE_BITS = 63


class TimestampClient:
    """Asks authorities in order; `policies`, if given, are the only ones (dotted OIDs) that a token may name."""

    def __init__(self, transport: HttpTransport | None, timeout_seconds: float, policies: Collection[str] = ()) -> None:
        self._transport = transport
        self._timeout = timeout_seconds
        self._policies = frozenset(policies)

    def stamp(self, data: bytes, algorithm: DigestAlgorithm, authorities: Sequence[str]) -> bytes:
        """DER of a token over the digest of `data`. Raises TimestampUnavailable."""
        return self.stamp_digest(hashlib.new(algorithm.value, data).digest(), algorithm, authorities)

    def stamp_digest(self, digest: bytes, algorithm: DigestAlgorithm, authorities: Sequence[str]) -> bytes:
        """DER of the first token that passes every check; one request to each authority at most.

        Raises TimestampUnavailable, whose details say for each host what went wrong.
        """
        failures: dict[str, str] = {}
        for number, url in enumerate(authorities, start=1):
            try:
                return self._ask(url, digest, algorithm)
            except TokenRejected as error:
                failures[f"{number}: {urlsplit(url).hostname}"] = error.kind
            except Unavailable:
                failures[f"{number}: {urlsplit(url).hostname}"] = "NO_ANSWER"
        raise TimestampUnavailable("no time-stamping authority gave a valid token", **failures)

    def _ask(self, url: str, digest: bytes, algorithm: DigestAlgorithm) -> bytes:
        if self._transport is None:
            raise Unavailable("there is no way out to the network")
        nonce = secrets.randbits(NONCE_BITS)
        headers = {"content-type": QUERY_TYPE, "accept": REPLY_TYPE}
        query = time_stamp_query(digest, algorithm, nonce)
        answer = self._transport.post(url, query, headers=headers, timeout_seconds=self._timeout)
        if answer.status != 200:
            raise TokenRejected(f"STATUS_{answer.status}")
        token = _granted_token(answer.body)
        check_token(token, digest, algorithm.value, nonce, self._policies)
        return token


def time_stamp_query(digest: bytes, algorithm: DigestAlgorithm, nonce: int) -> bytes:
    """DER of a TimeStampReq that asks for the authority's certificates (RFC 3161 §2.4.1)."""
    imprint = der.sequence(digest_identifier(algorithm), der.octet_string(digest))
    return der.sequence(der.integer(1), imprint, der.integer(nonce), der.BOOLEAN_TRUE)


def _granted_token(body: bytes) -> bytes:
    """The token in a TimeStampResp; a refusal has none (RFC 3161 §2.4.2)."""
    try:
        status_info, *tokens = der.elements(body, *der.value_span(body))
        status = tsp.PKIStatusInfo.load(status_info)["status"].native
    except (InvalidRequest, ValueError, TypeError, KeyError) as error:
        raise TokenRejected("MALFORMED") from error
    if status not in ("granted", "granted_with_mods"):
        raise TokenRejected("REFUSED")
    if len(tokens) != 1:
        raise TokenRejected("MALFORMED")
    return tokens[0]
