"""What a remote signing service makes: a signature value, around which we build the CMS, or the whole CMS (signDoc)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from paraph.domain.foreign_signature import ExpectedSigner
from paraph.domain.rssp import KeyAlgorithm, Scal1Authorization, Scal2Authorization
from paraph.domain.signature import PreparedSignature
from paraph.domain.validation_information import ValidationInformation
from paraph.domain.verification import SignatureVerification
from paraph.hub.capacities import FOREIGN_PLACEHOLDER_SIZE, RemoteKey
from paraph.hub.digital import DigitalSignatures, SignatureValue
from paraph.hub.entities import FrozenSignature, RemotePrepared
from paraph.ports.byte_source import ByteSource
from paraph.ports.rssp import Rssp


@dataclass(frozen=True)
class RemoteValues:
    """Asked for once, checked before it is kept, and checked again as what is embedded."""

    digital: DigitalSignatures

    def digest(self, prepared: PreparedSignature, key: RemoteKey) -> bytes:
        """What is authorised and signed: the document's digest where the service builds the CMS around it."""
        if key.sign_document:
            return prepared.document_digest
        dtbs = self.digital.dtbs(prepared, key.certificates)
        return hashlib.new(key.algorithm.digest, dtbs).digest()

    def signed(
        self, service: Rssp, token: str | None, authorization: Scal1Authorization, prepared: RemotePrepared
    ) -> bytes:
        """The prepared digest, signed."""
        digests, algorithm, certificate = (prepared.digest,), prepared.algorithm, prepared.certificates[0]
        if prepared.sign_document:
            values = service.sign_documents(token, authorization, digests, algorithm)
            (value,) = self._checked(values, digests, algorithm, certificate)
        else:
            (value,) = service.sign_hashes(token, authorization, digests, algorithm, certificate)
        return value

    def signed_as_authorized(
        self,
        service: Rssp,
        token: str | None,
        authorization: Scal2Authorization,
        algorithm: KeyAlgorithm,
        certificate: bytes,
        *,
        sign_document: bool,
    ) -> tuple[bytes, ...]:
        """Exactly the authorised digests, signed."""
        if not sign_document:
            return service.sign_authorized(token, authorization, algorithm, certificate)
        values = service.sign_authorized_documents(token, authorization, algorithm)
        return self._checked(values, authorization.hashes, algorithm, certificate)

    def _checked(
        self, values: Sequence[bytes], digests: Sequence[bytes], algorithm: KeyAlgorithm, certificate: bytes
    ) -> tuple[bytes, ...]:
        """Each CMS signs its digest, with the key of this very certificate."""
        engine, expected = self.digital.load_engine(), ExpectedSigner(certificate=certificate)
        for cms, digest in zip(values, digests, strict=True):
            engine.check_foreign_cms(cms, digest, algorithm.algorithm.digest, FOREIGN_PLACEHOLDER_SIZE, expected)
        return tuple(values)

    def tail(
        self, base: ByteSource, prepared: RemotePrepared, frozen: FrozenSignature, value: bytes
    ) -> tuple[bytes, SignatureVerification]:
        """The document's tail with what the service gave, and what verifying it found."""
        signer, *issuers = prepared.certificates
        if prepared.sign_document:
            expected, supplied = ExpectedSigner(certificate=signer), ValidationInformation(certificates=tuple(issuers))
            cms = self.digital.checked_foreign(frozen.prepared, frozen.request, value, expected)
            return self.digital.embedded_tail(base, frozen.prepared, frozen.request, cms, supplied)
        dtbs = self.digital.dtbs(frozen.prepared, prepared.certificates)
        signed = SignatureValue(dtbs, value, prepared.algorithm.algorithm, prepared.certificates)
        return self.digital.completed_tail(base, frozen.prepared, frozen.request, signed)
