"""Authentication (contract §5)."""

from functools import partial

from paraph.api.signinghub.bodies.authentication import Grant, Scope
from paraph.api.signinghub.call import FORM, Call
from paraph.api.signinghub.views.authentication import About, Account, Token

_call = partial(Call, theme="authentication")

AUTHENTICATE = _call(
    "POST",
    "/authenticate",
    "authenticate",
    "Authentication: password, client_credentials or refresh_token",
    "5.1",
    answer=Token,
    body=Grant,
    takes=FORM,
    refuses=(400, 401),
    oauth=True,
    public=True,
)
SCOPE = _call(
    "POST",
    "/v4/authenticate/scope",
    "authenticateScope",
    "Authentication with scope: act for a user, but never sign",
    "5.2",
    answer=Token,
    body=Scope,
    refuses=(400, 401),
    oauth=True,
)
LOGOUT = _call("POST", "/v4/logout", "logout", "Revoke this token", "5.4")
ABOUT = _call("GET", "/v4/about", "about", "About this installation", "5.6", answer=About, public=True)
ACCOUNT = _call("GET", "/v4/account", "getAccount", "Get Account", "9.2", answer=Account)

AUTHENTICATION_CALLS = (AUTHENTICATE, SCOPE, LOGOUT, ABOUT, ACCOUNT)
