"""Every path of SigningHub's REST API v4 that the client uses, and every name that nobody has confirmed.

What contract §0 marks **A** (assumed) is under "assumed" here, or in the table of `refusals`, and nowhere else.
"""

AUTHENTICATE = "/authenticate"
SCOPE = "/v4/authenticate/scope"
LOGOUT = "/v4/logout"
ACCOUNT = "/v4/account"
SIGNATURE_SETTINGS = "/v4/settings/signatures"

PACKAGES = "/v4/packages"
LIST = "/v4/packages/{status}/{page}/{records}"
PACKAGE = "/v4/packages/{p}"
PACKAGE_DETAILS = "/v4/packages/{p}/details"
DOCUMENTS = "/v4/packages/{p}/documents"
DOCUMENT = "/v4/packages/{p}/documents/{d}"
DOCUMENT_DETAILS = "/v4/packages/{p}/documents/{d}/details"
FIELDS = "/v4/packages/{p}/documents/{d}/fields"
SIGNATURE_FIELD = "/v4/packages/{p}/documents/{d}/fields/signature"
ASSIGN_FIELD = "/v4/packages/{p}/documents/{d}/fields/assign"
WORKFLOW = "/v4/packages/{p}/workflow"
WORKFLOW_USERS = "/v4/packages/{p}/workflow/users"
COMPLETE = "/v4/packages/{p}/complete"
DECLINE = "/v4/packages/{p}/decline"
FINISH = "/v4/packages/{p}/finish"
HISTORY = "/v4/packages/{p}/log/{page}/{records}"
REPORT = "/v4/packages/{p}/report"
OTP = "/v4/packages/{p}/documents/{d}/otp"
SIGN = "/v4/packages/{p}/documents/{d}/sign"
DEVICES = "/v4/authorization/devices"
VERIFICATION = "/v4/packages/{p}/documents/{d}/verification"

# Assumed: published for v3 only (§9.5)
SIGNING_STATUS = "/v4/packages/{p}/documents/{d}/field/status"

# Assumed: what is inside the two members of Get Signature Settings (§9.2, §13 item 4)
SIGNING_SERVERS = "signing_servers"
SERVER_INFO = "info"
CAPACITIES = "capacity"
SELECTED_CAPACITIES = "selected"
SERVER_AUTHENTICATION = "authentication"

# Assumed: a provider is told by a stem of its name (§13 item 20); the values are our names of the kinds
PROVIDERS = {"ADSS": "adss", "CSC": "csc", "EID": "eideasy"}

# Assumed: how long a token lives if the answer does not say (§13 item 8)
TOKEN_SECONDS = 1200

# Assumed: geometry is in pixels (§4.1), and one pixel is one PDF point
POINTS_PER_PIXEL = 1.0

# Assumed: everything about the RSSP calls (§10). Their paths (§10.2); the check is Paraph's own, SigningHub has none
RSSP_INFORMATION = "/v4/rssp/information"
RSSP_INFO = "/v4/rssp/info"
RSSP_ACCOUNT_TOKEN = "/v4/rssp/account_token"  # noqa: S105 (a path)
RSSP_TOKEN = "/v4/rssp/oauth2/token"  # noqa: S105 (a path)
RSSP_CREDENTIALS = "/v4/rssp/credentials/list"
RSSP_CREDENTIAL = "/v4/rssp/credentials/info"
RSSP_SEND_OTP = "/v4/rssp/credentials/sendOTP"
RSSP_AUTHORIZE = "/v4/rssp/credentials/authorize"
RSSP_AUTHORIZE_CHECK = "/v4/rssp/credentials/authorizeCheck"
RSSP_SIGN_HASH = "/v4/rssp/signatures/signHash"
RSSP_REVOKE = "/v4/rssp/auth/revoke"
RSSP_REVOKE_OAUTH2 = "/v4/rssp/oauth2/revoke"
DOCUMENT_HASH = "/v4/packages/{p}/documents/{d}/hash"
EMBED = "/v4/packages/{p}/documents/{d}/embed"
SIGN_RSSP = "/v4/packages/{p}/documents/{d}/sign/rssp"

# Their members: CSC's spelling; ours on the left
RSSP_MEMBERS = {
    "oauth2_base": "oauth2",
    "oauth2_issuer": "oauth2Issuer",
    "auth_types": "authType",
    "credential_ids": "credentialIDs",
    "page_token": "pageToken",
    "next_page_token": "nextPageToken",
    "credential_id": "credentialID",
    "cert_info": "certInfo",
    "auth_info": "authInfo",
    "auth_mode": "authMode",
    "scal": "SCAL",
    "pin": "PIN",
    "otp": "OTP",
    "object_id": "ID",
    "subject_dn": "subjectDN",
    "valid_from": "validFrom",
    "valid_to": "validTo",
    "num_signatures": "numSignatures",
    "hashes": "hash",
    "digest": "hash",
    "sad": "SAD",
    "sad_expires_in": "expiresIn",
    "hash_algorithm": "hashAlgo",
    "sign_algorithm": "signAlgo",
    "sign_parameters": "signAlgoParams",
    "hashing_algorithm": "hashing_algo",
    "signing_algorithm": "sign_algo",
    "signing_parameters": "sign_algo_params",
}

# Assumed: everything about the eID Easy calls (§11). Their paths (§11.2)
EIDEASY_PRE = "/v4/packages/{p}/documents/{d}/eideasy/pre"
EIDEASY_POST = "/v4/packages/{p}/documents/{d}/eideasy/post"

# Their members, ours on the left; the last two are eID Easy's own, which Paraph passes on
EIDEASY_MEMBERS = {
    "method_names": "available_methods",
    "methods": "method_configs",
    "countries": "supported_countries",
}

# Paraph's own: SigningHub knows no repeats, and hands in anew
EIDEASY_REPEATS = "Idempotency-Key"


def eideasy_name(name: str) -> str:
    """A member's name in the eID Easy calls."""
    return EIDEASY_MEMBERS.get(name, name)


def rssp_name(name: str) -> str:
    """A member's name in the RSSP calls."""
    return RSSP_MEMBERS.get(name, name)
