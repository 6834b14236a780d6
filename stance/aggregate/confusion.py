"""What an evaluation says of a classifier's errors: its confusion matrix, with its doubt."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stance.config import plain_file, suggest_file
from stance.errors import DataError
from stance.evaluation.resampling import Floats

#: Jeffreys' prior for the shares of a label's answers: half a statement in each cell.
PRIOR = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts (k, k) of held-out statements: gold labels in rows, predicted in columns.

    `trained_on` statements of the evaluation were among the model's own training data;
    `fingerprint` names the model, where the file says it.
    """

    labels: tuple[str, ...]
    counts: Floats
    trained_on: int = 0
    fingerprint: str | None = None

    @property
    def gold(self) -> Floats:
        """The share (k,) of each label among the evaluated statements."""
        return np.asarray(self.counts.sum(1) / self.counts.sum(), dtype=np.float64)

    @property
    def rates(self) -> Floats:
        """How each gold label is answered: (k, k), rows sum to 1."""
        return np.asarray(self.counts / self.counts.sum(1, keepdims=True), dtype=np.float64)

    @property
    def sharpness(self) -> float:
        """How far apart the labels' answers are at the least: 1 never mistaken, 0 no telling.

        The smallest singular value of `rates`: errors of the shares of answers grow by its
        inverse when they are corrected.
        """
        return float(np.linalg.svd(self.rates, compute_uv=False)[-1])

    def in_order(self, labels: Sequence[str]) -> "Confusion":
        """Return the matrix with rows and columns in the order of `labels`.

        Raises `DataError` where the labels are others, or where one was never seen as gold.
        """
        if sorted(labels) != sorted(self.labels):
            raise DataError(
                f"the evaluation is of the labels {', '.join(self.labels)}, the scores have "
                f"{', '.join(labels)}; evaluate the model that made the scores"
            )
        where = [self.labels.index(label) for label in labels]
        counts = self.counts[np.ix_(where, where)]
        unseen = [label for label, n in zip(labels, counts.sum(1), strict=True) if not n]
        if unseen:
            raise DataError(
                f"the evaluation holds no statement that is {' or '.join(unseen)}, so it cannot "
                "say how often these are mistaken; evaluate on data with every label"
            )
        return Confusion(labels=tuple(labels), counts=counts, trained_on=self.trained_on,
                         fingerprint=self.fingerprint)  # fmt: skip

    def draw_rates(self, n: int, rng: np.random.Generator) -> Floats:
        """Return (n, k, k) draws of `rates` given the counts: each row a Dirichlet."""
        drawn = rng.gamma(self.counts + PRIOR, size=(n, *self.counts.shape))
        return np.asarray(drawn / drawn.sum(2, keepdims=True), dtype=np.float64)

    def draw_gold(self, n: int, rng: np.random.Generator) -> Floats:
        """Return (n, k) draws of `gold` given the counts."""
        drawn = rng.gamma(self.counts.sum(1) + PRIOR, size=(n, len(self.labels)))
        return np.asarray(drawn / drawn.sum(1, keepdims=True), dtype=np.float64)


def read_confusion(path: Path, task: str) -> Confusion:
    """Read the confusion matrix of `task` from a file of `stance evaluate` or `crossval --json`.

    Raises `DataError` for a file that cannot be read or holds no evaluation of that task.
    """
    if not plain_file(path):
        raise DataError(
            f"{str(path)[:200]} cannot be read, since there is no plain file{suggest_file(path)}; "
            "write it with stance evaluate --json"
        )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"{path} cannot be read ({error.strerror}); write it with stance evaluate --json"
        ) from None
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{path} is not JSON ({error}); write it with stance evaluate --json"
        ) from None
    try:
        tasks: Any = document.get("evaluation", document)["tasks"]
        scores = tasks[task]["scores"]
        labels = tuple(map(str, scores["labels"]))
        counts = np.array(scores["confusion"], dtype=np.float64)
        trained_on = int(document.get("trained_on") or 0)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise DataError(
            f"{path} holds no evaluation of '{task}'; write it with stance evaluate MODEL "
            "--data FILE --json, or stance crossval CONFIG --json"
        ) from None
    if (
        counts.shape != (len(labels), len(labels))
        or not ((counts >= 0) & np.isfinite(counts)).all()
    ):
        raise DataError(
            f"{path}: the confusion matrix of '{task}' is not one of {len(labels)} labels; "
            "write the file again"
        )
    return Confusion(
        labels=labels, counts=counts, trained_on=trained_on,
        fingerprint=document.get("fingerprint"),
    )  # fmt: skip
