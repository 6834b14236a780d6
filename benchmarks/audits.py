"""How often the intervals of `stance data audit` hold a run's own accuracy and macro-F1.

    python benchmarks/audits.py [--tries 400]

Made runs with known true labels: three sets of shares and accuracies of 60 to 95 %, 250 or 5,000
quotes, 40 or 100 of them checked, drawn simply or by the model's label. Prints one line a setting.
"""

import argparse
import itertools

import numpy as np

from stance.evaluation.formulas import macro_f1
from stance.evaluation.proportions import (
    Design,
    macro_f1_interval,
    proportion,
    weighted_confusion,
)

RUNS = [
    ((0.3, 0.5, 0.2), 0.6), ((0.3, 0.5, 0.2), 0.8), ((0.3, 0.5, 0.2), 0.95),
    ((0.1, 0.8, 0.1), 0.8), ((0.05, 0.9, 0.05), 0.95),
]  # fmt: skip


def coverage(shares, accuracy, size, n, stratified, tries):
    """Return how often the intervals of accuracy and of macro-F1 hold those of the whole run."""
    rates = np.full((3, 3), (1 - accuracy) / 2)
    np.fill_diagonal(rates, accuracy)
    held = np.zeros(2)
    for seed in range(tries):
        rng = np.random.default_rng(seed)
        gold = rng.choice(3, size=size, p=shares)
        predicted = (rng.random(size)[:, None] > rates.cumsum(1)[gold]).sum(1)
        strata = predicted if stratified else np.zeros(size, dtype=np.int64)
        each = -(-n // 3) if stratified else n
        picked = np.concatenate([
            rng.permutation(np.flatnonzero(strata == h))[:each] for h in range(strata.max() + 1)
        ])  # fmt: skip
        design = Design(strata=strata[picked], sizes=np.bincount(strata).astype(np.float64))
        right = gold == predicted
        found = proportion(list(right[picked]), design)
        held[0] += found.low <= right.mean() <= found.high
        f1 = macro_f1_interval(gold[picked], predicted[picked], 3, design, n_draws=400, seed=seed)
        truth = macro_f1(weighted_confusion(gold, predicted, 3, np.ones(size)))
        held[1] += f1.low <= truth <= f1.high
    return held / tries


def main():
    """Print the coverage in every setting."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=400)
    tries = parser.parse_args().tries
    print(
        f"{'shares':20} {'right':>6} {'quotes':>6} {'drawn':>12} {'n':>4} {'accuracy':>9} {'F1':>6}"
    )
    for (shares, right), size, by, n in itertools.product(
        RUNS, (250, 5000), (False, True), (40, 100)
    ):
        accuracy, f1 = coverage(shares, right, size, n, by, tries)
        how = "by label" if by else "simply"
        print(f"{shares!s:20} {right:6} {size:6} {how:>12} {n:4} {accuracy:9.3f} {f1:6.3f}")


if __name__ == "__main__":
    main()
