"""`paraph sign`."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from typer.testing import Result

from paraph.domain.errors import Actor
from paraph.domain.signing import Problem, SigningStatus
from tests.unit.api.conftest import NOW
from tests.unit.cli.conftest import SIGNED_PDF, World, document, ends_signed

Paraph = Callable[..., Result]
PDF = b"%PDF-1.7 submitted"


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    file = tmp_path / "lease.pdf"
    file.write_bytes(PDF)
    return file


def test_a_file_is_uploaded_signed_and_fetched(world: World, paraph: Paraph, lease: Path) -> None:
    world.clock.on_sleep = ends_signed(world)
    result = paraph("sign", lease, "--profile", "contracts")
    assert result.exit_code == 0, result.output
    assert world.uploads == [PDF]
    assert lease.with_name("lease-signed.pdf").read_bytes() == SIGNED_PDF
    assert "TOTAL_PASSED" in result.stdout
    assert "lease-signed.pdf" in result.stdout
    told = [" ".join(line.split()[2:5]) for line in result.stderr.splitlines() if line.startswith("2026")]
    assert told == ["start started", "submit package added", "settle signed"]


def test_what_is_asked_for_is_ordered_and_nothing_else(world: World, paraph: Paraph, lease: Path) -> None:
    paraph("sign", lease, "--profile", "contracts", "--no-wait")
    (plain,) = world.start.orders.values()
    assert plain.model_dump(exclude_unset=True, exclude={"document"}) == {"profile": "contracts"}
    result = paraph(
        *("sign", lease, "--profile", "contracts", "--no-wait", "--set", "Name=Ada = Countess", "--set", "Empty="),
        *("--field", "Sig", "--box", "2:10,20.5,110,60", "--text", "By {signer}", "--level", "B-LTA"),
        *("--assurance", "ADVANCED_ELECTRONIC_SEAL", "--signatory", "ada", "--server", "s", "--capacity", "c"),
        *("--reason", "r", "--location", "l", "--contact", "k", "--idempotency-key", "order-1"),
    )
    assert result.exit_code == 0, result.output
    assert world.start.orders[("legal", "order-1")].model_dump(mode="json", exclude={"document"}) == {
        "profile": "contracts",
        "signatory": "ada",
        "field": {
            "name": "Sig",
            "create": True,
            "placement": {"page": 2, "box": {"left": 10.0, "bottom": 20.5, "right": 110.0, "top": 60.0}},
            "appearance": {"text": "By {signer}", "qr_url": None},
        },
        "form_values": {"Name": "Ada = Countess", "Empty": ""},
        "signing_server": "s",
        "signing_capacity": "c",
        "level_of_assurance": "ADVANCED_ELECTRONIC_SEAL",
        "conformance_level": "B-LTA",
        "reason": "r",
        "location": "l",
        "contact": "k",
        "signatory_token": None,
    }


def test_machines_get_one_document(world: World, paraph: Paraph, lease: Path, tmp_path: Path) -> None:
    world.clock.on_sleep = ends_signed(world)
    out, report = tmp_path / "o.pdf", tmp_path / "r.json"
    result = paraph("sign", lease, "--profile", "contracts", "--out", out, "--report", report, "--json")
    told = document(result)
    assert told["signing"]["status"] == "SIGNED"
    assert (told["document"], told["report"]) == (str(out), str(report))
    assert '"TOTAL_PASSED"' in report.read_text()


def test_without_waiting_the_id_is_the_result(world: World, paraph: Paraph, lease: Path) -> None:
    result = paraph("sign", lease, "--profile", "contracts", "--no-wait", "--json")
    assert document(result)["signing"]["signing_id"] == "sgn_1"
    assert world.clock.pauses == []


def test_a_failed_signing_is_explained(world: World, paraph: Paraph, lease: Path) -> None:
    problem = Problem(
        error="CertificateExpired",
        message="the certificate ended in May",
        actor=Actor.OPERATOR,
        advice="Renew the certificate.",
        step="sign",
        occurred_at=NOW,
    )
    world.clock.on_sleep = lambda: world.desk.happen(
        "sgn_1", "settle", "FAILED", status=SigningStatus.FAILED, problem=problem
    )
    result = paraph("sign", lease, "--profile", "contracts")
    assert result.exit_code == 1
    shown = result.stdout
    assert "Problem    the certificate ended in May (CertificateExpired)" in shown
    assert "Where      step sign" in shown
    assert "Who acts   the operator of this Paraph stack" in shown
    assert "Next       Renew the certificate." in shown
    assert not lease.with_name("lease-signed.pdf").exists()


def test_nothing_is_overwritten_and_nothing_is_signed_in_vain(world: World, paraph: Paraph, lease: Path) -> None:
    lease.with_name("lease-signed.pdf").write_bytes(b"precious")
    result = paraph("sign", lease, "--profile", "contracts")
    assert result.exit_code == 2
    assert "--overwrite" in result.stderr
    assert world.calls == []
    missing = paraph("sign", lease, "--profile", "contracts", "--out", lease.parent / "none" / "o.pdf")
    assert missing.exit_code == 2
    world.clock.on_sleep = ends_signed(world)
    assert paraph("sign", lease, "--profile", "contracts", "--overwrite").exit_code == 0
    assert lease.with_name("lease-signed.pdf").read_bytes() == SIGNED_PDF


def test_time_runs_out_and_the_signing_goes_on(world: World, paraph: Paraph, lease: Path) -> None:
    result = paraph("sign", lease, "--profile", "contracts", "--timeout", "60")
    assert result.exit_code == 5
    assert "paraph status sgn_1 --follow" in result.stderr
    assert sum(world.clock.pauses) <= 60
    assert len(world.clock.pauses) < 30


def test_a_lost_answer_is_asked_for_again_under_the_same_key(world: World, paraph: Paraph, lease: Path) -> None:
    world.clock.on_sleep = lambda: None
    world.failing = [requests.ConnectionError(), (503, {"Retry-After": "7"}, "{}"), (504, {}, "")]
    result = paraph("sign", lease, "--profile", "contracts", "--no-wait")
    assert result.exit_code == 0, result.output
    assert world.clock.pauses == [0.5, 7.0, 14.0]
    assert world.calls.count("POST /v1/signings") == 1
    assert len(world.start.orders) == 1


def test_an_answer_lost_after_the_start_finds_the_same_signing(world: World, paraph: Paraph, lease: Path) -> None:
    world.losing = {"POST /v1/signings"}
    result = paraph("sign", lease, "--profile", "contracts", "--no-wait", "--json")
    assert document(result)["signing"]["signing_id"] == "sgn_1"
    assert world.calls.count("POST /v1/signings") == 2
    assert len(world.start.orders) == 1


def test_a_service_that_is_away_says_so(world: World, paraph: Paraph, lease: Path) -> None:
    world.failing = [requests.ConnectTimeout()] * 4
    result = paraph("sign", lease, "--profile", "contracts", "--json")
    assert (result.exit_code, document(result)["problem"]["exit_code"]) == (5, 5)


def test_a_document_over_the_limit_is_explained(world: World, paraph: Paraph, lease: Path) -> None:
    world.desk.max_size = 5
    result = paraph("sign", lease, "--profile", "contracts")
    assert result.exit_code == 2
    assert "(DocumentTooLarge)" in result.stderr
    assert "POST /documents; size 18, limit 5" in result.stderr
    assert "Who acts   you" in result.stderr


def test_the_same_key_for_another_file_is_a_conflict(world: World, paraph: Paraph, lease: Path) -> None:
    arguments = ("sign", lease, "--no-wait", "--idempotency-key", "k", "--profile")
    assert paraph(*arguments, "contracts").exit_code == 0
    assert paraph(*arguments, "others").exit_code == 6


def test_storage_that_refuses_an_upload_shows_no_address(world: World, paraph: Paraph, lease: Path) -> None:
    world.http.remove("PUT", "https://s3/u")
    world.http.put("https://s3/u", status=403, body="<Error>SignatureDoesNotMatch upl_aaaa</Error>")
    result = paraph("sign", lease, "--profile", "contracts")
    assert result.exit_code == 5
    assert "status 403" in result.stderr
    assert "s3/u" not in result.output
    assert world.start.orders == {}


@pytest.mark.parametrize(
    "wrong",
    [
        ["--set", "Name"],
        ["--set", "=value"],
        ["--create"],
        ["--field", "F", "--box", "1:2,3"],
        ["--field", "F", "--box", "1,2,3,4"],
        ["--level", "B-X"],
        ["--timeout", "-1"],
    ],
)
def test_malformed_options_are_usage_errors(world: World, paraph: Paraph, lease: Path, wrong: list[str]) -> None:
    result = paraph("sign", lease, "--profile", "contracts", *wrong)
    assert result.exit_code == 2
    assert world.calls == []


def test_a_file_that_is_not_there_is_a_usage_error(world: World, paraph: Paraph) -> None:
    assert paraph("sign", "nowhere.pdf", "--profile", "contracts").exit_code == 2
