"""The statements of a run, as its config asks for them: read, guarded, and as they are learnt."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stance.config import DataConfig, RunConfig
from stance.data import fingerprint, keep_only, labelled, mistakes_message, read_statements
from stance.errors import StatementError
from stance.evaluation.leakage import shared_passages
from stance.records import Statement
from stance.renaming import swap_names

_ROUNDING = 0.01  # how far from 1 the probabilities of a row may sum: tables round them


@dataclass(frozen=True, kw_only=True)
class RunData:
    """The statements of a run: `train` (also what crossval tests on), `support`, `soft`, `test`."""

    train: Sequence[Statement]
    support: Sequence[Statement] = ()
    soft: Sequence[Statement] = ()
    test: Sequence[Statement] = ()
    tasks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return counts and the fingerprint that go into the manifest."""
        learnt = [*self.train, *self.support]
        counts = {
            task: {label: sum(s.labels.get(task) == label for s in learnt) for label in names}
            for task, names in self.tasks.items()
        }
        return {
            "fingerprint": fingerprint([*learnt, *self.soft]),
            "statements": len(self.train),
            "support": len(self.support),
            **({"soft": len(self.soft)} if self.soft else {}),
            "articles": len({s.article for s in self.train if s.article is not None}),
            "labels": counts,
        }


def read_data(config: RunConfig) -> RunData:
    """Read all statements of a run; labels that the config does not name are left out.

    So are labels that `data.only` rules out. The label sets of tasks that the config names
    without labels are taken from the data. Raises `StatementError` where a label has no
    statement, and where training and test data share passages.
    """
    data = config.data
    options: dict[str, Any] = {"columns": data.columns, "narration": data.narration}
    parts = {
        name: keep_only(
            read_statements(getattr(data, name), tasks=data.tasks, **options), data.only
        )
        for name in ("train", "support", "test")
    }
    soft = read_statements(data.soft, tasks=(), **options)
    parts["soft"] = keep_only([_with_labels(one, data.tasks) for one in soft], data.only)
    if parts["test"]:
        for name in ("train", "support", "soft"):
            parts[name] = _apart(parts[name], parts["test"], overlap=data.overlap)
    train = labelled(parts["train"], data.tasks)
    tasks: dict[str, Sequence[str]] = {}
    for task, names in data.tasks.items():
        used = {s.labels[task] for s in [*train, *parts["support"]] if task in s.labels}
        tasks[task] = names or tuple(sorted(used))
        missing = [label for label in tasks[task] if label not in used]
        if missing or len(used) < 2:
            raise StatementError(
                f"the training data has no statement labelled {', '.join(missing) or 'otherwise'} "
                f"for '{task}'; add some, or list only the labels that occur in data.tasks"
            )
    support = [s for s in parts["support"] if s.labels]
    return RunData(
        train=train, support=support, soft=_checked(parts["soft"], tasks), test=parts["test"],
        tasks=tasks,
    )  # fmt: skip


def _with_labels(statement: Statement, tasks: Iterable[str]) -> Statement:
    """Return a scored row with the most probable label of each task, whatever it had abstained."""
    labels = {}
    for task in tasks:
        if chances := chances_of(statement, task):
            labels[task] = max(chances, key=lambda label: _number(chances[label]))
    return replace(statement, labels=labels)


def chances_of(statement: Statement, task: str) -> dict[str, Any]:
    """Return what a scored row's columns `<task>_p_<label>` hold, by label."""
    prefix = f"{task}_p_"
    return {
        name.removeprefix(prefix): value
        for name, value in statement.extra.items()
        if name.startswith(prefix)
    }


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _checked(soft: Sequence[Statement], tasks: Mapping[str, Sequence[str]]) -> list[Statement]:
    """Return the scored rows that have probabilities; raises `StatementError` for wrong ones."""
    mistakes = []
    for n, one in enumerate(soft, start=1):
        for task, names in tasks.items():
            chances = chances_of(one, task)
            if unknown := sorted(set(chances) - set(names)):
                mistakes.append(
                    f"soft row {n}: column {task}_p_{unknown[0]}, but the labels of '{task}' are "
                    f"{', '.join(names)}"
                )
            numbers = [_number(value) for value in chances.values()]
            if chances and not (
                all(0 <= p <= 1 for p in numbers) and abs(sum(numbers) - 1) <= _ROUNDING
            ):
                mistakes.append(
                    f"soft row {n}: the probabilities of '{task}' are "
                    f"{', '.join(map(str, chances.values()))}; expected numbers that sum to 1"
                )
    if mistakes:
        raise StatementError(mistakes_message(mistakes))
    found = [one for one in soft if one.labels]
    if soft and not found:
        columns = ", ".join(f"{task}_p_<label>" for task in tasks)
        raise StatementError(
            f"no row of data.soft has probabilities (columns {columns}); give rows of "
            "stance score, made by a model with these tasks"
        )
    return found


def _apart(
    statements: Sequence[Statement], test: Sequence[Statement], *, overlap: str
) -> list[Statement]:
    """Return the statements that share no passage with `test`; refuse if any does, or drop it."""
    shared = shared_passages(statements, test)
    if shared and overlap == "refuse":
        one, other = statements[shared[0][0]], test[shared[0][1]]
        raise StatementError(
            f"{len(shared)} training statements share a passage with the test data, such as "
            f"{one.id or one.text[:60]!r} with {other.id or other.text[:60]!r}; a figure from them "
            "would be too good: take them out, or set data.overlap=drop to leave them out"
        )
    rows = {row for row, _ in shared}
    return [statement for n, statement in enumerate(statements) if n not in rows]


def to_learn(
    statements: Sequence[Statement], config: DataConfig, *, seed: int = 0
) -> list[Statement]:
    """Return the statements as a run learns them, in their order.

    Of those with a label that `at_most` bounds, as many as it says, drawn at random; in the
    share `exchange_names` of the rest the names are exchanged, their labels kept.
    """
    rng = np.random.default_rng(seed)
    kept = np.ones(len(statements), dtype=bool)
    for task, bounds in config.at_most.items():
        for label, most in bounds.items():
            rows = [n for n, one in enumerate(statements) if one.labels.get(task) == label]
            kept[rng.permutation(rows)[most:].astype(int)] = False
    exchanged = rng.random(len(statements)) < config.exchange_names
    return [
        swap_names(one, seed=seed) if exchanged[n] else one
        for n, one in enumerate(statements)
        if kept[n]
    ]


def targets(data: RunData) -> dict[str, list[Any]]:
    """Return what is learnt of `train`, `support` and `soft`, in this order: y of a classifier.

    A label of each task, None without one; of `soft` the probabilities as a soft label.
    """
    found: dict[str, list[Any]] = {}
    for task in data.tasks:
        column: list[Any] = [one.labels.get(task) for one in [*data.train, *data.support]]
        column += [
            {label: float(p) for label, p in chances_of(one, task).items()}
            if task in one.labels
            else None
            for one in data.soft
        ]
        found[task] = column
    return found
