"""Train and test by group: no group is ever on both sides of a split."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError
from stance.evaluation.evaluate import BREAKDOWNS, Evaluation, TaskAnswers, evaluate
from stance.evaluation.folds import Plan, plan_rounds
from stance.evaluation.leakage import LeakageReport
from stance.evaluation.metrics import TaskScores, evaluate_task
from stance.evaluation.resampling import Ints, plain
from stance.labels import DEFAULT_TASKS
from stance.records import Statement


class Trainable(Protocol):
    """The part of a classifier that cross-validation needs."""

    labels_: Mapping[str, tuple[str, ...]]

    def fit(self, X: Any, y: Any, *, sample_weight: Any = None) -> Any:
        """Learn every task of `y` from the statements `X`, weighed by `sample_weight`."""

    def probabilities(self, X: Any) -> Mapping[str, npt.NDArray[np.float64]]:
        """Return for each task an array (n_statements, n_labels), columns sorted by label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One round: the groups tested, the rows trained on and tested, and its figures by task."""

    number: int
    groups: tuple[str, ...]
    n_train: int
    n_test: int
    macro_f1: Mapping[str, float]
    accuracy: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """Out-of-fold answers for every statement, and the figures over all of them.

    `statements` are those that took part (`left_out` had no label), `groups` (n,) what was
    kept together, `fold_of` (n,) the round that tested each, `answers` each task's
    out-of-fold probabilities. `evaluation` pools them; its intervals resample the groups.
    `plan` is "leave one group out" or "stratified groups".
    """

    group: str
    plan: str
    seed: int
    left_out: int
    n_extra: int
    folds: tuple[Fold, ...]
    evaluation: Evaluation
    leakage: LeakageReport
    statements: tuple[Statement, ...] = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)
    fold_of: Ints = field(repr=False)
    answers: Mapping[str, TaskAnswers] = field(repr=False)

    @property
    def scores(self) -> dict[str, TaskScores]:
        """The pooled figures by task."""
        return {task: found.scores for task, found in self.evaluation.tasks.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return figures, folds and leakage as JSON holds them; `rows` holds the answers."""
        long = ("statements", "groups", "fold_of", "answers")
        return {f.name: plain(getattr(self, f.name)) for f in fields(self) if f.name not in long}

    def rows(self) -> list[dict[str, Any]]:
        """Return each statement as a dictionary with fold, group and out-of-fold answers.

        Keys a task: `<task>_predicted`, `<task>_p_<label>`; `<task>` itself stays the gold.
        """
        found = []
        for n, statement in enumerate(self.statements):
            row = {**statement.to_dict(), "fold": int(self.fold_of[n]), "group": self.groups[n]}
            for task, answers in self.answers.items():
                chances = answers.probabilities[n]
                row[f"{task}_predicted"] = answers.labels[int(chances.argmax())]
                for label, chance in zip(answers.labels, chances, strict=True):
                    row[f"{task}_p_{label}"] = float(chance)
            found.append(row)
        return found


