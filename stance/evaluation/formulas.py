"""Formulas on counts; each takes one table or a stack of them (any leading axes).

A confusion matrix has gold labels in rows and predicted labels in columns.
"""

import numpy as np

from stance.errors import UsageError
from stance.evaluation.resampling import Floats, Ints

BINNINGS = ("width", "mass")


def safe_divide(top: Floats, bottom: Floats) -> Floats:
    """Return `top / bottom`, zero where the bottom is zero (scikit-learn's zero_division=0)."""
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom != 0)


def class_f1(confusion: Floats) -> Floats:
    """Return each label's F1 (..., k); zero where a label is neither gold nor predicted."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    return safe_divide(2 * hits, confusion.sum(-1) + confusion.sum(-2))


def macro_f1(confusion: Floats) -> Floats:
    """Return the mean F1 over the labels that occur as gold or as predicted.

    This is scikit-learn's `f1_score(average="macro", zero_division=0)` without `labels=`: a
    label that the data does not hold and the model never answers is left out of the mean.
    """
    occurs = confusion.sum(-1) + confusion.sum(-2) > 0
    return safe_divide(class_f1(confusion).sum(-1), occurs.sum(-1).astype(np.float64))


def accuracy(confusion: Floats) -> Floats:
    """Return the share of statements on the diagonal."""
    return safe_divide(np.trace(confusion, axis1=-2, axis2=-1), confusion.sum((-2, -1)))


def mcc(confusion: Floats) -> Floats:
    """Return Matthews' correlation for k labels; zero where gold or predicted is one label.

    Gorodkin (2004), Comparing two K-category assignments by a K-category correlation
    coefficient, Computational Biology and Chemistry 28, the form that scikit-learn uses.
    """
    total = confusion.sum((-2, -1))
    gold, predicted = confusion.sum(-1), confusion.sum(-2)
    covariance = np.trace(confusion, axis1=-2, axis2=-1) * total - (gold * predicted).sum(-1)
    spread = (total**2 - (gold**2).sum(-1)) * (total**2 - (predicted**2).sum(-1))
    return safe_divide(covariance, np.sqrt(np.maximum(spread, 0)))


def log_loss_terms(chances: Floats, gold: Ints) -> Floats:
    """Return (n,) minus the log of the gold label's probability, clipped away from zero.

    The clip is the smallest step of a 64-bit float, as in scikit-learn's `log_loss`.
    """
    picked = chances[np.arange(len(gold)), gold]
    tiny = np.finfo(np.float64).eps
    terms: Floats = -np.log(np.clip(picked, tiny, 1 - tiny))
    return terms


def brier_terms(chances: Floats, gold: Ints) -> Floats:
    """Return (n,) squared distances between probabilities and gold, summed over the labels.

    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly
    Weather Review 78: from 0 to 2, twice the two-label form that halves the range.
    """
    target = np.zeros_like(chances)
    target[np.arange(len(gold)), gold] = 1
    terms: Floats = ((chances - target) ** 2).sum(1)
    return terms


def bin_of(confidence: Floats, *, bins: int = 15, binning: str = "width") -> Ints:
    """Return (n,) the bin of each confidence: equal parts of [0, 1], or of the statements.

    Bins of equal width are open below and closed above, as in Guo et al. (2017). Bins of
    equal mass share out the sorted statements; equal confidences share a bin.
    """
    if binning not in BINNINGS:
        raise UsageError(f"binning '{binning}' came; expected one of {', '.join(BINNINGS)}")
    if binning == "width":
        edges = np.linspace(0, 1, bins + 1)[1:-1]
    else:
        edges = np.quantile(confidence, np.arange(1, bins) / bins, method="lower")
    return np.searchsorted(edges, confidence, side="left").astype(np.int64)


def bin_features(
    confidence: Floats, correct: Floats, *, bins: int = 15, binning: str = "width"
) -> Floats:
    """Return (n, 3 * bins): a one, the confidence and whether it is right, each in its bin."""
    which = bin_of(confidence, bins=bins, binning=binning)
    features = np.zeros((len(confidence), 3, bins))
    rows = np.arange(len(confidence))
    features[rows, 0, which] = 1
    features[rows, 1, which] = confidence
    features[rows, 2, which] = correct
    return features.reshape(len(confidence), 3 * bins)


def ece(bin_sums: Floats) -> Floats:
    """Return the expected calibration error from sums of `bin_features` (..., 3 * bins).

    The gap between mean confidence and accuracy in each bin of the top label's confidence,
    averaged by the bins' counts: Guo, Pleiss, Sun and Weinberger (2017), On calibration of
    modern neural networks, ICML, equation 5. It is biased upward in small samples, and its
    bootstrap interval more so: read it beside `calibration.perfect_ece`.
    """
    sums = bin_sums.reshape((*bin_sums.shape[:-1], 3, -1))
    gaps = np.abs(sums[..., 1, :] - sums[..., 2, :]).sum(-1)
    return safe_divide(gaps, sums[..., 0, :].sum(-1))
