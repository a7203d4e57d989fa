"""`make demo`: sign the example documents on the embedded stack, and show what happened."""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.api import Api, Json
from cli.configuration import read_configuration
from cli.connection import connect
from cli.exits import Exit
from cli.failures import Failure
from cli.follow import event_line
from local import installation as installations
from local import services
from local.authenticator import Authenticator
from local.certificates import configure
from local.environment import enter
from local.phone import Phone
from local.processes import StartError
from local.stack import ROOT, Stack, StackError
from paraph.domain.hubs import HubName
from paraph.domain.ids import signing_id_of
from paraph.domain.verification import Indication, VerificationReport

EXAMPLES = ROOT / "examples"
PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Example:
    """A document of `examples/`, the profile that signs it, and how it is handed in."""

    name: str
    profile: str
    by_api: bool = False

    @property
    def label(self) -> str:
        """What tells it from others of the same method."""
        if self.profile == "leases-remote-login":
            return f"{self.name}-login"
        return f"{self.name}-api" if self.by_api and self.profile.endswith("by-code") else self.name

    @property
    def document(self) -> Path:
        """The PDF."""
        return EXAMPLES / f"{self.name}.pdf"

    @property
    def request(self) -> Path:
        """The wishes that go with it."""
        return EXAMPLES / f"{self.name}.request.json"


ADSS = (
    Example("insurance-claim", "claims"),
    Example("lease-agreement", "leases"),
    Example("purchase-order", "orders", by_api=True),
    Example("data-consent", "consents"),
)
OTP = (
    Example("lease-agreement", "leases-by-code"),
    Example("lease-agreement", "leases-by-code", by_api=True),
)
RAS = (Example("lease-agreement", "leases-by-device"),)
CSC = (
    Example("lease-agreement", "leases-remote"),
    Example("lease-agreement", "leases-remote-login"),
)
EIDEASY = (Example("lease-agreement", "leases-by-eid"),)
METHODS = {"adss": ADSS, "otp": OTP, "ras": RAS, "csc": CSC, "eideasy": EIDEASY}
JANE = "jane.roe"
EMAIL, MOBILE_NUMBER = "jane.roe@alder.example", "+353209100001"
MARI, MARIS_NUMBER = "mari.tamm@alder.example", "+3725550100"


@contextmanager
def running(stack: Stack, console: Console, hub: HubName = HubName.EMBEDDED) -> Iterator[Api]:
    """The stack, deployed and configured; stopped afterwards, unless it was running before."""
    was_running = stack.running
    started = time.monotonic()
    console.print("Starting the embedded stack …")
    try:
        DEPLOYMENTS[hub](stack)
        console.print(f"Ready after {time.monotonic() - started:.0f} s: {stack.outputs()['ApiUrl']}")
        yield Api(connect(None, "paraph"))
    finally:
        if not was_running:
            stack.stop()
            console.print("The embedded stack is stopped.")


def deployed(stack: Stack, stack_name: str = "paraph") -> None:
    """Start, deploy and configure with the examples' parties and profiles."""
    state = stack.start()
    outputs = stack.deploy(stack_name)
    enter(state, outputs, stack_name)
    configure(read_configuration(EXAMPLES / "paraph.yaml"), state, outputs["SignatoryPageUrl"])


def connected_to_installation(stack: Stack, stack_name: str = "paraph") -> None:
    """The same, on the other hub: a second stack plays the SigningHub installation that signs for the first."""
    state = stack.start()
    plain = read_configuration(EXAMPLES / "paraph.yaml")
    installation = installations.install(stack, plain)
    reachable = " ".join([*(server["url"] for server in state.servers.values()), installation.origin])
    outputs = stack.deploy(stack_name, {"AllowedPrivateOrigins": reachable, "Hub": HubName.SIGNINGHUB})
    enter(state, outputs, stack_name)
    configure(installations.connected(plain, installation), state, outputs["SignatoryPageUrl"])
    services.let_return(plain, state, outputs["SignatoryPageUrl"])
    installations.hand_over_secrets(stack, stack_name, installation)


DEPLOYMENTS = {HubName.EMBEDDED: deployed, HubName.SIGNINGHUB: connected_to_installation}


