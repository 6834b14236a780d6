"""Quotations without a speech tag: the speaker that the text hands over to them."""

from bisect import bisect_right

from stance.quotes import lexicon as lex
from stance.quotes.boundaries import content_end
from stance.quotes.contents import Found, content, title_like, trimmed
from stance.quotes.cues import Cue
from stance.quotes.phrases import Phrase
from stance.quotes.subjects import sentence_subject, subject_before
from stance.quotes.tags import DASHES, signature
from stance.quotes.tokens import Doc
from stance.quotes.verbgroups import group_start
from stance.quotes.verbs import CUE_FORMS, QUOTING

_FEW_WORDS = 4  # a free fragment of fewer words is a title, a slogan or a scare quote


def untagged(
    doc: Doc, done: dict[int, Found], covered: set[int], clauses: list[Found], cues: list[Cue]
) -> list[Found]:
    """Give quotations without a tag the speaker that the text hands over to them.

    Whole ones go into `done`; returned are the mixed sentences around free fragments.
    """
    free: list[Found] = []
    spans = sorted((f.start, f.end) for f in [*clauses, *done.values()])
    spoken: dict[int, Found] = {}
    for item in sorted([*clauses, *done.values()], key=lambda f: f.start):
        spoken[doc.sent[doc.token_at(item.start)]] = item
    for n, stretch in enumerate(doc.stretches):
        if n in done or n in covered or _inside(spans, stretch.start):
            continue
        token = doc.token_at(stretch.outer_start)
        if is_whole(doc, n, token):
            item = _handed_over(doc, n, token, done, spoken)
            done[n] = item
            spoken[doc.sent[token]] = item
            continue
        fragment = _near_fragment(doc, n, token, done, cues) or _free_fragment(doc, token, spoken)
        if fragment is not None and clashes(spans, fragment):
            fragment = None
        if fragment is not None and not (free and free[-1].end > fragment.start):
            free.append(fragment)
            spoken[doc.sent[token]] = fragment
    return free


def _inside(spans: list[tuple[int, int]], offset: int) -> bool:
    at = bisect_right(spans, (offset, offset)) - 1
    return at >= 0 and spans[at][1] > offset


def is_whole(doc: Doc, n: int, token: int) -> bool:
    """Say whether a stretch is a sentence or more, not a fragment in another's sentence."""
    start, end = trimmed(doc, doc.stretches[n])
    first = doc.text[start]
    if not (first.isupper() or first in "[.…$‘'" or first.isdigit()):
        return False
    if token != doc.sentence_first[doc.sent[token]]:
        return False
    after = doc.token_range(0, doc.stretches[n].outer_end)[1]
    if (
        after < len(doc.words)
        and doc.sent[after] == doc.sent[token]
        and doc.words[after][0].islower()
        and doc.text[end - 1] not in ".,?!"
    ):
        return False
    words = doc.text.count(" ", start, end) + 1
    return words >= _FEW_WORDS or doc.text[end - 1] in ".!?"


def _handed_over(
    doc: Doc, n: int, token: int, done: dict[int, Found], spoken: dict[int, Found]
) -> Found:
    """Return an untagged quotation with the speaker of the words before it."""
    start, end = trimmed(doc, doc.stretches[n])
    item = Found(start, end, "direct", "handover")
    sentence, paragraph = doc.sent[token], doc.para[token]
    back = n - 1
    while back >= 0 and n - back < 4 and back not in done:
        back -= 1
    previous = done.get(back)
    if previous is not None and doc.stretches[n].continued:
        return Found(start, end, "direct", "continued", previous.cue, previous.speaker, back)
    if sentence == 0:
        return item
    if doc.para[doc.sentence_first[sentence - 1]] != paragraph:
        if doc.text[doc.sentences[sentence - 1][1] - 1] == ":":
            return _after_colon(doc, token, item)
        return _signed(doc, n, item)
    if previous is not None:
        last = doc.sent[doc.token_at(doc.stretches[back].end)]
        if last >= sentence - 1:
            rule, speaker = "same-paragraph", previous.speaker
            if previous.rule == "handover":
                rule = "handover"
            return Found(start, end, "direct", rule, previous.cue, speaker, back)
    before = spoken.get(sentence - 1)
    if before is not None and (before.rule == "final-tag" or person_like(doc, before.speaker)):
        return Found(start, end, "direct", "sentence-before", before.cue, before.speaker)
    if doc.text[slice(*doc.sentences[sentence - 1])].isupper():
        item.rule = "untagged"  # under a headline nobody has spoken yet
        return item
    subject = sentence_subject(doc, token, doc.sentence_first[sentence - 1])
    if person_like(doc, subject):
        return Found(start, end, "direct", "subject-before", None, subject)
    if previous is not None and doc.para[doc.token_at(doc.stretches[back].start)] == paragraph:
        return Found(start, end, "direct", "same-paragraph", previous.cue, previous.speaker)
    return item


