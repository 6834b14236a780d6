"""An article's text, or the contexts of its quotes -> paragraphs with the quotes marked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stance.reports.notes import Note, Piece, printable

_BREAK = re.compile(r"\s*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text under one note, or under none; `last` where the piece ends."""

    text: str
    note: Note | None = None
    last: bool = False


Paragraph = tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of paragraphs; `gap` says that text of the article is left out before it."""

    paragraphs: tuple[Paragraph, ...]
    gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article as a report shows it: its words with quotes marked, and a note on each quote.

    `whole` says that the article's own text is shown; `lost` are the notes whose words it does
    not hold. `date` is ISO 8601, perhaps without day, or "". `url` is a web address or "".
    `copy_of` names the article of which it is a near-copy that does not count. `statuses`
    counts the notes by status.
    """

    ident: int
    id: str
    title: str
    source: str
    date: str
    url: str
    copy_of: str
    passages: tuple[Passage, ...]
    notes: tuple[Note, ...]
    lost: tuple[Note, ...]
    statuses: Mapping[str, int]
    whole: bool


def in_place(text: str, notes: Sequence[Note]) -> tuple[tuple[Passage, ...], tuple[Note, ...]]:
    """Return the whole article with its quotes marked, and the notes that have no place in it.

    A piece whose words do not stand at its offsets is looked for, and marked where the text
    holds it exactly once.
    """
    text = printable(text)
    placed, lost = [], []
    for note in notes:
        spans = [span for piece in note.pieces if (span := _find(text, piece))]
        placed += [(start, end, note) for start, end in spans]
        if not spans:
            lost.append(note)
    whole = Passage(paragraphs=tuple(_paragraphs(text, 0, placed)))
    return (whole,), tuple(lost)


def in_context(notes: Sequence[Note]) -> tuple[Passage, ...]:
    """Return the contexts of the quotes, those that overlap put together."""
    pieces = [(piece, note) for note in notes for piece in note.pieces]
    pieces.sort(key=lambda pair: (pair[0].context_start, -len(pair[0].context)))
    stretches: list[tuple[int, str, list[tuple[int, int, Note]]]] = []
    for piece, note in pieces:
        first = piece.context_start
        if stretches and _joins(stretches[-1], piece):
            start, text, spans = stretches[-1]
            text += piece.context[max(start + len(text) - first, 0) :]
            stretches[-1] = (start, text, spans)
        else:
            stretches.append((first, piece.context, []))
        stretches[-1][2].append((max(piece.start, first), max(piece.start, first)
                                 + len(piece.text), note))  # fmt: skip
    return tuple(
        Passage(paragraphs=tuple(_paragraphs(text, start, spans)), gap=start > 0)
        for start, text, spans in stretches
    )


def _joins(stretch: tuple[int, str, list[tuple[int, int, Note]]], piece: Piece) -> bool:
    """Whether the piece's context goes on where the stretch ends, with the same words."""
    start, text, _ = stretch
    at = piece.context_start - start
    if at > len(text):
        return False
    shared = text[at : at + len(piece.context)]
    return piece.context.startswith(shared)


def _find(text: str, piece: Piece) -> tuple[int, int] | None:
    if piece.start >= 0 and text[piece.start : piece.end] == piece.text:
        return piece.start, piece.end
    at = text.find(piece.text)
    if at < 0 or text.find(piece.text, at + 1) >= 0:
        return None
    return at, at + len(piece.text)


def _paragraphs(
    text: str, offset: int, spans: Sequence[tuple[int, int, Note]]
) -> Iterator[Paragraph]:
    """Yield the paragraphs of `text`, which starts at `offset` of the article."""
    local = [(start - offset, end - offset, note) for start, end, note in spans]
    at = 0
    for found in [*_BREAK.finditer(text), None]:
        end = found.start() if found else len(text)
        if text[at:end].strip():
            near = [span for span in local if span[0] < end and span[1] > at]
            yield tuple(_segments(text, at, end, near))
        at = found.end() if found else end


def _segments(
    text: str, first: int, end: int, spans: Sequence[tuple[int, int, Note]]
) -> Iterator[Segment]:
    """Yield the runs between `first` and `end`; where quotes overlap, the shortest has the run."""
    cuts = {first, end, *(at for start, stop, _ in spans for at in (start, stop))}
    places = sorted(at for at in cuts if first <= at <= end)
    runs: list[tuple[int, int, tuple[int, int, Note] | None]] = []
    for start, stop in pairwise(places):
        over = [span for span in spans if span[0] <= start and span[1] >= stop]
        mine = min(over, key=lambda span: span[1] - span[0]) if over else None
        if runs and runs[-1][2] is mine:
            start = runs.pop()[0]
        runs.append((start, stop, mine))
    for start, stop, mine in runs:
        yield Segment(
            text=text[start:stop], note=mine[2] if mine else None,
            last=mine is not None and mine[1] <= stop,
        )  # fmt: skip
