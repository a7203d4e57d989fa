"""The commands of `paraph`, their options and help; what they do is imported when they run."""

import functools
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import exits
from paraph import __doc__ as about

if TYPE_CHECKING:
    from cli.api import Api
    from cli.output import Output

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=f"{about}\n\nEvery command takes --help and --json.",
    epilog=f"Exit codes:\n\n{exits.table()}",
    pretty_exceptions_enable=False,
)
local = typer.Typer(no_args_is_help=True, help="The embedded stack: Paraph's AWS on this machine (checkout only).")
app.add_typer(local, name="local")
devices = typer.Typer(no_args_is_help=True, help="Devices with which signatories approve signatures.")
app.add_typer(devices, name="devices")

DEFAULT_STACK = "paraph"
DEFAULT_WAIT_SECONDS = 900


class Level(StrEnum):
    """Conformance levels, as `paraph.domain.levels` has them (which would cost an import of pydantic here)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class Status(StrEnum):
    """Statuses of a signing, as `paraph.domain.signing` has them."""

    RUNNING = "RUNNING"
    SIGNED = "SIGNED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    NEEDS_ATTENTION = "NEEDS_ATTENTION"


class Assurance(StrEnum):
    """Levels of assurance, as `paraph.domain.levels` has them."""

    ELECTRONIC_SIGNATURE = "ELECTRONIC_SIGNATURE"
    ELECTRONIC_SEAL = "ELECTRONIC_SEAL"
    ADVANCED_ELECTRONIC_SEAL = "ADVANCED_ELECTRONIC_SEAL"
    QUALIFIED_ELECTRONIC_SEAL = "QUALIFIED_ELECTRONIC_SEAL"
    ADVANCED_ELECTRONIC_SIGNATURE = "ADVANCED_ELECTRONIC_SIGNATURE"
    HIGH_TRUST_ADVANCED = "HIGH_TRUST_ADVANCED"
    QUALIFIED_ELECTRONIC_SIGNATURE = "QUALIFIED_ELECTRONIC_SIGNATURE"


InputFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, show_default=False)]
SigningId = Annotated[str, typer.Argument(show_default=False, help="The signing's id, sgn_….")]
Signatory = Annotated[str, typer.Argument(show_default=False, help="The signatory's id in the configuration.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
ApiUrl = Annotated[
    str | None, typer.Option("--api-url", envvar="PARAPH_API_URL", help="The API's address.", show_default=False)
]
Stack = Annotated[
    str, typer.Option("--stack", envvar="PARAPH_STACK", help="The stack's name: in the local stack, else in AWS.")
]
WaitSeconds = Annotated[float, typer.Option("--timeout", min=0, help="Seconds to wait for the signing's end.")]


@app.command()
def sign(
    file: InputFile,
    profile: Annotated[str, typer.Option("--profile", help="The signing profile.", show_default=False)],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A form field's value; may be repeated.", show_default=False),
    ] = None,
    field: Annotated[str | None, typer.Option("--field", help="The signature field's name.")] = None,
    create: Annotated[bool, typer.Option("--create", help="Make the field; otherwise it must exist.")] = False,
    box: Annotated[
        str | None,
        typer.Option(
            "--box",
            metavar="PAGE:LEFT,BOTTOM,RIGHT,TOP",
            help="Make the field visible there (points, origin at the lower left); implies --create.",
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            "--text", help="What a visible field shows; {signer}, {time}, {reason}, {location} are filled in."
        ),
    ] = None,
    level: Annotated[Level | None, typer.Option("--level", help="The conformance level.")] = None,
    assurance: Annotated[Assurance | None, typer.Option("--assurance", help="The level of assurance.")] = None,
    signatory: Annotated[str | None, typer.Option("--signatory", help="The signatory's id.")] = None,
    server: Annotated[str | None, typer.Option("--server", help="The signing server's name.")] = None,
    capacity: Annotated[str | None, typer.Option("--capacity", help="The signing capacity's name.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why the document is signed.")] = None,
    location: Annotated[str | None, typer.Option("--location", help="Where it is signed.")] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="How the signatory can be reached.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="The signed file.", show_default="FILE-signed.pdf")
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", dir_okay=False, help="Also save the verification report here.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for the end and fetch the result.")] = True,
    timeout: WaitSeconds = DEFAULT_WAIT_SECONDS,
    idempotency_key: Annotated[
        str | None,
        typer.Option("--idempotency-key", help="At most one signing starts under this key.", show_default="random"),
    ] = None,
    api_url: ApiUrl = None,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Sign a PDF file under a signing profile.

    Whatever is not asked for here is what the profile says. Uploads the file, starts the signing, follows it, and
    fetches the signed file.
    """
    asked = {
        "profile": profile,
        "form_values": dict(_pair(item, "--set") for item in set_ or ()),
        "field": _field(field, create, box, text),
        "conformance_level": level,
        "level_of_assurance": assurance,
        "signatory": signatory,
        "signing_server": server,
        "signing_capacity": capacity,
        "reason": reason,
        "location": location,
        "contact": contact,
    }

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.signing import Wish
        from cli.signing import sign as carry_out

        wish = Wish(
            file=file,
            order={name: value for name, value in asked.items() if value not in (None, {})},
            out=out or file.with_name(f"{file.stem}-signed.pdf"),
            report=report,
            overwrite=overwrite,
            wait_seconds=timeout if wait else None,
            idempotency_key=idempotency_key,
        )
        return carry_out(output, api, wish)

    _with_api(api_url, stack, as_json, command)


