"""`stance quotes`: articles in, quotes with their speakers out; no model needed."""

from pathlib import Path
from typing import Annotated

import typer


def quotes(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files, folders, globs or -")
    ],
    by: Annotated[str, typer.Option("--quotes", help="How quotes are found: rules")] = "rules",
    attribution: Annotated[
        str, typer.Option(help="speech, or all: with reported opinion and intention too")
    ] = "speech",
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A .jsonl, .csv or .parquet file, or - for stdout")
    ] = Path("-"),
) -> None:
    """Find the quotes of articles, each with its speaker, and write them as rows."""
    raise NotImplementedError
