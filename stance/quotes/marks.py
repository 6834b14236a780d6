"""Quotation marks: where quoted stretches begin and end, in all of news typography.

Marks are paired paragraph by paragraph (a paragraph ends at a newline, but for one that
breaks a sentence). Curly, straight,
doubled single (''…'', ``…''), low and angle marks count as double marks; single marks
count where they stand around words outside of double marks. A mark of the wrong direction
is read by its neighbours, and a missing closing mark ends with the paragraph.
"""

import re
from dataclasses import dataclass

DOUBLE = '"“”„‟«»＂〝〞'
_OPENING = {"“", "„", "«", "``", "‘‘", "‟", "〝"}
_CLOSING = {"”", "»", "’’", "〞"}
# In ''' after a word the first mark closes an inner, single quotation. The pattern begins with
# all characters that a mark begins with, so that the others are passed over quickly.
_MARK = re.compile(
    r"[\"“”„‟«»＂〝〞'`’‘](?:(?<=[\"“”„‟«»＂〝〞])|(?<=[^\s']')(?=''(?!'))|(?<=')'|(?<=`)`"
    r"|(?<=’)’(?!’)|(?<=‘)‘)"
)
#: Where a single mark may open: all others need not be looked at.
_MAY_OPEN = re.compile(r"['‘](?<![^\s(\[—–-]['‘])")
_SINGLE = re.compile(r"[‘’']")
_OPEN_AFTER = frozenset("([{—–-/‘'…:*|\u200b\u00a0[>")
_CLOSE_BEFORE = frozenset(")]}.,;:!?—–-/…’'*|\u200b\u00a0")
_LINE = re.compile(r"[^\n]+")
_SPACE = " \t\u00a0"
_ENDING = frozenset(".!?:;…\"”’'»)]}{")
_TURN = re.compile(r"[ \t\u00a0]*(?:[A-Z][A-Z.’' \u00a0-]*(?:\([^)\n]{0,40}\))?:|[{|*•])")
# Words that begin with an apostrophe and are no opening single mark.
_ELISIONS = ("tis", "twas", "em", "cause", "til", "till", "n", "bout", "round")


@dataclass(slots=True)
class Stretch:
    """A stretch between quotation marks: `start:end` inside, `outer_start:outer_end` with marks.

    `closed` is False when the closing mark is missing; `continued` says that the stretch
    goes on from the paragraph before, which ended without a closing mark.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool = True
    continued: bool = False
    single: bool = False


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs of `text` that hold more than white space, as (start, end)."""
    spans: list[tuple[int, int]] = []
    for match in _LINE.finditer(text):
        start, end = match.span()
        if text[start:end].isspace():
            continue
        if spans and spans[-1][1] == start - 1 and _goes_on(text, start, end):
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _goes_on(text: str, start: int, end: int) -> bool:
    """Say whether the line `start:end` goes on with the sentence of the line before it.

    So where lines are wrapped, and where a link of the web page stood on a line of its own.
    """
    before = start - 2
    while before > 0 and text[before] in _SPACE:
        before -= 1
    if text[before] in _ENDING or text[before].isspace():
        return False
    first = start
    while first < min(end - 1, start + 3) and text[first] in _SPACE:
        first += 1
    if first - start > 2:
        return False  # lines that are indented
    if text[first].islower() or text[first] in ",.;)":
        return True
    spaced = first > start or before < start - 2
    return spaced and not _TURN.match(text, start, min(end, start + 80))


def find_stretches(text: str, spans: list[tuple[int, int]]) -> list[Stretch]:
    """Return the quoted stretches of all paragraphs `spans`, in order, never overlapping."""
    found: list[Stretch] = []
    open_before = False
    for start, end in spans:
        here = _double_stretches(text, start, end)
        if not here or here[0].outer_start > start:
            here = _with_single(text, start, end, here)
        if here and open_before and not text[start : here[0].outer_start].strip():
            here[0].continued = True
        open_before = bool(here) and not here[-1].closed
        found.extend(stretch for stretch in here if text[stretch.start : stretch.end].strip())
    return found


