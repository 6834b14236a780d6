"""Sets of labels that hold the right one with a stated chance, for statements of new articles."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError, UsageError
from stance.evaluation.resampling import Floats, Ints, group_codes, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformalSets:
    """A rule fitted on held-out articles: keep each label whose 1 - probability is at most it.

    `threshold` is infinite (None in `to_dict`) where the articles are too few for the stated
    `coverage`: then a set holds every label.
    """

    coverage: float
    threshold: float
    n: int
    n_groups: int

    def sets(
        self, probabilities: npt.ArrayLike, *, allow_empty: bool = False
    ) -> npt.NDArray[np.bool_]:
        """Return (n, k) booleans: which labels each set holds.

        The most probable label is always in, unless `allow_empty`; that can only add coverage.
        """
        chances = np.asarray(probabilities, dtype=np.float64)
        held = np.asarray(1 - chances <= self.threshold + 1e-12)
        if not allow_empty:
            held[np.arange(len(chances)), chances.argmax(1)] = True
        return held

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def fit_conformal(
    probabilities: npt.ArrayLike,
    gold: Ints,
    *,
    coverage: float = 0.9,
    groups: Sequence[Any] | None = None,
) -> ConformalSets:
    """Return the rule whose sets hold the gold label of a new article's statement.

    `probabilities` (n, k) must come from statements that the model never learnt from, `gold`
    (n,) are column positions. Scores are 1 - probability of the gold label (LAC: Sadinle, Lei
    and Wasserman, 2019, Least ambiguous set-valued classifiers with bounded error levels,
    Journal of the American Statistical Association 114). Each of K articles has the same
    weight 1 / (K + 1), shared among its statements, and the rest lies at infinity, so that
    the coverage holds for a statement of a new article however its statements resemble each
    other: Lee, Barber and Willett (2023), Distribution-free inference with hierarchical
    data. Without groups this is plain split conformal prediction.
    """
    if not 0 < coverage < 1:
        raise UsageError(f"coverage {coverage} came; expected a share between 0 and 1, as 0.9")
    chances = np.asarray(probabilities, dtype=np.float64)
    if len(chances) == 0:
        raise StatementError("no held-out statement came; conformal sets need some to learn from")
    scores = 1 - chances[np.arange(len(gold)), gold]
    codes = group_codes([None] * len(gold) if groups is None else groups)
    sizes = np.bincount(codes)
    weights = 1 / (sizes[codes] * (len(sizes) + 1))
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(weights[order])
    # Rounding must not turn "exactly 90 %" into "not yet".
    row = int(np.searchsorted(reached, coverage - 1e-9))
    threshold = float(scores[order][row]) if row < len(scores) else float("inf")
    return ConformalSets(coverage=coverage, threshold=threshold, n=len(scores), n_groups=len(sizes))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuality:
    """How often sets hold the gold label, how many labels they hold, by the number of labels."""

    n: int
    covered: float
    mean_size: float
    sizes: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def set_quality(held: npt.NDArray[np.bool_], gold: Ints) -> SetQuality:
    """Return the coverage of `held` (n, k) on `gold` (n,); `sizes[m]` counts sets of m labels."""
    per_set = held.sum(1)
    return SetQuality(
        n=len(gold),
        covered=float(held[np.arange(len(gold)), gold].mean()),
        mean_size=float(per_set.mean()),
        sizes=tuple(np.bincount(per_set, minlength=held.shape[1] + 1).tolist()),
    )


def conformal_label(held: Floats | npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return (n,) whether a set holds exactly one label: the others abstain."""
    return np.asarray(np.asarray(held).sum(1) == 1)
