"""Questions that wait on a signatory's phone: version 2 asks for the decision, version 1 waits for it (§4.4)."""

import asyncio
import secrets
from dataclasses import dataclass, field

from local.servers.rssp.clock import Clock
from local.servers.rssp.phones import Phones
from local.servers.rssp.refusals import Refusal, invalid
from local.servers.rssp.sads import Bond, Hashes

APPROVAL_SECONDS = 300
DECISIONS = ("approve", "deny")


@dataclass(eq=False)
class Approval:
    """One question, and the authorisation that a yes opens."""

    bond: Bond
    number: int
    hashes: Hashes | None
    expires_at: float
    handles: list[str] = field(repr=False)
    decision: str = ""
    decided: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def handle(self) -> str:
        """The one that is good now."""
        return self.handles[-1]


class Approvals:
    """All open questions; each look takes a new handle, and the old one is dead."""

    def __init__(self, clock: Clock, phones: Phones) -> None:
        self._clock = clock
        self._phones = phones
        self._approvals: list[Approval] = []

    def ask(self, bond: Bond, number: int, hashes: Hashes | None) -> Approval:
        """Put the question to the owner of the credential."""
        expires_at = self._clock.now() + APPROVAL_SECONDS
        approval = Approval(bond, number, hashes, expires_at, [_new_handle()])
        self._approvals.append(approval)
        self._phones.ask(bond.owner, bond.credential_id, approval.handle, number)
        return approval

    def decide(self, decision: str, *, handle: str | None = None, user: str | None = None) -> None:
        """The signatory's answer to a question, or to the newest one of a user."""
        for approval in reversed(self._approvals):
            meant = approval.bond.owner == user if handle is None else handle in approval.handles
            if meant and not approval.decision:
                approval.decision = decision
                approval.decided.set()
                return
        raise LookupError("No such question waits for an answer")

    def look(self, handle: str, bond_holder: str | None, client_id: str | None) -> Approval:
        """The question behind a handle, with a fresh handle while it is open; an answered one is seen once."""
        approval = next((a for a in self._approvals if a.handle == handle), None)
        if approval is None or client_id != approval.bond.client_id or bond_holder not in (None, approval.bond.owner):
            raise invalid("handle")
        if approval.decision or self._expired(approval):
            self._approvals.remove(approval)
        else:
            approval.handles.append(_new_handle())
        if self._expired(approval):
            raise invalid("handle")
        return approval

    async def answer(self, approval: Approval, seconds: float) -> None:
        """Wait for a decision; none is a no."""
        try:
            async with asyncio.timeout(seconds):
                await approval.decided.wait()
        except TimeoutError:
            approval.decision = "deny"
        if approval in self._approvals:
            self._approvals.remove(approval)

    def open_questions(self) -> list[Approval]:
        """Those that nobody answered yet."""
        return [a for a in self._approvals if not a.decision and not self._expired(a)]

    def reset(self) -> None:
        """Forget all; who waits for one is told no."""
        for approval in self._approvals:
            approval.decision = approval.decision or "deny"
            approval.decided.set()
        self._approvals = []

    def _expired(self, approval: Approval) -> bool:
        return approval.expires_at <= self._clock.now()


def _new_handle() -> str:
    return secrets.token_urlsafe(18)


def refuse_denied(approval: Approval) -> None:
    """A signatory's no ends the authorisation."""
    if approval.decision == "deny":
        raise Refusal("The user refused", "access_denied")
