"""Signing (contract §9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import empty, ok
from paraph.api.signinghub.bodies.fields import NamedField
from paraph.api.signinghub.bodies.signing import FilledRadio, Filling, Signing, SigningStatusQuestion
from paraph.api.signinghub.calls import signing as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.routes.signed import verification_of, where, wish_of
from paraph.api.signinghub.views.settings import Settings
from paraph.api.signinghub.views.signing import Device, Signed, SigningStatus
from paraph.api.signinghub.views.verification import DocumentVerification, Verification
from paraph.domain.documents import FieldType
from paraph.domain.errors import UnknownField
from paraph.hub.drafts import Drafts
from paraph.ports.hub import Hub, HubField

ON, OFF, NONE_CHOSEN = "true", "false", ""


@dataclass(frozen=True)
class SigningCalls:
    """Fill, settings, one-time passwords, sign, status, devices, finish, verify."""

    hub: Hub
    drafts: Drafts

    def routes(self) -> Routes:
        """Which call is whose."""
        return {
            calls.FILL: self.fill,
            calls.SETTINGS: self.settings,
            calls.OTP: self.otp,
            calls.SIGN: self.sign,
            calls.STATUS: self.status,
            calls.DEVICES: self.devices,
            calls.FINISH: self.finish,
            calls.VERIFY_DOCUMENT: self.verify_document,
            calls.VERIFY_PACKAGE: self.verify_package,
        }

    def fill(self, request: Request) -> Response[Any]:
        """Values into form fields."""
        filling = request.body(Filling)
        values = {f.field_name: f.value for f in (*filling.text, *filling.dropdown, *filling.listbox)}
        values |= {box.field_name: ON if box.value else OFF for box in filling.checkbox}
        place = where(request)
        if filling.radio:
            values |= _chosen(filling.radio, self.hub.get_document_fields(*place))
        self.hub.fill_form_fields(*place, values)
        return empty()

    def settings(self, request: Request) -> Response[Any]:
        """What can be signed with."""
        return ok(Settings.of(self.hub.get_signature_settings(request.token)))

    def otp(self, request: Request) -> Response[Any]:
        """A one-time password on its way."""
        self.hub.generate_otp(*where(request), request.body(NamedField).field_name)
        return empty()

    def sign(self, request: Request) -> Response[Any]:
        """One field signed."""
        asked = request.body(Signing)
        place = where(request)
        signed = self.hub.sign_document(*place, wish_of(asked), (request.header("x-otp") or "").strip() or None)
        return ok(Signed.of(signed, verification_of(self.hub, place, signed, skip=asked.skip_verification)))

    def status(self, request: Request) -> Response[Any]:
        """How far a signature has come; answered at once."""
        asked = request.body(SigningStatusQuestion)
        place = where(request)
        found = self.hub.get_signing_status(*place, asked.field_name, asked.transaction_id)
        verification = verification_of(self.hub, place, found, skip=asked.skip_verification)
        return ok(SigningStatus.of(found, verification))

    def devices(self, request: Request) -> Response[Any]:
        """With what the recipient may approve."""
        return ok([Device.of(device) for device in self.hub.get_registered_devices(request.token)])

    def finish(self, request: Request) -> Response[Any]:
        """The recipient's part is done."""
        self.hub.finish_processing(request.token, request.package_id)
        return empty()

    def verify_document(self, request: Request) -> Response[Any]:
        """Every signed field."""
        return ok([Verification.of(v) for v in self.hub.get_document_verification(*where(request))])

    def verify_package(self, request: Request) -> Response[Any]:
        """Every signed field of every document."""
        package = self.drafts.view(request.token, request.package_id)
        answers = []
        for entry in package.documents:
            found = self.hub.get_document_verification(request.token, package.package_id, entry.document_id)
            fields = tuple(Verification.of(v) for v in found)
            answers.append(DocumentVerification(document_id=entry.document_id, fields=fields))
        return ok(answers)


def _chosen(buttons: Iterable[FilledRadio], fields: Iterable[HubField]) -> dict[str, str]:
    """What each radio group holds then; turning off the button that is chosen leaves none."""
    groups = [f for f in fields if f.type is FieldType.RADIO]
    values: dict[str, str] = {}
    for button in buttons:
        named, name = button.radio_group_name, button.field_name
        group = next((g for g in groups if g.name == named or (named is None and name in g.options)), None)
        if group is None:
            raise UnknownField("The document has no such radio button.", field=name)
        if button.value:
            values[group.name] = name
        elif group.value == name:
            values.setdefault(group.name, NONE_CHOSEN)
    return values
