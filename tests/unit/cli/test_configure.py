"""`paraph configure`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import Result

from cli import configuration as cli_configuration
from cli.configuration import read_configuration
from cli.connection import Deployment, LocalStack
from cli.failures import Failure
from paraph.domain.configuration import Capacity, CapacityState, Configuration, ConfigureReport
from paraph.domain.errors import KeyUnavailable
from tests.unit.cli.conftest import World, document
from tests.unit.cli.test_verify import PEM

Paraph = Callable[..., Result]
SECOND = PEM.replace("MAMCAQU=", "MAMCAQY=")
YAML = """
version: 1
operators: [arn:aws:iam::123456789012:user/olga]
trust_anchors: [pki/roots.pem]
timestamp_authorities: [{name: tsa, url: "http://tsa.example.org"}]
owners: [{id: legal, name: Legal}]
signatories: [{id: ada, name: Ada Lovelace, email: ada@example.org, owner: legal}]
signing_servers:
  - name: seals
    capacities:
      - name: seal
        level_of_assurance: ADVANCED_ELECTRONIC_SEAL
        key_spec: ECC_NIST_P256
        certificate_chain: pki/seal.pem
      - name: new
        level_of_assurance: ELECTRONIC_SEAL
        key_spec: RSA_3072
profiles:
  - name: contracts
    owner: legal
    signatory: ada
    signing_server: seals
    level_of_assurance: ADVANCED_ELECTRONIC_SEAL
    conformance_level: B-LTA
    field: {name: Signature, create: true}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki" / "roots.pem").write_text(PEM + SECOND)
    (tmp_path / "pki" / "seal.pem").write_text(PEM + SECOND)
    yaml = tmp_path / "paraph.yaml"
    yaml.write_text(YAML)
    return yaml


def state(name: str, certificate: Any) -> CapacityState:
    csr = f"-----BEGIN CERTIFICATE REQUEST-----\n{name}\n"
    return CapacityState(
        signing_server="seals", signing_capacity=name, key_id=f"key-{name}", certificate=certificate, csr_pem=csr
    )


class UseCase:
    """Remembers what it was given."""

    given: Configuration | None = None
    fails_with: Exception | None = None

    def __call__(self, configuration: Configuration) -> ConfigureReport:
        if self.fails_with:
            raise self.fails_with
        self.given = configuration
        capacities = (state("seal", "valid"), state("new", "missing"))
        missing = ("signinghub/client",)
        return ConfigureReport(owners=1, signatories=1, profiles=1, capacities=capacities, missing_secrets=missing)


@pytest.fixture
def use_case(monkeypatch: pytest.MonkeyPatch, world: World) -> UseCase:
    use_case = UseCase()
    monkeypatch.setattr(cli_configuration, "find_deployment", lambda stack: Deployment(stack, {}))
    monkeypatch.setattr(cli_configuration, "_use_case", lambda _: use_case)
    return use_case


def keys_of(configuration: Configuration) -> list[Capacity]:
    """The capacities of the first signing server."""
    return [c for c in configuration.signing_servers[0].capacities if isinstance(c, Capacity)]


def test_certificates_come_from_files_beside_the_yaml(file: Path) -> None:
    configuration = read_configuration(file)
    assert configuration.trust_anchors == (PEM, SECOND)
    assert [c.certificate_chain for c in keys_of(configuration)] == [(PEM, SECOND), ()]


def test_certificates_may_stand_in_the_yaml(file: Path) -> None:
    inline = "|\n          " + PEM.replace("\n", "\n          ").strip()
    file.write_text(YAML.replace("certificate_chain: pki/seal.pem", f"certificate_chain: {inline}"))
    assert keys_of(read_configuration(file))[0].certificate_chain == (PEM,)


def test_the_stack_is_brought_to_the_file(use_case: UseCase, paraph: Paraph, file: Path) -> None:
    result = paraph("configure", file)
    assert result.exit_code == 0, result.output
    assert use_case.given == read_configuration(file)
    assert "paraph: 1 owners, 1 signatories, 1 profiles" in result.stdout
    for shown in (
        "key-seal",
        "valid",
        "missing",
        "have a certificate issued",
        "Secrets Manager: paraph/signinghub/client",
    ):
        assert shown in result.stdout
    assert (file.parent / "csr" / "seals-new.csr.pem").read_text().endswith("new\n")


def test_machines_get_the_report(use_case: UseCase, paraph: Paraph, file: Path, tmp_path: Path) -> None:
    told = document(paraph("configure", file, "--csr-folder", tmp_path / "requests", "--json"))
    assert told["profiles"] == 1
    assert [c["certificate"] for c in told["capacities"]] == ["valid", "missing"]
    assert Path(told["capacities"][1]["csr_file"]).parent == tmp_path / "requests"


