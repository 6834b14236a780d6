"""Do probabilities mean what they say, and what is gained by answering only when sure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.errors import StatementError, UsageError
from stance.evaluation import formulas, proportions
from stance.evaluation.resampling import Estimate, Floats, Ints, percentile_interval, plain

_LOG_RANGE = (-4.0, 4.0)  # temperatures from 1/55 to 55: beyond that a model says nothing


def as_logits(probabilities: npt.ArrayLike) -> Floats:
    """Return logs of `probabilities` (n, k): logits that give them back at temperature 1."""
    chances = np.asarray(probabilities, dtype=np.float64)
    logs: Floats = np.log(np.clip(chances, np.finfo(np.float64).tiny, None))
    return logs


def apply_temperature(logits: npt.ArrayLike, temperature: float) -> Floats:
    """Return softmax(logits / temperature), shape (n, k); the order of labels stays."""
    if not temperature > 0:
        raise UsageError(f"temperature {temperature} came; expected a number above 0")
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    scaled = np.exp(scaled - scaled.max(1, keepdims=True))
    return np.asarray(scaled / scaled.sum(1, keepdims=True), dtype=np.float64)


def fit_temperature(
    logits: npt.ArrayLike, gold: Ints, *, weights: npt.ArrayLike | None = None
) -> float:
    """Return the temperature with the least log-loss on held-out `logits` (n, k).

    `gold` (n,) are column positions; `weights` (n,) can give each article the same say.
    Above 1 the model was too sure of itself. Guo et al. (2017), On calibration of modern
    neural networks, section 4.2. Raises `StatementError` without statements.
    """
    from scipy.optimize import minimize_scalar

    scores = np.asarray(logits, dtype=np.float64)
    if len(scores) == 0 or len(scores) != len(gold):
        raise StatementError(
            f"{len(scores)} rows of logits came with {len(gold)} gold labels; a temperature needs "
            "at least one held-out statement, and one label each"
        )
    share = np.ones(len(gold)) if weights is None else np.asarray(weights, dtype=np.float64)
    rows = np.arange(len(gold))

    def loss(log_temperature: float) -> float:
        scaled = scores / np.exp(log_temperature)
        top = scaled.max(1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.exp(scaled - top).sum(1))
        return float(share @ (log_sum - scaled[rows, gold]) / share.sum())

    best = minimize_scalar(loss, bounds=_LOG_RANGE, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(best.x))


def cross_fit_temperature(
    logits: npt.ArrayLike, gold: Ints, folds: Ints
) -> tuple[Floats, dict[int, float]]:
    """Return probabilities (n, k), each fold's scaled by a temperature from all other folds.

    This is the honest "after": a figure on the statements that a temperature was fitted to
    flatters it. Also returns the temperature of each fold.
    """
    scores = np.asarray(logits, dtype=np.float64)
    calibrated = np.empty_like(scores)
    temperatures = {}
    for fold in np.unique(folds).tolist():
        here = folds == fold
        temperatures[fold] = fit_temperature(scores[~here], gold[~here])
        calibrated[here] = apply_temperature(scores[here], temperatures[fold])
    return calibrated, temperatures


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """One bin: `n` statements, their mean confidence, and how many shares of them are right."""

    n: int
    confidence: float
    accuracy: Estimate


def reliability_curve(
    probabilities: Floats,
    gold: Ints,
    *,
    bins: int = 15,
    binning: str = "width",
    coverage: float = 0.95,
) -> tuple[ReliabilityBin, ...]:
    """Return the bins that hold statements, by rising confidence of the top label.

    Accuracy carries Wilson's interval (1927, Journal of the American Statistical
    Association 22), which takes the statements of a bin as independent.
    """
    confidence = probabilities.max(1)
    correct = probabilities.argmax(1) == gold
    which = formulas.bin_of(confidence, bins=bins, binning=binning)
    return tuple(
        ReliabilityBin(
            n=int((which == b).sum()),
            confidence=float(confidence[which == b].mean()),
            accuracy=wilson(int(correct[which == b].sum()), int((which == b).sum()), coverage),
        )
        for b in np.unique(which)
    )


def wilson(hits: int, n: int, coverage: float = 0.95) -> Estimate:
    """Return the share `hits / n` with Wilson's score interval."""
    low, high = proportions.wilson(hits / n, n, coverage=coverage)
    return Estimate(value=hits / n, low=low, high=high)


def perfect_ece(
    probabilities: Floats,
    *,
    bins: int = 15,
    binning: str = "width",
    n_sim: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
) -> Estimate:
    """Return the ECE that these probabilities would show if they were exactly right.

    Whether each answer is right is drawn `n_sim` times with its own confidence as the
    chance; the mean and the band that holds `coverage` of the draws. An ECE inside the band
    is no evidence against calibration: a small sample alone gives one above zero.
    """
    confidence = probabilities.max(1)
    which = formulas.bin_of(confidence, bins=bins, binning=binning)
    where = np.zeros((len(confidence), bins))
    where[np.arange(len(confidence)), which] = 1
    sure = confidence @ where
    rng = np.random.default_rng(seed)
    draws = np.empty(n_sim)
    for n in range(n_sim):
        right = (rng.random(len(confidence)) < confidence).astype(np.float64)
        draws[n] = np.abs(right @ where - sure).sum() / len(confidence)
    low, high = percentile_interval(draws, coverage=coverage)
    return Estimate(value=float(draws.mean()), low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """What is gained by leaving the least sure answers out.

    `kept` (m,) are shares of the statements, rising, `accuracy` (m,) that of the kept ones
    and `threshold` (m,) the least confidence kept. `area` is the mean error over all shares
    (AURC: Geifman and El-Yaniv, 2017, Selective classification for deep neural networks),
    `best_area` that of an order which puts every mistake last.
    """

    kept: Floats
    accuracy: Floats
    threshold: Floats
    area: float
    best_area: float

    def at(self, share: float) -> tuple[float, float]:
        """Return accuracy and threshold when at least `share` of the statements is kept."""
        row = min(int(np.searchsorted(self.kept, share - 1e-9)), len(self.kept) - 1)
        return float(self.accuracy[row]), float(self.threshold[row])

    def to_dict(self, *, shares: Sequence[float] = (0.5, 0.7, 0.9, 1.0)) -> dict[str, Any]:
        """Return curve, areas, and accuracy and threshold at some shares, as JSON holds it."""
        points = [dict(zip(("accuracy", "threshold"), self.at(s), strict=True)) for s in shares]
        own = {f.name: plain(getattr(self, f.name)) for f in fields(self)}
        return {**own, "at": {str(s): point for s, point in zip(shares, points, strict=True)}}


def risk_coverage(probabilities: Floats, gold: Ints) -> RiskCoverage:
    """Return accuracy by share kept, statements sorted by the top label's probability.

    Statements of equal confidence are kept or left out together.
    """
    confidence = probabilities.max(1)
    wrong = (probabilities.argmax(1) != gold).astype(np.float64)
    n = len(gold)
    order = np.argsort(-confidence, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(confidence[order]) != 0, True))
    errors = np.cumsum(wrong[order])[ends] / (ends + 1)
    best = np.cumsum(np.sort(wrong)) / np.arange(1, n + 1)
    sizes = np.diff(np.append(-1, ends))
    return RiskCoverage(
        kept=(ends + 1) / n,
        accuracy=1 - errors,
        threshold=confidence[order][ends],
        area=float((errors * sizes).sum() / n),
        best_area=float(best.mean()),
    )
