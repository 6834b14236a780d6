"""`stance report`: scored rows as a page to read and pass around, as Markdown, or as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.completion import choices
from stance.cli.options import Aliases, Column, Corrections, Scores

#: What each format is called on the command line; the pictures come first.
FORMATS = ("png", "svg", "pdf", "html", "md")
DRAWINGS = ("counts", "index", "timeline")
_MOST_LISTED = 3


def report(
    scores: Scores,
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="A .html, .md, .png, .svg or .pdf file to write, or - for stdout"
        ),
    ],
    articles: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INPUT", help="The articles that were scored: quotes are shown in them"
        ),
    ] = None,
    column: Column = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="html, md, png, svg or pdf [default: as --out ends]",
            autocompletion=choices("html", "md", "png", "svg", "pdf"),
        ),
    ] = None,
    task: Annotated[str, typer.Option(help="Which labels to show")] = "stance",
    title: Annotated[str | None, typer.Option(help="Title of the report")] = None,
    period: Annotated[
        str,
        typer.Option(
            help="Steps of the timeline: day, week, month, year or auto",
            autocompletion=choices("day", "week", "month", "year", "auto"),
        ),
    ] = "auto",
    min_n: Annotated[
        int, typer.Option("--min-n", help="Below this many quotes a speaker is not ranked")
    ] = 10,
    confusion: Annotated[
        Path | None,
        typer.Option(help="Correct the index by this evaluation (stance evaluate --json)"),
    ] = None,
    correct: Annotated[
        str,
        typer.Option(
            help="How to correct: none, adjusted, em or auto",
            autocompletion=choices("none", "adjusted", "em", "auto"),
        ),
    ] = "auto",
    draw: Annotated[
        str,
        typer.Option(
            help="What a picture shows: counts, index or timeline",
            autocompletion=choices("counts", "index", "timeline"),
        ),
    ] = "counts",
    most: Annotated[
        int, typer.Option(help="At most this many speakers in a picture or in Markdown")
    ] = 20,
    corrections: Corrections = None,
    aliases: Aliases = None,
) -> None:
    """Show who said what: one HTML page with every quote in place, Markdown, or a picture.

    The page needs no network: who escalates and who calms, the index over time, and the articles
    with their quotes by label. Pieces of one quote count once.
    """
    from stance.aggregate import read_confusion
    from stance.cli.common import say
    from stance.cli.progress import busy
    from stance.cli.scores import corrected_rows, placed_lines
    from stance.cli.speakers import with_aliases
    from stance.cli.summarize import notes, warnings
    from stance.errors import UsageError
    from stance.reports.build import build

    kind = _format(out, format_)
    if draw not in DRAWINGS:
        raise UsageError(f"--draw {draw} came; expected {', '.join(DRAWINGS)}")
    if articles and kind != "html":
        raise UsageError(f"--articles with a report as {kind}: articles are shown in html alone")
    found, placed = corrected_rows(scores, corrections)
    rows = list(with_aliases(found, aliases))
    for line in placed_lines(placed) if placed else ():
        say(line)
    if kind not in ("html", "md") and draw == "counts":
        _counts(rows, out, task=task, title=title, most=most, name=str(scores[0]))
        return
    matrix = read_confusion(confusion, task) if confusion else None
    with busy("working out figures and intervals"):
        content = build(
            rows, task=task, title=title or "", unit=period, min_n=min_n, confusion=matrix,
            correct=correct, texts=_texts(rows, articles, column) if articles else None,
            remarks=lambda summary: [*notes(summary), *warnings(summary, matrix)],
        )  # fmt: skip
    if kind == "html":
        from stance.reports.html import html_report

        _write(out, html_report(content))
    elif kind == "md":
        from stance.reports.markdown import markdown_report

        _write(out, markdown_report(content, most=most))
    else:
        from stance.reports.charts import index_bars, timeline

        index_bars(content, out, most=most) if draw == "index" else timeline(content, out)
    lost = sum(len(page.lost) for page in content.articles)
    if lost:
        say(f"stance: warning: {lost} quotes stand elsewhere than their rows say; shown apart")
    say(f"{len(content.speakers)} speakers, {len(content.articles)} articles -> {out}")


def _format(out: Path, given: str | None) -> str:
    from stance.errors import UsageError

    suffix = out.suffix.removeprefix(".")
    kind = given or suffix
    if kind not in FORMATS:
        came = f"--format {given}" if given else f"--out {out} ends in '{out.suffix}'"
        raise UsageError(f"{came}; expected {', '.join(f'.{name}' for name in FORMATS)}")
    if str(out) == "-" and kind not in ("html", "md"):
        raise UsageError(f"--out - with --format {kind}: a picture goes to a file; name one")
    if str(out) != "-" and suffix != kind:
        raise UsageError(f"--out {out} with --format {kind}: the name should end in '.{kind}'")
    return kind


def _texts(
    rows: Sequence[dict[str, Any]], inputs: list[str], columns: list[str] | None
) -> dict[str, str]:
    """Return the texts of the scored articles by id, and say which of them INPUT does not hold."""
    from stance.articles import read_articles
    from stance.cli.common import say
    from stance.cli.inputs import read_options
    from stance.records import Article
    from stance.scoring.admission import Admission

    wanted = {str(row.get("article")) for row in rows}
    options = read_options(columns or [], max_chars=10_000_000, kind=None)
    # Repeated ids are numbered as they were when scoring.
    unique = Admission(english_only=False)
    texts = {}
    for item in read_articles(inputs, options=options):
        if isinstance(item, Article):
            admitted = unique.admit(item).item
            if isinstance(admitted, Article) and admitted.id in wanted:
                texts[admitted.id] = admitted.text
    missing = sorted(wanted - set(texts))
    if missing:
        some = ", ".join(missing[:_MOST_LISTED]) + (", ..." if missing[_MOST_LISTED:] else "")
        say(
            f"stance: warning: {len(missing)} of {len(wanted)} scored articles are not in "
            f"{' '.join(inputs)} ({some}); their quotes are shown in context"
        )
    return texts


def _counts(
    rows: Sequence[dict[str, Any]], out: Path, *, task: str, title: str | None, most: int, name: str
) -> None:
    from stance.aggregate.corrections import MARK
    from stance.cli.common import say
    from stance.errors import DataError
    from stance.reports.pictures import speaker_bars
    from stance.scoring.summary import speaker_counts

    if not rows or task not in rows[0]:
        have = ", ".join(rows[0]) if rows else "no rows"
        raise DataError(f"{name} has no column '{task}' ({have}); give rows of stance score")
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


def _write(out: Path, text: str) -> None:
    from stance.scoring.writers import replacing, stdout

    data = text.encode("utf-8")
    if str(out) == "-":
        stdout().write(data)
        stdout().flush()
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as file:
        file.write(data)
