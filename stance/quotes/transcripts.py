"""Transcripts and first-person releases: documents whose sentences are a speaker's own.

A turn begins with a label at the start of a line ("Q:", "MR. PRICE:", "SECRETARY BLINKEN:").
A release or speech names its one speaker in its first line ("Jane Roe, Foreign Minister") or
says to whom it is attributable.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stance.quotes import lexicon as lex

_LABEL = re.compile(
    r"^[ \t\u00a0]*(?P<label>(?:Q|A|[A-Z][A-Z.’'\-]*[A-Z.](?:[ \u00a0][A-Z][A-Z.’'\-]*){0,6}))"
    r"[ \u00a0]*(?:\([^)\n]{0,40}\))?:(?=\s|$)",
    re.MULTILINE,
)
_INTERVIEW = re.compile(r"^\(\((?P<label>[^()\n]{2,40})\)\)", re.MULTILINE)
_ASKERS = frozenset(
    "q question moderator operator participant participants interpreter interviewer reporter "
    "host wn wikinews".split()
)
_ANSWERERS = frozenset(("a", "answer"))
_MIN_TURNS = 2

_BYLINE = re.compile(
    r"^[ \t]*(?P<name>(?:[A-Z][\w.’'\-]*[ \t]+){1,4}[A-Z][\w’'\-]+)(?:,[ \t]*(?:Jr\.|Sr\.))?,[ \t]+"
    r"(?P<office>[A-Z][^\n.!?:]{3,90})[ \t]*$"
)
_ATTRIBUTABLE = re.compile(
    r"(?:following|below|statement)(?: statement)? (?:is|may be) attribut(?:able|ed) to "
    r"(?P<phrase>[^\n:.]{3,80}?)[ \t]*:",
    re.IGNORECASE,
)
_OFFICES = re.compile(
    r"\b(?:Secretary|Minister|President|Spokesperson|Spokesman|Spokeswoman|Ambassador|Chancellor|"
    r"Governor|Senator|Commissioner|Director|Envoy|Representative|Administrator|Chair\w*|"
    r"Counselor|Coordinator|Chargé|Premier|General|Chief)\b"
)
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|our|Our|my|My|us)\b")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in a transcript: label and words, as offsets, and the label's sort.

    `speaker` is "person", "asker" (a question from nobody named) or "official" (unnamed).
    """

    label_start: int
    label_end: int
    start: int
    end: int
    speaker: str


def turns(text: str) -> list[Turn]:
    """Return the turns of a transcript, or nothing where the text is none."""
    interview = list(_INTERVIEW.finditer(text)) if "((" in text else []
    if len({m.group("label") for m in interview}) > 1 and len(interview) > _MIN_TURNS:
        return _cut(text, interview)
    labels = [m for m in _labels(text) if len(m.group("label")) < 60]
    counts: dict[str, int] = {}
    for match in labels:
        counts[match.group("label")] = counts.get(match.group("label"), 0) + 1
    kept = [m for m in labels if _speaks(m.group("label"), counts)]
    if len(kept) < _MIN_TURNS and not (kept and _titled(kept[0].group("label"))):
        return []
    return _cut(text, kept)


def _labels(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_LABEL` finds, one at most a line."""
    start = 0
    while start >= 0:
        match = _LABEL.match(text, start)
        if match is not None:
            yield match
        start = text.find("\n", start) + 1 or -1


def _cut(text: str, kept: list[re.Match[str]]) -> list[Turn]:
    found = []
    for n, match in enumerate(kept):
        end = kept[n + 1].start() if n + 1 < len(kept) else len(text)
        a, b = match.span("label")
        found.append(Turn(a, b, match.end(), end, _sort(match.group("label"))))
    return found


def _words(label: str) -> list[str]:
    return [word.strip(".").lower() for word in label.replace("\u00a0", " ").split()]


def _titled(label: str) -> bool:
    words = _words(label)
    return len(words) > 1 and words[0] in lex.TITLES


def _speaks(label: str, counts: dict[str, int]) -> bool:
    """Say whether a label names a speaker, not a field of a form ("VESSEL TYPE:")."""
    words = _words(label)
    if words[0] in _ASKERS or (words[0] in _ANSWERERS and len(words) == 1):
        return words[0] not in ("a", "q") or counts[label] > 1
    if _titled(label) or "official" in words:
        return True
    return len(words) == 1 and counts[label] > 1 and len(words[0]) > 2


def _sort(label: str) -> str:
    words = _words(label)
    if words[0] in _ASKERS or words[0] in _ANSWERERS:
        return "asker"
    return "official" if "official" in words else "person"


@dataclass(frozen=True, slots=True)
class Release:
    """A release or speech in one speaker's own words: the name's offsets, where the words begin."""

    name_start: int
    name_end: int
    start: int


def release(text: str) -> Release | None:
    """Return whose release the text is, or None where it is an article about others."""
    head = text[:600]
    match = _ATTRIBUTABLE.search(head)
    if match is not None:
        return Release(*match.span("phrase"), match.end())
    offset = 0
    for line in head.split("\n")[:3]:
        found = _BYLINE.match(line)
        if found is not None and _OFFICES.search(found.group("office")):
            after = offset + len(line)
            rest = text[after : after + 6000]
            if rest[:2].strip() or not _FIRST_PERSON.search(rest):
                return None
            return Release(offset + found.start("name"), offset + found.end("name"), after)
        if line.strip():
            return None
        offset += len(line) + 1
    return None
