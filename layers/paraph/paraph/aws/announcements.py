"""An EventBridge event and a metric at every end."""

import json
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from paraph.domain.errors import Unavailable
from paraph.domain.signing import Signing


class EventBridgeAnnouncements:
    """Implements `Announcements` on one event bus; the metric is a line of the function's log (CloudWatch EMF)."""

    def __init__(self, events: Any, bus: str, stack: str) -> None:
        self._events = events
        self._bus = bus
        self._stack = stack

    def signing_ended(self, signing: Signing) -> None:
        """`source: paraph`, `detail-type: Signing Ended`; ids and states, nothing personal."""
        detail = {
            "signing_id": signing.signing_id,
            "profile": signing.profile,
            "owner": signing.owner,
            "status": signing.status,
            "error": signing.problem.error if signing.problem else None,
            "ended_at": signing.updated_at.isoformat(),
        }
        answer = self._events.put_events(
            Entries=[
                {
                    "Source": "paraph",
                    "DetailType": "Signing Ended",
                    "EventBusName": self._bus,
                    "Detail": json.dumps(detail),
                }
            ]
        )
        with single_metric("SigningsEnded", MetricUnit.Count, 1, namespace="Paraph") as metric:
            metric.add_dimension("Stack", self._stack)
            metric.add_dimension("Status", signing.status)
        if answer["FailedEntryCount"]:
            raise Unavailable("The event could not be announced.", reason=answer["Entries"][0].get("ErrorCode", ""))
