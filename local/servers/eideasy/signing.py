"""How a document comes to its signature: started, asked for the digest, approved, built (contract: eID Easy §1.5)."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from datetime import UTC, datetime
from typing import Any

import requests

from local.servers.eideasy import cades
from local.servers.eideasy.bodies import CardComplete, CardStart, MobileIdStart, RedirectStart, SealBody, SmartIdStart
from local.servers.eideasy.documents import Document, Session, SignedFile
from local.servers.eideasy.evidence import ValidationData, certificates_of, time_stamp, validation_data
from local.servers.eideasy.faults import Faults
from local.servers.eideasy.methods import BY_SIGN_TYPE, CARD, SEAL, Kind, Method
from local.servers.eideasy.refusals import RefusedError
from local.servers.eideasy.signatories import COMPANY, STRANGER, Credential, Registry, Signatory
from local.servers.eideasy.webhooks import Webhooks

SEAL_PATH = "/api/signatures/e-seal/create"
CLOCK_SECONDS = 300
FILLING = 40_000
NO_CMS = b"<!doctype html><title>Something went wrong</title>"
OTHER_DIGEST = hashlib.sha256(b"another document").digest()
GIVING_UP = (("refuse", "USER_REFUSED", "refused"), ("expire", "TIMEOUT", "expired"))
Started = SmartIdStart | MobileIdStart | CardStart | RedirectStart


class Signings:
    """Plays eID Easy and the trust services behind it."""

    def __init__(self, url: str, time_stamping: str, registry: Registry, webhooks: Webhooks, faults: Faults) -> None:
        self._url = url
        self._time_stamping = time_stamping
        self._registry = registry
        self._webhooks = webhooks
        self._faults = faults
        self.signatory = Signatory()
        self.signing_time = True

    async def start(self, document: Document, body: Started) -> dict[str, Any]:
        """start-signing: what the browser needs to go on."""
        method = BY_SIGN_TYPE[body.sign_type]
        self._check_start(document, method, body)
        if self._faults.take("early_notification"):
            self._webhooks.announce(document, early=True)
        session = Session(method, secrets.token_urlsafe(24), self.signatory)
        document.session, document.last = session, "started"
        if isinstance(body, CardStart):
            return await self._card_started(document, session, body)
        if method.kind is Kind.REDIRECT:
            return {"status": "OK", "redirect_uri": f"{self._url}/redirect-method/{session.token}"}
        return {"status": "OK", "token": session.token, "challenge": f"{secrets.randbelow(10_000):04}"}

    async def poll(self, document: Document, method: str, token: str) -> dict[str, Any]:
        """…/complete of Smart-ID and Mobile-ID: first the certificate is known, then the signatory approves."""
        session = _session(document.unsigned(), method, token)
        if status := self.gives_up(document):
            return {"status": status}
        if session.dtbs is None:
            await self._prepare(document, session)
            return {"status": "RUNNING"}
        await self._finish(document, session)
        return {"status": "OK"}

    async def complete_card(self, document: Document, body: CardComplete) -> dict[str, Any]:
        """…/complete of a card."""
        session = _session(document.unsigned(), CARD)
        if body.signatures[0] != body.signature_value:
            raise RefusedError(
                400, "The given data was invalid.", {"signatures": ["does not begin with the signature"]}
            )
        credential, dtbs = _prepared(session)
        await self._finish(document, session, cades.from_card(credential, dtbs, body.signature_value))
        return {"status": "OK"}

    async def approve(self, document: Document) -> None:
        """The signatory approves on the page of a redirect method."""
        session = _session(document.unsigned(), None)
        self._check_allowed(document, self.signatory)
        await self._prepare(document, session)
        await self._finish(document, session)

    def give_up(self, document: Document, why: str) -> None:
        """The signatory, or the method, ends without a signature; another try may follow."""
        document.session, document.last = None, why

    def gives_up(self, document: Document) -> str | None:
        """The status to tell if it was ordered that the signatory does not sign."""
        for fault, status, state in GIVING_UP:
            if self._faults.take(fault):
                self.give_up(document, state)
                return status
        return None

    async def seal(self, document: Document, body: SealBody) -> None:
        """e-seal/create: the company's seal, without any hook but the notification."""
        message = f"{body.client_id}{body.secret}{body.doc_id}{body.timestamp}{SEAL_PATH}"
        wanted = hmac.new(body.secret.encode(), message.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), body.hmac.encode()):
            raise RefusedError(401, "Invalid hmac")
        if abs(time.time() - body.timestamp) > CLOCK_SECONDS:
            raise RefusedError(401, "The timestamp is not of now")
        method = Method(SEAL, SEAL, Kind.REMOTE, (), "rsa")
        document.unsigned()
        session = Session(method, "", COMPANY, credential=await self._credential(COMPANY, method))
        session.dtbs = self._attributes(document.digest, session)
        await self._finish(document, session)

    async def _card_started(self, document: Document, session: Session, body: CardStart) -> dict[str, Any]:
        if body.certificate != body.base64_certificate:
            raise RefusedError(400, "The given data was invalid.", {"base64_certificate": ["is another certificate"]})
        certificate = base64.b64decode(body.certificate)
        session.credential = await asyncio.to_thread(self._registry.own_card, certificate)
        session.signatory = session.credential.signatory
        self._check_allowed(document, session.signatory)
        await self._prepare(document, session)
        hex_digest = hashlib.sha256(_prepared(session)[1]).hexdigest()
        return {"status": "OK", "hexDigest": hex_digest, "signedInfoDigests": [hex_digest]}

    def _check_start(self, document: Document, method: Method, body: Started) -> None:
        if method not in document.unsigned().methods:
            raise RefusedError(400, "The given data was invalid.", {"sign_type": ["is not allowed for this document"]})
        if body.country not in method.countries:
            raise RefusedError(400, "The given data was invalid.", {"country": ["has no such method"]})
        if isinstance(body, SmartIdStart | MobileIdStart):
            if body.idcode != self.signatory.id_code:
                raise RefusedError(400, "User account not found", {"idcode": ["There is no such person"]})
            self._check_allowed(document, self.signatory)

    def _check_allowed(self, document: Document, signatory: Signatory) -> None:
        if document.order.allowed_id_code not in (None, signatory.id_code):
            self.give_up(document, "refused")
            raise RefusedError(400, "This person may not sign the document", {"idcode": ["is not allowed"]})

    async def _prepare(self, document: Document, session: Session) -> None:
        """Now it is known who signs: the hook may say which digest."""
        try:
            if session.credential is None:
                session.credential = await self._credential(session.signatory, session.method)
            digest = await self._webhooks.digest(document, session.signatory)
        except RefusedError:
            self.give_up(document, "failed")
            raise
        session.dtbs = self._attributes(digest, session)

    async def _credential(self, signatory: Signatory, method: Method) -> Credential:
        who = STRANGER if self._faults.take("other_signer") else signatory
        return await asyncio.to_thread(self._registry.credential, who, method.key_kind)

    def _attributes(self, digest: bytes, session: Session) -> bytes:
        if session.credential is None:
            raise RefusedError(400, "Nobody is known to sign")
        chosen = OTHER_DIGEST if self._faults.take("other_digest") else digest
        return cades.signed_attributes(chosen, session.credential, signing_time=self.signing_time)

    async def _finish(self, document: Document, session: Session, signature: bytes | None = None) -> None:
        credential, dtbs = _prepared(session)
        value = signature or cades.sign(credential, hashlib.sha256(dtbs).digest())
        try:
            cms, data = await asyncio.to_thread(self._built, document.order.baseline, dtbs, value, credential)
        except (requests.RequestException, ValueError):
            self.give_up(document, "failed")
            raise RefusedError(500, "The signature could not be completed") from None
        method = session.method
        document.signed = SignedFile(cms, data, session.signatory, method.action_type, method.level, datetime.now(UTC))
        document.session, document.last = None, "signed"
        self._webhooks.announce(document)

    def _built(
        self, baseline: str, dtbs: bytes, value: bytes, credential: Credential
    ) -> tuple[bytes, ValidationData | None]:
        if self._faults.take("not_cms"):
            return NO_CMS, None
        token = None if baseline == "B" else time_stamp(self._time_stamping, hashlib.sha256(value).digest())
        filling = FILLING if self._faults.take("too_large") else 0
        cms = cades.signed_data(dtbs, value, credential, token, filling)
        return cms, validation_data(
            (*credential.chain, *certificates_of(token))
        ) if token and baseline == "LT" else None


def _session(document: Document, method: str | None, token: str | None = None) -> Session:
    session = document.session
    if session is None or method not in (None, session.method.action_type):
        raise RefusedError(400, "The signing has not been started")
    if token is not None and not secrets.compare_digest(session.token.encode(), token.encode()):
        raise RefusedError(400, "The given data was invalid.", {"token": ["is not the one of start-signing"]})
    return session


def _prepared(session: Session) -> tuple[Credential, bytes]:
    if session.credential is None or session.dtbs is None:
        raise RefusedError(400, "The signing has not been started")
    return session.credential, session.dtbs
