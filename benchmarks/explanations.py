"""Do the words that `stance explain` finds matter? Labels without them, and without others.

    python benchmarks/explanations.py [MODEL] [--data data/statements.jsonl] [--left-out]

For shares of the words removed: how many labels change without the words of the largest
weight for the label, and without as many random ones (three draws each). With --left-out the
baseline is trained again without each article and explains that article's statements.
"""

import argparse
import random

import stance
from stance.explain import explain, without_words


def pairs(model, statements, *, left_out):
    if not left_out:
        return [(model, s) for s in statements]
    found = []
    for article in sorted({s.article for s in statements}):
        train = [s for s in statements if s.article != article]
        fitted = stance.BaselineClassifier().fit(train, [s.labels["stance"] for s in train])
        found += [(fitted, s) for s in statements if s.article == article]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="baseline")
    parser.add_argument("--data", default="data/statements.jsonl")
    parser.add_argument("--left-out", action="store_true")
    options = parser.parse_args()
    statements = stance.read_statements([options.data])
    model = None if options.left_out else stance.load(options.model)
    found = [
        (m, s, explain(m, s, task="stance"))
        for m, s in pairs(model, statements, left_out=options.left_out)
    ]
    rng = random.Random(0)
    for share in (0.0, 0.1, 0.2, 0.3, 0.5):
        best = chance = n = 0
        for fitted, statement, why in found:
            count = max(1, round(share * len(why.words)))
            if count == len(why.words):
                continue
            top = sorted(why.words, key=lambda word: -word.weight)[:count]
            chosen = [top, *(rng.sample(why.words, count) for _ in range(3))]
            labels = fitted.predict(
                [without_words(statement, [(w.start, w.end) for w in words]) for words in chosen],
                task="stance",
            )
            best += labels[0] != why.label
            chance += (labels[1:] != why.label).mean()
            n += 1
        name = f"{share:.0%} of the words" if share else "one word"
        print(f"{name}: n {n}, best {best / n:.3f}, random {chance / n:.3f}", flush=True)


if __name__ == "__main__":
    main()
