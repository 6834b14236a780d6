"""`stance quotes`: articles in, quotes with their speakers out; no model needed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.options import Aliases, Attribution, Column, InputFormat, Inputs, MaxChars, QuotesBy


def quotes(
    inputs: Inputs,
    by: QuotesBy = "rules",
    attribution: Attribution = "speech",
    column: Column = None,
    input_format: InputFormat = None,
    max_chars: MaxChars = 10_000_000,
    aliases: Aliases = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A .jsonl, .csv or .parquet file, or - for stdout")
    ] = Path("-"),
) -> None:
    """Find the quotes of articles, each with its speaker, and write them as rows."""
    from stance.articles import InputFailure, read_articles
    from stance.cli.common import say
    from stance.cli.inputs import articles_bar, read_options, say_failures
    from stance.errors import UsageError
    from stance.quotes import ATTRIBUTION, ENGINES, extract
    from stance.records import QUOTE_COLUMNS
    from stance.scoring.writers import format_of, json_line, replacing, stdout, write_rows
    from stance.speakers import read_aliases

    if by not in ENGINES:
        raise UsageError(f"--quotes {by}: expected {' or '.join(ENGINES)}")
    if attribution not in ATTRIBUTION:
        raise UsageError(f"--attribution {attribution}: expected {' or '.join(ATTRIBUTION)}")
    kind = format_of(out)
    if kind is None:
        raise UsageError(f"--out {out} has no ending; expected .jsonl, .csv, .parquet or -")
    options = read_options(column or [], max_chars=max_chars, kind=input_format)
    table = read_aliases(aliases) if aliases else None
    failures: list[InputFailure] = []
    articles = rows = 0

    def batches() -> Iterator[list[dict[str, Any]]]:
        nonlocal articles, rows
        for item in read_articles(inputs, options=options):
            if isinstance(item, InputFailure):
                failures.append(item)
                continue
            found = [q.to_dict() for q in extract(item, by=by, attribution=attribution)]
            found = [table.apply(row) for row in found] if table else found
            articles, rows = articles + 1, rows + len(found)
            yield found
            reached(articles + len(failures))

    with articles_bar("finding quotes", inputs, options, out=out) as reached:
        if str(out) == "-":
            _print(batches(), stdout(), json_line)
        else:
            with replacing(out) as file:
                write_rows(batches(), file, kind=kind, columns=QUOTE_COLUMNS, labels={})
    say(f"{rows} quotes in {articles} articles" + (f"; {len(failures)} failed" if failures else ""))
    say_failures(failures, len(failures))
    if failures:
        raise typer.Exit(5)


def _print(batches: Iterable[list[dict[str, Any]]], stream: Any, line: Any) -> None:
    for batch in batches:
        stream.writelines(map(line, batch))
        stream.flush()
