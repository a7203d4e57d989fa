"""Routes of Paraph's own API for the devices with which signatories approve signatures."""

import re
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from paraph.api.callers import Callers
from paraph.api.contract import DEVICE_CALLS, INVITE_DEVICE, LIST_DEVICES, REVOKE_DEVICE
from paraph.api.models import DeviceList
from paraph.api.reading import caller_of, refuse_body
from paraph.api.resolver import answer, resolver, route
from paraph.domain.caller import Caller
from paraph.domain.errors import UnknownSignatory
from paraph.ports.devices import DevicesDesk

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.@-]{1,100}")  # what signatories' ids are made of (docs/configuration.md)


def devices_app(desk: DevicesDesk, callers: Callers) -> APIGatewayRestResolver:
    """List, invite, revoke."""
    app = resolver(DEVICE_CALLS)

    def caller() -> Caller:
        return caller_of(app.current_event, callers)

    @route(app, LIST_DEVICES)
    def list_devices(signatory: str) -> Response[str]:
        who, named = caller(), _signatory(signatory)
        return answer(200, DeviceList(signatory=named, devices=desk.devices(who, named)))

    @route(app, INVITE_DEVICE)
    def invite_device(signatory: str) -> Response[str]:
        who, named = caller(), _signatory(signatory)
        refuse_body(app.current_event)
        return answer(202, desk.invite(who, named))

    @route(app, REVOKE_DEVICE)
    def revoke_device(signatory: str, device_id: str) -> Response[str]:
        who, named = caller(), _signatory(signatory)
        refuse_body(app.current_event)
        return answer(200, desk.revoke(who, named, device_id))

    return app


def _signatory(part: str) -> str:
    """The id in the path, where `@` may have been encoded. Raises UnknownSignatory for what can be none."""
    named = unquote(part)
    if not _IDENTIFIER.fullmatch(named):
        raise UnknownSignatory("There is no such signatory.")
    return named
