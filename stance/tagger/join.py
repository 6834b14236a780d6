"""The tagger's contents and the rules' together, each where it is better.

Whole quotations and the speaker beside them are the rules' own ground; sentences with words
of the speaker's in them or without marks, and speakers further off, are the tagger's.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from stance.quotes import lexicon as lex
from stance.quotes.contents import Found, content
from stance.quotes.cues import Cue
from stance.quotes.phrases import Phrase
from stance.quotes.rules import find_contents
from stance.quotes.subjects import subject_before
from stance.quotes.tokens import Doc
from stance.quotes.verbs import ADJECTIVES, CUE_FORMS, NOUNS, OPINION
from stance.quotes.words import is_name_token
from stance.tagger.reading import CONTENT, Reading, Span
from stance.tagger.whole import whole_spans

#: Rules that see the speaker's mention beside the quotation.
ADJACENT = frozenset(
    "inverted-tag tag-after tag-before inverted-before same-paragraph signed labelled colon-before "
    "according-to final-tag continued".split()
)
_COVERED = 0.8  # the share of a tagger's content above which the rules' content stands for it
_LONGEST = 64  # tokens of a noun phrase


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What decides between rules and tagger; set on held-out articles of the training corpus.

    `bias` makes the tagger find more contents, `least` is the mean probability that one must
    have. A direct quotation of the rules is kept above `keep` (`keep_unsure` where no tag
    stands beside it). The tagger's source is taken above `least_source`.
    """

    bias: float = 0.0
    least: float = 0.4
    keep: float = 0.1
    keep_unsure: float = 0.4
    least_source: float = 0.3


def find_joined(
    doc: Doc, cues: list[Cue], reading: Reading, joining: Joining = Joining()
) -> list[Found]:
    """Return all attributed contents of `doc`; groups are indices into the list returned."""
    by_rules = find_contents(doc, cues)
    phrases = _phrases(cues, by_rules)
    kept = _sure_direct(doc, by_rules, reading, joining)
    found: list[Found] = []
    for item in kept:
        item.group = -1
        if item.rule not in ADJACENT or item.speaker is None:
            _speaker_from(item, doc, reading, phrases, joining)
        found.append(item)
    first = len(found)
    places = {(item.start, item.end) for item in by_rules}
    for span in whole_spans(doc, reading.spans(CONTENT, bias=joining.bias)):
        if reading.chance(CONTENT, span) < joining.least:
            continue
        made = _content(doc, span, reading, cues, phrases, joining)
        if made is None:
            continue
        if (made.start, made.end) in places:
            made.rule = f"both-{made.kind}"
        elif not _says(doc, span):
            continue
        found.append(made)
    return _without_doubles(found, first)


def _says(doc: Doc, span: Span) -> bool:
    """Return whether a content is more than a lone word that names nothing ("the", "it")."""
    return span[1] > span[0] + 1 or doc.inside[span[0]] >= 0 or doc.words[span[0]][0].isupper()


def _sure_direct(doc: Doc, items: list[Found], reading: Reading, joining: Joining) -> list[Found]:
    kept = []
    for item in items:
        if item.kind != "direct":
            continue
        sure = item.rule in ADJACENT
        chance = reading.chance(CONTENT, doc.token_range(item.start, item.end))
        if chance >= (joining.keep if sure else joining.keep_unsure):
            kept.append(item)
    return kept


def _without_doubles(found: list[Found], first: int) -> list[Found]:
    """Leave out a tagger's content that a rule's covers, and a rule's inside a tagger's mixed.

    The first `first` of `found` are the rules', the others the tagger's.
    """
    rules = sorted(found[:first], key=lambda f: f.start)
    kept: list[Found] = []
    dropped: set[int] = set()
    for item in found[first:]:
        n = bisect_right(rules, item.start, key=lambda f: f.end)
        over = []
        while n < len(rules) and rules[n].start < item.end:
            over.append(n)
            n += 1
        inner = sum(min(rules[n].end, item.end) - max(rules[n].start, item.start) for n in over)
        if over and inner > _COVERED * (item.end - item.start):
            continue
        dropped.update(over)
        kept.append(item)
    both = [r for n, r in enumerate(rules) if n not in dropped] + kept
    return _grouped(sorted(both, key=lambda f: f.start))


