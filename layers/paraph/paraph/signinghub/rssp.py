"""Signing with credentials at a remote signing service, through SigningHub (contract: SigningHub §10)."""

from collections.abc import Mapping
from typing import Any

from paraph.domain.errors import AuthorizationExpired, Declined, NotConfigured, RsspTokenExpired
from paraph.domain.rssp import (
    Authorization,
    AuthorizationRequest,
    CodeExchange,
    Credential,
    PendingAuthorization,
    RsspInfo,
    RsspInformation,
    RsspToken,
    ServiceAuthorization,
    authorization,
)
from paraph.ports.rssp_operations import CredentialAuthorization, RsspAccess
from paraph.signinghub import paths, rssp_answers
from paraph.signinghub.rest import not_understood, read
from paraph.signinghub.rssp_credentials import CREDENTIAL
from paraph.signinghub.rssp_redirect import authorization_url
from paraph.signinghub.rssp_requests import accessed, rssp_request, texts, with_credential
from paraph.signinghub.rssp_signing import RsspSigning

AUTHORIZE_SECONDS = 60.0  # some services wait for the signatory's app meanwhile
PAGES = 100
PENDING = 202
SAD = "SAD"


class Rssp(RsspSigning):
    """Implements `RsspOperations`. What signs, authorises or spends a code is sent exactly once."""

    def get_rssp_information(self, token: str, signing_server: str) -> RsspInformation:
        """Get RSSP Information (§10.3)."""
        request = rssp_request(paths.RSSP_INFORMATION, {"signing_server": signing_server}, reads=True)
        found = self.accounts.ask(request, token, rssp_answers.INFORMATION).information(signing_server)
        if found is None:
            raise not_understood(request)
        return found

    def get_rssp_info(self, token: str, signing_server: str) -> RsspInfo:
        """Get RSSP Info (§10.4)."""
        request = rssp_request(paths.RSSP_INFO, {"signing_server": signing_server}, reads=True)
        return self.accounts.ask(request, token, rssp_answers.INFO).info

    def get_account_token(self, token: str, signing_server: str) -> str:
        """Get Account Token (§10.8)."""
        request = rssp_request(paths.RSSP_ACCOUNT_TOKEN, {"signing_server": signing_server}, reads=True)
        return self.accounts.ask(request, token, rssp_answers.ACCOUNT_TOKEN).account_token

    def get_authorization_url(self, token: str, signing_server: str, request: AuthorizationRequest) -> str:
        """Made here, from Get RSSP Information (§10.9)."""
        information = self.get_rssp_information(token, signing_server)
        base = information.oauth2_url or self.get_rssp_info(token, signing_server).oauth2_url
        if not base or not information.client_id:
            raise NotConfigured("SigningHub does not tell where the signatory logs in.", signing_server=signing_server)
        return authorization_url(base, information, request)

    def get_access_token(
        self, token: str, signing_server: str, exchange: CodeExchange | None = None, refresh_token: str | None = None
    ) -> RsspToken:
        """Get Access Token | SAD (§10.5); which revocation ends it follows from how SigningHub is connected."""
        meaning = AuthorizationExpired if exchange else RsspTokenExpired
        given = {"signing_server": signing_server, "refresh_token": refresh_token, **_exchanged(exchange)}
        request = rssp_request(paths.RSSP_TOKEN, given, once=True, service_words={"invalid_grant": meaning})
        by_oauth2 = exchange is not None or self._by_oauth2(token, signing_server)
        return self.accounts.ask(request, token, rssp_answers.SERVICE_TOKEN).token(self.now, by_oauth2=by_oauth2)

    def _by_oauth2(self, token: str, signing_server: str) -> bool:
        information = self.get_rssp_information(token, signing_server)
        return information.service_authorization is not ServiceAuthorization.LOGIN

    def get_filtered_credentials(self, token: str, access: RsspAccess) -> tuple[str, ...]:
        """Get Filtered Credential List (§10.6), all pages."""
        ids: dict[str, None] = {}
        page_token: str | None = None
        for _ in range(PAGES):
            given = {**accessed(access), "page_token": page_token}
            request = rssp_request(paths.RSSP_CREDENTIALS, given, reads=True)
            found = self.accounts.ask(request, token, rssp_answers.CREDENTIALS)
            ids |= dict.fromkeys(found.credential_ids)
            page_token = found.next_page_token
            if not page_token:
                break
        return tuple(ids)

    def get_credential_info(self, token: str, access: RsspAccess, credential_id: str) -> Credential:
        """Get Credentials Info (§10.7)."""
        wanted = {"certificates": "chain", "cert_info": True, "auth_info": True}
        given = {**accessed(access), "credential_id": credential_id, **wanted}
        request = rssp_request(paths.RSSP_CREDENTIAL, given, reads=True)
        return self.accounts.ask(request, token, CREDENTIAL).credential(credential_id)

    def send_otp(self, token: str, access: RsspAccess, credential: Credential) -> None:
        """Send OTP via RSSP (§10.11)."""
        self.accounts.send(rssp_request(paths.RSSP_SEND_OTP, with_credential(access, credential), once=True), token)

    def authorize_credential(
        self, token: str, access: RsspAccess, credential: Credential, wanted: CredentialAuthorization
    ) -> Authorization | PendingAuthorization:
        """RSSP Credentials Authorization (§10.11)."""
        given = {
            **with_credential(access, credential),
            "num_signatures": 1,
            "hashes": texts(wanted.hashes),
            "pin": wanted.pin,
            "otp": wanted.otp,
        }
        pending = PendingAuthorization(credential_id=credential.credential_id, handle="", hashes=wanted.hashes)
        return self._authorized(paths.RSSP_AUTHORIZE, given, token, credential, pending)

    def check_authorization(
        self, token: str, access: RsspAccess, credential: Credential, pending: PendingAuthorization
    ) -> Authorization | PendingAuthorization:
        """The newest handle counts; only Paraph's own hub has this call."""
        given = {
            **with_credential(access, credential),
            "handle": pending.handle,
            "hashes": texts(pending.hashes),
        }
        return self._authorized(paths.RSSP_AUTHORIZE_CHECK, given, token, credential, pending)

    def _authorized(
        self,
        path: str,
        given: Mapping[str, Any],
        token: str,
        credential: Credential,
        pending: PendingAuthorization,
    ) -> Authorization | PendingAuthorization:
        words = {"access_denied": Declined}
        request = rssp_request(path, given, once=True, seconds=AUTHORIZE_SECONDS, service_words=words)
        answer = self.accounts.send(request, token)
        found = read(request, answer, rssp_answers.SAD)
        if answer.status == PENDING and (found.handle or pending.handle):
            return pending.model_copy(update={"handle": found.handle or pending.handle})
        if not found.sad:
            raise not_understood(request)
        end = rssp_answers.end_of(found.sad_expires_in, self.now)
        return authorization(credential, RsspToken(value=found.sad, token_type=SAD, expires_at=end), pending.hashes)

    def revoke_access_token(
        self,
        token: str,
        signing_server: str,
        access_token: str,
        *,
        refresh_token: bool = False,
        service_token: str | None = None,
    ) -> None:
        """Revoke Access Token (§10.14)."""
        given = {**_ended(signing_server, access_token, refresh_token=refresh_token), "access_token": service_token}
        self.accounts.send(rssp_request(paths.RSSP_REVOKE, given), token)

    def revoke_oauth2_access_token(
        self, token: str, signing_server: str, access_token: str, *, refresh_token: bool = False
    ) -> None:
        """Revoke OAuth2 Access Token (§10.14)."""
        given = _ended(signing_server, access_token, refresh_token=refresh_token)
        self.accounts.send(rssp_request(paths.RSSP_REVOKE_OAUTH2, given), token)


def _ended(signing_server: str, value: str, *, refresh_token: bool) -> dict[str, Any]:
    hint = "refresh_token" if refresh_token else None
    return {"signing_server": signing_server, "token": value, "token_type_hint": hint}


def _exchanged(exchange: CodeExchange | None) -> dict[str, Any]:
    if exchange is None:
        return {}
    return {
        "code": exchange.code,
        "redirect_uri": exchange.redirect_uri,
        "code_verifier": exchange.code_verifier,
        "credential_id": exchange.credential_id,
        "hashes": texts(exchange.hashes),
    }
