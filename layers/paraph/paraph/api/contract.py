"""The calls of Paraph's own API, declared once: for the routes, for 405 answers and for the OpenAPI file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paraph.api.models import (
    DocumentView,
    ProblemDetails,
    ProfileList,
    SigningList,
    SigningView,
    SubmittedView,
    Timeline,
    UploadView,
)
from paraph.api.problems import PROBLEM_JSON
from paraph.api.reading import ListQuery
from paraph.domain.errors import (
    DocumentTooLarge,
    EmptyDocument,
    IdempotencyConflict,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    InvalidRequest,
    NotSubmitted,
    ParaphError,
    ResultNotReady,
    TooLateToCancel,
    Unavailable,
    Unexpected,
    UnknownCaller,
    UnknownProfile,
    UnknownSigning,
    UnknownUpload,
    UnsupportedMedia,
)
from paraph.domain.model import Model
from paraph.domain.request import SigningOrder, UploadOrder
from paraph.domain.verification import VerificationReport

SCHEMAS = "#/components/schemas/"
SECURITY = "sigv4"

Declaration = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """One way in which a call can end well."""

    says: str
    model: type[Model]
    headers: Mapping[str, str] = field(default_factory=dict)

    def declaration(self) -> Declaration:
        """As OpenAPI puts it."""
        headers = {n: _header(d, {"type": "string"}) for n, d in self.headers.items()}
        content = {"application/json": {"model": self.model}}
        return {"description": self.says, "content": content, **({"headers": headers} if headers else {})}


@dataclass(frozen=True)
class Call:
    """One call: where it is, what it takes, how it can end."""

    method: str
    path: str
    name: str
    summary: str
    answers: Mapping[int, Answer]
    errors: tuple[type[ParaphError], ...]
    description: str = ""
    body: type[Model] | None = None
    query: type[Model] | None = None
    headers: Mapping[str, Declaration] = field(default_factory=dict)

    def declaration(self) -> Declaration:
        """What Powertools' routes are told, so that the OpenAPI file follows from the code."""
        return {
            "summary": self.summary,
            "description": self.description or self.summary,
            "operation_id": self.name,
            "tags": ["signings"],
            "security": [{SECURITY: []}],
            "responses": self._responses(),
            "openapi_extensions": self._extensions(),
        }

    def _responses(self) -> dict[int, Declaration]:
        by_status: dict[int, list[str]] = {}
        everywhere: tuple[type[ParaphError], ...] = (UnknownCaller, Unexpected, Unavailable)
        for error in self.errors + everywhere:
            by_status.setdefault(error.status, []).append(error.__name__)
        problems = {status: _problem(status, names) for status, names in sorted(by_status.items())}
        return {**{status: a.declaration() for status, a in self.answers.items()}, **problems}

    def _extensions(self) -> Declaration:
        extensions: Declaration = {}
        parameters = [*_query_parameters(self.query), *_header_parameters(self.headers)]
        if parameters:
            extensions["parameters"] = parameters
        if self.body:
            schema = {"$ref": SCHEMAS + self.body.__name__}
            extensions["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
        return extensions


def _problem(status: int, names: list[str]) -> Declaration:
    answer: Declaration = {"description": ", ".join(names), "content": {PROBLEM_JSON: {"model": ProblemDetails}}}
    if status == Unavailable.status:
        answer["headers"] = {"Retry-After": _header("seconds", {"type": "integer"})}
    return answer


def _header(says: str, schema: Declaration) -> Declaration:
    """A header that is always there."""
    return {"description": says, "required": True, "schema": schema}


def _query_parameters(query: type[Model] | None) -> list[Declaration]:
    if query is None:
        return []
    schema = query.model_json_schema(ref_template=SCHEMAS + "{model}")
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": property_schema}
        for name, property_schema in schema["properties"].items()
    ]


def _header_parameters(headers: Mapping[str, Declaration]) -> list[Declaration]:
    return [
        {"name": name, "in": "header", "required": True, "description": h["description"], "schema": h["schema"]}
        for name, h in headers.items()
    ]


IDEMPOTENCY_KEY: Mapping[str, Declaration] = {
    "Idempotency-Key": {
        "description": "Fresh for every new signing; a repeat with the same body finds the signing of the first call.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
    }
}
_STARTED = {"Location": "the signing, relative to this call's URL"}

