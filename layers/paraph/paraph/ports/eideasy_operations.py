"""The hub's operations for eID Easy (contract: SigningHub §11): SigningHub's two calls, and the hooks' questions."""

from typing import Protocol

from pydantic import Field

from paraph.domain.eideasy import OfferedMethod
from paraph.domain.model import Model
from paraph.ports.hub import SignatureWish, SignedDocument


class EidEasyPrepared(Model):
    """The answer of Pre eID Easy Signing (§11.3): what the widget needs, and never the secret."""

    transaction_id: str
    doc_id: str = Field(repr=False, description="eID Easy's; who knows it can start the signature")
    methods: tuple[OfferedMethod, ...]
    client_id: str
    api_endpoint: str
    country_code: str | None = None


class EidEasyOperations(Protocol):
    """Signing with national eIDs; `token` is the signatory's own for the hub.

    Both calls raise UnknownSigningServer, and what `ports.eideasy.EidEasy` raises.
    """

    def pre_signing(
        self, token: str, package_id: int, document_id: int, wish: SignatureWish, redirect_url: str | None = None
    ) -> EidEasyPrepared:
        """Pre eID Easy Signing: prepare, freeze, hand the digest in; a repeat finds what was handed in.

        Makes all the checks of Sign Document. Raises NoSigningMethod and what `sign_document` raises.
        """
        ...

    def post_signing(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str
    ) -> SignedDocument:
        """Post eID Easy Signing: fetch the CMS, check it, embed it; PENDING if nobody has signed yet.

        A repeat finds it embedded. Raises SignatureInvalid, SignedByAnother, PlaceholderTooSmall.
        """
        ...
