"""How many labels an order of `stance label` saves, against an order drawn at random.

    stance data join data/standoff/*.jsonl --corpus DIR --out build/standoff.jsonl
    python benchmarks/label_orders.py build/standoff.jsonl --out docs/label-orders.svg

Whole disputes are held out to test on; from the others, `--start` statements are labelled at
random. Then every order asks for `--batch` more, the baseline learns from all that it has, is
tested, and (for `uncertain`) plans the next batch with what it has learnt: as one does who
labels, trains and labels again. Prints macro-F1 of stance by labels, and with how many labels
an order reaches what random labels reach; intervals are over the runs (bootstrap).
`--answers FILE` keeps the figures of every run; a run that stands there is not made again.
"""

import argparse
import json
from pathlib import Path

import numpy as np

ORDERS = ("random", "uncertain", "article")
LOOK = {"random": ("#777777", "o"), "uncertain": ("#0b6e99", "s"), "article": ("#c46210", "^")}


def statements(file):
    """The relevant statements with a dispute: items as `stance label` makes them, and labels."""
    from stance.data import read_rows
    from stance.labelling import read_items

    gold = {
        row["id"]: (row["stance"], row["dispute"])
        for _, row in read_rows(file)
        if row.get("dispute") and not row.get("off_topic")
    }
    items = [item for item in read_items([str(file)])[0] if item.id in gold]
    return items, [gold[item.id][0] for item in items], [gold[item.id][1] for item in items]


def one_run(items, labels, folds, args, *, run, order):
    """The pairs of labels and macro-F1 of one order, on one part of the disputes."""
    from sklearn.metrics import f1_score

    from stance import BaselineClassifier
    from stance.labelling.items import with_chances
    from stance.labelling.order import ordered

    rng = np.random.default_rng(run)
    pool, test = folds[run % len(folds)]
    pool = rng.permutation(pool)[: args.pool].tolist()
    test = rng.permutation(test)[: args.test].tolist()
    gold = {items[n].id: labels[n] for n in pool}
    left = {items[n].id: items[n] for n in pool}
    learnt = [left.pop(items[n].id) for n in pool[: args.start]]
    curve = []
    while True:
        model = BaselineClassifier()
        model.fit([item.statement for item in learnt], [gold[item.id] for item in learnt])
        found = model.predict([items[n].statement for n in test])
        score = f1_score([labels[n] for n in test], found, average="macro")
        curve.append((len(learnt), float(score)))
        if len(learnt) >= args.most or not left:
            return curve
        queue = list(left.values())
        if order == "uncertain":
            queue = with_chances(queue, model([item.statement for item in queue]))
        for item in ordered(queue, order, seed=run)[: args.batch]:
            learnt.append(left.pop(item.id))


def all_runs(args):
    """Every run that is not in `--answers` yet; returns {order: (runs, points, 2)}."""
    from sklearn.model_selection import StratifiedGroupKFold

    items, labels, disputes = statements(args.file)
    cut = StratifiedGroupKFold(n_splits=5, shuffle=True, random_state=0)
    folds = list(cut.split(items, labels, disputes))
    setting = {name: getattr(args, name) for name in ("start", "batch", "most", "pool", "test")}
    kept = args.answers.read_text().splitlines() if args.answers.is_file() else []
    done = [row for row in map(json.loads, kept) if row["setting"] == setting]
    known = {(row["run"], row["order"]): row["curve"] for row in done}
    for run in range(args.runs):
        for order in args.orders:
            if (run, order) in known:
                continue
            curve = one_run(items, labels, folds, args, run=run, order=order)
            known[run, order] = curve
            with args.answers.open("a") as file:
                row = {"run": run, "order": order, "setting": setting, "curve": curve}
                file.write(json.dumps(row) + "\n")
            print(f"run {run + 1} {order}: {curve[0][1]:.3f} -> {curve[-1][1]:.3f}", flush=True)
    return {o: np.array([known[run, o] for run in range(args.runs)]) for o in args.orders}