def _after_colon(doc: Doc, token: int, item: Found) -> Found:
    """Give a paragraph's quotation the subject of the sentence that ends in a colon before it."""
    begin = doc.sentence_first[doc.sent[token] - 1]
    for k in range(token - 2, begin, -1):
        form = CUE_FORMS.get(doc.lower[k])
        if form is not None and form.base in QUOTING and doc.inside[k] < 0:
            item.cue = (k, k + 1)
            item.speaker = subject_before(doc, group_start(doc, k, begin), begin)
            break
    if item.speaker is None:
        item.speaker = sentence_subject(doc, token - 1, begin)
    item.rule = "colon-before"
    return item


def _signed(doc: Doc, n: int, item: Found) -> Found:
    """Give a quotation the name that signs it on the next line."""
    token = doc.token_range(0, doc.stretches[n].outer_end)[1]
    if token + 1 < len(doc.words) and doc.words[token] in DASHES:
        tag = signature(doc, token + 1, min(len(doc.words), token + 14))
        if tag is not None:
            item.rule, item.speaker = "signed", tag.speaker
    return item


def person_like(doc: Doc, phrase: Phrase | None) -> bool:
    """Say whether a phrase can be a person that goes on speaking."""
    if phrase is None:
        return False
    if phrase.sort == "pronoun":
        return doc.lower[phrase.first].split("'")[0] in ("he", "she", "who")
    head = doc.lower[phrase.head_last - 1]
    if phrase.sort == "noun":
        return head in lex.ROLES
    return not (
        head in lex.PLACES or head in lex.ORGANISATION_WORDS or head in lex.PEOPLES
        or head in lex.GROUP_WORDS or doc.words[phrase.head_last - 1].isupper()
        or (phrase.head_last - phrase.head_first == 1
            and doc.lower[phrase.head_first].endswith("ly"))
    )  # fmt: skip


def clashes(spans: list[tuple[int, int]], item: Found) -> bool:
    """Say whether a content reaches into one of the sorted `spans`."""
    at = bisect_right(spans, (item.end, -1)) - 1
    return at >= 0 and spans[at][1] > item.start


def _extend(doc: Doc, item: Found, n: int) -> None:
    """Let a content go on to stretch n: "a bad deal" and "a worse one" are one content."""
    opening = doc.token_at(item.start)
    if doc.inside[opening] >= 0:
        item.start = doc.stretches[doc.inside[opening]].outer_start
    item.end = doc.stretches[n].outer_end
    item.kind = "mixed"


def _near_fragment(
    doc: Doc, n: int, token: int, done: dict[int, Found], cues: list[Cue]
) -> Found | None:
    """Return a fragment that stands in the sentence of a cue, with that cue's speaker."""
    start, end = trimmed(doc, doc.stretches[n])
    if " " not in doc.text[start:end] or title_like(doc.text[start:end]):
        return None
    sentence = doc.sent[token]
    previous = done.get(n - 1)
    if previous is not None and previous.speaker is not None:
        gap = doc.token_at(doc.stretches[n - 1].outer_end - 1)
        if doc.sent[gap] == sentence and token - gap <= 4 and previous.start < start:
            _extend(doc, previous, n)
            return None
    first, last = doc.sentence_tokens(sentence)
    near: Cue | None = None
    for k in range(bisect_right(cues, first - 1, key=lambda c: c.verb), len(cues)):
        if cues[k].verb >= last or (near is not None and cues[k].verb > token):
            break
        if cues[k].base in QUOTING and cues[k].subject is not None:
            near = cues[k]
    if near is None:
        return None
    begin = near.last if near.last <= token and token - near.last < 45 else token
    stop = doc.token_range(0, doc.stretches[n].outer_end)[1]
    high = content_end(doc, stop - 1, last, "np")
    return content(doc, begin, max(stop, high), "near-cue", near, near.subject)


def _free_fragment(doc: Doc, token: int, spoken: dict[int, Found]) -> Found | None:
    """Return the sentence around a fragment that goes on what its neighbour reports."""
    sentence = doc.sent[token]
    if sentence == 0 or doc.para[doc.sentence_first[sentence - 1]] != doc.para[token]:
        return None
    if sentence in spoken:
        return None
    before = spoken.get(sentence - 1)
    if before is not None:
        speaker = before.speaker
    else:
        speaker = sentence_subject(doc, token, doc.sentence_first[sentence - 1])
    if not person_like(doc, speaker):
        return None
    begin, end = doc.sentence_tokens(sentence)
    quoted = 0
    for i in range(begin, end):
        quoted += doc.inside[i] >= 0 and doc.words[i][0].isalnum()
        if quoted == _FEW_WORDS:
            break
    if quoted < _FEW_WORDS:
        return None
    item = content(
        doc, begin, end, "free-fragment", Cue(begin, begin, begin, "", "", begin), speaker
    )
    if item is not None:
        item.cue = None
    return item
