"""Ways to train the transformer, one changed at a time, on disputes that none of them saw.

    stance data join data/standoff/*.jsonl --corpus DIR --out build/standoff.jsonl
    python benchmarks/recipes.py --dev FILE [--only base lora] [--jobs 2] [--out docs/recipes.jsonl]

Every recipe learns stance and sentiment from the same `--labels` relevant statements of
layer 2 and one seed, and answers the same `--test` statements of other disputes, the
development statements, and the tested statements with names exchanged. A line a recipe is
appended to `--out`; those that are in it already are not run again. `--table` prints what
is there: macro-F1, and the difference to `base` with a paired interval over disputes.
One thread a recipe, `--jobs` at a time: two processes get through more than two threads.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

#: Options of the classifier; `data` says what is done to the statements first.
BASE = {"method": "full", "epochs": 3, "max_length": 64, "pooling": "text", "bf16": True}
SHIPPED = {"hide_names": True, "epochs": 2, "learning_rate": 1e-4, "head_epochs": 5}
RECIPES = {
    "base": {},
    "lora": {"method": "lora"},
    "text alone": {"use_context": False, "use_speaker": False},
    "no context": {"use_context": False},
    "no speaker": {"use_speaker": False},
    "context to 128 pieces": {"max_length": 128},
    "context without the text": {"data": "cut"},
    "pooled by the first token": {"pooling": "cls"},
    "pooled over all tokens": {"pooling": "mean"},
    "in 32 bits": {"bf16": False},
    "rate 1e-4": {"learning_rate": 1e-4},
    "rate 1e-4, falling by 0.8 a layer": {"learning_rate": 1e-4, "layer_decay": 0.8},
    "six epochs": {"epochs": 6},
    "labels smoothed by 0.1": {"label_smoothing": 0.1},
    "no head first": {"head_epochs": 0},
    "no dropout": {"dropout": 0.0},
    "names exchanged in half": {"data": "exchanged"},
    "names hidden": {"hide_names": True},
    "names hidden and labels weighed within each corpus": {
        "hide_names": True,
        "class_weights_by": "corpus",
    },
    "MPNet with adapters, names hidden": {
        "encoder": "mpnet",
        "method": "lora",
        "lora_rank": 12,
        "lora_alpha": 24,
        "learning_rate": 3e-4,
        "hide_names": True,
    },
    "names exchanged, added": {"data": "exchanged and own"},
    "with authored statements": {"data": "authored"},
    "all labels and authored statements": {"data": "everything", **SHIPPED},
    "the same with labels weighed within each corpus": {
        "data": "everything",
        "class_weights_by": "corpus",
        **SHIPPED,
    },
    "all labels and authored statements in four epochs": {
        "data": "everything",
        **SHIPPED,
        "epochs": 4,
    },
    "1,000 labels": {"data": "1000"},
    "4,000 labels": {"data": "4000"},
}


def statements(file, dev, *, n_test, seed):
    """The relevant statements of layer 2, cut by dispute: train (shuffled), test; and dev."""
    from sklearn.model_selection import StratifiedGroupKFold

    from stance.data import keep_only, read_statements
    from stance.evaluation.leakage import near_duplicates

    rows = keep_only(read_statements([file]), {"stance": {"relevance": "relevant"}})
    rows = [row for row in rows if "stance" in row.labels]
    groups = [row.dispute or row.article for row in rows]
    labels = [row.labels["stance"] for row in rows]
    folds = StratifiedGroupKFold(4, shuffle=True, random_state=seed)
    train, test = next(folds.split(rows, labels, groups))
    rng = np.random.default_rng(seed)
    test = rng.permutation(test)[:n_test].tolist()
    pairs = near_duplicates([row.text for row in rows])
    tested = set(test)
    copies = {p.first for p in pairs if p.second in tested}
    copies |= {p.second for p in pairs if p.first in tested}
    train = [n for n in rng.permutation(train).tolist() if n not in copies]
    dev = read_statements([dev])
    return [rows[n] for n in train], [rows[n] for n in test], dev, [groups[n] for n in test]


def prepared(name, train, seed, n_train):
    """The training statements and the change made to every statement, for a recipe's `data`."""
    from stance.data import read_statements
    from stance.renaming import swap_names

    rng = np.random.default_rng(seed)
    if name and name.isdigit():
        return train[: int(name)], lambda row: row
    if name == "everything":
        return train + read_statements(["data/authored/statements.jsonl"]), lambda row: row
    train = train[:n_train]
    if name == "cut":
        return train, lambda row: replace(row, context=row.context.replace(row.text, "...", 1))
    if name == "exchanged":
        other = [swap_names(row, seed=seed) for row in train]
        train = [b if rng.random() < 0.5 else a for a, b in zip(train, other, strict=True)]
    elif name == "exchanged and own":
        train = train + [swap_names(row, seed=seed) for row in train]
    elif name == "authored":
        train = train + read_statements(["data/authored/statements.jsonl"])
    return train, lambda row: row


