"""Ann's devices over HTTP: her owner invites, she registers, and is asked to approve."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from local.authenticator import Authenticator
from local.phone import Page, Phone, entered
from local.push_receiver import PushReceiver
from paraph.domain.authorisation import Authorisation
from paraph.domain.signing import Signing
from tests import documents
from tests.integration.configuration import ANN, NUMBER
from tests.integration.deployment import Caller, Deployment, Json, eventually

DEVICES = "/signatories/ann/devices"


@dataclass
class Registered:
    """A device that was registered, where it is told that a signature waits, and the invitation that it followed."""

    passkeys: Authenticator
    receiver: PushReceiver
    capability: str
    session: str


def phone_of(paraph: Deployment, passkeys: Authenticator | None = None) -> Phone:
    """Ann's phone and mailbox from now on."""
    return Phone(paraph.stack.state.endpoint_url, ANN, NUMBER, passkeys)


def registered(paraph: Deployment, owner: Caller, name: str = "Phone") -> Registered:
    """Invited through the API; the link is followed, and a passkey made."""
    phone = phone_of(paraph)
    invited = owner.call("POST", DEVICES)
    assert (invited.status_code, invited.json()["sent_by"]) == (202, "EMAIL"), invited.text
    link = phone.link()
    page = entered(link)
    passkeys = Authenticator(page.origin)
    answer = passkeys.create(page.get("registration/options")["public_key"])
    receiver = PushReceiver(paraph.stack.state.servers["push"]["url"], page.get("registration")["push_key"])
    told = {"name": name, "credential": answer, "push": receiver.subscription}
    view = page.post("registration", told)
    assert (view["registered"], view["notified"]) == (name, True)
    return Registered(passkeys, receiver, link.partition("#")[2], page.session)


def active(owner: Caller) -> list[Json]:
    """The devices that may approve."""
    found = owner.call("GET", DEVICES)
    assert found.status_code == 200, found.text
    return [device for device in found.json()["devices"] if not device["revoked_at"]]


def revoke(owner: Caller, device_id: str) -> Json:
    """From now on it approves nothing."""
    revoked = owner.call("DELETE", f"{DEVICES}/{device_id}")
    assert revoked.status_code == 200, revoked.text
    answer: Json = revoked.json()
    return answer


@dataclass
class ToApprove:
    """A signing that waits for a device, and the page that its link leads to."""

    paraph: Deployment
    signing_id: str
    capability: str
    page: Page

    def assertion(self, passkeys: Authenticator) -> Json:
        """What the device says to what it is asked."""
        return passkeys.get(self.page.get("authorisation/options")["public_key"])

    def approve(self, assertion: Json) -> requests.Response:
        """Bring it to the page's API."""
        return self.page.call("POST", "authorisation/approve", {"credential": assertion})

    def decline(self, reason: str) -> Any:
        """The signatory does not want to sign."""
        return self.page.post("authorisation/decline", {"reason": reason})

    def let_its_time_be_over(self) -> None:
        """As if it had been asked for five minutes ago."""
        transaction_id = self.reached_transaction()
        found = self.paraph.hub_store.get(Authorisation, transaction_id)
        assert found is not None
        over = found[0].model_copy(update={"expires_at": self.paraph.clock.now() - timedelta(seconds=1)})
        self.paraph.hub_store.put(transaction_id, over, found[1])

    def reached_transaction(self) -> str:
        """The transaction, as soon as the record names it."""
        return eventually(lambda: self.paraph.signings.load(self.signing_id).transaction_id, "the transaction")

    def ended(self) -> Signing:
        """The record at the end."""
        return self.paraph.ended(self.signing_id)


def asked(paraph: Deployment, owner: Caller) -> ToApprove:
    """A signing that a device of Ann's has to approve; its link was followed."""
    phone = phone_of(paraph)
    signing_id = owner.started("by-device", documents.plain())
    link = phone.link()
    return ToApprove(paraph, signing_id, link.partition("#")[2], entered(link))