def hand_in(stack: Stack, api: Api, example: Example) -> str:
    """Start the example's signing; its id."""
    return _by_api(api, example) if example.by_api else _by_upload(stack, example)


def _by_upload(stack: Stack, example: Example) -> str:
    s3, bucket = stack.client("s3"), stack.outputs()["DocumentsBucket"]
    key = f"inbox/{example.profile}/{example.name}"
    s3.put_object(Bucket=bucket, Key=f"{key}.request.json", Body=example.request.read_bytes())
    put = s3.put_object(Bucket=bucket, Key=f"{key}.pdf", Body=example.document.read_bytes())
    return signing_id_of(f"s3#{bucket}#{key}.pdf#{put['VersionId']}")


def _by_api(api: Api, example: Example) -> str:
    offer = api.offer_upload(example.document.name, example.document.stat().st_size)
    api.upload(offer, example.document)
    order = {
        "profile": example.profile,
        "document": {"upload_id": offer["upload_id"]},
        **json.loads(example.request.read_text()),
    }
    signing_id: str = api.start(order, f"demo-{offer['upload_id']}")["signing_id"]
    return signing_id


def sign_all(stack: Stack, api: Api, devices: Api, examples: Sequence[Example], console: Console) -> dict[str, Json]:
    """Hand the documents in, one after the other, so that functions are warm after the first; the ended signings."""
    signings, janes = {}, phone_of(stack)
    for example in examples:
        if example.profile.endswith("by-device") and janes.passkeys is None:
            register(devices, janes, console)
        phone = maris_phone(stack) if example in EIDEASY else janes.from_now_on()
        signings[example.label] = watch(api, example.label, hand_in(stack, api, example), console, phone)
    return signings


def phone_of(stack: Stack, passkeys: Authenticator | None = None) -> Phone:
    """Jane Roe's phone from now on."""
    service = stack.state.servers["rssp"]
    pin = next(user["pin"] for user in service["users"] if user["user_id"] == "jane")
    push_url = stack.state.servers["push"]["url"]
    return Phone(stack.state.endpoint_url, EMAIL, MOBILE_NUMBER, passkeys, service["url"], pin, push_url)


def maris_phone(stack: Stack) -> Phone:
    """Mari Tamm's phone from now on, with her eID in it."""
    return Phone(stack.state.endpoint_url, MARI, MARIS_NUMBER, service_url=stack.state.servers["eideasy"]["url"])


def register(api: Api, phone: Phone, console: Console) -> None:
    """Jane Roe registers her phone as she is invited to; devices of earlier demonstrations are revoked."""
    for device in api.devices(JANE)["devices"]:
        if device["revoked_at"] is None:
            api.revoke_device(JANE, device["device_id"])
    api.invite_device(JANE)
    console.print("  Jane Roe follows an invitation and registers her phone")
    phone.register()


def watch(api: Api, name: str, signing_id: str, console: Console, phone: Phone) -> Json:
    """Print every event as it comes until the signing has ended; the phone answers what its signatory is asked."""
    told, until, answered = 0, time.monotonic() + PATIENCE_SECONDS, 0
    while time.monotonic() < until:
        try:
            signing, events = api.signing(signing_id), api.timeline(signing_id)
        except Failure as failure:
            if failure.exit_code is not Exit.NOT_FOUND:  # the upload's event is still on its way
                raise
            signing, events = {"status": "RUNNING"}, []
        for event in events[told:]:
            console.print(f"  [bold]{name:<16}[/] {event_line(event)}", highlight=False)
        told = max(told, len(events))
        if signing["status"] != "RUNNING":
            return signing
        challenge = signing.get("challenge") or {}
        if challenge.get("status") == "WAITING" and challenge["number"] > answered:
            console.print(f"  [bold]{name:<16}[/] the phone rings: its owner {_does(challenge['factors'])}")
            phone.answer()
            answered = challenge["number"]
        if phone.passkeys and not answered and any(event["what"] == "PENDING" for event in events):
            came = "a push message comes to the phone" if phone.approve() else "the phone rings"
            console.print(f"  [bold]{name:<16}[/] {came}: Jane Roe follows the link and approves")
            answered = 1
        time.sleep(0.2)
    raise TimeoutError("the signing takes too long; see the logs")


