"""What an operator configures: one YAML file, loaded by `paraph configure`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from paraph.domain.documents import SignatureField
from paraph.domain.eideasy import EidEasyConnection
from paraph.domain.hubs import HubName
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Model
from paraph.domain.request import FieldName, FieldValue, ProfileName
from paraph.domain.rssp import RsspConnection
from paraph.domain.signature import SignatureAlgorithm

MobileNumber = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,99}$")]


class KeySpec(StrEnum):
    """Asymmetric KMS keys that can sign (AWS KMS API, KeySpec)."""

    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"
    ECC_NIST_P256 = "ECC_NIST_P256"
    ECC_NIST_P384 = "ECC_NIST_P384"

    @property
    def algorithms(self) -> tuple[SignatureAlgorithm, ...]:
        """The algorithms this key can be used with; the first is the default."""
        if self is KeySpec.ECC_NIST_P256:
            return (SignatureAlgorithm.ECDSA_SHA_256,)
        if self is KeySpec.ECC_NIST_P384:
            return (SignatureAlgorithm.ECDSA_SHA_384,)
        return tuple(a for a in SignatureAlgorithm if a.value.startswith("RSASSA"))


class Owner(Model):
    """An organisation or team whose documents are signed; it sees only what is its own."""

    id: Identifier
    name: str
    email: str | None = Field(default=None, description="the account under which it prepares documents in a hub")
    principals: tuple[str, ...] = Field(default=(), description="IAM user or role ARNs that act for this owner")


class Signatory(Model):
    """Who signs: a natural person, or an organisation that seals."""

    id: Identifier
    name: str
    email: str
    mobile_number: MobileNumber | None = Field(default=None, description="for one-time passwords: +, country, number")
    owner: Identifier
    rssp_user_id: str | None = Field(
        default=None, min_length=1, max_length=200, description="the signatory's name at remote signing services"
    )
    national_id: str | None = Field(
        default=None, min_length=1, max_length=100, description="by which a service's credentials are chosen"
    )


class Integration(Model):
    """A program that may use the SigningHub-compatible API in an owner's name."""

    client_id: Identifier
    owner: Identifier


