"""Labels and names set by hand, put into scored rows by article and offsets.

    corrections file -> [Correction] -> `place` on the spans of the rows -> corrected rows

They are kept apart from the scores, so that they hold for the next model's scores too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.config import suggest
from stance.data import mistakes_message, read_rows
from stance.errors import DataError
from stance.labels import KNOWN_TASKS
from stance.scoring.rows import tasks_of

#: Written in place of a speaker or target: there is none.
NOBODY = "(none)"
#: The column of a corrected row that names what was set by hand, separated by commas.
MARK = "corrected"
_ABOUT = ("note", "by", "date")
#: Columns that may stand in the file for the reader's sake and change nothing.
_FOR_READING = ("quote", "group", "text", "context", "kind", "title", "source", "url")
_WHO = ("speaker", "target")
#: The parts of a name whose change makes the others stale, such as the former speaker's country.
_NAMES = ("speaker", "target", "target_name")
Row = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says of the quote at `start:end` of `article`; `values` by column.

    `values` holds only what was set; `NOBODY` empties a name.
    """

    article: str
    start: int
    end: int
    values: Mapping[str, str]
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Which values go to which group of rows, and how the corrections found their places.

    `values` maps (article, group) to (quote of the piece or None, values). `exact` had the
    offsets of a quote, `overlapped` lay over one and only one by at least half; `missed`
    lists those that found none.
    """

    exact: int
    overlapped: int
    missed: tuple[Correction, ...]
    values: Mapping[tuple[str, str], Mapping[str, Mapping[str, str]]] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the counts, and the places of the missed ones, as JSON holds them."""
        places = [{"article": c.article, "start": c.start, "end": c.end} for c in self.missed]
        return {"exact": self.exact, "overlap": self.overlapped, "missed": places}


def read_corrections(path: Path) -> list[Correction]:
    """Read a JSONL, CSV, TSV or Parquet file with article, start, end and what is right there.

    Empty cells and nulls say nothing. Raises `DataError` listing all mistakes.
    """
    found, mistakes = [], []
    for number, row in read_rows(path):
        try:
            found.append(_correction(row, f"{path}:{number}"))
        except ValueError as error:
            mistakes.append(f"{path}:{number}: {error}")
    if mistakes:
        raise DataError(mistakes_message(mistakes))
    if not found:
        raise DataError(f"{path} holds no corrections; give rows with article, start and end")
    return found


def _correction(row: Row, where: str) -> Correction:
    given = {str(k): v for k, v in row.items() if v not in (None, "")}
    given = {k: v for k, v in given.items() if k not in (*_ABOUT, *_FOR_READING)}
    listed = [name for name, value in given.items() if isinstance(value, (list, dict, bytes))]
    if listed:
        raise ValueError(f"{listed[0]} is a {type(given[listed[0]]).__name__}; expected one value")
    missing = [name for name in ("article", "start", "end") if name not in given]
    if missing:
        raise ValueError(f"no {' and no '.join(missing)} (columns: {', '.join(row)})")
    start, end = (_offset(given[name], name) for name in ("start", "end"))
    if start >= end:
        raise ValueError(f"start {start} is not before end {end}")
    skip = {"article", "start", "end", *_ABOUT, *_FOR_READING}
    values = {name: str(value).strip() for name, value in given.items() if name not in skip}
    return Correction(article=str(given["article"]), start=start, end=end, values=values,
                      where=where)  # fmt: skip


def _offset(value: Any, name: str) -> int:
    try:
        number = -1.0 if isinstance(value, bool) else float(value)  # a table may say 12.0 for 12
    except (TypeError, ValueError, OverflowError):
        number = -1.0
    if not 0 <= number < 2**53 or number != int(number):
        raise ValueError(
            f"{name} is {repr(value)[:60]}; expected a whole number of code points from 0"
        )
    return int(number)


