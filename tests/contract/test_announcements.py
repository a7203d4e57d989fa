"""Announcements: the event that other systems get, and the metric that alarms watch."""

import json
from typing import Any

import pytest

from paraph.aws.announcements import EventBridgeAnnouncements
from paraph.domain.errors import Unavailable
from paraph.domain.signing import SigningStatus
from tests.world import World


class Bus:
    """An events client that keeps what it gets."""

    def __init__(self, failed: int = 0) -> None:
        self.failed = failed
        self.entries: list[dict[str, Any]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 (the API's name)
        self.entries += Entries
        return {"FailedEntryCount": self.failed, "Entries": [{"ErrorCode": "Throttled"}]}


def test_the_event_has_ids_and_states_and_nothing_personal(capsys: pytest.CaptureFixture[str]) -> None:
    world, bus = World(), Bus()
    signing = world.run(world.started())
    EventBridgeAnnouncements(bus, "default", "paraph").signing_ended(signing)
    (entry,) = bus.entries
    assert (entry["Source"], entry["DetailType"], entry["EventBusName"]) == ("paraph", "Signing Ended", "default")
    detail = json.loads(entry["Detail"])
    assert detail.keys() == {"signing_id", "profile", "owner", "status", "error", "ended_at"}
    assert (detail["signing_id"], detail["status"]) == (signing.signing_id, SigningStatus.SIGNED)


def test_the_metric_counts_by_stack_and_status(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    world.server.answers_to_lose = 99
    signing = world.run(world.started())
    EventBridgeAnnouncements(Bus(), "default", "paraph").signing_ended(signing)
    metric = json.loads(capsys.readouterr().out)
    assert (metric["Stack"], metric["Status"], metric["SigningsEnded"]) == ("paraph", "NEEDS_ATTENTION", [1.0])
    assert metric["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Paraph"


def test_an_event_that_was_not_taken_is_unavailable() -> None:
    world = World()
    signing = world.run(world.started())
    with pytest.raises(Unavailable):
        EventBridgeAnnouncements(Bus(failed=1), "default", "paraph").signing_ended(signing)
