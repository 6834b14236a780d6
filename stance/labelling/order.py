"""Which statements first: by article, at random, or where a model is unsure and new words come.

Every order keeps the pieces of one quotation together, in the order of the text.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from stance.config import suggest
from stance.errors import UsageError
from stance.labelling.items import Chances, Item

ORDERS = ("uncertain", "random", "article")
VISIT = 5  # quotations asked in one visit to an article, so that it is read once for several
_PLANNED = 2000  # beyond, quotations come by uncertainty alone: nobody gets there before retraining
_WIDTH = 512
Unit = list[Item]
Floats = npt.NDArray[np.float64]


def ordered(
    items: Sequence[Item], order: str, *, task: str = "stance", seed: int = 0
) -> list[Item]:
    """Return the items in one of `ORDERS`.

    Raises `UsageError` for another name, and for `uncertain` without a model's answers.
    """
    if order not in ORDERS:
        raise UsageError(f"--order {order}: expected {', '.join(ORDERS)}{suggest(order, ORDERS)}")
    units = _units(items)
    if order == "random":
        return _flat([units[n] for n in np.random.default_rng(seed).permutation(len(units))])
    if order == "article":
        first = {unit[0].article: n for n, unit in reversed(list(enumerate(units)))}
        return _flat(sorted(units, key=lambda unit: (first[unit[0].article], _place(unit))))
    if not any(task in item.chances for item in items):
        raise UsageError(
            f"--order uncertain needs a model that answers '{task}'; give --model, or scores with "
            "their probabilities as INPUT"
        )
    return _flat(_uncertain(units, task))


def uncertainty(chances: Chances, task: str) -> float:
    """Return the entropy of a task's probabilities over its maximum, from 0 to 1.

    A statement without an answer counts as wholly uncertain.
    """
    values = np.array(list(chances.get(task, {}).values()), dtype=np.float64)
    if len(values) < 2 or values.sum() <= 0:
        return 1.0
    shares = values[values > 0] / values.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(len(values)))


def _units(items: Sequence[Item]) -> list[Unit]:
    found: dict[tuple[str, str], Unit] = {}
    for item in items:
        found.setdefault(item.unit, []).append(item)
    return [sorted(unit, key=lambda item: _start(item)) for unit in found.values()]


def _start(item: Item) -> int:
    start = item.row.get("start")
    return start if isinstance(start, int) else 0


def _place(unit: Unit) -> int:
    return _start(unit[0])


def _flat(units: Sequence[Unit]) -> list[Item]:
    return list(chain.from_iterable(units))


def _uncertain(units: list[Unit], task: str) -> list[Unit]:
    """Visit the articles in turn, each time the one whose next quotations promise most.

    What a quotation promises is its uncertainty times how unlike its words are to all chosen
    before (1 - the greatest cosine): a greedy form of uncertainty with diversity.
    """
    unsure = np.array([max(uncertainty(i.chances, task) for i in unit) for unit in units])
    vectors = _vectors([" ".join(str(i.row["text"]) for i in unit) for unit in units])
    names = {name: n for n, name in enumerate(dict.fromkeys(u[0].article for u in units))}
    articles = np.array([names[unit[0].article] for unit in units])
    alike, left = np.zeros(len(units)), np.ones(len(units), dtype=bool)
    chosen: list[int] = []
    while left.any() and len(chosen) < _PLANNED:
        article = _best_article(np.where(left, unsure * (1 - alike), -1.0), articles)
        visit: list[int] = []
        for _ in range(VISIT):
            open_here = left & (articles == article)
            best = int(np.argmax(np.where(open_here, unsure * (1 - alike), -1.0)))
            if not open_here[best]:
                break
            left[best] = False
            visit.append(best)
            alike = np.maximum(alike, np.clip(vectors @ vectors[best], 0, 1))
        chosen += sorted(visit, key=lambda n: _place(units[n]))
    rest = sorted(np.flatnonzero(left).tolist(), key=lambda n: -unsure[n])
    return [units[n] for n in (*chosen, *rest)]


def _best_article(promise: Floats, articles: npt.NDArray[np.int64]) -> int:
    """Return the article whose best `VISIT` quotations promise most together."""
    by_promise = np.lexsort((-promise, articles))
    sorted_articles = articles[by_promise]
    firsts = np.r_[0, np.flatnonzero(np.diff(sorted_articles)) + 1]
    rank = np.arange(len(promise)) - np.repeat(firsts, np.diff(np.r_[firsts, len(promise)]))
    counted = np.where(rank < VISIT, np.maximum(promise[by_promise], 0), 0)
    sums = np.bincount(sorted_articles, weights=counted, minlength=articles.max() + 1)
    open_ones = np.bincount(articles, weights=promise >= 0, minlength=len(sums)) > 0
    return int(np.argmax(np.where(open_ones, sums, -1.0)))


def _vectors(texts: Sequence[str]) -> Floats:
    """Return (n, 512) vectors of length 1: hashed words, rare ones weighted up (tf-idf)."""
    counts = np.zeros((len(texts), _WIDTH))
    for row, text in zip(counts, texts, strict=True):
        for word, n in Counter(re.findall(r"\w+", text.lower())).items():
            row[zlib.crc32(word.encode("utf-8", "surrogatepass")) % _WIDTH] += n
    weights = np.log((1 + len(texts)) / (1 + (counts > 0).sum(0))) + 1
    counts *= weights
    lengths = np.linalg.norm(counts, axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(lengths, 1e-12))
