"""The draws behind the intervals: articles weighted at random, few quotes never too sure.

A Bayesian bootstrap (Rubin 1981, The Annals of Statistics 9) over articles, with Jeffreys'
half an observation of each label. With one quote an article it is the Dirichlet posterior;
unlike a resample it does not say "all of them, surely" of two quotes that agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from stance.evaluation.resampling import MIN_GROUPS, Floats, Ints, group_codes

_CELLS = 4_000_000  # weights held at a time
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What is weighted: `codes` (n,) the unit of each group, `shape` that of its Gamma weight.

    `resampled` is "articles", or "quotes" where there are fewer than eight articles; then
    `design` (the factor by which likeness within articles multiplies the variance) widens.
    """

    codes: Ints
    count: int
    shape: float
    design: float
    resampled: str
    n_articles: int


def likeness(cells: Iterable[tuple[Sequence[str], Ints]], k: int) -> float:
    """Return how alike the labels of one article are, within cells: 0 not at all, 1 the same.

    The intraclass correlation from an analysis of variance on label indicators, pooled over
    `cells` of (articles (n,), label codes (n,)): Donner (1986), International Statistical
    Review 54. 0 where nothing can be told.
    """
    between = within = n0 = 0.0
    df_between = df_within = 0
    for articles, codes in cells:
        if not len(codes):
            continue
        which = group_codes(list(articles))
        table = np.zeros((int(which.max()) + 1, k))
        np.add.at(table, (which, codes), 1)
        sizes = table.sum(1)
        shares = table / sizes[:, None]
        n = sizes.sum()
        between += float((sizes * ((shares - table.sum(0) / n) ** 2).sum(1)).sum())
        within += float((sizes * (1 - (shares**2).sum(1))).sum())
        df_between += len(sizes) - 1
        df_within += int(n) - len(sizes)
        n0 += float(n - (sizes**2).sum() / n)
    if not df_between or not df_within:
        return 0.0
    n0 /= df_between
    msb, msw = between / df_between, within / df_within
    bottom = msb + (n0 - 1) * msw
    return float(np.clip((msb - msw) / bottom, 0, 1)) if bottom > 0 else 0.0


def units_of_cell(articles: Sequence[str], rho: float) -> Units:
    """Return what to weight for the groups of one cell, given the likeness within articles."""
    codes = group_codes(list(articles))
    sizes = np.bincount(codes).astype(np.float64)
    design = float(1 + ((sizes**2).sum() / sizes.sum() - 1) * rho)
    if len(sizes) >= MIN_GROUPS:
        return Units(codes=codes, count=len(sizes), shape=1.0, design=design,
                     resampled="articles", n_articles=len(sizes))  # fmt: skip
    alone = np.arange(len(codes), dtype=np.int64)
    return Units(codes=alone, count=len(codes), shape=1 / design, design=design,
                 resampled="quotes", n_articles=len(sizes))  # fmt: skip


def draw_weights(units: Units, n: int, rng: np.random.Generator) -> Floats:
    """Return (n, units) weights of mean 1."""
    return np.asarray(rng.gamma(units.shape, 1 / units.shape, size=(n, units.count)))


def draw_unseen(units: Units, n: int, k: int, rng: np.random.Generator) -> Floats:
    """Return (n, k) weights of the half observation of each label that the prior adds."""
    return np.asarray(units.design * rng.gamma(_HALF, size=(n, k)))


def draw_shares(
    features: Sequence[Floats], units: Units, n: int, rng: np.random.Generator
) -> list[Floats]:
    """Return for each of `features` (groups, k), rows summing to 1, (n, k) draws of its mean."""
    seen = draw_sums(features, units, n, rng, every=True)
    return [np.asarray(part / part.sum(1, keepdims=True)) for part in seen]


def draw_sums(
    features: Sequence[Floats], units: Units, n: int, rng: np.random.Generator, *,
    every: bool = False,
) -> list[Floats]:  # fmt: skip
    """Return for each of `features` (groups, k) (n, k) draws of its sum over weighted groups.

    The half observation of each label is added to the first, or with `every` to each.
    """
    k = features[0].shape[1]
    sums = np.zeros((units.count, k * len(features)))
    np.add.at(sums, units.codes, np.hstack(list(features)))
    drawn = np.empty((n, sums.shape[1]))
    step = max(1, _CELLS // units.count)
    for first in range(0, n, step):
        rows = min(step, n - first)
        drawn[first : first + rows] = draw_weights(units, rows, rng) @ sums
    unseen = draw_unseen(units, n, k, rng)
    return [
        drawn[:, k * i : k * (i + 1)] + (unseen if every or i == 0 else 0.0)
        for i in range(len(features))
    ]
