"""Shares in a checked sample -> shares in all that it was drawn from, with intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.evaluation.formulas import macro_f1
from stance.evaluation.resampling import Estimate, Floats, Ints, percentile_interval, plain

#: Observations added where a sample without errors would say that there are none.
_EXTRA = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """`hits` of `n` checked ones, the share among all with its standard error and interval.

    `value` differs from `hits / n` where strata were sampled at different rates.
    """

    value: float
    low: float
    high: float
    se: float
    hits: int
    n: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON holds them."""
        return {name: plain(getattr(self, name))
                for name in ("value", "low", "high", "se", "hits", "n")}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How the checked units were drawn: (n,) their stratum's code, (h,) units in each stratum.

    Within a stratum all units had the same chance; a simple random sample has one stratum.
    """

    strata: Ints
    sizes: Floats

    @property
    def drawn(self) -> Floats:
        """The number (h,) of checked units in each stratum."""
        return np.bincount(self.strata, minlength=len(self.sizes)).astype(np.float64)

    @property
    def weights(self) -> Floats:
        """How many units (n,) of the population each checked unit stands for."""
        return np.asarray((self.sizes / np.maximum(self.drawn, 1))[self.strata])

    @property
    def unseen(self) -> Floats:
        """The share (h,) of each stratum that is not checked."""
        left = np.maximum(self.sizes - self.drawn, 0)
        return np.asarray(left / np.maximum(self.sizes - 1, 1))


def wilson(share: float, n: float, *, coverage: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share of `n` independent draws; `n` may be a fraction.

    Wilson (1927), Journal of the American Statistical Association 22. With infinite `n` both
    bounds are the share.
    """
    if math.isinf(n):
        return share, share
    z2 = NormalDist().inv_cdf((1 + coverage) / 2) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 / n * (share * (1 - share) + z2 / (4 * n))) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def proportion(
    hits: Sequence[bool | None], design: Design, *, coverage: float = 0.95
) -> Proportion | None:
    """Return the share of hits among the units that are not None; None where all are.

    A ratio of weighted sums, with its linearised standard error (Cochran, Sampling
    Techniques, 1977, sections 5.6 and 6.11). The interval is Wilson's; where there are strata,
    at the number of simple draws that would be as exact (after Korn and Graubard, 1998, Survey
    Methodology 24), and strata that are all hits are not taken to be so throughout. Checking a
    good part of all units narrows it.
    """
    counted = np.array([hit is not None for hit in hits], dtype=np.float64)
    if not counted.any():
        return None
    hit = np.array([bool(h) for h in hits], dtype=np.float64)
    weights = design.weights
    share = float(weights @ hit / (weights @ counted))
    total = float(weights @ counted)
    h = len(design.sizes)
    d = np.bincount(design.strata, counted, minlength=h).astype(np.float64)
    x = np.bincount(design.strata, hit, minlength=h).astype(np.float64)
    se = math.sqrt(_variance(x, d, share, design)) / total
    unseen = float(design.unseen[0])
    if h > 1:
        effective = _effective_draws(x, d, design, total**2 / float(weights**2 @ counted))
    else:
        effective = float(d[0]) / unseen if unseen else math.inf
    low, high = wilson(share, effective, coverage=coverage)
    return Proportion(value=share, low=low, high=high, se=se, hits=int(hit.sum()),
                      n=int(counted.sum()))  # fmt: skip


def _effective_draws(x: Floats, d: Floats, design: Design, kish: float) -> float:
    """Return how many simple draws tell as much as the `x` hits of `d` in the strata.

    `kish` is the number of draws that the weights alone are worth.
    """
    scale = design.sizes / np.maximum(design.drawn, 1)
    total = float(scale @ d)
    centre = (float(scale @ x) / total * kish + 1) / (kish + 2)
    smooth = (x + _EXTRA * centre) / (d + _EXTRA) * d
    middle = float(scale @ smooth) / total
    variance = _variance(smooth, d, middle, design) / total**2
    return middle * (1 - middle) / variance if variance else math.inf


def _variance(x: Floats, d: Floats, share: float, design: Design) -> float:
    """Return the variance of the weighted sum of hits less `share`, from counts a stratum."""
    n = np.maximum(design.drawn, 1)
    squares = (x * (1 - share) ** 2 + (d - x) * share**2) / n
    mean = (x - d * share) / n
    spread = (squares - mean**2) * n / np.maximum(n - 1, 1)
    return float((design.sizes**2 * design.unseen / n * np.maximum(spread, 0)).sum())


def weighted_confusion(gold: Ints, predicted: Ints, k: int, weights: npt.ArrayLike) -> Floats:
    """Return (..., k, k) sums of `weights` (..., n) by gold (rows) and predicted label."""
    cells = np.zeros((len(gold), k * k))
    cells[np.arange(len(gold)), gold * k + predicted] = 1
    summed = np.asarray(weights, dtype=np.float64) @ cells
    return np.asarray(summed.reshape((*summed.shape[:-1], k, k)))


def macro_f1_interval(
    gold: Ints, predicted: Ints, k: int, design: Design, *,
    n_draws: int = 2000, seed: int = 0, coverage: float = 0.95,
) -> Estimate:  # fmt: skip
    """Return macro-F1 among all units, from checked ones with gold and predicted label.

    The interval is of a Bayesian bootstrap within strata (Rubin 1981, The Annals of Statistics
    9). Two observations that the sample does not hold are added, so that a sample without
    errors does not say that there are none. In simulations (benchmarks/audits.py) it held the
    truth 90 to 100 times in 100, less often where two to four of a label were checked.
    """
    weights = design.weights
    table = weighted_confusion(gold, predicted, k, weights)
    value = float(macro_f1(table))
    rng = np.random.default_rng(seed)
    drawn = rng.gamma(1.0, size=(n_draws, len(gold)))
    ones = np.eye(len(design.sizes))[design.strata]
    relative = drawn * design.drawn[design.strata] / (drawn @ ones)[:, design.strata] - 1
    parts = np.maximum(1 + np.sqrt(design.unseen)[design.strata] * relative, 0)
    tables = weighted_confusion(gold, predicted, k, parts * weights)
    extra = rng.gamma(_EXTRA * _likely(table), size=tables.shape) * float(weights.mean())
    if design.unseen.any():
        tables = tables + extra
    low, high = percentile_interval(macro_f1(tables), coverage=coverage)
    return Estimate(value=value, low=min(value, low or 0.0), high=max(value, high or 0.0))


def _likely(table: Floats) -> Floats:
    """Return the cells (k, k) where an unseen unit may fall, as shares of one.

    Anywhere, but rather where its gold label was right or was mistaken as labels are by chance.
    """
    gold, predicted = table.sum(1) / table.sum(), table.sum(0) / table.sum()
    by_chance = (np.diag(gold) + np.outer(gold, predicted)) / 2
    return np.asarray(0.85 * by_chance + 0.15 / table.size)
