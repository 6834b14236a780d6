"""An article as word pieces, and the windows of them that the network reads.

A window is some whole paragraphs (of a long one, some sentences) and what precedes them; the
answers are read for its own part alone. Paragraphs are set apart by the separator. Quotation
marks of all fashions are written as one, by the direction that the rules found, and what the
uncased encoder cannot see goes in as the type of a piece: whether it is capitalised, and
whether it stands between quotation marks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stance.errors import ModelError
from stance.quotes.tokens import Doc

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Types of a piece: capitalised counts 1, between quotation marks 2.
TYPES = 4


@dataclass(slots=True)
class Pieces:
    """The word pieces of an article, parallel lists: id, type, token of the `Doc`, paragraph."""

    ids: list[int]
    types: list[int]
    words: list[int]
    paragraphs: list[int]


@dataclass(slots=True)
class Window:
    """Pieces `first:last` with those before them from `begin` on.

    `places[k]` is the piece at place k of the input, -1 for a special one.
    """

    begin: int
    first: int
    last: int
    places: list[int]


def to_pieces(doc: Doc, tokenizer: "Tokenizer") -> Pieces:
    """Return the word pieces of `doc`, paragraph by paragraph."""
    text = plain_marks(doc)
    pieces = Pieces([], [], [], [])
    found = tokenizer.encode_batch([text[a:b] for a, b in doc.paragraphs], add_special_tokens=False)
    word, count = 0, len(doc.words)
    for number, ((offset, _), one) in enumerate(zip(doc.paragraphs, found, strict=True)):
        for identity, (start, _) in zip(one.ids, one.offsets, strict=True):
            while word < count - 1 and doc.ends[word] <= offset + start:
                word += 1
            kind = int(doc.words[word][0].isupper()) + 2 * int(doc.inside[word] >= 0)
            pieces.ids.append(identity)
            pieces.types.append(kind)
            pieces.words.append(word)
            pieces.paragraphs.append(number)
    return pieces


def plain_marks(doc: Doc) -> str:
    """Return the text with the marks of all quoted stretches as “ and ”, its length kept."""
    parts, at = [], 0
    for stretch in doc.stretches:
        parts += [doc.text[at : stretch.outer_start], "“"[: stretch.start - stretch.outer_start]]
        parts.append(" " * (stretch.start - stretch.outer_start - 1))
        parts += [doc.text[stretch.start : stretch.end], "”"[: stretch.outer_end - stretch.end]]
        parts.append(" " * (stretch.outer_end - stretch.end - 1))
        at = stretch.outer_end
    return "".join([*parts, doc.text[at:]])


def windows(doc: Doc, pieces: Pieces, *, own: int, before: int) -> list[Window]:
    """Return the windows of an article: each piece is in the own part of exactly one.

    `own` pieces at most are a window's own, and up to `before` precede them.
    """
    found = []
    units = _units(doc, pieces, own)
    at = 0
    while at + 1 < len(units):
        first = units[at]
        while at + 1 < len(units) and units[at + 1] - first <= own:
            at += 1
        last = units[at]
        begin = max(0, first - before)
        found.append(Window(begin, first, last, _places(pieces.paragraphs, begin, last)))
    return found


def _units(doc: Doc, pieces: Pieces, own: int) -> list[int]:
    """Return where a window may begin or end: paragraphs, within long ones sentences."""
    starts: list[int] = []
    size = len(pieces.ids)
    borders = [i for i in range(size) if not i or pieces.paragraphs[i] != pieces.paragraphs[i - 1]]
    for a, b in zip(borders, [*borders[1:], size], strict=True):
        starts.append(a)
        if b - a <= own:
            continue
        for i in range(a + 1, b):
            new = doc.sent[pieces.words[i]] != doc.sent[pieces.words[i - 1]]
            if new or i - starts[-1] >= own:  # a sentence longer than a window is cut
                starts.append(i)
    return [*starts, size] if starts else []


def _places(paragraphs: Sequence[int], begin: int, last: int) -> list[int]:
    places = [-1]
    for i in range(begin, last):
        if i > begin and paragraphs[i] != paragraphs[i - 1]:
            places.append(-1)
        places.append(i)
    return [*places, -1]


def special_ids(tokenizer: "Tokenizer") -> tuple[int, int]:
    """Return the ids of [CLS] and [SEP]; raises `ModelError` for a tokenizer without them."""
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if cls is None or sep is None:
        raise ModelError("the tagger's tokenizer has no [CLS] and [SEP]; use minilm, or a BERT")
    return cls, sep


def inputs(pieces: Pieces, window: Window, *, cls: int, sep: int) -> tuple[list[int], list[int]]:
    """Return ids and types of a window's places."""
    ids = [pieces.ids[i] if i >= 0 else sep for i in window.places]
    ids[0] = cls
    return ids, [pieces.types[i] if i >= 0 else 0 for i in window.places]
