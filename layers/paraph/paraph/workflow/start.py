"""From an order or an uploaded object to exactly one execution."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from paraph.domain.caller import Caller
from paraph.domain.configuration import Profile
from paraph.domain.documents import StoredDocument
from paraph.domain.errors import DocumentTooLarge, EmptyDocument, UnknownProfile, UnknownUpload
from paraph.domain.hubs import HubName
from paraph.domain.ids import signing_id_of
from paraph.domain.request import DocumentChoice, SigningOrder, SigningWishes
from paraph.domain.signing import Origin, Signing, Source
from paraph.domain.upload import Upload
from paraph.ports.clock import Clock
from paraph.ports.document_store import DocumentStore
from paraph.ports.executions import Executions
from paraph.ports.hub_store import HubStore
from paraph.ports.secret_store import SecretStore
from paraph.ports.signing_store import SigningStore
from paraph.workflow.resolution import find_profile, resolve
from paraph.workflow.session import HANDED_IN_TOKEN

DEADLINE_SECONDS = 3600
INBOX = "inbox/"
REQUEST_SUFFIX = ".request.json"
KEY_LIMIT = 1024


@dataclass(frozen=True)
class Start:
    """The one entrance; the same key finds the same signing."""

    signings: SigningStore
    executions: Executions
    documents: DocumentStore
    hub_store: HubStore
    secrets: SecretStore
    clock: Clock
    max_document_bytes: int
    default_hub: HubName = HubName.EMBEDDED

    def from_order(self, caller: Caller, order: SigningOrder, idempotency_key: str) -> tuple[Signing, bool]:
        """Start what POST /signings asks for, or find what the same key started."""
        profile = self._profile_of(caller, order.profile)
        key = f"api#{caller.owner or caller.principal}#{idempotency_key}"
        signing_id = signing_id_of(key)
        source, name = self._source(caller, order.document)
        wishes = SigningWishes.model_validate(order.model_dump(include=set(SigningWishes.model_fields)))
        request = self.documents.write(
            f"work/signings/{signing_id}/request-{_fingerprint(order)[:16]}.json",
            wishes.model_dump_json(exclude_defaults=True).encode(),
            "application/json",
        )
        source = source.model_copy(update={"request": request})
        signing = resolve(self._new(signing_id, profile.name, name, source), profile, wishes, self.default_hub)
        return self._create(signing, key, _fingerprint(order), order.signatory_token)

    def from_upload(self, key: str, version_id: str | None) -> Signing | None:
        """Start for an object under inbox/; its wishes are no start of their own."""
        if key.endswith((REQUEST_SUFFIX, "/")):
            return None
        document = self.documents.find(key, version_id)
        start_key = f"s3#{document.bucket}#{key}#{document.version_id}"
        folder, _, rest = key.removeprefix(INBOX).partition("/")
        name = rest.rpartition("/")[2] or folder
        source = Source(origin=Origin.S3, document=document, request=self._request_beside(key))
        signing = self._new(signing_id_of(start_key), folder if rest else "", name, source)
        found = self.hub_store.get(Profile, signing.profile) if signing.profile else None
        if found:
            signing = signing.model_copy(update={"owner": found[0].owner})
        return self._create(signing, start_key, document.key)[0]

    def _request_beside(self, key: str) -> StoredDocument | None:
        stem = key[: -len(".pdf")] if key.lower().endswith(".pdf") else key
        beside = stem + REQUEST_SUFFIX
        if len(beside.encode()) > KEY_LIMIT:
            return None
        try:
            return self.documents.find(beside)
        except UnknownUpload:
            return None

    def _profile_of(self, caller: Caller, name: str) -> Profile:
        profile = find_profile(self.hub_store, name)
        if not caller.may_see(profile.owner):
            raise UnknownProfile("There is no such signing profile.", profile=name)
        return profile

    def _source(self, caller: Caller, choice: DocumentChoice) -> tuple[Source, str]:
        if choice.upload_id is None:
            source = Source(origin=Origin.API, package_id=choice.package_id, document_id=choice.document_id)
            return source, f"document {choice.document_id}"
        found = self.hub_store.get(Upload, choice.upload_id)
        if found is None or not caller.may_see(found[0].owner):
            raise UnknownUpload("There is no such upload.", upload_id=choice.upload_id)
        document = self.documents.find(found[0].key)
        check_size(document, self.max_document_bytes)
        return Source(origin=Origin.API, document=document), found[0].name

    def _new(self, signing_id: str, profile: str, name: str, source: Source) -> Signing:
        now = self.clock.now()
        return Signing(
            signing_id=signing_id,
            profile=profile[:64],
            document_name=name,
            source=source,
            created_at=now,
            updated_at=now,
            deadline_at=now + timedelta(seconds=DEADLINE_SECONDS),
        )

    def _create(
        self, signing: Signing, key: str, fingerprint: str, signatory_token: str | None = None
    ) -> tuple[Signing, bool]:
        """The record first, then its token, then the execution; a repeat repairs what was left undone."""
        hashed = sha256(key.encode()).hexdigest()
        facts = {"origin": signing.source.origin, "profile": signing.profile}
        signing, new = self.signings.create(signing, hashed, fingerprint, facts)
        if not signing.status.ended:
            if signatory_token:
                self.secrets.keep(HANDED_IN_TOKEN, signing.signing_id, signatory_token, signing.deadline_at)
            self.executions.start(signing.signing_id)
        return signing, new


def check_size(document: StoredDocument, limit: int) -> None:
    """Refuse what is empty or over the limit, before reading it."""
    if document.size == 0:
        raise EmptyDocument("The document has no bytes.")
    if document.size > limit:
        raise DocumentTooLarge("The document is over the limit.", size=document.size, limit=limit)


def _fingerprint(order: SigningOrder) -> str:
    return sha256(order.model_dump_json().encode()).hexdigest()
