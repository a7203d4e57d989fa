"""Why a command ends badly: what is wrong, where, who must act, what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.exits import Exit
from paraph.domain.errors import ParaphError

WHO = {
    "caller": "you",
    "owner": "the owner of the signing profile",
    "signatory": "the signatory",
    "operator": "the operator of this Paraph stack",
    "nobody": "nobody",
}


@dataclass
class Failure(Exception):
    """Ends a command; `error` is a stable name where there is one."""

    what: str
    exit_code: Exit
    where: str = ""
    advice: str = ""
    actor: str = "caller"
    error: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """What is wrong."""
        return self.what

    @property
    def who(self) -> str:
        """Who must act, in words."""
        return WHO.get(self.actor, self.actor)

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "error": self.error,
            "message": self.what,
            "where": self.where,
            "actor": self.actor,
            "advice": self.advice,
            "details": dict(self.details),
            "exit_code": int(self.exit_code),
        }


def refused(call: str, status: int, body: Mapping[str, Any]) -> Failure:
    """What the API answered: a problem of ours, or a refusal by API Gateway itself."""
    if "error" in body and "detail" in body:
        return Failure(
            what=str(body["detail"]),
            exit_code=Exit.of_status(status),
            where=call,
            advice=str(body.get("advice", "")),
            actor=str(body.get("actor", "operator")),
            error=str(body["error"]),
            details=body.get("details") or {},
        )
    said = str(body.get("message") or body.get("Message") or f"HTTP status {status}")
    advice = (
        "Allow the principal execute-api:Invoke on this API, or use other credentials (AWS_PROFILE)."
        if status in {401, 403}
        else "Check the address of the API (--api-url, PARAPH_API_URL, --stack)."
    )
    return Failure(said, Exit.of_status(status), call, advice, "operator", "GatewayRefusal", {"status": status})


def broken(error: ParaphError, where: str) -> Failure:
    """An error that one of Paraph's own parts raised in this process."""
    return Failure(
        what=error.message,
        exit_code=Exit.of_status(error.status),
        where=where,
        advice=error.advice,
        actor=error.actor,
        error=error.name,
        details=error.details,
    )


def of_problem(problem: Mapping[str, Any]) -> Failure:
    """Why a signing did not end well, from its record."""
    return Failure(
        what=str(problem["message"]),
        exit_code=Exit.FAILED,
        where=f"step {problem['step']}",
        advice=str(problem["advice"]),
        actor=str(problem["actor"]),
        error=str(problem["error"]),
        details=problem.get("details") or {},
    )
