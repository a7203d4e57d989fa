"""What answers look like: snake_case, without keys of buckets and without values of form fields."""

from typing import Literal

from pydantic import Field

from paraph.domain.challenge import ChallengeStatus, Factor
from paraph.domain.errors import Actor
from paraph.domain.hubs import HubName
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.methods import SigningMethod
from paraph.domain.model import Instant, Model
from paraph.domain.signing import LedgerState, Origin, Problem, Signing, SigningEvent, SigningStatus
from paraph.domain.verification import Coverage, Indication, KeyControl
from paraph.ports.desk import DownloadOffer, UploadOffer, UsableProfile
from paraph.ports.devices import DeviceView
from paraph.ports.signing_store import Page


class OutcomeView(Model):
    """The result of a signed and verified document."""

    indication: Indication
    achieved_level: ConformanceLevel | None = Field(
        description="none: a plain electronic signature, without certificate"
    )
    signer: str
    signing_at: Instant | None
    coverage: Coverage | None
    key_control: KeyControl
    bytes_rewritten: bool = Field(
        description="the document came back from the hub with other bytes than it had just before the signature"
    )


class ChallengeFacts(Model):
    """What the owner may know of a challenge."""

    number: int = Field(description="how often the signatory was asked")
    status: ChallengeStatus
    factors: tuple[Factor, ...]
    provider: str | None = Field(description="the signing service that asks, or that the signatory goes to")
    asked_at: Instant
    expires_at: Instant
    answers_left: int = Field(description="wrong answers that are still allowed")
    codes_sent: int
    codes_left: int = Field(description="one-time passwords that may still be asked for")
    refusal: str | None = Field(description="name of the error that the last answer met")
    reason: str | None = Field(description="why the signatory declined, in its own words")


class SigningLinks(Model):
    """Where the signing's parts are: paths below the API's URL."""

    self: str
    timeline: str
    cancel: str | None = Field(default=None, description="while the signature has not been asked for")
    document: str | None = Field(default=None, description="when signed")
    verification: str | None = Field(default=None, description="when signed")


class SigningView(Model):
    """A signing as its owner sees it."""

    signing_id: str
    status: SigningStatus
    ledger: LedgerState = Field(description="how far the signature itself has come")
    owner: str | None
    origin: Origin
    profile: str
    document_name: str
    hub: HubName
    method: SigningMethod = Field(description="how it is signed; `adss` until the signing server was chosen")
    signatory: str | None = Field(description="id; none until the profile was read")
    field_name: str | None = Field(description="the signature field; none until the profile was read")
    level_of_assurance: LevelOfAssurance | None
    conformance_level: ConformanceLevel | None
    created_at: Instant
    updated_at: Instant
    challenge: ChallengeFacts | None = Field(description="what the signatory is, or was last, asked for")
    pending_since: Instant | None = Field(description="since when an approval elsewhere is, or was, waited for")
    cancel_requested_at: Instant | None
    problem: Problem | None
    outcome: OutcomeView | None
    links: SigningLinks


class SigningList(Model):
    """A page of signings, newest first."""

    signings: tuple[SigningView, ...]
    next_cursor: str | None = Field(description="give it as `cursor` for the next page; none: this was the last")


class UploadView(Model):
    """An address that takes one document."""

    upload_id: str = Field(description="give it as `document.upload_id` in POST /signings")
    upload_url: str
    method: Literal["PUT"] = "PUT"
    headers: dict[str, str] = Field(description="headers that the upload must send")
    expires_at: Instant
    max_size: int = Field(description="bytes; the limit for documents of this stack")


class DocumentView(Model):
    """Where the signed document can be fetched, for a while."""

    document_url: str
    expires_at: Instant


class SubmittedView(Model):
    """Where the document can be fetched as it was submitted, for a while."""

    document_url: str
    expires_at: Instant


class ProfileView(Model):
    """A signing profile as those who may use it see it: without values of form fields."""

    name: str = Field(description="give it as `profile` in POST /signings")
    owner: str
    signatory: str = Field(description="id")
    signatory_name: str | None = Field(description="none: the signatory is gone from the configuration")
    hub: HubName
    signing_server: str | None = Field(description="none: a plain electronic signature")
    level_of_assurance: LevelOfAssurance
    conformance_level: ConformanceLevel | None = Field(description="none: a plain electronic signature")
    field_name: str = Field(description="the signature field")
    field_created: bool = Field(description="the field is made; otherwise the document must have it")


class ProfileList(Model):
    """Signing profiles, by name."""

    profiles: tuple[ProfileView, ...]


class Timeline(Model):
    """A signing's audit trail: every event holds the hash of the one before."""

    signing_id: str
    events: tuple[SigningEvent, ...]


