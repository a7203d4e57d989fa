"""Programs that nobody here wrote judge every output: poppler's pdfsig, pyHanko's own CLI, qpdf."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paraph.domain.levels import ConformanceLevel
from tests.interop.conftest import Judged, Results

PYHANKO = Path(sys.executable).parent / "pyhanko"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """A judge's verdict; a judge that is not there is a failure, not a skip."""
    assert shutil.which(command[0]), f"{command[0]} is not installed; see .ci/run"
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_pdfsig_calls_the_signature_valid(judged: Judged) -> None:
    verdict = run("pdfsig", "-nocert", judged.signed)
    first = verdict.stdout.split("Signature #2")[0]
    assert "Signature Validation: Signature is Valid." in first, verdict.stdout + verdict.stderr
    assert "Signature Type: ETSI.CAdES.detached" in first


def test_pdfsig_sees_the_total_document_signed(judged: Judged) -> None:
    if judged.report.asked_level and judged.report.asked_level.includes(ConformanceLevel.B_LT):
        # DSS and document time-stamps follow; that nothing else does is pyHanko's verdict below.
        return
    assert "Total document signed" in run("pdfsig", "-nocert", judged.signed).stdout


def test_pyhankos_own_cli_validates_to_the_root(judged: Judged, results: Results) -> None:
    verdict = run(
        PYHANKO, "sign", "validate", "--pretty-print", "--trust", results.root_certificate, "--trust-replace",
        judged.signed,
    )  # fmt: skip
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "The signature is judged VALID." in verdict.stdout
    assert "INVALID" not in verdict.stdout


def test_pyhanko_sees_nothing_but_validation_data_after_the_signature(judged: Judged) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    with judged.signed.open("rb") as file:
        signature = PdfFileReader(file).embedded_regular_signatures[0]
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[]))
        assert status.intact
        assert status.valid
        assert status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)


def test_qpdf_finds_no_error(judged: Judged) -> None:
    verdict = run("qpdf", "--check", judged.signed)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_the_input_is_a_byte_prefix_of_the_output(judged: Judged) -> None:
    assert judged.signed.read_bytes().startswith(judged.submitted.read_bytes())


def test_the_judges_do_condemn_a_changed_document(judged: Judged, results: Results, tmp_path: Path) -> None:
    body = bytearray(judged.signed.read_bytes())
    body[20] ^= 1
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(body)
    assert "Signature is Valid" not in run("pdfsig", "-nocert", changed).stdout.split("Signature #2")[0]
    verdict = run(
        PYHANKO, "sign", "validate", "--pretty-print", "--trust", results.root_certificate, "--trust-replace", changed
    )
    assert "The signature is judged VALID." not in verdict.stdout.split("Field 2")[0] or verdict.returncode


@pytest.mark.parametrize("level", list(ConformanceLevel))
def test_every_level_is_among_the_examples(results: Results, level: ConformanceLevel) -> None:
    assert level in {d.report.asked_level for d in results.documents.values()}
