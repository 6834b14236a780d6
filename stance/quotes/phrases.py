"""Noun phrases of speakers, read from their end: the words before a cue.

No parser: a walk over tokens, from the cue outward, that ends at words which belong to a
clause. Each function reads a bounded number of tokens.
"""

from dataclasses import dataclass

from stance.quotes import lexicon as lex
from stance.quotes.tokens import Doc
from stance.quotes.words import is_name_token, possessive, sentence_start, verb_like, wordlike

REACH = 16  # tokens of one noun phrase


SUBJECT_PRONOUNS = frozenset(["he", "she", "they", "i", "we", "it", "both", "who"])


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: tokens `first:last`, its main words `head_first:head_last`, its sort.

    `sort` is "name" (capitalised head), "noun" (lower-case head) or "pronoun".
    """

    first: int
    last: int
    head_first: int
    head_last: int
    sort: str
    refers: "Phrase | None" = None  # what a relative pronoun points to


_LANDS = lex.PLACES | lex.PEOPLES
_MODALS = frozenset("will would can could may might must shall should".split())


def phrase_before(doc: Doc, end: int, low: int) -> Phrase | None:
    """Return the noun phrase that ends right before token `end`, not reaching below `low`."""
    j = end - 1
    if j > low and doc.words[j][-1] == ">" and is_name_token(doc, j - 1):
        j, end = j - 1, end - 1  # "Roe AG &lt;ROE.F> said"
    if j < low or not wordlike(doc, j):
        return None
    word = doc.lower[j]
    if word in SUBJECT_PRONOUNS:
        return Phrase(j, end, j, end, "pronoun")
    if is_name_token(doc, j) or (word in lex.NAME_SUFFIXES and j > low):
        return _name_before(doc, j, low)
    if word in lex.STOPS or (
        word in lex.DETERMINERS
        and word
        not in (
            "others",
            "some",
            "many",
            "most",
            "one",
            "two",
            "several",
            "few",
            "another",
            "all",
            "three",
            "four",
        )
    ):
        return None
    if word in lex.JOINING or verb_like(word):
        return None
    first, heads = _walk_left(doc, j, low)
    if first is None or (first > low and doc.lower[first - 1] in _MODALS):
        return None
    head_last = heads[-1] if heads else end
    return Phrase(first, end, max(first, head_last - 1), head_last, "noun")


def _name_before(doc: Doc, j: int, low: int) -> Phrase | None:
    """Return the phrase whose last word is the name token j."""
    last = j + 1
    k = name_run_left(doc, j, low)
    head_first, head_last = k, last
    # "the Ministry of Foreign Affairs", "a spokesman for Clinton", "Ryan and McConnell"
    steps = 0
    while k - 2 >= low and steps < 4:
        steps += 1
        w = doc.lower[k - 1]
        before = k - 2
        if doc.words[k - 1][-2:].lower() in ("'s", "’s") or not wordlike(doc, k - 1):
            break
        if w == "and" and is_name_token(doc, before):
            k = head_first = name_run_left(doc, before, low)
            continue
        det = k - 1 if w in ("the", "a", "an", "his", "her", "its", "their") else k
        prep = det - 1
        if prep - 1 < low or doc.lower[prep] not in lex.JOINING:
            break
        noun = prep - 1
        if is_name_token(doc, noun) and doc.lower[prep] in ("of", "for", "at", "on"):
            run = name_run_left(doc, noun, low)
            if _sentence_adverbial(doc, run):
                break
            k = run
            head_first = run
            continue
        if doc.lower[noun] in lex.ROLES or doc.lower[noun] in lex.BODIES:
            first, _ = _walk_left(doc, noun, low)
            if first is None:
                break
            return Phrase(first, last, noun, noun + 1, "noun")
        break
    # lower-case roles before the name: "former campaign manager Robby Mook"
    m = k
    while m - 1 >= low and last - m < REACH and _role_modifier(doc, m - 1):
        m -= 1
    if m < k and m - 1 >= low and possessive(doc, m - 1):
        m = name_run_left(doc, m - 1, low)
    if m - 1 >= low and doc.lower[m - 1] in lex.DETERMINERS:
        m -= 1
    return Phrase(m, last, head_first, head_last, "name")


def _sentence_adverbial(doc: Doc, run: int) -> bool:
    return run > 0 and doc.lower[run - 1] in ("in", "at", "on") and sentence_start(doc, run - 1)


#: Lower-case words that may stand between a possessive or an article and a name's role.
_MODIFIERS = frozenset(
    "billionaire campaign city communications conservative county current ex executive fellow "
    "foreign-policy government history hopeful incoming law legal legendary liberal local "
    "longtime media military news one-time onetime outgoing party police policy political "
    "presidential presumptive public radio rap retired rock science state talk-show "
    "television then top tv university veteran vice-presidential".split()
)


def _role_modifier(doc: Doc, i: int) -> bool:
    low = doc.lower[i]
    return low in lex.ROLES or low in lex.TITLES or low in _MODIFIERS


def name_run_left(doc: Doc, j: int, low: int) -> int:
    """Return the first token of the run of name tokens that ends with token j."""
    k = j
    while k - 1 >= low and j - k < 10:
        p = k - 1
        if doc.para[p] != doc.para[k] or doc.sent[p] != doc.sent[k]:
            break
        if (
            is_name_token(doc, p)
            or doc.words[p] in ("&", "&amp;")
            or (doc.lower[p] in lex.NAME_PARTICLES and p - 1 >= low and is_name_token(doc, p - 1))
        ):
            k = p
        elif doc.words[p] == "," and doc.lower[k] in lex.NAME_SUFFIXES and p - 1 >= low:
            k = p - 1
        else:
            break
    return k


def _walk_left(doc: Doc, j: int, low: int) -> tuple[int | None, list[int]]:
    """Walk left from a lower-case head j; return the phrase's first token and its heads' ends."""
    heads: list[int] = [j + 1]
    k = j
    while k - 1 >= low and j - k < REACH:
        p = k - 1
        w = doc.lower[p]
        if doc.sent[p] != doc.sent[k] or (doc.inside[p] != doc.inside[k]):
            break
        if w in lex.DETERMINERS or (possessive(doc, p) and doc.words[p][0].isalpha()):
            k = p
            if possessive(doc, p) and w not in lex.POSSESSIVE_PRONOUNS:
                k = name_run_left(doc, p, low) if is_name_token(doc, p) else p
                if not is_name_token(doc, p):
                    continue
                if k - 1 >= low and doc.lower[k - 1] in lex.DETERMINERS:
                    k -= 1
            joined = _joined(doc, k, low)
            if joined is None:
                break
            k = joined
            heads.append(joined + 1)
            continue
        if w in lex.JOINING:
            joined = _joined(doc, k, low)
            if joined is None:
                break
            k = joined
            heads.append(joined + 1)
            continue
        if (
            w == "and"
            and p - 1 >= low
            and doc.lower[p - 1] in lex.GROUP_WORDS
            and doc.lower[j] in lex.GROUP_WORDS
        ):
            k = p - 1
            continue
        if w == "and" and p > low and doc.lower[p - 1] in _LANDS and doc.lower[p + 1] in _LANDS:
            k = p - 1
            continue
        if w in lex.STOPS or not wordlike(doc, p) or w in lex.WEEKDAYS or verb_like(w):
            break
        k = p
    if doc.lower[k] in lex.JOINING:
        return None, heads
    while k < j and (
        (doc.lower[k] in lex.ADVERBS and doc.lower[k] not in ("both", "all"))
        or doc.lower[k] in lex.WEEKDAYS
    ):
        k += 1
    return k, heads


def _joined(doc: Doc, k: int, low: int) -> int | None:
    """Return the noun that a preposition before token k ties to the phrase, or None."""
    p = k - 1
    if p - 1 < low or doc.lower[p] not in lex.JOINING:
        return None
    noun = p - 1
    if not wordlike(doc, noun) or doc.sent[noun] != doc.sent[k]:
        return None
    w = doc.lower[noun]
    if doc.lower[p] == "of":
        return noun if w not in lex.STOPS else None
    if w in ("someone", "somebody", "anyone", "those", "one"):
        return noun
    return noun if w in lex.ROLES or w in lex.GROUP_WORDS or w in lex.BODIES else None
