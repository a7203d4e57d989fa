"""What was prepared, how far its signature has come, and who may see it."""

import asyncio
import base64
import json
import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from pathlib import Path
from typing import Any

from local.servers.eideasy.bodies import PrepareBody
from local.servers.eideasy.evidence import ValidationData
from local.servers.eideasy.methods import METHODS, Method
from local.servers.eideasy.refusals import RefusedError, unknown_document
from local.servers.eideasy.signatories import Credential, Signatory

LETTERS = string.ascii_letters + string.digits
ID_LETTERS = 40


@dataclass
class Client:
    """A registered web page of eID Easy's admin site, with its hooks."""

    client_id: str
    secret: str = field(repr=False)
    digest_url: str | None = None
    signed_url: str | None = None


@dataclass
class Session:
    """One try of the signatory with one method."""

    method: Method
    token: str = field(repr=False)
    signatory: Signatory
    credential: Credential | None = None
    dtbs: bytes | None = None


@dataclass(frozen=True)
class SignedFile:
    """What the download gives."""

    cms: bytes
    data: ValidationData | None
    signatory: Signatory
    method: str
    level: str
    at: datetime


@dataclass
class Document:
    """A digest that waits for its signature."""

    doc_id: str = field(repr=False)
    client: Client
    order: PrepareBody
    digest: bytes
    methods: tuple[Method, ...]
    session: Session | None = None
    signed: SignedFile | None = None
    last: str = "prepared"
    notified: list[int] = field(default_factory=list)  # status of each call; 0: no answer
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def file_name(self) -> str:
        """As it was given."""
        return self.order.files[0].file_name

    def unsigned(self) -> "Document":
        """This document; refused if it is signed."""
        if self.signed is not None:
            raise RefusedError(400, "Document is already signed")
        return self


class Documents:
    """All clients, kept in a file, and their documents, kept in memory."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clients.json"
        kept: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        self.clients = {name: Client(name, secret) for name, secret in kept.items()}
        self.documents: dict[str, Document] = {}
        self.first = next(iter(self.clients.values()), None) or self.new_client()

    def new_client(self) -> Client:
        """Register another client."""
        client = Client(secrets.token_hex(16), secrets.token_hex(16))
        self.clients[client.client_id] = client
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps({c.client_id: c.secret for c in self.clients.values()}))
        return client

    def authenticated(self, client_id: str, secret: str) -> Client:
        """The client that this is; refused if it is not."""
        client = self.clients.get(client_id)
        if client is None or not compare_digest(client.secret, secret):
            raise RefusedError(401, "Invalid client credentials")
        return client

    def add(self, client: Client, order: PrepareBody) -> Document:
        """Prepare."""
        doc_id = "".join(secrets.choice(LETTERS) for _ in range(ID_LETTERS))
        digest = base64.b64decode(order.files[0].file_content)
        document = Document(doc_id, client, order, digest, _allowed(order))
        self.documents[doc_id] = document
        return document

    def of(self, client_id: str, doc_id: str) -> Document:
        """A client's document; refused if it has no such."""
        document = self.documents.get(doc_id)
        if document is None or document.client.client_id != client_id:
            raise unknown_document()
        return document

    def of_token(self, token: str) -> Document:
        """The document that a redirect method's page is for."""
        for document in self.documents.values():
            if document.session is not None and compare_digest(document.session.token.encode(), token.encode()):
                return document
        raise RefusedError(404, "There is nothing to sign here")

    def listed(self) -> list[dict[str, Any]]:
        """How each stands, oldest first; their ids are keys to them and are told in part only."""
        return [
            {
                "doc": document.doc_id[:6],
                "file_name": document.file_name,
                "state": document.last,
                "method": document.signed.method if document.signed else None,
                "notified": document.notified,
            }
            for document in self.documents.values()
        ]


def _allowed(order: PrepareBody) -> tuple[Method, ...]:
    unknown = sorted(set(order.allowed_methods or ()) - set(METHODS))
    if unknown:
        raise RefusedError(400, "The given data was invalid.", {"allowed_methods": [f"unknown: {', '.join(unknown)}"]})
    return tuple(
        method
        for method in METHODS.values()
        if (order.allowed_methods is None or method.action_type in order.allowed_methods)
        and (order.allowed_signature_levels is None or method.level in order.allowed_signature_levels)
    )
