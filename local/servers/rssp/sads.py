"""Signature activation data: one authorisation, its budget of signatures, the hashes it is bound to, its end (§6.3)."""

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum

from local.servers.rssp.clock import Clock
from local.servers.rssp.refusals import Refusal, invalid, unauthorized
from local.servers.rssp.versions import Version

SAD_SECONDS = 300

Hashes = tuple[bytes, ...]


class Condition(StrEnum):
    """Where a SAD is in its life; only an ACTIVE one signs, only an ACTIVE or a USED one can be extended."""

    ACTIVE = "active"
    RESERVED = "reserved"
    USED = "used"
    SPENT = "spent"
    EXTENDED = "extended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Bond:
    """What an authorisation is tied to besides hashes."""

    version: Version
    credential_id: str
    owner: str
    client_id: str | None


@dataclass
class Sad:
    """One authorisation; `allowed` counts how often each hash may be signed (None: any hash)."""

    value: str = field(repr=False)
    bond: Bond
    remaining: int
    allowed: Counter[bytes] | None = field(repr=False)
    expires_at: float
    is_token: bool = False
    condition: Condition = Condition.ACTIVE

    @property
    def owner(self) -> str:
        """Whose credential it is for."""
        return self.bond.owner

    @property
    def client_id(self) -> str | None:
        """The application that it was given to."""
        return self.bond.client_id

    def covers(self, hashes: Hashes) -> bool:
        """Whether every hash was authorised as often as it is to be signed."""
        return self.allowed is None or Counter(hashes) <= self.allowed


class Sads:
    """All authorisations; each change is made in one step, so that parallel requests cannot overdraw."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sads: dict[str, Sad] = {}

    def open(
        self, bond: Bond, number: int, hashes: Hashes | None, *, is_token: bool = False, seconds: float = SAD_SECONDS
    ) -> Sad:
        """A new authorisation for a number of signatures."""
        allowed = None if hashes is None else Counter(hashes)
        sad = Sad(secrets.token_urlsafe(24), bond, number, allowed, self._clock.now() + seconds, is_token)
        self._sads[sad.value] = sad
        return sad

    def find(self, value: str) -> Sad | None:
        """A SAD in any condition."""
        return self._sads.get(value)

    def usable(self, value: str, version: Version, credential_id: str, client_id: str | None) -> Sad:
        """A SAD for exactly this credential and client; whose credential it is was looked at before."""
        sad = self._sads.get(value)
        if sad is None or sad.bond.version != version or sad.bond.credential_id != credential_id:
            raise invalid("SAD")
        if client_id is not None and client_id != sad.client_id:
            raise invalid("SAD")
        if sad.condition in (Condition.ACTIVE, Condition.USED) and self._expired(sad):
            raise Refusal("SAD expired")
        if sad.condition not in (Condition.ACTIVE, Condition.USED):
            raise invalid("SAD")
        return sad

    def credential_token(self, value: str, version: Version) -> Sad | None:
        """A credential-scope token as a bearer token (v2); a dead one is refused."""
        sad = self._sads.get(value)
        if sad is None or not version.is_v2 or not sad.is_token or sad.bond.version != version:
            return None
        if self._expired(sad) or sad.condition in (Condition.SPENT, Condition.EXTENDED, Condition.REVOKED):
            raise unauthorized("expired_token", "The access token expired, was used up or was revoked")
        return sad

    def reserve(self, sad: Sad, hashes: Hashes) -> None:
        """Take signatures out of the budget before they are made; nobody else can use the SAD meanwhile."""
        if sad.condition is not Condition.ACTIVE or len(hashes) > sad.remaining:
            raise invalid("SAD")
        if not sad.covers(hashes):
            raise Refusal("Hash is not authorized by the SAD.")
        sad.condition = Condition.RESERVED
        sad.remaining -= len(hashes)

    def commit(self, sad: Sad, hashes: Hashes) -> None:
        """The signatures were made: each hash is used up as often as it was signed."""
        if sad.allowed is not None:
            sad.allowed -= Counter(hashes)
        if sad.condition is Condition.RESERVED:
            sad.condition = Condition.USED if sad.remaining else Condition.SPENT

    def give_back(self, sad: Sad, hashes: Hashes) -> None:
        """No signature was made: all is as before."""
        sad.remaining += len(hashes)
        if sad.condition is Condition.RESERVED:
            sad.condition = Condition.ACTIVE

    def extend(self, sad: Sad, hashes: Hashes | None) -> Sad:
        """A new SAD with what is left of the budget, bound to new hashes; the old one is dead (§4.7)."""
        sad.condition = Condition.EXTENDED
        new = replace(
            sad,
            value=secrets.token_urlsafe(24),
            allowed=None if hashes is None else Counter(hashes),
            expires_at=self._clock.now() + SAD_SECONDS,
            condition=Condition.ACTIVE,
        )
        self._sads[new.value] = new
        return new

    def revoke(self, sad: Sad) -> bool:
        """End a SAD at once; False if it was dead already."""
        if self._expired(sad) or sad.condition in (Condition.SPENT, Condition.EXTENDED, Condition.REVOKED):
            return False
        sad.condition = Condition.REVOKED
        return True

    def outstanding(self) -> list[Sad]:
        """Those that can still be used or extended."""
        live = (Condition.ACTIVE, Condition.RESERVED, Condition.USED)
        return [sad for sad in self._sads.values() if sad.condition in live and not self._expired(sad)]

    def reset(self) -> None:
        """Forget all."""
        self._sads.clear()

    def _expired(self, sad: Sad) -> bool:
        return sad.expires_at <= self._clock.now()
