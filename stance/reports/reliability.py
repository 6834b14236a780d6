"""A picture of whether probabilities mean what they say, before and after calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.errors import UsageError
from stance.evaluation.calibration import ReliabilityBin
from stance.reports.pictures import FORMATS, literal

#: Apart for colour-blind readers (Okabe and Ito), and apart by shape where there is no colour.
_BEFORE, _AFTER = ("#d55e00", "s"), ("#0072b2", "o")


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAndAfter:
    """One task's bins and expected calibration error (a share) on `n` answers."""

    n: int
    before: Sequence[ReliabilityBin]
    after: Sequence[ReliabilityBin]
    ece_before: float
    ece_after: float


def check_format(out: Path) -> None:
    """Raise `UsageError` for a picture that cannot be drawn, by the ending of its name."""
    if out.suffix not in FORMATS:
        raise UsageError(f"--plot {out} ends in '{out.suffix}'; expected {', '.join(FORMATS)}")


def draw_reliability(tasks: Mapping[str, BeforeAndAfter], out: Path, *, title: str) -> None:
    """Draw a panel a task: share of right answers by confidence, with 95 % intervals.

    On the dashed line the probabilities mean what they say; below it they are too sure.
    """
    check_format(out)
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 10, "font.family": "DejaVu Sans", "svg.hashsalt": "stance"}):
        figure, panels = plt.subplots(
            1, len(tasks), figsize=(1 + 3.5 * len(tasks), 4.7), layout="constrained", squeeze=False
        )
        try:
            for axes, (task, found) in zip(panels[0], tasks.items(), strict=True):
                _panel(axes, found)
                axes.set_title(literal(f"{task}, n = {found.n}"), fontsize=10)
            panels[0][0].set_ylabel("share of answers that are right")
            figure.suptitle(literal(title), x=0.01, ha="left", fontsize=13, fontweight="bold")
            out.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(out, dpi=150, metadata={"Date": None} if out.suffix != ".png" else None)
        finally:
            plt.close(figure)


def _panel(axes: Any, found: BeforeAndAfter) -> None:
    axes.plot([0, 1], [0, 1], color="#777777", linestyle="--", linewidth=1)
    for name, bins, ece, (colour, marker), aside in (
        ("before", found.before, found.ece_before, _BEFORE, -0.006),
        ("after", found.after, found.ece_after, _AFTER, 0.006),
    ):  # aside: intervals of one place do not hide each other
        where = [b.confidence + aside for b in bins]
        low = [b.accuracy.low or 0.0 for b in bins]
        high = [1.0 if b.accuracy.high is None else b.accuracy.high for b in bins]
        axes.vlines(where, low, high, color=colour, linewidth=1)
        axes.plot(where, [b.accuracy.value for b in bins], marker, color=colour, markersize=5,
                  label=f"{name}: ECE {100 * ece:.1f}")  # fmt: skip
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence", aspect="equal")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", frameon=False, fontsize=9)
