"""Bodies of the RSSP calls (contract §10)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from paraph.api.signinghub.assumed import rssp_name
from paraph.api.signinghub.bodies.signing import Signing
from paraph.api.signinghub.model import Body, Encoded, FieldName, OrBlank
from paraph.domain.algorithms import DIGEST_LENGTHS
from paraph.hub.capacities import FOREIGN_PLACEHOLDER_SIZE
from paraph.ports.rssp_operations import RsspAccess

NAMES = ConfigDict(alias_generator=rssp_name)


def _digest(value: bytes) -> bytes:
    if len(value) not in DIGEST_LENGTHS.values():
        raise ValueError("is no raw digest")
    return value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
Factor = Annotated[str, StringConstraints(max_length=200)]
Digest = Annotated[Encoded, AfterValidator(_digest)]
ObjectIdentifier = Annotated[str, StringConstraints(pattern=r"^[0-2](\.[0-9]{1,20}){1,30}$")]
Certificates = Annotated[Literal["none", "single", "chain"], BeforeValidator(_lower)]


class ServiceQuestion(Body):
    """Which service is meant (§10.3, §10.4, §10.8)."""

    model_config = NAMES

    signing_server: Name


class TokenQuestion(ServiceQuestion):
    """The body of Get Access Token | SAD (§10.5)."""

    code: Annotated[Secret | None, OrBlank] = Field(default=None, repr=False)
    redirect_uri: Annotated[Name | None, OrBlank] = None
    code_verifier: Annotated[Secret | None, OrBlank] = Field(default=None, repr=False)
    refresh_token: Annotated[Secret | None, OrBlank] = Field(default=None, repr=False)
    credential_id: Annotated[Name | None, OrBlank] = None
    hashes: Annotated[tuple[Digest, ...], Field(max_length=1)] = ()


class AccessedQuestion(ServiceQuestion):
    """A call that the service wants a token for (§10.6)."""

    access_token: Annotated[Secret | None, OrBlank] = Field(default=None, repr=False)

    @property
    def access(self) -> RsspAccess:
        """The service with its token."""
        return RsspAccess(signing_server=self.signing_server, access_token=self.access_token)


class CredentialQuestion(AccessedQuestion):
    """A call about one credential (§10.11)."""

    credential_id: Name


class CredentialInfoQuestion(CredentialQuestion):
    """The body of Get Credentials Info (§10.7)."""

    certificates: Certificates = "single"
    cert_info: bool = False
    auth_info: bool = False


class AuthorizationQuestion(CredentialQuestion):
    """The body of RSSP Credentials Authorization (§10.11): of one signature."""

    num_signatures: Literal[1] = 1
    hashes: Annotated[tuple[Digest, ...], Field(max_length=1)] = ()
    pin: Annotated[Factor | None, OrBlank] = Field(default=None, repr=False)
    otp: Annotated[Factor | None, OrBlank] = Field(default=None, repr=False)


class AuthorizationCheck(CredentialQuestion):
    """What became of an authorisation that the signatory gives elsewhere (CSC v2)."""

    handle: Secret = Field(repr=False)
    hashes: Annotated[tuple[Digest, ...], Field(max_length=1)] = ()


class HashSigning(CredentialQuestion):
    """The body of Get Sign Hash from RSSP (§10.12)."""

    sad: Secret = Field(repr=False)
    hashes: Annotated[tuple[Digest, ...], Field(min_length=1, max_length=1)]
    hash_algorithm: Annotated[ObjectIdentifier | None, OrBlank] = None
    sign_algorithm: ObjectIdentifier
    sign_parameters: Annotated[Encoded | None, OrBlank] = None


class DocumentHashing(Signing):
    """The body of Get Document Hash (§10.10)."""

    model_config = NAMES

    signing_server: Name
    credential_id: Name
    access_token: Annotated[Secret | None, OrBlank] = Field(default=None, repr=False)

    @property
    def access(self) -> RsspAccess:
        """The service with its token."""
        return RsspAccess(signing_server=self.signing_server, access_token=self.access_token)


class DirectSigning(DocumentHashing):
    """The body of Sign Document via RSSP Directly (§10.13)."""

    sad: Secret = Field(repr=False)


class Embedding(Body):
    """The body of Embed Signature (§10.13)."""

    model_config = NAMES

    transaction_id: Name
    field_name: FieldName
    signature: Annotated[Encoded, Field(min_length=1, max_length=FOREIGN_PLACEHOLDER_SIZE)]
    skip_verification: bool = False


class Revocation(ServiceQuestion):
    """The body of both revocations (§10.14)."""

    token: Secret = Field(repr=False)
    token_type_hint: Annotated[Literal["access_token", "refresh_token"] | None, OrBlank] = None

    @property
    def is_refresh_token(self) -> bool:
        return self.token_type_hint == "refresh_token"  # noqa: S105 (a word of RFC 7009)


class AccessRevocation(Revocation):
    """The body of Revoke Access Token: a SAD is ended with the access token that opens the service."""

    access_token: Annotated[Secret | None, OrBlank] = Field(default=None, repr=False)
