"""The handler decorators: log context, redaction, and the one place that translates errors."""

import os
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger

from paraph.domain.errors import Cancelled, OutcomeUnknown, ParaphError, StepFailed, Unavailable, Unexpected
from paraph.domain.signing import Problem, Signing

logger = Logger(service=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "paraph"))

Event = dict[str, Any]
TOLD_APART = (Cancelled, OutcomeUnknown, Unavailable, Unexpected)
"""Errors that the state machine tells apart; every other one is an answer, and StepFailed."""


def step(name: str) -> Callable[[Callable[[str, Event], Any]], Callable[[Event, Any], Any]]:
    """A handler of the state machine: takes a signing's id, keeps the problem in the record, raises a bare name.

    An exception's message ends in the execution's history, so the message of what leaves here is an error's name and
    nothing else.
    """

    def decorate(run: Callable[[str, Event], Any]) -> Callable[[Event, Any], Any]:
        @wraps(run)
        def handler(event: Event, _context: Any) -> Any:
            signing_id = str(event["signing_id"])
            logger.append_keys(signing_id=signing_id, step=name)
            try:
                return run(signing_id, event) or {}
            except Exception as error:  # noqa: BLE001 (the one broad except of the project)
                problem = _log(error)
            _record(signing_id, name, problem)
            raise _for_the_machine(problem)

        return handler

    return decorate


def quietly(run: Callable[[Event, Any], Any]) -> Callable[[Event, Any], Any]:
    """A handler outside the state machine: errors keep their name, and their message stays out of the log."""

    @wraps(run)
    def handler(event: Event, context: Any) -> Any:
        try:
            return run(event, context)
        except Exception as error:  # noqa: BLE001 (see above)
            problem = _log(error)
        raise _for_the_machine(problem)

    return handler


def survived(run: Callable[[], str]) -> str:
    """What one of many pieces of work did, or `failed`: the others go on."""
    try:
        return run()
    except Exception as error:  # noqa: BLE001 (see above)
        _log(error)
        return "failed"


def _log(error: Exception) -> ParaphError:
    """Log what failed and where; the messages of foreign errors may hold anything and are left out."""
    if isinstance(error, ParaphError):
        logger.warning("step ended with an error", extra={"error": error.name, "details": error.details})
        return error
    logger.error(
        "unexpected failure",
        extra={"error": type(error).__name__, "frames": traceback.format_tb(error.__traceback__)},
    )
    return Unexpected("A step failed in a way that was not foreseen.", type=type(error).__name__)


def _record(signing_id: str, name: str, error: ParaphError) -> None:
    from paraph import bootstrap

    problem = Problem.of(error, name, bootstrap.clock().now())

    def keep(signing: Signing) -> Signing:
        return signing if signing.status.ended else signing.model_copy(update={"problem": problem})

    try:
        bootstrap.signings().change(signing_id, name, "FAILED", keep, {"error": error.name})
    except Exception as failure:  # noqa: BLE001 (the first error matters more than that it could not be kept)
        _log(failure)


def _for_the_machine(error: ParaphError) -> Exception:
    for told_apart in TOLD_APART:
        if isinstance(error, told_apart):
            return told_apart(error.name)
    return StepFailed(error.name)
