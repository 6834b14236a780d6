"""`stance predict`: a quick look at what a model says of a few sentences."""

import json
import sys
from typing import Annotated

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
) -> None:
    """Label a few statements: the label and its probability for each task of the model."""
    import stance
    from stance.cli.common import percent, table
    from stance.cli.progress import Watched, busy
    from stance.records import Statement

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
