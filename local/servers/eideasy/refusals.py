"""How a call is refused: status, message, and what is wrong with which field (contract: eID Easy §1.11)."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError


class RefusedError(Exception):
    """A call that is answered with an error."""

    def __init__(self, status: int, message: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        return {"status": "error", "message": self.message, **({"errors": self.errors} if self.errors else {})}


def invalid(error: ValidationError) -> RefusedError:
    """The refusal of a body that is not as it should be."""
    errors: dict[str, list[str]] = {}
    for problem in error.errors(include_input=False, include_url=False):
        errors.setdefault(".".join(map(str, problem["loc"])) or "body", []).append(problem["msg"])
    return RefusedError(400, "The given data was invalid.", errors)


def unknown_document() -> RefusedError:
    """The refusal of a call for a document that there is not, or that is another client's."""
    return RefusedError(404, "Document not found")
