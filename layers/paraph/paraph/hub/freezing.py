"""What a signature will be, written down before anything is asked to sign it: asked for again, it is the same bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from paraph.domain.errors import InvalidRequest
from paraph.domain.forms import require_filled
from paraph.domain.levels import ConformanceLevel
from paraph.domain.signature import DigestAlgorithm, PreparedSignature, SignatureRequest
from paraph.hub.capacities import PLACEHOLDER_SIZE, Capacities, Choice
from paraph.hub.entities import DocumentEntry, FrozenSignature, SignatureFieldEntry
from paraph.hub.fields import for_recipient, shown
from paraph.hub.otp import OneTimePasswords
from paraph.hub.sessions import Account
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.hub import SignatureWish
from paraph.ports.hub_store import HubStore, VersionConflict
from paraph.ports.pdf_engine import PdfEngine

FROZEN_SECONDS = 7 * 24 * 3600  # longer than reconciliation and the sweeper may take
FROZEN_LIMIT = 390_000  # bytes of JSON; DynamoDB takes 409,600 with everything


def otp_subject(account: Account, package_id: int, document_id: int, field_name: str) -> str:
    """What a one-time password is for."""
    return f"{package_id}#{document_id}#{account.party}#{field_name}"


@dataclass(frozen=True)
class Freezer:
    """Prepares a signature, or finds the one that was prepared for the same wish on the same revision."""

    store: HubStore
    documents: DocumentStore
    load_engine: Callable[[], PdfEngine]
    capacities: Capacities
    otp: OneTimePasswords
    clock: Clock

    def freeze(
        self,
        account: Account,
        package_id: int,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        choice: Choice | None,
        wish: SignatureWish,
        otp: str | None,
    ) -> tuple[str, FrozenSignature]:
        """The prepared signature and its id.

        A wish that is frozen already was authorised then, and needs no second one-time password: that is how a lost
        answer is found out about. Raises RequiredFieldEmpty, OtpRequired, OtpWrong, OtpExpired, InvalidRequest.
        """
        policy = self.capacities.otp_policy(field, choice)
        wished = _wished(field, choice, wish, needs_otp=policy is not None)
        entity_id = f"{package_id}#{entry.document_id}#{entry.revision_number}#{wished}"
        found = self.store.get(FrozenSignature, entity_id)
        if found:
            return entity_id, found[0]
        facts = self.load_engine().inspect(self.documents.open(entry.revision))
        require_filled(for_recipient(entry, facts.fields, field.order))
        if policy:
            self.otp.consume(otp_subject(account, package_id, entry.document_id, field.field.name), otp)
        return entity_id, self._keep(entity_id, self._prepare(account, entry, field, choice, wish))

    def refrozen(self, frozen_id: str, frozen: FrozenSignature, signer_name: str) -> str:
        """The id of the same signature with another signer's name in it; nobody has been told its digest yet."""
        request = frozen.request.model_copy(update={"signer_name": signer_name})
        prepared = self.load_engine().prepare(self.documents.open(frozen.base), request)
        entity_id = f"{frozen_id}#{sha256(signer_name.encode()).hexdigest()[:16]}"
        self._keep(entity_id, FrozenSignature.freeze(frozen.base, request, frozen.capacity, prepared))
        return entity_id

    def _prepare(
        self,
        account: Account,
        entry: DocumentEntry,
        field: SignatureFieldEntry,
        choice: Choice | None,
        wish: SignatureWish,
    ) -> FrozenSignature:
        request = SignatureRequest(
            field=shown(field),
            level=choice.level if choice else ConformanceLevel.B_B,  # plays no part in a mark
            digest_algorithm=choice.digest_algorithm if choice else DigestAlgorithm.SHA256,
            signer_name=account.user_name,
            signing_at=self.clock.now(),
            reason=wish.reason,
            location=wish.location,
            contact=wish.contact,
            placeholder_size=choice.placeholder_size if choice else PLACEHOLDER_SIZE,
        )
        engine, source = self.load_engine(), self.documents.open(entry.revision)
        if choice:
            prepared = engine.prepare(source, request, wish.image)
            return FrozenSignature.freeze(entry.revision, request, choice.capacity.name, prepared)
        mark = PreparedSignature(
            base_size=entry.revision.size,
            tail=engine.mark(source, request, wish.image),
            gap_start=0,
            gap_end=0,
            digest_algorithm=request.digest_algorithm,
            document_digest=b"",
        )
        return FrozenSignature.freeze(entry.revision, request, "", mark)

    def _keep(self, entity_id: str, frozen: FrozenSignature) -> FrozenSignature:
        if len(frozen.model_dump_json()) > FROZEN_LIMIT:
            raise InvalidRequest("The image makes the signature too large.", property="image", limit=FROZEN_LIMIT)
        expires_at = self.clock.now() + timedelta(seconds=FROZEN_SECONDS)
        try:
            self.store.put(entity_id, frozen, 0, int(expires_at.timestamp()))
        except VersionConflict:  # the same wish at the same time: the first one counts
            found = self.store.get(FrozenSignature, entity_id)
            return found[0] if found else frozen
        return frozen


def _wished(field: SignatureFieldEntry, choice: Choice | None, wish: SignatureWish, *, needs_otp: bool) -> str:
    """A digest over everything that the prepared bytes, and the right to have them signed, depend on."""
    parts = (
        wish.model_dump_json(exclude={"image"}),
        sha256(wish.image or b"").hexdigest(),
        shown(field).model_dump_json(),
        f"{choice.server.name} {choice.server.type} {choice.level}" if choice else "",
        choice.key_identity if choice else "",
        str(needs_otp),
    )
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
