"""Configuring a stack from a YAML file, with the operator's own AWS credentials."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.connection import Deployment, find_deployment
from cli.exits import Exit
from cli.failures import Failure, broken
from cli.output import Output, table
from paraph.domain.configuration import CapacityState, Configuration, ConfigureReport
from paraph.domain.errors import ParaphError
from paraph.domain.pem import split

SETTINGS = {
    "PARAPH_DOCUMENTS_BUCKET": "DocumentsBucket",
    "PARAPH_SIGNINGS_TABLE": "SigningsTable",
    "PARAPH_HUB_TABLE": "HubTable",
    "PARAPH_SECRETS_TABLE": "SecretsTable",
    "PARAPH_DATA_KEY_ID": "DataKeyArn",
    "PARAPH_STATE_MACHINE_ARN": "StateMachineArn",
}
"""Which output of the stack tells which setting."""
NEXT = {
    "missing": "have a certificate issued for its CSR, name the file as certificate_chain, run this again",
    "expired": "renew the certificate, run this again",
    "mismatch": "this certificate is for another key: name the one that was issued for its CSR",
}

Configure = Callable[[Configuration], ConfigureReport]


def read_configuration(file: Path) -> Configuration:
    """The YAML file, its PEM files read, checked. Raises Failure that names every mistake by its path."""
    import yaml

    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}, line {mark.line + 1}" if mark else str(file)
        raise Failure("this is no YAML", Exit.USAGE, where, "Correct the file.") from None
    if not isinstance(document, dict):
        raise Failure("the file must be a mapping", Exit.USAGE, str(file), "Begin with `version: 1`; see docs/cli.md.")
    try:
        return Configuration.model_validate(_with_certificates(document, file.parent))
    except ValidationError as error:
        mistakes = [
            f"{'.'.join(str(p) for p in e['loc']) or 'file'}: {e['msg']}"
            for e in error.errors(include_url=False, include_input=False)
        ]
        raise Failure("; ".join(mistakes), Exit.USAGE, str(file), "Correct the file.") from None


def _with_certificates(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The document with PEM texts where it names files; malformed parts are left to the model."""
    given = dict(document)
    if "trust_anchors" in given:
        given["trust_anchors"] = _pem_texts(given["trust_anchors"], folder, "trust_anchors")
    servers = given.get("signing_servers")
    if isinstance(servers, list):
        given["signing_servers"] = [_server(s, folder, f"signing_servers.{i}") for i, s in enumerate(servers)]
    return given


def _server(server: Any, folder: Path, path: str) -> Any:
    if not isinstance(server, dict) or not isinstance(server.get("capacities"), list):
        return server
    capacities = [_capacity(c, folder, f"{path}.capacities.{i}") for i, c in enumerate(server["capacities"])]
    return {**server, "capacities": capacities}


def _capacity(capacity: Any, folder: Path, path: str) -> Any:
    if not isinstance(capacity, dict) or "certificate_chain" not in capacity:
        return capacity
    chain = _pem_texts(capacity["certificate_chain"], folder, f"{path}.certificate_chain")
    return {**capacity, "certificate_chain": chain}


def _pem_texts(value: Any, folder: Path, path: str) -> Any:
    """Each certificate as its own PEM text, from one file or text, or from a list of them."""
    named = [value] if isinstance(value, str) else value
    if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
        return value or ()
    return [pem for i, name in enumerate(named) for pem in _certificates(name, folder, f"{path}.{i}")]


def _certificates(name: str, folder: Path, path: str) -> tuple[str, ...]:
    if "-----BEGIN" in name:
        text, said = name, "the text"
    else:
        text, said = _read(folder / name, path), name
    found = split(text)
    if not found:
        raise Failure(f"{said} holds no PEM certificate", Exit.USAGE, path, "Name a PEM file of certificates.")
    return found


def _read(file: Path, path: str) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        raise Failure(f"{file} cannot be read", Exit.USAGE, path, "Paths are relative to the YAML file.") from None


def configure(output: Output, file: Path, stack: str, csr_folder: Path, use_case: Configure | None = None) -> Exit:
    """Bring the stack to what the file says; write a CSR for every key; tell the state of the certificates."""
    configuration = read_configuration(file)
    if use_case is None:
        use_case = _use_case(find_deployment(stack))
    with output.waiting(f"Configuring {stack}"):
        report = _carried_out(use_case, configuration, stack)
    written = {_name(c): _write_csr(c, csr_folder) for c in report.capacities if c.csr_pem}
    capacities = [{**c.model_dump(mode="json"), "csr_file": str(written.get(_name(c), ""))} for c in report.capacities]
    headers = ("Signing server", "Capacity", "Key", "Certificate", "CSR", "Next")
    rows = [
        (c.signing_server, c.signing_capacity, c.key_id, c.certificate, written.get(_name(c)), NEXT.get(c.certificate))
        for c in report.capacities
    ]
    counted = f"{stack}: {report.owners} owners, {report.signatories} signatories, {report.profiles} profiles"
    absent = [f"Missing in Secrets Manager: {stack}/{name}" for name in report.missing_secrets]
    told = {**report.model_dump(mode="json"), "capacities": capacities}
    output.result(told, counted, "", table(headers, rows), *absent)
    return Exit.OK


def _carried_out(use_case: Configure, configuration: Configuration, stack: str) -> ConfigureReport:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return use_case(configuration)
    except ParaphError as error:
        raise broken(error, stack) from None
    except ClientError as error:
        said = error.response.get("Error", {})
        denied = "AccessDenied" in str(said.get("Code"))
        raise Failure(
            f"AWS refused {error.operation_name}: {said.get('Message')}",
            Exit.NOT_ALLOWED if denied else Exit.UNAVAILABLE,
            stack,
            "Use an operator's credentials (AWS_PROFILE)." if denied else "Run the same command again.",
            error=str(said.get("Code")),
        ) from None
    except BotoCoreError as error:
        advice = "Check AWS credentials, region and network; then run the same command again."
        raise Failure(f"AWS does not answer: {error}", Exit.UNAVAILABLE, stack, advice) from None


def _use_case(deployment: Deployment) -> Configure:
    """Paraph's own use case in this process, which then is an operator's, told of the stack as its functions are."""
    missing = [name for name in SETTINGS.values() if name not in deployment.outputs]
    if missing:
        said = f"the stack has no output {', '.join(missing)}"
        raise Failure(said, Exit.NOT_FOUND, deployment.name, "Is this a Paraph stack? Name it with --stack.")
    os.environ.update({setting: deployment.outputs[name] for setting, name in SETTINGS.items()})
    os.environ["PARAPH_STACK_NAME"] = deployment.name
    if deployment.local:
        os.environ.update(
            AWS_ENDPOINT_URL=deployment.local.endpoint_url,
            AWS_ACCESS_KEY_ID=deployment.local.access_key_id,
            AWS_SECRET_ACCESS_KEY=deployment.local.secret_access_key,
            AWS_REGION=deployment.local.region,
            AWS_DEFAULT_REGION=deployment.local.region,
        )
        os.environ.pop("AWS_SESSION_TOKEN", None)
        os.environ.pop("AWS_PROFILE", None)
    from paraph.bootstrap import configure as use_case

    return use_case


def _name(capacity: CapacityState) -> str:
    return f"{capacity.signing_server}-{capacity.signing_capacity}"


def _write_csr(capacity: CapacityState, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{_name(capacity)}.csr.pem"
    file.write_text(capacity.csr_pem, encoding="ascii")
    return file
