"""What commands print: results on stdout, progress and failures on stderr; with --json one document on stdout."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.exits import Exit
from cli.failures import Failure

PIPE_WIDTH = 160

Shown = Table | Text | str


def plain(value: object) -> str:
    """Text from elsewhere, fit for a terminal: without control characters."""
    return "".join(c if c.isprintable() else "·" for c in str(value))


def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


class Output:
    """Where one command prints."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._out = _console(stderr=False)
        self._err = _console(stderr=True)

    def result(self, document: Any, *shown: Shown) -> None:
        """The command's result: the document for machines, or what is shown to people."""
        if self.as_json:
            print(json.dumps(document, indent=2))
            return
        for item in shown:
            if isinstance(item, str):
                self._out.print(plain(item), soft_wrap=True)
            else:
                self._out.print(item)

    def note(self, text: str) -> None:
        """A line of progress, for people only."""
        if not self.as_json:
            self._err.print(plain(text), soft_wrap=True)

    @contextmanager
    def waiting(self, text: str) -> Iterator[Callable[[str], None]]:
        """Show that work goes on: a spinner on a terminal, nothing elsewhere. Gives a way to change its text."""
        if self.as_json or not self._err.is_terminal:
            yield lambda _: None
            return
        with self._err.status(plain(text)) as status:
            yield lambda changed: status.update(plain(changed))

    def failure(self, failure: Failure) -> None:
        """Why the command ends badly."""
        if self.as_json:
            print(json.dumps({"problem": failure.document()}, indent=2))
        else:
            self._err.print(failure_lines(failure), soft_wrap=True)


def failure_lines(failure: Failure) -> Text:
    """What is wrong, where, who must act, what to do next."""
    name = f" ({plain(failure.error)})" if failure.error else ""
    details = ", ".join(f"{k} {v}" for k, v in failure.details.items())
    where = "; ".join(part for part in (failure.where, details) if part)
    lines = Text(f"Problem    {plain(failure.what)}{name}", style="bold red")
    for label, said in (("Where", where), ("Who acts", failure.who), ("Next", failure.advice)):
        if said:
            lines.append(f"\n{label:<11}{plain(said)}", style="not bold default")
    return lines


def pairs(rows: Sequence[tuple[str, object]]) -> Table:
    """Names and values, without the rows that have none."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        if value not in (None, ""):
            grid.add_row(name, plain(value))
    return grid


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table; absent values are dashes."""
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header in headers:
        shown.add_column(header, overflow="fold")
    for row in rows:
        shown.add_row(*("–" if value in (None, "") else plain(value) for value in row))
    return shown


def run(as_json: bool, command: Callable[[Output], Exit]) -> Exit:
    """Carry out a command; a failure is told and becomes the exit code."""
    output = Output(as_json)
    try:
        return command(output)
    except Failure as failure:
        output.failure(failure)
        return failure.exit_code
