"""Coefficients of agreement from sums over units, for one sample or thousands at once."""

import numpy as np

from stance.evaluation.resampling import Floats


def unit_features(counts: Floats) -> Floats:
    """Return for each unit what the coefficients of all annotators are sums of.

    Columns: pairable, agreement of its pairs, labelled, shares of labels (k), and the
    coincidences of its pairs (k * k).
    """
    m = counts.sum(1)
    pairable = (m >= 2).astype(np.float64)
    pairs = np.maximum(m * (m - 1), 1)
    agreeing = (counts * (counts - 1)).sum(1) / pairs * pairable
    shares = counts / np.maximum(m, 1)[:, None]
    together = counts[:, :, None] * counts[:, None, :]
    together -= counts[:, :, None] * np.eye(counts.shape[1])
    together *= (pairable / np.maximum(m - 1, 1))[:, None, None]
    return np.hstack(
        [np.stack([pairable, agreeing, m >= 1], axis=1), shares, together.reshape(len(m), -1)]
    )


def coefficients(sums: Floats, k: int, n_pairs: int) -> dict[str, Floats]:
    """Return every coefficient from sums (..., f) of `unit_features` and the pairs' tables."""
    lead = sums.shape[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = sums[..., 1] / sums[..., 0]
        shares = sums[..., 3 : 3 + k] / sums[..., 2, None]
        start = 3 + k
        together = sums[..., start : start + k * k].reshape((*lead, k, k))
        found = {
            "percent": percent,
            "fleiss_kappa": beyond(percent, (shares**2).sum(-1)),
            "gwet_ac1": beyond(percent, (shares * (1 - shares)).sum(-1) / (k - 1)),
            "krippendorff_nominal": alpha(together, ordinal=False),
            "krippendorff_ordinal": alpha(together, ordinal=True),
        }
        start += k * k
        tables = sums[..., start:].reshape((*lead, n_pairs, k, k))
        for n in range(n_pairs):
            table = tables[..., n, :, :] / tables[..., n, :, :].sum((-2, -1), keepdims=True)
            agreed = np.trace(table, axis1=-2, axis2=-1)
            found[f"pair {n} percent"] = agreed
            found[f"pair {n} kappa"] = beyond(agreed, (table.sum(-1) * table.sum(-2)).sum(-1))
    return found


def beyond(observed: Floats, chance: Floats) -> Floats:
    """Return (observed - chance) / (1 - chance), NaN where chance explains everything.

    The common form of the kappas: Cohen (1960), chance from each annotator's own shares;
    Fleiss (1971), Measuring nominal scale agreement among many raters, Psychological
    Bulletin 76, from pooled shares; AC1 from sum q (1 - q) / (k - 1), Gwet (2008), Computing
    inter-rater reliability and its variance in the presence of high agreement, British
    Journal of Mathematical and Statistical Psychology 61. Missing labels as in Gwet (2014),
    Handbook of Inter-Rater Reliability: agreement averages units with two labels or more,
    shares average units with one or more; without gaps this is Fleiss's and Gwet's own.
    """
    room = 1 - chance
    return np.where(room > 1e-12, (observed - chance) / np.where(room > 1e-12, room, 1), np.nan)


def alpha(together: Floats, *, ordinal: bool) -> Floats:
    """Return Krippendorff's alpha from coincidence matrices (..., k, k), labels in rank order.

    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections B to D. NaN
    where all labels are the same.
    """
    k = together.shape[-1]
    totals = together.sum(-1)
    n = totals.sum(-1)
    if ordinal:
        reach = np.cumsum(totals, axis=-1)
        between = np.abs(reach[..., None, :] - reach[..., :, None])
        # Wanted: labels from c to k, each end by half. For c < k the difference of cumulative
        # counts holds k whole and c not at all, so half of each is moved over.
        step = (totals[..., :, None] - totals[..., None, :]) / 2
        sign = np.sign(np.arange(k)[None, :] - np.arange(k)[:, None])
        distance = (between + sign * step) ** 2
    else:
        distance = np.broadcast_to(1 - np.eye(k), together.shape)
    observed = (together * distance).sum((-2, -1))
    expected = (totals[..., :, None] * totals[..., None, :] * distance).sum((-2, -1))
    found: Floats = 1 - (n - 1) * observed / np.where(expected > 0, expected, np.nan)
    return found
