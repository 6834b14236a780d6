"""Marked texts -> what the network must answer for each place of each window."""

from bisect import bisect_left
from dataclasses import dataclass

from stance.quotes.tokens import Doc
from stance.tagger.gold import Attribution, Marked, Spans
from stance.tagger.pieces import Pieces, Window

ROLES = ("content", "cue", "source")
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
IGNORED = -100


@dataclass(slots=True)
class Gold:
    """For each piece the tag of each role, and the attribution that its content is of, or -1.

    `sources[k]` and `cues[k]` are the pieces of attribution k, None where they are not known.
    """

    tags: list[list[int]]
    attribution: list[int]
    sources: list[list[int] | None]
    cues: list[list[int] | None]


@dataclass(slots=True)
class Example:
    """A window with its tags (place by role) and links: place -> places it must point to."""

    ids: list[int]
    types: list[int]
    tags: list[list[int]]
    to_source: dict[int, list[int]]
    to_cue: dict[int, list[int]]


def gold_of(marked: Marked, doc: Doc, pieces: Pieces) -> Gold:
    """Return the tags of all pieces; a content is cut at the ends of paragraphs."""
    size = len(pieces.ids)
    gold = Gold([[OUTSIDE] * 3 for _ in range(size)], [-1] * size, [], [])
    starts = [doc.starts[word] for word in pieces.words]
    for number, one in enumerate(marked.attributions):
        for first, last in _ranges(starts, one.contents):
            _write(gold, pieces, 0, first, last)
            gold.attribution[first:last] = [number] * (last - first)
        for role, spans, known in ((1, one.cues, gold.cues), (2, one.sources, gold.sources)):
            ranges = _ranges(starts, spans or [])
            for first, last in ranges:
                _write(gold, pieces, role, first, last)
            known.append(None if spans is None else [i for a, b in ranges for i in range(a, b)])
    if marked.partial:
        _hide(gold, marked.attributions, doc, pieces)
    return gold


def _ranges(starts: list[int], spans: Spans) -> Spans:
    """Return the ranges of pieces whose words begin in `spans`; those that adjoin are joined."""
    found: Spans = []
    for start, end in sorted(spans):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if found and found[-1][1] >= first:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        elif last > first:
            found.append((first, last))
    return found


def _write(gold: Gold, pieces: Pieces, role: int, first: int, last: int) -> None:
    for i in range(first, last):
        new = i == first or pieces.paragraphs[i] != pieces.paragraphs[i - 1]
        gold.tags[i][role] = BEGIN if new else INSIDE


def _hide(gold: Gold, known: list[Attribution], doc: Doc, pieces: Pieces) -> None:
    """Leave out the sentences without a known content, and roles whose place is not known."""
    told = {
        doc.sent[token]
        for one in known
        for span in one.contents
        for token in range(*doc.token_range(*span))
    }
    unknown = [False, any(k is None for k in gold.cues), any(k is None for k in gold.sources)]
    for i, tags in enumerate(gold.tags):
        hidden = doc.sent[pieces.words[i]] not in told
        for role in range(3):
            if (hidden or unknown[role]) and tags[role] == OUTSIDE:
                tags[role] = IGNORED


def example(
    pieces: Pieces, gold: Gold, window: Window, ids: list[int], types: list[int]
) -> Example:
    """Return what a window must answer; the places before its own part are left out.

    A content whose source (or cue) does not stand in the window must point to place 0.
    """
    at = {piece: place for place, piece in enumerate(window.places) if piece >= 0}
    tags = [[IGNORED] * 3 for _ in window.places]
    links: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
    for piece in range(window.first, window.last):
        place = at[piece]
        tags[place] = gold.tags[piece]
        number = gold.attribution[piece]
        if number < 0:
            continue
        for link, targets in zip(links, (gold.sources[number], gold.cues[number]), strict=True):
            if targets is not None:
                link[place] = [at[i] for i in targets if i in at] or [0]
    return Example(ids, types, tags, *links)
