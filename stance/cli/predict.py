"""`stance predict`: what a model says of a few sentences, or of a table of them."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.common import say
from stance.cli.completion import classifiers

DEFAULT_MODEL = "transformer"


def predict(
    text: Annotated[
        list[str] | None, typer.Argument(help="Statements; read from stdin, a line each, if none")
    ] = None,
    model: Annotated[
        str,
        typer.Option("--model", "-m", help="Folder, name or hub id", autocompletion=classifiers),
    ] = DEFAULT_MODEL,
    context: Annotated[str, typer.Option(help="The sentences around the statements")] = "",
    speaker: Annotated[str | None, typer.Option(help="Who said them")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line")] = False,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="A table of statements (.jsonl, .csv, .tsv, .parquet); repeatable"),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=COLUMN", help="Which column of --data holds a field: text=sentence"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where the rows of --data go: .jsonl, .csv, .parquet, -"),
    ] = None,
) -> None:
    """Label a few statements: the label and its probability for each task of the model.

    With --data every statement of a table is labelled, with the columns context and speaker
    where it has them; the rows have the columns of stance score, and the table's own.
    """
    import stance
    from stance.cli.common import percent, table
    from stance.cli.progress import Watched, busy
    from stance.errors import UsageError
    from stance.records import Statement

    if data:
        if text or context or speaker:
            raise UsageError("--data came with TEXT, --context or --speaker; give one or the other")
        _predict_table(data, column or [], model, out)
        return
    if out or column:
        raise UsageError("--out and --column belong to --data; give the table that is to be read")
    if not text and sys.stdin.isatty():
        say("reading statements from the terminal, a line each; end with Ctrl-D")
    lines = text or [line.strip() for line in sys.stdin if line.strip()]
    if not lines:
        say("stance: no statement came; give TEXT or lines on stdin")
        raise typer.Exit(2)
    statements = [Statement(text=line, context=context, speaker=speaker) for line in lines]
    with busy(f"loading {model}"):
        loaded = stance.load(model)
    found = Watched(loaded, f"asking {model}")(statements)
    if as_json:
        for line, prediction in zip(lines, found, strict=True):
            print(json.dumps({"text": line, **prediction.to_dict()}, ensure_ascii=False))
        return
    tasks = list(found[0].probabilities)
    rows = [
        (line, *(f"{p.label(task)} {percent(p.confidence(task), 0)}" for task in tasks))
        for line, p in zip(lines, found, strict=True)
    ]
    table(f"{model}: label and probability in per cent", ("text", *tasks), rows)


def _predict_table(data: list[Path], column: list[str], model: str, out: Path | None) -> None:
    import stance
    from stance.cli.common import say
    from stance.cli.progress import busy, progress
    from stance.config import Columns, suggest
    from stance.data import read_statements
    from stance.errors import UsageError
    from stance.scoring.statements import columns_of, score_statements
    from stance.scoring.writers import format_of, replacing, stdout, write_rows

    target = out or Path("-")
    kind = format_of(target)
    if kind is None:
        raise UsageError(f"--out {target} is a folder; give a .jsonl, .csv or .parquet file, or -")
    named: dict[str, str] = {}
    for item in column:
        field, equals, name = item.partition("=")
        if not (field and equals and name):
            raise UsageError(f"--column got '{item}'; expected FIELD=COLUMN, such as text=sentence")
        if field not in Columns.model_fields:
            known = list(Columns.model_fields)
            raise UsageError(
                f"--column {item}: no field '{field}'{suggest(field, known)} (there are "
                f"{', '.join(known)})"
            )
        named[field] = name
    statements = read_statements(data, tasks=(), columns=Columns(**named), narration=True)
    with busy(f"loading {model}"):
        loaded = stance.load(model)
    labels = {task: loaded.labels_[task] for task in loaded.tasks_}
    columns = columns_of(loaded, statements)

    def rows() -> Any:
        with progress(f"asking {model}", total=len(statements), unit="statements") as advance:
            for some in score_statements(statements, loaded):
                yield some
                advance(len(some))

    if str(target) == "-":
        write_rows(rows(), stdout(), kind=kind, columns=columns, labels=labels)
        return
    with replacing(target) as file:
        write_rows(rows(), file, kind=kind, columns=columns, labels=labels)
    say(f"{len(statements)} statements: {target}")
