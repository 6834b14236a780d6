"""Config -> data -> fit -> evaluate -> store: the one place where these meet."""

import importlib.metadata
import json
import os
import platform
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from stance import store
from stance.classifiers.base import Classifier
from stance.config import KINDS, MAX_CHARS, DataConfig, RunConfig, load_config, plain_file
from stance.data import fingerprint, keep_only, labelled, read_statements, text_key
from stance.errors import IntegrityError, StatementError
from stance.evaluation.evaluate import Evaluation, evaluate
from stance.evaluation.leakage import shared_passages
from stance.pinned import pin
from stance.records import Statement
from stance.renaming import swap_names
from stance.reports.card import model_card
from stance.store.manifest import sha256_of

SEEN = "seen.txt"
#: Libraries whose versions can change a result; recorded in every model folder.
VERSIONED = ("stance", "numpy", "scikit-learn", "skops", "torch", "transformers", "peft")
#: Where `stance drift` looks for what a model is known on.
REFERENCE = "reference.jsonl"
_REFERENCE_ARTICLES = 1_000
_TRAINING_SAMPLE = 2_000  # the figure on training data tells of over-fitting, no more
_SELF_CHECK = 64  # statements whose probabilities are compared after saving


@dataclass(frozen=True, kw_only=True)
class RunData:
    """The statements of a run: `train` (also what crossval tests on), `support`, `test`."""

    train: Sequence[Statement]
    support: Sequence[Statement] = ()
    test: Sequence[Statement] = ()
    tasks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return counts and the fingerprint that go into the manifest."""
        learnt = [*self.train, *self.support]
        counts = {
            task: {label: sum(s.labels.get(task) == label for s in learnt) for label in names}
            for task, names in self.tasks.items()
        }
        return {
            "fingerprint": fingerprint(learnt),
            "statements": len(self.train),
            "support": len(self.support),
            "articles": len({s.article for s in self.train if s.article is not None}),
            "labels": counts,
        }


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


def read_data(config: RunConfig) -> RunData:
    """Read all statements of a run; labels that the config does not name are left out.

    So are labels that `data.only` rules out. The label sets of tasks that the config names
    without labels are taken from the data. Raises `StatementError` where a label has no
    statement, and where training and test data share passages.
    """
    data = config.data
    options: dict[str, Any] = {"columns": data.columns, "narration": data.narration}
    parts = {
        name: keep_only(
            read_statements(getattr(data, name), tasks=data.tasks, **options), data.only
        )
        for name in ("train", "support", "test")
    }
    if parts["test"]:
        for name in ("train", "support"):
            parts[name] = _apart(parts[name], parts["test"], overlap=data.overlap)
    train = labelled(parts["train"], data.tasks)
    tasks: dict[str, Sequence[str]] = {}
    for task, names in data.tasks.items():
        used = {s.labels[task] for s in [*train, *parts["support"]] if task in s.labels}
        tasks[task] = names or tuple(sorted(used))
        missing = [label for label in tasks[task] if label not in used]
        if missing or len(used) < 2:
            raise StatementError(
                f"the training data has no statement labelled {', '.join(missing) or 'otherwise'} "
                f"for '{task}'; add some, or list only the labels that occur in data.tasks"
            )
    support = [s for s in parts["support"] if s.labels]
    return RunData(train=train, support=support, test=parts["test"], tasks=tasks)


def _apart(
    statements: Sequence[Statement], test: Sequence[Statement], *, overlap: str
) -> list[Statement]:
    """Return the statements that share no passage with `test`; refuse if any does, or drop it."""
    shared = shared_passages(statements, test)
    if shared and overlap == "refuse":
        one, other = statements[shared[0][0]], test[shared[0][1]]
        raise StatementError(
            f"{len(shared)} training statements share a passage with the test data, such as "
            f"{one.id or one.text[:60]!r} with {other.id or other.text[:60]!r}; a figure from them "
            "would be too good: take them out, or set data.overlap=drop to leave them out"
        )
    rows = {row for row, _ in shared}
    return [statement for n, statement in enumerate(statements) if n not in rows]


def make_classifier(config: RunConfig, **local: Any) -> Any:
    """Return the unfitted classifier of a run; `local` options (paths) stay out of the config."""
    return store.classifier_class(config.kind)(**config.model, seed=config.seed, **local)


def to_learn(
    statements: Sequence[Statement], config: DataConfig, *, seed: int = 0
) -> list[Statement]:
    """Return the statements as a run learns them, in their order.

    Of those with a label that `at_most` bounds, as many as it says, drawn at random; in the
    share `exchange_names` of the rest the names are exchanged, their labels kept.
    """
    rng = np.random.default_rng(seed)
    kept = np.ones(len(statements), dtype=bool)
    for task, bounds in config.at_most.items():
        for label, most in bounds.items():
            rows = [n for n, one in enumerate(statements) if one.labels.get(task) == label]
            kept[rng.permutation(rows)[most:].astype(int)] = False
    exchanged = rng.random(len(statements)) < config.exchange_names
    return [
        swap_names(one, seed=seed) if exchanged[n] else one
        for n, one in enumerate(statements)
        if kept[n]
    ]


def fit(classifier: Any, data: RunData, *, support_weight: float = 1.0) -> Classifier:
    """Fit on `train` and `support`; a statement may lack the labels of some tasks."""
    statements = [*data.train, *data.support]
    y = {task: [s.labels.get(task) for s in statements] for task in data.tasks}
    weight = None
    if data.support and support_weight != 1.0:
        weight = np.array([1.0] * len(data.train) + [support_weight] * len(data.support))
    fitted: Classifier = classifier.fit(statements, y, sample_weight=weight)
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
        + (f" and {about['support']} supporting ones" if about["support"] else ""))  # fmt: skip
    local: dict[str, Any] = {}
    if config.kind == "transformer":
        # Checkpoints are the Trainer's own local files; no other command loads them.
        local = {"checkpoint_dir": str(out.parent / f".{out.name}-checkpoints"), "resume": resume}
    classifier = make_classifier(config, **local)
    fit(classifier, learnt, support_weight=config.data.support_weight)
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
    keys = sorted({text_key(s.text) for s in [*data.train, *data.support]})
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
        for part in ("train", "support")
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
