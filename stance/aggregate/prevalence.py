"""Shares of labels, corrected for what is known of the classifier's errors."""

import numpy as np
import numpy.typing as npt

from stance.evaluation.resampling import Floats

_CELLS = 4_000_000  # numbers held at a time
_MOST_ROUNDS, _SMALL_STEP = 500, 1e-4


def unmix(rates: npt.ArrayLike) -> Floats:
    """Return (..., k, k) matrices that take shares of answers back to shares of labels.

    `rates` (..., k, k) have gold labels in rows: answered = gold @ rates. A matrix that cannot
    be inverted (two labels answered alike) gets its pseudo-inverse.
    """
    return np.asarray(np.linalg.pinv(np.asarray(rates, dtype=np.float64)), dtype=np.float64)


def adjusted_count(answered: npt.ArrayLike, rates: npt.ArrayLike, unmixing: Floats) -> Floats:
    """Return the shares of gold labels (b, k) behind the shares of answers (b, k).

    Adjusted classify and count: Forman (2008), Quantifying counts and costs via
    classification, Data Mining and Knowledge Discovery 17. Where it gives shares below 0,
    which small numbers of quotes and weak classifiers often do, the shares come instead that
    make the answers likeliest (by the multiplicative steps of Vardi and Lee 1993, Journal of
    the Royal Statistical Society B 55). `rates` and their `unmixing` are
    (b, k, k) or (k, k).
    """
    shares = np.atleast_2d(np.asarray(answered, dtype=np.float64))
    every = np.broadcast_to(np.asarray(rates, dtype=np.float64), (*shares.shape, shares.shape[1]))
    found = np.asarray((shares[:, None, :] @ unmixing)[:, 0, :])
    outside = np.flatnonzero((found < 0).any(1))
    if len(outside):
        found[outside] = _likeliest(shares[outside], every[outside])
    return np.asarray(found / found.sum(1, keepdims=True), dtype=np.float64)


def _likeliest(answered: Floats, rates: Floats) -> Floats:
    found = np.full(answered.shape, 1 / answered.shape[1])
    tiny = np.finfo(np.float64).tiny
    for _ in range(_MOST_ROUNDS):
        mixed = (found[:, None, :] @ rates)[:, 0, :]
        new = found * (rates @ (answered / np.maximum(mixed, tiny))[:, :, None])[:, :, 0]
        change = np.abs(new - found).max()
        found = new
        if change < _SMALL_STEP:
            break
    return found


def em_prior_shift(
    chances: npt.ArrayLike, prior: npt.ArrayLike, weights: npt.ArrayLike | None = None, *,
    start: npt.ArrayLike | None = None, small_step: float = 1e-6,
) -> Floats:  # fmt: skip
    """Return the shares (b, k) under which the probabilities (n, k) explain themselves best.

    `prior` (k,) or (b, k) are the shares of labels for which the probabilities are calibrated,
    `weights` (n, b) how often each row counts in each of b draws (default: once, b = 1). It
    begins at `start` (default: the prior) and ends when no share moves by `small_step`.
    Expectation maximisation: Saerens, Latinne and Decaestecker (2002), Adjusting the outputs
    of a classifier to new a priori probabilities, Neural Computation 14. It
    takes the probabilities at their word: what is not calibrated is not corrected.
    """
    rows = np.asarray(chances, dtype=np.float64)
    counts = np.ones((len(rows), 1)) if weights is None else np.asarray(weights, dtype=np.float64)
    draws = counts.shape[1]
    before = np.broadcast_to(np.asarray(prior, dtype=np.float64), (draws, rows.shape[1]))
    first_guess = before if start is None else np.broadcast_to(start, before.shape)
    shares = np.empty((draws, rows.shape[1]))
    step = max(1, _CELLS // max(len(rows), 1))
    for first in range(0, draws, step):
        chosen = slice(first, first + step)
        shares[chosen] = _em(
            rows, before[chosen], counts[:, chosen], np.asarray(first_guess[chosen]), small_step
        )
    return shares


def _em(rows: Floats, before: Floats, counts: Floats, shares: Floats, small_step: float) -> Floats:
    total = counts.sum(0)[:, None]
    for _ in range(_MOST_ROUNDS):
        ratio = shares / before
        whole = np.maximum(rows @ ratio.T, np.finfo(np.float64).tiny)
        new = ratio * (rows.T @ (counts / whole)).T / total
        change = np.abs(new - shares).max()
        shares = new
        if change < small_step:
            break
    return np.asarray(shares / shares.sum(1, keepdims=True), dtype=np.float64)
