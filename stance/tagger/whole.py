"""Spans of content kept whole: a quoted stretch is in a content or out of it."""

from stance.quotes.tokens import Doc
from stance.tagger.reading import Span

_MOST = 0.5  # the share of a stretch's words that takes in the rest


def whole_spans(doc: Doc, spans: list[Span]) -> list[Span]:
    """Return `spans` with the stretches that they cut taken in or left out, in order.

    Two stretches that follow one another with no word between are two contents.
    """
    found: list[Span] = []
    for span in spans:
        first, last = _grown(doc, span)
        if found and first < found[-1][1]:
            first = found[-1][1]
        if first < last:
            found += _parts(doc, first, last)
    return found


def _grown(doc: Doc, span: Span) -> Span:
    first, last = span
    for number in {doc.inside[first], doc.inside[last - 1]} - {-1}:
        stretch = doc.stretches[number]
        begin, end = doc.token_range(stretch.outer_start, stretch.outer_end)
        shared = min(last, end) - max(first, begin)
        if shared <= 0:
            continue
        only = begin <= first and last <= end
        if only or shared >= _MOST * (end - begin):
            first, last = min(first, begin), max(last, end)
        elif first > begin:
            first = end
        else:
            last = begin
    return first, last


def _parts(doc: Doc, first: int, last: int) -> list[Span]:
    """Cut where one stretch ends and the next begins with nothing but marks between."""
    cuts = [first]
    for i in range(first + 1, last):
        number = doc.inside[i]
        if number < 0 or number == doc.inside[i - 1]:
            continue
        k = i - 1
        while k > first and doc.inside[k] < 0 and doc.words[k] in ",;":
            k -= 1
        if doc.inside[k] >= 0 and doc.inside[k] != number:
            cuts.append(i)
    return list(zip(cuts, [*cuts[1:], last], strict=True))
