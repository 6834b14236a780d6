"""Quotations with a speech tag: each stretch between marks, and the sentence it stands in."""

import re

from stance.quotes.boundaries import content_end
from stance.quotes.contents import Found, content, trimmed
from stance.quotes.cues import Cue
from stance.quotes.phrases import Phrase
from stance.quotes.tags import Tag, best_tag, tag_after, tag_before
from stance.quotes.tokens import Doc
from stance.quotes.verbs import QUOTING

_LABEL = re.compile(r"\s*([A-Z][A-Z’'\-]{2,}(?: [A-Z][A-Z’'\-]+){0,2}):\s+(?=\S)")


_STARTERS = frozenset("but and yet still so".split())


_TRAILING = frozenset("and but while as after before when during according".split())


def tagged(doc: Doc, cues: list[Cue]) -> tuple[dict[int, Found], set[int], set[int]]:
    """Return the contents of stretches that have a speech tag.

    By index of the stretch, with the tokens of the cues used, and the stretches that lie in
    the content of another one.
    """
    verbs = {c.verb: c for c in cues if c.base in QUOTING and c.sort != "noun"}
    done: dict[int, Found] = {}
    used: set[int] = set()
    covered: set[int] = set()
    for n, stretch in enumerate(doc.stretches):
        if n in covered:
            continue
        label = _LABEL.match(doc.text, stretch.start, stretch.end)
        if label is not None:
            done[n] = _labelled(doc, n, label)
            continue
        if stretch.continued and n - 1 in done and done[n - 1].rule == "labelled":
            start, end = trimmed(doc, stretch)
            done[n] = Found(start, end, "direct", "labelled", None, done[n - 1].speaker)
            continue
        low, high = _room(doc, n)
        opening = doc.token_at(stretch.outer_start)
        sentence = doc.sentence_first[doc.sent[opening]]
        after = tag_after(doc, stretch, verbs, high)
        before = tag_before(doc, stretch, verbs, max(low, sentence))
        tag = best_tag(before, after, doc.text[stretch.end - 1] == ",")
        if tag is None:
            continue
        used.update(range(tag.cue_first, tag.cue_last))
        if tag is after and _mid_sentence(doc, opening, max(low, sentence)):
            done[n] = _mixed(doc, n, tag, covered, sentence)
        elif tag is before and _broken(done.get(n - 1), tag):
            done[n] = _direct(doc, n, tag)
            done[n].speaker, done[n].group = done[n - 1].speaker, n - 1
        elif tag is before and _goes_on(doc, n, high):
            done[n] = _mixed_on(doc, n, tag, covered)
        else:
            done[n] = _direct(doc, n, tag)
    return done, used, covered


def _labelled(doc: Doc, n: int, label: re.Match[str]) -> Found:
    """Return a transcript's turn that is printed between marks: "ROE: We agreed to it."."""
    first, last = doc.token_range(*label.span(1))
    speaker = Phrase(first, last, first, last, "name")
    start, end = trimmed(doc, doc.stretches[n])
    start = label.end()
    return Found(start, max(start, end), "direct", "labelled", (last, last + 1), speaker)


def _broken(previous: Found | None, tag: Tag) -> bool:
    """Say whether a tag stands amid one quotation: "..., " she said, "..."."""
    return previous is not None and previous.cue == (tag.cue_first, tag.cue_last)


def _goes_on(doc: Doc, n: int, high: int) -> bool:
    """Say whether the sentence goes on after the closing mark, in the speaker's own words."""
    stretch = doc.stretches[n]
    i = doc.token_range(0, stretch.outer_end)[1]
    if i >= high or doc.text[stretch.end - 1] in ",.?!":
        return False
    return doc.words[i][0].islower() and doc.lower[i] not in _TRAILING


def _mixed_on(doc: Doc, n: int, tag: Tag, covered: set[int]) -> Found:
    """Return the quotation with the words after it that end its sentence."""
    stretch = doc.stretches[n]
    begin, end = doc.token_range(stretch.outer_start, stretch.outer_end)
    last = doc.sentence_tokens(doc.sent[begin])[1]
    stop = content_end(doc, end - 1, last, "np")
    for m in range(n + 1, min(len(doc.stretches), n + 4)):
        if doc.token_at(doc.stretches[m].outer_start) < stop:
            covered.add(m)
    cue = Cue(tag.cue_first, tag.cue_first, tag.cue_last, "", "", begin)
    item = content(doc, begin, stop, tag.rule, cue, tag.speaker)
    return item if item is not None else _direct(doc, n, tag)


def _room(doc: Doc, n: int) -> tuple[int, int]:
    """Return the tokens around stretch n up to the stretches beside it or its paragraph's ends."""
    stretch = doc.stretches[n]
    start, end = doc.paragraphs[doc.para[doc.token_at(stretch.start)]]
    if n and doc.stretches[n - 1].outer_end > start:
        start = doc.stretches[n - 1].outer_end
    if n + 1 < len(doc.stretches):
        end = min(end, doc.stretches[n + 1].outer_start)
    return doc.token_range(start, end)


def _direct(doc: Doc, n: int, tag: Tag) -> Found:
    start, end = trimmed(doc, doc.stretches[n])
    return Found(start, end, "direct", tag.rule, (tag.cue_first, tag.cue_last), tag.speaker)


def _mid_sentence(doc: Doc, opening: int, low: int) -> bool:
    """Say whether words of the speaker's sentence stand before the opening mark."""
    if opening > low and doc.words[opening - 1] in ",:" and doc.words[opening + 1][0].isupper():
        return False
    return any(doc.words[k][0].isalnum() and doc.lower[k] not in _STARTERS
               for k in range(low, opening))  # fmt: skip


def _mixed(doc: Doc, n: int, tag: Tag, covered: set[int], sentence: int) -> Found:
    """Return the sentence up to the quotation that a tag closes, own words included."""
    begin = sentence
    for m in range(n - 1, max(-1, n - 4), -1):
        stretch = doc.stretches[m]
        if doc.token_at(stretch.outer_start) < sentence:
            break
        covered.add(m)
    while doc.lower[begin] in _STARTERS:
        begin += 1
    end = doc.token_range(0, doc.stretches[n].outer_end)[1]
    cue = Cue(tag.cue_first, tag.cue_first, tag.cue_last, "", "", begin)
    item = content(doc, begin, end, tag.rule, cue, tag.speaker)
    return item if item is not None else _direct(doc, n, tag)
