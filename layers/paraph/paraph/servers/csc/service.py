"""What all calls of one configured service share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from paraph.domain.rssp import RsspConnection, RsspConventions
from paraph.servers.csc.encodings import encoded
from paraph.servers.csc.rest import READ_SECONDS, Effect, Request, Rest, json_request
from paraph.servers.csc.version import Version


@dataclass(frozen=True)
class Service:
    """The service's settings, its version, the way to it, and the secrets that open it."""

    connection: RsspConnection
    version: Version
    rest: Rest
    client_secret: str | None = field(repr=False)
    password: str | None = field(repr=False)

    @property
    def conventions(self) -> RsspConventions:
        """Where it deviates."""
        return self.connection.conventions

    @property
    def now(self) -> datetime:
        """This instant."""
        return self.rest.clock.now()

    @property
    def client_data(self) -> dict[str, str]:
        """What goes along with every call that takes it."""
        return {"clientData": self.conventions.client_data} if self.conventions.client_data is not None else {}

    def url(self, path: str) -> str:
        """Of a method of the API."""
        return f"{self.connection.url.rstrip('/')}/{path}"

    def request(self, path: str, content: Mapping[str, Any], **more: Any) -> Request:
        """A call of the API; the path is its name."""
        return json_request(path, self.url(path), content, **more)

    def reading(self, path: str, content: Mapping[str, Any]) -> Request:
        """A call of the API that only reads."""
        return self.request(path, content, effect=Effect.NONE, seconds=READ_SECONDS)

    def written(self, hashes: Iterable[bytes]) -> list[str]:
        """Digests for JSON."""
        return [encoded(value, self.conventions.json_hash_encoding) for value in hashes]
