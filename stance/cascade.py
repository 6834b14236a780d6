"""Two models as one: a cheap first stage answers what it is sure of, a better one the rest.

    sure of every task, or sure that it is about no conflict   -> the first stage's answer
    anything else                                              -> the second stage's

A setting that was measured for two models (benchmarks/cascade.py) is kept in the second
one's manifest under `cascade` and names the first by its fingerprint.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from stance import store
from stance.classifiers.base import Probabilities, StatementClassifier, as_statements
from stance.errors import ManifestError, UsageError
from stance.labels import OFF_TOPIC
from stance.records import Prediction, Statement

FIRST, SECOND = "first", "second"
BLOCK = "cascade"
_RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """How sure the first stage must be: a calibrated probability from 0 to 1 for each task.

    It answers a statement where its best label of every task reaches `above`; or where
    "off-topic" reaches `off_topic`, since such a statement's other labels count for nothing.
    """

    above: Mapping[str, float]
    off_topic: float | None = None

    def __post_init__(self) -> None:
        named = {**self.above, **({} if self.off_topic is None else {OFF_TOPIC: self.off_topic})}
        for name, value in named.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not (number and 0 <= value <= 1):
                raise UsageError(
                    f"the cascade's threshold of '{name}' is {value!r}; expected a probability "
                    "from 0 to 1"
                )

    @classmethod
    def parse(cls, texts: Sequence[str], tasks: Sequence[str]) -> Self:
        """Read "0.9" (every task), "stance=0.8" and "off-topic=0.95", the latter ones winning.

        Raises `UsageError` for what is none of these, and for a task without a threshold.
        """
        every: list[float] = []
        named: dict[str, float] = {}
        for text in texts:
            name, mark, number = text.rpartition("=")
            try:
                value = float(number)
            except ValueError:
                value = -1.0
            known = name in tasks or (name == OFF_TOPIC and _RELEVANCE in tasks)
            if not 0 <= value <= 1 or (mark and not known):
                raise UsageError(
                    f"--cascade-above {text!r} is not understood; expected a probability such as "
                    f"0.9, or one with a name, {tasks[0]}=0.9 (names: {', '.join(tasks)}"
                    f"{', ' + OFF_TOPIC if _RELEVANCE in tasks else ''})"
                )
            every += [] if mark else [value]
            named |= {name: value} if mark else {}
        missing = [task for task in tasks if not every and task not in named]
        if missing:
            raise UsageError(
                f"--cascade-above says nothing of '{missing[0]}'; give one probability for all "
                f"tasks, or {missing[0]}=P too"
            )
        return cls(
            above={task: named.get(task, every[-1] if every else 0.0) for task in tasks},
            off_topic=named.get(OFF_TOPIC),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the thresholds as JSON holds them."""
        told = {} if self.off_topic is None else {OFF_TOPIC: float(self.off_topic)}
        return {**{task: float(value) for task, value in self.above.items()}, **told}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], tasks: Sequence[str]) -> Self:
        """Build from what `to_dict` returned; raises `UsageError` where a task is missing."""
        known = {*tasks, *([OFF_TOPIC] if _RELEVANCE in tasks else [])}
        if not set(tasks) <= set(values) <= known:
            raise UsageError(
                f"the cascade has thresholds of {', '.join(map(str, values)) or 'nothing'}; "
                f"expected one for each of {', '.join(tasks)}"
            )
        return cls(above={task: values[task] for task in tasks}, off_topic=values.get(OFF_TOPIC))

    def sure(
        self, chances: Probabilities, labels: Mapping[str, Sequence[str]]
    ) -> npt.NDArray[np.bool_]:
        """Return which rows of `chances` (task -> (n, n_labels), columns sorted) are answered."""
        tops = [chances[task].max(axis=1) >= least for task, least in self.above.items()]
        found = np.logical_and.reduce(tops)
        if self.off_topic is not None:
            column = sorted(labels[_RELEVANCE]).index(OFF_TOPIC)
            found |= chances[_RELEVANCE][:, column] >= self.off_topic
        return np.asarray(found, dtype=np.bool_)


