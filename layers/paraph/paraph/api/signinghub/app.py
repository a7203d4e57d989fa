"""The resolver: declared calls become routes, and nothing else does."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from paraph.api.signinghub.answers import Downloads
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.calls import CALLS
from paraph.api.signinghub.refusals import answer_refusals, call_at
from paraph.api.signinghub.request import Request
from paraph.api.signinghub.routes import Handler
from paraph.api.signinghub.routes.authentication import Authentication
from paraph.api.signinghub.routes.documents import Documents
from paraph.api.signinghub.routes.eideasy import EidEasyCalls
from paraph.api.signinghub.routes.fields import Fields
from paraph.api.signinghub.routes.packages import Packages
from paraph.api.signinghub.routes.recipients import Recipients
from paraph.api.signinghub.routes.rssp import RsspCalls
from paraph.api.signinghub.routes.rssp_signing import RsspSigning
from paraph.api.signinghub.routes.signing import SigningCalls
from paraph.api.signinghub.routes.workflow import Workflow
from paraph.hub.drafts import Drafts
from paraph.hub.grants import Grants
from paraph.hub.sessions import Sessions
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import Hub


def hub_api_app(
    hub: Hub, drafts: Drafts, grants: Grants, sessions: Sessions, documents: DocumentStore, max_document_bytes: int
) -> APIGatewayRestResolver:
    """All calls over these parts of the embedded hub."""
    handlers = hub_api_handlers(hub, drafts, grants, sessions, documents, max_document_bytes)
    app = APIGatewayRestResolver()
    answer_refusals(app)
    for method, path in dict.fromkeys((call.method, call.path) for call in CALLS):
        _serve(app, method, path, handlers, sessions)
    return app


def hub_api_handlers(
    hub: Hub, drafts: Drafts, grants: Grants, sessions: Sessions, documents: DocumentStore, max_document_bytes: int
) -> dict[Call, Handler]:
    """What answers each call."""
    downloads = Downloads(documents)

    def now() -> datetime:
        return grants.clock.now()

    return {
        **Authentication(hub, grants, sessions).routes(),
        **Documents(hub, drafts, documents, downloads, max_document_bytes).routes(),
        **Fields(hub, drafts).routes(),
        **Workflow(hub, drafts, sessions, downloads).routes(),
        **Recipients(drafts).routes(),
        **SigningCalls(hub, drafts).routes(),
        **RsspCalls(hub, now).routes(),
        **RsspSigning(hub, now).routes(),
        **EidEasyCalls(hub).routes(),
        **Packages(hub, drafts, sessions, documents, downloads).routes(),
    }


def _serve(
    app: APIGatewayRestResolver, method: str, path: str, handlers: dict[Call, Handler], sessions: Sessions
) -> None:
    """The route lets in more than the call takes: which call is meant is decided by its exact rule (§2.5).

    Who has no valid token learns nothing else about the request.
    """

    @app.route(path, method, include_in_schema=False)
    def serve(**_: str) -> Response[Any]:
        event = app.current_event
        call = call_at(event.http_method, event.path)
        match = call.pattern.fullmatch(event.path) if call else None
        if call is None or match is None:
            raise NotFoundError
        request = Request(call, event, match.groupdict())
        if not call.public:
            sessions.session(request.token)
        return handlers[call](request)
