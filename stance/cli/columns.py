"""Names of columns on the command line: a misspelt one is told, rather than found empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from stance.errors import UsageError
from stance.records import Statement

_FIELDS = tuple(f.name for f in fields(Statement) if f.name not in ("labels", "extra"))


def check_columns(statements: Iterable[Statement], names: Sequence[str], *, option: str) -> None:
    """Raise `UsageError` for a name that is no field, label or further column of any statement."""
    known = dict.fromkeys(_FIELDS)
    for one in statements:
        known |= dict.fromkeys(one.labels) | dict.fromkeys(map(str, one.extra))
    _check(known, names, option=option, what="statements")


def check_keys(rows: Iterable[Mapping[str, Any]], names: Sequence[str], *, option: str) -> None:
    """Raise `UsageError` for a name that is a key of no row."""
    known = dict.fromkeys(str(key) for row in rows for key in row)
    _check(known, names, option=option, what="rows")


def _check(known: Iterable[str], names: Sequence[str], *, option: str, what: str) -> None:
    from stance.config import suggest

    columns = list(known)
    for name in names:
        if name not in columns:
            raise UsageError(
                f"{option} {name}: the {what} have no such column{suggest(name, columns)}"
            )
