"""Where the n-grams of a tf-idf vectorizer stand in a text, so that weights can be laid on words.

Nothing here decides a weight: an n-gram that cannot be placed is the caller's to account for.
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: An n-gram and, for each of its words, the positions of their characters in the prepared text.
Placed = tuple[str, list[range]]


def prepare(text: str, vectorizer: Any) -> tuple[str, list[int]]:
    """Return the text as the vectorizer reads it, and for each character its place in `text`.

    Lower case and stripped accents can make one character two or none ("ﬁ", a combining mark).
    """
    change = vectorizer.build_preprocessor()
    whole = change(text)
    origin = [n for n, character in enumerate(text) for _ in change(character)]
    if len(origin) != len(whole):  # a script whose letters change with their neighbours
        return "", []
    return whole, origin


def place(prepared: str, vectorizer: Any) -> Iterator[Placed]:
    """Yield every n-gram that scikit-learn's analyzers "word" and "char_wb" make, with its place.

    The same n-grams in the same number as `vectorizer.build_analyzer()` returns.
    """
    shortest, longest = vectorizer.ngram_range
    if vectorizer.analyzer == "char_wb":
        yield from _characters(prepared, shortest, longest)
    else:
        yield from _words(prepared, vectorizer.token_pattern, shortest, longest)


def _words(prepared: str, pattern: str, shortest: int, longest: int) -> Iterator[Placed]:
    tokens = [(match[0], range(*match.span())) for match in re.finditer(pattern, prepared)]
    for n in range(shortest, longest + 1):
        for first in range(len(tokens) - n + 1):
            covered = tokens[first : first + n]
            yield " ".join(word for word, _ in covered), [span for _, span in covered]


def _characters(prepared: str, shortest: int, longest: int) -> Iterator[Placed]:
    for match in re.finditer(r"\S+", prepared):
        word, start = f" {match[0]} ", match.start() - 1
        for n in range(shortest, longest + 1):
            for offset in range(max(len(word) - n, 0) + 1):
                gram = word[offset : offset + n]
                first = max(start + offset, match.start())
                yield gram, [range(first, min(start + offset + len(gram), match.end()))]
            if len(word) <= n:  # scikit-learn counts a short word only once more
                break


def spread(text: str, vectorizer: Any, weights: Floats) -> tuple[Floats, Floats]:
    """Lay the weights (n_features, k) of a text's n-grams on its characters.

    An n-gram's weight is shared equally among its occurrences, then among the words it covers,
    then among the characters of each. Returns (len(text), k), and (k,) for what could not be
    placed; both together sum to `weights.sum(0)`.
    """
    used = np.flatnonzero(weights.any(1))
    wanted = set(used.tolist())
    prepared, origin = prepare(text, vectorizer)
    places: dict[int, list[list[range]]] = {}
    for gram, words in place(prepared, vectorizer):
        feature = vectorizer.vocabulary_.get(gram)
        if feature in wanted:
            places.setdefault(feature, []).append(words)
    shares = [
        (origin[at], feature, 1 / (len(occurrences) * len(words) * len(span)))
        for feature, occurrences in places.items()
        for words in occurrences
        for span in words
        for at in span
    ]
    found = np.zeros((len(text), weights.shape[1]))
    if shares:
        where, which, share = (np.array(column) for column in zip(*shares, strict=True))
        np.add.at(found, where, weights[which] * share[:, None])
    lost = [feature for feature in used.tolist() if feature not in places]
    return found, np.asarray(weights[lost].sum(0), dtype=np.float64)