class DeviceList(Model):
    """A signatory's registered devices, oldest first; revoked ones too."""

    signatory: str = Field(description="id")
    devices: tuple[DeviceView, ...]


class ProblemDetails(Model):
    """An error as RFC 9457 problem details, with who must act."""

    type: str = Field(description="urn:paraph:error:NAME")
    title: str
    status: int
    detail: str
    instance: str = Field(description="path of the call")
    error: str = Field(description="stable name, see the error catalogue")
    actor: Actor = Field(description="who must act so that the work can go on")
    advice: str = Field(description="what to do next")
    retryable: bool = Field(description="the same call may work later")
    details: dict[str, str | int] = Field(description="facts for machines")
    request_id: str | None = Field(description="API Gateway's id of the call, for the operator")


def signing_view(signing: Signing) -> SigningView:
    """The record as its owner sees it."""
    return SigningView(
        signing_id=signing.signing_id,
        status=signing.status,
        ledger=signing.ledger,
        owner=signing.owner,
        origin=signing.source.origin,
        profile=signing.profile,
        document_name=signing.document_name,
        hub=signing.hub,
        method=signing.method,
        signatory=signing.signatory,
        field_name=signing.field.name if signing.field else None,
        level_of_assurance=signing.level_of_assurance,
        conformance_level=signing.conformance_level,
        created_at=signing.created_at,
        updated_at=signing.updated_at,
        challenge=_challenge_facts(signing),
        pending_since=signing.pending_since,
        cancel_requested_at=signing.cancel_requested_at,
        problem=signing.problem,
        outcome=_outcome_view(signing),
        links=_links(signing),
    )


def _challenge_facts(signing: Signing) -> ChallengeFacts | None:
    challenge = signing.challenge
    if challenge is None:
        return None
    return ChallengeFacts(
        number=challenge.number,
        status=challenge.status,
        factors=challenge.factors,
        provider=challenge.provider,
        asked_at=challenge.asked_at,
        expires_at=challenge.expires_at,
        answers_left=challenge.answers_left,
        codes_sent=challenge.codes,
        codes_left=challenge.codes_left,
        refusal=challenge.refusal,
        reason=challenge.reason,
    )


def _outcome_view(signing: Signing) -> OutcomeView | None:
    outcome = signing.outcome
    if outcome is None:
        return None
    return OutcomeView(
        indication=outcome.indication,
        achieved_level=outcome.achieved_level,
        signer=outcome.signer,
        signing_at=outcome.signing_at,
        coverage=outcome.coverage,
        key_control=outcome.key_control,
        bytes_rewritten=outcome.bytes_rewritten,
    )


def _links(signing: Signing) -> SigningLinks:
    path = f"/signings/{signing.signing_id}"
    signed = signing.status is SigningStatus.SIGNED
    cancellable = not signing.status.ended and not signing.ledger.reached(LedgerState.SENT)
    return SigningLinks(
        self=path,
        timeline=f"{path}/timeline",
        cancel=f"{path}/cancel" if cancellable else None,
        document=f"{path}/document" if signed else None,
        verification=f"{path}/verification" if signed else None,
    )


def signing_list(page: Page) -> SigningList:
    """A page of signings as their owner sees them."""
    return SigningList(signings=tuple(signing_view(s) for s in page.signings), next_cursor=page.next_cursor)


def upload_view(offer: UploadOffer) -> UploadView:
    """The upload address as the caller needs it."""
    return UploadView(
        upload_id=offer.upload_id,
        upload_url=offer.upload_url,
        headers=dict(offer.headers),
        expires_at=offer.expires_at,
        max_size=offer.max_size,
    )


def document_view(offer: DownloadOffer) -> DocumentView:
    """The download address as the caller needs it."""
    return DocumentView(document_url=offer.url, expires_at=offer.expires_at)


def submitted_view(offer: DownloadOffer) -> SubmittedView:
    """The download address as the caller needs it."""
    return SubmittedView(document_url=offer.url, expires_at=offer.expires_at)


def profile_list(profiles: tuple[UsableProfile, ...]) -> ProfileList:
    """The profiles as those who may use them see them."""
    return ProfileList(profiles=tuple(_profile_view(p) for p in profiles))


def _profile_view(usable: UsableProfile) -> ProfileView:
    profile = usable.profile
    return ProfileView(
        name=profile.name,
        owner=profile.owner,
        signatory=profile.signatory,
        signatory_name=usable.signatory_name,
        hub=usable.hub,
        signing_server=profile.signing_server,
        level_of_assurance=profile.level_of_assurance,
        conformance_level=profile.conformance_level,
        field_name=profile.field.name,
        field_created=profile.field.create,
    )
