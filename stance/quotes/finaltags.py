"""Tags at the end or amid a sentence without marks: "..., Smith said (on Monday)"."""

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.boundaries import content_end
from stance.quotes.contents import Found, content
from stance.quotes.cues import Cue
from stance.quotes.phrases import Phrase, phrase_before
from stance.quotes.subjects import whole_start
from stance.quotes.tokens import Doc
from stance.quotes.verbgroups import BE
from stance.quotes.verbs import FINAL, INVERTING, NOUNS, TELLING

_INTENDING = frozenset("continue promise vow pledge ask decline hope claim find".split())


_TELLS = frozenset("said says told tells added wrote reported".split())


_QUANTIFYING = frozenset("first only both all almost very quite rather".split())


_ADVERBIAL = frozenset(
    "last this earlier later recently when while after before during as via yesterday today".split()
)


def final_tag(doc: Doc, cue: Cue) -> Found | None:
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


def rest_after(doc: Doc, cue: Cue, item: Found, group: int) -> Found | None:
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
    if doc.lower[stop + 1] in ("although", "though") and doc.lower[stop + 2] in lex.PRONOUNS:
        return None  # ", she said, although she had not seen it": the writer's own words
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


def _tagging_subject(doc: Doc, cue: Cue, first: int) -> Phrase | None:
    """Return the subject right before the cue that itself follows a comma or a closing mark."""
    return phrase_before(doc, cue.first, max(first, cue.low))
