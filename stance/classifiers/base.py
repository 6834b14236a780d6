"""What every classifier is: one contract for statements in, labels and probabilities out."""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError, UsageError
from stance.labels import canonical_order
from stance.records import Prediction, Statement

Probabilities = dict[str, npt.NDArray[np.float64]]


@runtime_checkable
class Classifier(Protocol):
    """The contract of both classifiers, as scoring, evaluation and the store see it."""

    tasks_: tuple[str, ...]
    labels_: Mapping[str, tuple[str, ...]]

    def fit(self, X: Any, y: Any, **options: Any) -> Self:
        """Learn every task of `y` from the statements `X`."""

    def probabilities(self, X: Any) -> Probabilities:
        """Return for each task an array (n_statements, n_labels), columns sorted by label."""

    def __call__(self, X: Any) -> list[Prediction]:
        """Return one `Prediction` a statement, in the order of `X`."""

    def to_folder(self, folder: Path) -> dict[str, Any]:
        """Write the weights as plain files; return what the manifest must know to load them."""

    @classmethod
    def from_folder(cls, folder: Path, manifest: Mapping[str, Any]) -> Self:
        """Load from files whose checksums were verified already."""


def as_statements(X: Any) -> list[Statement]:
    """Return `X` as statements: strings, mappings, records, a column or a frame of them.

    A frame (anything with `columns`) needs a column `text`; `context` and `speaker` are
    read where present. Raises `StatementError` naming the first item that cannot be read,
    and `UsageError` for one bare string, which would be read as its letters.
    """
    if isinstance(X, (str, bytes)):
        raise UsageError(
            "a single string came where a list of statements was expected; pass [text]"
        )
    if hasattr(X, "columns") and hasattr(X, "to_dict"):
        if "text" not in set(X.columns):
            raise StatementError(
                f"the frame has no column 'text' (it has {', '.join(map(str, X.columns))}); "
                "rename the column that holds the statements to 'text'"
            )
        X = X.to_dict("records")
    elif isinstance(X, np.ndarray) and X.ndim == 2 and X.shape[1] == 1:
        X = X[:, 0]
    return [_as_statement(item, n) for n, item in enumerate(X)]


def _as_statement(item: Any, n: int) -> Statement:
    if isinstance(item, Statement):
        return item
    if isinstance(item, str):
        return Statement(text=str(item))
    if isinstance(item, Mapping):
        row = {key: value for key, value in item.items() if not _is_missing(value)}
        if isinstance(row.get("text"), str):
            return Statement.from_dict(row)
        raise StatementError(
            f"statement {n} has no 'text' that is a string (keys: {', '.join(map(str, item))}); "
            "give each statement its words under 'text'"
        )
    raise StatementError(
        f"statement {n} is a {type(item).__name__}; expected a string, a mapping with 'text' "
        "or a stance.Statement"
    )


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def as_labels(
    y: Any, n: int, *, task: str = "stance", allow_missing: bool = False
) -> dict[str, npt.NDArray[np.object_]]:
    """Return `y` as a column of labels a task: {task: array (n,) of str}.

    `y` is one column (its task is named `task`), a mapping of columns, or a frame with a
    column a task. With `allow_missing`, a row may lack the label of some tasks (None in the
    result), but not of all. In place of a label a row may have a mapping of labels to shares
    (a soft label), which come scaled to a sum of 1. Raises `StatementError` for missing labels,
    shares that are none, and lengths that differ.
    """
    if y is None:
        raise StatementError("y is None; give one label for each statement")
    if hasattr(y, "columns"):
        columns: dict[str, Any] = {str(name): y[name] for name in y.columns}
    elif isinstance(y, Mapping):
        columns = {str(name): column for name, column in y.items()}
    else:
        columns = {task: y}
    found = {}
    for name, column in columns.items():
        values = list(column)
        if len(values) != n:
            raise StatementError(
                f"{n} statements came with {len(values)} labels of '{name}'; give one label each"
            )
        holes = [i for i, value in enumerate(values) if _is_missing(value)]
        if holes and not allow_missing:
            raise StatementError(
                f"'{name}' has no label at row {holes[0]} ({len(holes)} such rows); "
                "label every row or leave those out"
            )
        column = np.empty(n, dtype=object)
        for i, value in enumerate(values):
            if isinstance(value, Mapping):
                column[i] = _shares(value, name, i)
            elif not _is_missing(value):
                column[i] = str(value)
        found[name] = column
    if not found:
        raise StatementError("y holds no column of labels; give one column for each task")
    bare = [i for i in range(n) if all(column[i] is None for column in found.values())]
    if bare:
        raise StatementError(
            f"row {bare[0]} has no label of any task ({len(bare)} such rows); leave those out"
        )
    return found


