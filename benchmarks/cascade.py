"""What a cascade saves and what it costs: speed against lost macro-F1, and the setting to ship.

    python benchmarks/cascade.py --first models/baseline --second models/transformer
        (--data FILE... | --answers FIRST.jsonl SECOND.jsonl)
        [--most-lost 0.005] [--out build/cascade] [--keep]

Both models answer the labelled statements of --data, which neither may have been trained on; or
--answers brings what `stance crossval --out` wrote for the recipes of both, out of fold, which
is many more statements. Cost is CPU-seconds a statement of each model, measured here in turns
on a sample. Speed is against the second model alone: cost 2 / (cost 1 + share left x cost 2).

The curve raises one threshold for all tasks together. The setting has a threshold for each task
and one for "off-topic"; of those that lose at most --most-lost of macro-F1 in every task, the
fastest is taken. Since it is the best of thousands, its loss is also told where it was not
chosen: for each fifth of the articles by the setting of the other four fifths; and where that
is more than --most-lost, a smaller loss is asked for until it is not. Written to --out:
curve.jsonl, curve.png; --keep puts the setting into the second model's manifest.
"""

import argparse
import hashlib
import itertools
import json
import time
from pathlib import Path

import numpy as np

from stance import store
from stance.cascade import Thresholds, keep_thresholds
from stance.classifiers.base import softmax
from stance.data import read_rows, read_statements
from stance.evaluation.formulas import macro_f1
from stance.labels import OFF_TOPIC
from stance.records import Statement

_STEPS = 12  # thresholds of each task that are tried together
_FOLDS = 5
_SAMPLE = 400  # statements on which the cost is measured


class Answers:
    """Gold labels and both models' probabilities by task: all that the rest works on.

    `gold` is {task: (n,) columns of the sorted labels, -1 where unlabelled}; `first` and
    `second` are {task: (n, n_labels)}; `groups` (n,) are the articles.
    """

    def __init__(self, labels, gold, first, second, groups):
        self.labels, self.gold, self.first, self.second = labels, gold, first, second
        self.groups = np.asarray(groups)
        self.tasks = list(labels)
        # A statement's cell in the confusion matrix, for the answer of either model.
        self._cells = {}
        for task in self.tasks:
            k = len(labels[task])
            known = gold[task] >= 0
            cells = [gold[task] * k + p[task].argmax(axis=1) for p in (first, second)]
            self._cells[task] = (known, k, *cells)

    def scores(self, sure, rows=None):
        """Return macro-F1 by task where the first model answers `sure`, over `rows` if given."""
        found = {}
        for task, (known, k, ours, theirs) in self._cells.items():
            use = known if rows is None else known & rows
            cells = np.where(sure, ours, theirs)[use]
            table = np.bincount(cells, minlength=k * k).reshape(k, k).astype(float)
            found[task] = float(macro_f1(table)) if len(cells) else 0.0
        return found

    def losses(self, sure, rows=None):
        """Return by task how much macro-F1 the second model alone has more."""
        alone = self.scores(np.zeros(len(sure), dtype=bool), rows)
        both = self.scores(sure, rows)
        return {task: alone[task] - both[task] for task in self.tasks}


def speed(share, costs):
    """Return how many times faster than the second model alone; `share` the first answers."""
    first, second = costs
    return second / (first + (1 - share) * second)


def curve(answers, costs):
    """Yield a row for each common threshold, from everything to nothing by the first model."""
    for above in [*np.linspace(0.3, 0.95, 27), *np.linspace(0.96, 1, 9)]:
        above = round(float(above), 4)
        sure = Thresholds(above=dict.fromkeys(answers.tasks, above)).sure(
            answers.first, answers.labels
        )
        share = float(sure.mean())
        yield {
            "above": above, "share": share, "speed": speed(share, costs),
            "macro_f1": answers.scores(sure), "lost": answers.losses(sure),
        }  # fmt: skip


def settings(answers, rows):
    """Yield the settings that are tried, as (thresholds, which statements they are sure of).

    The thresholds of a task cut its top probabilities on `rows` into parts of equal size; the
    last is 1, which few reach. One of 1 for all is always among them.
    """
    steps = np.linspace(0, 1, _STEPS)
    tops = {task: answers.first[task].max(axis=1) for task in answers.tasks}
    tried = {
        task: sorted({round(float(q), 4) for q in np.quantile(top[rows], steps[:-1])} | {1.0})
        for task, top in tops.items()
    }
    alone = [None]
    column = None
    if OFF_TOPIC in answers.labels.get("relevance", ()):
        column = answers.first["relevance"][:, answers.labels["relevance"].index(OFF_TOPIC)]
        alone += sorted({round(float(q), 4) for q in np.quantile(column[rows], steps[4:-1])})
    for above in itertools.product(*tried.values()):
        passed = np.logical_and.reduce(
            [tops[task] >= least for task, least in zip(tried, above, strict=True)]
        )
        for off_topic in alone:
            sure = passed if off_topic is None else passed | (column >= off_topic)
            yield Thresholds(above=dict(zip(tried, above, strict=True)), off_topic=off_topic), sure


