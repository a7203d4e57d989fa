"""Push messages over HTTP (RFC 8030), signed by this stack's own key (VAPID, RFC 8292)."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

from paraph.domain.encoding import base64url
from paraph.domain.errors import InvalidRequest, KeyUnavailable, OutcomeUnknown, Unavailable
from paraph.domain.origins import origin_of, written
from paraph.domain.push import PushMessage, PushSubscription
from paraph.ports.clock import Clock
from paraph.ports.http_transport import HttpTransport
from paraph.ports.signing_server import KeyService
from paraph.servers.push_encryption import encrypted, point, point_of

ENDED = (404, 410)  # RFC 8030 §7.3
TOKEN_SECONDS = 3600  # RFC 8292 §2 allows a day
TIMEOUT_SECONDS = 3  # the link goes by e-mail or SMS as well
COORDINATE = 32


class WebPush:
    """Implements `PushMessages`; `key_id` is a P-256 key, `contact` an address that says whose messages these are."""

    def __init__(
        self,
        keys: KeyService,
        key_id: str,
        services: Sequence[str],
        contact: str,
        load_transport: Callable[[], HttpTransport],
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._key_id = key_id
        self._services = services
        self._contact = contact
        self._load_transport = load_transport
        self._clock = clock

    def key(self) -> str:
        """The public key, once it was asked for."""
        return self._key

    def takes(self, subscription: PushSubscription) -> bool:
        """Whether its push service is among those that the stack sends to."""
        try:
            point_of(subscription.keys)
        except ValueError:
            raise InvalidRequest("the key is no point of the curve P-256", path="push.keys.p256dh") from None
        return subscription.is_at(self._services)

    def send(self, subscription: PushSubscription, message: PushMessage) -> bool:
        """POST it to the subscription's address."""
        headers = {
            "Authorization": f"vapid t={self._token(subscription.endpoint)}, k={self._key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.seconds),
            "Topic": message.topic,
            "Urgency": "high",
        }
        body = encrypted(message.model_dump_json(exclude={"seconds"}).encode(), subscription.keys)
        transport = self._load_transport()
        answer = transport.post(subscription.endpoint, body, headers=headers, timeout_seconds=TIMEOUT_SECONDS)
        if answer.status not in ENDED and not 200 <= answer.status < 300:
            _, host, _ = origin_of(subscription.endpoint)
            raise Unavailable("The push service did not take the message.", host=host, status=answer.status)
        return answer.status not in ENDED

    @cached_property
    def _key(self) -> str:
        public = load_der_public_key(self._asked(lambda: self._keys.public_key(self._key_id)))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise Unavailable("The key for push messages is none of an elliptic curve.")
        return base64url(point(public))

    def _token(self, endpoint: str) -> str:
        """What says who sends (RFC 8292 §2): a JWT for this push service, signed with ES256."""
        claims: dict[str, str | int] = {
            "aud": written(endpoint),
            "exp": int(self._clock.now().timestamp()) + TOKEN_SECONDS,
            "sub": self._contact,
        }
        said = f"{_part({'typ': 'JWT', 'alg': 'ES256'})}.{_part(claims)}"
        return f"{said}.{base64url(self._signature(said.encode()))}"

    def _signature(self, said: bytes) -> bytes:
        """As JWS has it (RFC 7518 §3.4)."""
        value = self._asked(lambda: self._keys.sign(self._key_id, "ECDSA_SHA_256", said))
        return b"".join(number.to_bytes(COORDINATE, "big") for number in decode_dss_signature(value))

    def _asked(self, ask: Callable[[], bytes]) -> bytes:
        """A lost answer is no more than that here: no signature of a document hangs on this key."""
        try:
            return ask()
        except (KeyUnavailable, OutcomeUnknown) as error:
            raise Unavailable("The key for push messages could not be used.", reason=error.name) from None


def _part(value: Mapping[str, str | int]) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())
