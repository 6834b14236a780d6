"""The baseline: word and character tf-idf with a logistic regression for each task.

Trains in seconds, needs no torch, and is what the transformer has to beat.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from stance.classifiers import _skops
from stance.classifiers.base import (
    Probabilities,
    StatementClassifier,
    as_labels,
    as_statements,
    label_sets,
    row_weights,
)
from stance.classifiers.ngrams import Floats, spread
from stance.classifiers.weighing import spread_labels, strata_of
from stance.errors import IntegrityError, ManifestError, StatementError, UsageError
from stance.records import Statement
from stance.renaming import hide_names, renamed
from stance.renaming.edits import origins

FILE = "pipeline.skops"


class BaselineClassifier(StatementClassifier, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Tf-idf of words and characters, then a logistic regression with balanced classes.

    The features of text, context (without the text) and speaker are separate blocks;
    `context_weight` and `speaker_weight` scale theirs. `C` is the inverse of the
    regularisation's strength; `max_words` and `max_chars` bound the features of each block,
    and so the size on disk. Every task has its own regression on the same features.
    `class_weights_by` names a field (such as "corpus") within whose values classes are balanced;
    with `hide_names` people and countries have stand-ins (`stance.renaming`).
    """

    def __init__(
        self, *, C: float = 4.0, word_ngrams: tuple[int, int] = (1, 2),
        char_ngrams: tuple[int, int] = (2, 5), min_df: int = 1, max_words: int = 15_000,
        max_chars: int = 25_000, use_context: bool = True, use_speaker: bool = False,
        context_weight: float = 0.3, speaker_weight: float = 0.3, class_weights: bool = True,
        class_weights_by: str | None = None, hide_names: bool = False,
        max_iter: int = 1_000, seed: int = 13,
    ) -> None:  # fmt: skip
        self.C = C
        self.word_ngrams = word_ngrams
        self.char_ngrams = char_ngrams
        self.min_df = min_df
        self.max_words = max_words
        self.max_chars = max_chars
        self.use_context = use_context
        self.use_speaker = use_speaker
        self.context_weight = context_weight
        self.speaker_weight = speaker_weight
        self.class_weights = class_weights
        self.class_weights_by = class_weights_by
        self.hide_names = hide_names
        self.max_iter = max_iter
        self.seed = seed

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn that X is a list of strings or records, not a matrix."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

    def fit(self, X: Any, y: Any, *, groups: Any = None, sample_weight: Any = None) -> Self:
        """Learn every task of `y` from the statements `X`; `groups` are not used.

        Raises `StatementError` when labels and statements do not match or no words are left,
        `UsageError` for an option out of range.
        """
        self._check_options()
        statements = as_statements(X)
        labels = as_labels(y, len(statements), allow_missing=True)
        weights = row_weights(sample_weight, len(statements))
        self.labels_ = label_sets(labels)
        self.tasks_ = tuple(labels)
        self.temperature_ = dict.fromkeys(self.tasks_, 1.0)
        self.vectorizers_ = {}
        strata = strata_of(statements, self.class_weights_by)
        statements = self._as_read(statements)
        for block, vectorizer in self._blocks().items():
            texts = _texts(block, statements)
            if block.startswith("text") or any(text.strip() for text in texts):
                try:
                    self.vectorizers_[block] = vectorizer.fit(texts)
                except ValueError as error:  # an empty vocabulary
                    if block == "text_words":
                        raise StatementError(
                            f"the statements hold no words to learn from ({error})"
                        ) from error
        features = self._features(statements)
        self.heads_ = {}
        for task, column in labels.items():
            rows, names, mass = spread_labels(
                column, weights, balance=self.class_weights, strata=strata
            )
            head = LogisticRegression(C=self.C, max_iter=self.max_iter, random_state=self.seed)
            self.heads_[task] = head.fit(features[rows], names.astype(str), sample_weight=mass)
        return self

    def _check_options(self) -> None:
        numbers = ("C", "min_df", "max_words", "max_chars", "max_iter")
        # A saved model with a larger number is refused by the store.
        wrong = [
            (name, "a number above 0 and below 1e12")
            for name in numbers
            if not 0 < getattr(self, name) < 1e12
        ]
        for name in ("context_weight", "speaker_weight"):
            if not getattr(self, name) >= 0:
                wrong.append((name, "0 or more"))
        for name in ("word_ngrams", "char_ngrams"):
            shortest, longest = getattr(self, name)
            if not 1 <= shortest <= longest:
                wrong.append((name, "two lengths from 1, the shorter first"))
        for name, expected in wrong:
            raise UsageError(f"{name} is {getattr(self, name)!r}; expected {expected}")

    def _as_read(self, statements: list[Statement]) -> list[Statement]:
        return [hide_names(one) for one in statements] if self.hide_names else statements

    def _blocks(self) -> dict[str, TfidfVectorizer]:
        words = {
            "ngram_range": tuple(self.word_ngrams), "min_df": self.min_df,
            "max_features": self.max_words, "sublinear_tf": True, "strip_accents": "unicode",
            "dtype": np.float32,
            # Unlike the default, keeps words of one letter: "I", and "a" in pairs.
            "token_pattern": r"(?u)\b\w+\b",
        }  # fmt: skip
        chars = {
            **words, "analyzer": "char_wb", "ngram_range": tuple(self.char_ngrams),
            "max_features": self.max_chars, "token_pattern": None,
        }  # fmt: skip
        blocks = {"text_words": words, "text_chars": chars}
        if self.use_context:
            blocks["context_words"] = {**words, "ngram_range": (1, 1)}
        if self.use_speaker:
            blocks["speaker_words"] = {**words, "ngram_range": (1, 1)}
        return {name: TfidfVectorizer(**options) for name, options in blocks.items()}

    def _features(self, statements: Sequence[Statement]) -> sparse.csr_matrix:
        scale = {"context_words": self.context_weight, "speaker_words": self.speaker_weight}
        blocks = [
            vectorizer.transform(_texts(block, statements)) * np.float32(scale.get(block, 1.0))
            for block, vectorizer in self.vectorizers_.items()
        ]
        return sparse.hstack(blocks, format="csr")

    def log_probabilities(self, X: Any) -> Probabilities:
        """Return uncalibrated log-probabilities: for each task (n_statements, n_labels)."""
        self._task(None)
        statements = as_statements(X)
        if not statements:
            return {task: np.zeros((0, len(self.labels_[task]))) for task in self.tasks_}
        features = self._features(self._as_read(statements))
        return {task: self.heads_[task].predict_log_proba(features) for task in self.tasks_}

    def contributions(self, statement: Any, task: str | None = None) -> dict[str, Floats]:
        """Return what each part of a statement adds to the decision scores of `task`.

        `text` is (n_characters, k), the coefficient x tf-idf of every n-gram laid on the
        characters it covers; `intercept`, `unplaced` (n-grams without a place in the text) and
        each other block that is read (`context`, `speaker`) are (k,). Columns are the sorted
        labels. The sum of all is log-probability plus a constant, exactly: differences
        of two columns sum to the log-odds of the two labels.
        """
        name = self._task(task)
        (asked,) = as_statements([statement])
        other = renamed(asked) if self.hide_names else None
        one = asked if other is None else other.statement
        head, k = self.heads_[name], len(self.labels_[name])
        # Two labels have one row of coefficients, the score of the second against the first.
        binary = k == 2 and len(head.coef_) == 1
        coefficients = np.vstack([0 * head.coef_, head.coef_]) if binary else head.coef_
        intercept = np.append(0 * head.intercept_, head.intercept_) if binary else head.intercept_
        found: dict[str, Any] = {"intercept": intercept, "unplaced": 0.0}
        found["text"] = np.zeros((len(one.text), k))
        features, first = self._features([one]), 0
        for block, vectorizer in self.vectorizers_.items():
            last = first + len(vectorizer.idf_)
            values = features[:, first:last].toarray()[0].astype(np.float64)
            weights = values[:, None] * coefficients[:, first:last].T
            first = last
            if block.startswith("text"):
                placed, lost = spread(one.text, vectorizer, weights)
                found["text"] = found["text"] + placed
                found["unplaced"] = found["unplaced"] + lost
            else:
                found[block.removesuffix("_words")] = weights.sum(0)
        if other is not None:
            found["text"] = _laid_back(found["text"], origins(len(asked.text), other.edits), asked)
        scale = self.temperature_[name]
        return {part: np.asarray(value, dtype=np.float64) / scale for part, value in found.items()}

    @property
    def runs_on(self) -> dict[str, str]:
        """What computes the answers, and on which device."""
        return {"backend": "scikit-learn", "device": "cpu"}

    def to_folder(self, folder: Path) -> dict[str, Any]:
        """Write `pipeline.skops`; return params, tasks, labels and temperatures."""
        self._task(None)
        _skops.dump(self.vectorizers_, self.heads_, Path(folder) / FILE)
        return {
            "params": {
                **self.get_params(),
                "word_ngrams": list(self.word_ngrams),
                "char_ngrams": list(self.char_ngrams),
            },
            "tasks": list(self.tasks_),
            "labels": {task: list(names) for task, names in self.labels_.items()},
            "temperature": dict(self.temperature_),
        }

    @classmethod
    def from_folder(cls, folder: Path, manifest: Mapping[str, Any], **options: Any) -> Self:
        """Load from `folder`, by what `to_folder` returned under the manifest's `classifier`.

        The transformer's `options` (device, threads) change nothing here. Raises
        `UntrustedTypeError`, `IntegrityError` or `ManifestError`.
        """
        try:
            info = manifest["classifier"]
            model = cls(**info["params"])
            model.tasks_ = tuple(info["tasks"])
            model.labels_ = {task: tuple(info["labels"][task]) for task in model.tasks_}
            model.temperature_ = {task: float(info["temperature"][task]) for task in model.tasks_}
        except (KeyError, TypeError, ValueError) as error:
            raise ManifestError(
                f"the manifest does not describe a baseline ({error!r}); train the model again"
            ) from error
        path = Path(folder) / FILE
        model.vectorizers_, model.heads_ = _skops.load(path)
        width = sum(len(vectorizer.idf_) for vectorizer in model.vectorizers_.values())
        for task in model.tasks_:
            head = model.heads_.get(task)
            names = [] if head is None else [str(name) for name in head.classes_]
            if head is None or names != sorted(model.labels_[task]) or head.n_features_in_ != width:
                raise IntegrityError(
                    f"{path} holds no regression of task '{task}' that fits its manifest "
                    f"(labels {', '.join(sorted(model.labels_[task]))}); train the model again"
                )
        return model


def _laid_back(values: Floats, places: Sequence[range], statement: Statement) -> Floats:
    """Return values (n_new_characters, k) of a text with stand-ins on its own characters."""
    found = np.zeros((len(statement.text), values.shape[1]))
    for value, place in zip(values, places, strict=True):
        if len(place):
            found[place.start : place.stop] += value / len(place)
    return found


def _texts(block: str, statements: Sequence[Statement]) -> list[str]:
    """Return the words of each statement that feature `block` reads."""
    if block.startswith("text"):
        return [s.text for s in statements]
    if block.startswith("speaker"):
        return [s.speaker or "" for s in statements]
    return [s.context.replace(s.text, " ", 1) for s in statements]  # the surroundings alone
