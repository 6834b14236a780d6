"""Two or more models on the same statements: which is better, by how much, how surely."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError, UsageError
from stance.evaluation import formulas
from stance.evaluation.breakdown import column
from stance.evaluation.evaluate import Model, TaskAnswers, answers_of
from stance.evaluation.metrics import confusion_features, encode
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
from stance.evaluation.significance import bootstrap_p, detectable, holm_correction, mcnemar
from stance.records import Prediction, Statement

#: Data that could miss a difference of this many shares of macro-F1 is too small to judge by.
TOO_SMALL = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The second model less the first, on the same statements.

    `p` is the paired bootstrap's (how often chance alone would show as large a difference of
    macro-F1), `p_holm` corrected for the number of comparisons; likewise `mcnemar_p`, exact,
    on which of the two is right. `detectable` is the true difference of macro-F1 that data of
    this size and kind would find in four of five tries.
    """

    first: str
    second: str
    macro_f1: Estimate
    p: float
    p_holm: float
    accuracy: Estimate
    only_first_right: int
    only_second_right: int
    mcnemar_p: float
    mcnemar_p_holm: float
    detectable: float

    @property
    def too_small(self) -> bool:
        """Whether the data could miss a difference of ten points of macro-F1."""
        return not self.detectable <= TOO_SMALL

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as JSON holds it."""
        own = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        return {**own, "too_small": self.too_small}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All models on one task: macro-F1 and accuracy of each, and every pair's difference."""

    task: str
    n: int
    macro_f1: Mapping[str, Estimate]
    accuracy: Mapping[str, Estimate]
    differences: tuple[Difference, ...]
    resampled: str
    n_groups: int
    n_boot: int
    coverage: float
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def compare(
    models: Mapping[str, Model | Sequence[Prediction] | Mapping[str, TaskAnswers]],
    statements: Sequence[Statement],
    *,
    tasks: Sequence[str] | None = None,
    group: str = "article",
    n_boot: int = 10_000,
    seed: int = 0,
    coverage: float = 0.95,
) -> dict[str, Comparison]:
    """Return for each task that all models have and the statements label, their comparison.

    `models` maps names to models, to predictions in the order of `statements`, or to what
    `answers_of` returned. Raises `UsageError` for fewer than two models, `StatementError`
    when no task is left.
    """
    if len(models) < 2:
        raise UsageError(f"{len(models)} model came; name at least two models to compare")
    answers = {
        name: given if isinstance(given, Mapping) else answers_of(given, statements)
        for name, given in models.items()
    }
    shared = [
        task for task in next(iter(answers.values())) if all(task in a for a in answers.values())
    ]
    wanted = shared if tasks is None else [task for task in tasks if task in shared]
    groups = column(statements, group)
    found = {}
    for task in wanted:
        rows = [n for n, statement in enumerate(statements) if task in statement.labels]
        if rows:
            found[task] = compare_task(
                [statements[n].labels[task] for n in rows],
                {
                    name: TaskAnswers(
                        labels=a[task].labels, probabilities=a[task].probabilities[rows]
                    )
                    for name, a in answers.items()
                },
                task=task,
                groups=[groups[n] for n in rows] if any(groups) else None,
                group_name=f"{group}s",
                n_boot=n_boot,
                seed=seed,
                coverage=coverage,
            )
    if not found:
        raise StatementError(
            f"the {len(statements)} statements carry no gold label of a task that all models "
            f"share ({', '.join(wanted) or 'they share none'}); nothing can be compared"
        )
    return found


def compare_task(
    gold: Sequence[str] | npt.NDArray[Any],
    answers: Mapping[str, TaskAnswers],
    *,
    task: str = "",
    groups: Sequence[Any] | None = None,
    group_name: str = "articles",
    n_boot: int = 10_000,
    seed: int = 0,
    coverage: float = 0.95,
) -> Comparison:
    """Return the comparison of all models on one task.

    Every resample draws the same articles (statements, where there are fewer than eight
    articles) for all models, so the differences are paired. Label sets may differ: a gold
    label outside a model's set counts as wrong there.
    """
    labels = sorted({*gold, *(label for given in answers.values() for label in given.labels)})
    codes = encode(gold, labels, task=task)
    k = len(labels)
    predicted = {
        name: np.array([labels.index(label) for label in given.labels], dtype=np.int64)[
            given.probabilities.argmax(1)
        ]
        for name, given in answers.items()
    }
    units = units_of(len(codes), groups, group_name=group_name)
    features = [confusion_features(codes, answer, k) for answer in predicted.values()]
    sums = sums_by_unit(np.hstack(features), units)
    shape = (-1, len(predicted), k, k)
    whole = sums.sum(0).reshape(shape)[0]
    drawn = resample_sums(sums, n_boot=n_boot, seed=seed).reshape(shape)
    values = {name: formula(whole) for name, formula in _FORMULAS.items()}
    draws = {name: formula(drawn) for name, formula in _FORMULAS.items()}
    each = {
        figure: {
            name: estimate(float(values[figure][n]), draws[figure][:, n], coverage=coverage)
            for n, name in enumerate(predicted)
        }
        for figure in _FORMULAS
    }
    return Comparison(
        task=task,
        n=len(codes),
        macro_f1=each["macro_f1"],
        accuracy=each["accuracy"],
        differences=_differences(codes, predicted, values, draws, coverage=coverage),
        resampled=units.resampled,
        n_groups=units.n_groups,
        n_boot=n_boot,
        coverage=coverage,
        seed=seed,
    )


_FORMULAS: Mapping[str, Callable[[Floats], Floats]] = {
    "macro_f1": formulas.macro_f1,
    "accuracy": formulas.accuracy,
}


def _differences(
    gold: Ints,
    predicted: Mapping[str, Ints],
    values: Mapping[str, Floats],
    draws: Mapping[str, Floats],
    *,
    coverage: float,
) -> tuple[Difference, ...]:
    """Return every pair's difference, its p values corrected for all pairs."""
    names = list(predicted)
    pairs = list(combinations(range(len(names)), 2))
    drawn = [draws["macro_f1"][:, b] - draws["macro_f1"][:, a] for a, b in pairs]
    ps = [bootstrap_p(differences) for differences in drawn]
    tallies = [mcnemar(gold, predicted[names[a]], predicted[names[b]]) for a, b in pairs]
    holm, holm_exact = holm_correction(ps), holm_correction([exact for *_, exact in tallies])

    def difference(figure: str, a: int, b: int) -> Estimate:
        value = float(values[figure][b] - values[figure][a])
        return estimate(value, draws[figure][:, b] - draws[figure][:, a], coverage=coverage)

    return tuple(
        Difference(
            first=names[a],
            second=names[b],
            macro_f1=difference("macro_f1", a, b),
            p=ps[n],
            p_holm=holm[n],
            accuracy=difference("accuracy", a, b),
            only_first_right=tallies[n][0],
            only_second_right=tallies[n][1],
            mcnemar_p=tallies[n][2],
            mcnemar_p_holm=holm_exact[n],
            detectable=detectable(drawn[n]),
        )
        for n, (a, b) in enumerate(pairs)
    )
