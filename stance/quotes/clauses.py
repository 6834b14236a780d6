"""Clauses that a cue attributes: indirect speech, and speech mixed of own and quoted words."""

from bisect import bisect_right

from stance.quotes.ahead import phrase_after
from stance.quotes.boundaries import content_end
from stance.quotes.contents import Found, content, quote_between
from stance.quotes.cues import Cue
from stance.quotes.finaltags import final_tag, rest_after
from stance.quotes.frames import complement
from stance.quotes.subjects import whole_start, with_name
from stance.quotes.tokens import Doc
from stance.quotes.verbs import EVIDENTIAL, INVERTING, QUOTING

#: How a cue is used -> the first half of the rule's name.
_WAYS = {"finite": "clause", "base": "clause", "ing": "clause", "passive": "passive",
         "adjective": "adjective", "noun": "noun"}  # fmt: skip


def clause_contents(doc: Doc, cues: list[Cue], taken: list[tuple[int, int]]) -> list[Found]:
    """Return the contents of the cues that tag no quotation.

    `taken` are the character spans of the quotations that have a tag, in order; no content
    reaches into them.
    """
    found: list[Found] = []
    limit = 0
    places = [i for i, word in enumerate(doc.lower[:-2]) if word == "according"]
    opened = [f for f in _according(doc, places, opening=True) if not _overlaps(taken, f)]
    taken = sorted([*taken, *((f.start, f.end) for f in opened)])
    for n, cue in enumerate(cues):
        if doc.starts[cue.verb] < limit:
            continue
        item = final_tag(doc, cue)
        if item is not None and not _overlaps(taken, item):
            rest = rest_after(doc, cue, item, len(found))
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
    others = _according(doc, places, opening=False)
    found += [item for item in others if not _overlaps(spans, item)]
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
    if cue.base in EVIDENTIAL and quote_between(doc, begin, end):
        return None
    if (
        (sort in ("quote", "np") or cue.base not in QUOTING)
        and following is not None
        and following.verb < end
        and quote_between(doc, following.verb, end)
        and not quote_between(doc, begin, following.verb)
    ):
        return None  # the cue nearest to a quoted fragment owns it
    subject = cue.subject
    if subject is None and cue.sort not in ("passive", "noun") and cue.base not in EVIDENTIAL:
        return None
    return content(doc, begin, end, f"{_WAYS[cue.sort]}-{key}", cue, subject)


def _according(doc: Doc, places: list[int], *, opening: bool) -> list[Found]:
    """Return the contents of "according to" at the tokens `places`: the rest of its sentence.

    `opening`: of those that open their sentence, else of the others.
    """
    found = []
    for i in places:
        if doc.inside[i] >= 0 or doc.lower[i + 1] != "to":
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
            name = phrase_after(doc, k + 1, last) if k == phrase.last else None
            phrase = with_name(doc, phrase, name)
            if k + 1 < last and (
                phrase.refers is not None or doc.lower[k + 1] in ("which", "who", "whose")
            ):
                closing = next((m for m in range(k + 1, last) if doc.words[m] == ","), k)
                k = closing if closing < last - 2 else k
            item = content(doc, k + 1, last, "according-to", cue, phrase) if k < last - 2 else None
        else:
            item = content(doc, first, i, "according-to", cue, phrase)
        if item is not None:
            found.append(item)
    return found
