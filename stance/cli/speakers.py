"""`stance speakers`: which names of a finished run are one speaker, as a table to review."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.options import Aliases, Scores

_SHOWN = 15


def speakers(
    scores: Scores,
    out: Annotated[Path, typer.Option("--out", "-o", help="A .csv file to write, or - for stdout")],
    everyone: Annotated[
        bool, typer.Option("--all", help="List the names that stay alone, too")
    ] = False,
    aliases: Aliases = None,
) -> None:
    """Propose which names of a run are one speaker, as a table that --aliases reads.

    Review it: delete or change lines. Two people who share a surname in one article are kept
    apart, and so are names whose countries or roles contradict; unnamed speakers are left out.
    """
    import csv
    import io

    from stance.cli.common import say
    from stance.cli.progress import busy
    from stance.cli.scores import score_rows
    from stance.errors import DataError, UsageError
    from stance.scoring.writers import replacing, stdout
    from stance.speakers import merge, observe, table_rows
    from stance.speakers.table import COLUMNS, REVIEW

    if str(out) != "-" and out.suffix != ".csv":
        raise UsageError(f"--out {out} ends in '{out.suffix}'; expected .csv, or - for stdout")
    run = observe(with_aliases(score_rows(scores), aliases))
    if not run.speakers:
        raise DataError(f"{scores[0]} names no speaker; give rows of stance score or stance quotes")
    with busy("comparing names"):
        merged = merge(run, alone=everyone)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, (*COLUMNS, *REVIEW))
    writer.writeheader()
    writer.writerows(table_rows(merged))
    data = text.getvalue().encode("utf-8")
    if str(out) == "-":
        stdout().write(data)
        stdout().flush()
    else:
        with replacing(out) as file:
            file.write(data)
    joined = sorted(
        (one for one in merged if one.alias != one.speaker), key=lambda one: (-one.count, one.alias)
    )
    for one in joined[:_SHOWN] if str(out) != "-" else ():
        say(f"{one.alias} -> {one.speaker} ({one.reason}; {one.count} quotes)")
    if len(joined) > _SHOWN and str(out) != "-":
        say(f"... and {len(joined) - _SHOWN} more")
    into = len({one.speaker for one in joined})
    say(f"{len(run.speakers)} names; {len(joined)} of them are other names of {into} speakers")


def with_aliases(rows: Iterator[dict[str, Any]], aliases: Path | None) -> Iterator[dict[str, Any]]:
    """Return `rows` with the speakers that the table names, or as they are without one."""
    if aliases is None:
        return rows
    from stance.speakers import read_aliases

    return map(read_aliases(aliases).apply, rows)


def merged_rows(
    read: Callable[[], Iterator[dict[str, Any]]],
) -> tuple[Iterator[dict[str, Any]], str]:
    """Return the rows that `read` gives with their speakers merged, and a line that says how.

    They are read twice, so that they need not fit into memory.
    """
    from stance.speakers import alias_table, merge, observe

    merged = merge(observe(read()))
    names = [one for one in merged if one.alias != one.speaker]
    line = (
        f"speakers merged: {len(names)} names into {len({one.speaker for one in names})}; "
        "stance speakers writes the table"
    )
    return map(alias_table(merged).apply, read()), line
