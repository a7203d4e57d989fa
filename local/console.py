"""The console of the embedded stack as one of its programs: ``python -m local.console --folder FOLDER --stack NAME``.

Address and token come from the stack's state file, which is its owner's only, never from the command line.
"""

import argparse
import json
import signal
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cli.connection import connect, local_stack
from cli.console.program import opened, serve
from cli.console.routes import Connected
from cli.exits import Exit
from cli.failures import Failure


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m local.console", description=__doc__)
    parser.add_argument("--folder", required=True, type=Path, help="the embedded stack's folder")
    parser.add_argument("--stack", default="paraph", help="the deployment's name")
    arguments = parser.parse_args()
    file: Path = arguments.folder / "stack.json"
    name: str = arguments.stack
    address = urlsplit(json.loads(file.read_text())["console"])

    def connected() -> Connected:
        local = local_stack(file)
        if local is None or name not in local.stacks:
            advice = "Run `paraph local up`."
            raise Failure(f"the embedded stack has no {name}", Exit.UNAVAILABLE, "paraph local", advice)
        return Connected(connect(None, name, local), name, local)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    token = parse_qs(address.fragment)["token"][0]
    serve(opened(address.port or 0, token, connected, lambda line: print(line, file=sys.stderr, flush=True)))


if __name__ == "__main__":
    main()
