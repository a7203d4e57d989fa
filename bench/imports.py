"""How long each function takes to be ready, in fresh processes: importing its handler and making its parts.

The floor is the bare interpreter. Handlers import their parts when they are first called, so a second step makes them
as the first call would.
"""

import os
import re
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from bench.measured import Measured

ROOT = Path(__file__).parent.parent
RUNS = 9
BARE = "import sys"
HANDLER = BARE + "; import runpy; runpy.run_path({app!r})"
PARTS = HANDLER + "; from paraph import bootstrap; [getattr(bootstrap, name)() for name in {factories!r}]"
ENGINE = BARE + "; from paraph.pdf import engine, extend, fill, inspection, prepare, verify"
CLIENT = BARE + "; from paraph.aws.clients import client; client('dynamodb').meta"
COUNT = "; print(len(sys.modules))"


def measure() -> Measured:
    """Median milliseconds and modules of every function, and the ratio to the bare interpreter."""
    scripts = {
        "bare interpreter": (BARE, BARE),
        "the PDF engine alone": (ENGINE, ENGINE),
        "one client of AWS": (CLIENT, CLIENT),
    }
    for app in sorted((ROOT / "functions").glob("*/app.py")):
        factories = re.findall(r"bootstrap\.(\w+)\(\)", app.read_text())
        named = {"app": str(app), "factories": factories}
        scripts[app.parent.name] = (HANDLER.format(**named), PARTS.format(**named))
    handlers = medians({name: handler for name, (handler, _) in scripts.items()})
    parts = medians({name: ready for name, (_, ready) in scripts.items()})
    floor = parts["bare interpreter"]
    rows = [
        (
            name,
            handlers[name] * 1000,
            parts[name] * 1000,
            int(_run(ready + COUNT)),
            parts[name] / floor,
        )
        for name, (_, ready) in scripts.items()
    ]
    return Measured(
        title="From nothing to ready",
        columns=("what", "imported, ms", "parts made, ms", "modules", "ratio to bare"),
        rows=rows,
        notes=(
            f"Medians of {RUNS} fresh processes each, taken in turns; compiled code is in the cache.",
            "PDF engine and clients are loaded when they are first used; their rows are the most that this adds.",
        ),
    )


def medians(scripts: dict[str, str]) -> dict[str, float]:
    """Median seconds of each script, all of them in turns so that a busy moment hits everybody."""
    for script in scripts.values():
        _run(script)
    taken = [{name: _seconds(script) for name, script in scripts.items()} for _ in range(RUNS)]
    return {name: statistics.median(run[name] for run in taken) for name in scripts}


def _seconds(script: str) -> float:
    started = time.perf_counter()
    _run(script)
    return time.perf_counter() - started


def _run(script: str) -> str:
    """In an interpreter that knows the package and its dependencies, and no site-packages hooks."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(ROOT / "layers" / "paraph"), sysconfig.get_path("purelib")]),
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "eu-central-1",
        **{f"PARAPH_{name}": "1" for name in _required()},
    }
    command = [sys.executable, "-S", "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def _required() -> list[str]:
    from paraph.config import Settings

    return [name.upper() for name, field in Settings.model_fields.items() if field.is_required()]
