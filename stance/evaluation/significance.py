"""Whether a difference is more than chance, and what difference the data could show."""

from collections.abc import Sequence

import numpy as np

from stance.evaluation.resampling import Floats, Ints


def bootstrap_p(differences: Floats) -> float:
    """Return the two-sided p of "no difference" from paired bootstrap differences.

    The smallest level at which the percentile interval leaves out zero: twice the share of
    draws on the far side of zero, zero included, counting the data as one draw more
    (Davison and Hinkley, Bootstrap Methods and their Application, 1997, sections 4.2 and 5).
    """
    n = len(differences)
    below, above = (differences <= 0).sum(), (differences >= 0).sum()
    return float(min(1.0, 2 * (min(below, above) + 1) / (n + 1)))


def mcnemar(gold: Ints, first: Ints, second: Ints) -> tuple[int, int, float]:
    """Return how often only the first, only the second is right, and the exact two-sided p.

    McNemar (1947), Psychometrika 12, with binomial tails. It takes statements as
    independent, which those of one article are not: read it beside the grouped bootstrap.
    """
    from scipy.stats import binomtest

    one = int(((first == gold) & (second != gold)).sum())
    two = int(((first != gold) & (second == gold)).sum())
    return one, two, float(binomtest(one, one + two).pvalue) if one + two else 1.0


def holm_correction(ps: Sequence[float]) -> list[float]:
    """Return p values corrected for several comparisons, in their order.

    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian
    Journal of Statistics 6.
    """
    found = [0.0] * len(ps)
    worst = 0.0
    for rank, n in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        worst = max(worst, min(1.0, (len(ps) - rank) * ps[n]))
        found[n] = worst
    return found


def detectable(differences: Floats) -> float:
    """Return the true difference found in 80 % of tries at the 5 % level: 2.8 standard errors.

    1.96 + 0.84 quantiles of the normal distribution, with the bootstrap's standard error.
    NaN where the models never differ, so that nothing can be said.
    """
    spread = float(np.std(differences))
    return 2.8 * spread if spread > 0 else float("nan")
