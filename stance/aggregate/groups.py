"""Rows of `stance score` -> groups with the key that they are aggregated by, each counted once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from stance.aggregate.corrections import MARK
from stance.config import suggest
from stance.errors import DataError, UsageError
from stance.labels import OFF_TOPIC, canonical_order
from stance.scoring.tally import group_label

#: Columns made from `date` where the rows have no column of that name.
PERIODS = ("year", "month", "week")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)")
Row = Mapping[str, Any]
Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One quotation: `label` is None when abstained; `chances` follow the labels' order.

    `chances` is None where the rows carry no probabilities. `certain`: the label was set by hand.
    """

    key: Key
    article: str
    label: str | None
    chances: tuple[float, ...] | None
    certain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The groups that count, the labels in canonical order, and what was left out.

    `copied` groups stand in near-copies of an article that is counted, `off_topic` ones are
    about no conflict; `repeated` rows were those of a quote that came before. `models` are the
    models that gave the labels.
    """

    task: str
    by: tuple[str, ...]
    labels: tuple[str, ...]
    groups: tuple[Group, ...]
    rows: int
    copied: int
    off_topic: int
    models: tuple[str, ...]
    repeated: int = 0


def gather(rows: Iterable[Row], *, by: Sequence[str] = (), task: str = "stance") -> Gathered:
    """Put the pieces of each quotation together and give it its key.

    `by` names columns of the rows, or year, month (2024-05) or week (2024-W07) of their date.
    A group's value is that of its first piece with one; None where none has. Of an article
    and its near-copies (`duplicate_of`) only the first named counts, or where that is not
    among the rows the first copy. Groups whose `relevance` is off-topic are left out.
    Raises `DataError` for rows without labels of `task`, `UsageError` for unknown columns.
    """
    pieces, columns, n = _pieces(rows, by=by, task=task)
    labels = _check(columns, by=by, task=task, rows=n)
    chosen = originals(pieces)
    groups, off_topic, copied = [], 0, 0
    models: dict[str, None] = {}
    for (article, _), parts in pieces.items():
        models.update({str(row["model"]): None for row in parts if row.get("model")})
        if article not in chosen:
            copied += 1
        elif group_label(parts, "relevance") == OFF_TOPIC:
            off_topic += 1
        else:
            key = tuple(_value(parts, name, columns) for name in by)
            label, chances = group_label(parts, task), group_chances(parts, task, labels)
            certain = any(task in str(row.get(MARK) or "").split(",") for row in parts)
            groups.append(Group(key=key, article=article, label=label, chances=chances,
                                certain=certain))  # fmt: skip
    used = canonical_order(task, {*labels, *(g.label for g in groups if g.label is not None)})
    if used != labels:  # a label set by hand that the model does not know
        groups = [replace(g, chances=None) for g in groups]
    return Gathered(
        task=task, by=tuple(by), labels=used, groups=tuple(groups), rows=n, copied=copied,
        off_topic=off_topic, models=tuple(models), repeated=n - sum(map(len, pieces.values())),
    )  # fmt: skip


def group_chances(
    parts: Sequence[Row], task: str, labels: Sequence[str]
) -> tuple[float, ...] | None:
    """Return a group's probabilities in the order of `labels`, pieces weighted by their length."""
    total = [0.0] * len(labels)
    for row in parts:
        values = [row.get(f"{task}_p_{label}") for label in labels]
        if any(value in (None, "") for value in values):
            return None
        weight = max(len(row["text"]), 1)
        total = [sofar + weight * float(str(v)) for sofar, v in zip(total, values, strict=True)]
    whole = sum(total)
    return tuple(value / whole for value in total) if whole > 0 else None


def period(value: Any, name: str) -> str | None:
    """Return the year, month or ISO week of an ISO 8601 date; None where it does not say."""
    found = _ISO.match(str(value or ""))
    if not found:
        return None
    year, month, day = found.groups()
    if name == "year":
        return year
    if name == "month":
        return f"{year}-{month}" if month else None
    try:
        iso = date(int(year), int(month), int(day)).isocalendar()
    except (TypeError, ValueError):
        return None
    return f"{iso.year}-W{iso.week:02d}"


