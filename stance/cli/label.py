"""`stance label`: label quotes by hand in the terminal, two keys a quote."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.completion import choices, classifiers
from stance.cli.options import Attribution, Column, InputFormat, MaxChars

if TYPE_CHECKING:
    from stance.labelling import Item
    from stance.labelling.screen import LabelApp


def label(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Articles, or quotes, scores, statements"),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The .jsonl file of labels, begun or gone on with")
    ],
    annotator: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Who labels; labels also come as stance@NAME"),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option(
            help="uncertain, random or article [default: uncertain with --model, else article]",
            autocompletion=choices("uncertain", "random", "article"),
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            autocompletion=classifiers,
            help="Folder, name or hub id of the model that is unsure",
        ),
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Show what the model says, before you answer")
    ] = False,
    task: Annotated[
        list[str] | None,
        typer.Option(
            help="What is asked, in turn; may be repeated [default: stance, sentiment]",
            autocompletion=choices("stance", "sentiment", "relevance"),
        ),
    ] = None,
    skipped: Annotated[
        bool, typer.Option("--skipped", help="Ask again what was skipped before")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the random order")] = 0,
    attribution: Attribution = "speech",
    column: Column = None,
    input_format: InputFormat = None,
    max_chars: MaxChars = 10_000_000,
) -> None:
    """Label quotes in the terminal; every key is on the disk before the next one.

    Stop at any time with q and go on with the same command. OUT is what stance train reads.
    """  # fmt: skip
    from stance.cli.common import say
    from stance.cli.inputs import read_options, say_failures
    from stance.cli.progress import busy
    from stance.errors import UsageError
    from stance.labelling import Journal, Session, read_items
    from stance.labelling.codebook import codebook_text, pages
    from stance.labelling.journal import check_annotator
    from stance.labelling.order import ordered
    from stance.labelling.session import check_tasks
    from stance.labels import DEFAULT_TASKS
    from stance.quotes import ATTRIBUTION

    app_class = _app_class()
    check_annotator(annotator)
    if attribution not in ATTRIBUTION:
        raise UsageError(f"--attribution {attribution}: expected {' or '.join(ATTRIBUTION)}")
    tasks = tuple(task or DEFAULT_TASKS)
    check_tasks(tasks)
    options = read_options(column or [], max_chars=max_chars, kind=input_format)
    with busy("reading what is to be labelled"):
        items, failures = read_items(inputs, options=options, attribution=attribution)
    say_failures(failures, len(failures))
    if model is not None:
        items = _answered(items, model)
    # Scores alone do not ask for it: where it was measured it saved no labels (docs/labelling.md).
    unsure = order or ("uncertain" if model is not None else "article")
    with busy("working out the order"):
        queue = ordered(items, unsure, task=tasks[0], seed=seed)
    book = pages(codebook_text())
    journal = Journal.open(out, annotator=annotator, tasks=tasks)
    try:
        session = Session(queue, journal, revisit=skipped)
        mended = f"a torn line of {journal.repaired} bytes was mended" if journal.repaired else ""
        app = app_class(session, book, suggest=suggest, notice=mended)
        app.run()
        if app.failure is not None:
            raise app.failure
        say(f"{session.done} of {len(queue)} labelled, {session.skipped} skipped -> {out}")
    finally:
        journal.close()


def _app_class() -> "type[LabelApp]":
    """Return the application before anything is read, so that a missing extra is said at once."""
    from stance.errors import UsageError

    try:
        from stance.labelling.screen import LabelApp
    except ModuleNotFoundError as error:
        if not str(error.name).startswith("textual"):
            raise
        raise UsageError(
            "labelling in the terminal needs textual; pip install 'stance[label]'"
        ) from None
    return LabelApp


def _answered(items: "list[Item]", model: str) -> "list[Item]":
    import stance
    from stance.cli.common import say
    from stance.cli.progress import Watched, busy
    from stance.labelling.items import with_chances

    say(f"asking {model} about {len(items)} statements, to find those it is unsure of ...")
    with busy(f"loading {model}"):
        loaded = Watched(stance.load(model), f"asking {model}")
    return with_chances(items, loaded([item.statement for item in items]))