def choose(answers, most_lost, rows=None):
    """Return the setting with the largest share of those that lose at most `most_lost` on `rows`.

    Also which of all statements it is sure of. Without any, the first model answers nothing.
    """
    rows = np.ones(len(answers.groups), dtype=bool) if rows is None else rows
    nothing = Thresholds(above=dict.fromkeys(answers.tasks, 1.0))
    best, best_sure = nothing, nothing.sure(answers.first, answers.labels)
    best_share = 0.0
    for thresholds, sure in settings(answers, rows):
        share = float(sure[rows].mean())
        if share > best_share and max(answers.losses(sure, rows).values()) <= most_lost:
            best, best_sure, best_share = thresholds, sure, share
    return best, best_sure


def fold_of(groups):
    """Return the fold of each statement, the same for all statements of an article."""
    return np.array([hashlib.sha256(str(group).encode()).digest()[0] % _FOLDS for group in groups])


def out_of_choice(answers, most_lost):
    """Return which statements the first model answers, each fold by the others' setting."""
    folds = fold_of(answers.groups)
    sure = np.zeros(len(folds), dtype=bool)
    for fold in np.unique(folds):
        if (folds != fold).any():
            sure[folds == fold] = choose(answers, most_lost, folds != fold)[1][folds == fold]
    return sure


def honest_choice(answers, most_lost):
    """Return (thresholds, sure, sure out of choice, loss asked for): see the module's text."""
    for asked in (*(most_lost * np.array([1, 0.75, 0.5, 0.25, 0, -0.5])), -1.0):
        found, sure = choose(answers, float(asked))
        apart = out_of_choice(answers, float(asked))
        if max(answers.losses(apart).values()) <= most_lost:
            break
    return found, sure, apart, float(asked)


def interval(answers, sure, *, rounds=1_000, seed=13):
    """Return by task the middle 95 % of the loss over resampled articles."""
    _, codes = np.unique(answers.groups, return_inverse=True)
    units = codes.max() + 1
    rng = np.random.default_rng(seed)
    found = {}
    for task, (known, k, ours, theirs) in answers._cells.items():
        tables = np.zeros((2, units, k * k))
        for table, cells in zip(tables, (np.where(sure, ours, theirs), theirs), strict=True):
            np.add.at(table, (codes[known], cells[known]), 1)
        drawn = rng.multinomial(units, np.full(units, 1 / units), size=rounds)
        both, alone = (macro_f1((drawn @ table).reshape(rounds, k, k)) for table in tables)
        low, high = np.quantile(alone - both, [0.025, 0.975])
        found[task] = (float(low), float(high))
    return found


def of_data(paths, first, second):
    """Return the answers of two loaded models to labelled files, and the statements."""
    statements = read_statements(paths, tasks=second.tasks_)
    labels = {task: sorted(second.labels_[task]) for task in second.tasks_}
    gold = {
        task: np.array([names.index(s.labels[task]) if s.labels.get(task) in names else -1
                        for s in statements])
        for task, names in labels.items()
    }  # fmt: skip
    # Tasks without gold labels lose nothing that could be seen, but their thresholds count.
    unseen = [task for task, column in gold.items() if (column < 0).all()]
    if unseen:
        print(f"no gold labels of {', '.join(unseen)}: what is lost there is not seen")
    groups = [s.article or s.id or str(n) for n, s in enumerate(statements)]
    one, other = first.probabilities(statements), second.probabilities(statements)
    return Answers(labels, gold, one, other, groups), statements


def of_files(paths, models):
    """Return the answers in two files of `stance crossval --out`, and the statements of both.

    Those are the recipes' answers before calibration, so the temperatures of the two `models`
    are applied to them.
    """
    tables = [{_key(row): row for _, row in read_rows(path)} for path in paths]
    keys = [key for key in tables[0] if key in tables[1]]
    if not keys:
        raise SystemExit("the two files of answers share no statement")
    print(f"{len(keys)} statements in both files ({len(tables[0])} and {len(tables[1])})")
    labels = {task: sorted(names) for task, names in models[1].labels_.items()}
    rows = [[table[key] for key in keys] for table in tables]
    gold = {
        task: np.array([names.index(row[task]) if row.get(task) in names else -1
                        for row in rows[1]])
        for task, names in labels.items()
    }  # fmt: skip
    chances = [
        {
            task: tempered(
                np.array([[float(row[f"{task}_p_{name}"]) for name in names] for row in side]),
                model.temperature_[task],
            )
            for task, names in labels.items()
        }
        for side, model in zip(rows, models, strict=True)
    ]
    groups = [row.get("article") or row.get("group") or row["text"] for row in rows[1]]
    names = ("text", "context", "speaker")
    statements = [Statement.from_dict({n: row.get(n) for n in names}) for row in rows[1]]
    return Answers(labels, gold, *chances, groups), statements


