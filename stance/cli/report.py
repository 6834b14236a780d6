"""`stance report`: scored rows as a picture."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    scores: Annotated[list[Path], typer.Argument(metavar="SCORES...", help="Files or folders")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A .png, .svg or .pdf file to write")],
    task: Annotated[str, typer.Option(help="Which labels to draw")] = "stance",
    most: Annotated[int, typer.Option(help="At most this many speakers")] = 20,
    title: Annotated[str | None, typer.Option(help="Title of the picture")] = None,
) -> None:
    """Draw who said what: a bar for each speaker, by label; pieces of one quote count once."""
    from stance.cli.common import say
    from stance.data import read_rows
    from stance.errors import DataError, UsageError
    from stance.reports.pictures import FORMATS, speaker_bars
    from stance.scoring.summary import speaker_counts

    if out.suffix not in FORMATS:
        raise UsageError(f"--out {out} ends in '{out.suffix}'; expected {', '.join(FORMATS)}")
    files = [file for path in scores for file in _files(path)]
    rows = [row for file in files for _, row in read_rows(file)]
    if not rows or task not in rows[0]:
        have = ", ".join(rows[0]) if rows else "no rows"
        raise DataError(f"{scores[0]} has no column '{task}' ({have}); give rows of stance score")
    counts, labels = speaker_counts(rows, task)
    articles = len({row["article"] for row in rows})
    quotes = sum(sum(by.values()) for by in counts.values())
    speaker_bars(
        counts, labels, out, title=title or f"Speakers by {task}", most=most,
        subtitle=f"{quotes} quotes with a named speaker in {articles} articles; "
        f"model {rows[0].get('model')}",
    )  # fmt: skip
    say(f"{len(counts)} speakers -> {out}")


def _files(path: Path) -> list[Path]:
    """Return the parts of a folder that `stance score` wrote, or the file itself."""
    parts = path / "parts"
    return sorted(parts.iterdir()) if parts.is_dir() else [path]
