"""Noun phrases of speakers, read from their beginning: the words after a cue or a mark."""

from dataclasses import dataclass

from stance.quotes import lexicon as lex
from stance.quotes.phrases import REACH, SUBJECT_PRONOUNS, Phrase
from stance.quotes.tokens import Doc
from stance.quotes.verbs import CUE_FORMS
from stance.quotes.words import is_name_token, possessive, verb_like, wordlike

_QUANTITIES = frozenset("some many others another one most several".split())
_OBJECTS = frozenset("him them".split())


@dataclass(slots=True)
class _Head:
    """The main words of the phrase read so far; no sort as long as only modifiers were met."""

    first: int
    last: int
    sort: str = ""


def phrase_after(doc: Doc, begin: int, high: int) -> Phrase | None:
    """Return the noun phrase that begins at token `begin`, not reaching `high`."""
    if begin >= high or not wordlike(doc, begin):
        return None
    word = doc.lower[begin]
    if word in SUBJECT_PRONOUNS or word in _OBJECTS:
        return Phrase(begin, begin + 1, begin, begin + 1, "pronoun")
    if word in lex.STOPS or word in lex.WEEKDAYS or word in lex.JOINING:
        return None
    if word.endswith("ly") and doc.words[begin].islower():
        return None
    if "'" in word and word.split("'")[0] in SUBJECT_PRONOUNS:  # "she's"
        return Phrase(begin, begin + 1, begin, begin + 1, "pronoun")
    run = begin
    while run < high and (
        doc.lower[run] in lex.DETERMINERS or (possessive(doc, run) and not is_name_token(doc, run))
    ):
        run += 1
    head = _Head(run, run)
    while run < high and run - begin < REACH:
        following = _step(doc, run, head, begin, high)
        if following is None:
            break
        run = following
    if head.sort:
        return Phrase(begin, run, head.first, head.last, head.sort)
    if run > begin and word in _QUANTITIES:
        return Phrase(begin, run, run - 1, run, "noun")
    return None


def _step(doc: Doc, run: int, head: _Head, begin: int, high: int) -> int | None:
    """Take token `run` into the phrase; return the next one to read, or None at its end."""
    word = doc.lower[run]
    if doc.sent[run] != doc.sent[begin] or doc.inside[run] != doc.inside[begin]:
        return None
    named = head.sort == "name"
    after_is_name = run + 1 < high and is_name_token(doc, run + 1)
    if named and (word in lex.NAME_SUFFIXES or (word in lex.NAME_PARTICLES and after_is_name)):
        head.last = run + 1
        return run + 1
    if not wordlike(doc, run):
        suffix = named and run + 1 < high and doc.lower[run + 1] in lex.NAME_SUFFIXES
        goes_on = doc.words[run] in ("&", "&amp;") or (doc.words[run] == "," and suffix)
        return run + 1 if goes_on else None
    if not head.sort and verb_like(word) and doc.words[run].islower():
        return None
    if is_name_token(doc, run):
        return _take_name(doc, run, head, high)
    if word in lex.JOINING or word == "and":
        return _joined_after(doc, run, head, high)
    if word in lex.STOPS or word in lex.WEEKDAYS or named:
        return None
    adjective = doc.lower[run - 1].endswith(("ary", "ial", "nal", "cal", "ive", "ous"))
    if head.sort and ((verb_like(word) and not adjective) or word in lex.DETERMINERS):
        return None
    head.first, head.last, head.sort = run, run + 1, "noun"
    return run + 1


def _take_name(doc: Doc, run: int, head: _Head, high: int) -> int:
    """Take a capitalised word; before "'s" or a lower-case role it only modifies."""
    if head.sort != "name" and not (head.sort == "noun" and doc.lower[run - 1] in lex.JOINING):
        head.first, head.sort = run, "name"
    if head.sort == "name":
        head.last = run + 1
    modifies = (
        _adjective(doc, run, head, high)
        or doc.lower[run].endswith(("'s", "s'"))
        or (
            run + 1 < high
            and doc.lower[run + 1] not in lex.STOPS
            and _modifier_run(doc, run + 1, high)
        )
    )
    if modifies:
        head.sort = ""
    return run + 1


def _adjective(doc: Doc, run: int, head: _Head, high: int) -> bool:
    """Say whether a capitalised word belongs to the noun after it: "an Arlish minister's"."""
    if run + 1 >= high or not doc.words[run + 1][0].islower():
        return False
    after = doc.lower[run + 1]
    if after in lex.STOPS or after in lex.JOINING or after in lex.DETERMINERS or verb_like(after):
        return False
    article = head.first > 0 and doc.lower[head.first - 1] in ("a", "an")
    return doc.lower[run] in lex.PEOPLES or (article and after not in CUE_FORMS)


def _joined_after(doc: Doc, run: int, head: _Head, high: int) -> int | None:
    """Go on over "and" or a preposition where what follows belongs to the phrase."""
    if doc.lower[run] == "and":
        if run + 1 >= high:
            return None
        if head.sort == "name":
            return run + 1 if is_name_token(doc, run + 1) else None
        goes_on = head.sort == "noun" and doc.lower[run + 1] in lex.GROUP_WORDS
        return run + 1 if goes_on else None
    if not head.sort or run + 1 >= high:
        return None
    of = doc.lower[run] == "of"
    if head.sort == "name" and not of:
        return None
    main = doc.lower[head.last - 1]
    if head.sort == "noun" and not of and main not in lex.ROLES and main not in lex.BODIES:
        return None
    tail = _tail(doc, run + 1, high)
    if tail is not None and head.sort == "name" and is_name_token(doc, tail - 1):
        head.last = tail
    return tail


def _modifier_run(doc: Doc, k: int, high: int) -> bool:
    """Say whether lower-case roles follow at k ("Russian presidential adviser", "Fed official")."""
    for i in range(k, min(high, k + 4)):
        if not doc.words[i][0].islower():
            return False
        if (
            doc.lower[i] in lex.ROLES
            or doc.lower[i] in lex.BODIES
            or doc.lower[i] in lex.GROUP_WORDS
        ):
            return True
        if doc.lower[i] in lex.STOPS or doc.lower[i] in lex.JOINING:
            return False
    return False


def _tail(doc: Doc, begin: int, high: int) -> int | None:
    """Return the end of the phrase after a preposition: determiner, modifiers, noun."""
    k = begin
    while k < high and k - begin < 8 and wordlike(doc, k):
        w = doc.lower[k]
        if w in lex.STOPS or w in lex.JOINING or w in lex.WEEKDAYS or w == "and":
            break
        k += 1
    return k if k > begin else None