def _grouped(found: list[Found]) -> list[Found]:
    """Give the pieces of one quotation, which share a cue, the index of the first as group."""
    first: dict[tuple[int, int], int] = {}
    for n, item in enumerate(found):
        if item.cue is None:
            continue
        at = first.setdefault(item.cue, n)
        if at != n:
            item.group = at
    return found


def _content(
    doc: Doc, span: Span, reading: Reading, cues: list[Cue], phrases: list[Phrase],
    joining: Joining,
) -> Found | None:  # fmt: skip
    at, _ = reading.cue_of(span)
    cue = Cue(span[0], span[0], span[0], "", "", span[0]) if at is None else _cue(doc, at, cues)
    made = content(doc, *span, "tagger", cue, None)
    if made is None:
        return None
    made.rule = f"tagger-{made.kind}"
    if at is None:
        made.cue = None
    _speaker_from(made, doc, reading, phrases, joining)
    return made


def _cue(doc: Doc, at: Span, cues: list[Cue]) -> Cue:
    """Return the cue at the tokens `at`, which says whether it is speech or opinion."""
    n = bisect_left(cues, at[0], key=lambda cue: cue.verb)
    if n < len(cues) and cues[n].verb < at[1]:
        cue = cues[n]
        return Cue(cue.verb, at[0], at[1], cue.base, "", at[0], attribution=cue.attribution)
    opinion = False
    for i in range(*at):
        form = CUE_FORMS.get(doc.lower[i])
        base = form.base if form else doc.lower[i]
        if form or base in NOUNS or base in ADJECTIVES:
            opinion = base in OPINION or base in ADJECTIVES
    return Cue(at[0], *at, "", "", at[0], attribution="opinion" if opinion else "speech")


def _speaker_from(
    item: Found, doc: Doc, reading: Reading, phrases: list[Phrase], joining: Joining
) -> None:
    """Put in the tagger's speaker where it is probable enough; else the rules' stays."""
    at, chance = reading.source_of(doc.token_range(item.start, item.end))
    if at is not None and chance >= joining.least_source:
        item.speaker = _phrase(doc, at, phrases)
        if item.rule == "handover":
            item.rule = "tagger-direct"


def _phrases(cues: list[Cue], found: list[Found]) -> list[Phrase]:
    every = [c.subject for c in cues] + [f.speaker for f in found]
    return sorted(
        {one for one in every if one is not None}, key=lambda one: (one.first, one.last, one.sort)
    )


def _phrase(doc: Doc, at: Span, phrases: list[Phrase]) -> Phrase:
    """Return the noun phrase in the source `at`: the rules' where they read one there."""
    first, last = at
    n = bisect_left(phrases, first - _LONGEST, key=lambda p: p.first)
    near = phrases[n : bisect_left(phrases, last, key=lambda p: p.first)]
    shared = [p for p in near if first < p.last]
    if shared:
        return max(shared, key=lambda p: min(last, p.last) - max(first, p.first) - 0.01 * p.first)
    while last > first + 1 and not doc.words[last - 1][0].isalnum():
        last -= 1
    read = subject_before(doc, last, first)
    if read is not None:
        return read
    for i in range(first + 1, last):
        if doc.words[i] in (",", "(", "—", "–"):
            last = i
            break
    head = last - 1
    if doc.lower[head].split("'")[0] in lex.PRONOUNS:
        sort = "pronoun"
    else:
        sort = "name" if is_name_token(doc, head) else "noun"
    return Phrase(first, last, head, last, sort)