class Capacity(Model):
    """A signing capacity: one key with one certificate at one level of assurance."""

    name: Identifier
    level_of_assurance: LevelOfAssurance
    key_spec: KeySpec
    key_id: str | None = Field(default=None, description="id or ARN of an existing KMS key; default: one is made")
    signature_algorithm: SignatureAlgorithm
    conformance_level: ConformanceLevel = Field(
        default=ConformanceLevel.B_LT, description="where the caller names none: the SigningHub-compatible API"
    )
    subject: str | None = Field(default=None, description="for the certificate request, RFC 4514: CN=…,O=…,C=…")
    certificate_chain: tuple[str, ...] = Field(
        default=(), description="PEM certificates, signer first; none: awaiting a certificate"
    )

    @model_validator(mode="before")
    @classmethod
    def _default_algorithm(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("signature_algorithm") is None and "key_spec" in data:
            return {**data, "signature_algorithm": KeySpec(data["key_spec"]).algorithms[0]}
        return data

    @model_validator(mode="after")
    def _algorithm_fits_key(self) -> "Capacity":
        if self.signature_algorithm not in self.key_spec.algorithms:
            raise ValueError(f"{self.signature_algorithm} does not fit a {self.key_spec} key")
        return self


class RemoteCapacity(Model):
    """A signing capacity of a remote signing service or of eID Easy: the signatory's own credential there."""

    name: Identifier
    level_of_assurance: LevelOfAssurance
    conformance_level: ConformanceLevel = Field(
        default=ConformanceLevel.B_LT, description="where the caller names none: the SigningHub-compatible API"
    )
    signature_algorithm: SignatureAlgorithm | None = Field(
        default=None, description="default: the first that the credential's key offers"
    )


AnyCapacity = Capacity | RemoteCapacity


class OtpMethod(StrEnum):
    """How a one-time password reaches the signatory."""

    SMS = "SMS"
    EMAIL = "EMAIL"


class OtpPolicy(Model):
    """One-time passwords at signing time (contract: SigningHub §9.3)."""

    length: Literal[4, 6, 9] = Field(default=6, description="digits")
    validity_seconds: int = Field(default=300, ge=30, le=3600)
    retry_seconds: int = Field(default=30, ge=0, le=600, description="before a new one may be asked for")
    methods: tuple[OtpMethod, ...] = Field(
        default=(OtpMethod.SMS, OtpMethod.EMAIL), min_length=1, description="tried in order"
    )


class ServerType(StrEnum):
    """What a signing server signs with."""

    KEY = "key"
    DEVICE = "device"
    CSC = "csc"
    EIDEASY = "eideasy"

    @property
    def by_calls_of_its_own(self) -> bool:
        """Whether it is not Sign Document that signs with it, so that nothing signs with it by default."""
        return self in (ServerType.CSC, ServerType.EIDEASY)


class SigningServer(Model):
    """A configured service that can sign, with its capacities."""

    name: Identifier
    type: ServerType = Field(
        default=ServerType.KEY,
        description="key: server-held key in AWS KMS (ADSS type); device: such a key, and a registered device of the "
        "signatory approves each signature (RAS type); csc: credentials at a remote signing service; "
        "eideasy: national eIDs through eID Easy",
    )
    otp: OtpPolicy | None = Field(
        default=None, description="every signature needs a one-time password; none: it does not"
    )
    rssp: RsspConnection | None = Field(default=None, description="of type csc: how the service is reached")
    eideasy: EidEasyConnection | None = Field(default=None, description="of type eideasy: the client there")
    capacities: tuple[AnyCapacity, ...] = Field(min_length=1)

    def capacity(self, name: str) -> AnyCapacity | None:
        """The capacity of this name."""
        return next((c for c in self.capacities if c.name == name), None)

    @model_validator(mode="after")
    def _device_is_enough(self) -> "SigningServer":
        if self.type is ServerType.DEVICE and self.otp:
            raise ValueError(f"signing server {self.name}: the device takes the place of a one-time password")
        return self

    @model_validator(mode="after")
    def _remote_or_not(self) -> "SigningServer":
        remote = self.type.by_calls_of_its_own
        for kind, connection in ((ServerType.CSC, self.rssp), (ServerType.EIDEASY, self.eideasy)):
            if (self.type is kind) != (connection is not None):
                raise ValueError(f"signing server {self.name}: type {kind} and its connection go together")
        if any(isinstance(capacity, RemoteCapacity) != remote for capacity in self.capacities):
            raise ValueError(f"signing server {self.name}: key_spec is for keys of one's own, and these need it")
        if remote and self.otp:
            raise ValueError(f"signing server {self.name}: the service says which factors it wants")
        return self


class SigningHubInstallation(Model):
    """A SigningHub installation that signs for this stack; its API key is in Secrets Manager."""

    url: str = Field(pattern=r"^https?://[^\s?#]+$", description="base address, without the version")
    client_id: str = Field(min_length=1, max_length=200, description="name of the integration")


class Profile(Model):
    """A signing profile: what happens to documents that are submitted under its name."""

    name: ProfileName
    owner: Identifier
    signatory: Identifier
    hub: HubName | None = Field(default=None, description="default: the stack's")
    signing_server: Identifier | None = Field(default=None, description="none: a plain electronic signature")
    signing_capacity: Identifier | None = Field(default=None, description="default: the first that offers the level")
    credential_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="at a remote signing service; default: the signatory's first that can sign",
    )
    level_of_assurance: LevelOfAssurance
    conformance_level: ConformanceLevel | None = Field(default=None, description="none: a plain electronic signature")
    field: SignatureField
    form_values: dict[FieldName, FieldValue] = Field(default_factory=dict)
    reason: str | None = None
    location: str | None = None
    contact: str | None = None

    @model_validator(mode="after")
    def _plain_or_digital(self) -> "Profile":
        plain = self.signing_server is None
        if plain != (self.conformance_level is None):
            raise ValueError("signing_server and conformance_level go together; without both: a plain signature")
        if plain and self.level_of_assurance is not LevelOfAssurance.ELECTRONIC_SIGNATURE:
            raise ValueError(f"{self.level_of_assurance} needs a signing_server and a conformance_level")
        return self