def reached(curves, other, labels):
    """With how many labels `other` reaches what `curves` (runs, points, 2) reach with `labels`.

    Both are means over the runs, made to rise (isotonic regression), since a mean over few
    runs goes up and down; infinite where `other` never gets there.
    """
    from sklearn.isotonic import IsotonicRegression

    x = curves[0, :, 0]
    rising = IsotonicRegression()
    goal = np.interp(labels, x, rising.fit_transform(x, curves[:, :, 1].mean(0)))
    mean = rising.fit_transform(x, other[:, :, 1].mean(0))
    if mean[-1] < goal:
        return np.inf
    last = int(np.argmax(mean >= goal))
    if last == 0:
        return float(x[0])
    share = (goal - mean[last - 1]) / (mean[last] - mean[last - 1])
    return float(x[last - 1] + share * (x[last] - x[last - 1]))


def report(curves):
    base = curves["random"]
    x, rng = base[0, :, 0], np.random.default_rng(0)
    print(f"\nmacro-F1 of stance, mean of {len(base)} runs")
    print("labels " + " ".join(f"{order:>10}" for order in curves))
    for n, count in enumerate(x):
        row = " ".join(f"{100 * c[:, n, 1].mean():10.1f}" for c in curves.values())
        print(f"{count:6.0f} {row}")
    for order, other in curves.items():
        if order == "random":
            continue
        for labels in (x[len(x) // 2], x[-1]):
            drawn = rng.integers(0, len(base), size=(1000, len(base)))
            found = np.array([reached(base[d], other[d], labels) for d in drawn])
            low, high = np.quantile(found, [0.025, 0.975], method="nearest")
            print(f"{order}: {reached(base, other, labels):.0f} labels (95 % interval {low:.0f} to "
                  f"{high:.0f}) reach what {labels:.0f} random ones reach")  # fmt: skip
        gain = 100 * (other[:, -1, 1] - base[:, -1, 1])
        drawn = rng.choice(gain, size=(10_000, len(gain))).mean(1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        print(f"{order}: {gain.mean():+.1f} points ({low:+.1f} to {high:+.1f}) with {x[-1]:.0f} "
              "labels")  # fmt: skip


def draw(curves, out):
    import matplotlib as mpl

    mpl.use("agg")
    mpl.rcParams["svg.hashsalt"] = "stance"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    for order, found in curves.items():
        colour, mark = LOOK[order]
        x, mean = found[0, :, 0], 100 * found[:, :, 1].mean(0)
        error = 100 * found[:, :, 1].std(0, ddof=1) / np.sqrt(len(found))
        axes.plot(x, mean, marker=mark, color=colour, label=f"--order {order}")
        axes.fill_between(x, mean - error, mean + error, color=colour, alpha=0.15, linewidth=0)
    axes.set(xlabel="statements labelled", ylabel="macro-F1 of stance, other disputes (%)")
    axes.set_title(f"Which first: the baseline, mean of {len(found)} runs ± 1 standard error",
                   loc="left", fontsize=10)  # fmt: skip
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)
    print(f"picture -> {out}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--orders", type=lambda text: text.split(","), default=list(ORDERS))
    parser.add_argument("--start", type=int, default=100)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--most", type=int, default=1000)
    parser.add_argument("--pool", type=int, default=3000)
    parser.add_argument("--test", type=int, default=1500)
    parser.add_argument("--answers", type=Path, default=Path("build/label_orders.jsonl"))
    parser.add_argument("--out", type=Path, help="a picture: .svg or .png")
    args = parser.parse_args()
    if "random" not in args.orders or args.runs < 2:
        parser.error("the orders are compared with random, over at least 2 runs")
    args.answers.parent.mkdir(parents=True, exist_ok=True)
    curves = all_runs(args)
    report(curves)
    if args.out:
        draw(curves, args.out)


if __name__ == "__main__":
    main()
