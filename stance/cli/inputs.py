"""INPUT on the command line: one way to read articles, one way to tell of those that failed."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stance.articles import InputFailure, ReadOptions
from stance.cli.common import say
from stance.cli.progress import progress, shown
from stance.errors import UsageError

_MOST_LISTED = 10


def read_options(columns: Sequence[str], *, max_chars: int, kind: str | None) -> ReadOptions:
    """Return how to read INPUT; `columns` are given as FIELD=COLUMN, such as text=body."""
    named = {}
    for item in columns:
        name, equals, column = item.partition("=")
        if not equals or not name or not column:
            raise UsageError(f"--column got '{item}'; expected FIELD=COLUMN, such as text=body")
        named[name] = column
    return ReadOptions(columns=named, max_chars=max_chars, kind=kind)


@contextmanager
def articles_bar(
    what: str, inputs: Sequence[str], options: ReadOptions, *, out: Path
) -> Iterator[Callable[[int], None]]:
    """Show a bar over the articles of INPUT; what it yields is called with how many are done.

    None where rows go to the same terminal, which a bar would tear apart.
    """
    if not shown() or (str(out) == "-" and sys.stdout.isatty()):
        yield lambda done: None
        return
    from stance.cli.counting import count_articles

    seen = 0
    total = count_articles(inputs, options)
    with progress(what, total=total, unit="articles") as advance:

        def reached(done: int) -> None:
            nonlocal seen
            advance(done - seen)
            seen = done

        yield reached


def say_failures(failures: Sequence[InputFailure | Mapping[str, Any]], total: int) -> None:
    """List articles that failed, each with its place and reason; beyond ten they are counted."""
    for failure in failures[:_MOST_LISTED]:
        row = failure.to_dict() if isinstance(failure, InputFailure) else failure
        say(f"stance: not scored: {row['where']}: {row['reason']}")
    if total > _MOST_LISTED:
        say(f"stance: ... and {total - _MOST_LISTED} more")
