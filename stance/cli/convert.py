"""`stance data convert`: labels to and from Label Studio and doccano; annotators' files as one."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.completion import choices


def convert(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Statements (as of stance label), or an export of Label Studio (.json) or doccano "
            "(.jsonl)",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write, or - for stdout")],
    to: Annotated[
        str,
        typer.Option(
            help="statements (.jsonl), label-studio (.json) or doccano (.jsonl)",
            autocompletion=choices("statements", "label-studio", "doccano"),
        ),
    ] = "statements",
    annotator: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose labels those without a name are")
    ] = None,
) -> None:
    """Put labelled files together by id, and write them for stance, Label Studio or doccano.

    Where annotators differ, the plain label is left empty; stance data agreement lists where.
    """
    from stance.cli.common import say
    from stance.errors import UsageError
    from stance.labelling.formats import ENDINGS, merged, read_labels, render
    from stance.labelling.journal import check_annotator
    from stance.scoring.writers import replacing, stdout

    check_annotator(annotator)
    if str(out) != "-" and to in ENDINGS and out.suffix != ENDINGS[to]:
        raise UsageError(f"--out {out} ends in '{out.suffix}'; --to {to} writes {ENDINGS[to]}")
    rows = merged([read_labels(file, annotator=annotator) for file in files])
    data = render(rows, to).encode("utf-8")
    if str(out) == "-":
        stdout().write(data)
        stdout().flush()
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as file:
            file.write(data)
    say(f"{len(rows)} statements of {len(files)} files -> {out} ({to})")
