"""Options that several commands share, each written once."""

from typing import Annotated

import typer

Inputs = Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders, globs or -")]
QuotesBy = Annotated[str, typer.Option("--quotes", help="How quotes are found: rules")]
Attribution = Annotated[
    str, typer.Option(help="speech, or all: with reported opinion and intention too")
]
Column = Annotated[
    list[str] | None,
    typer.Option(metavar="FIELD=COLUMN", help="Which column holds a field: text=body"),
]
InputFormat = Annotated[
    str | None, typer.Option(help="Read every file as this kind, whatever its ending")
]
MaxChars = Annotated[int, typer.Option(help="The longest article that is read")]
