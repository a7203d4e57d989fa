"""The signatories' phones: one-time passwords and questions arrive here, and the control reads them."""

from dataclasses import dataclass, field

from local.servers.rssp.clock import Clock


@dataclass(frozen=True)
class Message:
    """A text that a signatory got, with what a program wants to know of it."""

    user: str
    at: float
    text: str = field(repr=False)
    credential_id: str
    otp: str | None = field(default=None, repr=False)
    handle: str | None = field(default=None, repr=False)


class Phones:
    """All messages, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._messages: list[Message] = []

    def send_otp(self, user: str, credential_id: str, otp: str) -> None:
        """A text message with a one-time password."""
        text = f"{otp} is your code to sign with {credential_id}."
        self._messages.append(Message(user, self._clock.now(), text, credential_id, otp=otp))

    def ask(self, user: str, credential_id: str, handle: str, number: int) -> None:
        """A question in the app: approve or deny."""
        text = f"Do you approve {number} signature(s) with {credential_id}?"
        self._messages.append(Message(user, self._clock.now(), text, credential_id, handle=handle))

    def messages(self, user: str | None = None) -> list[Message]:
        """One user's messages, or everybody's."""
        return [message for message in self._messages if user in (None, message.user)]

    def reset(self) -> None:
        """Forget all."""
        self._messages.clear()