def _does(factors: Sequence[str]) -> str:
    """What the signatory does about a challenge."""
    if factors == ["oauth2"]:
        return "follows the link, logs in at the signing service and comes back"
    if factors == ["widget"]:
        return "follows the link and signs with her Smart-ID"
    return f"follows the link and gives {' and '.join('code' if f == 'otp' else f.upper() for f in factors)}"


def keep(api: Api, example: Example, signing: Json, folder: Path) -> VerificationReport | None:
    """Leave the input, the signed document and the report in the folder."""
    shutil.copy(example.document, folder / f"{example.label}.pdf")
    if signing["status"] != "SIGNED":
        return None
    report = api.verification(signing["signing_id"])
    (folder / f"{example.label}.verification.json").write_text(json.dumps(report, indent=2) + "\n")
    api.download(api.document_url(signing["signing_id"]), folder / f"{example.label}.signed.pdf")
    return VerificationReport.model_validate(report)


def show(console: Console, signings: dict[str, Json], reports: dict[str, VerificationReport | None]) -> None:
    """One row a document."""
    table = Table(title="Verification, every byte read")
    for column in ("document", "indication", "asked", "achieved", "signer", "time", "coverage", "ES/S3"):
        table.add_column("by" if column == "ES/S3" else column, no_wrap=column != "signer")
    for name, report in reports.items():
        if report is None:
            problem: dict[str, Any] = signings[name].get("problem") or {}
            table.add_row(name, f"[red]{signings[name]['status']}", "", "", problem.get("error", ""), "", "", "")
            continue
        passed = report.indication is Indication.TOTAL_PASSED
        table.add_row(
            name,
            f"[{'green' if passed else 'red'}]{report.indication}",
            report.asked_level or "none",
            report.achieved_level or "none",
            report.signer,
            f"{report.signing_at:%Y-%m-%d %H:%M:%S}" if report.signing_at else "none",
            report.coverage or "none",
            "API" if name in {e.label for e in chain(*METHODS.values()) if e.by_api} else "S3",
        )
    console.print(table)


def demonstrate(stack: Stack, methods: Sequence[str], hub: HubName, console: Console) -> bool:
    """Sign every example of the methods; whether all passed at the level asked for."""
    with running(stack, console, hub) as api:
        # Devices are registered where the documents are signed
        devices = api if hub is HubName.EMBEDDED else Api(connect(None, installations.STACK_NAME))
        passed = [_demonstrated(stack, api, devices, method, _folder(method, hub), console) for method in methods]
        return all(passed)


def _demonstrated(stack: Stack, api: Api, devices: Api, method: str, folder: Path, console: Console) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started = time.monotonic()
    signings = sign_all(stack, api, devices, METHODS[method], console)
    reports = {e.label: keep(api, e, signings[e.label], folder) for e in METHODS[method]}
    show(console, signings, reports)
    console.print(f"Signed and verified in {time.monotonic() - started:.1f} s; results are in {folder}")
    return all(r is not None and _passed(r) for r in reports.values())


def _folder(method: str, hub: HubName) -> Path:
    return Path("out/demo") / (method if hub is HubName.EMBEDDED else f"{method}-{hub}")


def _passed(report: VerificationReport) -> bool:
    achieved, asked = report.achieved_level, report.asked_level
    return report.indication is Indication.TOTAL_PASSED and bool(achieved and asked and achieved.includes(asked))


def main() -> None:
    """Exit code 0 only if every document passed."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--method", choices=[*METHODS, "all"], default="adss")
    parser.add_argument("--hub", type=HubName, choices=list(HubName), default=HubName.EMBEDDED)
    arguments = parser.parse_args()
    console = Console(soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160)
    methods = list(METHODS) if arguments.method == "all" else [arguments.method]
    try:
        passed = demonstrate(Stack(), methods, arguments.hub, console)
    except (StackError, StartError, Failure, TimeoutError) as error:
        sys.exit(f"paraph: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
