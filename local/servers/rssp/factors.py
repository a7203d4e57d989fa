"""PINs and one-time passwords: checked, counted, locked after three wrong tries, used once."""

import hashlib
import hmac
import secrets
from collections import Counter
from dataclasses import dataclass, field

from local.servers.rssp.clock import Clock
from local.servers.rssp.credentials import Credential, Factor
from local.servers.rssp.people import USERS, User
from local.servers.rssp.phones import Phones
from local.servers.rssp.refusals import Refusal
from local.servers.rssp.versions import Version

TRIES = 3
OTP_SECONDS = 120
TOTP_STEP_SECONDS = 30


@dataclass(frozen=True)
class SentOtp:
    """A one-time password on its way."""

    value: str = field(repr=False)
    expires_at: float


class Factors:
    """What the signatories prove themselves with, per credential."""

    def __init__(self, clock: Clock, phones: Phones) -> None:
        self._clock = clock
        self._phones = phones
        self._wrong: Counter[tuple[str, Factor]] = Counter()
        self._sent: dict[str, SentOtp] = {}
        self._last_step: dict[str, int] = {}

    def send_otp(self, credential: Credential, version: Version) -> None:
        """Send a new one-time password; the one before is void."""
        self.refuse_if_locked(credential, (Factor.OTP,), version)
        otp = f"{secrets.randbelow(10**6):06}"
        self._sent[credential.credential_id] = SentOtp(otp, self._clock.now() + OTP_SECONDS)
        self._phones.send_otp(credential.owner, credential.credential_id, otp)

    def prove(self, credential: Credential, values: dict[Factor, str], version: Version) -> None:
        """Check every factor, one after the other; a wrong one is counted and refused."""
        self.refuse_if_locked(credential, credential.factors, version)
        for factor in credential.factors:
            if not self._right(credential, factor, values[factor]):
                self._wrong[credential.credential_id, factor] += 1
                raise _wrong(factor, version)
            del self._wrong[credential.credential_id, factor]
        self._sent.pop(credential.credential_id, None)
        if Factor.TOTP in credential.factors:
            self._last_step[credential.owner] = self._step()

    def refuse_if_locked(self, credential: Credential, factors: tuple[Factor, ...], version: Version) -> None:
        """Refuse when one of the factors was wrong too often; only a reset opens it again."""
        for factor in factors:
            if self.locked(credential, factor):
                name = "PIN" if factor is Factor.PIN else "OTP"
                raise Refusal("Credential locked" if version.is_v2 else f"{name} locked")

    def locked(self, credential: Credential, factor: Factor) -> bool:
        """Whether a factor was wrong too often."""
        return self._wrong[credential.credential_id, factor] >= TRIES

    def device_shows(self, user: User) -> str:
        """What the signatory's own device shows now (RFC 6238)."""
        return _totp(user.device_secret, self._step())

    def reset(self) -> None:
        """Unlock everything and forget what was sent."""
        self._wrong.clear()
        self._sent.clear()
        self._last_step.clear()

    def _right(self, credential: Credential, factor: Factor, value: str) -> bool:
        user = USERS[credential.owner]
        if factor is Factor.PIN:
            return _equal(value, user.pin)
        if factor is Factor.TOTP:
            # The step before is good as well: people type slowly
            steps = [step for step in (self._step(), self._step() - 1) if step > self._last_step.get(user.user_id, 0)]
            return any(_equal(value, _totp(user.device_secret, step)) for step in steps)
        sent = self._sent.get(credential.credential_id)
        return sent is not None and sent.expires_at > self._clock.now() and _equal(value, sent.value)

    def _step(self) -> int:
        return int(self._clock.now() // TOTP_STEP_SECONDS)


def _wrong(factor: Factor, version: Version) -> Refusal:
    if version.is_v2:
        return Refusal("The authentication data is invalid", "invalid_authentication_data")
    name = "PIN" if factor is Factor.PIN else "OTP"
    return Refusal(f"The {name} is invalid", f"invalid_{name.lower()}")


def _totp(secret: bytes, step: int) -> str:
    digest = hmac.digest(secret, step.to_bytes(8), hashlib.sha1)
    offset = digest[-1] & 0xF
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 10**6:06}"


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
