"""Signing (contract §9)."""

import secrets
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
from paraph.api.signinghub.views.settings import Settings
from paraph.api.signinghub.views.signing import Signed, SigningStatus
from paraph.api.signinghub.views.verification import DocumentVerification, Verification
from paraph.domain.documents import FieldType
from paraph.domain.errors import UnknownField
from paraph.domain.signature import SignatureStatus
from paraph.domain.verification import FieldVerification
from paraph.hub.drafts import Drafts
from paraph.ports.hub import Hub, HubField, SignatureWish, SignedDocument

ON, OFF, NONE_CHOSEN = "true", "false", ""
Where = tuple[str, int, int]


@dataclass(frozen=True)
class SigningCalls:
    """Fill, settings, one-time passwords, sign, status, finish, verify."""

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
            calls.FINISH: self.finish,
            calls.VERIFY_DOCUMENT: self.verify_document,
            calls.VERIFY_PACKAGE: self.verify_package,
        }

    def fill(self, request: Request) -> Response[Any]:
        """Values into form fields."""
        filling = request.body(Filling)
        values = {f.field_name: f.value for f in (*filling.text, *filling.dropdown, *filling.listbox)}
        values |= {box.field_name: ON if box.value else OFF for box in filling.checkbox}
        where = _where(request)
        if filling.radio:
            values |= _chosen(filling.radio, self.hub.get_document_fields(*where))
        self.hub.fill_form_fields(*where, values)
        return empty()

    def settings(self, request: Request) -> Response[Any]:
        """What can be signed with."""
        return ok(Settings.of(self.hub.get_signature_settings(request.token)))

    def otp(self, request: Request) -> Response[Any]:
        """A one-time password on its way."""
        self.hub.generate_otp(*_where(request), request.body(NamedField).field_name)
        return empty()

    def sign(self, request: Request) -> Response[Any]:
        """One field signed; every call is a signature of its own, so a second one finds the field processed."""
        asked = request.body(Signing)
        wish = SignatureWish(
            reference=f"api:{secrets.token_hex(16)}",
            field_name=asked.field_name,
            signing_server=asked.signing_server,
            signing_capacity=asked.signing_capacity,
            reason=asked.signing_reason,
            location=asked.signing_location,
            contact=asked.contact_information,
            appearance_design=asked.appearance_design,
            image=asked.hand_signature_image,
        )
        where = _where(request)
        signed = self.hub.sign_document(*where, wish, (request.header("x-otp") or "").strip() or None)
        return ok(Signed.of(signed, self._verification(where, signed, skip=asked.skip_verification)))

    def status(self, request: Request) -> Response[Any]:
        """How far a signature has come; answered at once."""
        asked = request.body(SigningStatusQuestion)
        where = _where(request)
        found = self.hub.get_signing_status(*where, asked.field_name, asked.transaction_id)
        verification = self._verification(where, found, skip=asked.skip_verification)
        return ok(SigningStatus.of(found, verification))

    def _verification(self, where: Where, signed: SignedDocument, *, skip: bool) -> FieldVerification | None:
        if skip or signed.status is not SignatureStatus.SIGNED:
            return None
        if signed.verification:
            return signed.verification
        return next((v for v in self.hub.get_document_verification(*where) if v.field_name == signed.field_name), None)

    def finish(self, request: Request) -> Response[Any]:
        """The recipient's part is done."""
        self.hub.finish_processing(request.token, request.package_id)
        return empty()

    def verify_document(self, request: Request) -> Response[Any]:
        """Every signed field."""
        return ok([Verification.of(v) for v in self.hub.get_document_verification(*_where(request))])

    def verify_package(self, request: Request) -> Response[Any]:
        """Every signed field of every document."""
        package = self.drafts.view(request.token, request.package_id)
        answers = []
        for entry in package.documents:
            found = self.hub.get_document_verification(request.token, package.package_id, entry.document_id)
            fields = tuple(Verification.of(v) for v in found)
            answers.append(DocumentVerification(document_id=entry.document_id, fields=fields))
        return ok(answers)


def _where(request: Request) -> Where:
    return request.token, request.package_id, request.document_id


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
