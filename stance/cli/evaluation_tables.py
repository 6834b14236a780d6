"""Evaluation as text: figures with their intervals, confusion, breakdowns, the wrong ones."""

from collections.abc import Mapping, Sequence

from stance.cli.common import console, percent, table
from stance.evaluation.evaluate import Evaluation, TaskEvaluation
from stance.evaluation.metrics import TaskScores
from stance.evaluation.nameswap import NameSwapScores
from stance.evaluation.resampling import Estimate
from stance.evaluation.selective import SetScores

#: Figures shown in points of a hundred; log-loss and Brier have no such scale.
_POINTS = ("macro_f1", "accuracy", "mcc", "ece")
_NAMES = {
    "macro_f1": "macro-F1", "accuracy": "accuracy", "mcc": "MCC",
    "log_loss": "log-loss", "brier": "Brier", "ece": "ECE",
}  # fmt: skip


def with_interval(estimate: Estimate, *, points: bool = True) -> str:
    """Return '71.3 (64.0 to 78.1)'; the bare figure where there is no interval."""

    def one(value: float) -> str:
        return percent(value) if points else f"{value:.3f}"

    if estimate.low is None or estimate.high is None:
        return one(estimate.value)
    return f"{one(estimate.value)} ({one(estimate.low)} to {one(estimate.high)})"


def band(estimate: Estimate | None) -> str:
    """Return the interval alone, in points: '2.1 to 8.0'; '-' where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return "-"
    return f"{percent(estimate.low)} to {percent(estimate.high)}"


def print_evaluation(evaluation: Evaluation, *, title: str, wrong: int = 10) -> None:
    """Print every task of an evaluation, with at most `wrong` wrong answers a task."""
    names = list(evaluation.tasks)
    scores = {name: evaluation.tasks[name].scores for name in names}
    rows = [
        (label, *(with_interval(getattr(s, key), points=key in _POINTS) for s in scores.values()))
        for key, label in _NAMES.items()
    ]
    tasks = evaluation.tasks.values()
    if any(task.perfect_ece for task in tasks):
        rows.append(("ECE if exactly right", *(band(task.perfect_ece) for task in tasks)))
    table(title, ("", *(f"{name}, n = {scores[name].n}" for name in names)), rows)
    console().print("  " + _basis(scores))
    if any(task.perfect_ece for task in tasks):
        console().print(
            "  ECE if exactly right: what these probabilities would show at this n if they were "
            "exactly right (95 of 100 simulations); within it there is no sign against them."
        )
    print_kept(evaluation)
    print_sets({name: task.sets for name, task in evaluation.tasks.items()})
    for name, task in evaluation.tasks.items():
        _print_task(name, task, wrong=wrong)
    for name in evaluation.skipped:
        console().print(f"  {name}: the data has no labels of it")


def print_kept(evaluation: Evaluation) -> None:
    """Print how right the surest answers are, and the bound that keeps them."""
    rows = [
        (name, percent(kept.share, 0), kept.n, f"{kept.threshold:.2f}",
         with_interval(kept.accuracy))
        for name, task in evaluation.tasks.items()
        for kept in task.kept
    ]  # fmt: skip
    if rows:
        columns = ("task", "% kept", "n", "sure by", "accuracy")
        table("the surest answers (--abstain-below)", columns, rows)


def print_sets(
    sets: Mapping[str, Sequence[SetScores]], *, title: str = "sets of labels (--coverage)"
) -> None:
    """Print how often sets hold the right label, and what they leave answered."""
    columns = ("stated", "by article", "by statement", "labels", "answered, %",
               "accuracy of these")  # fmt: skip
    for task, found in sets.items():  # a table each: together they are too wide for a window
        rows = [
            (f"{100 * s.stated:g} %", with_interval(s.covered_by_group), with_interval(s.covered),
             f"{s.mean_size.value:.2f}", with_interval(s.answered), with_interval(s.accuracy))
            for s in found
        ]  # fmt: skip
        if rows:
            table(f"{task}: {title}", columns, rows)


def _basis(scores: Mapping[str, TaskScores]) -> str:
    first = next(iter(scores.values()))
    if not first.n_boot:
        return "No intervals were drawn."
    units = f"{first.n_groups} {first.resampled}" if first.n_groups else first.resampled
    if first.resampled == "statements":
        units = f"statements (only {first.n_groups} groups)" if first.n_groups else "statements"
    return (
        f"In brackets: {percent(first.coverage, 0)} % bootstrap intervals, resampling {units}. "
        "macro-F1, accuracy, MCC and ECE in points of a hundred."
    )


def _print_task(name: str, task: TaskEvaluation, *, wrong: int) -> None:
    scores = task.scores
    rows = [
        (c.label, percent(c.precision), percent(c.recall), percent(c.f1), c.support,
         *scores.confusion[n])
        for n, c in enumerate(scores.classes)
    ]  # fmt: skip
    columns = ("gold", "precision", "recall", "F1", "n", *(f"→ {x}" for x in scores.labels))
    table(f"{name}: by label, and what each was predicted as", columns, rows)
    for column, found in task.breakdowns.items():
        values = [
            (row.value or "(none)", row.n, with_interval(row.macro_f1), with_interval(row.accuracy))
            for row in found.rows[:15]
        ]
        more = f" (15 of {len(found.rows)})" if len(found.rows) > 15 else ""
        table(f"{name} by {column}{more}", (column, "n", "macro-F1", "accuracy"), values)
    if wrong and task.wrong:
        listed = [
            (w.text if len(w.text) < 160 else w.text[:157] + "...", w.speaker or "", w.gold,
             w.predicted, percent(w.probability, 0))
            for w in task.wrong[:wrong]
        ]  # fmt: skip
        title = f"{name}: wrong, surest first ({len(listed)} of {len(task.wrong)})"
        table(title, ("text", "speaker", "gold", "predicted", "%"), listed, left=4)


def print_name_swap(swapped: Mapping[str, NameSwapScores]) -> None:
    """Print how many labels stay when people and countries are exchanged for others."""
    rows = [
        (task, s.n_swapped, len(s.seeds), with_interval(s.stays), percent(s.macro_f1_before),
         percent(s.macro_f1_after))
        for task, s in swapped.items()
    ]  # fmt: skip
    columns = ("task", "statements with names", "swaps of each", "labels that stay, %",
               "macro-F1 before", "after")  # fmt: skip
    table("people exchanged with people, countries with countries", columns, rows)
