"""What the network answered for one article: spans of each role, and what they point to."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.quotes.tokens import Doc
from stance.tagger.pieces import Pieces, Window

Floats = npt.NDArray[np.floating[Any]]
Span = tuple[int, int]
CONTENT, CUE, SOURCE = range(3)
_TAGS = 9
_ALIKE = 0.2  # a word whose chance of the role is above this goes on the span beside it


class Reading:
    """The answers for one article; all spans are half-open ranges of the tokens of its `Doc`.

    `answers` are, in the order of `windows`, arrays (places, 9 tags + 4 * `width` of links).
    """

    def __init__(
        self, doc: Doc, pieces: Pieces, windows: Sequence[Window], answers: Sequence[Floats], *,
        width: int,
    ) -> None:  # fmt: skip
        self.doc = doc
        self._windows, self._answers, self._width = windows, answers, width
        words = np.asarray(pieces.words, dtype=np.intp)
        self._words = words
        # The first piece of each token; a token that no piece begins in has none.
        self._first = np.full(len(doc.words) + 1, len(words), dtype=np.intp)
        np.minimum.at(self._first, words, np.arange(len(words)))
        self._first = np.minimum.accumulate(self._first[::-1])[::-1]
        self._window_of = np.searchsorted([w.last for w in windows], np.arange(len(words)), "right")
        self._log = np.zeros((3, len(doc.words), 3), dtype=np.float32)
        self._log[..., 1:] = -20.0  # outside
        for window, answer in zip(windows, answers, strict=True):
            at = _places(window)[window.first - window.begin :]
            tags = answer[at, :_TAGS].astype(np.float32).reshape(-1, 3, 3)
            own = words[window.first : window.last]
            new = self._first[own] == np.arange(window.first, window.last)
            self._log[:, own[new]] = _log_softmax(tags[new]).transpose(1, 0, 2)

    def spans(self, role: int, *, bias: float = 0.0) -> list[Span]:
        """Return the most probable spans of `role`; none reaches over the end of a paragraph.

        `bias` is added to the log-probability of every tag but "outside".
        """
        scores = self._log[role].copy()
        scores[:, 1:] += bias
        path = _best_path(scores, self.doc.para)
        found: list[Span] = []
        for i, tag in enumerate(path):
            if tag == 1:
                found.append((i, i + 1))
            elif tag == 2 and found:
                found[-1] = (found[-1][0], i + 1)
        return found

    @cached_property
    def sources(self) -> list[Span]:
        """The spans of sources."""
        return self.spans(SOURCE)

    @cached_property
    def cues(self) -> list[Span]:
        """The spans of cues."""
        return self.spans(CUE)

    def chance(self, role: int, span: Span) -> float:
        """Return the mean probability that the words of `span` are of `role`."""
        first, last = span
        words = [i for i in range(first, last) if self.doc.words[i][0].isalnum()] or [first]
        return float(1 - np.exp(self._log[role, words, 0]).mean())

    def source_of(self, span: Span) -> tuple[Span | None, float]:
        """Return where the source of the content `span` stands, and how probable that is.

        None where most speaks for a source that does not stand near.
        """
        return self._pointed(span, SOURCE, self.sources)

    def cue_of(self, span: Span) -> tuple[Span | None, float]:
        """Return the cue of the content `span`, and how probable it is; None for none near."""
        return self._pointed(span, CUE, self.cues)

    def _pointed(self, span: Span, role: int, known: Sequence[Span]) -> tuple[Span | None, float]:
        first, last = self._first[span[0]], self._first[span[1]]
        if first >= last:
            return None, 0.0
        number = int(self._window_of[first])
        window, answer = self._windows[number], self._answers[number].astype(np.float32)
        at = _places(window)
        rows = at[first - window.begin : min(last, window.last) - window.begin]
        start = _TAGS + (0 if role == SOURCE else 2 * self._width)
        query, key = np.split(answer[:, start : start + 2 * self._width], 2, axis=1)
        chances = np.exp(_log_softmax(query[rows] @ key.T / self._width**0.5)).mean(axis=0)
        # Chances by word, for the words low:high of the window alone: articles can be long.
        low, high = int(self._words[window.begin]), int(self._words[window.last - 1]) + 1
        by_word = np.zeros(high - low)
        np.add.at(by_word, self._words[window.begin : window.last] - low, chances[at])
        by_word[max(0, span[0] - low) : max(0, span[1] - low)] = 0.0

        def mass(one: Span) -> float:
            return float(by_word[max(0, one[0] - low) : max(0, one[1] - low)].sum())

        begin = bisect_right(known, low, key=lambda one: one[1])
        near = known[begin : bisect_left(known, high, key=lambda one: one[0])]
        top = int(by_word.argmax()) + low
        best = max(near, key=mass, default=None)
        if best is None or (by_word[top - low] > mass(best) and not best[0] <= top < best[1]):
            best = self._around(top, role)
        none = float(chances[0])
        return (best, mass(best)) if mass(best) > none else (None, none)

    def _around(self, word: int, role: int) -> Span:
        """Return the words around `word` that may be of `role`, in its sentence."""
        low, high = self.doc.sentence_tokens(self.doc.sent[word])
        inside = 1 - np.exp(self._log[role, low:high, 0])
        first, last = word - low, word - low + 1
        while first and inside[first - 1] > _ALIKE:
            first -= 1
        while last < len(inside) and inside[last] > _ALIKE:
            last += 1
        return first + low, last + low


def _places(window: Window) -> npt.NDArray[np.intp]:
    """Return the place of each piece of a window, context included."""
    return np.flatnonzero(np.asarray(window.places) >= 0)


def _log_softmax(values: Floats) -> Floats:
    shifted = values - values.max(axis=-1, keepdims=True)
    total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return np.asarray(shifted - total, dtype=np.float32)


def _best_path(scores: Floats, groups: Sequence[int]) -> list[int]:
    """Return the best tags (outside, begin, inside); inside follows begin or inside alone.

    Viterbi; a new group (paragraph) begins outside.
    """
    outside, begin, inside = 0.0, -1e9, -1e9
    back: list[tuple[int, int]] = []  # best tag before "outside" or "begin", and before "inside"
    for i, (o, b, n) in enumerate(scores.tolist()):
        best = max(outside, begin, inside)
        free = 0 if outside == best else 1 if begin == best else 2
        within = 1 if begin >= inside else 2
        back.append((free, within))
        on = max(begin, inside) if i and groups[i] == groups[i - 1] else -1e9
        outside, begin, inside = best + o, best + b, on + n
    tag = max(range(3), key=(outside, begin, inside).__getitem__) if back else 0
    path = []
    for free, within in reversed(back):
        path.append(tag)
        tag = within if tag == 2 else free
    return path[::-1]
