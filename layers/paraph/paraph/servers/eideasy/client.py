"""eID Easy behind its port."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Any

from paraph.domain.eideasy import EidEasyConnection, EidEasyDocument, EidEasyOrder, NotSignedYet, SignedCms
from paraph.domain.errors import OutcomeUnknown, Unavailable
from paraph.ports.clock import Clock
from paraph.ports.http_transport import HttpTransport
from paraph.servers.eideasy import answers
from paraph.servers.eideasy.rest import TOO_MANY, Refusal, Rest

PREPARE = "/api/signatures/prepare-files-for-signing"
STATUS = "/api/signatures/signing-session/status"
DOWNLOAD = "/api/signatures/download-signed-file"
SEAL = "/api/signatures/e-seal/create"


@dataclass(frozen=True)
class EidEasyClient:
    """Implements `EidEasy`, in hash mode: the PDF itself never leaves (contract: eID Easy §1.4)."""

    connection: EidEasyConnection
    secret: str = field(repr=False)
    transport: HttpTransport
    clock: Clock

    def prepare(self, order: EidEasyOrder) -> EidEasyDocument:
        """Prepare (§1.3)."""
        assumed = self.connection.assumptions
        body = {**self._with_secret(), **_order_body(order), "baseline": assumed.baseline.value}
        answer = self._accepted(PREPARE, body)
        lifetime = assumed.document_lifetime_seconds
        return answers.prepared(answer, PREPARE, self.clock.now(), lifetime, seal=order.seal)

    def is_signed(self, doc_id: str) -> bool:
        """Status (§1.6); SIGNED is the only word that is known."""
        answer = self._rest().post(STATUS, {"client_id": self.connection.client_id, "doc_id": doc_id})
        if not isinstance(answer, Refusal):
            return str(answer.get("signing_session_status", "")).upper() == "SIGNED"
        if answer.of_credentials:
            raise answer.error(STATUS)
        return False

    def download(self, doc_id: str) -> SignedCms | NotSignedYet:
        """Download (§1.7); any refusal but one of the credentials may mean that it is not signed yet (E6)."""
        answer = self._rest().post(DOWNLOAD, {**self._with_secret(), "doc_id": doc_id})
        if not isinstance(answer, Refusal):
            return answers.downloaded(answer, DOWNLOAD)
        if answer.of_credentials:
            raise answer.error(DOWNLOAD)
        return NotSignedYet(status=answer.status)

    def e_seal(self, doc_id: str) -> None:
        """Seal of a prepared document (§1.8)."""
        client_id, secret = self.connection.client_id, self.secret
        timestamp = int(self.clock.now().timestamp())
        message = f"{client_id}{secret}{doc_id}{timestamp}{SEAL}"
        code = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
        body = {**self._with_secret(), "doc_id": doc_id, "timestamp": timestamp, "hmac": code}
        try:
            self._accepted(SEAL, body)
        except Unavailable as error:
            if error.details.get("status") == TOO_MANY:  # refused before anything happened
                raise
            raise OutcomeUnknown("eID Easy's answer to a seal was lost.", **error.details) from None

    def _accepted(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._rest().post(call, body)
        if isinstance(answer, Refusal):
            raise answer.error(call)
        return answer

    def _rest(self) -> Rest:
        return Rest(self.transport, self.connection.base)

    def _with_secret(self) -> dict[str, Any]:
        return {"client_id": self.connection.client_id, "secret": self.secret}


def _order_body(order: EidEasyOrder) -> dict[str, Any]:
    """The order in eID Easy's words; what is not said is left out."""
    content = base64.b64encode(order.document_digest).decode()
    wishes = {
        "allowed_methods": order.methods,
        "allowed_signature_levels": order.levels,
        "allowed_id_code": order.id_code,
        "signature_redirect": order.redirect_url,
        "signature_redirect_on_fail": order.redirect_url_on_fail,
        "signature_redirect_on_cancel": order.redirect_url_on_cancel,
        "webhook_authorization_bearer_token": order.webhook_bearer,
        "notification_state": order.notification_state,
        "lang": order.language,
    }
    return {
        "files": [{"fileName": order.file_name, "mimeType": "application/pdf", "fileContent": content}],
        "container_type": "cades",
        "return_available_methods": not order.seal,
        "return_method_configs": not order.seal,
        **{name: wish for name, wish in wishes.items() if wish is not None},
    }
