"""`make bench`: run benchmarks, print their tables, and keep them in `out/bench/`.

Every module of this folder with a function `measure() -> Measured` is a benchmark.
"""

import argparse
import importlib
import importlib.util
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measured import Measured

BENCHMARKS = ("imports", "engine", "executions", "hooks")
FOLDER = Path("out/bench")


def available() -> list[str]:
    """The benchmarks that are there, fastest first."""
    return [name for name in BENCHMARKS if importlib.util.find_spec(f"bench.{name}")]


def show(measured: Measured, console: Console) -> None:
    """A table and its notes."""
    table = Table(title=measured.title)
    for number, column in enumerate(measured.columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0)
    for row in measured.rows:
        table.add_row(*(_shown(cell) for cell in row))
    console.print(table)
    for note in measured.notes:
        console.print(f"  {note}", highlight=False)
    console.print(f"  {measured.machine}", highlight=False, style="dim")


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)


def main() -> None:
    """Run what is asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(available())}; none: all of them")
    names = parser.parse_args().names or available()
    if unknown := set(names) - set(available()):
        parser.error(f"no benchmark named {', '.join(sorted(unknown))}: there are {', '.join(available())}")
    console = Console(width=None if sys.stdout.isatty() else 140)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        measured: Measured = importlib.import_module(f"bench.{name}").measure()
        (FOLDER / f"{name}.json").write_text(json.dumps(measured.document(), indent=2) + "\n")
        show(measured, console)


if __name__ == "__main__":
    main()
