"""One-time passwords at signing time (contract: SigningHub §9.3): random, hashed, short, few tries, used once."""

import hmac
import secrets as randomness
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from paraph.domain.configuration import OtpMethod, OtpPolicy
from paraph.domain.errors import OtpExpired, OtpNotDelivered, OtpRequired, OtpWrong, ParaphError, Unavailable
from paraph.hub.entities import OtpAttempts
from paraph.ports.clock import Clock
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.messages import Addressee, Messages
from paraph.ports.secret_store import SecretStore

PURPOSE = "otp"
TRIES = 5
KEPT_SECONDS = 24 * 3600  # longer than any code is valid and any gap lasts
CONTENTION_LIMIT = 8


@dataclass(frozen=True)
class OneTimePasswords:
    """One code for each subject: whose signature in which field."""

    store: HubStore
    secrets: SecretStore
    load_messages: Callable[[], Messages]
    clock: Clock

    def send(self, subject: str, policy: OtpPolicy, to: Addressee, document_name: str) -> OtpMethod:
        """Send a new code, in place of an earlier one. Raises OtpNotDelivered, Unavailable."""
        earlier = self._claim(subject, policy)
        code = "".join(randomness.choice("0123456789") for _ in range(policy.length))
        try:
            method = self.load_messages().send_code(to, policy.methods, code, document_name, policy.validity_seconds)
        except ParaphError:
            self._give_back(subject, earlier)
            raise
        salt = randomness.token_hex(16)
        now = self.clock.now()
        expires_at = now + timedelta(seconds=policy.validity_seconds)
        self.secrets.keep(PURPOSE, subject, f"{salt}:{_digest(salt, code)}", expires_at)
        self._write(subject, lambda _: OtpAttempts(sent_at=now))
        return method

    def consume(self, subject: str, code: str | None) -> None:
        """Whether this is the code; from now on it is worth nothing, right or tried too often.

        One conditional write counts the try, so that of two who try at once each is counted and only one is right.
        Raises OtpRequired, OtpWrong, OtpExpired.
        """
        if code is None:
            raise OtpRequired("This signature needs a one-time password.")
        right = False

        def tried(attempts: OtpAttempts | None) -> OtpAttempts:
            nonlocal right
            if attempts is None or attempts.used:
                raise OtpWrong("The one-time password is not the one that was sent.")
            kept = self.secrets.get(PURPOSE, subject)
            if kept is None or attempts.wrong >= TRIES:
                raise OtpExpired("The one-time password's time is over, or it was tried too often.")
            salt, expected = kept.split(":")
            right = hmac.compare_digest(expected, _digest(salt, code))
            return attempts.model_copy(update={"used": True} if right else {"wrong": attempts.wrong + 1})

        self._write(subject, tried)
        if not right:
            raise OtpWrong("The one-time password is not the one that was sent.")
        self.secrets.forget(PURPOSE, subject)

    def _claim(self, subject: str, policy: OtpPolicy) -> OtpAttempts | None:
        """Only one code is sent at a time, and not before the gap is over; tries of the old code stay counted."""
        now = self.clock.now()
        found = self.store.get(OtpAttempts, subject)
        if found and now < found[0].sent_at + timedelta(seconds=policy.retry_seconds):
            raise OtpNotDelivered("A one-time password was sent a moment ago.", retry_seconds=policy.retry_seconds)
        claimed = found[0].model_copy(update={"sent_at": now}) if found else OtpAttempts(sent_at=now, used=True)
        try:
            self._put(subject, claimed, found[1] if found else 0)
        except VersionConflict:
            message = "A one-time password is being sent at this moment."
            raise OtpNotDelivered(message, retry_seconds=policy.retry_seconds) from None
        return found[0] if found else None

    def _give_back(self, subject: str, earlier: OtpAttempts | None) -> None:
        """Nothing was sent: a new code may be asked for at once, and the earlier one stays what it was."""
        if earlier is None:
            self.store.delete(OtpAttempts, subject)
            return
        sent_at = earlier.sent_at
        self._write(subject, lambda a: (a or earlier).model_copy(update={"sent_at": sent_at}))

    def _write(self, subject: str, change: Callable[[OtpAttempts | None], OtpAttempts]) -> None:
        for _ in range(CONTENTION_LIMIT):
            found = self.store.get(OtpAttempts, subject)
            try:
                self._put(subject, change(found[0] if found else None), found[1] if found else 0)
            except VersionConflict:
                continue
            return
        raise Unavailable("The one-time password is tried too often at this moment.")

    def _put(self, subject: str, attempts: OtpAttempts, version: int) -> None:
        expires_at = self.clock.now() + timedelta(seconds=KEPT_SECONDS)
        self.store.put(subject, attempts, version, int(expires_at.timestamp()))


def _digest(salt: str, code: str) -> str:
    return sha256(f"{salt}:{code}".encode()).hexdigest()