def crossval(
    make_model: Callable[[], Trainable],
    statements: Sequence[Statement],
    *,
    tasks: Sequence[str] | None = None,
    group: str = "article",
    folds: int | None = None,
    seed: int = 0,
    extra_train: Sequence[Statement] = (),
    extra_weight: float = 1.0,
    duplicates: str = "merge",
    threshold: float = 0.8,
    by: Sequence[str] = BREAKDOWNS,
    n_boot: int = 2000,
    coverage: float = 0.95,
    prepare: Callable[[Sequence[Statement]], Sequence[Statement]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CrossValidation:
    """Train on all groups but some, test on those, and pool the out-of-fold answers.

    `make_model` returns a fresh unfitted classifier a fold. `tasks` defaults to stance and
    sentiment where labelled. A statement counts for the tasks that it has a label of, in
    training as in the figures; those without any are left out. `group` is any field
    ("article", "dispute", a key of `extra`); a statement without it goes by its article, else
    alone. `folds=None` leaves one group out where there are at most ten, else makes five
    stratified folds of groups. `extra_train` joins every training, each row with the weight
    `extra_weight`, and is never tested.

    Near-duplicate texts (Jaccard >= `threshold`) in different groups would leak: with
    `duplicates="merge"` their groups become one, with "drop" they are left out of training
    when their twin is tested, with "keep" they are only reported. Extra rows that share the
    tested group, or near-duplicate a tested text, are left out of that round unless "keep".
    `prepare` turns the statements of a training into those that are learnt. `progress` is
    called with rounds done and rounds to do. Raises `StatementError` where
    nothing is labelled or one group holds all, `UsageError` for options out of range.
    """
    wanted = _tasks(statements, tasks)
    rows = [row for row in statements if any(task in row.labels for task in wanted)]
    extra = [row for row in extra_train if any(task in row.labels for task in wanted)]
    if not rows:
        raise StatementError(
            f"none of the {len(statements)} statements carries a label of "
            f"{' or '.join(wanted)}; label them or name other tasks"
        )
    plan = plan_rounds(
        rows, extra, group=group, strata=[row.labels.get(wanted[0], "") for row in rows],
        folds=folds, duplicates=duplicates, threshold=threshold, seed=seed,
    )  # fmt: skip
    answers, rounds = _run(
        make_model, rows, extra, plan, tasks=wanted, extra_weight=extra_weight, prepare=prepare,
        progress=progress,
    )  # fmt: skip
    return CrossValidation(
        group=group,
        plan=plan.name,
        seed=seed,
        left_out=len(statements) - len(rows),
        n_extra=len(extra),
        folds=tuple(rounds),
        evaluation=evaluate(
            answers, rows, by=by, group=group, groups=plan.groups, n_boot=n_boot, seed=seed,
            coverage=coverage,
        ),
        leakage=LeakageReport(
            threshold=threshold,
            pairs=plan.leaks,
            merged=plan.merged,
            dropped=sum(len(rows) + len(extra) - fold.n_test - fold.n_train for fold in rounds),
        ),
        statements=tuple(rows),
        groups=plan.groups,
        fold_of=plan.fold_of,
        answers=answers,
    )  # fmt: skip


def _tasks(statements: Sequence[Statement], tasks: Sequence[str] | None) -> tuple[str, ...]:
    if tasks is not None:
        return tuple(tasks)
    found = {task for row in statements for task in row.labels}
    return tuple(task for task in DEFAULT_TASKS if task in found) or tuple(sorted(found)[:1])


def _run(
    make_model: Callable[[], Trainable],
    rows: Sequence[Statement],
    extra: Sequence[Statement],
    plan: Plan,
    *,
    tasks: Sequence[str],
    extra_weight: float,
    prepare: Callable[[Sequence[Statement]], Sequence[Statement]] | None,
    progress: Callable[[int, int], None] | None,
) -> tuple[dict[str, TaskAnswers], list[Fold]]:
    everything = [*rows, *extra]
    labels = {
        task: tuple(sorted({row.labels[task] for row in everything if task in row.labels}))
        for task in tasks
    }
    answers = {
        task: TaskAnswers(labels=names, probabilities=np.zeros((len(rows), len(names))))
        for task, names in labels.items()
    }
    rounds = []
    for number in range(plan.rounds):
        train, test = plan.split(number)
        own: Sequence[Statement] = [rows[n] for n in train.tolist() if n < len(rows)]
        added: Sequence[Statement] = [everything[n] for n in train.tolist() if n >= len(rows)]
        if prepare is not None:
            own, added = prepare(own), prepare(added)
        learnt = [*own, *added]
        model = make_model()
        y = {task: [row.labels.get(task) for row in learnt] for task in tasks}
        if added and extra_weight != 1.0:
            weights = np.array([1.0] * len(own) + [extra_weight] * len(added))
            model.fit(learnt, y, sample_weight=weights)
        else:
            model.fit(learnt, y)
        chances = model.probabilities([rows[n] for n in test.tolist()])
        for task in tasks:
            # A label that this training lacked keeps its column, at zero.
            for column, label in enumerate(sorted(model.labels_[task])):
                where = labels[task].index(label)
                answers[task].probabilities[test, where] = chances[task][:, column]
        rounds.append(_fold(number, rows, answers, plan, test, n_train=len(train)))
        if progress is not None:
            progress(number + 1, plan.rounds)
    return answers, rounds


def _fold(
    number: int,
    rows: Sequence[Statement],
    answers: Mapping[str, TaskAnswers],
    plan: Plan,
    test: Ints,
    *,
    n_train: int,
) -> Fold:
    scores = {}
    for task, found in answers.items():
        here = [n for n in test.tolist() if task in rows[n].labels]
        if here:
            scores[task] = evaluate_task(
                [rows[n].labels[task] for n in here], found.probabilities[here], found.labels,
                task=task, n_boot=0,
            )  # fmt: skip
    return Fold(
        number=number,
        groups=tuple(dict.fromkeys(plan.groups[n] for n in test)),
        n_train=n_train,
        n_test=len(test),
        macro_f1={task: found.macro_f1.value for task, found in scores.items()},
        accuracy={task: found.accuracy.value for task, found in scores.items()},
    )
