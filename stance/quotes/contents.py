"""Contents: what each cue attributes - quotations with their speech tags, and clauses."""

import re
from dataclasses import dataclass

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
