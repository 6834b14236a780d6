"""Is a file of labelled statements sound? Every mistake at once, and what the file holds."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.config import suggest
from stance.data import mistyped, read_rows
from stance.errors import StatementError
from stance.labels import KNOWN_TASKS, canonical_order
from stance.records import ATTRIBUTIONS, NARRATION, SPEAKER_KINDS, STATEMENT_KINDS, quote_id

#: Spans that a row may carry: field of the words -> fields of their offsets.
SPANS = {
    "text": ("start", "end"),
    "context": ("context_start", "context_end"),
    "cue": ("cue_start", "cue_end"),
    "speaker_mention": ("speaker_start", "speaker_end"),
}
_CHOICES = {"kind": STATEMENT_KINDS, "attribution": ATTRIBUTIONS, "speaker_kind": SPEAKER_KINDS}
#: In a file that labels an article in standoff, every attributed statement has these.
_REQUIRED = ("id", "article", "start", "end", "text", "kind", "context")

Rows = Sequence[tuple[int, Mapping[str, Any]]]


def read_all(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return all rows of a file with their line numbers; raises `DataError` if unreadable."""
    return list(read_rows(path))


def check(
    path: Path,
    *,
    tasks: Mapping[str, Sequence[str]] | None = None,
    articles: Mapping[str, str] | None = None,
) -> list[str]:
    """Return every mistake of a file of labelled statements, one line each; empty when sound.

    `tasks` maps the label columns to their allowed labels (default: the known tasks that
    occur). `articles` maps article ids to texts; with it, each span must be the very slice
    of its article. Offsets, ids and groups are checked where the file has them.
    """
    rows = read_all(path)
    if not rows:
        return [f"{path}: holds no statements"]
    columns = {key for _, row in rows for key in row}
    tasks = tasks or {t: names for t, names in KNOWN_TASKS.items() if t in columns}
    if not tasks:
        have = ", ".join(sorted(map(str, columns)))
        return [f"{path}: no label column among {', '.join(KNOWN_TASKS)} (columns: {have})"]
    standoff = {"article", "start", "end"} <= columns
    # A row of wrong types is told of, and kept from the checks that would stumble over it.
    wrong = {n: reason for n, row in rows if (reason := mistyped(row, tasks))}
    mistakes = [f"{path}:{n}: {reason}" for n, reason in wrong.items()]
    rows = [(number, row) for number, row in rows if number not in wrong]
    ids = {row.get("id") for _, row in rows}
    for number, row in rows:
        found = [
            *_labels(row, tasks),
            *_choices(row),
            *(_standoff(row, articles, ids) if standoff else _text_only(row)),
        ]
        mistakes += [f"{path}:{number}: {mistake}" for mistake in found]
    mistakes += [f"{path}:{n}: {mistake}" for n, mistake in _duplicates(rows, tasks, standoff)]
    return mistakes


def _labels(row: Mapping[str, Any], tasks: Mapping[str, Sequence[str]]) -> Iterable[str]:
    for task, names in tasks.items():
        keys = [task, *(key for key in row if str(key).startswith(f"{task}@"))]
        for key in keys:
            label = row.get(key)
            if label is None:
                if key == task and not (task == "relevance" and "off_topic" in row):
                    yield f"no label in '{task}'"
            elif names and label not in names:
                yield f"unknown label {label!r} in '{key}'{suggest(str(label), list(names))}"
    if not isinstance(row.get("off_topic", False), bool):
        yield f"off_topic is {row['off_topic']!r}; expected true or false"


def _choices(row: Mapping[str, Any]) -> Iterable[str]:
    for key, allowed in _CHOICES.items():
        if row.get(key) is not None and row[key] not in allowed:
            yield f"unknown {key} {row[key]!r}{suggest(str(row[key]), allowed)}"


def _text_only(row: Mapping[str, Any]) -> Iterable[str]:
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        yield "no text"


def _standoff(
    row: Mapping[str, Any], articles: Mapping[str, str] | None, ids: set[Any]
) -> Iterable[str]:
    missing = [key for key in _REQUIRED if row.get(key) in (None, "")]
    if missing:
        yield f"missing {', '.join(missing)}"
        return
    if row["id"] != quote_id(row["article"], row["start"], row["end"]):
        yield f"id {row['id']} is not the hash of its article, start and end"
    if row.get("group") is not None and row["group"] not in ids:
        yield f"group {row['group']} is the id of no row"
    if row["kind"] == NARRATION and row.get("speaker") is not None:
        yield "narration has a speaker; narration is what no one is quoted for"
    if row["kind"] != NARRATION and "cue" in row and not (row.get("speaker_mention") or row["cue"]):
        yield "neither speaker_mention nor cue; an attributed statement has at least one"
    if articles is not None and row["article"] not in articles:
        yield f"article '{row['article']}' is not among the articles{_near(row, articles)}"
        articles = None
    yield from _spans(row, articles[row["article"]] if articles else None)


