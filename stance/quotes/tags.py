"""Speech tags: the words beside a quotation that say whose it is.

"..., " she said.      "..., " said the minister, ...      She said, "..."
"..., " according to the ministry.                         The minister wrote: "..."
"""

from dataclasses import dataclass

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.cues import Cue
from stance.quotes.marks import Stretch
from stance.quotes.phrases import Phrase
from stance.quotes.subjects import sentence_subject, subject_before
from stance.quotes.tokens import Doc
from stance.quotes.verbs import CUE_FORMS, INVERTING, NAMING, NO_TAG, QUOTING, TELLING

_REACH = 45  # tokens from a closing mark to the cue that tags it
_BACK = 30  # tokens from an opening mark back to the cue
DASHES = frozenset("— – - -- ― ~".split())
# Verbs that after "...?" or "...!" begin a new sentence of the narrator.
_NEW_SENTENCE = frozenset("put shot began went called".split())
_CONJUNCTIONS = frozenset("and but while as or because when if that which who so then".split())


@dataclass(frozen=True, slots=True)
class Tag:
    """A speech tag beside a quotation: rule, the cue's tokens, the speaker's phrase.

    `gap` counts the words between the cue and the mark.
    """

    rule: str
    cue_first: int
    cue_last: int
    speaker: Phrase | None
    gap: int = 0


def tag_after(doc: Doc, stretch: Stretch, cues: dict[int, Cue], high: int) -> Tag | None:
    """Return the speech tag right after the quotation, reading no token from `high` on."""
    i = doc.token_at(stretch.outer_end - 1)
    while i < high and doc.ends[i] <= stretch.outer_end:
        i += 1
    last = doc.text[stretch.end - 1 : stretch.end]
    comma = last in ",?!—-…–" or (stretch.single and last != ".")
    if i < high and (doc.words[i] == "," or doc.words[i] in DASHES):
        comma = True
        i += 1
        signed = signature(doc, i, high) if doc.words[i - 1] != "," else None
        if signed is not None:
            return signed
    if i >= high or doc.lower[i] in _CONJUNCTIONS:
        return None
    if doc.words[i] == "according" and i + 1 < high and doc.lower[i + 1] == "to":
        return Tag("according-to", i, i + 2, phrase_after(doc, i + 2, high))
    if not comma and last != "." and stretch.end - stretch.start <= 30:
        return None
    if not comma and (doc.lower[i] in lex.JOINING or doc.lower[i] in ("that", "as", "is", "was")):
        return None
    tag = _first_tag(doc, cues, i, high)
    if tag is None and last == "," and stretch.end - stretch.start > 20:
        tag = _loose_tag(doc, i, high)
    if tag is None:
        return None
    if last != "," and not _firm(doc, tag, comma, last, high):
        return None
    return tag


def signature(doc: Doc, i: int, high: int) -> Tag | None:
    """Return the name after a dash that signs a quotation: "..." - Jane Roe, Springfield."""
    speaker = phrase_after(doc, i, high)
    if speaker is None or speaker.sort != "name" or speaker.first != i:
        return None
    goes_on = speaker.last < high and doc.para[speaker.last] == doc.para[i]
    if goes_on and doc.words[speaker.last] not in ".,(—–-[":
        return None
    return Tag("signed", i - 1, i, speaker)


def _firm(doc: Doc, tag: Tag, comma: bool, last: str, high: int) -> bool:
    """Say whether what follows a quotation without a comma is a tag, not a new sentence."""
    if last == "." and not comma:
        return _ends_soon(doc, tag, high)
    return last not in "?!" or doc.lower[tag.cue_last - 1] not in _NEW_SENTENCE


def _first_tag(doc: Doc, cues: dict[int, Cue], i: int, high: int) -> Tag | None:
    depth = 0
    for k in range(i, min(high, i + _REACH)):
        word = doc.words[k]
        depth += (word == "(") - (word == ")")
        if doc.inside[k] >= 0 or doc.sent[k] != doc.sent[i] or (not depth and word in ";:"):
            return None
        cue = cues.get(k)
        if cue is None or cue.tense == "ing" or cue.base in NO_TAG:
            continue
        if k <= i + 1:
            inverted = _inverted(doc, cue, i, high)
            if inverted is not None:
                return inverted
        subject = subject_before(doc, cue.first, i)
        if subject is not None and _plain(doc, i, subject.first):
            return Tag("tag-after", cue.first, cue.last, subject)
    return None


