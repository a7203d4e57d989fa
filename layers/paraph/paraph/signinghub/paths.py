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