class Cascade(StatementClassifier):
    """Two fitted classifiers that answer as one; each answer's `stage` says which of them did.

    `first` may have tasks of its own, but must have all of `second`'s, with the same labels;
    else `UsageError`. `fingerprint` depends on both models and on the thresholds. `answered`
    counts the statements that each stage has answered so far.
    """

    def __init__(self, first: Any, second: Any, thresholds: Thresholds) -> None:
        for task in second.tasks_:
            ours, theirs = set(second.labels_[task]), set(first.labels_.get(task, ()))
            if ours != theirs:
                raise UsageError(
                    f"the first stage {_name(first)} has {_listed(theirs)} for '{task}', the "
                    f"second {_name(second)} {_listed(ours)}; a cascade needs the same labels"
                )
        if set(thresholds.above) != set(second.tasks_):
            raise UsageError(
                f"the cascade has thresholds of {', '.join(thresholds.above)}; expected one for "
                f"each of {', '.join(second.tasks_)}"
            )
        self.first, self.second, self.thresholds = first, second, thresholds
        self.tasks_, self.labels_ = tuple(second.tasks_), dict(second.labels_)
        self.temperature_ = dict.fromkeys(self.tasks_, 1.0)  # both stages' are in their answers
        self.answered = {FIRST: 0, SECOND: 0}
        self.name = f"{_name(first)}+{_name(second)}"

    @property
    def fingerprint(self) -> str | None:
        """16 hex digits of both stages' fingerprints and the thresholds; None without those."""
        told = self.told()
        marks = [told[stage]["fingerprint"] for stage in (FIRST, SECOND)]
        if None in marks:
            return None
        text = json.dumps([*marks, told["above"]], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def told(self) -> dict[str, Any]:
        """Return what the manifest of a run says: both stages and the thresholds."""
        stages = {
            stage: {"name": _name(one), "fingerprint": getattr(one, "fingerprint", None)}
            for stage, one in ((FIRST, self.first), (SECOND, self.second))
        }
        return {**stages, "above": self.thresholds.to_dict()}

    @property
    def runs_on(self) -> dict[str, Any]:
        """What computes the answers of each stage, and on which device; None where unknown."""
        stages = ((FIRST, self.first), (SECOND, self.second))
        return {stage: getattr(one, "runs_on", None) for stage, one in stages}

    def probabilities(self, X: Any) -> Probabilities:
        """Return for each task an array (n_statements, n_labels), columns sorted by label."""
        return self._answers(as_statements(X))[0]

    def log_probabilities(self, X: Any) -> Probabilities:
        """Return the logarithms of `probabilities`."""
        tiny = np.finfo(np.float64).tiny
        return {task: np.log(np.maximum(p, tiny)) for task, p in self.probabilities(X).items()}

    def _answers(
        self, statements: Sequence[Statement]
    ) -> tuple[Probabilities, npt.NDArray[np.bool_]]:
        chances = self.first.probabilities(statements)
        found = {task: np.array(chances[task], dtype=np.float64) for task in self.tasks_}
        sure = self.thresholds.sure(found, self.labels_)
        rest = np.flatnonzero(~sure).tolist()
        if rest:
            better = self.second.probabilities([statements[i] for i in rest])
            for task in self.tasks_:
                found[task][rest] = better[task]
        self.answered[FIRST] += len(statements) - len(rest)
        self.answered[SECOND] += len(rest)
        return found, sure

    def __call__(self, X: Any) -> list[Prediction]:
        """Return one `Prediction` a statement, in the order of `X`, with its `stage`."""
        statements = as_statements(X)
        chances, sure = self._answers(statements)
        lost = np.zeros(len(statements), dtype=np.bool_)
        for model, answered in ((self.first, sure), (self.second, ~sure)):
            rows = np.flatnonzero(answered).tolist()
            lost[rows] = model.truncated([statements[i] for i in rows])
        columns = {task: sorted(names) for task, names in self.labels_.items()}
        return [
            Prediction(
                probabilities={
                    task: {
                        label: float(chances[task][row, columns[task].index(label)])
                        for label in self.labels_[task]
                    }
                    for task in self.tasks_
                },
                truncated=bool(lost[row]),
                stage=FIRST if sure[row] else SECOND,
            )
            for row in range(len(statements))
        ]


def load_cascade(
    first: str | Path,
    second: str | Path,
    *,
    above: Sequence[str] | float | Thresholds | None = None,
    backend: str | None = None,
    load: Callable[..., Any] = store.load,
    **options: Any,
) -> Cascade:
    """Load two models (as for `stance.load`) that answer as one.

    `above` is a probability for all tasks, `Thresholds`, or texts as `Thresholds.parse` reads
    them; by default the setting that the second model keeps for this first one. `backend` is the
    second stage's; `options` (device, threads) go to stages that are transformers. `load` makes
    a stage of a folder. Raises `UsageError` where there is no setting for these two.
    """
    folders = [store.find(one) for one in (first, second)]
    manifests = [store.read_manifest(folder) for folder in folders]
    tasks = tuple(manifests[1].tasks)
    if isinstance(above, (int, float)):
        above = [str(above)]
    if above is None or not above:
        above = kept_thresholds(manifests[1], manifests[0].fingerprint, folders=folders)
    elif not isinstance(above, Thresholds):
        above = Thresholds.parse(above, tasks)
    stages = [
        load(
            folder,
            backend=backend if n else None,
            **(options if manifest.kind == "transformer" else {}),
        )
        for n, (folder, manifest) in enumerate(zip(folders, manifests, strict=True))
    ]
    return Cascade(stages[0], stages[1], above)


def kept_thresholds(manifest: store.Manifest, first: str, *, folders: Sequence[Path]) -> Thresholds:
    """Return the setting in a second stage's manifest for the first stage's fingerprint.

    Raises `UsageError` where there is none or it was measured with another first stage, and
    `ManifestError` for one that cannot be read.
    """
    kept = manifest.raw.get(BLOCK)
    cure = (
        "give --cascade-above P, or measure one: python benchmarks/cascade.py "
        f"--first {folders[0]} --second {folders[1]} --data FILE --keep"
    )
    if kept is None:
        raise UsageError(f"{folders[1]} keeps no setting of a cascade; {cure}")
    try:
        measured_with = kept[FIRST]["fingerprint"]
        thresholds = Thresholds.from_dict(kept["above"], tuple(manifest.tasks))
    except (TypeError, KeyError, UsageError) as error:
        raise ManifestError(
            f"the manifest of {folders[1]} has no usable '{BLOCK}' ({error}); {cure}"
        ) from None
    if measured_with != first:
        raise UsageError(
            f"the cascade's setting in {folders[1]} was measured with a first stage of "
            f"fingerprint {measured_with}, and {folders[0]} has {first}; {cure}"
        )
    return thresholds


def keep_thresholds(
    second: Path, *, first: Any, thresholds: Thresholds, measured: Mapping[str, Any]
) -> None:
    """Write a setting into the manifest of the model folder `second`; no other file changes.

    `first` is the loaded first stage, `measured` what the setting costs and saves.
    """
    about = {"name": _name(first), "fingerprint": first.fingerprint}
    store.rewrite_manifest(
        second,
        **{BLOCK: {FIRST: about, "above": thresholds.to_dict(), "measured": dict(measured)}},
    )


def _name(model: Any) -> str:
    return getattr(model, "name", None) or type(model).__name__


def _listed(labels: set[str]) -> str:
    return ", ".join(sorted(labels)) or "no labels"
