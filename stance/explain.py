"""Why this label: which words of a statement speak for it, and which against.

Exact contributions where the classifier has them (the baseline), else word occlusion: each
word left out in turn (Li, Monroe and Jurafsky 2016, arXiv:1612.08220).
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from stance.classifiers.base import Classifier, as_statements
from stance.errors import StatementError, UsageError
from stance.labels import canonical_order
from stance.records import Statement

METHODS = ("auto", "exact", "occlusion")
#: Statements that are asked at once, so that a thousand long quotes need no more memory than ten.
_AT_ONCE = 2048
#: Of a cell of a table: how many words, the heaviest first, and digits of their weights.
_CELL_WORDS, _CELL_DIGITS = 10, 4
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")


@runtime_checkable
class Additive(Protocol):
    """A classifier whose scores are sums over the parts of a statement."""

    def contributions(
        self, statement: Any, task: str | None = None
    ) -> Mapping[str, npt.NDArray[np.float64]]:
        """Return `text` (n_characters, k) and every other part (k,), columns sorted by label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordWeight:
    """A word, its place in the text (code points, half-open), and how much it speaks for the label.

    `weight` is in log-odds for exact contributions, in probability for occlusion.
    """

    start: int
    end: int
    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What speaks for `label` in a statement.

    `method` "exact": weights are shares of `log_odds` = ln(p(label) / p(against)), `against`
    being the most probable other label; the words' weights and those of `rest` (intercept,
    context, punctuation, ...) sum to it. "occlusion": a weight is the probability of `label`
    minus its probability without that word; these need not sum to anything, so `rest` is empty.
    """

    text: str
    task: str
    label: str
    against: str
    method: str
    probabilities: Mapping[str, float]
    log_odds: float
    words: tuple[WordWeight, ...]
    rest: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of all weights, of words and rest."""
        return sum(word.weight for word in self.words) + sum(self.rest.values())

    def top(self, n: int | None = None) -> list[WordWeight]:
        """Return the `n` words of the largest weight in size, for or against."""
        return sorted(self.words, key=lambda word: (-abs(word.weight), word.start))[:n]

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON holds it, words in the order of the text."""
        return {
            "text": self.text, "task": self.task, "label": self.label, "against": self.against,
            "method": self.method, "probabilities": dict(self.probabilities),
            "log_odds": self.log_odds, "total": self.total, "rest": dict(self.rest),
            "words": [
                {"start": w.start, "end": w.end, "text": w.text, "weight": w.weight}
                for w in self.words
            ],
        }  # fmt: skip


def explain(
    model: Classifier,
    statement: Any,
    *,
    task: str | None = None,
    label: str | None = None,
    method: str = "auto",
) -> Explanation:
    """Explain one statement (string, mapping or record) by the words of its text.

    `task` defaults to the model's first, `label` to the most probable one. `method` is
    "exact", "occlusion", or "auto": exact where the model can. Raises `UsageError` for a task,
    label or method that is not there, `StatementError` for a text without words.
    """
    (one,) = as_statements([statement])
    name = _checked_task(model, task)
    if method not in METHODS:
        raise UsageError(f"method '{method}' came; expected {', '.join(METHODS)}")
    if method == "exact" and not isinstance(model, Additive):
        raise UsageError(
            f"a {type(model).__name__} has no exact contributions; use the method occlusion"
        )
    spans = word_spans(one.text)
    if not spans:
        raise StatementError("the text holds no words to explain; give a sentence")
    labels = sorted(model.labels_[name])
    if label is not None and label not in labels:
        raise UsageError(
            f"'{name}' has no label '{label}'; its labels are {', '.join(model.labels_[name])}"
        )
    exact = isinstance(model, Additive) and method != "occlusion"
    asked = [one] if exact else _occluded(one, spans)
    chances = np.asarray(model.probabilities(asked)[name], dtype=np.float64)
    return _explanation(model, one, name, chances, spans, exact=exact, label=label)


def explain_all(
    model: Classifier, statements: Sequence[Any], *, task: str | None = None
) -> list[Explanation | None]:
    """Explain the most probable label of each statement; None for a text without words.

    Exact where the model can. Otherwise the words left out of all statements are asked about
    in few large batches, which is what makes it bearable: as many statements as there are words.
    """
    name = _checked_task(model, task)
    ones = as_statements(statements)
    spans = [word_spans(one.text) for one in ones]
    exact = isinstance(model, Additive)
    found: list[Explanation | None] = [None] * len(ones)
    waiting: list[int] = []
    asked: list[Statement] = []

    def answer() -> None:
        chances = np.asarray(model.probabilities(asked)[name], dtype=np.float64)
        first = 0
        for n in waiting:
            last = first + (1 if exact else 1 + len(spans[n]))
            found[n] = _explanation(model, ones[n], name, chances[first:last], spans[n],
                                    exact=exact)  # fmt: skip
            first = last
        waiting.clear()
        asked.clear()

    for n, one in enumerate(ones):
        if not spans[n]:
            continue
        waiting.append(n)
        asked += [one] if exact else _occluded(one, spans[n])
        if len(asked) >= _AT_ONCE:
            answer()
    if waiting:
        answer()
    return found


def explanation_cells(
    model: Classifier, statements: Sequence[Any], *, task: str | None = None
) -> list[str | None]:
    """Return each statement's explanation as JSON for a cell: label, method, heaviest words."""
    if not hasattr(model, "probabilities"):
        raise UsageError(
            f"a {type(model).__name__} cannot be explained, since it has no method probabilities; "
            "give a fitted classifier, such as stance.load('baseline')"
        )
    return [
        None if one is None else _cell(one) for one in explain_all(model, statements, task=task)
    ]


