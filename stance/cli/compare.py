"""`stance compare`: models side by side on the same statements."""

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
            _print(task, value)


def _print(task: str, found: "Comparison") -> None:
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


def in_words(found: "Difference") -> list[str]:
    """Return a pair's difference in words that need no statistics to read."""
    gain = found.macro_f1
    better, worse = (found.second, found.first) if gain.value >= 0 else (found.first, found.second)
    sign = 1 if gain.value >= 0 else -1
    low, high = sorted(100 * sign * (edge or 0.0) for edge in (gain.low, gain.high))
    lines = [
        f"{better} is better than {worse} by {100 * abs(gain.value):.1f} points of macro-F1 "
        f"(95 % interval {low:.1f} to {high:.1f}); chance alone would show this "
        f"{_times(found.p_holm)}.",
        f"Only {found.first} is right on {found.only_first_right}, only {found.second} on "
        f"{found.only_second_right} (exact McNemar p = {found.mcnemar_p_holm:.3f}).",
    ]
    if found.too_small:
        lines.append(
            "This data is too small to say much: it could miss a true difference of "
            f"{100 * found.detectable:.0f} points."
        )
    return lines


def _times(p: float) -> str:
    times = round(100 * p)
    if times < 1:
        return "less than once in 100 times"
    return "once in 100 times" if times == 1 else f"{times} times in 100"
