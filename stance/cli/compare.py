"""`stance compare`: models side by side on the same statements."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli import completion

if TYPE_CHECKING:
    from stance.evaluation.comparison import Comparison, Difference


def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL MODEL...", help="At least two", autocompletion=completion.models
        ),
    ],
    data: Annotated[list[Path], typer.Option("--data", help="Labelled statements; repeatable")],
    json_: Annotated[
        Path | None, typer.Option("--json", help="Also write all figures to this file, or -")
    ] = None,
    group: Annotated[str, typer.Option(help="What intervals resample")] = "article",
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap")] = 0,
) -> None:
    """Compare models on labelled statements, with intervals and paired tests.

    Warns where a model was trained on some of the data, and where the data is too small.
    """
    from stance import store, training
    from stance.cli.common import say, write_json
    from stance.cli.progress import Watched, busy
    from stance.data import read_statements
    from stance.errors import UsageError
    from stance.evaluation.comparison import compare as run

    if len(set(models)) != len(models):
        raise UsageError("a model is named twice; name each model to compare once")
    folders = {name: store.find(name) for name in models}
    with busy("loading models and data"):
        loaded: dict[str, Any] = {
            name: Watched(store.load(folder), f"asking {name}") for name, folder in folders.items()
        }
        tasks = dict.fromkeys(task for model in loaded.values() for task in model.tasks_)
        statements = read_statements(data, tasks=list(tasks))
    for name, folder in folders.items():
        seen, n = training.seen_share(folder, statements)
        if seen:
            say(f"stance: warning: {name} was trained on {seen} of these {n} statements")
    with busy("working out figures and intervals"):
        found = run(loaded, statements, group=group, seed=seed)
    if json_:
        write_json({task: value.to_dict() for task, value in found.items()}, json_)
    if str(json_) != "-":
        for task, value in found.items():
            print_comparison(task, value)


def print_comparison(task: str, found: "Comparison") -> None:
    """Print the models side by side, then each pair in words."""
    from stance.cli.common import console, table
    from stance.cli.evaluation_tables import with_interval

    rows = [
        (name, with_interval(value), with_interval(found.accuracy[name]))
        for name, value in found.macro_f1.items()
    ]
    table(f"{task}, n = {found.n}, resampling {found.resampled}",
          ("model", "macro-F1", "accuracy"), rows)  # fmt: skip
    for difference in found.differences:
        for line in in_words(difference):
            console().print(f"  {line}", soft_wrap=True)
    if len(found.differences) > 1:
        console().print(
            f"  Chances and p are corrected for these {len(found.differences)} comparisons (Holm).",
            soft_wrap=True,
        )


def in_words(found: "Difference") -> list[str]:
    """Return a pair's difference in words that need no statistics to read."""
    gain, sure = found.macro_f1, found.p_holm <= 0.05
    if gain.value == 0 and math.isnan(found.detectable):
        return [
            f"{found.first} and {found.second} do equally well whichever statements are drawn: "
            "nothing in this data tells them apart."
        ]
    better, worse = (found.second, found.first) if gain.value >= 0 else (found.first, found.second)
    sign = 1 if gain.value >= 0 else -1
    low, high = sorted(100 * sign * (edge or 0.0) for edge in (gain.low, gain.high))
    lines = [
        f"{better} is better than {worse} by {100 * abs(gain.value):.1f} points of macro-F1 "
        f"(95 % interval {low:.1f} to {high:.1f}); chance alone would show this "
        f"{_times(found.p_holm)}{'' if sure else ': this data does not settle which is better'}.",
        f"Only {found.first} is right on {found.only_first_right} statements, only {found.second} "
        f"on {found.only_second_right} (exact McNemar {_p(found.mcnemar_p_holm)}).",
    ]
    if found.too_small:
        points = "any" if math.isnan(found.detectable) else f"{100 * found.detectable:.0f} points"
        lines.append(f"{_VAGUE if sure else _SMALL} it could miss a true difference of {points}.")
    return lines


_SMALL = "This data is too small to say much:"
_VAGUE = "This data is small: how large the difference is stays vague, and"


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.0005 else f"p = {p:.3f}"


def _times(p: float) -> str:
    times = round(100 * p)
    if times < 1:
        return "less than once in 100 times"
    return "once in 100 times" if times == 1 else f"{times} times in 100"
