"""A cell of a summary as a report shows it: counts, the index, and which way it surely leans."""

from dataclasses import dataclass

from stance.aggregate.summary import POLES, Cell, Summary
from stance.evaluation.resampling import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts and estimates of one speaker, period or all.

    `counts` and `shares` follow the labels' order. `index` is None for a task without poles and
    where nothing can be estimated. `leaning` is the pole on whose side the whole interval
    lies, "" where it holds zero. `few`: fewer quotes than may be ranked.
    """

    n: int
    articles: int
    abstained: int
    counts: tuple[int, ...]
    index: Estimate | None
    shares: tuple[Estimate, ...] | None
    leaning: str
    few: bool
    poles: tuple[str, ...]

    @classmethod
    def none(cls, summary: Summary) -> "Figures":
        """Return the figures of no quotes at all."""
        return cls(n=0, articles=0, abstained=0, counts=(0,) * len(summary.labels), index=None,
                   shares=None, leaning="", few=True, poles=_poles(summary))  # fmt: skip

    @property
    def value(self) -> float:
        """The index, 0 where there is none."""
        return self.index.value if self.index else 0.0


def figures_of(cell: Cell, summary: Summary) -> Figures:
    """Return the figures of one cell of `summary`."""
    poles = _poles(summary)
    index, leaning = cell.index if poles else None, ""
    if index and index.low is not None and index.high is not None:
        leaning = poles[0] if index.low > 0 else poles[1] if index.high < 0 else ""
    shares = tuple(cell.shares[label] for label in summary.labels) if cell.shares else None
    return Figures(
        n=cell.n, articles=cell.n_articles, abstained=cell.abstained,
        counts=tuple(cell.counts[label] for label in summary.labels), index=index, shares=shares,
        leaning=leaning, few=cell.below_min_n, poles=poles,
    )  # fmt: skip


def _poles(summary: Summary) -> tuple[str, ...]:
    poles = POLES.get(summary.task, ())
    return tuple(poles) if set(poles) <= set(summary.labels) else ()
