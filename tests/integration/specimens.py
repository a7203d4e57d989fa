"""Many signings at the same time: each is described once, run once a session, and looked at by several tests."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from paraph.domain.signing import Origin, Signing
from tests.integration.deployment import Caller, Deployment, Json


@dataclass(frozen=True)
class Specimen:
    """One signing: what is submitted, how, and what should become of it."""

    name: str
    document: Callable[[], bytes] = field(repr=False)
    profile: str = "plain"
    wishes: Json | bytes = field(default_factory=dict, repr=False)
    by: Origin = Origin.S3
    object_name: str | None = None
    error: str | None = None
    step: str | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Ended:
    """A specimen after its signing has ended."""

    specimen: Specimen
    submitted: bytes
    signing: Signing
    paraph: Deployment

    @cached_property
    def signed(self) -> bytes:
        """The result's bytes."""
        assert self.signing.outcome is not None, self.signing.problem
        return self.paraph.read(self.signing.outcome.document)


class Batch:
    """Runs specimens, a few more at a time than there are processors."""

    def __init__(
        self, paraph: Deployment, owner: Caller, specimens: Mapping[str, Specimen], each: Callable[[], None]
    ) -> None:
        """`each` is called at the end of every signing."""
        self._paraph = paraph
        self._owner = owner
        self._each = each
        self._pool = ThreadPoolExecutor((os.cpu_count() or 1) + 1)
        self._futures = {name: self._pool.submit(self._run, s) for name, s in specimens.items()}
        self._others: list[Future[Any]] = []

    def ended(self, specimen: Specimen) -> Ended:
        """The specimen at its end."""
        return self._futures[specimen.name].result()

    def watched(self, other: Future[Signing]) -> Future[Signing]:
        """Another signing that belongs to what is under way."""
        self._others.append(other)
        return other

    def idle(self) -> None:
        """Wait until nothing is under way, for tests that change what all signings depend on."""
        wait([*self._others, *self._futures.values()])

    def close(self) -> None:
        """Start nothing more."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, specimen: Specimen) -> Ended:
        document = specimen.document()
        if specimen.by is Origin.S3:
            signing_id = self._paraph.upload(specimen.profile, document, specimen.wishes, specimen.object_name)
        else:
            assert isinstance(specimen.wishes, dict)
            signing_id = self._owner.started(specimen.profile, document, **specimen.wishes)
        signing = self._paraph.ended(signing_id)
        self._each()
        return Ended(specimen, document, signing, self._paraph)
