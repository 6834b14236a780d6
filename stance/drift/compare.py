"""Two batches -> how far apart they are in each respect, and whether chance would do that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stance.drift import permutation as perm
from stance.drift.batch import ABSTAINED, Batch
from stance.drift.words import Moved, count_words, moved_words
from stance.evaluation.resampling import MIN_GROUPS, Floats, plain
from stance.evaluation.significance import holm_correction

Embed = Callable[[Sequence[str]], Floats]
#: From which distance beyond chance a difference is called large: more than lies between two
#: outlets that write on the same wars in the same year, less than between them and wire news of
#: 1987 (docs/concepts.md has the figures).
LARGE: Mapping[str, float] = {
    "words": 0.08, "meaning": 0.02, "confidence": 0.05, "confidence spread": 0.15,
    "abstained": 0.05, "labels": 0.15, "off topic": 0.15, "kinds": 0.20, "languages": 0.05,
    "lengths": 0.20,
}  # fmt: skip
#: Fewer articles in a batch than this leave all but great shifts unseen.
FEW_ARTICLES = 30
_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One respect: `distance` between the batches, and the mean and 95th per cent of chance's.

    `first` and `second` say in figures what it is in each batch (None for bare distances). `p`
    is chance's, `p_corrected` for all respects together; both None with too few articles.
    """

    name: str
    distance: float
    first: Mapping[str, float] | None = None
    second: Mapping[str, float] | None = None
    expected: float | None = None
    chance_95: float | None = None
    p: float | None = None
    p_corrected: float | None = None

    @property
    def beyond_chance(self) -> bool:
        """Whether all respects together would show this less than 5 times in 100."""
        return self.p_corrected is not None and self.p_corrected <= _LEVEL

    @property
    def large(self) -> bool:
        """Whether the difference is beyond chance and large enough to matter."""
        return self.beyond_chance and self.distance - (self.expected or 0.0) >= LARGE[self.name]

    def to_dict(self) -> dict[str, Any]:
        """Return the fields and what they say, as JSON holds them."""
        values = {name: plain(getattr(self, name)) for name in (
            "name", "distance", "expected", "chance_95", "p", "p_corrected", "beyond_chance",
            "large", "first", "second")}  # fmt: skip
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All measures of two batches; `left_out` says which could not be taken, and why.

    `verdict` is "unknown" (too few articles), "alike", "small" or "large".
    """

    measures: tuple[Measure, ...]
    left_out: Mapping[str, str]
    more: tuple[Moved, ...]
    less: tuple[Moved, ...]
    articles: tuple[int, int]
    quotes: tuple[int, int]
    read: tuple[int, int]
    shared: int
    shuffles: int

    @property
    def verdict(self) -> str:
        """How the second batch stands to the first, in a word."""
        if min(self.articles) < MIN_GROUPS:
            return "unknown"
        if any(m.large for m in self.measures):
            return "large"
        return "small" if any(m.beyond_chance for m in self.measures) else "alike"

    def measure(self, name: str) -> Measure | None:
        """Return the measure of that name, None where it was not taken."""
        return next((m for m in self.measures if m.name == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON holds it."""
        return {
            "verdict": self.verdict, "articles": list(self.articles),
            "quotes": list(self.quotes), "articles_read": list(self.read),
            "articles_in_both": self.shared, "shuffles": self.shuffles,
            "measures": [m.to_dict() for m in self.measures], "left_out": dict(self.left_out),
            "words_more": plain(self.more), "words_less": plain(self.less),
        }  # fmt: skip


def compare(
    a: Batch, b: Batch, *, embed: Embed | None = None, most_articles: int = 1000,
    most_vectors: int = 400, n_shuffles: int = 999, seed: int = 0,
) -> Drift:  # fmt: skip
    """Return how far `b` is from `a` in words, meaning, confidence, labels, kinds and lengths.

    p values come from articles dealt out anew at random, corrected over all measures by Holm's
    method. Of batches with more than `most_articles` a random part is read; `embed` turns
    at most `most_vectors` random quotes of each into vectors, None leaves that out.
    """
    rng = np.random.default_rng(seed)
    first, second = (_part(one, most_articles, rng) for one in (a, b))
    n_a, n_b = len(first.articles), len(second.articles)
    dealt = perm.shuffles(n_a, n_b, n=n_shuffles, seed=seed)
    codes = np.concatenate([first.codes, second.codes + n_a])
    in_b = codes >= n_a
    found = _Found(codes=codes, in_b=in_b, dealt=dealt)
    words, counts = count_words(first.texts + second.texts, codes, n_a + n_b)
    found.add("words", perm.divergence(counts, dealt))
    _meaning(found, first.texts + second.texts, embed, most_vectors, rng)
    _answers(found, first, second)
    found.shares("kinds", first.kinds + second.kinds)
    found.article_shares("languages", first.languages + second.languages)
    lengths = np.array([len(text.split()) for text in first.texts + second.texts], np.float64)
    found.values("lengths", lengths)
    enough = min(n_a, n_b) >= MIN_GROUPS
    more, less = moved_words(words, counts, n_a)
    return Drift(
        measures=_corrected(found.measures, enough), left_out=found.left_out, more=more, less=less,
        articles=(len(a.articles), len(b.articles)), quotes=(len(a.texts), len(b.texts)),
        read=(n_a, n_b), shared=len({*a.articles} & {*b.articles}), shuffles=n_shuffles,
    )  # fmt: skip


