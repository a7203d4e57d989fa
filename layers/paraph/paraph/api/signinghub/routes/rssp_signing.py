"""Documents that are signed with a credential at a remote signing service (contract §10.10, §10.13)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from paraph.api.signinghub.answers import ok, ok_without_nulls
from paraph.api.signinghub.bodies.rssp import DirectSigning, DocumentHashing, Embedding
from paraph.api.signinghub.calls import rssp as calls
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Routes
from paraph.api.signinghub.routes.rssp import SAD_SECONDS
from paraph.api.signinghub.routes.signed import Where, seen, verification_of, wish_of
from paraph.api.signinghub.views.rssp import HashedDocument
from paraph.api.signinghub.views.signing import Signed
from paraph.domain.rssp import Credential, Scal1Authorization
from paraph.ports.hub import Hub, SignedDocument


@dataclass(frozen=True)
class RsspSigning:
    """Hash and embed, or all in one."""

    hub: Hub
    now: Callable[[], datetime]

    def routes(self) -> Routes:
        """Which call is whose."""
        return {calls.HASH: self.hash, calls.EMBED: self.embed, calls.SIGN: self.sign}

    def hash(self, request: Request) -> Response[Any]:
        """What is to be authorised and signed; every call prepares anew."""
        asked, place = request.body(DocumentHashing), seen(self.hub, request)
        access, credential = asked.access, self._credential(request, asked)
        found = self.hub.rssp.get_document_hash(*place, wish_of(asked), access, credential)
        return ok_without_nulls(HashedDocument.of(asked.field_name, found, self.now()))

    def embed(self, request: Request) -> Response[Any]:
        """The value into the document that was prepared for it."""
        asked, place = request.body(Embedding), seen(self.hub, request)
        signed = self.hub.rssp.embed_signature(*place, asked.field_name, asked.transaction_id, asked.signature)
        return self._signed(place, signed, skip=asked.skip_verification)

    def sign(self, request: Request) -> Response[Any]:
        """With an authorisation that is not bound to hashes."""
        asked, place = request.body(DirectSigning), seen(self.hub, request)
        authorization = Scal1Authorization(
            credential_id=asked.credential_id,
            sad=asked.sad,
            expires_at=self.now() + timedelta(seconds=SAD_SECONDS),
        )
        access, credential = asked.access, self._credential(request, asked)
        signed = self.hub.rssp.sign_document_directly(*place, wish_of(asked), access, credential, authorization)
        return self._signed(place, signed, skip=asked.skip_verification)

    def _credential(self, request: Request, asked: DocumentHashing) -> Credential:
        return self.hub.rssp.get_credential_info(request.token, asked.access, asked.credential_id)

    def _signed(self, place: Where, signed: SignedDocument, *, skip: bool) -> Response[Any]:
        return ok(Signed.of(signed, verification_of(self.hub, place, signed, skip=skip)))
