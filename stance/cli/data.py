"""`stance data`: check, count and compare labelled statements; audit a run."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli import audit, convert, pool
from stance.cli.manners import Group

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check, count and compare labelled statements.",
)
_COUNTED_BY = "kind,article,speaker"
_File = Annotated[Path, typer.Argument(help="Labelled statements: .jsonl, .csv, .tsv, .parquet")]
_Tasks = Annotated[
    list[str] | None,
    typer.Option("--task", help="Label column; may be given again [default: the known ones]"),
]


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to check")],
    articles: Annotated[
        Path | None, typer.Option(help="Folder of the articles that the offsets point into")
    ] = None,
    task: _Tasks = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The mistakes as JSON on stdout, too")
    ] = False,
) -> None:
    """Validate offsets, labels, duplicates and missing fields; all mistakes in one message."""
    from stance import datacheck
    from stance.cli.common import say, write_json
    from stance.cli.progress import busy
    from stance.labels import KNOWN_TASKS

    texts = _texts(articles) if articles else None
    tasks = {name: KNOWN_TASKS.get(name, ()) for name in task} if task else None
    mistakes: list[str] = []
    with busy("checking"):
        for file in files:
            mistakes += datacheck.check(file, tasks=tasks, articles=texts)
    if as_json:
        write_json({"files": [str(file) for file in files], "mistakes": mistakes}, Path("-"))
    datacheck.raise_for(mistakes)
    for file in files:
        say(f"{file}: {len(datacheck.read_all(file))} rows, no mistakes")


def _texts(folder: Path) -> dict[str, str]:
    from stance.articles import read_articles
    from stance.records import Article

    return {a.id: a.text for a in read_articles([str(folder)]) if isinstance(a, Article)}


@app.command()
def stats(
    file: _File,
    by: Annotated[str, typer.Option(help="Columns to count by, separated by commas")] = _COUNTED_BY,
    task: _Tasks = None,
    as_json: Annotated[bool, typer.Option("--json", help="Counts as JSON on stdout")] = False,
) -> None:
    """Count the labels of a file: over all, and by kind, article and speaker."""
    from stance import datacheck
    from stance.cli.columns import check_keys
    from stance.cli.common import table, write_json

    rows = datacheck.read_all(file)
    if by != _COUNTED_BY:  # of the usual columns some may be missing
        check_keys((row for _, row in rows), by.split(","), option="--by")
    found = datacheck.stats(rows, tasks=task, by=by.split(","))
    if as_json:
        write_json(found.to_dict(), Path("-"))
        return
    columns = [f"{name} {label}" for name, labels in found.labels.items() for label in labels]
    columns = [label for labels in found.labels.values() for label in labels]
    total = [n for labels in found.labels.values() for n in labels.values()]
    tasks = ", ".join(f"{t}: {len(labels)} labels" for t, labels in found.labels.items())
    title = f"{file}: {found.rows} rows, {found.statements} attributed statements in {found.groups} groups ({tasks})"  # noqa: E501
    table(title, ("", "n", *columns), [("statements", found.statements, *total)])
    for column, values in found.by.items():
        lines = []
        for value, counts in values.items():
            cells = [n for labels in counts.values() for n in labels.values()]
            lines.append((value, sum(next(iter(counts.values())).values()), *cells))
        table(f"by {column}", (column, "n", *columns), lines)


@app.command()
def agreement(
    file: _File,
    task: _Tasks = None,
    show: Annotated[int, typer.Option(help="How many disagreements to list")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Numbers as JSON on stdout")] = False,
) -> None:
    """How well annotators agree: per cent, Cohen's kappa, Krippendorff's alpha, and where not.

    The labels of annotator A stand in columns such as `stance@A`, beside the settled `stance`.
    """
    from stance.cli.common import say, table, write_json
    from stance.cli.evaluation_tables import with_interval
    from stance.cli.progress import busy
    from stance.datacheck import ratings, read_all
    from stance.evaluation.agreement import agreement as measure
    from stance.evaluation.agreement import disagreements

    rows = [row for _, row in read_all(file)]
    columns = ratings(rows, tasks=task)
    with busy("working out agreement and intervals"):
        found = {name: measure(by, task=name) for name, by in columns.items()}
    if as_json:
        write_json({name: value.to_dict() for name, value in found.items()}, Path("-"))
        return
    for name, value in found.items():
        figures = [
            ("per cent agreement", with_interval(value.percent)),
            *((f"Cohen's kappa, {p.first} and {p.second} (n = {p.n})",
               with_interval(p.kappa, points=False)) for p in value.pairs),
            *((f"Krippendorff's alpha, {level}", with_interval(alpha, points=False))
              for level, alpha in (("nominal", value.krippendorff_nominal),
                                   ("ordinal", value.krippendorff_ordinal))),
            ("Gwet's AC1", with_interval(value.gwet_ac1, points=False)),
            ("Fleiss' kappa", with_interval(value.fleiss_kappa, points=False)),
        ]  # fmt: skip
        who = ", ".join(value.annotators)
        title = f"{name}: annotators {who} on {value.n_pairable} statements"
        table(title, ("", "figure (95 % interval)"), figures)
        differing = disagreements(columns[name], task=name)
        listed = [
            (str(rows[d.row].get("text"))[:160], *(d.labels.get(a, "") for a in value.annotators),
             rows[d.row].get(name))
            for d in differing[:show]
        ]  # fmt: skip
        if listed:
            shown = f" ({len(listed)} of {len(differing)})" if len(differing) > show else ""
            table(f"{name}: disagreements{shown}", ("text", *value.annotators, "settled"), listed,
                  left=2 + len(value.annotators))  # fmt: skip
        elif not differing:
            say(f"{name}: no disagreements")


@app.command()
def join(
    standoff: Annotated[
        list[Path],
        typer.Argument(metavar="STANDOFF...", help="Files such as data/standoff/*.jsonl"),
    ],
    corpus: Annotated[Path, typer.Option(help="Folder that holds the corpora, such as X.jsonl")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSON lines file to write")],
) -> None:
    """Give labels in standoff their words back, from corpora that you hold; each hash verified."""
    from stance.cli.common import say
    from stance.cli.progress import busy
    from stance.standoff import join as run
    from stance.standoff import read_standoff, write_statements

    rows = read_standoff(standoff)
    with busy("joining labels and words"):
        found = run(rows, corpus)
        write_statements(found.statements, out)
    say(f"{len(found.statements)} of {len(rows)} statements joined -> {out}")
    for reason, n in sorted(found.skipped.items()):
        say(f"skipped {n}: {reason}")


app.command("audit", short_help="Check a random sample by hand; how right is the run?")(audit.audit)
app.command("convert", short_help="To and from Label Studio and doccano; merge annotators")(
    convert.convert
)
app.command("pool", short_help="Choose statements for a large model to label")(pool.pool)
