"""`stance score`: articles in, one row a quote out, with speaker, stance and sentiment."""

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.completion import choices, classifiers
from stance.cli.engine import (
    Actors,
    CpusPerActor,
    Engine,
    GpusPerActor,
    RayAddress,
    StallSeconds,
    load_or_pack,
    only_rows_on_stdout,
    ray_options,
)
from stance.cli.options import Aliases, Attribution, Column, InputFormat, Inputs, MaxChars, QuotesBy
from stance.cli.predict import DEFAULT_MODEL


def score(
    inputs: Inputs,
    model: Annotated[
        str,
        typer.Option("--model", "-m", help="Folder, name or hub id", autocompletion=classifiers),
    ] = DEFAULT_MODEL,
    by: QuotesBy = "rules",
    attribution: Attribution = "speech",
    abstain_below: Annotated[
        float | None, typer.Option(help="Give no label whose probability is below this (0 to 1)")
    ] = None,
    coverage: Annotated[
        float | None,
        typer.Option(
            help="Name the set of labels that holds the right one this often (0.9), and give no "
            "label where it is more than one; for a calibrated model"
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the words that speak for each label (slow)")
    ] = False,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            help="A .jsonl, .csv or .parquet file, - for stdout, or a name "
            "without ending: a folder of parts that a rerun resumes",
        ),
    ] = Path("-"),
    part_format: Annotated[
        str,
        typer.Option(help="Format of a folder's parts", autocompletion=choices("parquet", "jsonl")),
    ] = "parquet",
    append: Annotated[
        bool, typer.Option("--append", help="Add to a folder what is new in its input")
    ] = False,
    column: Column = None,
    input_format: InputFormat = None,
    max_chars: MaxChars = 10_000_000,
    aliases: Aliases = None,
    drop_duplicates: Annotated[
        bool, typer.Option("--drop-duplicates", help="Leave out near-copies of earlier articles")
    ] = False,
    any_language: Annotated[
        bool, typer.Option("--any-language", help="Also score what does not look English")
    ] = False,
    workers: Annotated[int, typer.Option(help="Processes that find quotes beside the model")] = 0,
    cascade: Annotated[
        str | None,
        typer.Option(
            metavar="FIRST", help="A cheap model that answers what it is sure of; --model the rest"
        ),
    ] = None,
    cascade_above: Annotated[
        list[str] | None,
        typer.Option(
            metavar="P|TASK=P",
            help="How sure FIRST must be, from 0 to 1 [default: as measured for these two models]",
        ),
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(
            help="What runs a transformer: onnx or torch [default: as its weights are]",
            autocompletion=choices("onnx", "torch"),
        ),
    ] = None,
    device: Annotated[
        str,
        typer.Option(
            help="auto, cpu, cuda or cuda:N", autocompletion=choices("auto", "cpu", "cuda")
        ),
    ] = "auto",
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads of the model [default: one a CPU]")
    ] = None,
    engine: Engine = "local",
    ray_address: RayAddress = None,
    actors: Actors = None,
    cpus_per_actor: CpusPerActor = None,
    gpus_per_actor: GpusPerActor = None,
    stall_seconds: StallSeconds = None,
    speakers: Annotated[int, typer.Option(help="How many speakers to list at the end")] = 15,
    json_: Annotated[
        Path | None, typer.Option("--json", help="Also write the summary of the run to this file")
    ] = None,
) -> None:
    """Find the quotes of articles and label each one; a bad article never stops the rest.

    Rows go to --out; a summary by speaker, and every article that failed with its reason, go
    to stderr. Exit status 5 when some failed.
    """
    from stance import scoring
    from stance.articles import read_articles
    from stance.cli.common import write_json
    from stance.cli.inputs import articles_bar, read_options, say_failures
    from stance.cli.progress import busy
    from stance.scoring.options import ScoreOptions
    from stance.scoring.writers import format_of
    from stance.speakers import read_aliases

    format_of(out)  # a wrong ending is told before a model is loaded
    options = ScoreOptions(
        by=by, attribution=attribution, abstain_below=abstain_below, workers=workers,
        coverage=coverage, explain=explain,
        drop_duplicates=drop_duplicates, english_only=not any_language,
        aliases=read_aliases(aliases) if aliases else None,
    )  # fmt: skip
    reading = read_options(column or [], max_chars=max_chars, kind=input_format)
    articles = read_articles(inputs, options=reading)
    ray = ray_options(
        engine, device=device, address=ray_address, actors=actors, cpus=cpus_per_actor,
        gpus=gpus_per_actor, stall_seconds=stall_seconds,
    )  # fmt: skip
    with busy(f"loading {model}"):
        loaded = load_or_pack(
            model, backend=backend, first=cascade, above=cascade_above, ray=ray,
            device=device, threads=threads,
        )  # fmt: skip
    bar = articles_bar("scoring", inputs, reading, out=out)
    with bar as reached, only_rows_on_stdout(ray):
        summary = scoring.score_to(
            out, articles, loaded, options=options, part_format=part_format, append=append, ray=ray,
            progress=lambda tally: reached(tally.articles),
        )  # fmt: skip
    if json_ is not None:
        write_json(summary.to_dict(), json_)
    _say_summary(summary, speakers)
    if cascade and not ray:  # Ray's workers count for themselves
        _say_stages(loaded)
    say_failures(summary.examples, summary.failed)
    raise typer.Exit(summary.exit_status)


def _say_stages(cascade: Any) -> None:
    from stance.cli.common import say

    first, second = cascade.answered.values()
    say(f"cascade: {cascade.first.name} answered {first} of {first + second} statements, "
        f"{cascade.second.name} the rest")  # fmt: skip


def _say_summary(summary: Any, most: int) -> None:
    from stance.cli.common import say, table
    from stance.cli.progress import shown
    from stance.labels import OFF_TOPIC, STANCE

    named = [s for s in summary.speakers if s.speaker is not None]
    tasks = {task for s in summary.speakers for task in s.labels}
    if named and "stance" in tasks:
        rows = []
        for s in named[:most]:
            counts = s.labels.get("stance", {})
            off_topic = s.labels.get("relevance", {}).get(OFF_TOPIC, 0)
            index = "-" if s.index is None else f"{s.index:+.2f}"
            more = [off_topic] if "relevance" in tasks else []
            stances = [counts.get(label, 0) for label in STANCE]
            rows.append((s.speaker, s.groups, *stances, *more, index))
        columns = [*STANCE, *(["off topic"] if "relevance" in tasks else []), "index"]
        few = f" ({most} of {len(named)})" if len(named) > most else ""
        table(f"quotes by speaker{few}", ("speaker", "quotes", *columns), rows, stderr=True)
    where = f" -> {summary.out}" if summary.out != "-" else ""
    parts = [f"{summary.scored} scored", f"{summary.without_quotes} without quotes",
             f"{summary.failed} failed"]  # fmt: skip
    if summary.dropped:
        parts.append(f"{summary.dropped} dropped as copies")
    say(f"{summary.articles} articles ({', '.join(parts)}); {summary.groups} quotes in "
        f"{summary.rows} rows{where}")  # fmt: skip
    if where and shown():
        say(f"look at them: stance report {shlex.quote(str(summary.out))} --out report.html")
    if summary.failed and summary.errors:
        say(f"failures with their reasons: {summary.errors}")
