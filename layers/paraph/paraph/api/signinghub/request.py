"""Reading requests: whose token, which package, what body (contract §2)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import TypeAdapter, ValidationError

from paraph.api.reading import body_bytes, header_values, invalid
from paraph.api.signinghub.call import Call
from paraph.api.signinghub.model import Body
from paraph.domain.errors import AuthenticationFailed, InvalidRequest

M = TypeVar("M", bound=Body)
T = TypeVar("T")

_FORM_MEMBERS = 50
_EMPTY = b"{}"


class TokenMissing(AuthenticationFailed):
    """There is no bearer token in the request."""


@dataclass(frozen=True)
class Request:
    """One request to a declared call."""

    call: Call
    event: APIGatewayProxyEvent
    parameters: Mapping[str, str]

    @property
    def token(self) -> str:
        """The bearer token. Raises TokenMissing."""
        given = header_values(self.event, "authorization")
        scheme, _, value = (given[0] if len(given) == 1 else "").strip().partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise TokenMissing("There is no bearer token in the request.")
        return value.strip()

    @property
    def package_id(self) -> int:
        """From the path."""
        return self.number("package_id")

    @property
    def document_id(self) -> int:
        """From the path."""
        return self.number("document_id")

    def number(self, parameter: str) -> int:
        """A number in the path."""
        return int(self.parameters[parameter])

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(header_values(self.event, name)), None)

    def raw(self) -> bytes:
        """The raw body, whatever its type is said to be."""
        return body_bytes(self.event)

    def body(self, model: type[M]) -> M:
        """The JSON body; absent where it may be. Raises InvalidRequest."""
        return _read(TypeAdapter(model), self._json())

    def bodies(self, model: type[M]) -> tuple[M, ...]:
        """A JSON array. Raises InvalidRequest."""
        adapter: TypeAdapter[tuple[M, ...]] = TypeAdapter(tuple[model, ...])  # type: ignore[valid-type]
        return _read(adapter, self._json())

    def _json(self) -> bytes:
        body = self.raw()
        return body if body.strip() or self.call.body_required else _EMPTY

    def form(self, model: type[M]) -> M:
        """A form-encoded body; JSON is understood too. Raises InvalidRequest."""
        body = self.raw()
        if body.lstrip().startswith(b"{"):
            return _read(TypeAdapter(model), body)
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FORM_MEMBERS)
        except ValueError:
            raise InvalidRequest("the body is no form", path="") from None
        names = [name for name, _ in pairs]
        if repeated := next((n for n in names if names.count(n) > 1 and n in model.model_fields), None):
            raise InvalidRequest(f"{repeated}: given more than once", path=repeated)
        return _read(TypeAdapter(model), json.dumps({n: v for n, v in pairs if v}).encode())

    def query(self, model: type[M]) -> M:
        """The query; unknown parameters are ignored. Raises InvalidRequest."""
        given = self.event.get("queryStringParameters") or {}
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise invalid(error) from None

    def refuse_query(self) -> None:
        """Secrets in an address end up in logs. Raises InvalidRequest."""
        if self.event.get("queryStringParameters") or self.event.get("multiValueQueryStringParameters"):
            raise InvalidRequest("parameters belong into the body, not into the address", path="")


def _read(adapter: TypeAdapter[T], body: bytes) -> T:
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        raise invalid(error) from None
