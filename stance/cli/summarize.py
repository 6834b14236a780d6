"""`stance summarize`: the index by speaker, month or any column, with honest intervals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.completion import choices
from stance.cli.options import Aliases, Corrections, Scores

if TYPE_CHECKING:
    from stance.aggregate import Cell, Confusion, Summary

FORMATS = (".csv", ".parquet", ".json")
_BEFORE = ("articles", "abstained", "by hand")  # columns between n and the counts
_BLUNT = 0.2  # below, errors grow more than fivefold when corrected


def summarize(
    scores: Scores,
    by: Annotated[
        str,
        typer.Option(
            help="Columns of the rows, or year, month, week of the date, separated by commas; "
            "empty: all together",
            autocompletion=choices("speaker", "month", "speaker,month", "source", "article"),
        ),
    ] = "speaker",
    task: Annotated[str, typer.Option(help="Which labels to summarize")] = "stance",
    min_n: Annotated[
        int, typer.Option("--min-n", help="Below this many quotes a row is marked, not ranked")
    ] = 10,
    confusion: Annotated[
        Path | None,
        typer.Option(help="Evaluation of the model by stance evaluate or crossval --json"),
    ] = None,
    correct: Annotated[
        str,
        typer.Option(
            help="How to correct for the model's errors: none, adjusted (by its confusion matrix), "
            "em (prior shift on its probabilities), or auto: adjusted where --confusion is given",
            autocompletion=choices("none", "adjusted", "em", "auto"),
        ),
    ] = "auto",
    corrections: Corrections = None,
    aliases: Aliases = None,
    merge_speakers: Annotated[
        bool,
        typer.Option(
            "--merge-speakers", help="Count names as one speaker that stance speakers would merge"
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write a .csv, .parquet or .json file, or JSON to -"),
    ] = None,
    level: Annotated[float, typer.Option(help="How sure the intervals are")] = 0.95,
    draws: Annotated[int, typer.Option(help="Draws behind each interval")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the draws")] = 0,
    most: Annotated[int, typer.Option(help="At most this many rows in the table")] = 30,
) -> None:
    """Summarize scored quotes: counts, shares and the index, each with an interval.

    A quotation in several pieces and an article's near-copies count once; off-topic quotes are
    left out. With --confusion the shares are corrected for the model's known errors.
    """
    from stance.aggregate import gather, read_confusion, summarise
    from stance.cli.common import say
    from stance.cli.progress import busy
    from stance.cli.scores import corrected_rows, placed_lines
    from stance.cli.speakers import merged_rows, with_aliases
    from stance.errors import UsageError

    if out is not None and str(out) != "-" and out.suffix not in FORMATS:
        raise UsageError(
            f"--out {out} ends in '{out.suffix}'; expected {', '.join(FORMATS)}, or - for stdout"
        )
    if not 0 < level < 1 or draws < 100 or min_n < 1:
        raise UsageError(
            f"--level {level}, --draws {draws}, --min-n {min_n} came; expected a level between 0 "
            "and 1, at least 100 draws, and 1 or more quotes"
        )
    matrix = read_confusion(confusion, task) if confusion else None
    names = [name.strip() for name in by.split(",") if name.strip()]
    if merge_speakers and not any(name.startswith("speaker") for name in names):
        raise UsageError(f"--merge-speakers with --by '{by}': merged speakers need --by speaker")
    rows, placed = corrected_rows(scores, corrections)
    rows = with_aliases(rows, aliases)
    if merge_speakers:
        rows, merged = merged_rows(
            lambda: with_aliases(corrected_rows(scores, corrections)[0], aliases)
        )
        say(merged)
    gathered = gather(rows, by=list(dict.fromkeys(names)), task=task)
    with busy("working out intervals"):
        found = summarise(
            gathered, method=correct, confusion=matrix, min_n=min_n, n_boot=draws, seed=seed,
            coverage=level,
        )  # fmt: skip
    for line in placed_lines(placed) if placed else ():
        say(line)
    for line in warnings(found, matrix):
        say(f"stance: warning: {line}")
    for line in notes(found):
        say(line)
    if out is not None:
        _write(found, out, {"corrections": placed.to_dict()} if placed else {})
    if str(out) != "-":
        _print(found, most=most)


def warnings(found: "Summary", matrix: "Confusion | None") -> list[str]:
    """Return what makes these figures less sure than their intervals say."""
    lines = []
    if len(found.models) > 1:
        lines.append(f"the rows are of several models ({', '.join(found.models)})")
    if matrix is None or found.method == "none":
        return lines
    if found.corrected:
        lines.append(
            "the other quotes are corrected as if those set by hand had been picked at random; if "
            "they were picked because they looked wrong, use --correct none"
        )
    if matrix.trained_on:
        lines.append(
            f"the model was trained on {matrix.trained_on} of the evaluated statements, so it is "
            "corrected too little; evaluate on other data, or use stance crossval --json"
        )
    if matrix.sharpness < _BLUNT and found.method == "adjusted":
        lines.append(
            "in that evaluation the model hardly tells some labels apart (sharpness "
            f"{matrix.sharpness:.2f} of 1), so corrected shares may lie anywhere in their intervals"
        )
    counts = zip(matrix.labels, matrix.counts.sum(1), strict=True)
    few = [f"{label} {n:.0f}" for label, n in counts if n < 30]
    if few:
        lines.append(
            f"the evaluation holds few statements of some labels ({', '.join(few)}), so the "
            "intervals are wide and rough"
        )
    return lines


def notes(found: "Summary") -> list[str]:
    """Return what was counted, what was left out, and how shares and index were made."""
    counted = f"{found.groups} quotes of {found.rows} rows count"
    left = [
        (found.repeated, "rows of quotes that came before left out"),
        (found.copied, "in copies of counted articles left out"),
        (found.off_topic, "off-topic left out"),
        (found.abstained, "without a label (abstained)"),
        (found.corrected, "with a label set by hand"),
    ]
    how = {
        "none": "the index is of plain counts: its interval carries sampling and the doubt in "
        "the probabilities; --confusion corrects for the model's known errors",
        "adjusted": "corrected: adjusted classify-and-count by the confusion matrix; the "
        "interval carries sampling and the doubt in that matrix",
        "em": "corrected: EM prior shift (Saerens et al. 2002) on the probabilities; the interval "
        "carries sampling and the doubt in the evaluation's shares",
    }
    return ["; ".join([counted, *(f"{n} {what}" for n, what in left if n)]), how[found.method]]


def _print(found: "Summary", *, most: int) -> None:
    from stance.cli.common import console, table

    shown = found.cells[:most]
    more = f" ({len(shown)} of {len(found.cells)})" if len(shown) < len(found.cells) else ""
    over = ", ".join(found.by) or "all"
    # Columns that say nothing here give way to names, which would be squeezed.
    optional = {
        "articles": any(cell.n_articles > 1 for cell in shown),
        "abstained": any(cell.abstained for cell in shown),
        "by hand": any(cell.corrected for cell in shown),
        "counted": found.method != "none" and any(cell.index for cell in shown),
        "index": any(cell.index for cell in shown),
    }
    columns = [*found.by, "rank", "n", *(x for x in _BEFORE if optional[x]),
               "counts", *(x for x in ("counted", "index") if optional[x])]  # fmt: skip
    rows = [_row(cell, found.labels, optional) for cell in shown]
    table(f"{found.task} by {over}{more}; counts: {', '.join(found.labels)}", columns, rows,
          left=len(found.by))  # fmt: skip
    if optional["index"]:
        console().print(f"  index with its {100 * found.coverage:g} % interval", markup=False)
    if any(cell.below_min_n for cell in shown):
        console().print(f"  few: less than {found.min_n} quotes, not ranked", markup=False)


def _row(cell: "Cell", labels: Sequence[str], optional: Mapping[str, bool]) -> list[Any]:
    rank = "few" if cell.below_min_n else ("-" if cell.rank is None else cell.rank)
    values = ["(none)" if value is None else value for value in cell.key]
    e = cell.index
    index = "-" if e is None else f"{e.value:+.2f} ({e.low:+.2f} to {e.high:+.2f})"
    more = {
        "articles": cell.n_articles, "abstained": cell.abstained, "by hand": cell.corrected,
        "counted": "-" if cell.counted is None else f"{cell.counted:+.2f}", "index": index,
    }  # fmt: skip
    before = [more[name] for name in _BEFORE if optional[name]]
    after = [more[name] for name in ("counted", "index") if optional[name]]
    return [*values, rank, cell.n, *before, "/".join(str(cell.counts[x]) for x in labels), *after]


def _write(found: "Summary", out: Path, more: Mapping[str, Any]) -> None:
    from stance.cli.common import write_json

    if out.suffix == ".json" or str(out) == "-":
        write_json({**found.to_dict(), **more}, out)
        return
    from stance.scoring.writers import replacing

    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as file:
        if out.suffix == ".parquet":
            import pyarrow.parquet as pq

            pq.write_table(_arrow(found), file)
        else:
            import csv
            import io

            text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
            writer = csv.DictWriter(text, found.columns())
            writer.writeheader()
            writer.writerows(found.records())
            text.detach()


def _arrow(found: "Summary") -> Any:
    """Return the records as an Arrow table whose types do not depend on the values."""
    import pyarrow as pa

    def kind(name: str) -> Any:
        if name in found.by or name in ("method", "resampled"):
            return pa.string()
        if name == "below_min_n":
            return pa.bool_()
        return pa.float64() if name.startswith(("index", "share_")) else pa.int64()

    schema = pa.schema([(name, kind(name)) for name in found.columns()])
    return pa.Table.from_pylist(found.records(), schema=schema)
