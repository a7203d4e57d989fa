"""Programs that nobody here wrote judge what Paraph signs at a remote signing service: every combination, every key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from paraph.domain.levels import ConformanceLevel
from paraph.domain.rssp import CscVersion, ServiceAuthorization
from tests.csc_combinations import COMBINATIONS, Combination
from tests.csc_service import AtService, Connected, at_service, lease, root_of
from tests.interop.test_judges import PYHANKO, run
from tests.rssp import SERVICE, WEB, Running

CODE = ServiceAuthorization.AUTHORIZATION_CODE
KEYS = ["bare-rsa-scal1", "pss-scal2", "p256-scal1", "p384-scal2", "p521-scal1"]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running service, at which Paraph's page is registered."""
    with at_service(tmp_path_factory.mktemp("csc")) as running:
        yield running


def signed(service: Running, connected: Connected, folder: Path) -> Path:
    """The signed document, as Paraph stores it."""
    world = AtService(service, connected)
    signing = world.signed(world.at_sign())
    assert signing.outcome is not None, signing.problem
    path = folder / "signed.pdf"
    path.write_bytes(world.documents.read(signing.outcome.document))
    return path


def require_pdfsig(path: Path) -> None:
    """One signature, valid, over all of the document."""
    verdict = run("pdfsig", "-nocert", path)
    assert "Signature Validation: Signature is Valid." in verdict.stdout, verdict.stdout + verdict.stderr
    assert "Signature Type: ETSI.CAdES.detached" in verdict.stdout
    assert "Total document signed" in verdict.stdout
    assert "Signature #2" not in verdict.stdout


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_pdfsig_calls_every_combination_valid(service: Running, combination: Combination, tmp_path: Path) -> None:
    client_id = WEB if combination.way is CODE else SERVICE
    connected = Connected(combination.version, combination.way, client_id, combination.credential_id)
    require_pdfsig(signed(service, connected, tmp_path))


@pytest.mark.parametrize("credential_id", KEYS)
def test_judges_accept_every_kind_of_key(service: Running, credential_id: str, tmp_path: Path) -> None:
    connected = Connected(CscVersion.V2, credential_id=credential_id)
    path, root = signed(service, connected, tmp_path), tmp_path / "root.pem"
    require_pdfsig(path)
    root.write_text(root_of(service.pki))
    verdict = run(PYHANKO, "sign", "validate", "--pretty-print", "--trust", root, "--trust-replace", path)
    assert "The signature is judged VALID." in verdict.stdout, verdict.stdout + verdict.stderr
    checked = run("qpdf", "--check", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert path.read_bytes().startswith(lease())


@pytest.mark.parametrize("scal", ["scal1", "scal2"])
def test_pyhanko_validates_what_is_signed_for_the_long_term(service: Running, scal: str, tmp_path: Path) -> None:
    connected = Connected(credential_id=f"implicit-{scal}", level=ConformanceLevel.B_LTA)
    path, root = signed(service, connected, tmp_path), tmp_path / "root.pem"
    root.write_text(root_of(service.pki))
    verdict = run(PYHANKO, "sign", "validate", "--pretty-print", "--trust", root, "--trust-replace", path)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "The signature is judged VALID." in verdict.stdout
    assert "INVALID" not in verdict.stdout
