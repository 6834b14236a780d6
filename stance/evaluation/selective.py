"""What it costs and gains to answer only when sure: sets of labels, and the surest answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.evaluation.calibration import risk_coverage
from stance.evaluation.conformal import ConformalSets
from stance.evaluation.resampling import (
    Estimate,
    Floats,
    Ints,
    Units,
    estimate,
    group_codes,
    plain,
    resample_sums,
    sums_by_unit,
    units_of,
)

#: Shares of the answers at which accuracy is told.
SHARES = (0.9, 0.7, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetScores:
    """How often the sets of a rule hold the gold label, and what is left to answer.

    `stated` is the coverage that the rule promises of a statement of a new article, which
    `covered_by_group` measures (each article counts once); in `covered` each statement does.
    `answered` is the share of sets with one label, `accuracy` how many of those are right (NaN
    where none is), `sizes[m]` counts sets of m labels, `by_label` is `covered` by gold label.
    """

    stated: float
    n: int
    covered: Estimate
    covered_by_group: Estimate
    mean_size: Estimate
    answered: Estimate
    accuracy: Estimate
    sizes: tuple[int, ...]
    by_label: Mapping[str, float]
    resampled: str

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def set_scores(
    held: npt.NDArray[np.bool_],
    gold: Ints,
    labels: Sequence[str],
    *,
    stated: float,
    groups: Sequence[Any] | None = None,
    group_name: str = "articles",
    n_boot: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
) -> SetScores:
    """Return the figures of sets `held` (n, k) of `labels` against `gold` (n,).

    Intervals hold `coverage` of the bootstrap draws of `groups` (n,), as in `evaluate_task`.
    """
    n, sizes = len(gold), held.sum(1)
    right = held[np.arange(n), gold]
    alone = sizes == 1
    codes = group_codes([None] * n if groups is None else groups)
    share = 1 / np.bincount(codes)[codes]  # so that each group counts once
    features = np.column_stack(
        [right, sizes, alone, alone & right, np.ones(n), share * right, share]
    )
    units = units_of(n, groups, group_name=group_name)
    sums = sums_by_unit(features.astype(np.float64), units)
    names = ("covered", "mean_size", "answered", "accuracy", "covered_by_group")
    found = _estimates(sums, names, _set_ratios, n_boot=n_boot, seed=seed, coverage=coverage)
    return SetScores(
        stated=stated, n=n, **found,
        sizes=tuple(np.bincount(sizes, minlength=held.shape[1] + 1).tolist()),
        by_label={label: float(right[gold == k].mean())
                  for k, label in enumerate(labels) if (gold == k).any()},
        resampled=units.resampled if n_boot and units.count > 1 else "",
    )  # fmt: skip


def _set_ratios(sums: Floats) -> list[Floats]:
    right, size, alone, both, n, by_group, weight = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return [right / n, size / n, alone / n, both / alone, by_group / weight]


def _estimates(
    sums: Floats, names: Sequence[str], ratios: Any, *, n_boot: int, seed: int, coverage: float
) -> dict[str, Estimate]:
    values = ratios(sums.sum(0))
    draws: Sequence[Any] = [None] * len(names)
    if n_boot and len(sums) > 1:
        draws = ratios(resample_sums(sums, n_boot=n_boot, seed=seed))
    return {
        name: estimate(float(value), drawn, coverage=coverage)
        for name, value, drawn in zip(names, values, draws, strict=True)
    }


def scores_of_rules(
    rules: Sequence[ConformalSets],
    probabilities: Floats,
    gold: Ints,
    labels: Sequence[str],
    **options: Any,
) -> tuple[SetScores, ...]:
    """Return the figures of the sets of each rule; `options` are those of `set_scores`."""
    return tuple(
        set_scores(rule.sets(probabilities), gold, labels, stated=rule.coverage, **options)
        for rule in rules
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The surest `share` of the answers: `n` of them, sure by `threshold` or more, and how right.

    `threshold` is what `--abstain-below` takes to keep them.
    """

    share: float
    n: int
    threshold: float
    accuracy: Estimate


def surest(
    probabilities: Floats,
    gold: Ints,
    *,
    shares: Sequence[float] = SHARES,
    groups: Sequence[Any] | None = None,
    n_boot: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
) -> tuple[Kept, ...]:
    """Return the accuracy of the surest answers, for each of `shares`.

    Answers of equal confidence are kept together. Intervals resample `groups` (n,) with the
    threshold as it is.
    """
    curve = risk_coverage(probabilities, gold)
    confidence, right = probabilities.max(1), probabilities.argmax(1) == gold
    units: Units = units_of(len(gold), groups)
    found = []
    for share in shares:
        _, threshold = curve.at(share)
        kept = confidence >= threshold
        sums = sums_by_unit(np.column_stack([kept & right, kept]).astype(np.float64), units)
        accuracy = _estimates(sums, ("accuracy",), _kept_ratio, n_boot=n_boot, seed=seed,
                              coverage=coverage)  # fmt: skip
        found.append(Kept(share=share, n=int(kept.sum()), threshold=threshold, **accuracy))
    return tuple(found)


def _kept_ratio(sums: Floats) -> list[Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return [sums[..., 0] / sums[..., 1]]
