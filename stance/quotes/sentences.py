"""Sentences with exact offsets: quote-aware, for contexts, data coverage and narration.

A sentence keeps a quotation and its speech tag together: full stops inside quotation marks
end no sentence, and neither does the closing mark before a speech tag.
"""

import re

from stance.quotes.marks import Stretch, find_stretches, paragraphs

# A stop, its closing marks and brackets, and either white space or a glued capital.
_STOP = re.compile(
    r"[.!?…](?<![.!?…]{2})[.!?…]*+(?P<close>[\"”’'»)\]]{0,4}+)"
    r"(?:(?P<gap>[^\S\n]++)|(?=[A-Z“][\w“‘’' ]|\([A-Z]))"
)
_CAPITALS = re.compile(r"[A-Z]{4}|[A-Z]{2,} [A-Z]{2}")  # "CLICK HERE", glued to a text
_CREDIT = re.compile(r"\([A-Z][^()\n]{2,150}\)(?=[A-Z])")  # "(Wire/Jo Roe)", glued to a text
_LONGEST = 2000  # characters; what is longer is cut between words
_LAST_WORD = re.compile(r"[\w.&’'-]+\Z")
_TITLES = frozenset(
    (
        "mr mrs ms dr sen sens rep reps gov govs gen lt col sgt maj cmdr capt adm prof rev hon st "
        "messrs mme fr supt det cpl pvt brig amb atty insp mt ft no nos vs v e.g i.e cf pres sec "
        "secy dist asst dep spc vol fig art ca approx"
    ).split()
)
_MONTHS = frozenset(
    ["jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"]
)
# Shortenings that may end a sentence: they do before a word that often begins one.
_SOFT = frozenset(
    (
        "u.s u.n u.k e.u u.s.a d.c a.m p.m inc co corp ltd jr sr bros etc ph.d m.d b.a m.a j.d "
        "ala ariz ark calif colo conn del fla ga ill ind kan ky la mass md mich minn miss mo mont "
        "neb nev okla ore pa tenn tex va vt wash wis wyo n.c n.d n.h n.j n.m n.y r.i s.c s.d w.va "
        "l.a plc llc dept gop u.s.s.r"
    ).split()
)
_STARTERS = frozenset(
    (
        "the a an in on at but and it he she they we i this that these those when while if after "
        "before as for from with by some many most both there here his her their its our no not "
        "so yet still meanwhile however although though since during under last earlier later "
        "also what who why how where which nor or once despite according asked other another one "
        "two all any each mr mrs ms"
    ).split()
)
_TAG = re.compile(
    r"[^\S\n]*(?:[A-Z][\w.’'-]*[^\S\n]+){1,4}(?:also |later |then )?"
    r"(?:said|says|asked|asks|added|adds|told|tells|wrote|writes|replied|tweeted|continued|explained|noted|responded|shouted|"
    r"declared|wondered|insisted|answered|concluded|exclaimed|quipped|joked)\b"
)