MISTAKES = [
    ("conformance_level: B-LTA", "conformance_level: B-X", "profiles.0.conformance_level"),
    ("signatory: ada", "signatory: bob", "profile contracts: unknown signatory bob"),
    ("    conformance_level: B-LTA\n", "", "signing_server and conformance_level go together"),
    ("    signing_server: seals\n", "    hub: signinghub\n    signing_server: seals\n", "there is no signinghub"),
    ("name: Legal}]", "name: Legal, email: Ada@example.org}]", "several accounts with the address ada@example.org"),
    (
        "version: 1\n",
        "version: 1\nintegrations: [{client_id: c, owner: nobody}]\n",
        "integration c: unknown owner nobody",
    ),
    ("version: 1\n", "version: 1\nevidence: {signing_server: seals, signing_capacity: x}\n", "evidence: unknown"),
    ("version: 1", "version: 2", "version"),
    ("owners: [{id: legal, name: Legal}]", "owners: [{id: legal, nmae: Legal}]", "owners.0.nmae"),
    ("pki/seal.pem", "pki/none.pem", "signing_servers.0.capacities.0.certificate_chain.0"),
    ("[pki/roots.pem]", "[pki/roots.pem, paraph.yaml]", "trust_anchors.1"),
    ("[pki/roots.pem]", "[[1]]", "trust_anchors"),
    ("key_spec: RSA_3072", "key_spec: RSA_1", "signing_servers.0.capacities.1"),
    ("owners: [", "owners: [[", "this is no YAML"),
    (YAML, "- a list", "must be a mapping"),
    (YAML, "signing_servers: 3", "signing_servers"),
    (YAML, "signing_servers: [{capacities: [3]}]", "signing_servers.0.capacities.0"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), MISTAKES)
def test_every_mistake_is_named_by_its_path(
    use_case: UseCase, paraph: Paraph, file: Path, right: str, wrong: str, named: str
) -> None:
    assert right in YAML
    file.write_text(YAML.replace(right, wrong))
    result = paraph("configure", file)
    assert result.exit_code == 2
    assert named in result.stderr
    assert use_case.given is None


def test_several_mistakes_are_told_at_once(file: Path) -> None:
    file.write_text(YAML.replace("B-LTA", "B-X").replace("RSA_3072", "RSA_1"))
    with pytest.raises(Failure, match=r"signing_servers\.0.*; profiles\.0"):
        read_configuration(file)


def test_values_of_form_fields_are_not_repeated(file: Path) -> None:
    file.write_text(YAML + "    form_values: {Name: [s3cr3t]}\n")
    with pytest.raises(Failure) as failure:
        read_configuration(file)
    assert "profiles.0.form_values.Name" in str(failure.value)
    assert "s3cr3t" not in str(failure.value)


DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "CreateKey")
BUSY = ClientError({"Error": {"Code": "ThrottlingException", "Message": "slower"}}, "CreateKey")


@pytest.mark.parametrize(("error", "code"), [(KeyUnavailable("disabled"), 2), (DENIED, 4), (BUSY, 5)])
def test_what_fails_on_the_way_is_explained(
    use_case: UseCase, paraph: Paraph, file: Path, error: Exception, code: int
) -> None:
    use_case.fails_with = error
    result = paraph("configure", file)
    assert result.exit_code == code
    assert "Next" in result.stderr


def test_a_stack_of_something_else_is_not_touched() -> None:
    with pytest.raises(Failure, match="no output DocumentsBucket"):
        cli_configuration._use_case(Deployment("other", {}))


def test_the_use_case_is_told_of_the_stack_as_its_functions_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"AWS_PROFILE": "mine", "AWS_SESSION_TOKEN": "t"})
    outputs = {name: f"the-{name}" for name in cli_configuration.SETTINGS.values()}
    local = LocalStack("http://127.0.0.1:1", "eu-central-1", "id", "secret", {})
    cli_configuration._use_case(Deployment("paraph", outputs, local))
    assert os.environ["PARAPH_HUB_TABLE"] == "the-HubTable"
    assert os.environ["PARAPH_STACK_NAME"] == "paraph"
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert "AWS_PROFILE" not in os.environ
    assert "AWS_SESSION_TOKEN" not in os.environ


def test_every_setting_is_told() -> None:
    from paraph.config import PREFIX, Settings

    needed = {PREFIX + name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    told = {*cli_configuration.SETTINGS, "PARAPH_STACK_NAME"}
    assert needed <= told
