"""What every classifier that reads pieces shares: statements -> pieces -> logits -> rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.classifiers.base import Probabilities, StatementClassifier, as_statements, softmax
from stance.encoder.inputs import MAX_PIECES, Encoded, Piece
from stance.records import Statement

_CHUNK = 2_048  # statements tokenised at a time when scoring: bounds memory


def blocks(columns: Mapping[str, Sequence[str]]) -> dict[str, slice]:
    """Return which columns of the logits belong to each task; tasks follow one another."""
    found, start = {}, 0
    for task, names in columns.items():
        found[task] = slice(start, start + len(names))
        start += len(names)
    return found


def rows_of_pieces(
    logits: npt.NDArray[Any], pieces: Sequence[Piece], n_rows: int, *, tasks: Mapping[str, slice]
) -> Probabilities:
    """Return for each task log-probabilities (n_rows, n_labels) from `logits` (n_pieces, all).

    The probabilities of one row's pieces are averaged by the pieces' shares.
    """
    rows = np.array([piece.row for piece in pieces], dtype=np.intp)
    shares = np.array([piece.share for piece in pieces])
    found = {}
    for task, block in tasks.items():
        summed = np.zeros((n_rows, block.stop - block.start))
        np.add.at(summed, rows, softmax(logits[:, block]) * shares[:, None])
        found[task] = np.log(np.maximum(summed, np.finfo(np.float64).tiny))
    return found


class PieceClassifier(StatementClassifier):
    """A classifier whose network reads pieces; subclasses implement `_encode` and `_logits`."""

    max_length: int

    def set_head(self, info: Mapping[str, Any]) -> None:
        """Take tasks, labels and temperatures from the `classifier` block of a manifest."""
        self.tasks_ = tuple(info["tasks"])
        self.labels_ = {task: tuple(info["labels"][task]) for task in self.tasks_}
        self.temperature_ = {task: float(info["temperature"][task]) for task in self.tasks_}

    def _encode(self, statements: Sequence[Statement]) -> Encoded:
        raise NotImplementedError

    def _logits(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
        """Return logits (n_pieces, all labels of all tasks), each task's labels sorted."""
        raise NotImplementedError

    def piece_logits(self, X: Any) -> npt.NDArray[np.float32]:
        """Return the logits (n_pieces, all labels of all tasks) of all pieces of `X`."""
        self._task(None)
        return self._logits(self._encode(as_statements(X)).pieces)

    def log_probabilities(self, X: Any) -> Probabilities:
        """Return uncalibrated log-probabilities: for each task (n_statements, n_labels)."""
        self._task(None)
        statements = as_statements(X)
        tasks = blocks({task: self.labels_[task] for task in self.tasks_})
        parts = []
        for start in range(0, len(statements), _CHUNK):
            chunk = statements[start : start + _CHUNK]
            pieces = self._encode(chunk).pieces
            parts.append(rows_of_pieces(self._logits(pieces), pieces, len(chunk), tasks=tasks))
        empty = {task: np.zeros((0, len(self.labels_[task]))) for task in self.tasks_}
        return {task: np.concatenate([empty[task], *(p[task] for p in parts)]) for task in empty}

    def truncated(self, X: Sequence[Statement]) -> list[bool]:
        """Return for each statement whether words of its text never reach the model."""
        # A word piece is a quarter of a character at the least (a byte), and parts are at least
        # half full: anything shorter than this cannot be cut, and is not tokenised again.
        limit = self.max_length * MAX_PIECES // 16
        long = [i for i, statement in enumerate(X) if len(statement.text) > limit]
        cut = self._encode([X[i] for i in long]).truncated if long else []
        lost = dict(zip(long, cut, strict=True))
        return [lost.get(i, False) for i in range(len(X))]
