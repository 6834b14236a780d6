"""Contents: what each cue attributes - quotations with their speech tags, and clauses."""

from dataclasses import dataclass

from stance.quotes import lexicon as lex
from stance.quotes.cues import Cue, sentence_subject
from stance.quotes.marks import Stretch
from stance.quotes.phrases import Phrase, phrase_after, subject_before
from stance.quotes.tokens import Doc

_TAG_REACH = 45  # tokens from a closing mark to the cue that tags it


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


@dataclass(frozen=True, slots=True)
class Tag:
    """A speech tag beside a quotation: rule, the cue's tokens, the speaker's phrase."""

    rule: str
    cue_first: int
    cue_last: int
    speaker: Phrase | None


def trimmed(doc: Doc, stretch: Stretch) -> tuple[int, int]:
    """Return the stretch's inner offsets without white space at the ends."""
    start, end = stretch.start, stretch.end
    while start < end and doc.text[start].isspace():
        start += 1
    while end > start and doc.text[end - 1].isspace():
        end -= 1
    return start, end


def tag_after(doc: Doc, stretch: Stretch, cues: dict[int, Cue], high: int) -> Tag | None:
    """Return the speech tag right after the quotation: "..., " she said / said the minister."""
    i = doc.token_at(stretch.outer_end - 1)
    while i < high and doc.ends[i] <= stretch.outer_end:
        i += 1
    last = doc.text[stretch.end - 1 : stretch.end]
    comma = last in ",?!—-…–" or (stretch.single and last != ".")
    if i < high and doc.words[i] in (",", "—", "–", "-"):
        comma = True
        i += 1
    if i >= high:
        return None
    if doc.lower[i] == "according" and i + 1 < high and doc.lower[i + 1] == "to":
        return Tag("according-to", i, i + 2, phrase_after(doc, i + 2, high))
    words = stretch.end - stretch.start > 30
    if not comma and not words and last != ".":
        return None
    for k in range(i, min(high, i + _TAG_REACH)):
        if doc.words[k] in '.;:“"!?' and k > i:
            return None
        cue = cues.get(k)
        if cue is None or cue.tense == "ing":
            continue
        tag = _inverted(doc, cue, i, high) if cue.first <= i + 1 else None
        if tag is None:
            subject = subject_before(doc, cue.first, i)
            if subject is None or subject.first - i > 1:
                continue
            if subject.first > i and doc.lower[i] not in lex.STOPS:
                continue
            tag = Tag("tag-after", cue.first, cue.last, subject)
        if last == "." and not comma and not _ends_soon(doc, tag, high):
            return None
        return tag
    return None


def _inverted(doc: Doc, cue: Cue, i: int, high: int) -> Tag | None:
    if cue.verb != i and doc.lower[i] not in lex.ADVERBS:
        return None
    at = cue.last
    if at < high and doc.lower[at] in lex.JOINING:
        return None
    speaker = phrase_after(doc, at, high)
    if speaker is None:
        return None
    return Tag("inverted-tag", cue.first, cue.last, speaker)


def _ends_soon(doc: Doc, tag: Tag, high: int) -> bool:
    """Say whether a tag after a full stop is one: the sentence ends after a few words."""
    at = max(tag.cue_last, tag.speaker.last if tag.speaker else 0)
    for k in range(at, min(high, at + 6)):
        if doc.words[k] in ".,;:":
            return True
    return at >= high


def tag_before(doc: Doc, stretch: Stretch, cues: dict[int, Cue], low: int) -> Tag | None:
    """Return the speech tag right before the quotation: She said, "..." / wrote: "..."."""
    mark = doc.token_at(stretch.outer_start)
    i = mark - 1
    if i < low:
        return None
    colon = doc.words[i] == ":"
    comma = doc.words[i] in (",", "—", "–", "-")
    if colon or comma:
        i -= 1
    first = doc.text[stretch.start : stretch.start + 1]
    full = first.isupper() or first in "[.…‘'" or stretch.end - stretch.start > 60
    for k in range(i, max(low - 1, i - 30), -1):
        cue = cues.get(k)
        if cue is None:
            if doc.words[k] == "," and not (colon or comma):
                return None
            continue
        gap = i - k
        if gap > 0 and not (colon or (comma and full)):
            return None
        if gap == 0 and not (colon or comma or full) and cue.base not in ("say", "add", "write"):
            return None
        if comma and not full and gap > 0:
            return None
        return Tag("tag-before", cue.first, cue.last, cue.subject)
    if i >= 1 and colon:
        for k in range(i, max(low, i - 30), -1):
            if doc.lower[k] == "to" and doc.lower[k - 1] == "according":
                return Tag("according-to", k - 1, k + 1, phrase_after(doc, k + 1, mark))
        subject = sentence_subject(doc, mark - 1, low)
        return Tag("colon", mark - 1, mark, subject)
    if comma and full:
        for k in range(i, max(low, i - 20), -1):
            if doc.lower[k] == "to" and doc.lower[k - 1] == "according":
                return Tag("according-to", k - 1, k + 1, phrase_after(doc, k + 1, mark))
    return None
