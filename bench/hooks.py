"""How long eID Easy's digest question takes to be answered, which it waits five seconds for (contract: eID Easy, E3).

The floor is the same call about a document that nobody knows: API Gateway, the function, and a look into the table.
"""

import statistics
import time
from dataclasses import dataclass

import requests

from bench.engine import pdf_of
from bench.measured import Cell, Measured
from local.demo import deployed, maris_phone
from local.stack import LOCAL, Stack
from paraph import bootstrap
from paraph.domain.links import digest_of
from paraph.hub.configuring import hook_secret
from paraph.hub.eideasy import BEARER
from paraph.hub.entities import EidEasyLookup

PROFILE, SERVER = "leases-by-eid", "eids"
SIZES = {"50 KB": 50_000, "10 MB": 10_000_000, "100 MB": 100_000_000}
RUNS = {"50 KB": 7, "10 MB": 5, "100 MB": 3}
EXPECTED, ANOTHER = "MARI TAMM", "Mari-Liis Tamm"


def measure() -> Measured:
    """Median milliseconds of answers to the name that is configured, and to another one."""
    stack = Stack(LOCAL / "bench")
    stack.stop()  # what an interrupted run may have left
    try:
        deployed(stack)
        _asked(stack, SIZES["50 KB"]).answer(ANOTHER)  # to warm up
        rows = [row for label in SIZES for row in _rows(stack, label)]
    finally:
        stack.stop()
    return Measured(
        title="eID Easy's digest question",
        columns=("document, signer", "ms", "ratio to floor"),
        rows=rows,
        notes=(
            f"Medians of {', '.join(f'{runs} runs ({size})' for size, runs in RUNS.items())}; functions are warm.",
            "The floor: the same call about an unknown document. Another name is drawn into the document.",
            "An emulator stands in for S3 and API Gateway on this machine's cores.",
        ),
    )


@dataclass(frozen=True)
class _Question:
    """A document that waits to be signed, and how its hook is called."""

    url: str
    doc_id: str
    bearer: str

    def answer(self, name: str) -> float:
        """Seconds until the digest is there, for a signer of this name."""
        seconds, status = self._call(self.doc_id, name)
        if status != requests.codes.ok:
            raise RuntimeError(f"the question was answered with {status}")
        return seconds

    def floor(self) -> float:
        """Seconds until it is told that there is no such document."""
        return self._call("nobody-knows-this-document", ANOTHER)[0]

    def _call(self, doc_id: str, name: str) -> tuple[float, int]:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        started = time.perf_counter()
        answer = requests.post(self.url, json={"doc_id": doc_id, "signer_name": name}, headers=headers, timeout=60)
        return time.perf_counter() - started, answer.status_code


def _rows(stack: Stack, label: str) -> list[list[Cell]]:
    taken: dict[str, list[float]] = {"floor": [], EXPECTED: [], ANOTHER: []}
    for _ in range(RUNS[label]):
        for name in (EXPECTED, ANOTHER):
            question = _asked(stack, SIZES[label])
            taken["floor"].append(question.floor())
            taken[name].append(question.answer(name))
    floor = statistics.median(taken.pop("floor"))
    names = {EXPECTED: "the expected name", ANOTHER: "another name"}
    return [
        [f"{label}, {names[name]}", statistics.median(seconds) * 1000, statistics.median(seconds) / floor]
        for name, seconds in taken.items()
    ]


def _asked(stack: Stack, size: int) -> _Question:
    """Handed in, opened by its signatory, and prepared at eID Easy."""
    phone, outputs = maris_phone(stack), stack.outputs()
    stack.client("s3").put_object(
        Bucket=outputs["DocumentsBucket"], Key=f"inbox/{PROFILE}/{size}.pdf", Body=pdf_of(size)
    )
    doc_id = phone.open().post("widget", None)["doc_id"]
    found = bootstrap.hub_store().get(EidEasyLookup, digest_of(doc_id))
    assert found is not None
    bearer = bootstrap.secrets().get(BEARER, found[0].transaction_id)
    assert bearer is not None
    hook = bootstrap.party_secrets().read(hook_secret(SERVER))
    return _Question(f"{outputs['SignatoryPageUrl']}eideasy/{hook}/digest", doc_id, bearer)