@app.command()
def status(
    signing_id: SigningId,
    follow: Annotated[bool, typer.Option("--follow", help="Wait for the end, printing events as they come.")] = False,
    timeout: WaitSeconds = DEFAULT_WAIT_SECONDS,
    api_url: ApiUrl = None,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show a signing: where it stands, what is wrong, who must act, and its timeline.

    Operators can look at every signing, also at those that an upload to the inbox started.
    """

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.show import status as carry_out

        return carry_out(output, api, signing_id, follow, timeout)

    _with_api(api_url, stack, as_json, command)


@app.command("list")
def list_(
    only: Annotated[Status | None, typer.Option("--status", help="Only signings with this status.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Signings to show.")] = 20,
    cursor: Annotated[str | None, typer.Option("--cursor", help="Where the page before ended.")] = None,
    api_url: ApiUrl = None,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """List signings, newest first: an owner's own, or everybody's for an operator."""

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.show import list_signings

        asked = {"status": only, "limit": str(limit), "cursor": cursor}
        return list_signings(output, api, {name: value for name, value in asked.items() if value})

    _with_api(api_url, stack, as_json, command)


@app.command()
def cancel(
    signing_id: SigningId, api_url: ApiUrl = None, stack: Stack = DEFAULT_STACK, as_json: AsJson = False
) -> None:
    """End a signing before its signature is asked for."""

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.show import cancel as carry_out

        return carry_out(output, api, signing_id)

    _with_api(api_url, stack, as_json, command)


@app.command()
def verify(
    file: InputFile,
    trust: Annotated[
        list[Path],
        typer.Option(
            "--trust",
            exists=True,
            dir_okay=False,
            help="A root certificate to trust (PEM or DER); may be repeated.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Verify every signature of a PDF file, offline.

    Needs no account and no network: what the file does not hold (fresh revocation information, say) is not looked up.
    """

    def command(output: "Output") -> exits.Exit:
        from cli.verification import verify as carry_out

        return carry_out(output, file, trust)

    _run(as_json, command)


@app.command()
def configure(
    file: InputFile,
    csr_folder: Annotated[
        Path | None,
        typer.Option("--csr-folder", file_okay=False, help="Where CSRs are written.", show_default="csr beside FILE"),
    ] = None,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Bring a stack to what a YAML file says: owners, signatories, signing servers, profiles.

    For operators, with their own AWS credentials. Makes missing keys, writes a certificate request (CSR) for every key,
    and tells which certificates are missing or expired.
    """

    def command(output: "Output") -> exits.Exit:
        from cli.configuration import configure as carry_out

        return carry_out(output, file, stack, csr_folder or file.parent / "csr")

    _run(as_json, command)


@app.command()
def console(
    port: Annotated[int, typer.Option("--port", help="Port on this machine; 0: a free one.", min=0, max=65535)] = 0,
    api_url: ApiUrl = None,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Serve the operator's console on this machine, for any stack, until Ctrl-C (checkout only).

    It calls the API with your own AWS credentials. Its address holds a token and is for you alone.
    """

    def command(output: "Output") -> exits.Exit:
        from cli.console.program import console as carry_out

        return carry_out(output, api_url, stack, port)

    _run(as_json, command)


@devices.command("list")
def list_devices(
    signatory: Signatory, api_url: ApiUrl = None, stack: Stack = DEFAULT_STACK, as_json: AsJson = False
) -> None:
    """List a signatory's devices, revoked ones too."""

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.devices import list_devices as carry_out

        return carry_out(output, api, signatory)

    _with_api(api_url, stack, as_json, command)


@devices.command()
def invite(signatory: Signatory, api_url: ApiUrl = None, stack: Stack = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Send a signatory a link that registers one device.

    The link goes to the signatory alone, and takes the place of one that was sent before.
    """

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.devices import invite as carry_out

        return carry_out(output, api, signatory)

    _with_api(api_url, stack, as_json, command)


@devices.command(context_settings={"ignore_unknown_options": True})  # a device's id may begin with a hyphen
def revoke(
    signatory: Signatory,
    device_id: Annotated[str, typer.Argument(show_default=False, help="The device's id, as the list shows it.")],
    api_url: ApiUrl = None,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Revoke a device: from now on it approves nothing, and that cannot be undone."""

    def command(output: "Output", api: "Api") -> exits.Exit:
        from cli.devices import revoke as carry_out

        return carry_out(output, api, signatory, device_id)

    _with_api(api_url, stack, as_json, command)


@local.command()
def up(
    port: Annotated[int, typer.Option("--port", help="Port of the AWS endpoint; 0: a free one.")] = 0,
    time_scale: Annotated[float, typer.Option("--time-scale", help="Length of waits and retry pauses.")] = 1.0,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", metavar="NAME=VALUE", help="A template parameter; may be repeated."),
    ] = None,
    configuration: Annotated[
        Path | None,
        typer.Option(
            "--configuration",
            dir_okay=False,
            exists=True,
            help="What it is configured with.",
            show_default="examples/paraph.yaml",
        ),
    ] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Do not configure it.")] = False,
    stack: Stack = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Start the embedded stack, or bring a running one to the present sources, and configure it.

    Its test PKI issues the certificates that the configuration does not name.
    """
    parameters = dict(_pair(item, "--parameter") for item in parameter or ())

    def command(output: "Output") -> exits.Exit:
        from cli import embedded

        return embedded.up(output, stack, parameters, port, time_scale, configuration, bare)

    _run(as_json, command)


@local.command()
def down(as_json: AsJson = False) -> None:
    """Stop the embedded stack; what it held is gone."""
    _run(as_json, functools.partial(_embedded, "down"))


@local.command()
def reset(as_json: AsJson = False) -> None:
    """Empty the embedded stack: deployments, objects, keys."""
    _run(as_json, functools.partial(_embedded, "reset"))


@local.command("status")
def local_status(as_json: AsJson = False) -> None:
    """Show where the embedded stack is and what is deployed in it."""
    _run(as_json, functools.partial(_embedded, "status"))


def _embedded(name: str, output: "Output") -> exits.Exit:
    from cli import embedded

    code: exits.Exit = getattr(embedded, name)(output)
    return code


def _with_api(api_url: str | None, stack: str, as_json: bool, command: "Callable[[Output, Api], exits.Exit]") -> None:
    def connected(output: "Output") -> exits.Exit:
        from cli.connection import connect

        place = connect(api_url, stack)
        from cli.api import Api

        return command(output, Api(place))

    _run(as_json, connected)


def _run(as_json: bool, command: "Callable[[Output], exits.Exit]") -> None:
    from cli.output import run

    raise typer.Exit(int(run(as_json, command)))


def _pair(item: str, option: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals or not name:
        raise typer.BadParameter("write NAME=VALUE", param_hint=option)
    return name, value


def _field(name: str | None, create: bool, box: str | None, text: str | None) -> dict[str, Any] | None:
    """The wished signature field, or none for the profile's."""
    if name is None:
        if create or box or text:
            raise typer.BadParameter("--create, --box and --text need --field", param_hint="--field")
        return None
    field: dict[str, Any] = {"name": name, "create": create or box is not None}
    if box:
        field["placement"] = _placement(box)
    if text:
        field["appearance"] = {"text": text}
    return field


def _placement(box: str) -> dict[str, Any]:
    page, _, edges = box.partition(":")
    try:
        left, bottom, right, top = (float(edge) for edge in edges.split(","))
        return {"page": int(page), "box": {"left": left, "bottom": bottom, "right": right, "top": top}}
    except ValueError:
        raise typer.BadParameter("write PAGE:LEFT,BOTTOM,RIGHT,TOP", param_hint="--box") from None
