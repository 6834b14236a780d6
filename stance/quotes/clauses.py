"""Clauses that a cue attributes: indirect speech, and speech mixed of own and quoted words."""

from bisect import bisect_right

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.boundaries import content_end
from stance.quotes.contents import Found
from stance.quotes.cues import Cue
from stance.quotes.frames import complement
from stance.quotes.phrases import Phrase, phrase_before
from stance.quotes.subjects import whole_start
from stance.quotes.tokens import Doc
from stance.quotes.verbgroups import BE
from stance.quotes.verbs import EVIDENTIAL, FINAL, INVERTING, NOUNS, QUOTING, TELLING

_INTENDING = frozenset("continue promise vow pledge ask decline hope claim find".split())
_TELLS = frozenset("said says told tells added wrote reported".split())
#: How a cue is used -> the first half of the rule's name.
_WAYS = {"finite": "clause", "base": "clause", "ing": "clause", "passive": "passive",
         "adjective": "adjective", "noun": "noun"}  # fmt: skip
_CLOSING = frozenset(".!?,;:—–-")


def clause_contents(doc: Doc, cues: list[Cue], taken: list[tuple[int, int]]) -> list[Found]:
    """Return the contents of the cues that tag no quotation.

    `taken` are the character spans of the quotations that have a tag, in order; no content
    reaches into them.
    """
    found: list[Found] = []
    limit = 0
    opened = [f for f in _according(doc, opening=True) if not _overlaps(taken, f)]
    taken = sorted([*taken, *((f.start, f.end) for f in opened)])
    for n, cue in enumerate(cues):
        if doc.starts[cue.verb] < limit:
            continue
        item = _final_tag(doc, cue)
        if item is not None and not _overlaps(taken, item):
            rest = _rest(doc, cue, item, len(found))
            if rest is not None and not _overlaps(taken, rest):
                found += [item, rest]
                limit = rest.end
                continue
        item = item or _clause(doc, cue, _later(cues, n, doc))
        if item is None or _overlaps(taken, item):
            continue
        found.append(item)
        limit = max(limit, item.end)
    spans = sorted([*taken, *((f.start, f.end) for f in found)])
    found += [item for item in _according(doc, opening=False) if not _overlaps(spans, item)]
    return found + opened


def _overlaps(spans: list[tuple[int, int]], item: Found) -> bool:
    at = bisect_right(spans, (item.end, -1)) - 1
    return at >= 0 and spans[at][1] > item.start


def _later(cues: list[Cue], n: int, doc: Doc) -> list[Cue]:
    """Return the next cues of the same sentence, at most eight."""
    sentence = doc.sent[cues[n].verb]
    later = []
    for cue in cues[n + 1 : n + 9]:
        if doc.sent[cue.verb] != sentence:
            break
        later.append(cue)
    return later


def _final_tag(doc: Doc, cue: Cue) -> Found | None:
    """Return the sentence before a tag at its end: "..., Smith said (on Monday)."."""
    first, last = doc.sentence_tokens(doc.sent[cue.verb])
    if (
        cue.tense == "ing"
        or cue.first <= first + 2
        or cue.base not in FINAL
        or cue.sort in ("noun", "passive")
    ):
        return None
    subject = _tagging_subject(doc, cue, first)
    after = cue.last
    if subject is None:
        inverted = phrase_after(doc, cue.last, last)
        if inverted is None or cue.base not in INVERTING:
            return None
        alone = cue.base == "say" and (inverted.last >= last - 1 or _apposed(doc, inverted, cue))
        if cue.subject is not None and not alone:
            return None
        subject, head, after = inverted, cue.first, inverted.last
    else:
        head = whole_start(doc, subject.first, first)
    comma = head - 1
    if comma <= first or not _tag_ends(doc, after, last, cue):
        return None
    quoted = doc.inside[comma] >= 0
    if doc.words[comma] != "," and not (quoted and doc.text[doc.starts[comma] - 1] in ",?!"):
        return None
    end = comma + 1 if quoted else comma
    begin = first
    if doc.inside[begin] >= 0 and doc.inside[begin] == doc.inside[end - 1]:
        return None
    if doc.lower[begin] in ("but", "and", "yet", "still") and end - begin > 3:
        begin += 1
    if end - begin < 1:
        return None
    return content(doc, begin, end, "final-tag", cue, subject)


def _apposed(doc: Doc, speaker: Phrase, cue: Cue) -> bool:
    """Say whether the name after ", said" goes on with an apposition: "said Jane Roe, a judge"."""
    person = speaker.sort == "name" and speaker.head_last - speaker.head_first >= 2
    after = doc.lower[speaker.last + 1] if speaker.last + 1 < len(doc.words) else ""
    role = after in ("a", "an", "the", "who") or after in lex.ROLES
    return person and doc.words[cue.first - 1] == "," and doc.words[speaker.last] == "," and role


