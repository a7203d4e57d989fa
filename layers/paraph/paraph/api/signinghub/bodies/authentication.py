"""Bodies of the authentication calls (contract §5)."""

from typing import Annotated

from pydantic import Field, StringConstraints

from paraph.api.signinghub.model import Body, Email, ShortText

Secret = Annotated[str, StringConstraints(max_length=1000)]
GRANT_TYPES = ("password", "client_credentials", "refresh_token")


class Grant(Body):
    """The form of POST /authenticate (§5.1)."""

    grant_type: ShortText = Field(json_schema_extra={"enum": [*GRANT_TYPES]})
    client_id: ShortText
    client_secret: Secret = Field(repr=False)
    username: ShortText | None = None
    password: Secret | None = Field(default=None, repr=False)
    refresh_token: Secret | None = Field(default=None, repr=False)
    scope: ShortText | None = Field(default=None, description="address of the user to act for")


class Scope(Body):
    """The body of POST /v4/authenticate/scope (§5.2)."""

    user_email: Email
