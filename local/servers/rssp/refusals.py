"""The one way to say no: status, `error` and text as the standard prints them."""

from http import HTTPStatus

GENERIC = (
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than "
    "once, or is otherwise malformed."
)


class Refusal(Exception):
    """A request that is not granted; nothing was done and nothing was used up."""

    def __init__(self, text: str, error: str = "invalid_request", status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(text)
        self.text = text
        self.error = error
        self.status = status


def missing(kind: str, name: str) -> Refusal:
    """A required parameter is not there, or has another type."""
    return Refusal(f"Missing (or invalid type) {kind} parameter {name}")


def invalid(name: str) -> Refusal:
    """A parameter has a value that is not possible."""
    return Refusal(f"Invalid parameter {name}")


def unauthorized(error: str, text: str) -> Refusal:
    """A token, or a client's secret, that is not good (401)."""
    return Refusal(text, error, HTTPStatus.UNAUTHORIZED)