def run(name, options):
    """Train one recipe and return its answers and figures."""
    import torch

    from stance.classifiers.transformer import TransformerClassifier
    from stance.renaming import exchange

    torch.set_num_threads(1)
    train, test, dev, groups = statements(
        options.data, options.dev, n_test=options.test, seed=options.seed
    )
    recipe = {**BASE, **RECIPES[name]}
    train, change = prepared(recipe.pop("data", None), train, options.seed, options.labels)
    classifier = TransformerClassifier(**recipe, seed=options.seed)
    began, cpu = time.perf_counter(), time.process_time()
    tasks = ("stance", "sentiment")
    classifier.fit(
        [change(row) for row in train],
        {task: [row.labels.get(task) for row in train] for task in tasks},
    )
    spent = time.perf_counter() - began, time.process_time() - cpu
    answers = {}
    for part, rows in (("test", test), ("dev", dev)):
        found = classifier.probabilities([change(row) for row in rows])
        for task in tasks:
            names = sorted(classifier.labels_[task])
            answers[f"{part} {task}"] = {
                "gold": [row.labels[task] for row in rows],
                "answer": [names[n] for n in found[task].argmax(1)],
            }
    swaps = [exchange(row, seed=0) for row in test[:400]]
    rows = [n for n, one in enumerate(swaps) if one.changed]
    found = classifier.probabilities([change(swaps[n].statement) for n in rows])["stance"]
    names = sorted(classifier.labels_["stance"])
    was = [answers["test stance"]["answer"][n] for n in rows]
    stays = np.mean([names[k] == old for k, old in zip(found.argmax(1), was, strict=True)])
    answers["test stance"]["groups"] = groups
    return {
        "recipe": name, "options": RECIPES[name], "seed": options.seed, "trained on": len(train),
        "seconds": round(spent[0]), "cpu_seconds": round(spent[1]),
        "stays": round(100 * float(stays), 1), "answers": answers,
    }  # fmt: skip


def macro_f1(gold, answer):
    """Macro-F1 in points."""
    from sklearn.metrics import f1_score

    return 100 * f1_score(gold, answer, average="macro", zero_division=0)


def difference(one, base, *, draws=1000):
    """Stance macro-F1 on the test against base: points and a 95 % interval over disputes."""
    gold, groups = np.array(one["gold"]), np.array(one["groups"])
    a, b = np.array(one["answer"]), np.array(base["answer"])
    rng, where = np.random.default_rng(0), {g: np.flatnonzero(groups == g) for g in set(groups)}
    names = sorted(where)
    found = []
    for _ in range(draws):
        rows = np.concatenate([where[names[k]] for k in rng.integers(len(names), size=len(names))])
        found.append(macro_f1(gold[rows], a[rows]) - macro_f1(gold[rows], b[rows]))
    low, high = np.percentile(found, [2.5, 97.5])
    return macro_f1(gold, a) - macro_f1(gold, b), low, high


def table(path):
    """Print the figures of all recipes in `path` as Markdown."""
    found = [json.loads(line) for line in path.read_text().splitlines()]
    base = next(one for one in found if one["recipe"] == "base")["answers"]["test stance"]
    print("| recipe | stance, other disputes | against base (95 %) | stance, dev | sentiment, "
          "other disputes | dev | labels that stay | CPU seconds |")  # fmt: skip
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for one in found:
        points = {key: macro_f1(v["gold"], v["answer"]) for key, v in one["answers"].items()}
        gain, low, high = difference(one["answers"]["test stance"], base)
        against = f"{gain:+.1f} ({low:+.1f} to {high:+.1f})" if one["recipe"] != "base" else ""
        print(
            f"| {one['recipe']} | {points['test stance']:.1f} | {against} | "
            f"{points['dev stance']:.1f} | {points['test sentiment']:.1f} | "
            f"{points['dev sentiment']:.1f} | {one['stays']} % | {one['cpu_seconds']} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="build/standoff.jsonl")
    parser.add_argument("--dev", help="labelled statements that are never trained on")
    parser.add_argument("--only", nargs="+", metavar="RECIPE", help="default: all")
    parser.add_argument("--labels", type=int, default=2000)
    parser.add_argument("--test", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("docs/recipes.jsonl"))
    parser.add_argument("--table", action="store_true", help="print what --out holds, run nothing")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.table:
        table(options.out)
        return
    if options.one:
        line = json.dumps(run(options.one, options), ensure_ascii=False)
        with options.out.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        return
    done = set()
    if options.out.is_file():
        done = {json.loads(line)["recipe"] for line in options.out.read_text().splitlines()}
    wanted = options.only or list(RECIPES)
    if unknown := [name for name in wanted if name not in RECIPES]:
        parser.error(f"no recipe {', '.join(map(repr, unknown))}; there are {', '.join(RECIPES)}")
    waiting = [name for name in wanted if name not in done]
    running: list[subprocess.Popen] = []
    while waiting or running:
        running = [one for one in running if one.poll() is None]
        while waiting and len(running) < options.jobs:
            command = [sys.executable, *sys.argv, "--one", waiting.pop(0)]
            running.append(subprocess.Popen(command))
        time.sleep(1)


if __name__ == "__main__":
    main()
