"""Remarks: one row a sentence for documents that are their speakers' own words."""

import re
from dataclasses import dataclass

from stance.quotes.names import Cast
from stance.quotes.tokens import Doc
from stance.quotes.transcripts import Turn, release, turns

_ASIDE = re.compile(r"\s*\([^)]*\)\s*[.—–-]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of a speaker's own: offsets, the mention's offsets, name, kind and rule."""

    start: int
    end: int
    mention_start: int
    mention_end: int
    name: str | None
    kind: str
    rule: str


def remarks(doc: Doc, cast: Cast) -> list[Remark]:
    """Return the remarks of a transcript or a release; nothing for an article."""
    said = turns(doc.text)
    if said:
        return [r for turn in said for r in _of_turn(doc, cast, turn)]
    own = release(doc.text)
    if own is None:
        return []
    name = full_name(doc.text[own.name_start : own.name_end], cast)
    whose = (own.name_start, own.name_end, name, "person", "release")
    return [
        Remark(start, end, *whose)
        for start, end in doc.sentences
        if start >= own.start and _says_something(doc, start, end)
    ]


def _of_turn(doc: Doc, cast: Cast, turn: Turn) -> list[Remark]:
    label = doc.text[turn.label_start : turn.label_end]
    if turn.speaker == "person":
        name, kind = full_name(label, cast), "person"
    elif turn.speaker == "official":
        name, kind = label.title().replace("\u00a0", " "), "unnamed"
    else:
        name, kind = None, "unnamed"
    found = []
    first, last = doc.token_range(turn.start, turn.end)
    if first >= last:
        return []
    for s in range(doc.sent[first], doc.sent[last - 1] + 1):
        start, end = doc.sentences[s]
        start = max(start, turn.start)
        while start < end and doc.text[start].isspace():
            start += 1
        if start < end and _says_something(doc, start, end):
            found.append(
                Remark(start, end, turn.label_start, turn.label_end, name, kind, "transcript")
            )
    return found


def _says_something(doc: Doc, start: int, end: int) -> bool:
    """Leave out stage directions, headings and fragments without a sentence's end."""
    text = doc.text[start:end]
    if _ASIDE.match(text) or not any(c.islower() for c in text):
        return False
    return text.count(" ") >= 3 or text[-1] in ".!?…"


def full_name(label: str, cast: Cast) -> str:
    """Return the canonical name for a label: the article's full name with that last name."""
    words = label.replace("\u00a0", " ").replace(",", " ").split()
    last = words[-1].strip(".").lower()
    for entity in cast.by_last.get(last, []):
        if " " in entity.name:
            return entity.name
    if label.isupper():
        return words[-1].strip(".").title()
    return " ".join(words)