def tempered(chances, temperature):
    """Return probabilities (n, k) divided by a temperature in the exponent, and normalised."""
    return softmax(np.log(np.maximum(chances, np.finfo(float).tiny)) / temperature)


def _key(row):
    return tuple(str(row.get(name) or "") for name in ("article", "start", "text", "context"))


def costs_of(models, statements, rounds=5):
    """Return CPU-seconds a statement of each model: the least of some rounds, taken in turns."""
    sample = statements[:: max(1, len(statements) // _SAMPLE)][:_SAMPLE]
    best = [float("inf")] * len(models)
    for model in models:
        model.probabilities(sample[:32])
    for _ in range(rounds):
        for n, model in enumerate(models):
            began = time.process_time()
            model.probabilities(sample)
            best[n] = min(best[n], (time.process_time() - began) / len(sample))
    return best


def draw(rows, chosen, path, most_lost):
    """Draw the points lost by task against the speed, with the setting that was chosen."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for task in chosen["lost"]:
        points = [(row["speed"], 100 * row["lost"][task]) for row in rows]
        (line,) = axes.plot(*zip(*points, strict=True), label=task, linewidth=1.6)
        axes.plot(chosen["speed"], 100 * chosen["lost"][task], "o", color=line.get_color())
    axes.axhline(100 * most_lost, color="0.6", linestyle=":", linewidth=1)
    axes.set(
        xscale="log",
        xlabel="speed, the second model alone = 1", ylabel="points of macro-F1 lost",
        title="One threshold for all tasks (lines) and the setting chosen (dots)",
    )  # fmt: skip
    axes.legend(frameon=False)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", default="models/baseline")
    parser.add_argument("--second", default="models/transformer")
    parser.add_argument("--backend", help="of the second model: onnx or torch")
    parser.add_argument("--data", type=Path, nargs="+")
    parser.add_argument("--answers", type=Path, nargs=2, metavar=("FIRST", "SECOND"))
    parser.add_argument("--most-lost", type=float, default=0.005, help="of macro-F1, of 1")
    parser.add_argument("--out", type=Path, default=Path("build/cascade"))
    parser.add_argument("--keep", action="store_true", help="put the setting into the manifest")
    options = parser.parse_args()
    if bool(options.data) == bool(options.answers):
        parser.error("give --data or --answers")
    first = store.load(options.first)
    folder = store.find(options.second)
    second = store.load(folder, backend=options.backend)
    if options.data:
        answers, statements = of_data(options.data, first, second)
    else:
        answers, statements = of_files(options.answers, (first, second))
    costs = costs_of((first, second), statements)
    rows = list(curve(answers, costs))
    thresholds, sure, apart, asked = honest_choice(answers, options.most_lost)
    share = float(sure.mean())
    measured = {
        "statements": len(statements), "share": share, "speed": speed(share, costs),
        "lost": answers.losses(apart), "lost_interval": interval(answers, apart),
        "lost_where_chosen": answers.losses(sure), "asked": asked,
        "cpu_seconds_a_statement": costs, "measured_on": [
            path.name for path in (options.data or options.answers)
        ],
    }  # fmt: skip
    chosen = {"chosen": thresholds.to_dict(), **measured}
    options.out.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in [*rows, chosen]]
    (options.out / "curve.jsonl").write_text("".join(lines), encoding="utf-8")
    draw(rows, chosen, options.out / "curve.png", options.most_lost)
    print(f"{'above':>7}{'share':>8}{'speed':>7}  points of macro-F1 lost")
    for row in [*rows, chosen]:
        lost = "  ".join(f"{task} {100 * value:+.2f}" for task, value in row["lost"].items())
        above = row.get("above")
        print(f"{'chosen' if above is None else above:>7}{row['share']:>8.1%}{row['speed']:>7.2f}"
              f"  {lost}")  # fmt: skip
    print(f"the setting: {json.dumps(thresholds.to_dict())}; of the other articles it loses "
          + ", ".join(f"{t} {100 * low:+.2f} to {100 * high:+.2f}"
                      for t, (low, high) in measured["lost_interval"].items()))  # fmt: skip
    if options.keep and not share:
        raise SystemExit("no setting is fast enough and loses little enough: nothing is kept")
    if options.keep:
        keep_thresholds(folder, first=first, thresholds=thresholds, measured=measured)
        print(f"kept in {folder}; stance score --cascade {options.first} reads it there")


if __name__ == "__main__":
    main()
