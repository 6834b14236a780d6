"""Distances between two batches, for the real one and for articles dealt out at random.

Articles are exchanged whole, since quotes of one article are alike. Every distance comes as
(b,) values, the first for the batches as they are, the others for shuffled ones.
"""

from collections.abc import Sequence

import numpy as np

from stance.evaluation.formulas import safe_divide
from stance.evaluation.resampling import Floats, Ints

_CELLS = 4_000_000  # numbers held at a time


def shuffles(n_a: int, n_b: int, *, n: int = 999, seed: int = 0) -> Floats:
    """Return (n + 1, articles) ones where an article is in the second batch, else zeros.

    The first row has the first `n_a` articles in the first batch, as they are; in the other
    rows as many are picked at random.
    """
    rng = np.random.default_rng(seed)
    dealt = np.zeros((n + 1, n_a + n_b))
    dealt[:, n_a:] = 1
    dealt[1:] = rng.permuted(dealt[1:], axis=1)
    return dealt


def p_value(values: Floats) -> float:
    """Return how often chance alone is as far apart: (1 + as far) / (1 + shuffles).

    Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9.
    """
    as_far = values[1:] >= values[0] - 1e-12
    return float((1 + as_far.sum()) / len(values))


def _both(counts: Floats, dealt: Floats) -> tuple[Floats, Floats]:
    """Return the sums (b, k) of the articles' `counts` (articles, k) in each batch."""
    second = dealt @ counts
    return counts.sum(0) - second, second


def _shares(sums: Floats) -> Floats:
    return safe_divide(sums, sums.sum(1, keepdims=True))


def shares_apart(counts: Floats, dealt: Floats) -> Floats:
    """Return how far the shares of k kinds are apart: half the sum of differences, 0 to 1."""
    first, second = _both(counts, dealt)
    return np.asarray(np.abs(_shares(first) - _shares(second)).sum(1) / 2)


def means_apart(sums: Floats, counts: Floats, dealt: Floats) -> Floats:
    """Return how far the means are apart, from each article's sum and count (articles,)."""
    totals, numbers = (_both(x[:, None], dealt) for x in (sums, counts))
    first, second = (safe_divide(t[:, 0], n[:, 0]) for t, n in zip(totals, numbers, strict=True))
    return np.asarray(np.abs(first - second))


def divergence(counts: Floats, dealt: Floats) -> Floats:
    """Return the Jensen-Shannon divergence of the batches' shares of words, in bits, 0 to 1.

    Lin (1991), Divergence measures based on the Shannon entropy, IEEE Transactions on
    Information Theory 37. Few words make it large, so it is read beside what chance gives.
    """
    found = np.empty(len(dealt))
    step = max(1, _CELLS // counts.shape[1])
    for begin in range(0, len(dealt), step):
        p, q = (_shares(sums) for sums in _both(counts, dealt[begin : begin + step]))
        found[begin : begin + step] = divergence_terms(p, q).sum(1)
    return found


def divergence_terms(p: Floats, q: Floats) -> Floats:
    """Return each word's part of the divergence of shares `p` and `q`, in bits."""
    middle = (p + q) / 2
    terms = np.zeros(middle.shape)
    for one in (p, q):
        seen = one > 0
        terms[seen] += one[seen] / 2 * np.log2(one[seen] / middle[seen])
    return terms


def ks(values: Floats, articles: Ints, dealt: Floats) -> Floats:
    """Return the largest gap between the shares of `values` (n,) below any bound, 0 to 1.

    The two-sample statistic of Kolmogorov and Smirnov; `articles` (n,) says whose they are.
    """
    order = np.argsort(values, kind="stable")
    last = np.flatnonzero(np.append(np.diff(values[order]) > 0, True))  # ties move together
    found = np.empty(len(dealt))
    step = max(1, _CELLS // len(values))
    for begin in range(0, len(dealt), step):
        second = dealt[begin : begin + step][:, articles[order]]
        below = np.cumsum(second, axis=1)
        under = np.arange(1, len(values) + 1) - below
        gap = safe_divide(below, below[:, -1:]) - safe_divide(under, under[:, -1:])
        found[begin : begin + step] = np.abs(gap[:, last]).max(1)
    return found


def mmd(vectors: Floats, articles: Ints, dealt: Floats) -> Floats:
    """Return the squared maximum mean discrepancy of vectors (n, d), with a Gaussian kernel.

    Gretton et al. (2012), A kernel two-sample test, Journal of Machine Learning Research 13;
    the kernel is as wide as the median distance. Biased upward, as under the shuffles.
    """
    squares = np.square(vectors).sum(1)
    distances = np.maximum(squares[:, None] + squares - 2 * vectors @ vectors.T, 0)
    width = float(np.median(distances[np.triu_indices(len(vectors), 1)])) or 1.0
    kernel = np.exp(-distances / width)
    second = dealt[:, articles]
    weights = _shares(second) - _shares(1 - second)
    return np.asarray(np.einsum("bn,bn->b", weights @ kernel, weights))


def article_sums(values: Floats, articles: Ints, count: int) -> Floats:
    """Return (count, k) sums of `values` (n, k) by article."""
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, articles, values)
    return sums


def one_hot(values: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    """Return the kinds of values, most frequent first, and (n, k) which one each is."""
    kinds = sorted(set(values), key=lambda kind: (-list(values).count(kind), kind))
    codes = {kind: n for n, kind in enumerate(kinds)}
    return tuple(kinds), np.eye(len(kinds))[[codes[value] for value in values]]
