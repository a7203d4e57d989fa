"""Signing with credentials at a remote signing service (contract §10)."""

from functools import partial
from typing import Any

from paraph.api.signinghub.assumed import RSSP_PATHS, RSSP_UNREACHABLE
from paraph.api.signinghub.bodies.rssp import (
    AccessedQuestion,
    AccessRevocation,
    AuthorizationCheck,
    AuthorizationQuestion,
    CredentialInfoQuestion,
    CredentialQuestion,
    DirectSigning,
    DocumentHashing,
    Embedding,
    HashSigning,
    Revocation,
    ServiceQuestion,
    TokenQuestion,
)
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.views.rssp import (
    AccountToken,
    CredentialList,
    HashedDocument,
    PendingSad,
    Sad,
    ServiceConnection,
    ServiceInfo,
    ServiceToken,
    SignedHashes,
)
from paraph.api.signinghub.views.rssp_credentials import CredentialInfo
from paraph.api.signinghub.views.signing import Signed

THEME = "rssp"


def _call(name: str, summary: str, section: str, **more: Any) -> Call:
    unreachable, _ = RSSP_UNREACHABLE
    refuses = (unreachable, *more.pop("refuses", ()))
    return Call("POST", RSSP_PATHS[name], name, summary, section, THEME, refuses=refuses, **more)


_document_call = partial(_call, refuses=(404,))

INFORMATION = _call(
    "getRsspInformation", "Get RSSP Information", "10.3", answer=ServiceConnection, body=ServiceQuestion
)
INFO = _call("getRsspInfo", "Get RSSP Info", "10.4", answer=ServiceInfo, body=ServiceQuestion)
ACCOUNT_TOKEN = _call("getAccountToken", "Get Account Token", "10.8", answer=AccountToken, body=ServiceQuestion)
TOKEN = _call("getAccessToken", "Get Access Token | SAD", "10.5", answer=ServiceToken, body=TokenQuestion)
LIST = _call(
    "getFilteredCredentialList",
    "Get Filtered Credential List",
    "10.6",
    answer=CredentialList,
    body=AccessedQuestion,
)
CREDENTIAL = _call(
    "getCredentialsInfo", "Get Credentials Info", "10.7", answer=CredentialInfo, body=CredentialInfoQuestion
)
SEND_OTP = _call("sendOtpViaRssp", "Send OTP via RSSP", "10.11", body=CredentialQuestion)
AUTHORIZE = _call(
    "authorizeCredential",
    "RSSP Credentials Authorization",
    "10.11",
    answer=Sad,
    pending=PendingSad,
    body=AuthorizationQuestion,
)
CHECK = _call(
    "checkAuthorization",
    "How an authorisation stands that the signatory gives elsewhere; not a call of SigningHub's",
    "10.11",
    answer=Sad,
    pending=PendingSad,
    body=AuthorizationCheck,
)
SIGN_HASH = _call("getSignHash", "Get Sign Hash from RSSP", "10.12", answer=SignedHashes, body=HashSigning)
REVOKE = _call("revokeAccessToken", "Revoke Access Token", "10.14", body=AccessRevocation)
REVOKE_OAUTH2 = _call("revokeOAuth2AccessToken", "Revoke OAuth2 Access Token", "10.14", body=Revocation)
HASH = _document_call("getDocumentHash", "Get Document Hash", "10.10", answer=HashedDocument, body=DocumentHashing)
EMBED = _document_call("embedSignature", "Embed Signature", "10.13", answer=Signed, body=Embedding)
SIGN = _document_call(
    "signDocumentViaRssp", "Sign Document via RSSP Directly", "10.13", answer=Signed, body=DirectSigning
)

RSSP_CALLS = (
    INFORMATION,
    INFO,
    ACCOUNT_TOKEN,
    TOKEN,
    LIST,
    CREDENTIAL,
    SEND_OTP,
    AUTHORIZE,
    CHECK,
    SIGN_HASH,
    REVOKE,
    REVOKE_OAUTH2,
    HASH,
    EMBED,
    SIGN,
)
