"""What an operator configures: one YAML file, loaded by `paraph configure`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from paraph.domain.documents import SignatureField
from paraph.domain.levels import ConformanceLevel, LevelOfAssurance
from paraph.domain.model import Model
from paraph.domain.request import FieldName, FieldValue, ProfileName
from paraph.domain.signature import SignatureAlgorithm

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
    principals: tuple[str, ...] = Field(default=(), description="IAM user or role ARNs that act for this owner")


class Signatory(Model):
    """Who signs: a natural person, or an organisation that seals."""

    id: Identifier
    name: str
    email: str
    owner: Identifier


class Capacity(Model):
    """A signing capacity: one key with one certificate at one level of assurance."""

    name: Identifier
    level_of_assurance: LevelOfAssurance
    key_spec: KeySpec
    key_id: str | None = Field(default=None, description="id or ARN of an existing KMS key; default: one is made")
    signature_algorithm: SignatureAlgorithm
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


class SigningServer(Model):
    """A configured service that can sign, with its capacities."""

    name: Identifier
    type: Literal["key"] = Field(default="key", description="key: server-held key in AWS KMS (ADSS type)")
    capacities: tuple[Capacity, ...] = Field(min_length=1)

    def capacity(self, name: str) -> Capacity | None:
        """The capacity of this name."""
        return next((c for c in self.capacities if c.name == name), None)


class Profile(Model):
    """A signing profile: what happens to documents that are submitted under its name."""

    name: ProfileName
    owner: Identifier
    signatory: Identifier
    signing_server: Identifier
    signing_capacity: Identifier | None = Field(default=None, description="default: the first that offers the level")
    level_of_assurance: LevelOfAssurance
    conformance_level: ConformanceLevel
    field: SignatureField
    form_values: dict[FieldName, FieldValue] = Field(default_factory=dict)
    reason: str | None = None
    location: str | None = None
    contact: str | None = None


class TimestampAuthority(Model):
    """An RFC 3161 authority; several are tried in order."""

    name: Identifier
    url: str


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
    signing_servers: tuple[SigningServer, ...] = ()
    profiles: tuple[Profile, ...] = ()

    @model_validator(mode="after")
    def _names_are_known(self) -> "Configuration":
        owners = {o.id for o in self.owners}
        signatories = {s.id: s for s in self.signatories}
        servers = {s.name for s in self.signing_servers}
        for signatory in self.signatories:
            if signatory.owner not in owners:
                raise ValueError(f"signatory {signatory.id}: unknown owner {signatory.owner}")
        for profile in self.profiles:
            signs = signatories.get(profile.signatory)
            if profile.owner not in owners:
                raise ValueError(f"profile {profile.name}: unknown owner {profile.owner}")
            if signs is None or signs.owner != profile.owner:
                raise ValueError(f"profile {profile.name}: unknown signatory {profile.signatory}")
            if profile.signing_server not in servers:
                raise ValueError(f"profile {profile.name}: unknown signing server {profile.signing_server}")
        return self


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
