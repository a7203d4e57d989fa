"""Devices with which signatories approve signatures: list, invite, revoke."""

from cli.api import Api, Json
from cli.exits import Exit
from cli.follow import time_of
from cli.output import Output, table

METHODS = {"EMAIL": "by e-mail", "SMS": "by SMS"}


def list_devices(output: Output, api: Api, signatory: str) -> Exit:
    """Every device of a signatory."""
    listed = api.devices(signatory)
    headers = ("Device", "Name", "State", "Key", "Told", "Registered", "Last used")
    rows = [
        (
            device["device_id"],
            device["name"],
            _state(device),
            "synced" if device["synced"] else "not synced",
            "by link and push message" if device["notified"] else "by link",
            time_of(device["registered_at"]),
            time_of(device["used_at"]),
        )
        for device in listed["devices"]
    ]
    output.result(listed, table(headers, rows) if rows else "No devices.")
    return Exit.OK


def _state(device: Json) -> str:
    revoked_at = device["revoked_at"]
    return f"revoked {time_of(revoked_at)}" if revoked_at else "may approve"


def invite(output: Output, api: Api, signatory: str) -> Exit:
    """A link for the signatory alone."""
    invitation = api.invite_device(signatory)
    how = METHODS.get(invitation["sent_by"], invitation["sent_by"])
    until = time_of(invitation["expires_at"])
    output.result(invitation, f"{signatory} was sent a link {how}; it registers one device, until {until}.")
    return Exit.OK


def revoke(output: Output, api: Api, signatory: str, device_id: str) -> Exit:
    """From now on the device approves nothing."""
    device = api.revoke_device(signatory, device_id)
    output.result(device, f"{device['name']} approves nothing any more.")
    return Exit.OK
