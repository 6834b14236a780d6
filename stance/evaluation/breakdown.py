"""Figures by a column of the statements, and the statements that came out wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from stance.evaluation.metrics import encode, evaluate_task
from stance.evaluation.resampling import Estimate, Floats, plain
from stance.records import Statement

#: Below this many statements a row carries figures without an interval.
MIN_FOR_INTERVAL = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakdownRow:
    """One value of the column (None: the statements without one) and its figures."""

    value: str | None
    n: int
    macro_f1: Estimate
    accuracy: Estimate
    resampled: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The figures of one task by the column `by`, most frequent value first."""

    task: str
    by: str
    rows: tuple[BreakdownRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the breakdown as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A statement whose answer is not its gold label, with both labels' probabilities."""

    task: str
    id: str | None
    article: str | None
    speaker: str | None
    kind: str | None
    text: str
    gold: str
    predicted: str
    probability: float
    gold_probability: float

    def to_dict(self) -> dict[str, Any]:
        """Return the row as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def column(statements: Sequence[Statement], name: str) -> list[str | None]:
    """Return the statements' values of `name`: a field, a label, or a key of `extra`."""
    return [_value(statement, name) for statement in statements]


def _value(statement: Statement, name: str) -> str | None:
    if name in statement.__slots__ and name not in ("labels", "extra"):
        found = getattr(statement, name)
    else:
        found = statement.labels.get(name, statement.extra.get(name))
    return None if found is None or found == "" else str(found)


def breakdown(
    statements: Sequence[Statement],
    probabilities: Floats,
    labels: Sequence[str],
    *,
    task: str,
    by: str,
    groups: Sequence[str | None] | None = None,
    group_name: str = "articles",
    n_boot: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
) -> Breakdown | None:
    """Return macro-F1 and accuracy of `task` for each value of the column `by`.

    Every statement must carry a gold label of `task`; `probabilities` are (n, k) in the
    order of the sorted `labels`; `groups` (n,) are what intervals resample. Rows with fewer
    than `MIN_FOR_INTERVAL` statements have no interval. Returns None when no statement has a
    value in that column.
    """
    values = column(statements, by)
    if all(value is None for value in values):
        return None
    rows = []
    for value in set(values):
        here = [n for n, other in enumerate(values) if other == value]
        scores = evaluate_task(
            [statements[n].labels[task] for n in here],
            probabilities[here],
            labels,
            task=task,
            groups=[groups[n] for n in here] if groups is not None else None,
            group_name=group_name,
            n_boot=n_boot if len(here) >= MIN_FOR_INTERVAL else 0,
            seed=seed,
            coverage=coverage,
        )
        rows.append(
            BreakdownRow(
                value=value,
                n=scores.n,
                macro_f1=scores.macro_f1,
                accuracy=scores.accuracy,
                resampled=scores.resampled if scores.n_boot else "",
            )
        )
    rows.sort(key=lambda row: (-row.n, row.value is None, row.value or ""))
    return Breakdown(task=task, by=by, rows=tuple(rows))


def wrong_ones(
    statements: Sequence[Statement], probabilities: Floats, labels: Sequence[str], *, task: str
) -> tuple[Wrong, ...]:
    """Return the statements that `probabilities` (n, k) answer wrongly, surest mistake first."""
    gold = encode([statement.labels[task] for statement in statements], labels, task=task)
    predicted = probabilities.argmax(1)
    found = [
        Wrong(
            task=task,
            id=statements[n].id,
            article=statements[n].article,
            speaker=statements[n].speaker,
            kind=statements[n].kind,
            text=statements[n].text,
            gold=labels[gold[n]],
            predicted=labels[predicted[n]],
            probability=float(probabilities[n, predicted[n]]),
            gold_probability=float(probabilities[n, gold[n]]),
        )
        for n in np.flatnonzero(gold != predicted).tolist()
    ]
    return tuple(sorted(found, key=lambda wrong: -wrong.probability))
