"""Answers of the RSSP calls (contract §10): the service's own, as far as they are read."""

from base64 import b64encode
from datetime import datetime

from pydantic import ConfigDict

from paraph.api.signinghub.assumed import rssp_name
from paraph.api.signinghub.model import View
from paraph.domain.rssp import Authorization, PendingAuthorization, RsspInfo, RsspInformation, RsspToken
from paraph.ports.rssp_operations import DocumentHash


class RsspView(View):
    """With CSC's names."""

    model_config = ConfigDict(alias_generator=rssp_name)


class ServiceConnection(RsspView):
    """The answer of Get RSSP Information (§10.3)."""

    signing_server: str
    base_url: str
    oauth2_url: str | None
    auth_type: str
    authorization_required: bool
    client_id: str | None
    redirect_uri: str | None
    user_id: str | None
    rut_filter: bool

    @classmethod
    def of(cls, found: RsspInformation) -> "ServiceConnection":
        """From the hub's settings."""
        members = found.model_dump(exclude={"service_authorization"})
        return cls(**members, auth_type=found.service_authorization.upper())


class ServiceInfo(RsspView):
    """The answer of Get RSSP Info (§10.4)."""

    specs: str
    name: str
    auth_types: tuple[str, ...]
    oauth2_base: str | None = None
    oauth2_issuer: str | None = None
    methods: tuple[str, ...]

    @classmethod
    def of(cls, found: RsspInfo) -> "ServiceInfo":
        """From what the service says of itself."""
        return cls(**found.model_dump(exclude={"oauth2_url"}), oauth2_base=found.oauth2_url)


class AccountToken(RsspView):
    """The answer of Get Account Token (§10.8)."""

    account_token: str


class ServiceToken(RsspView):
    """The answer of Get Access Token | SAD (§10.5)."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | None = None

    @classmethod
    def of(cls, token: RsspToken, now: datetime) -> "ServiceToken":
        """From the service's token."""
        return cls(
            access_token=token.value,
            token_type=token.token_type,
            expires_in=_seconds(token.expires_at, now),
            refresh_token=token.refresh_token,
        )


class CredentialList(RsspView):
    """The answer of Get Filtered Credential List (§10.6), all pages of it."""

    credential_ids: tuple[str, ...]


class Sad(RsspView):
    """The answer of RSSP Credentials Authorization (§10.11)."""

    sad: str
    sad_expires_in: int

    @classmethod
    def of(cls, given: Authorization, now: datetime) -> "Sad":
        """From the authorisation."""
        return cls(sad=given.sad, sad_expires_in=_seconds(given.expires_at, now))


class PendingSad(RsspView):
    """The same while the signatory has not decided yet (CSC v2 §4.3)."""

    handle: str

    @classmethod
    def of(cls, pending: PendingAuthorization) -> "PendingSad":
        """From what is waited for."""
        return cls(handle=pending.handle)


class SignedHashes(RsspView):
    """The answer of Get Sign Hash from RSSP (§10.12)."""

    signatures: tuple[str, ...]

    @classmethod
    def of(cls, values: tuple[bytes, ...]) -> "SignedHashes":
        """From the raw values."""
        return cls(signatures=tuple(b64encode(value).decode() for value in values))


class HashedDocument(RsspView):
    """The answer of Get Document Hash (§10.10)."""

    field_name: str
    digest: str
    hashing_algorithm: str
    signing_algorithm: str
    signing_parameters: str | None = None
    transaction_id: str
    expires_in: int

    @classmethod
    def of(cls, field_name: str, found: DocumentHash, now: datetime) -> "HashedDocument":
        """From what was prepared."""
        parameters = found.algorithm.parameters
        return cls(
            field_name=field_name,
            digest=b64encode(found.digest).decode(),
            hashing_algorithm=found.algorithm.hash_algorithm,
            signing_algorithm=found.algorithm.sign_algorithm,
            signing_parameters=b64encode(parameters).decode() if parameters else None,
            transaction_id=found.transaction_id,
            expires_in=_seconds(found.expires_at, now),
        )


def _seconds(end: datetime, now: datetime) -> int:
    return max(0, int((end - now).total_seconds()))
