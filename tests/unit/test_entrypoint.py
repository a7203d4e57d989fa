"""What leaves a handler: names for the state machine, the problem in the record, no foreign message in logs."""

import io
from typing import Any

import pytest

from paraph import bootstrap, entrypoint
from paraph.domain.errors import (
    Cancelled,
    OutcomeUnknown,
    ParaphError,
    StepFailed,
    Unavailable,
    Unexpected,
    UnknownField,
)
from tests.world import World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(bootstrap, "signings", lambda: world.signings)
    monkeypatch.setattr(bootstrap, "clock", lambda: world.clock)
    return world


def failing(error: Exception) -> Any:
    @entrypoint.step("fill")
    def handler(_signing_id: str, _event: entrypoint.Event) -> None:
        raise error

    return handler


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnknownField("There is no such field.", field="x"), StepFailed),
        (Cancelled("no"), Cancelled),
        (OutcomeUnknown("lost"), OutcomeUnknown),
        (Unavailable("later"), Unavailable),
        (ValueError("SECRET in a message"), Unexpected),
    ],
)
def test_the_machine_gets_a_name_and_nothing_else(world: World, error: Exception, told: type[Exception]) -> None:
    signing_id = world.started()
    with pytest.raises(told) as raised:
        failing(error)({"signing_id": signing_id}, None)
    name = type(error).__name__ if isinstance(error, ParaphError) else "Unexpected"
    message = raised.value.message if isinstance(raised.value, ParaphError) else str(raised.value)
    assert message == name
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_the_record_gets_the_whole_problem(world: World) -> None:
    signing_id = world.started()
    with pytest.raises(StepFailed):
        failing(UnknownField("There is no such field.", field="x"))({"signing_id": signing_id}, None)
    problem = world.signings.load(signing_id).problem
    assert problem is not None
    assert (problem.error, problem.step, problem.details) == ("UnknownField", "fill", {"field": "x"})
    assert problem.advice


def test_a_foreign_message_is_neither_logged_nor_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    monkeypatch.setattr(entrypoint.logger.registered_handler, "stream", log)
    signing_id = world.started()
    with pytest.raises(Unexpected):
        failing(ValueError("MARKER-SECRET"))({"signing_id": signing_id}, None)
    assert "ValueError" in log.getvalue()
    assert "MARKER-SECRET" not in log.getvalue()
    assert "MARKER-SECRET" not in world.signings.load(signing_id).model_dump_json()


def test_an_ended_signing_keeps_its_end(world: World) -> None:
    signing_id = world.started()
    ended = world.run(signing_id)
    with pytest.raises(StepFailed):
        failing(UnknownField("There is no such field."))({"signing_id": signing_id}, None)
    assert world.signings.load(signing_id) == ended


def test_a_record_that_cannot_be_written_hides_nothing(world: World) -> None:
    with pytest.raises(StepFailed) as raised:
        failing(UnknownField("There is no such field."))({"signing_id": "sgn_unknown"}, None)
    assert str(raised.value) == "UnknownField"


def test_an_answer_passes_through(world: World) -> None:
    @entrypoint.step("sign")
    def handler(_signing_id: str, _event: entrypoint.Event) -> dict[str, str]:
        return {"outcome": "SIGNED"}

    assert handler({"signing_id": world.started()}, None) == {"outcome": "SIGNED"}