def _cell(found: Explanation) -> str:
    words = [
        {"start": w.start, "end": w.end, "text": w.text, "weight": round(w.weight, _CELL_DIGITS)}
        for w in found.top(_CELL_WORDS)
    ]
    told = {"label": found.label, "against": found.against, "method": found.method}
    kept = [word for word in words if word["weight"]]
    return json.dumps({**told, "words": kept}, ensure_ascii=False)


def _checked_task(model: Classifier, task: str | None) -> str:
    name = model.tasks_[0] if task is None else task
    if name not in model.tasks_:
        raise UsageError(
            f"this model has no task '{name}'; its tasks are {', '.join(model.tasks_)}"
        )
    return name


def _occluded(one: Statement, spans: Iterable[tuple[int, int]]) -> list[Statement]:
    """Return the statement, and then the statement without each word."""
    return [one, *(without_words(one, [span]) for span in spans)]


def _explanation(
    model: Any, one: Statement, name: str, chances: npt.NDArray[np.float64],
    spans: list[tuple[int, int]], *, exact: bool, label: str | None = None,
) -> Explanation:  # fmt: skip
    """Put an explanation together from `chances` (1, k), or (1 + n_words, k) of `_occluded`."""
    labels = sorted(model.labels_[name])
    chosen = labels.index(label) if label is not None else int(chances[0].argmax())
    other = max((n for n in range(len(labels)) if n != chosen), key=lambda n: chances[0, n])
    rest: dict[str, float] = {}
    if exact:
        weights, rest = _exact(model, one, name, chosen, other, spans)
    else:
        weights = [float(value) for value in chances[0, chosen] - chances[1:, chosen]]
    floor = np.log(np.maximum(chances[0], np.finfo(np.float64).tiny))
    order = canonical_order(name, frozenset(labels))
    return Explanation(
        text=one.text, task=name, label=labels[chosen], against=labels[other],
        method="exact" if exact else "occlusion",
        probabilities={key: float(chances[0, labels.index(key)]) for key in order},
        log_odds=float(floor[chosen] - floor[other]),
        words=tuple(
            WordWeight(start=start, end=end, text=one.text[start:end], weight=weight)
            for (start, end), weight in zip(spans, weights, strict=True)
        ),
        rest=rest,
    )  # fmt: skip


def _exact(
    model: Any, statement: Statement, task: str, chosen: int, other: int,
    spans: list[tuple[int, int]],
) -> tuple[list[float], dict[str, float]]:  # fmt: skip
    """Return the words' shares of the log-odds of two labels, and those of everything else."""
    parts = {
        part: values[..., chosen] - values[..., other]
        for part, values in model.contributions(statement, task).items()
    }
    characters = parts.pop("text")
    weights = [float(characters[start:end].sum()) for start, end in spans]
    rest = {part: float(value) for part, value in parts.items()}
    between = np.ones(len(characters), dtype=bool)
    for start, end in spans:
        between[start:end] = False
    rest["punctuation"] = float(characters[between].sum())
    return weights, {part: value for part, value in rest.items() if value or part == "intercept"}


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every word; "ceasefire-like", "U.S" and "Ana's" are one each."""
    return [match.span() for match in _WORD.finditer(text)]


def without_words(statement: Statement, spans: Iterable[Collection[int]]) -> Statement:
    """Return the statement without the words at these (start, end) places of its text.

    The same words go from the text's place in the context, where they could still be read.
    """
    text = statement.text
    for start, end in sorted((tuple(span) for span in spans), reverse=True):
        if text[end : end + 1] == " " and (start == 0 or text[start - 1].isspace()):
            end += 1  # the gap between two words stays one space wide
        text = text[:start] + text[end:]
    context = statement.context.replace(statement.text, text, 1)
    return replace(statement, text=text, context=context)
