"""Documents that are signed with national eIDs through eID Easy (contract §11)."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.reading import idempotency_key
from paraph.api.signinghub.answers import ok, ok_without_nulls
from paraph.api.signinghub.assumed import EIDEASY_REPEATS
from paraph.api.signinghub.bodies.eideasy import EidEasyEmbedding, EidEasyHandIn
from paraph.api.signinghub.calls import eideasy as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.routes.signed import seen, verification_of, wish_of
from paraph.api.signinghub.views.eideasy import HandedIn
from paraph.api.signinghub.views.signing import Signed
from paraph.ports.hub import Hub


@dataclass(frozen=True)
class EidEasyCalls:
    """Before the widget, and after it."""

    hub: Hub

    def routes(self) -> Routes:
        """Which call is whose."""
        return {calls.PRE: self.pre, calls.POST: self.post}

    def pre(self, request: Request) -> Response[Any]:
        """What the widget is opened with."""
        asked, place = request.body(EidEasyHandIn), seen(self.hub, request)
        wish = wish_of(asked, _key(request))
        return ok_without_nulls(HandedIn.of(self.hub.eideasy.pre_signing(*place, wish, asked.redirect_url)))

    def post(self, request: Request) -> Response[Any]:
        """The signature embedded, if there is one by now."""
        asked, place = request.body(EidEasyEmbedding), seen(self.hub, request)
        signed = self.hub.eideasy.post_signing(*place, asked.field_name, asked.transaction_id)
        return ok(Signed.of(signed, verification_of(self.hub, place, signed, skip=asked.skip_verification)))


def _key(request: Request) -> str | None:
    """Under which a repeat finds the first call. Raises IdempotencyKeyMalformed."""
    return idempotency_key(request.event) if request.header(EIDEASY_REPEATS.lower()) else None
