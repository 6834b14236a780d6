"""Every figure of one task, with intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError, UsageError
from stance.evaluation import formulas
from stance.evaluation.resampling import (
    Estimate,
    Floats,
    Ints,
    estimate,
    plain,
    resample_sums,
    sums_by_unit,
    units_of,
)
from stance.labels import canonical_order

HEADLINES = ("macro_f1", "accuracy", "mcc", "log_loss", "brier", "ece")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScores:
    """One label's figures; `support` counts it in gold, `predicted` in the answers."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskScores:
    """The figures of one task on `n` statements.

    `labels` are in canonical order, and so are `classes` and `confusion` (rows gold, columns
    predicted). `macro_labels` are those that macro-F1 is the mean of: the ones that occur as
    gold or as predicted. `resampled` says what the intervals drew with replacement
    ("articles", "statements", ...), `coverage` how sure they are.
    """

    task: str
    n: int
    macro_f1: Estimate
    accuracy: Estimate
    mcc: Estimate
    log_loss: Estimate
    brier: Estimate
    ece: Estimate
    labels: tuple[str, ...]
    macro_labels: tuple[str, ...]
    classes: tuple[ClassScores, ...]
    confusion: tuple[tuple[int, ...], ...]
    resampled: str
    n_groups: int
    n_boot: int
    coverage: float
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as JSON holds them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def evaluate_task(
    gold: Sequence[str] | npt.NDArray[Any],
    probabilities: npt.ArrayLike,
    labels: Sequence[str],
    *,
    task: str = "",
    groups: Sequence[Any] | None = None,
    group_name: str = "articles",
    n_boot: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
    bins: int = 15,
    binning: str = "width",
) -> TaskScores:
    """Return all figures of one task.

    `gold` (n,) are labels, `probabilities` (n, k) with columns as in `labels` (sorted);
    `groups` (n,), one a statement, are resampled for the intervals where there are at least
    eight, else the statements are. `n_boot=0` leaves the intervals out. ECE takes `bins` of
    equal `binning` ("width" or "mass"). Raises `StatementError` for gold labels outside
    `labels` and for no statement at all, `UsageError` for shapes that do not fit.
    """
    chances = check_probabilities(probabilities, labels, n=len(gold), task=task)
    codes = encode(gold, labels, task=task)
    units = units_of(len(codes), groups, group_name=group_name)
    k = len(labels)
    features = _features(codes, chances, bins=bins, binning=binning)
    sums = sums_by_unit(features, units)
    values = _headlines(sums.sum(0), k)
    draws = None
    if n_boot and units.count > 1:
        draws = _headlines(resample_sums(sums, n_boot=n_boot, seed=seed), k)
    found = {
        name: estimate(
            float(values[name]), None if draws is None else draws[name], coverage=coverage
        )
        for name in HEADLINES
    }
    order = canonical_order(task, frozenset(labels))
    where = [list(labels).index(label) for label in order]
    confusion = sums.sum(0)[: k * k].reshape(k, k)[np.ix_(where, where)]
    occurs = confusion.sum(0) + confusion.sum(1) > 0
    return TaskScores(
        task=task,
        n=len(codes),
        **found,
        labels=order,
        macro_labels=tuple(label for label, here in zip(order, occurs, strict=True) if here),
        classes=_classes(confusion, order),
        confusion=tuple(tuple(int(cell) for cell in row) for row in confusion),
        resampled=units.resampled,
        n_groups=units.n_groups,
        n_boot=n_boot if draws is not None else 0,
        coverage=coverage,
        seed=seed,
    )


