"""INPUT on the command line: one way to read articles, one way to tell of those that failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from stance.articles import InputFailure, ReadOptions
from stance.cli.common import say
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


def say_failures(failures: Sequence[InputFailure | Mapping[str, Any]], total: int) -> None:
    """List articles that failed, each with its place and reason; beyond ten they are counted."""
    for failure in failures[:_MOST_LISTED]:
        row = failure.to_dict() if isinstance(failure, InputFailure) else failure
        say(f"stance: not scored: {row['where']}: {row['reason']}")
    if total > _MOST_LISTED:
        say(f"stance: ... and {total - _MOST_LISTED} more")
