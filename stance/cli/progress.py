"""Progress on a terminal, once a step takes long: what, how far, how fast, how long still.

Nothing is shown in a pipe, with --quiet, or before a second has passed; nothing stays behind.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from stance.cli.common import console, say
from stance.cli.manners import MANNERS

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0  # seconds before anything appears: what is done by then needs no bar
_WIDE = 80  # columns of a window in which there is room for a bar beside the figures
CHUNK = 512  # statements asked at once, so that a bar can move; batches within are by length
T = TypeVar("T")
_open: list["Progress"] = []


def shown() -> bool:
    """Return whether progress is shown at all."""
    return sys.stderr is not None and sys.stderr.isatty() and not MANNERS.quiet


@contextmanager
def progress(
    what: str, *, total: int | None = None, unit: str = ""
) -> Iterator[Callable[[int], None]]:
    """Show a bar while the block runs; what it yields is called with how many more are done.

    Without `total` the time passed stands where the time left would. Within another bar, a
    line of its own is added there.
    """
    if not shown():
        yield lambda more: None
        return
    outer = bool(_open)
    if not outer:
        _open.append(_bars())
        _open[0].start()
    bars = _open[0]
    task = bars.add_task(what, total=total, unit=unit)
    try:
        yield lambda more: bars.advance(task, more)
    finally:
        bars.remove_task(task)
        if not outer:
            _open.remove(bars)
            bars.stop()


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show `what` and the time passed while the block runs: a step without measure."""
    with progress(what):
        yield


@contextmanager
def rounds_bar(*, bars: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Yield what is called after each round with rounds done and to do: a bar, or a line each.

    `bars=False` has lines on a terminal too, for trainings that show a bar of their own.
    """
    if not (bars and shown()):
        started = time.monotonic()

        def line(done: int, rounds: int) -> None:
            left = (time.monotonic() - started) / done * (rounds - done)
            say(f"round {done} of {rounds} done" + (f", about {left:.0f} s left" if left else ""))

        yield line
        return
    with progress("first round", unit="rounds") as advance:

        def after(done: int, rounds: int) -> None:
            bars = _open[0]
            bars.update(bars.tasks[-1].id, total=rounds, description="rounds")
            advance(1)

        yield after


def track(items: Iterable[T], what: str, *, total: int | None = None, unit: str) -> Iterator[T]:
    """Yield `items`, with a bar that counts them."""
    with progress(what, total=total, unit=unit) as advance:
        for item in items:
            yield item
            advance(1)


class Watched:
    """A loaded model that shows a bar while it answers many statements."""

    def __init__(self, model: Any, what: str) -> None:
        self._model, self._what = model, what

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def probabilities(self, X: Sequence[Any]) -> dict[str, Any]:
        """Return what the model's method returns; see `Classifier.probabilities`."""
        import numpy as np

        parts = list(self._parts(self._model.probabilities, X))
        return {task: np.concatenate([part[task] for part in parts]) for task in parts[0]}

    def __call__(self, X: Sequence[Any]) -> list[Any]:
        """Return one `Prediction` a statement, in the order of `X`."""
        return [answer for part in self._parts(self._model, X) for answer in part]

    def _parts(self, answer: Callable[[Any], Any], X: Sequence[Any]) -> Iterator[Any]:
        with progress(self._what, total=len(X), unit="statements") as advance:
            for start in range(0, max(len(X), 1), CHUNK):
                part = X[start : start + CHUNK]
                yield answer(part)
                advance(len(part))


def _bars() -> "Progress":
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.table import Column
    from rich.text import Text

    class Counted(ProgressColumn):
        """How many of how many, and how many a second."""

        def render(self, task: Task) -> Text:
            unit = task.fields["unit"]
            if not unit:
                return Text("")
            of = "" if task.total is None else f"/{task.total:,.0f}"
            rate = f" · {_rate(task.speed)}" if task.speed else ""
            return Text(f"{task.completed:,.0f}{of} {unit}{rate}")

    class Left(ProgressColumn):
        """Time left where it can be known, else time passed."""

        def render(self, task: Task) -> Text:
            if task.total is None or not task.speed:
                return Text.assemble(TimeElapsedColumn().render(task), " passed")
            return Text.assemble(TimeRemainingColumn().render(task), " left")

    class Patient(Progress):
        """Shows nothing until the first second is over."""

        def get_renderables(self) -> Iterable[Any]:
            late = [t for t in self.tasks if (t.elapsed or 0.0) >= PATIENCE]
            if late:
                yield self.make_tasks_table(late)

    def cut() -> Column:
        return Column(no_wrap=True, overflow="ellipsis")

    out = console(stderr=True)
    bar = [BarColumn(bar_width=20)] if out.width >= _WIDE else []
    return Patient(
        SpinnerColumn(), TextColumn("{task.description}", markup=False, table_column=cut()), *bar,
        Counted(table_column=cut()), Left(table_column=cut()), console=out, transient=True,
        redirect_stdout=False,
    )  # fmt: skip


def _rate(speed: float) -> str:
    return f"{speed:,.0f} a second" if speed >= 10 else f"{speed:.1f} a second"
