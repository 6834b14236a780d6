"""The index by speaker and over time as pictures for papers: PNG, SVG or PDF."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stance.errors import DataError
from stance.evaluation.resampling import Estimate
from stance.reports.content import Content
from stance.reports.figures import Figures
from stance.reports.periods import start_of
from stance.reports.pictures import COLOURS, drawing, headed, short_name
from stance.reports.words import counted

_UNSURE = "#8a8a8a"


def index_bars(content: Content, out: Path, *, most: int = 20) -> None:
    """Draw the index of the speakers with most quotes, each with its interval, highest on top.

    Filled points have intervals on one side of zero. Raises `DataError` for a task without
    an index.
    """
    shown = [s for s in content.speakers if s.figures.index][:most]
    _check(content, shown)
    shown.sort(key=lambda s: (s.figures.value, s.name))
    with drawing(2.2 + 0.3 * max(len(shown), 3)) as (figure, axes):
        axes.axvline(0, color="#bbbbbb", linewidth=1)
        for y, speaker in enumerate(shown):
            _point(axes, speaker.figures, (speaker.figures.value, y), across=True)
        names = [f"{short_name(s.name)} ({s.figures.n})" for s in shown]
        axes.set_yticks(range(len(shown)), names)
        axes.set_xlim(-1.05, 1.05)
        axes.set_xlabel(_axis(content))
        axes.tick_params(axis="y", length=0)
        _finish(figure, axes, content, out, f"{len(shown)} of {len(content.speakers)} speakers")


def timeline(content: Content, out: Path) -> None:
    """Draw the index of every period with its interval.

    Raises `DataError` for a task without an index and for articles without dates.
    """
    shown = [period for period in content.periods if period.figures.index]
    _check(content, shown)
    with drawing(4.2) as (figure, axes):
        axes.axhline(0, color="#bbbbbb", linewidth=1)
        days = [start_of(period.key, content.unit) for period in shown]
        axes.plot(days, [p.figures.value for p in shown], color="#bbbbbb", linewidth=1, zorder=1)
        for day, period in zip(days, shown, strict=True):
            _point(axes, period.figures, (day, period.figures.value), across=False)
        if len(days) == 1:  # one date has no width of its own
            axes.set_xlim(days[0] - timedelta(days=3), days[0] + timedelta(days=3))
        axes.set_ylim(-1.05, 1.05)
        axes.set_ylabel(_axis(content).replace("index, ", "index\n"), fontsize=9)
        figure.autofmt_xdate()
        _finish(figure, axes, content, out, f"index by {content.unit}")


def _check(content: Content, shown: Sequence[Any]) -> None:
    if not content.poles:
        raise DataError(f"'{content.task}' has no index to draw; use --draw counts")
    if not shown:
        raise DataError("nothing has an index: no quotes with a label, or no dates; use "
                        "--draw counts")  # fmt: skip


def _point(axes: Any, figures: Figures, at: tuple[float | date, float], *, across: bool) -> None:
    index = figures.index or Estimate(value=0.0)
    sure = figures.leaning and not figures.few
    colour = COLOURS.get(figures.leaning, _UNSURE) if sure else _UNSURE
    if index.low is not None and index.high is not None:
        line = axes.hlines if across else axes.vlines
        line(at[1] if across else at[0], index.low, index.high, color=colour, linewidth=1.6)
    axes.plot(*at, marker="o", markersize=7, markeredgecolor=colour, markeredgewidth=1.4,
              markerfacecolor=colour if sure else "white")  # fmt: skip


def _axis(content: Content) -> str:
    up, down = content.poles
    return f"index, from {down} (−1) to {up} (+1)"


def _finish(figure: Any, axes: Any, content: Content, out: Path, what: str) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    quotes = f"{counted(content.total.n, 'quote')} in {counted(len(content.articles), 'article')}"
    intervals = f"{100 * content.coverage:g} % intervals"
    headed(figure, content.title, f"{what}; {quotes}; {intervals}; hollow: may be chance, or few")
    out.parent.mkdir(parents=True, exist_ok=True)
    # Without a date and a random id the same numbers give the same bytes.
    figure.savefig(out, dpi=150, metadata={"Date": None} if out.suffix == ".svg" else
                   {"CreationDate": None} if out.suffix == ".pdf" else None)  # fmt: skip
