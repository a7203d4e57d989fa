"""Documents that are signed with a credential at a remote signing service (contract: SigningHub §10.10 to §10.13)."""

from datetime import datetime
from typing import Any

from paraph.domain.algorithms import key_algorithm
from paraph.domain.rssp import Credential, KeyAlgorithm, Scal1Authorization, Scal2Authorization
from paraph.ports.hub import SignatureWish, SignedDocument
from paraph.ports.rssp_operations import DocumentHash, RsspAccess
from paraph.signinghub import paths, rssp_answers
from paraph.signinghub.part import Part
from paraph.signinghub.rest import not_understood
from paraph.signinghub.rssp_requests import rssp_request, text, texts, with_credential
from paraph.signinghub.signing import NO_FIELD, SIGN_SECONDS, Signing, wish_members


class RsspSigning(Part):
    """What signs is sent exactly once, whatever happens."""

    @property
    def now(self) -> datetime:
        """This instant."""
        return self.accounts.rest.clock.now()

    def get_document_hash(
        self,
        token: str,
        package_id: int,
        document_id: int,
        wish: SignatureWish,
        access: RsspAccess,
        credential: Credential,
    ) -> DocumentHash:
        """Get Document Hash (§10.10). SigningHub knows no reference of ours: a repeat prepares anew."""
        path = paths.DOCUMENT_HASH.format(p=package_id, d=document_id)
        request = rssp_request(path, _signing(wish, access, credential), otherwise=NO_FIELD)
        found = self.accounts.ask(request, token, rssp_answers.DOCUMENT_HASH)
        algorithm = key_algorithm(found.signing_algorithm, found.hashing_algorithm, found.signing_parameters)
        if algorithm is None:
            raise not_understood(request)
        return DocumentHash(
            transaction_id=found.transaction_id or "",
            digest=found.digest,
            algorithm=algorithm,
            expires_at=rssp_answers.end_of(found.expires_in, self.now),
        )

    def get_sign_hash(
        self,
        token: str,
        access: RsspAccess,
        credential: Credential,
        authorization: Scal2Authorization,
        algorithm: KeyAlgorithm,
    ) -> tuple[bytes, ...]:
        """Get Sign Hash from RSSP (§10.12)."""
        authorization.check(self.now)
        given = {
            **with_credential(access, credential),
            "sad": authorization.sad,
            "hashes": texts(authorization.hashes),
            "hash_algorithm": algorithm.hash_algorithm,
            "sign_algorithm": algorithm.sign_algorithm,
            "sign_parameters": text(algorithm.parameters) if algorithm.parameters else None,
        }
        request = rssp_request(paths.RSSP_SIGN_HASH, given, signs=True, seconds=SIGN_SECONDS)
        values = self.accounts.ask(request, token, rssp_answers.SIGNATURES).signatures
        if len(values) != len(authorization.hashes):
            raise not_understood(request)
        return tuple(values)

    def embed_signature(
        self, token: str, package_id: int, document_id: int, field_name: str, transaction_id: str, signature: bytes
    ) -> SignedDocument:
        """Embed Signature (§10.13)."""
        given = {"transaction_id": transaction_id, "field_name": field_name, "signature": text(signature)}
        path = paths.EMBED.format(p=package_id, d=document_id)
        request = rssp_request(path, given, otherwise=NO_FIELD, seconds=SIGN_SECONDS)
        return Signing(self.accounts, self.documents).signed(request, token, field_name)

    def sign_document_directly(
        self,
        token: str,
        package_id: int,
        document_id: int,
        wish: SignatureWish,
        access: RsspAccess,
        credential: Credential,
        authorization: Scal1Authorization,
    ) -> SignedDocument:
        """Sign Document via RSSP Directly (§10.13); a repeat may be a second signature, as with Sign Document."""
        authorization.check(self.now)
        given = {**_signing(wish, access, credential), "sad": authorization.sad}
        path = paths.SIGN_RSSP.format(p=package_id, d=document_id)
        request = rssp_request(path, given, otherwise=NO_FIELD, signs=True, seconds=SIGN_SECONDS)
        return Signing(self.accounts, self.documents).signed(request, token, wish.field_name)


def _signing(wish: SignatureWish, access: RsspAccess, credential: Credential) -> dict[str, Any]:
    return {**wish_members(wish), **with_credential(access, credential)}