class TimestampAuthority(Model):
    """An RFC 3161 authority; several are tried in order."""

    name: Identifier
    url: str


class EvidenceSeal(Model):
    """The signing capacity that seals evidence reports."""

    signing_server: Identifier
    signing_capacity: Identifier


class Configuration(Model):
    """The whole file."""

    version: Literal[1] = 1
    operators: tuple[str, ...] = Field(default=(), description="IAM user or role ARNs that see every owner's signings")
    trust_anchors: tuple[str, ...] = Field(
        default=(), description="PEM root certificates that signatures are verified to"
    )
    timestamp_authorities: tuple[TimestampAuthority, ...] = ()
    owners: tuple[Owner, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    integrations: tuple[Integration, ...] = Field(
        default=(), description="programs that may use the SigningHub-compatible API"
    )
    signinghub: SigningHubInstallation | None = None
    evidence: EvidenceSeal | None = Field(default=None, description="what seals evidence reports; none: unsealed")
    signing_servers: tuple[SigningServer, ...] = ()
    profiles: tuple[Profile, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> "Configuration":
        owners = {o.id for o in self.owners}
        for signatory in self.signatories:
            if signatory.owner not in owners:
                raise ValueError(f"signatory {signatory.id}: unknown owner {signatory.owner}")
        for integration in self.integrations:
            if integration.owner not in owners:
                raise ValueError(f"integration {integration.client_id}: unknown owner {integration.owner}")
        if self.evidence and not self._offers(self.evidence.signing_server, self.evidence.signing_capacity):
            raise ValueError("evidence: unknown signing capacity")
        for profile in self.profiles:
            self._check_profile(profile, owners)
        return self

    @model_validator(mode="after")
    def _accounts_are_told_apart(self) -> "Configuration":
        accounts = [(o.id, o.email.casefold()) for o in self.owners if o.email]
        accounts += [(s.owner, s.email.casefold()) for s in self.signatories]
        for owner, email in accounts:
            if accounts.count((owner, email)) > 1:
                raise ValueError(f"owner {owner}: several accounts with the address {email}")
        return self

    def _check_profile(self, profile: Profile, owners: set[str]) -> None:
        signs = next((s for s in self.signatories if s.id == profile.signatory), None)
        if profile.owner not in owners:
            raise ValueError(f"profile {profile.name}: unknown owner {profile.owner}")
        if signs is None or signs.owner != profile.owner:
            raise ValueError(f"profile {profile.name}: unknown signatory {profile.signatory}")
        if profile.hub is HubName.SIGNINGHUB and self.signinghub is None:
            raise ValueError(f"profile {profile.name}: there is no signinghub in the configuration")
        embedded = profile.hub is HubName.EMBEDDED or self.signinghub is None
        if embedded and profile.signing_server and not self._offers(profile.signing_server):
            raise ValueError(f"profile {profile.name}: unknown signing server {profile.signing_server}")

    def _offers(self, server: str, capacity: str | None = None) -> bool:
        found = next((s for s in self.signing_servers if s.name == server), None)
        return found is not None and (capacity is None or found.capacity(capacity) is not None)


class Trust(Model):
    """What verification trusts, who gives time-stamps, and which principals operate the stack."""

    operators: tuple[str, ...] = ()
    trust_anchors: tuple[str, ...] = Field(default=(), description="PEM")
    timestamp_authorities: tuple[TimestampAuthority, ...] = ()


class CapacityState(Model):
    """What configuring found or made for one signing capacity."""

    signing_server: str
    signing_capacity: str
    key_id: str
    certificate: Literal["valid", "missing", "expired", "mismatch"]
    csr_pem: str


class ConfigureReport(Model):
    """What a stack is configured with now."""

    owners: int
    signatories: int
    profiles: int
    capacities: tuple[CapacityState, ...]
    missing_secrets: tuple[str, ...] = Field(
        default=(), description="names in Secrets Manager that the SigningHub installation needs and nobody has put"
    )
