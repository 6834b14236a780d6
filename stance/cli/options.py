"""Options that several commands share, each written once."""

from pathlib import Path
from typing import Annotated

import typer

from stance.cli.completion import choices

#: The columns that evaluations are broken down by where the data has them.
BREAKDOWNS = "kind,speaker,dispute,source"

Inputs = Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders, globs or -")]
QuotesBy = Annotated[
    str,
    typer.Option(
        "--quotes",
        help="How quotes are found: rules or tagger",
        autocompletion=choices("rules", "tagger"),
    ),
]
Attribution = Annotated[
    str,
    typer.Option(
        help="speech, or all: with reported opinion and intention too",
        autocompletion=choices("speech", "all"),
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=COLUMN", help="Which column holds a field: text=body"),
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        help="Read every file as this kind, whatever its ending",
        autocompletion=choices("txt", "md", "html", "jsonl", "csv", "tsv", "parquet"),
    ),
]
MaxChars = Annotated[int, typer.Option(help="The longest article that is read")]
Scores = Annotated[list[Path], typer.Argument(metavar="SCORES...", help="Files or folders")]
Corrections = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Labels, speakers and targets set by hand: rows with article, start, end and what is "
        "right there",
    ),
]
Aliases = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv",
        help="Which names are one speaker: columns alias, speaker and, if you like, kind, role, "
        "country",
    ),
]