def _part(batch: Batch, most: int, rng: np.random.Generator) -> Batch:
    n = len(batch.articles)
    return batch if n <= most else batch.part(rng.choice(n, size=most, replace=False).tolist())


def _corrected(measures: Sequence[Measure], enough: bool) -> tuple[Measure, ...]:
    if not enough:
        return tuple(replace(m, expected=None, chance_95=None, p=None) for m in measures)
    ps = holm_correction([m.p for m in measures if m.p is not None])
    return tuple(replace(m, p_corrected=p) for m, p in zip(measures, ps, strict=True))


class _Found:
    """Measures as they are taken, over quotes with `codes` (n,) of which `in_b` (n,) are new."""

    def __init__(self, *, codes: Any, in_b: Any, dealt: Floats) -> None:
        self.codes, self.in_b, self.dealt = codes, in_b, dealt
        self.count = dealt.shape[1]
        self.measures: list[Measure] = []
        self.left_out: dict[str, str] = {}

    def add(self, name: str, distances: Floats, first: Any = None, second: Any = None) -> None:
        """Add a measure from its distances, those of the batches as they are first."""
        self.measures.append(Measure(
            name=name, distance=float(distances[0]), first=first, second=second,
            expected=float(distances[1:].mean()), p=perm.p_value(distances),
            chance_95=float(np.quantile(distances[1:], 0.95)),
        ))  # fmt: skip

    def shares(self, name: str, values: Sequence[str]) -> None:
        """Add how the shares of kinds of values differ, unless there is one kind only."""
        kinds, ones = perm.one_hot(values)
        if len(kinds) < 2:
            self.left_out[name] = f"all are {kinds[0]}"
            return
        sums = perm.article_sums(ones, self.codes, self.count)
        self._add_shares(name, kinds, sums)

    def article_shares(self, name: str, values: Sequence[str]) -> None:
        """Add how the shares of articles differ, each with the value of its first quote."""
        _, first = np.unique(self.codes, return_index=True)
        kinds, ones = perm.one_hot([values[n] for n in first])
        if len(kinds) < 2:
            self.left_out[name] = f"all are {kinds[0]}"
            return
        self._add_shares(name, kinds, ones)

    def _add_shares(self, name: str, kinds: Sequence[str], sums: Floats) -> None:
        in_b = self.dealt[0] > 0
        both = [dict(zip(kinds, (sums[in_b == x].sum(0) / sums[in_b == x].sum()).tolist(),
                         strict=True)) for x in (False, True)]  # fmt: skip
        self.add(name, perm.shares_apart(sums, self.dealt), *both)

    def means(self, name: str, values: Floats, *, label: str) -> None:
        """Add how the means of values differ, unless all are the same."""
        if np.ptp(values) == 0:
            self.left_out[name] = f"all are {values[0]:g}"
            return
        sums = perm.article_sums(np.column_stack([values, np.ones(len(values))]), self.codes,
                                 self.count)  # fmt: skip
        both = [{label: float(values[self.in_b == x].mean())} for x in (False, True)]
        self.add(name, perm.means_apart(sums[:, 0], sums[:, 1], self.dealt), *both)

    def values(self, name: str, values: Floats) -> None:
        """Add how the distributions of values differ, unless all are the same."""
        if np.ptp(values) == 0:
            self.left_out[name] = f"all are {values[0]:g}"
            return
        quarters = ("lower quarter", "median", "upper quarter")
        both = [
            dict(zip(quarters, np.quantile(values[self.in_b == x], (0.25, 0.5, 0.75)).tolist(),
                     strict=True))
            for x in (False, True)
        ]  # fmt: skip
        self.add(name, perm.ks(values, self.codes, self.dealt), *both)


def _meaning(
    found: _Found, texts: Sequence[str], embed: Embed | None, most: int, rng: np.random.Generator
) -> None:
    if embed is None:
        found.left_out["meaning"] = "no embeddings were asked for"
        return
    sides = [np.flatnonzero(found.in_b == x) for x in (False, True)]
    chosen = np.concatenate([rng.permutation(side)[:most] for side in sides])
    try:
        vectors = embed([texts[n] for n in chosen])
    except ImportError as error:
        found.left_out["meaning"] = f"the encoder is not available ({error})"
        return
    found.add("meaning", perm.mmd(vectors, found.codes[chosen], found.dealt))


def _answers(found: _Found, a: Batch, b: Batch) -> None:
    """Add what the model's answers say, where the same model answered both batches."""
    names = ("confidence", "confidence spread", "abstained", "labels", "off topic")
    why = ""
    if a.confidence is None or b.confidence is None:
        why = "a batch has no probabilities"
    elif a.models != b.models or len(a.models) != 1:
        why = "the batches were scored by different models"
    if why or a.confidence is None or b.confidence is None:
        found.left_out.update(dict.fromkeys(names, why))
        return
    sure = np.concatenate([a.confidence, b.confidence])
    found.means("confidence", sure, label="mean probability of the label")
    found.values("confidence spread", sure)
    answers = (*(a.answers or ()), *(b.answers or ()))
    none = np.array([float(answer == ABSTAINED) for answer in answers])
    found.means("abstained", none, label="share")
    found.shares("labels", answers)
    if a.off_topic is None or b.off_topic is None:
        found.left_out["off topic"] = "the model does not tell what is off topic"
    else:
        found.means("off topic", np.concatenate([a.off_topic, b.off_topic]), label="share")
