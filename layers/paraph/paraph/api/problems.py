"""Errors as RFC 9457 problem details: what is wrong, who must act, what to do next."""

import logging
import traceback
from pathlib import PurePath

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from paraph.api.models import ProblemDetails
from paraph.domain.errors import Actor, InvalidInput, NotAllowed, NotFound, ParaphError, Unexpected

PROBLEM_JSON = "application/problem+json"
SAFE_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RETRY_AFTER_SECONDS = 5

_logger = logging.getLogger(__name__)


class UnknownRoute(NotFound):
    """The API has no such path."""

    advice = "Look the call up in docs/api/README.md; paths begin below the API's URL."


class MethodNotAllowed(InvalidInput):
    """The path exists and does not take this method."""

    status = 405
    advice = "Use one of the methods in the Allow header."


class ForeignOrigin(NotAllowed):
    """The call comes from a page of another origin."""

    actor = Actor.CALLER
    advice = "Make the call from the page that this API serves."


def problem_details(error: ParaphError, event: APIGatewayProxyEvent) -> ProblemDetails:
    """The error as the caller reads it."""
    return ProblemDetails(
        type=f"urn:paraph:error:{error.name}",
        title=_title(type(error)),
        status=error.status,
        detail=error.message,
        instance=event.path,
        error=error.name,
        actor=error.actor,
        advice=error.advice,
        retryable=error.retryable,
        details=error.details,
        request_id=(event.get("requestContext") or {}).get("requestId"),
    )


def _title(kind: type[ParaphError]) -> str:
    return (kind.__doc__ or kind.__name__).splitlines()[0]


def problem_answer(error: ParaphError, event: APIGatewayProxyEvent) -> Response[str]:
    """The answer that tells the caller about the error."""
    headers: dict[str, str | list[str]] = {**SAFE_HEADERS}
    if error.retryable:
        headers["Retry-After"] = str(error.details.get("retry_after_seconds", RETRY_AFTER_SECONDS))
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = str(error.details["allow"])
    body = problem_details(error, event).model_dump_json()
    return Response(status_code=error.status, content_type=PROBLEM_JSON, body=body, headers=headers)


def unforeseen(error: Exception) -> Unexpected:
    """Log where an unforeseen failure happened, without its words (they may hold what a caller sent), and name it."""
    frames = traceback.extract_tb(error.__traceback__)
    trail = " < ".join(f"{PurePath(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    _logger.error("unforeseen failure: %s at %s", type(error).__name__, trail)
    return Unexpected("Something failed that should not have; the call's log entry tells where.")


def answer_problems(app: APIGatewayRestResolver) -> None:
    """Make every error that a route raises, and every path without a route, a problem answer."""

    def known(error: ParaphError) -> Response[str]:
        return problem_answer(error, app.current_event)

    def unknown(error: Exception) -> Response[str]:
        return problem_answer(unforeseen(error), app.current_event)

    def no_route(_: NotFoundError) -> Response[str]:
        return problem_answer(UnknownRoute("there is nothing at this path"), app.current_event)

    app.exception_handler(ParaphError)(known)
    app.exception_handler(Exception)(unknown)
    app.exception_handler(NotFoundError)(no_route)