def place(rows: Iterable[Row], corrections: Sequence[Correction]) -> Placed:
    """Find the quote of each correction among `rows`, of which only the spans are kept.

    A correction belongs to the quote with its offsets, else to the only one with which it shares
    at least half of the longer of the two, unless that one has a correction of its own. Raises
    `DataError` for rows without offsets, unknown columns or labels, and for corrections of
    one quote that differ.
    """
    wanted = {c.article for c in corrections}
    spans: dict[str, dict[Span, tuple[str, str]]] = {}
    columns: dict[str, None] = {}
    for n, row in enumerate(rows, start=1):
        columns.update(dict.fromkeys(row))
        if str(row.get("article")) in wanted:
            if not all(row.get(name) not in (None, "") for name in ("start", "end", "quote")):
                raise DataError(f"row {n} has no start, end and quote, by which corrections find "
                                "their place; give rows of stance score")  # fmt: skip
            key = (str(row.get("group") or row["quote"]), str(row["quote"]))
            span = (int(row["start"]), int(row["end"]))
            spans.setdefault(str(row["article"]), {}).setdefault(span, key)
    _check(corrections, columns)
    found: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    where: dict[tuple[str, str], str] = {}
    loose: list[tuple[Correction, Span]] = []
    missed, mistakes, exact = [], [], 0
    for one in corrections:
        here = spans.get(one.article, {})
        span = (one.start, one.end)
        if span in here:
            exact += 1
            mistakes += _put(one, here[span], found, where)
        elif (over := _overlapped(span, list(here))) is not None:
            loose.append((one, over))
        else:
            missed.append(one)
    if mistakes:
        raise DataError(mistakes_message(mistakes))
    taken = [(one.article, over) for one, over in loose]
    for one, over in loose:
        key = spans[one.article][over]
        own = found.get((one.article, key[0]), {})
        if key[1] in own or taken.count((one.article, over)) > 1:
            missed.append(one)
        else:
            _put(one, key, found, where)
    return Placed(exact=exact, overlapped=len(corrections) - exact - len(missed),
                  missed=tuple(missed), values=found)  # fmt: skip


def _overlapped(span: Span, spans: Sequence[Span]) -> Span | None:
    """Return the only one of `spans` that shares half of the longer one's length with `span`."""
    start, end = span
    found = [
        (s, e) for s, e in spans if 2 * (min(e, end) - max(s, start)) >= max(e - s, end - start)
    ]
    return found[0] if len(found) == 1 else None


def _put(
    one: Correction, key: tuple[str, str],
    found: dict[tuple[str, str], dict[str, dict[str, str]]], where: dict[tuple[str, str], str],
) -> list[str]:  # fmt: skip
    """Add a correction's values to its quote; return how it differs from an earlier one."""
    group, quote = key
    values = found.setdefault((one.article, group), {}).setdefault(quote, {})
    first = where.setdefault((one.article, quote), one.where)
    differing = [
        f"{one.where}: {name} is '{value}', but '{values[name]}' in {first} for the same quote; "
        "keep one"
        for name, value in one.values.items()
        if values.get(name, value) != value
    ]
    values.update(one.values)
    return differing


def _check(corrections: Sequence[Correction], columns: Mapping[str, None]) -> None:
    tasks = {name: set(labels) for name, labels in tasks_of(columns).items()}
    for name, labels in KNOWN_TASKS.items():
        tasks.setdefault(name, set()).update(labels)
    own = [c for c in columns if c.startswith(_WHO)]
    known = [*tasks, "speaker", *own]
    mistakes = []
    for one in corrections:
        for name, value in one.values.items():
            if name in tasks:
                if value not in tasks[name]:
                    hint = suggest(value, sorted(tasks[name]))
                    mistakes.append(f"{one.where}: unknown label '{value}' of '{name}'{hint}")
            elif not name.startswith(_WHO):
                hint = suggest(name, known)
                mistakes.append(f"{one.where}: unknown column '{name}'{hint}")
    if mistakes:
        raise DataError(mistakes_message(mistakes))


def apply(rows: Iterable[Row], placed: Placed) -> Iterator[dict[str, Any]]:
    """Yield the rows with what was set by hand; the column `MARK` names it, else is None.

    What is said of one piece of a quotation holds for its other pieces, unless they have
    corrections of their own. A label set by hand has probability 1 and is no abstention.
    """
    for row in rows:
        quote = str(row.get("quote"))
        pieces = placed.values.get((str(row.get("article")), str(row.get("group") or quote)), {})
        values = {k: v for piece in pieces.values() for k, v in piece.items()}
        values.update(pieces.get(quote, {}))
        yield corrected(row, values) if values else {**row, MARK: None}


def corrected(row: Row, values: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with `values` in place of what the model found, marked as set by hand."""
    new = dict(row)
    for name in values:
        if name.startswith(_WHO):
            continue
        prefix = f"{name}_p_"
        new.update({column: 0.0 for column in row if column.startswith(prefix)})
        new.update({name: values[name], f"{prefix}{values[name]}": 1.0,
                    f"{name}_confidence": 1.0, f"{name}_abstained": False})  # fmt: skip
    for name in _NAMES:
        if name in values and values[name] != new.get(name):
            family = f"{name.removesuffix('_name')}_"
            new.update({column: None for column in row if column.startswith(family)})
    new.update({k: None if v == NOBODY else v for k, v in values.items() if k.startswith(_WHO)})
    new[MARK] = ",".join(values)
    return new
