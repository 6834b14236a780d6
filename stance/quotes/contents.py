"""Contents: what each cue attributes - quotations with their speech tags, and clauses."""

import re
from dataclasses import dataclass

from stance.quotes.cues import Cue
from stance.quotes.marks import Stretch
from stance.quotes.phrases import Phrase
from stance.quotes.tokens import Doc


@dataclass(slots=True)
class Found:
    """One content with what the rules found about it; offsets in characters."""

    start: int
    end: int
    kind: str
    rule: str
    cue: tuple[int, int] | None = None
    speaker: Phrase | None = None
    group: int = -1  # index of the first piece in the article's list, -1: its own
    attribution: str = "speech"


def trimmed(doc: Doc, stretch: Stretch) -> tuple[int, int]:
    """Return the stretch's inner offsets without white space at the ends."""
    start, end = stretch.start, stretch.end
    while start < end and doc.text[start].isspace():
        start += 1
    while end > start and doc.text[end - 1].isspace():
        end -= 1
    return start, end


_SMALL = frozenset("of the a an in and for on to with at by or".split())


def title_like(text: str) -> bool:
    """Say whether every word that can be is capitalised: a title, a slogan, a name."""
    words = [w for w in re.findall(r"[^\W\d_][\w’'-]*", text) if w.lower() not in _SMALL]
    return bool(words) and all(w[0].isupper() for w in words)


_CLOSING = frozenset(".!?,;:—–-")


def content(
    doc: Doc, begin: int, end: int, rule: str, cue: Cue, speaker: Phrase | None
) -> Found | None:
    """Build the content of tokens `begin:end`; all of it between two marks is direct."""
    while end > begin and doc.words[end - 1] in _CLOSING and doc.inside[end - 1] < 0:
        end -= 1
    while begin < end and doc.words[begin] in _CLOSING and doc.inside[begin] < 0:
        begin += 1
    if end <= begin:
        return None
    cue_span = (cue.first, cue.last)
    number = doc.inside[begin]
    if number >= 0 and doc.inside[end - 1] == number:
        stretch = doc.stretches[number]
        start, stop = stretch.start, stretch.end
        while start < stop and doc.text[start].isspace():
            start += 1
        while stop > start and doc.text[stop - 1].isspace():
            stop -= 1
        return Found(start, stop, "direct", rule, cue_span, speaker, attribution=cue.attribution)
    start, stop = doc.starts[begin], doc.ends[end - 1]
    if number >= 0:
        start = doc.stretches[number].outer_start
    if doc.inside[end - 1] >= 0:
        stop = doc.stretches[doc.inside[end - 1]].outer_end
    kind = "mixed" if quote_between(doc, begin, end) else "indirect"
    return Found(start, stop, kind, rule, cue_span, speaker, attribution=cue.attribution)


def quote_between(doc: Doc, begin: int, end: int) -> bool:
    """Say whether any of the tokens `begin:end` lies between quotation marks."""
    return any(doc.inside[i] >= 0 for i in range(begin, end))
