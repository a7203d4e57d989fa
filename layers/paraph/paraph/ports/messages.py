"""Short messages to signatories."""

from collections.abc import Sequence
from typing import Protocol

from paraph.domain.configuration import OtpMethod
from paraph.domain.model import Model


class Addressee(Model):
    """Where somebody can be reached."""

    name: str
    email: str | None = None
    mobile_number: str | None = None


class Messages(Protocol):
    """Sends codes; never logs them."""

    def send_code(
        self, to: Addressee, methods: Sequence[OtpMethod], code: str, document_name: str, validity_seconds: int
    ) -> OtpMethod:
        """Send a one-time password by the first method that has an address; the method used.

        Raises OtpNotDelivered if there is no address, Unavailable if the service did not take it.
        """
        ...

    def send_link(self, to: Addressee, url: str, document_name: str, owner_name: str) -> OtpMethod:
        """Send the link to the signatory's page, by e-mail if there is an address, otherwise by SMS.

        Raises OtpNotDelivered if there is no address, Unavailable if the service did not take it.
        """
        ...

    def send_invitation(self, to: Addressee, url: str, owner_name: str) -> OtpMethod:
        """Send the link that registers a device, as `send_link` does; raises as it does."""
        ...