def _rest(doc: Doc, cue: Cue, item: Found, group: int) -> Found | None:
    """Return what goes on after a tag amid a sentence: "X, she said, is Y"."""
    _, last = doc.sentence_tokens(doc.sent[cue.verb])
    stop = max(cue.last, item.speaker.last if item.speaker is not None else 0)
    while stop < last and doc.words[stop] != ",":
        stop += 1
    if stop >= last - 2 or doc.lower[stop + 1].endswith("ing"):
        return None
    if doc.lower[stop + 1] in BE and any(doc.lower[k] in NOUNS for k in range(stop, stop + 4)
                                         if k < last):  # fmt: skip
        return None  # ", she said, was a warning that": the noun's own content follows
    inverted = item.speaker is not None and item.speaker.first >= cue.last
    if inverted and (doc.lower[stop + 1] in ("a", "an", "the", "who") or
                     doc.lower[stop + 1] in lex.ROLES):  # fmt: skip
        return None  # "said Jane Roe, a judge": an apposition
    begin = stop + 1
    end = content_end(doc, begin, last, "bare")
    teller = phrase_after(doc, begin, last)
    if teller is not None and teller.last < last and doc.lower[teller.last] in _TELLS:
        return None  # ", Roe told the committee": a tag of its own
    rest = content(doc, begin, end, "final-tag", cue, item.speaker)
    if rest is not None:
        rest.group = group
    return rest


def _tag_ends(doc: Doc, after: int, last: int, cue: Cue) -> bool:
    """Say whether only an adverbial or the listener follows the tag until the sentence ends."""
    if after >= last - 1:
        return True
    word = doc.lower[after]
    if word == "to" and cue.base in _INTENDING:
        return False  # "In May, Roe continued to hope": no tag
    adverb = word in _ADVERBIAL or (word in lex.ADVERBS and word not in _QUANTIFYING)
    listener = doc.words[after] == "," or cue.base in TELLING
    if not (word in lex.JOINING or word in lex.WEEKDAYS or adverb or listener):
        return False
    stop = after
    while stop < last and stop - after < 16 and doc.words[stop] not in ",;:":
        if doc.inside[stop] >= 0 or doc.lower[stop] == "that":
            return False
        stop += 1
    return stop >= last - 1 or doc.words[stop] == ","


_QUANTIFYING = frozenset("first only both all almost very quite rather".split())
_ADVERBIAL = frozenset(
    "last this earlier later recently when while after before during as via yesterday today".split()
)


def _tagging_subject(doc: Doc, cue: Cue, first: int) -> Phrase | None:
    """Return the subject right before the cue that itself follows a comma or a closing mark."""
    return phrase_before(doc, cue.first, max(first, cue.low))


def _clause(doc: Doc, cue: Cue, later: list[Cue]) -> Found | None:
    """Return the content that follows the cue."""
    frame = complement(doc, cue)
    if frame is None:
        return None
    _, last = doc.sentence_tokens(doc.sent[cue.verb])
    begin, sort, key = frame
    starts = {
        whole_start(doc, c.subject.first, begin)
        for c in later
        if c.sort == "finite" and c.base in INVERTING and c.subject is not None
    }
    end = content_end(doc, begin, last, sort, starts)
    following = later[0] if later else None
    if end <= begin:
        return None
    if cue.base in EVIDENTIAL and _quote_between(doc, begin, end):
        return None
    if (
        (sort in ("quote", "np") or cue.base not in QUOTING)
        and following is not None
        and following.verb < end
        and _quote_between(doc, following.verb, end)
        and not _quote_between(doc, begin, following.verb)
    ):
        return None  # the cue nearest to a quoted fragment owns it
    subject = cue.subject
    if subject is None and cue.sort not in ("passive", "noun") and cue.base not in EVIDENTIAL:
        return None
    return content(doc, begin, end, f"{_WAYS[cue.sort]}-{key}", cue, subject)


def _quote_between(doc: Doc, begin: int, end: int) -> bool:
    return any(doc.inside[i] >= 0 for i in range(begin, end))


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
    kind = "mixed" if _quote_between(doc, begin, end) else "indirect"
    return Found(start, stop, kind, rule, cue_span, speaker, attribution=cue.attribution)


def _according(doc: Doc, *, opening: bool) -> list[Found]:
    """Return the contents of "according to": the rest of its sentence.

    `opening`: of those that open their sentence, else of the others.
    """
    found = []
    for i, word in enumerate(doc.lower[:-2]):
        if word != "according" or doc.inside[i] >= 0 or doc.lower[i + 1] != "to":
            continue
        first, last = doc.sentence_tokens(doc.sent[i])
        if (i == first) != opening:
            continue
        phrase = phrase_after(doc, i + 2, last)
        if phrase is None:
            continue
        cue = Cue(i, i, i + 2, "according", "", first)
        if i == first:
            k = phrase.last
            while k < last and doc.words[k] != ",":
                k += 1
            item = content(doc, k + 1, last, "according-to", cue, phrase) if k < last - 2 else None
        else:
            item = content(doc, first, i, "according-to", cue, phrase)
        if item is not None:
            found.append(item)
    return found
