"""`stance report`: scored rows as a picture."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.options import Aliases, Corrections, Scores


def report(
    scores: Scores,
    out: Annotated[Path, typer.Option("--out", "-o", help="A .png, .svg or .pdf file to write")],
    task: Annotated[str, typer.Option(help="Which labels to draw")] = "stance",
    most: Annotated[int, typer.Option(help="At most this many speakers")] = 20,
    title: Annotated[str | None, typer.Option(help="Title of the picture")] = None,
    corrections: Corrections = None,
    aliases: Aliases = None,
) -> None:
    """Draw who said what: a bar for each speaker, by label; pieces of one quote count once."""
    from stance.aggregate.corrections import MARK
    from stance.cli.common import say
    from stance.cli.scores import corrected_rows, placed_lines
    from stance.cli.speakers import with_aliases
    from stance.errors import DataError, UsageError
    from stance.reports.pictures import FORMATS, speaker_bars
    from stance.scoring.summary import speaker_counts

    if out.suffix not in FORMATS:
        raise UsageError(f"--out {out} ends in '{out.suffix}'; expected {', '.join(FORMATS)}")
    found, placed = corrected_rows(scores, corrections)
    rows = list(with_aliases(found, aliases))
    for line in placed_lines(placed) if placed else ():
        say(line)
    if not rows or task not in rows[0]:
        have = ", ".join(rows[0]) if rows else "no rows"
        raise DataError(f"{scores[0]} has no column '{task}' ({have}); give rows of stance score")
    counts, labels = speaker_counts(rows, task)
    articles = len({row["article"] for row in rows})
    by_hand = len({(r["article"], r.get("group") or r["quote"]) for r in rows if r.get(MARK)})
    quotes = sum(sum(by.values()) for by in counts.values())
    speaker_bars(
        counts, labels, out, title=title or f"Speakers by {task}", most=most,
        subtitle=f"{quotes} quotes with a named speaker in {articles} articles; "
        f"model {rows[0].get('model')}" + (f"; {by_hand} corrected by hand" if by_hand else ""),
    )  # fmt: skip
    say(f"{len(counts)} speakers -> {out}")
