"""What a whole execution costs over the PDF engine alone, on the embedded stack, for the same documents.

The floor does what the document needs and nothing else, in one warm process: fill, prepare, sign with a local key of
the same kind, check, embed, extend, verify; with the same time-stamping and revocation services.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from bench.measured import Measured
from local.demo import ADSS, EXAMPLES, Example, deployed, hand_in
from local.servers import pki
from local.stack import LOCAL, Stack, State
from paraph import bootstrap
from paraph.domain.configuration import Capacity, Configuration, KeySpec, Profile, Trust
from paraph.domain.levels import ConformanceLevel
from paraph.domain.pem import der_of, split
from paraph.domain.request import SigningWishes
from paraph.domain.signature import SignatureAlgorithm, SignatureRequest
from paraph.domain.verification import Indication
from paraph.http import GuardedTransport
from paraph.pdf.engine import PyHankoEngine
from paraph.ports.joined_source import JoinedSource
from paraph.ports.pdf_engine import PdfEngine

RUNS = 7
PATIENCE_SECONDS = 120
PLACEHOLDER_SIZE = 8192

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def measure() -> Measured:
    """Median milliseconds of executions and of the engine, and their ratio, for each example."""
    examples = [replace(example, by_api=False) for example in ADSS]
    stack = Stack(LOCAL / "bench")
    stack.stop()  # what an interrupted run may have left
    try:
        deployed(stack)
        floors = [_floor(example, stack.state) for example in examples]
        rows = [_row(stack, example, floor) for example, floor in zip(examples, floors, strict=True)]
    finally:
        stack.stop()
    return Measured(
        title="Whole executions over the engine alone",
        columns=("document", "level", "engine, ms", "execution, ms", "ratio"),
        rows=rows,
        notes=(
            f"Medians of {RUNS} runs after one to warm up; executions from their start to their end, one at a time.",
            "An emulator and its functions share this machine's cores; on AWS, network and cold starts come instead.",
        ),
    )


def _row(stack: Stack, example: Example, floor: Callable[[], None]) -> tuple[str, str, float, float, float]:
    engine = _median(lambda: _timed(floor))
    execution = _median(lambda: _execution_seconds(stack, example))
    return example.name, str(_profile(example).conformance_level), engine * 1000, execution * 1000, execution / engine


def _median(seconds: Callable[[], float]) -> float:
    seconds()
    return statistics.median(seconds() for _ in range(RUNS))


def _timed(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _execution_seconds(stack: Stack, example: Example) -> float:
    """Hand the document in by an upload, and wait for its execution's end."""
    signing_id = hand_in(stack, None, example)  # type: ignore[arg-type]  # the API has no part in uploads
    client = stack.client("stepfunctions")
    arn = f"{stack.outputs()['StateMachineArn'].replace(':stateMachine:', ':execution:')}:{signing_id}"
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            execution = client.describe_execution(executionArn=arn)
        except client.exceptions.ExecutionDoesNotExist:
            execution = {"status": "RUNNING"}  # the upload's event is still on its way
        if execution["status"] == "SUCCEEDED":
            return float((execution["stopDate"] - execution["startDate"]).total_seconds())
        if execution["status"] != "RUNNING":
            raise RuntimeError(f"{example.name}: {execution['status']}: {execution.get('error')}")
        time.sleep(0.05)
    raise TimeoutError(example.name)


