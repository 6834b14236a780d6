"""Which words a batch uses, and which of them moved."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stance.drift.permutation import divergence_terms
from stance.evaluation.formulas import safe_divide
from stance.evaluation.resampling import Floats, Ints

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’][^\W\d_]+)?")
#: All words beyond the most frequent ones are counted together.
MOST_WORDS = 4000
#: A word that stands in fewer articles moves with one story.
_IN_ARTICLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A word and how often it stands among 1,000 words of each batch."""

    word: str
    first: float
    second: float


def count_words(texts: Sequence[str], articles: Ints, count: int) -> tuple[tuple[str, ...], Floats]:
    """Return the words and (count, words + 1) how often each article has them.

    The last column counts the words that are not among the `MOST_WORDS` most frequent.
    """
    by_article: list[Counter[str]] = [Counter() for _ in range(count)]
    for text, article in zip(texts, articles, strict=True):
        by_article[article].update(_WORD.findall(text.lower().replace("’", "'")))
    every: Counter[str] = Counter()
    for one in by_article:
        every.update(one)
    words = sorted(every, key=lambda word: (-every[word], word))[:MOST_WORDS]
    place = {word: n for n, word in enumerate(words)}
    counts = np.zeros((count, len(words) + 1))
    for n, one in enumerate(by_article):
        for word, times in one.items():
            counts[n, place.get(word, len(words))] += times
    return tuple(words), counts


def moved_words(
    words: Sequence[str], counts: Floats, n_first: int, *, most: int = 12
) -> tuple[tuple[Moved, ...], tuple[Moved, ...]]:
    """Return the words that the second batch uses more, and those that it uses less.

    By their part of the divergence; only words of three articles or more.
    """
    sums = [counts[:n_first].sum(0), counts[n_first:].sum(0)]
    p, q = (safe_divide(s, np.full(len(s), s.sum())) for s in sums)
    terms = divergence_terms(p[None], q[None])[0][:-1]
    terms[(counts > 0).sum(0)[:-1] < _IN_ARTICLES] = 0
    order = [int(n) for n in np.argsort(-terms, kind="stable") if terms[n] > 0]
    found = [(q[n] > p[n], Moved(word=words[n], first=float(1000 * p[n]),
                                 second=float(1000 * q[n]))) for n in order]  # fmt: skip
    more = tuple(moved for up, moved in found if up)
    less = tuple(moved for up, moved in found if not up)
    return more[:most], less[:most]
