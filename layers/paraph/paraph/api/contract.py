"""The calls of Paraph's own API."""

from collections.abc import Mapping
from functools import partial

from paraph.api.call import Answer, Call, Declaration
from paraph.api.models import (
    DeviceList,
    DocumentView,
    ProfileList,
    SigningList,
    SigningView,
    SubmittedView,
    Timeline,
    UploadView,
)
from paraph.api.reading import ListQuery
from paraph.domain.errors import (
    DocumentTooLarge,
    EmptyDocument,
    IdempotencyConflict,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    InvalidRequest,
    LinkExpired,
    NotAllowed,
    NotConfigured,
    NothingAsked,
    NotSubmitted,
    OtpNotDelivered,
    ResultNotReady,
    TooLateToCancel,
    TooManyCodes,
    TooManyDevices,
    UnknownDevice,
    UnknownProfile,
    UnknownSignatory,
    UnknownSigning,
    UnknownUpload,
    UnsupportedMedia,
)
from paraph.domain.request import SigningOrder, UploadOrder
from paraph.domain.verification import VerificationReport
from paraph.ports import signatories
from paraph.ports.devices import DeviceView, InvitationView

OF_BODIES = (InvalidRequest, DocumentTooLarge, UnsupportedMedia)

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
    errors=(*OF_BODIES, UnknownSigning, TooLateToCancel),
)

ANSWER_CHALLENGE = Call(
    method="POST",
    path="/signings/<signing_id>/answer",
    name="answerChallenge",
    summary="Hand in what the signatory answers",
    description=(
        "For front ends of the signing's owner, in place of the signatory's page; operators may not. Holds exactly the "
        "`factors` of the signing's `challenge`. A second answer is acknowledged and ignored."
    ),
    body=signatories.Answer,
    answers={202: Answer("The answer was taken; the signature goes on with it.", SigningView)},
    errors=(*OF_BODIES, UnknownSigning, NotAllowed, NothingAsked, LinkExpired),
)
RESEND_CODE = Call(
    method="POST",
    path="/signings/<signing_id>/resend",
    name="resendCode",
    summary="Have the signatory sent a new one-time password",
    description="As the signatory's page does; for the signing's owner, not for operators. Takes no body.",
    answers={202: Answer("A new one-time password will be sent.", SigningView)},
    errors=(*OF_BODIES, UnknownSigning, NotAllowed, NothingAsked, TooManyCodes, LinkExpired),
)

_devices_call = partial(Call, theme="devices")
DEVICES = "/signatories/<signatory>/devices"

LIST_DEVICES = _devices_call(
    method="GET",
    path=DEVICES,
    name="listDevices",
    summary="List a signatory's devices",
    description="Those that approve signatures, and those that were revoked.",
    answers={200: Answer("The devices, oldest first.", DeviceList)},
    errors=(UnknownSignatory,),
)
INVITE_DEVICE = _devices_call(
    method="POST",
    path=DEVICES,
    name="inviteDevice",
    summary="Invite a signatory to register a device",
    description=(
        "The link goes to the signatory and to nobody else. A newer invitation takes the place of an older one, so a "
        "repeat does no harm and needs no Idempotency-Key. Takes no body."
    ),
    answers={202: Answer("The invitation is on its way.", InvitationView)},
    errors=(*OF_BODIES, UnknownSignatory, OtpNotDelivered, TooManyDevices, NotConfigured),
)
REVOKE_DEVICE = _devices_call(
    method="DELETE",
    path=f"{DEVICES}/<device_id>",
    name="revokeDevice",
    summary="Revoke a signatory's device",
    description="From now on it approves nothing. A repeat changes nothing. Takes no body.",
    answers={200: Answer("The device is revoked.", DeviceView)},
    errors=(*OF_BODIES, UnknownSignatory, UnknownDevice),
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
    ANSWER_CHALLENGE,
    RESEND_CODE,
)
DEVICE_CALLS = (LIST_DEVICES, INVITE_DEVICE, REVOKE_DEVICE)
CALLS = START_CALLS + DESK_CALLS + DEVICE_CALLS
