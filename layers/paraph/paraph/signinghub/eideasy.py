"""Signing with national eIDs, through SigningHub and eID Easy (contract: SigningHub §11)."""

from paraph.ports.eideasy_operations import EidEasyPrepared
from paraph.ports.hub import SignatureWish, SignedDocument
from paraph.signinghub import paths
from paraph.signinghub.eideasy_answers import HANDED_IN
from paraph.signinghub.part import Part
from paraph.signinghub.rest import json_request
from paraph.signinghub.signing import NO_FIELD, SIGN_SECONDS, Signing, wish_members

PRE_SECONDS = 60.0  # SigningHub calls eID Easy meanwhile


class EidEasy(Part):
    """Implements `EidEasyOperations`; Post embeds a signature, and is sent once."""

    def pre_signing(
        self, token: str, package_id: int, document_id: int, wish: SignatureWish, redirect_url: str | None = None
    ) -> EidEasyPrepared:
        """Pre eID Easy Signing (§11.3). Only Paraph's own hub finds what a repeat has handed in already.

        What SigningHub hands in anew signs nothing until the widget is opened with it.
        """
        given = {**wish_members(wish), **({"redirect_url": redirect_url} if redirect_url else {})}
        request = json_request(
            "POST",
            paths.EIDEASY_PRE.format(p=package_id, d=document_id),
            {paths.eideasy_name(name): value for name, value in given.items()},
            headers={paths.EIDEASY_REPEATS: wish.reference},
            otherwise=NO_FIELD,
            seconds=PRE_SECONDS,
        )
        return self.accounts.ask(request, token, HANDED_IN).prepared

    def post_signing(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str
    ) -> SignedDocument:
        """Post eID Easy Signing (§11.5). Raises OutcomeUnknown when the answer was lost; then ask again."""
        given = {"transaction_id": transaction_id, "field_name": field_name}
        request = json_request(
            "POST",
            paths.EIDEASY_POST.format(p=package_id, d=document_id),
            {paths.eideasy_name(name): value for name, value in given.items()},
            otherwise=NO_FIELD,
            signs=True,
            seconds=SIGN_SECONDS,
        )
        return Signing(self.accounts, self.documents).signed(request, token, field_name)
