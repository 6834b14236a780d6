"""A model's answers, or predictions made before, against labelled statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError, UsageError
from stance.evaluation.breakdown import Breakdown, Wrong, breakdown, column, wrong_ones
from stance.evaluation.calibration import perfect_ece
from stance.evaluation.conformal import ConformalSets
from stance.evaluation.metrics import HEADLINES, TaskScores, encode, evaluate_task
from stance.evaluation.resampling import Estimate, Floats, plain
from stance.evaluation.selective import Kept, SetScores, scores_of_rules, surest
from stance.records import Prediction, Statement

BREAKDOWNS = ("kind", "speaker", "dispute", "source")


class Model(Protocol):
    """The part of a classifier that evaluation needs."""

    tasks_: tuple[str, ...]
    labels_: Mapping[str, tuple[str, ...]]

    def probabilities(self, X: Any, /) -> Mapping[str, npt.NDArray[np.float64]]:
        """Return for each task an array (n_statements, n_labels), columns sorted by label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAnswers:
    """One task's probabilities (n, k) with their sorted `labels`."""

    labels: tuple[str, ...]
    probabilities: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvaluation:
    """One task: figures, breakdowns by column, wrong ones; `left_out` had no gold label.

    `perfect_ece` is what the ECE would be if these probabilities were exactly right, with the
    band of 95 in 100 such draws (None where no intervals were asked for); `kept` the accuracy
    of the surest answers; `sets` the figures of sets with a stated coverage.
    """

    scores: TaskScores
    left_out: int
    breakdowns: Mapping[str, Breakdown]
    wrong: tuple[Wrong, ...]
    perfect_ece: Estimate | None = None
    kept: tuple[Kept, ...] = ()
    sets: tuple[SetScores, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation of the task as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Every task that was evaluated on `n` statements; `skipped` tasks have no gold labels."""

    n: int
    tasks: Mapping[str, TaskEvaluation]
    skipped: tuple[str, ...]

    def headlines(self) -> dict[str, dict[str, Any]]:
        """Return for each task n, what was resampled and the six headline figures."""
        return {
            task: {
                "n": found.scores.n,
                "resampled": found.scores.resampled if found.scores.n_boot else None,
                **{name: getattr(found.scores, name).to_dict() for name in HEADLINES},
            }
            for task, found in self.tasks.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the evaluation as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def answers_of(
    answers: Model | Sequence[Prediction], statements: Sequence[Statement]
) -> dict[str, TaskAnswers]:
    """Return for each task the sorted labels and probabilities of a model or of predictions.

    A label that some prediction does not carry counts as probability 0 there. Raises
    `UsageError` when the predictions do not line up with the statements.
    """
    if not isinstance(answers, Sequence):
        chances = answers.probabilities(list(statements))
        return {
            task: TaskAnswers(
                labels=tuple(sorted(answers.labels_[task])),
                probabilities=np.asarray(chances[task], dtype=np.float64),
            )
            for task in answers.tasks_
        }
    if len(answers) != len(statements):
        raise UsageError(
            f"{len(answers)} predictions came for {len(statements)} statements; give one each, "
            "in the same order"
        )
    first = answers[0].probabilities if answers else {}
    tasks = [task for task in first if all(task in answer.probabilities for answer in answers)]
    found = {}
    for task in tasks:
        chosen = [answer.probabilities[task] for answer in answers]
        labels = tuple(sorted({label for chances in chosen for label in chances}))
        rows = [[chances.get(label, 0.0) for label in labels] for chances in chosen]
        found[task] = TaskAnswers(labels=labels, probabilities=np.array(rows, dtype=np.float64))
    return found


def evaluate(
    answers: Model | Sequence[Prediction] | Mapping[str, TaskAnswers],
    statements: Sequence[Statement],
    *,
    tasks: Sequence[str] | None = None,
    by: Sequence[str] = BREAKDOWNS,
    group: str = "article",
    groups: Sequence[str | None] | None = None,
    n_boot: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
    rules: Sequence[Mapping[str, ConformalSets]] = (),
) -> Evaluation:
    """Return the evaluation of every task for which `statements` carry gold labels.

    `answers` is a model, predictions in the order of `statements`, or what `answers_of`
    returned. `tasks` limits and orders the tasks; `by` names the columns to break figures
    down by; intervals resample the statements' `group` (any field), or `groups` (n,) where
    given, which `group` then only names. `rules` (from `conformal_rules`, one a stated
    coverage) are measured too. Statements without a gold label of a task are left
    out of it and counted. Raises `UsageError` for a task that the model does not have,
    `StatementError` when no statement carries a gold label of any task, and when gold labels
    are not among the model's (all of them listed).
    """
    found = answers if isinstance(answers, Mapping) else answers_of(answers, statements)
    wanted = tuple(found) if tasks is None else tuple(tasks)
    strange = [task for task in wanted if task not in found]
    if strange:
        raise UsageError(
            f"the model has no task {', '.join(map(repr, strange))}; its tasks are "
            f"{', '.join(found) or 'none'}"
        )
    labelled = {
        task: [n for n, statement in enumerate(statements) if task in statement.labels]
        for task in wanted
    }
    if not any(labelled.values()):
        raise StatementError(
            f"none of the {len(statements)} statements carries a gold label of "
            f"{', '.join(wanted) or 'any task'}; give each its label under the task's name"
        )
    groups = column(statements, group) if groups is None else groups
    options = {"group_name": f"{group}s", "n_boot": n_boot, "seed": seed, "coverage": coverage}
    _check_labels(found, statements, [task for task in wanted if labelled[task]])
    evaluated = {
        task: _evaluate_one(
            found[task],
            [statements[n] for n in rows],
            rows,
            task=task,
            left_out=len(statements) - len(rows),
            by=by,
            groups=[groups[n] for n in rows] if any(groups) else None,
            rules=[by_task[task] for by_task in rules],
            options=options,
        )
        for task, rows in labelled.items()
        if rows
    }
    return Evaluation(
        n=len(statements),
        tasks=evaluated,
        skipped=tuple(task for task in wanted if not labelled[task]),
    )


def _check_labels(
    found: Mapping[str, TaskAnswers], statements: Sequence[Statement], tasks: Sequence[str]
) -> None:
    mistakes = []
    for task in tasks:
        known = found[task].labels
        counts: dict[str, int] = {}
        for statement in statements:
            label = statement.labels.get(task)
            if label is not None and label not in known:
                counts[label] = counts.get(label, 0) + 1
        if counts:
            listed = ", ".join(f"{label} ({count})" for label, count in sorted(counts.items()))
            gold = {statement.labels[task] for statement in statements if task in statement.labels}
            what = (
                "some gold labels are unknown to the model"
                if gold & set(known)
                else "gold labels and the model's labels have nothing in common"
            )
            mistakes.append(f"{task}: {what}: {listed}; the model knows {', '.join(known)}")
    if mistakes:
        raise StatementError(
            "\n".join([*mistakes, "relabel or leave out those statements, or choose another model"])
        )


def _evaluate_one(
    answers: TaskAnswers,
    statements: Sequence[Statement],
    rows: Sequence[int],
    *,
    task: str,
    left_out: int,
    by: Sequence[str],
    groups: Sequence[str | None] | None,
    rules: Sequence[ConformalSets],
    options: Mapping[str, Any],
) -> TaskEvaluation:
    chances = answers.probabilities[list(rows)]
    gold = encode([statement.labels[task] for statement in statements], answers.labels, task=task)
    drawn = {name: options[name] for name in ("n_boot", "seed", "coverage")}
    scores = evaluate_task(
        [statement.labels[task] for statement in statements],
        chances,
        answers.labels,
        task=task,
        groups=groups,
        **options,
    )
    tables = {
        key: breakdown(
            statements, chances, answers.labels, task=task, by=key, groups=groups, **options
        )
        for key in by
    }  # fmt: skip
    return TaskEvaluation(
        scores=scores,
        left_out=left_out,
        breakdowns={key: table for key, table in tables.items() if table is not None},
        wrong=wrong_ones(statements, chances, answers.labels, task=task),
        perfect_ece=perfect_ece(chances, n_sim=options["n_boot"], seed=options["seed"])
        if options["n_boot"]
        else None,
        kept=surest(chances, gold, groups=groups, **drawn),
        sets=scores_of_rules(rules, chances, gold, answers.labels, groups=groups, **options),
    )