def _plain(doc: Doc, i: int, first: int) -> bool:
    """Say whether only words of the speaker's own phrase stand between i and its start."""
    if first - i > 9:
        return False
    return all(
        doc.words[k][0].isalnum() and (k == i or doc.lower[k] not in lex.STOPS)
        for k in range(i, first)
    )


def _loose_tag(doc: Doc, i: int, high: int) -> Tag | None:
    """After a comma inside the marks, the first phrase speaks, however far its verb is."""
    speaker = phrase_after(doc, i, high)
    if speaker is None or (speaker.sort == "noun" and doc.lower[i] not in lex.DETERMINERS):
        return None
    if speaker.last < high and doc.lower[speaker.last].endswith("ed"):
        return Tag("loose-tag", speaker.last, speaker.last + 1, speaker)
    for k in range(speaker.last, min(high, speaker.last + 25)):
        form = CUE_FORMS.get(doc.lower[k])
        if form is not None and form.base in QUOTING and form.base not in NO_TAG:
            return Tag("loose-tag", k, k + 1, speaker)
        if doc.inside[k] >= 0 or doc.sent[k] != doc.sent[i]:
            return None
    return None


def _inverted(doc: Doc, cue: Cue, i: int, high: int) -> Tag | None:
    if cue.verb != i and doc.lower[i] not in lex.ADVERBS:
        return None
    if cue.last < high and doc.lower[cue.last] in lex.JOINING:
        return None
    speaker = phrase_after(doc, cue.last, high)
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
    """Return the speech tag right before the quotation, reading no token below `low`."""
    mark = doc.token_at(stretch.outer_start)
    i = mark - 1
    if i < low:
        return None
    colon = doc.words[i] == ":"
    comma = doc.words[i] == "," or doc.words[i] in DASHES
    if colon or comma:
        i -= 1
    first = doc.text[stretch.start : stretch.start + 1]
    full = first.isupper() or first in "[.…‘'" or stretch.end - stretch.start > 60
    for k in range(i, max(low - 1, i - _BACK), -1):
        according = doc.lower[k] == "to" and k > low and doc.lower[k - 1] == "according"
        if according and (colon or (comma and full)):
            return Tag("according-to", k - 1, k + 1, phrase_after(doc, k + 1, mark))
        cue = cues.get(k)
        if cue is None:
            if doc.words[k] == "," and not (colon or comma):
                return None
            continue
        speaker = cue.subject
        if speaker is None and cue.base in INVERTING and not cue.passive:
            inverted = phrase_after(doc, cue.last, mark)
            if inverted is not None and inverted.last >= i:
                speaker = inverted
                return Tag("inverted-before", cue.first, cue.last, speaker)
        gap = i - k
        if gap > 0 and not (colon or (comma and full)):
            return None
        if cue.base in NAMING and not colon:
            return None
        if gap > 0 and not colon and not _adverbial_gap(doc, cue, k + 1):
            return None
        if gap == 0 and not (colon or comma or full) and cue.base not in ("say", "add", "write"):
            return None
        return Tag("tag-before", cue.first, cue.last, speaker, gap)
    if i >= 1 and colon and i >= low:
        return Tag("colon", mark - 1, mark, sentence_subject(doc, mark - 1, low), 99)
    return None


_GAP_STARTS = (
    lex.JOINING
    | lex.ADVERBS
    | lex.WEEKDAYS
    | frozenset(
        "last this earlier later after during when as while before about via recently it".split()
    )
)


def _adverbial_gap(doc: Doc, cue: Cue, k: int) -> bool:
    """Say whether the words between a cue and a quotation are no clause of its content."""
    return cue.base in TELLING or doc.lower[k] in _GAP_STARTS or doc.lower[k] == "out"


def best_tag(before: Tag | None, after: Tag | None, comma: bool) -> Tag | None:
    """Choose between the tags on both sides; a comma inside the marks points after them."""
    if before is None or after is None:
        return before or after
    if comma or before.rule == "colon" or before.gap > 3:
        return after
    return before