@dataclass(frozen=True)
class _Memory:
    """Implements `ByteSource` in memory."""

    content: bytes

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)

    def read_at(self, offset: int, length: int) -> bytes:
        """A slice."""
        return self.content[offset : offset + length]

    def stream(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """One chunk."""
        yield self.content[start:end]


def _configuration() -> Configuration:
    return Configuration.model_validate(yaml.safe_load((EXAMPLES / "paraph.yaml").read_text()))


def _profile(example: Example) -> Profile:
    return next(p for p in _configuration().profiles if p.name == example.profile)


def _capacity(profile: Profile) -> Capacity:
    server = next(s for s in _configuration().signing_servers if s.name == profile.signing_server)
    keys = [c for c in server.capacities if isinstance(c, Capacity)]
    named = (c for c in keys if profile.signing_capacity in (None, c.name))
    return next(c for c in named if c.level_of_assurance is profile.level_of_assurance)


def _floor(example: Example, state: State) -> Callable[[], None]:
    """The example's signature by the engine alone, ready to be made again and again."""
    profile = _profile(example)
    capacity, wishes = _capacity(profile), SigningWishes.model_validate(json.loads(example.request.read_text()))
    key = _key(capacity.key_spec)
    chain = _chain(key, capacity, state.servers["pki"]["url"])
    trust = bootstrap.hub_store().get(Trust, "trust")
    assert trust is not None
    anchors = [der_of(pem) for pem in trust[0].trust_anchors]
    authorities = [authority.url for authority in trust[0].timestamp_authorities]
    request = SignatureRequest(
        field=wishes.field or profile.field,
        level=wishes.conformance_level or profile.conformance_level,
        digest_algorithm=capacity.signature_algorithm.digest,
        signer_name="Benchmark",
        signing_at=datetime.now(UTC),
        reason=wishes.reason or profile.reason,
        location=wishes.location or profile.location,
        placeholder_size=PLACEHOLDER_SIZE,
    )
    values = {**profile.form_values, **wishes.form_values}
    document = example.document.read_bytes()
    engine = PyHankoEngine(GuardedTransport([state.servers["pki"]["url"]]))

    def sign() -> None:
        filled = document + _filled(engine, document, values)
        tail = _signed(engine, filled, request, key, capacity.signature_algorithm, chain, authorities, anchors)
        verification = engine.verify(JoinedSource(_Memory(filled), tail), anchors).of_field(request.field.name)
        assert verification is not None
        assert verification.indication is Indication.TOTAL_PASSED

    return sign


def _filled(engine: PdfEngine, document: bytes, values: Mapping[str, str]) -> bytes:
    return engine.fill(_Memory(document), values) if values else b""


def _signed(
    engine: PdfEngine,
    document: bytes,
    request: SignatureRequest,
    key: Key,
    algorithm: SignatureAlgorithm,
    chain: tuple[bytes, ...],
    authorities: list[str],
    anchors: list[bytes],
) -> bytes:
    source = _Memory(document)
    prepared = engine.prepare(source, request)
    dtbs = engine.signed_attributes(prepared.document_digest, prepared.digest_algorithm, chain)
    value = _value(key, algorithm, dtbs)
    engine.check_signature_value(dtbs, value, algorithm, chain[0])
    stamped = authorities if request.level.includes(ConformanceLevel.B_T) else []
    tail = engine.embed(prepared, engine.build_cms(dtbs, value, algorithm, chain, stamped))
    if request.level.includes(ConformanceLevel.B_LT):
        tail += engine.extend(JoinedSource(source, tail), request.field.name, request.level, anchors, authorities)
    return tail


def _key(spec: KeySpec) -> Key:
    if spec is KeySpec.ECC_NIST_P256:
        return ec.generate_private_key(ec.SECP256R1())
    if spec is KeySpec.ECC_NIST_P384:
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=int(spec[-4:]))


def _chain(key: Key, capacity: Capacity, url: str) -> tuple[bytes, ...]:
    name = x509.Name.from_rfc4514_string(capacity.subject or "CN=Benchmark")
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    issued = pki.issue(url, request.public_bytes(serialization.Encoding.PEM).decode())
    return tuple(der_of(pem) for pem in split(issued.chain))


def _value(key: Key, algorithm: SignatureAlgorithm, dtbs: bytes) -> bytes:
    digest: hashes.HashAlgorithm = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[
        algorithm[-3:]
    ]
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(dtbs, ec.ECDSA(digest))
    if "PSS" in algorithm:
        return key.sign(dtbs, padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH), digest)
    return key.sign(dtbs, padding.PKCS1v15(), digest)