def _pieces(
    rows: Iterable[Row], *, by: Sequence[str], task: str
) -> tuple[dict[tuple[str, str], list[Row]], dict[str, None], int]:
    wanted = {"text", "model", "duplicate_of", "quote", "date", "relevance", MARK, task, *by}
    prefixes = (f"{task}_p_", "relevance_p_")
    return pieces_of(rows, keep=lambda name: name in wanted or name.startswith(prefixes))


def pieces_of(
    rows: Iterable[Row], *, keep: Callable[[str], bool] | None = None
) -> tuple[dict[tuple[str, str], list[Row]], dict[str, None], int]:
    """Return the rows of each (article, group), all columns that came, and the number of rows.

    The rows are cut to the columns that `keep` says; of a quote that comes twice the first
    counts. Raises `DataError` for rows without article, quote or text.
    """
    pieces: dict[tuple[str, str], list[Row]] = {}
    columns: dict[str, None] = {}
    seen: set[tuple[str, str]] = set()
    n = 0
    for n, row in enumerate(rows, start=1):
        columns.update(dict.fromkeys(row))
        missing = [name for name in ("article", "quote", "text") if row.get(name) in (None, "")]
        if missing:
            raise DataError(
                f"row {n} has no {' and no '.join(missing)} (columns: {', '.join(row)}); give rows "
                "of stance score"
            )
        article, quote = str(row["article"]), str(row["quote"])
        if (article, quote) in seen:  # the same scores given twice, or parts that overlap
            continue
        seen.add((article, quote))
        kept = row if keep is None else {k: v for k, v in row.items() if keep(k)}
        pieces.setdefault((article, str(row.get("group") or quote)), []).append(kept)
    return pieces, columns, n


def _check(
    columns: Mapping[str, None], *, by: Sequence[str], task: str, rows: int
) -> tuple[str, ...]:
    if not rows:
        raise DataError("the scores hold no rows; score articles with quotes first")
    prefix = f"{task}_p_"
    # CSV leaves empty cells out, so a task whose every label is empty shows in its probabilities.
    labels = {name.removeprefix(prefix) for name in columns if name.startswith(prefix)}
    if task not in columns and not labels:
        raise DataError(
            f"the scores have no column '{task}' (columns: {', '.join(columns)})"
            f"{_near_task(task, columns)}"
        )
    known = [*columns, *(PERIODS if "date" in columns else ())]
    for name in by:
        # The columns of a row may all be empty in a CSV: a speaker column always exists.
        if name not in known and name not in ("speaker", "date", *PERIODS):
            raise UsageError(f"--by {name}: the scores have no such column{suggest(name, known)}")
    return canonical_order(task, labels)


def _near_task(task: str, columns: Mapping[str, None]) -> str:
    answered = [name.removesuffix("_abstained") for name in columns if name.endswith("_abstained")]
    if not answered:
        return "; name a task that the model has, or give rows of stance score"
    return suggest(task, answered)


def originals(pieces: Mapping[tuple[str, str], Sequence[Row]]) -> set[str]:
    """Return the articles that count: of each family of near-copies one."""
    articles = dict.fromkeys(article for article, _ in pieces)
    family = dict.fromkeys(articles, "")
    for (article, _), parts in pieces.items():
        family[article] = family[article] or str(parts[0].get("duplicate_of") or "")
    first: dict[str, str] = {}
    for article in articles:
        root = family[article] or article
        if root == article or root not in first:
            first[root] = article
    return set(first.values())


def _value(parts: Sequence[Row], name: str, columns: Mapping[str, None]) -> str | None:
    if name in PERIODS and name not in columns:
        return next((p for row in parts if (p := period(row.get("date"), name))), None)
    found = next((row[name] for row in parts if row.get(name) not in (None, "")), None)
    return None if found is None else str(found)
