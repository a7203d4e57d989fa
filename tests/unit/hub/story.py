"""A package of Acme's and the people around it, for the tests of the embedded hub."""

from typing import Any

from paraph.domain.configuration import Configuration
from paraph.domain.documents import Box, Placement, SignatureField
from paraph.domain.levels import LevelOfAssurance
from paraph.domain.packages import PackageStatus, ProcessStatus, WorkflowStatus, WorkflowType
from paraph.hub.entities import DocumentEntry, Package
from paraph.hub.hub import EmbeddedHub
from paraph.ports.hub import NewRecipient, SignatureWish
from tests.fake_engine import document
from tests.world import CONFIGURATION, World

PLACE = Placement(page=1, box=Box(left=100, bottom=100, right=300, top=180))
ES = LevelOfAssurance.ELECTRONIC_SIGNATURE
AES = LevelOfAssurance.ADVANCED_ELECTRONIC_SIGNATURE
QES = LevelOfAssurance.QUALIFIED_ELECTRONIC_SIGNATURE
PEOPLE = ("jane", "john", "june", "jack", "olga")
DOCUMENT = document(
    "Sign here, and sign here",
    title="TEXT required",
    remarks="TEXT",
    **{f"Signature{n}": "SIGNATURE" for n in range(1, 5)},
)


def configuration(**changes: Any) -> Configuration:
    """Acme with an account of its own, four signatories, an integration; Other with Olga."""
    owners = [
        {"id": "acme", "name": "Acme", "email": "office@acme.example"},
        {"id": "other", "name": "Other", "email": "office@other.example"},
    ]
    signatories = [
        {
            "id": name,
            "name": name.title(),
            "email": f"{name}@acme.example",
            "owner": "other" if name == "olga" else "acme",
            "mobile_number": "+4915112345678" if name == "jane" else None,
        }
        for name in PEOPLE
    ]
    integrations = [{"client_id": "portal", "owner": "acme"}, {"client_id": "elsewhere", "owner": "other"}]
    profiles = [p for p in CONFIGURATION["profiles"] if isinstance(p, dict)]  # type: ignore[attr-defined]
    return Configuration.model_validate(
        {
            **CONFIGURATION,
            "owners": owners,
            "signatories": signatories,
            "integrations": integrations,
            "profiles": profiles,
            **changes,
        }
    )


def server(name: str, level: LevelOfAssurance, **more: Any) -> dict[str, Any]:
    """A signing server with one capacity, both of this name."""
    capacity = {
        "name": name,
        "level_of_assurance": level,
        "key_spec": "ECC_NIST_P256",
        "key_id": f"key-{name}",
        "certificate_chain": ["pem"],
    }
    return {"name": name, "capacities": [capacity], **more}


def email(name: str) -> str:
    """The address of Acme's person of this name."""
    return "office@acme.example" if name == "acme" else f"{name}@acme.example"


class Story:
    """A package with one document, a field for each signer, and the tokens of everybody."""

    def __init__(
        self,
        *signers: str,
        type: WorkflowType = WorkflowType.SERIAL,  # noqa: A002
        late_signers: bool = False,
        share: bool = True,
        settings: dict[str, Any] | None = None,
        levels: tuple[LevelOfAssurance, ...] = (AES,),
    ) -> None:
        self.world = World()
        self.world.configure(configuration(**(settings or {})))
        self.hub: EmbeddedHub = self.world.hub if late_signers else self.world.served
        self.drafts = self.world.drafts
        self.owner = self.token("owners/acme")
        self.package = self.hub.add_package(self.owner, "a.pdf", "ref-1")
        self.document = self.upload("inbox/a.pdf")
        if type is not WorkflowType.SERIAL:
            self.drafts.update_workflow(self.owner, self.package, type=type)
        for signer in signers:
            self.add(signer, levels)
        if share:
            self.share()

    def token(self, party: str) -> str:
        return self.hub.authenticate(party).value

    def of(self, name: str) -> str:
        """A fresh token of this person, or of the owner."""
        return self.token("owners/acme" if name == "acme" else f"signatories/{name}")

    def on_behalf(self, name: str) -> str:
        return self.hub.authenticate_on_behalf(self.owner, f"signatories/{name}").value

    def upload(self, key: str, body: bytes = DOCUMENT) -> int:
        stored = self.world.documents.put(key, body)
        return self.hub.upload_document(self.owner, self.package, key.rpartition("/")[2], stored).document_id

    def add(self, signer: str, levels: tuple[LevelOfAssurance, ...] = (AES,)) -> int:
        """A signer with the signature field of its order."""
        new = NewRecipient(user_email=email(signer), user_name=signer.title())
        order = self.hub.add_signer(self.owner, self.package, new)
        self.assign(order, levels)
        return order

    def assign(self, order: int, levels: tuple[LevelOfAssurance, ...] = (AES,), name: str | None = None) -> None:
        field = SignatureField(name=name or f"Signature{order}")
        self.hub.add_signature_field(self.owner, self.package, self.document, field, order, levels)

    def share(self) -> None:
        self.hub.share_package(self.owner, self.package)

    def fill(self, name: str, **values: str) -> None:
        self.hub.fill_form_fields(self.of(name), self.package, self.document, values or {"title": "Contract"})

    def sign(self, name: str, token: str | None = None, otp: str | None = None, **wishes: Any) -> Any:
        """Sign the field of this person's order."""
        order = self.now.order_of(email(name)) or 0
        wish = SignatureWish.model_validate({"reference": "r-1", "field_name": f"Signature{order}", **wishes})
        return self.hub.sign_document(token or self.of(name), self.package, self.document, wish, otp)

    def finish(self, name: str) -> None:
        self.hub.finish_processing(self.of(name), self.package)

    def act(self, name: str) -> None:
        """A signer's whole part."""
        self.fill(name)
        self.sign(name)
        self.finish(name)

    @property
    def now(self) -> Package:
        return self.world.packages.load(self.package)

    @property
    def entry(self) -> DocumentEntry:
        entry = self.now.document(self.document)
        assert entry is not None
        return entry

    @property
    def bytes(self) -> bytes:
        return self.world.documents.read(self.entry.revision)

    @property
    def workflow_status(self) -> WorkflowStatus:
        return self.now.status

    def status(self, name: str) -> PackageStatus:
        return self.hub.get_package(self.of(name), self.package).status

    def records(self) -> list[ProcessStatus]:
        return [r.process_status for r in self.now.recipients]

    @property
    def actions(self) -> list[str]:
        return [e.action for e in self.hub.get_history(self.owner, self.package)]
