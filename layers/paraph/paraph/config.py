"""The only reader of the environment."""

import os
from functools import cache

from pydantic import Field

from paraph.domain.hubs import HubName
from paraph.domain.model import Model


class Settings(Model):
    """What the template tells every function; names and limits, never secrets."""

    stack_name: str
    documents_bucket: str
    signings_table: str
    hub_table: str
    secrets_table: str
    data_key_id: str = Field(description="the KMS key that encrypts tables, bucket and secrets")
    state_machine_arn: str
    event_bus: str = "default"
    hub: HubName = Field(default=HubName.EMBEDDED, description="where profiles that name none keep documents and sign")
    signatory_page_url: str = Field(default="", description="where the signatory's page is; none: nobody can be asked")
    messages_from: str = Field(default="", description="the address that one-time passwords come from; empty: SMS only")
    max_document_bytes: int = Field(default=100 << 20, ge=1)
    allowed_private_origins: tuple[str, ...] = Field(
        default=(), description="origins (scheme://host:port) of authorities inside a private network"
    )
    eideasy_origins: tuple[str, ...] = Field(
        default=(), description="origins that the page with eID Easy's widget may call"
    )
    push_services: tuple[str, ...] = Field(default=(), description="origins that push messages to devices may go to")
    push_key_id: str = Field(default="", description="the KMS key that signs push messages; empty: none are sent")

    @property
    def party_secrets_prefix(self) -> str:
        """Where the secrets of owners and signatories are, in Secrets Manager."""
        return f"{self.stack_name}/"


PREFIX = "PARAPH_"
LISTS = ("allowed_private_origins", "eideasy_origins", "push_services")


@cache
def settings() -> Settings:
    """The settings, read and checked once a process."""
    environment = {k.removeprefix(PREFIX).lower(): v for k, v in os.environ.items() if k.startswith(PREFIX)}
    known = {name: environment[name] for name in Settings.model_fields if name in environment}
    lists = {name: tuple(known.pop(name, "").split()) for name in LISTS}
    return Settings.model_validate({**known, **lists})
