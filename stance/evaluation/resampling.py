"""Figures with intervals: what is drawn with replacement, and the percentiles of the draws."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.errors import UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

#: Below this many groups a resample of groups says little, so statements are drawn instead.
MIN_GROUPS = 8
#: Weights held at a time, so that 100,000 statements need no more memory than 1,000.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with the bounds of its interval; bounds are None where none can be given."""

    value: float
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, float | None]:
        """Return value, low and high; a figure that is undefined (NaN) becomes None."""
        return {name: plain(getattr(self, name)) for name in ("value", "low", "high")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What is drawn with replacement: `codes` (n,) names each statement's unit, 0 to count - 1.

    `resampled` says in a word what the units are; `n_groups` counts the groups of the data
    even where they are too few to be the units (0 when no groups came).
    """

    codes: Ints
    count: int
    resampled: str
    n_groups: int


def plain(value: Any) -> Any:
    """Return `value` as JSON holds it: dicts, lists, str, int, float, bool, None; NaN is None."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        own = getattr(value, "to_dict", None)
        if own is not None:
            return own()
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def units_of(
    n: int,
    groups: Sequence[Any] | None,
    *,
    group_name: str = "articles",
    min_groups: int = MIN_GROUPS,
) -> Units:
    """Return the units to resample for `n` statements: their groups, or each statement.

    A group of None is a statement that shares its group with no other. Raises `UsageError`
    when the number of groups differs from `n`.
    """
    alone = np.arange(n, dtype=np.int64)
    if groups is None:
        return Units(codes=alone, count=n, resampled="statements", n_groups=0)
    if len(groups) != n:
        raise UsageError(f"{n} statements came with {len(groups)} groups; give one group each")
    codes = group_codes(groups)
    count = int(codes.max()) + 1 if n else 0
    if count < min_groups:
        return Units(codes=alone, count=n, resampled="statements", n_groups=count)
    return Units(codes=codes, count=count, resampled=group_name, n_groups=count)


def group_codes(groups: Sequence[Any]) -> Ints:
    """Return (n,) integers that name the groups in order of appearance; each None is its own."""
    seen: dict[Any, int] = {}
    keys = [("", row) if value is None else ("group", value) for row, value in enumerate(groups)]
    return np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int64)


def sums_by_unit(features: Floats, units: Units) -> Floats:
    """Return (n_units, f) sums of the statements' `features` (n, f)."""
    sums = np.zeros((units.count, features.shape[1]))
    np.add.at(sums, units.codes, features)
    return sums


def resample_sums(sums: Floats, *, n_boot: int, seed: int) -> Floats:
    """Return (n_boot, f): sums over as many units as there are, drawn with replacement.

    Any figure that is a function of sums (a confusion matrix, a mean, a bin's count) can be
    computed from these rows, so nothing is predicted or counted again. The same seed and
    number of units give the same draws, which is what makes comparisons paired.
    """
    units = sums.shape[0]
    drawn = np.empty((n_boot, sums.shape[1]))
    rng = np.random.default_rng(seed)
    step = max(1, _CELLS // max(units, 1))
    for first in range(0, n_boot, step):
        rows = min(step, n_boot - first)
        picks = rng.integers(units, size=(rows, units)) + np.arange(rows)[:, None] * units
        weights = np.bincount(picks.ravel(), minlength=rows * units).reshape(rows, units)
        drawn[first : first + rows] = weights.astype(np.float64) @ sums
    return drawn


def percentile_interval(
    samples: npt.ArrayLike, *, coverage: float = 0.95
) -> tuple[float, float] | tuple[None, None]:
    """Return the percentile bounds that hold `coverage` of the finite `samples`.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    if not 0 < coverage < 1:
        raise UsageError(f"coverage {coverage} came; expected a share between 0 and 1, as 0.95")
    values = np.asarray(samples, dtype=np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return None, None
    tail = (1 - coverage) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def estimate(value: float, samples: npt.ArrayLike | None, *, coverage: float = 0.95) -> Estimate:
    """Return `value` with the percentile interval of `samples`; without samples, no bounds."""
    if samples is None:
        return Estimate(value=float(value))
    low, high = percentile_interval(samples, coverage=coverage)
    return Estimate(value=float(value), low=low, high=high)
