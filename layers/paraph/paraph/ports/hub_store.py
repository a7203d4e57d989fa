"""Where the embedded hub keeps its things."""

from typing import Protocol, TypeVar

from paraph.domain.model import Model

T = TypeVar("T", bound=Model)


class VersionConflict(Exception):
    """Somebody else has written this entity in between."""


class HubStore(Protocol):
    """Entities by kind (their class) and id, each with a version that a write must name."""

    def get(self, kind: type[T], entity_id: str) -> tuple[T, int] | None:
        """The entity and its version."""
        ...

    def put(self, entity_id: str, entity: Model, expected_version: int, expires_at_epoch: int | None = None) -> None:
        """Write; `expected_version` 0 means that it must not exist yet. Raises VersionConflict."""
        ...

    def delete(self, kind: type[Model], entity_id: str) -> None:
        """Remove, if it is there."""
        ...

    def list(self, kind: type[T]) -> tuple[T, ...]:
        """All entities of a kind, by id; for kinds that configuration bounds."""
        ...

    def next_number(self, sequence: str) -> int:
        """The next positive number of this sequence; numbers are never given twice."""
        ...
