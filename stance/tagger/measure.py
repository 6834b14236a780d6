"""How right a tagger is on marked texts: contents, and their sources."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stance.quotes.contents import quote_between
from stance.quotes.tokens import Doc, read
from stance.tagger.gold import Marked, Spans
from stance.tagger.model import Tagger
from stance.tagger.reading import CONTENT, Reading, Span
from stance.tagger.whole import whole_spans

_ALIKE = 0.8  # the overlap of words (shared by all) above which two contents are one


@dataclass(slots=True)
class Counts:
    """Contents in gold, found, found right, and right with a right source, by kind."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    speaker: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, Any]:
        """Return for each kind, and all, F1 of contents and of contents with their source."""
        told = {}
        for kind in ("direct", "mixed", "indirect", "all"):
            whole = self.gold[kind] + self.found[kind]
            told[kind] = {
                "contents": self.gold[kind],
                "f1": round(2 * self.right[kind] / whole, 4) if whole else None,
                "f1_with_source": round(2 * self.speaker[kind] / whole, 4) if whole else None,
            }
        return told


def measure(tagger: Tagger, marked: Sequence[Marked]) -> dict[str, Any]:
    """Return the figures of the network alone, without the rules, on whole marked texts.

    A content is right when its words overlap the gold's by at least 0.8; its source when a
    word of it is one of the gold source's.
    """
    counts = Counts()
    for one in marked:
        doc = read(one.text)
        _count(counts, doc, tagger.read(doc), one)
    return counts.figures()


def _count(counts: Counts, doc: Doc, reading: Reading, marked: Marked) -> None:
    gold: list[tuple[Span, set[int]]] = []
    for one in marked.attributions:
        sources = {i for span in _joined(one.sources or []) for i in range(*doc.token_range(*span))}
        for a, b in _joined(one.contents):
            first, last = doc.token_range(a, b)
            cuts = [first, *(i for i in range(first + 1, last) if doc.para[i] != doc.para[i - 1])]
            for piece in zip(cuts, [*cuts[1:], last], strict=True):
                gold += [(part, sources) for part in whole_spans(doc, [piece])]
    found = whole_spans(doc, reading.spans(CONTENT))
    free = set(range(len(gold)))
    for span, _ in gold:
        counts.gold.update([_kind(doc, span), "all"])
    for span in found:
        kind = _kind(doc, span)
        counts.found.update([kind, "all"])
        match = max(free, key=lambda n: _overlap(gold[n][0], span), default=None)
        if match is None or _overlap(gold[match][0], span) < _ALIKE:
            continue
        free.discard(match)
        source, _ = reading.source_of(span)
        wanted = gold[match][1]
        right = bool(wanted & set(range(*source))) if source else not wanted
        kinds = ["all"] + [kind] * (kind == _kind(doc, gold[match][0]))
        counts.right.update(kinds)
        counts.speaker.update(kinds if right else [])


def _joined(spans: Spans) -> Spans:
    joined: Spans = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= 1:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _kind(doc: Doc, span: Span) -> str:
    first, last = span
    words = [i for i in range(first, last) if doc.words[i][0].isalnum()]
    if all(doc.inside[i] >= 0 for i in words):
        return "direct"
    return "mixed" if quote_between(doc, first, last) else "indirect"


def _overlap(one: Span, other: Span) -> float:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared / (max(one[1], other[1]) - min(one[0], other[0])) if shared > 0 else 0.0


def agreement(tagger: Tagger, answers: Any, marked: Sequence[Marked]) -> dict[str, Any]:
    """Return how alike the tags are that `tagger` and another network give word pieces.

    `answers` takes ids and types of windows, and gives what `Tagger.answers` does: the share
    of equal tags for each role over all pieces, and over those that either calls something.
    """
    from stance.tagger.model import ROLES
    from stance.tagger.pieces import inputs, to_pieces, windows

    equal, marked_equal = [], []
    for one in marked:
        doc = read(one.text)
        pieces = to_pieces(doc, tagger.tokenizer)
        parts = windows(doc, pieces, own=tagger.own, before=tagger.before)
        given = [inputs(pieces, part, cls=tagger.cls, sep=tagger.sep) for part in parts]
        ids, types = [i for i, _ in given], [t for _, t in given]
        for mine, theirs in zip(tagger.answers(ids, types), answers(ids, types), strict=True):
            a, b = (x[:, :9].reshape(-1, 3, 3).argmax(-1) for x in (mine, theirs))
            equal.append(a == b)
            marked_equal.append(np.where((a > 0) | (b > 0), a == b, np.nan))
    if not equal:
        return {}
    every, some = np.concatenate(equal), np.concatenate(marked_equal)
    return {
        "word_pieces": len(every),
        "equal": {role: round(float(every[:, n].mean()), 4) for n, role in enumerate(ROLES)},
        "equal_where_marked": {
            role: round(float(np.nanmean(some[:, n])), 4)
            for n, role in enumerate(ROLES)
            if not np.isnan(some[:, n]).all()
        },
    }
