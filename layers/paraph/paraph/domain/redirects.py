"""What is kept of a browser that was sent to a signing service, until it comes back."""

from pydantic import Field

from paraph.domain.model import Instant, Model

REDIRECT_SECONDS = 600


class OpenRedirect(Model):
    """Kept encrypted under the digest of the state that the browser carries; good for one return."""

    signing_id: str
    number: int = Field(description="of the challenge that it belongs to")
    page_url: str
    redirect_uri: str
    code_verifier: str = Field(default="", repr=False)
    browser: str = Field(description="digest of what only the browser that was sent knows")
    issuer: str | None = Field(default=None, description="of the authorisation server, if it is known (RFC 9207)")
    expires_at: Instant
    news_only: bool = Field(default=False, description="what the browser brings is no code, but the news to look")