def _near(row: Mapping[str, Any], articles: Mapping[str, str]) -> str:
    return suggest(str(row["article"]), list(articles)[:50])


def _spans(row: Mapping[str, Any], article: str | None) -> Iterable[str]:
    for name, (first, last) in SPANS.items():
        words, start, end = row.get(name), row.get(first), row.get(last)
        if words is None and start is None and end is None:
            continue
        if not all(isinstance(offset, int) for offset in (start, end)) or words is None:
            if name != "context":
                yield f"{name} needs its words, {first} and {last} together"
        elif not 0 <= start < end:  # type: ignore[operator]
            yield f"{name} spans {start}:{end}; expected 0 <= start < end"
        elif article is not None and article[start:end] != words:
            found = f"{article[start:end]!r:.60}"
            yield f"{name} is not the slice {start}:{end} of its article ({found})"
    spans = [row.get(k) for k in ("context_start", "start", "end", "context_end")]
    if all(isinstance(offset, int) for offset in spans) and spans != sorted(spans):  # type: ignore[type-var]
        yield "context does not contain the text"


def _duplicates(
    rows: Rows, tasks: Mapping[str, Sequence[str]], standoff: bool
) -> Iterable[tuple[int, str]]:
    first: dict[Any, tuple[int, Mapping[str, Any]]] = {}
    for number, row in rows:
        keys = ("article", "start", "end") if standoff else ("text", "context", "speaker")
        key = tuple(json.dumps(row.get(k), default=str) for k in keys)
        if key in first:
            line, other = first[key]
            clash = [task for task in tasks if other.get(task) != row.get(task)]
            yield number, f"repeats line {line}" + (f", {clash[0]} differs" if clash else "")
        else:
            first[key] = (number, row)


def raise_for(mistakes: Sequence[str]) -> None:
    """Raise `StatementError` with all mistakes in one message, if there are any."""
    from stance.data import mistakes_message

    if mistakes:
        raise StatementError(mistakes_message(mistakes))


@dataclass(frozen=True, kw_only=True)
class Stats:
    """Counts of a file: rows, attributed statements, groups, and labels by column.

    `by[column][value][task]` maps each label, in canonical order, to its count.
    """

    rows: int
    statements: int
    groups: int
    labels: Mapping[str, Mapping[str, int]]
    by: Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain JSON-able values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def stats(
    rows: Rows,
    *,
    tasks: Sequence[str] | None = None,
    by: Sequence[str] = ("kind", "article", "speaker"),
) -> Stats:
    """Count labels over all rows, and over attributed statements by the columns `by`."""
    plain = [row for _, row in rows]
    tasks = tasks or [t for t in KNOWN_TASKS if any(t in row for row in plain)]
    orders = {
        task: canonical_order(task, {str(row[task]) for row in plain if row.get(task) is not None})
        for task in tasks
    }

    def count(group: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
        found = {task: Counter(str(row.get(task)) for row in group) for task in orders}
        return {task: {name: found[task][name] for name in orders[task]} for task in orders}

    statements = [row for row in plain if row.get("kind") != NARRATION]
    tables: dict[str, dict[str, dict[str, dict[str, int]]]] = {}
    for column in by:
        parts: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in plain if column == "kind" else statements:
            if column in row:
                parts["(none)" if row[column] is None else str(row[column])].append(row)
        ranked = sorted(parts.items(), key=lambda item: -len(item[1]))
        if parts:
            tables[column] = {value: count(group) for value, group in ranked}
    return Stats(
        rows=len(plain),
        statements=len(statements),
        groups=len({str(row.get("group") or n) for n, row in enumerate(statements)}),
        labels=count(statements),
        by=tables,
    )


def ratings(
    rows: Sequence[Mapping[str, Any]], *, tasks: Sequence[str] | None = None
) -> dict[str, dict[str, list[str | None]]]:
    """Return for each task the annotators' columns of labels, from keys such as `stance@A`.

    Raises `StatementError` where no task has two annotators.
    """
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        for key in row:
            task, at, annotator = str(key).rpartition("@")
            if at and task and annotator and (tasks is None or task in tasks):
                names[task][annotator] = None
    found = {
        task: {who: [row.get(f"{task}@{who}") for row in rows] for who in annotators}
        for task, annotators in names.items()
        if len(annotators) >= 2
    }
    if not found:
        raise StatementError(
            "no labels of two annotators: expected columns such as 'stance@A' and 'stance@B' "
            "beside the settled 'stance'"
        )
    return found
