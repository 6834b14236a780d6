"""The same statement about other people and countries: does the label stay?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from stance.errors import StatementError
from stance.evaluation import formulas
from stance.evaluation.breakdown import column
from stance.evaluation.evaluate import Model, TaskAnswers, answers_of
from stance.evaluation.resampling import (
    Estimate,
    Units,
    estimate,
    plain,
    resample_sums,
    sums_by_unit,
    units_of,
)
from stance.labels import canonical_order
from stance.records import Statement
from stance.renaming import exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSwapScores:
    """How one task's labels bear a change of names.

    `n` statements, `n_swapped` of them name someone or somewhere; over those and all
    `seeds`: `stays`, the share of labels that stay, `shift`, the mean change of the first
    label's probability, and `flips`, how often a label (row) became another (column), in
    canonical order. `macro_f1` before and after, on the swapped ones with a gold label.
    """

    task: str
    n: int
    n_swapped: int
    seeds: tuple[int, ...]
    stays: Estimate
    shift: float
    labels: tuple[str, ...]
    flips: tuple[tuple[int, ...], ...]
    macro_f1_before: float | None
    macro_f1_after: float | None
    resampled: str

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def name_swap(
    model: Model,
    statements: Sequence[Statement],
    *,
    tasks: Sequence[str] | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    group: str = "article",
    n_boot: int = 2000,
    coverage: float = 0.95,
    answers: Mapping[str, TaskAnswers] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, NameSwapScores]:
    """Return for each task of `model` how its labels bear other names, once for each seed.

    `answers` is what `answers_of` returned for `model` and these statements, where that was
    asked already. The interval resamples articles (statements, below eight articles). Raises
    `StatementError` when no statement names a person or a country that could be swapped.
    """
    first = [exchange(statement, seed=seeds[0]) for statement in statements]
    rows = [n for n, one in enumerate(first) if one.changed]
    if not rows:
        raise StatementError(
            f"none of the {len(statements)} statements names a person or a country in its text, "
            "context or speaker; a name swap has nothing to change"
        )
    kept = [statements[n] for n in rows]
    if answers is None:
        before = answers_of(model, kept)
    else:
        before = {
            task: replace(found, probabilities=found.probabilities[rows])
            for task, found in answers.items()
        }
    after = []
    for done, seed in enumerate(seeds, start=1):
        after.append(
            answers_of(model, [exchange(statement, seed=seed).statement for statement in kept])
        )
        if progress is not None:
            progress(done, len(seeds))
    groups = column(kept, group)
    units = units_of(len(kept), groups if any(groups) else None, group_name=f"{group}s")
    return {
        task: _scores(
            kept, before[task], [found[task] for found in after], units,
            task=task, n=len(statements), seeds=seeds, n_boot=n_boot, coverage=coverage,
        )
        for task in (before if tasks is None else tasks)
    }  # fmt: skip


def _scores(
    kept: Sequence[Statement],
    before: TaskAnswers,
    after: Sequence[TaskAnswers],
    units: Units,
    *,
    task: str,
    n: int,
    seeds: Sequence[int],
    n_boot: int,
    coverage: float,
) -> NameSwapScores:
    labels = before.labels
    old = before.probabilities
    new = np.stack([answers.probabilities for answers in after])
    was, became = old.argmax(1), new.argmax(2)
    stays = (became == was).mean(0)
    draws = None
    if units.count > 1 and n_boot:
        sums = sums_by_unit(np.stack([stays, np.ones(len(kept))], axis=1), units)
        drawn = resample_sums(sums, n_boot=n_boot, seed=0)
        draws = drawn[:, 0] / drawn[:, 1]
    order = canonical_order(task, frozenset(labels))
    at = [labels.index(label) for label in order]
    flips = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(flips, (np.tile(was, len(seeds)), became.ravel()), 1)
    return NameSwapScores(
        task=task,
        n=n,
        n_swapped=len(kept),
        seeds=tuple(seeds),
        stays=estimate(float(stays.mean()), draws, coverage=coverage),
        shift=float(np.abs(new - old)[:, np.arange(len(kept)), was].mean()),
        labels=order,
        flips=tuple(tuple(row) for row in flips[np.ix_(at, at)].tolist()),
        macro_f1_before=_macro_f1(kept, task, labels, was[None]),
        macro_f1_after=_macro_f1(kept, task, labels, became),
        resampled=units.resampled,
    )


def _macro_f1(
    statements: Sequence[Statement], task: str, labels: Sequence[str], answers: Any
) -> float | None:
    """Return the mean macro-F1 of `answers` (seeds, n) where gold labels are known."""
    rows = [n for n, one in enumerate(statements) if one.labels.get(task) in labels]
    if not rows:
        return None
    gold = [labels.index(statements[n].labels[task]) for n in rows]
    confusion = np.zeros((len(answers), len(labels), len(labels)))
    for seed, answer in enumerate(answers):
        np.add.at(confusion[seed], (gold, answer[rows]), 1)
    return float(formulas.macro_f1(confusion).mean())
