"""``python -m local``: the embedded stack from the command line."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from local.deploy import DeploymentError
from local.packaging import PackagingError
from local.processes import StartError
from local.stack import ROOT, Stack, StackError


def main() -> None:
    """Carry out one command."""
    arguments = _arguments()
    stack = Stack()
    try:
        if arguments.command == "up":
            _up(stack, arguments)
        elif arguments.command == "reset":
            stack.reset()
        elif arguments.command == "down":
            stack.stop()
        if arguments.command in {"up", "status"}:
            print(json.dumps(asdict(stack.state), indent=2))
    except (StackError, StartError, PackagingError, DeploymentError) as error:
        sys.exit(f"paraph: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the embedded stack, or bring a running one to the present sources")
    up.add_argument("--port", type=int, default=0, help="port of the AWS endpoint (default: a free one)")
    up.add_argument("--time-scale", type=float, default=1.0, help="length of Wait and Retry pauses (default: 1)")
    up.add_argument("--stack-name", default="paraph")
    up.add_argument("--template", type=Path, default=ROOT / "template.yaml")
    up.add_argument(
        "--parameter", type=_pair, action="append", default=[], metavar="NAME=VALUE", help="a template parameter"
    )
    commands.add_parser("status", help="print the state of the running stack")
    commands.add_parser("reset", help="empty the account: stacks, objects, keys")
    commands.add_parser("down", help="stop all programs")
    return parser.parse_args()


def _up(stack: Stack, arguments: argparse.Namespace) -> None:
    was_running = stack.running
    stack.start(arguments.port, arguments.time_scale)
    try:
        stack.deploy(arguments.stack_name, dict(arguments.parameter), arguments.template)
    except KeyboardInterrupt:
        if not was_running:
            stack.stop()
        raise


def _pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError("give it as NAME=VALUE")
    return name, value


if __name__ == "__main__":
    main()
