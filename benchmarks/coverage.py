"""How often the intervals of `stance summarize` hold the truth, by simulation.

    python benchmarks/coverage.py [--runs 300]

A noisy, calibrated classifier is evaluated on quotes with other shares of labels than those
that it then counts; quotes of one article are alike. Prints a line a setting and method:
coverage of the 95 % interval of the index, its mean width, the mean error of the index.
"""

import argparse

import numpy as np

from stance.aggregate import Confusion, Gathered, Group, summarise
from stance.labels import STANCE

BASE = np.array([0.3, 0.5, 0.2])  # shares of labels in the evaluation
#: Shares, articles, quotes an article, likeness within articles, evaluated statements.
SETTINGS = (
    ((0.6, 0.3, 0.1), 20, 3, 0.15, 300),
    ((0.6, 0.3, 0.1), 5, 3, 0.15, 300),
    ((0.2, 0.2, 0.6), 60, 2, 0.05, 150),
    ((0.34, 0.33, 0.33), 12, 1, 0.001, 100),
    ((0.85, 0.1, 0.05), 30, 3, 0.15, 300),
    ((0.1, 0.85, 0.05), 200, 3, 0.15, 1000),
)


def simulate(seed, truth, n_articles, per_article, likeness, evaluated):
    """Quotes with a classifier's answers, and the classifier's confusion matrix."""
    rng, centres = np.random.default_rng(seed), 1.6 * np.eye(3)

    def probabilities(gold):
        points = centres[gold] + rng.normal(size=(len(gold), 3))
        logs = points @ centres.T + np.log(BASE)
        powers = np.exp(logs - logs.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    gold = rng.choice(3, size=evaluated, p=BASE)
    counts = np.zeros((3, 3))
    np.add.at(counts, (gold, probabilities(gold).argmax(1)), 1)
    groups = []
    for article in range(n_articles):
        own = rng.dirichlet(np.array(truth) * (1 / likeness - 1))
        for p in probabilities(rng.choice(3, size=per_article, p=own)):
            label = STANCE[p.argmax()]
            groups.append(Group(key=(), article=str(article), label=label, chances=tuple(p)))
    data = Gathered(task="stance", by=(), labels=STANCE, groups=tuple(groups), rows=0, copied=0,
                    off_topic=0, models=())  # fmt: skip
    return data, Confusion(labels=STANCE, counts=counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=300)
    runs = parser.parse_args().runs
    print("shares, articles, quotes an article, likeness, evaluated: method coverage width error")
    for setting in SETTINGS:
        truth = setting[0][0] - setting[0][2]
        for method in ("none", "adjusted", "em"):
            found = []
            for seed in range(runs):
                data, matrix = simulate(seed, *setting)
                done = summarise(data, method=method, confusion=matrix, n_boot=400, seed=seed)
                found.append(done.cells[0].index)
            held = np.mean([e.low <= truth <= e.high for e in found])
            width = np.mean([e.high - e.low for e in found])
            error = np.mean([e.value - truth for e in found])
            print(*setting, f"{method:9} {held:.3f} {width:.2f} {error:+.3f}", flush=True)


if __name__ == "__main__":
    main()
