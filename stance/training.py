"""Config -> data -> fit -> evaluate -> store: the one place where these meet."""

import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from stance import store
from stance.classifiers.base import Classifier
from stance.config import KINDS, MAX_CHARS, DataConfig, RunConfig, load_config, plain_file
from stance.data import text_key
from stance.errors import IntegrityError
from stance.evaluation.evaluate import Evaluation, evaluate
from stance.pinned import pin
from stance.records import Statement
from stance.reports.card import model_card
from stance.rundata import RunData, read_data, targets, to_learn
from stance.store.manifest import sha256_of

SEEN = "seen.txt"
#: Libraries whose versions can change a result; recorded in every model folder.
VERSIONED = ("stance", "numpy", "scikit-learn", "skops", "torch", "transformers", "peft")
#: Where `stance drift` looks for what a model is known on.
REFERENCE = "reference.jsonl"
_REFERENCE_ARTICLES = 1_000
_TRAINING_SAMPLE = 2_000  # the figure on training data tells of over-fitting, no more
_SELF_CHECK = 64  # statements whose probabilities are compared after saving


def read_config(path: Path, *, overrides: Sequence[str] = ()) -> RunConfig:
    """Read and check a run's config, the model block against its classifier's own options."""
    constructors = {kind: store.classifier_class(kind) for kind in _kinds_of(path, overrides)}
    return load_config(path, overrides=overrides, constructors=constructors)


def _kinds_of(path: Path, overrides: Sequence[str]) -> list[str]:
    # The heavy library of one kind is not imported to check a config of the other.
    text = ""
    if plain_file(path):
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(MAX_CHARS)
    text += "\n".join(item.replace("=", ": ", 1) for item in overrides)
    return [kind for kind in KINDS if f"kind: {kind}" in text] or list(KINDS)


def make_classifier(config: RunConfig, **local: Any) -> Any:
    """Return the unfitted classifier of a run; `local` options (paths) stay out of the config."""
    return store.classifier_class(config.kind)(**config.model, seed=config.seed, **local)


def fit(classifier: Any, data: RunData, *, config: DataConfig | None = None) -> Classifier:
    """Fit on `train`, `support` and `soft`; a statement may lack the labels of some tasks."""
    statements = [*data.train, *data.support, *data.soft]
    weight = None
    if config is not None and (config.support_weight, config.soft_weight) != (1.0, 1.0):
        weight = np.repeat(
            [1.0, config.support_weight, config.soft_weight],
            [len(data.train), len(data.support), len(data.soft)],
        )
    fitted: Classifier = classifier.fit(statements, targets(data), sample_weight=weight)
    return fitted


@dataclass(frozen=True, kw_only=True)
class TrainResult:
    """What a run made: the folder, its manifest, and the evaluation on `test` if any."""

    folder: Path
    manifest: store.Manifest
    data: Mapping[str, Any]
    training: Evaluation
    test: Evaluation | None


def train(
    config: RunConfig,
    out: Path,
    *,
    force: bool = False,
    resume: bool = False,
    say: Callable[[str], None] = lambda line: None,
    command: str | None = None,
) -> TrainResult | None:
    """Train a run into the model folder `out`; nothing is written there before all is checked.

    Saves, loads again and compares probabilities before calling it done. Raises the errors
    of config, data and store; an existing model is only replaced with `force`. Of several
    processes that train together (`torchrun`) the first saves, and the others return None.
    `command` is what makes this model again, for its card.
    """
    store.check_target(out, force=force or resume)
    data = read_data(config)
    learnt = replace(
        data,
        train=to_learn(data.train, config.data, seed=config.seed),
        support=to_learn(data.support, config.data, seed=config.seed),
    )
    about = learnt.describe()
    say(f"{about['statements']} statements of {about['articles']} articles"
        + (f" and {about['support']} supporting ones" if about["support"] else "")
        + (f" and {about['soft']} with soft labels" if data.soft else ""))  # fmt: skip
    local: dict[str, Any] = {}
    if config.kind == "transformer":
        # Checkpoints are the Trainer's own local files; no other command loads them.
        local = {"checkpoint_dir": str(out.parent / f".{out.name}-checkpoints"), "resume": resume}
    classifier = make_classifier(config, **local)
    fit(classifier, learnt, config=config.data)
    if os.environ.get("RANK", "0") != "0":
        return None
    step = 1 + len(learnt.train) // _TRAINING_SAMPLE
    known = [one for one in learnt.train if one.labels][::step]
    training = evaluate(classifier, known, n_boot=0, by=())
    test = evaluate(classifier, data.test) if data.test else None
    meta = {
        "config": config.resolved(),
        "data": {**about, "files": data_files(config.data)},
        "seed": config.seed,
        "metrics": {
            "training": training.headlines(),
            **({"test": test.headlines()} if test else {}),
        },
        "versions": versions(),
        **({"command": command} if command else {}),
        "pinned": pin(classifier),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    keys = sorted({text_key(s.text) for s in [*data.train, *data.support, *data.soft]})
    tasks = {task: list(classifier.labels_[task]) for task in classifier.tasks_}
    files = {
        **({REFERENCE: reference_of(data.train)} if config.data.reference else {}),
        SEEN: "\n".join(keys) + "\n",
        store.CARD: model_card(
            name=out.name, manifest={"kind": config.kind, "tasks": tasks, **meta}
        ),
    }
    manifest = store.save(
        classifier, out, kind=config.kind, about=meta, files=files, force=force or resume
    )
    self_check(classifier, out, [*data.train, *data.test])
    if local:
        _remove_checkpoints(Path(local["checkpoint_dir"]))
    return TrainResult(folder=out, manifest=manifest, data=about, training=training, test=test)


def reference_of(statements: Sequence[Statement]) -> str:
    """Return the words, kinds and articles of `statements` as JSON lines, of so many articles."""
    articles = sorted({s.article for s in statements if s.article is not None})
    step = 1 + len(articles) // _REFERENCE_ARTICLES
    kept = {None, *articles[::step]}
    lines = [
        {"id": s.id or f"{n}", "article": s.article or f"statement {n}", "kind": s.kind,
         "text": s.text}
        for n, s in enumerate(statements) if s.article in kept
    ]  # fmt: skip
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def data_files(config: DataConfig) -> list[dict[str, str]]:
    """Return what a run learns from: each file's path as the config has it, part and sha256."""
    return [
        {"file": name, "part": part, "sha256": sha256_of(Path(name))}
        for part in ("train", "support", "soft")
        for name in getattr(config, part)
    ]


def self_check(classifier: Classifier, folder: Path, statements: Sequence[Statement]) -> None:
    """Load what was saved and compare probabilities; raises `IntegrityError` if they differ."""
    sample = list(statements[:_SELF_CHECK])
    before, after = classifier.probabilities(sample), store.load(folder).probabilities(sample)
    worst = max(float(np.abs(before[task] - after[task]).max()) for task in before)
    if worst > 1e-4:
        raise IntegrityError(
            f"{folder}: the saved model's probabilities differ from the trained one's by "
            f"{worst:.2g}; do not use this folder, and report the config that made it"
        )


def seen_share(folder: Path, statements: Sequence[Statement]) -> tuple[int, int]:
    """Return how many of `statements` have a text that the model was trained on, and of how many.

    Texts are compared by their words, so marks and case do not hide a repetition.
    """
    path = folder / SEEN
    keys = set(path.read_text(encoding="utf-8").split()) if path.is_file() else set()
    return sum(text_key(s.text) in keys for s in statements), len(statements)


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change a result."""
    found = {"python": platform.python_version()}
    for name in VERSIONED:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _remove_checkpoints(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