START_SIGNING = Call(
    method="POST",
    path="/signings",
    name="startSigning",
    summary="Start a signing",
    description="Starts exactly one signing of one document for one signatory under a profile.",
    body=SigningOrder,
    headers=IDEMPOTENCY_KEY,
    answers={
        201: Answer("The signing was started.", SigningView, _STARTED),
        200: Answer("The same call came before; this is the signing that it started.", SigningView, _STARTED),
    },
    errors=(
        InvalidRequest,
        IdempotencyKeyMissing,
        IdempotencyKeyMalformed,
        UnknownUpload,
        IdempotencyConflict,
        DocumentTooLarge,
        UnsupportedMedia,
        UnknownProfile,
        EmptyDocument,
    ),
)
OFFER_UPLOAD = Call(
    method="POST",
    path="/documents",
    name="offerUpload",
    summary="Ask for an address to upload a document to",
    description="The document then goes to `upload_url` by PUT, and its `upload_id` into POST /signings.",
    body=UploadOrder,
    answers={201: Answer("The address is ready for one upload.", UploadView)},
    errors=(InvalidRequest, DocumentTooLarge, UnsupportedMedia, EmptyDocument),
)
LIST_PROFILES = Call(
    method="GET",
    path="/profiles",
    name="listProfiles",
    summary="List the signing profiles that the caller may use",
    description="An owner sees its own profiles; an operator sees everybody's. Defaults for form values are not told.",
    answers={200: Answer("The profiles, by name.", ProfileList)},
    errors=(),
)
LIST_SIGNINGS = Call(
    method="GET",
    path="/signings",
    name="listSignings",
    summary="List signings, newest first",
    description="An owner sees its own signings; an operator sees everybody's.",
    query=ListQuery,
    answers={200: Answer("A page of signings.", SigningList)},
    errors=(InvalidRequest,),
)
GET_SIGNING = Call(
    method="GET",
    path="/signings/<signing_id>",
    name="getSigning",
    summary="Get a signing",
    answers={200: Answer("The signing.", SigningView)},
    errors=(UnknownSigning,),
)
GET_DOCUMENT = Call(
    method="GET",
    path="/signings/<signing_id>/document",
    name="getSignedDocument",
    summary="Get the signed document",
    description="Redirects to an address that gives the file for a while; the address is in the body too.",
    answers={307: Answer("The document is at this address.", DocumentView, {"Location": "the address, for a while"})},
    errors=(UnknownSigning, ResultNotReady),
)
GET_SUBMITTED = Call(
    method="GET",
    path="/signings/<signing_id>/submitted",
    name="getSubmittedDocument",
    summary="Get the document as it was submitted",
    description="Redirects like GET /signings/{signing_id}/document; there is a document from the step Submit on.",
    answers={307: Answer("The document is at this address.", SubmittedView, {"Location": "the address, for a while"})},
    errors=(UnknownSigning, NotSubmitted),
)
GET_VERIFICATION = Call(
    method="GET",
    path="/signings/<signing_id>/verification",
    name="getVerification",
    summary="Get the verification report",
    answers={200: Answer("What verifying the stored file found.", VerificationReport)},
    errors=(UnknownSigning, ResultNotReady),
)
GET_TIMELINE = Call(
    method="GET",
    path="/signings/<signing_id>/timeline",
    name="getTimeline",
    summary="Get the audit trail",
    description="Every event holds the hash of the one before; the chain was checked before it was given.",
    answers={200: Answer("The events, oldest first.", Timeline)},
    errors=(UnknownSigning,),
)
CANCEL_SIGNING = Call(
    method="POST",
    path="/signings/<signing_id>/cancel",
    name="cancelSigning",
    summary="Cancel a signing",
    description="Possible until the signature is asked for; the signing then ends as CANCELLED. Takes no body.",
    answers={202: Answer("The signing will end as CANCELLED.", SigningView)},
    errors=(InvalidRequest, UnknownSigning, TooLateToCancel, UnsupportedMedia),
)

START_CALLS = (START_SIGNING,)
DESK_CALLS = (
    LIST_PROFILES,
    OFFER_UPLOAD,
    LIST_SIGNINGS,
    GET_SIGNING,
    GET_DOCUMENT,
    GET_SUBMITTED,
    GET_VERIFICATION,
    GET_TIMELINE,
    CANCEL_SIGNING,
)
CALLS = START_CALLS + DESK_CALLS