def _direction(text: str, start: int, end: int) -> str:
    """Return "o", "c" or "?" for the mark at `start:end` by its shape and its neighbours."""
    mark = text[start:end]
    if mark in _OPENING:
        return "o"
    if mark in _CLOSING:
        return "c"
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    opens = not before or before.isspace() or before in _OPEN_AFTER
    closes = not after or after.isspace() or after in _CLOSE_BEFORE
    if opens == closes:
        return "?"
    return "o" if opens else "c"


def _double_stretches(text: str, start: int, end: int) -> list[Stretch]:
    found: list[Stretch] = []
    opened: tuple[int, int] | None = None
    for match in _MARK.finditer(text, start, end):
        s, e = match.span()
        if text[s:e] == "'":
            continue
        direction = _direction(text, s, e)
        if opened is None:
            if direction != "c" or _opens_anyway(text, s, e, start, end):
                opened = (s, e)
        elif direction != "o" or _closes_anyway(text, s, e, start, end):
            found.append(Stretch(opened[1], s, opened[0], e))
            opened = None
    if opened is not None and end - opened[1] > 1:
        found.append(Stretch(opened[1], end, opened[0], end, closed=False))
    return found


def _opens_anyway(text: str, s: int, e: int, start: int, end: int) -> bool:
    """Say whether a closing mark stands where only an opening one can."""
    starts_word = e < end and (text[e].isalnum() or text[e] in "[(‘'.…")
    return starts_word and (not text[start:s].strip() if s - start < 4 else text[s - 1].isspace())


def _closes_anyway(text: str, s: int, e: int, start: int, end: int) -> bool:
    """Say whether an opening mark, met while a quotation is open, closes it."""
    if e >= end or text[e].isspace() or text[e] in ",.;:)":
        return True
    return s > start and not text[s - 1].isspace() and text[s - 1] not in "([—–-‘'"


def _with_single(text: str, start: int, end: int, double: list[Stretch]) -> list[Stretch]:
    """Add stretches between single marks, where they lie outside the double ones."""
    if _MAY_OPEN.search(text, start, end) is None:
        return double
    found: list[Stretch] = []
    opened: int | None = None
    pending = [*double, Stretch(end, end, end, end)]
    position = 0
    for match in _SINGLE.finditer(text, start, end):
        s = match.start()
        while s >= pending[position].outer_end and position < len(pending) - 1:
            position += 1
        if s >= pending[position].outer_start:
            opened = None
            continue
        before, after = text[s - 1 : s] if s > start else "", text[s + 1 : s + 2]
        if opened is None:
            if _opens_single(text, s, before, after):
                opened = s
        elif text[s] != "‘" and before and not before.isspace() and not after.isalnum():
            if before == "s" and text[s] == "'" and after == " " and not _closer_likely(text, s):
                continue
            if _worth_single(text, opened, s):
                found.append(Stretch(opened + 1, s, opened, s + 1, single=True))
            opened = None
    return sorted([*double, *found], key=lambda stretch: stretch.start) if found else double


def _opens_single(text: str, s: int, before: str, after: str) -> bool:
    if before and not before.isspace() and before not in "([—–-":
        return False
    if not after or not (after.isalpha() or after in "[…."):
        return False
    if text[s] == "’":
        return False
    word = re.match(r"\w+", text[s + 1 : s + 12])
    return text[s] == "‘" or word is None or word.group().lower() not in _ELISIONS


def _closer_likely(text: str, s: int) -> bool:
    """Say whether the mark after an "s" is no plural possessive: no word of its own follows."""
    return not text[s + 2 : s + 3].islower()


def _worth_single(text: str, start: int, end: int) -> bool:
    """Keep single-marked stretches of curly marks, or of a few words between straight ones."""
    return end - start > 2 and (text[start] == "‘" or " " in text[start:end])