def split(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as (start, end) offsets, half-open, in order.

    The slices carry no white space at their ends, never overlap, and together hold every
    character of `text` that is not white space.
    """
    spans = paragraphs(text)
    return split_spans(text, spans, find_stretches(text, spans))


def split_spans(
    text: str, spans: list[tuple[int, int]], stretches: list[Stretch]
) -> list[tuple[int, int]]:
    """Return the sentences of the paragraphs `spans`, given their quoted stretches."""
    sentences: list[tuple[int, int]] = []
    at = 0
    for start, end in spans:
        begin = start
        for match in _STOP.finditer(text, start, end):
            while at < len(stretches) and stretches[at].outer_end <= match.start():
                at += 1
            cut = match.end("close")
            opening = _glued_opening(stretches, at, match.start(), cut)
            if opening is not None:
                _append(sentences, text, begin, opening)
                begin = opening
                continue
            quoted = at < len(stretches) and stretches[at].outer_start <= match.start()
            if quoted and cut < stretches[at].outer_end:
                continue
            if cut > begin and _ends(text, match, begin, end, quoted=quoted):
                _append(sentences, text, begin, cut)
                begin = cut
                credit = _CREDIT.match(text, match.end(), end)
                if credit is not None:
                    _append(sentences, text, begin, credit.end())
                    begin = credit.end()
        _append(sentences, text, begin, end)
    return _parted(text, sentences, stretches)


def _glued_before(text: str, stretch: Stretch) -> bool:
    """Say whether a bracket or capitals touch the opening mark."""
    before = text[max(0, stretch.outer_start - 2) : stretch.outer_start]
    capitals = len(before) == 2 and before.isalpha() and before.isupper()
    return not stretch.single and (before[-1:] == ")" or capitals)


def _parted(
    text: str, sentences: list[tuple[int, int]], stretches: list[Stretch]
) -> list[tuple[int, int]]:
    """Part a caption from the quotation that is glued to it: (Photo: AP)"We will"."""
    glued = [s.outer_start for s in stretches if text[s.start].isupper() and _glued_before(text, s)]
    if not glued:
        return sentences
    parted: list[tuple[int, int]] = []
    at = 0
    for start, end in sentences:
        while at < len(glued) and glued[at] <= start:
            at += 1
        while at < len(glued) and glued[at] < end:
            parted.append((start, glued[at]))
            start = glued[at]
            at += 1
        parted.append((start, end))
    return parted


def _glued_opening(stretches: list[Stretch], at: int, stop: int, cut: int) -> int | None:
    """Return the opening mark among the marks after a stop, where no space parts them: ."We."""
    for stretch in stretches[at : at + 2]:
        if stop < stretch.outer_start < cut:
            return stretch.outer_start
    return None


def _append(sentences: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > _LONGEST:
        # No rule may see an endless sentence, or its time would not stay linear.
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        sentences.append((start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        sentences.append((start, end))


def _ends(text: str, match: re.Match[str], begin: int, end: int, *, quoted: bool) -> bool:
    """Say whether the stop that `match` found ends a sentence."""
    after = match.end()
    if after >= end:
        return False
    following = text[after]
    if match.group("gap") is None and not _glued(text, match):
        return False
    if following.islower() or following in ",;:)-–—%":
        return False
    if quoted:
        return not _TAG.match(text, after, min(end, after + 80))
    if text[match.start()] != "." or text[match.start() : match.start() + 2] == "..":
        return True
    word = _LAST_WORD.search(text, max(begin, match.start() - 20), match.start())
    return word is None or match.group("close") != "" or _stop_after(word.group(), text, after)


def _stop_after(word: str, text: str, after: int) -> bool:
    """Say whether a full stop after `word` ends the sentence, by the word that follows."""
    low = word.lower().replace("’", "'")
    if low in _TITLES:
        return False
    if low in _MONTHS:
        return not text[after].isdigit()
    if low in _SOFT or (len(word) == 1 and word.isupper()) or re.fullmatch(r"(?:\w\.)+\w", word):
        following = re.match(r"[\w’']+", text[after : after + 20])
        if following is None:
            return text[after] in "“\"‘'"
        if len(word) == 1 and low not in ("i",):
            return following.group().lower() in _STARTERS and len(following.group()) > 1
        return following.group().lower() in _STARTERS
    return True


def _glued(text: str, match: re.Match[str]) -> bool:
    """Say whether a missing space between two sentences explains the glued capital."""
    before = text[max(0, match.start() - 3) : match.start()]
    after = text[match.end() : match.end() + 2]
    return (
        text[match.start()] in ".!?"
        and len(before) == 3
        and ((before[-2:].islower() and before.isalpha()) or match.group("close") != "")
        and (
            after[1:].islower()
            or after[0] in "“("
            or after in ("I ", "A ")
            or _CAPITALS.match(text, match.end()) is not None
        )
    )
