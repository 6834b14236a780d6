"""What commands share: the two streams, tables that fit the window, JSON for machines."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cli.manners import MANNERS

if TYPE_CHECKING:
    from rich.console import Console


def say(line: str) -> None:
    """Print a line for people: to stderr, since stdout is for data.

    With --quiet only warnings and failures are printed: the lines that begin with `stance:`.
    """
    if not MANNERS.quiet or line.startswith("stance:"):
        print(line, file=sys.stderr, flush=True)


def console(*, stderr: bool = False) -> "Console":
    """Return a rich console that honours NO_COLOR and never wraps at 80 in a pipe."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 120)


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    stderr: bool = False,
    left: int = 1,
) -> None:
    """Print a table; the first `left` columns are text, the others numbers.

    On stderr it is a summary for people, which --quiet leaves out.
    """
    if stderr and MANNERS.quiet:
        return
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(box=box.SIMPLE)
    for n, name in enumerate(columns):
        # Numbers are never cut; text gives way when the window is narrow.
        drawn.add_column(escape(name), justify="left" if n < left else "right",
                         no_wrap=n >= left, overflow="fold")  # fmt: skip
    for row in rows:
        drawn.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    out = console(stderr=stderr)
    # As a line of its own: a title inside the table would be wrapped to the table's width.
    out.print(f"[bold]{escape(title)}[/bold]", soft_wrap=True)
    out.print(drawn)


def write_json(value: Mapping[str, Any], target: Path) -> None:
    """Write a JSON document to a file, or to stdout for `-`."""
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    if str(target) == "-":
        sys.stdout.write(text)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def percent(value: float | None, digits: int = 1) -> str:
    """Return a share of one as points of a hundred: 0.7134 -> '71.3'."""
    return "-" if value is None else f"{100 * value:.{digits}f}"
