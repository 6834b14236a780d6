"""`stance doctor`: does this installation work, and if not, what to do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from stance.doctor import Check

_MARKS = {"ok": ("✓", "green"), "note": ("•", "yellow"), "problem": ("✗", "bold red")}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout")] = False,
) -> None:
    """Check the installation, extras, encoder, device, models and terminal; say what to do.

    Exit status 1 when something will not work. Nothing is fetched or changed.
    """
    from stance.cli.common import console, write_json
    from stance.cli.progress import busy
    from stance.doctor import examine

    found = []
    with busy("looking at packages, encoder, device and models"):
        for check in examine():
            found.append(check)
    problems = sum(check.status == "problem" for check in found)
    if as_json:
        write_json({"ok": not problems, "checks": [c.to_dict() for c in found]}, Path("-"))
    else:
        for check in found:
            _print(check)
        ending = (
            f"{problems} of {len(found)} checks found a problem; do what stands under →, then run "
            "stance doctor again"
            if problems
            else "all is well; next: stance score ARTICLES --out scores.csv"
        )
        console().print(f"\n{ending}", markup=False)
    if problems:
        raise typer.Exit(1)


def _print(check: "Check") -> None:
    from rich.padding import Padding
    from rich.text import Text

    from stance.cli.common import console

    mark, style = _MARKS[check.status]
    out = console()
    line = Text(f"{mark} ", style=style)
    line.append(check.name, style="bold").append(f"  {check.found}", style="not bold default")
    out.print(line, soft_wrap=not out.is_terminal)
    if check.advice:
        advice = Text(f"→ {check.advice}")
        out.print(Padding(advice, (0, 0, 0, 4)) if out.is_terminal else advice, soft_wrap=True)