def check_probabilities(
    probabilities: npt.ArrayLike, labels: Sequence[str], *, n: int, task: str = ""
) -> Floats:
    """Return `probabilities` as floats (n, k); raise when shape, range or row sums are off."""
    chances = np.asarray(probabilities, dtype=np.float64)
    name = f" of '{task}'" if task else ""
    if n == 0:
        raise StatementError(
            f"there is no statement{name} to evaluate; give at least one labelled statement"
        )
    if list(labels) != sorted(set(labels)):
        raise UsageError(
            f"the labels{name} came as {list(labels)}; give them once each, sorted, in the order "
            "of the probabilities' columns"
        )
    if chances.shape != (n, len(labels)):
        raise UsageError(
            f"probabilities{name} of shape {chances.shape} came; expected ({n}, {len(labels)}): a "
            "row for each statement, a column for each label"
        )
    bad = np.flatnonzero(
        ~(np.abs(chances.sum(1) - 1) < 1e-3) | ~((chances > -1e-6) & (chances < 1.001)).all(1)
    )
    if len(bad):
        raise UsageError(
            f"row {bad[0]} of the probabilities{name} is {chances[bad[0]].tolist()} ({len(bad)} "
            "such rows); each row must be shares between 0 and 1 that add up to 1"
        )
    return chances


def encode(
    gold: Sequence[str] | npt.NDArray[Any], labels: Sequence[str], *, task: str = ""
) -> Ints:
    """Return (n,) positions of `gold` in `labels`; raise `StatementError` listing unknown ones."""
    index = {label: n for n, label in enumerate(labels)}
    unknown: dict[str, int] = {}
    for label in gold:
        if label not in index:
            unknown[str(label)] = unknown.get(str(label), 0) + 1
    if unknown:
        listed = ", ".join(f"{label} ({count})" for label, count in sorted(unknown.items()))
        raise StatementError(
            f"gold labels of '{task}' that the model does not know: {listed}; it knows "
            f"{', '.join(labels)}. Relabel or leave out those statements, or choose a model "
            "trained on them"
        )
    return np.array([index[label] for label in gold], dtype=np.int64)


def confusion_features(gold: Ints, predicted: Ints, k: int) -> Floats:
    """Return (n, k * k): a one in the cell of each statement's gold and predicted label."""
    features = np.zeros((len(gold), k * k))
    features[np.arange(len(gold)), gold * k + predicted] = 1
    return features


def _features(gold: Ints, chances: Floats, *, bins: int, binning: str) -> Floats:
    predicted = chances.argmax(1)
    correct = (predicted == gold).astype(np.float64)
    return np.hstack(
        [
            confusion_features(gold, predicted, chances.shape[1]),
            formulas.log_loss_terms(chances, gold)[:, None],
            formulas.brier_terms(chances, gold)[:, None],
            formulas.bin_features(chances.max(1), correct, bins=bins, binning=binning),
        ]
    )


def _headlines(sums: Floats, k: int) -> dict[str, Floats]:
    """Return each headline figure from sums (..., f) of `_features`."""
    confusion = sums[..., : k * k].reshape((*sums.shape[:-1], k, k))
    of_matrix: dict[str, Callable[[Floats], Floats]] = {
        "macro_f1": formulas.macro_f1,
        "accuracy": formulas.accuracy,
        "mcc": formulas.mcc,
    }
    n = confusion.sum((-2, -1))
    return {
        **{name: formula(confusion) for name, formula in of_matrix.items()},
        "log_loss": sums[..., k * k] / n,
        "brier": sums[..., k * k + 1] / n,
        "ece": formulas.ece(sums[..., k * k + 2 :]),
    }


def _classes(confusion: Floats, labels: Sequence[str]) -> tuple[ClassScores, ...]:
    hits, gold, predicted = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    precision = formulas.safe_divide(hits, predicted)
    recall = formulas.safe_divide(hits, gold)
    f1 = formulas.class_f1(confusion)
    return tuple(
        ClassScores(
            label=label,
            precision=float(precision[n]),
            recall=float(recall[n]),
            f1=float(f1[n]),
            support=int(gold[n]),
            predicted=int(predicted[n]),
        )
        for n, label in enumerate(labels)
    )