def _shares(value: Mapping[Any, Any], task: str, row: int) -> dict[str, float]:
    """Return a soft label as {label: share}, the shares summing to 1."""
    try:
        shares = {str(label): float(share) for label, share in value.items()}
    except (TypeError, ValueError):
        shares = {}
    total = sum(shares.values())
    if not all(share >= 0 for share in shares.values()) or not 0 < total < math.inf:
        raise StatementError(
            f"'{task}' has {str(value)[:80]} at row {row}; expected a label, or labels with shares "
            "of 0 or more that are not all 0"
        )
    return {label: share / total for label, share in shares.items()}


def label_sets(labels: Mapping[str, Iterable[Any]]) -> dict[str, tuple[str, ...]]:
    """Return the labels that occur in each task, in canonical order; None is no label.

    Those of soft labels count too. Raises `StatementError` for a task with fewer than two
    labels: nothing can be learnt.
    """
    sets: dict[str, tuple[str, ...]] = {}
    for task, column in labels.items():
        found: set[str] = set()
        for label in column:
            found.update(label if isinstance(label, dict) else () if label is None else (label,))
        sets[task] = canonical_order(task, found)
    for task, names in sets.items():
        if len(names) < 2:
            raise StatementError(
                f"all statements have the same label of '{task}' ({', '.join(names) or 'none'}); "
                "at least two labels are needed to learn from"
            )
    return sets


def softmax(scores: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return `scores` (n, k) as probabilities along the last axis, in double precision."""
    powers = np.exp(scores.astype(np.float64) - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def row_weights(sample_weight: Any, n: int) -> npt.NDArray[np.float64]:
    """Return `sample_weight` as an array (n,), ones where it is None.

    Raises `StatementError` for another length, a negative weight or one that is no number.
    """
    if sample_weight is None:
        return np.ones(n)
    weights = np.asarray(sample_weight, dtype=np.float64)
    if weights.shape != (n,) or not np.isfinite(weights).all() or (weights < 0).any():
        raise StatementError(
            f"sample_weight has shape {weights.shape}; expected {n} finite weights of 0 or more"
        )
    return weights


class StatementClassifier:
    """The part of the contract that follows from `log_probabilities`: shared by both classifiers.

    Subclasses set `tasks_` (the first is the default task), `labels_` (canonical order) and
    `temperature_` (1.0 for each task until calibrated) in `fit`, and implement
    `log_probabilities`.
    """

    tasks_: tuple[str, ...]
    labels_: Mapping[str, tuple[str, ...]]
    temperature_: dict[str, float]

    @property
    def classes_(self) -> npt.NDArray[np.object_]:
        """Sorted labels of the first task: the column order of `predict_proba`."""
        return self.classes_of(None)

    def classes_of(self, task: str | None) -> npt.NDArray[np.object_]:
        """Return the sorted labels of `task` (default: the first task)."""
        return np.array(sorted(self.labels_[self._task(task)]), dtype=object)

    def _task(self, task: str | None) -> str:
        if not hasattr(self, "tasks_"):
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(
                f"this {type(self).__name__} is not fitted yet; call fit with statements and "
                "labels before using it"
            )
        if task is None:
            return self.tasks_[0]
        if task not in self.tasks_:
            raise UsageError(
                f"this model has no task '{task}'; its tasks are {', '.join(self.tasks_)}"
            )
        return task

    def log_probabilities(self, X: Any) -> Probabilities:
        """Return uncalibrated log-probabilities: for each task (n_statements, n_labels)."""
        raise NotImplementedError

    def probabilities(self, X: Any) -> Probabilities:
        """Return for each task an array (n_statements, n_labels), columns sorted by label.

        The log-probabilities are divided by the task's `temperature_` and normalised again
        (temperature scaling: Guo et al. 2017, arXiv:1706.04599).
        """
        self._task(None)
        scores = self.log_probabilities(X)
        return {task: softmax(scores[task] / self.temperature_[task]) for task in self.tasks_}

    def predict_proba(self, X: Any, *, task: str | None = None) -> npt.NDArray[np.float64]:
        """Return probabilities (n_statements, n_labels) of `task`, columns in sorted order."""
        name = self._task(task)
        return self.probabilities(X)[name]

    def predict(self, X: Any, *, task: str | None = None) -> npt.NDArray[np.object_]:
        """Return the most probable label (n_statements,) of `task` (default: the first)."""
        chances = self.predict_proba(X, task=task)
        return np.asarray(self.classes_of(task)[chances.argmax(axis=1)], dtype=object)

    def truncated(self, X: Sequence[Statement]) -> list[bool]:
        """Return for each statement whether words of its text never reach the model."""
        return [False] * len(X)

    def __call__(self, X: Any) -> list[Prediction]:
        """Return one `Prediction` a statement, in the order of `X`."""
        statements = as_statements(X)
        chances = self.probabilities(statements)
        lost = self.truncated(statements)
        columns = {task: list(self.classes_of(task)) for task in self.tasks_}
        return [
            Prediction(
                probabilities={
                    task: {
                        label: float(chances[task][row, columns[task].index(label)])
                        for label in self.labels_[task]
                    }
                    for task in self.tasks_
                },
                truncated=lost[row],
            )
            for row in range(len(statements))
        ]
