"""Noun phrases of speakers: the words before or after a cue that name who speaks.

No parser: a walk over tokens, from the cue outward, that ends at words which belong to a
clause. Each function reads a bounded number of tokens.
"""

from dataclasses import dataclass

from stance.quotes import lexicon as lex
from stance.quotes.tokens import Doc
from stance.quotes.verbs import CUE_FORMS, NOUNS

_REACH = 16  # tokens of one noun phrase
_APPOSITION = 45  # tokens between a speaker and the cue, taken up by an apposition
_SUBJECT_PRONOUNS = frozenset(["he", "she", "they", "i", "we", "it", "both", "who"])
_BREAKS = frozenset(["\"“”„«».;:!?—–-()[]…•*|''``"][0])


_CONTRACTED = frozenset(
    "i it he she they we you that there what who here don didn isn won can let where how".split()
)
# Capitalised only because they open a sentence.
_OPENERS = frozenset(
    "outside across among behind beyond throughout nearly officials critics supporters analysts "
    "voters people men women others none nobody everyone somebody something nothing asked adding "
    "speaking told born written based such nearly more most less fewer just yes even only never "
    "maybe perhaps welcome thank please look let's dear watch read click see next new".split()
)


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


def is_name_token(doc: Doc, i: int) -> bool:
    """Say whether token i is capitalised as a name's part would be."""
    word = doc.words[i]
    if not word[0].isupper():
        return False
    low = doc.lower[i]
    if low in lex.WEEKDAYS or (low in lex.MONTHS and low not in ("may", "april", "june", "august")):
        return False
    if "'" in low and low.split("'")[0] in _CONTRACTED:
        return False
    if low in lex.JOINING or (low in _OPENERS and sentence_start(doc, i)):
        return False
    if word == "I" or low in lex.STOPS or low in lex.DETERMINERS:
        return low == "will" and i > 0 and not sentence_start(doc, i)
    return True


def sentence_start(doc: Doc, i: int) -> bool:
    """Say whether token i is the first of its sentence or follows an opening mark."""
    return i == 0 or doc.sent[i - 1] != doc.sent[i] or doc.words[i - 1] in "\"“'‘``"


def phrase_before(doc: Doc, end: int, low: int) -> Phrase | None:
    """Return the noun phrase that ends right before token `end`, not reaching below `low`."""
    j = end - 1
    if j < low or not _wordlike(doc, j):
        return None
    word = doc.lower[j]
    if word in _SUBJECT_PRONOUNS:
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
    if word in lex.JOINING or _verb_like(word):
        return None
    first, heads = _walk_left(doc, j, low)
    if first is None:
        return None
    head_last = heads[-1] if heads else end
    return Phrase(first, end, max(first, head_last - 1), head_last, "noun")


_NO_VERBS = frozenset(
    "united leading training meeting building ruling hearing filing briefing spending polling "
    "being outgoing incoming ranking visiting retired united elected appointed accused wounded "
    "unidentified unnamed seed feed need deed speed red bed led masked armed exiled united "
    "king thing morning evening ring spring string wing ceiling sibling offspring "
    "leaked proposed posting listing standing surviving governing sitting".split()
)


def _verb_like(word: str) -> bool:
    """Say whether a lower-case word is a verb's form rather than a noun or an adjective."""
    if word in _NO_VERBS or "-" in word:
        return False
    if len(word) > 4 and (word.endswith("ed") or word.endswith("ing")):
        return True
    form = CUE_FORMS.get(word)
    return form is not None and form.tense in ("past", "s") and word not in NOUNS


def _wordlike(doc: Doc, j: int) -> bool:
    return doc.words[j][0].isalnum()


def _name_before(doc: Doc, j: int, low: int) -> Phrase | None:
    """Return the phrase whose last word is the name token j."""
    last = j + 1
    k = _name_run_left(doc, j, low)
    head_first, head_last = k, last
    # "the Ministry of Foreign Affairs", "a spokesman for Clinton", "Ryan and McConnell"
    steps = 0
    while k - 2 >= low and steps < 4:
        steps += 1
        w = doc.lower[k - 1]
        before = k - 2
        if doc.words[k - 1][-2:].lower() in ("'s", "’s") or not _wordlike(doc, k - 1):
            break
        if w == "and" and is_name_token(doc, before):
            k = head_first = _name_run_left(doc, before, low)
            continue
        det = k - 1 if w in ("the", "a", "an", "his", "her", "its", "their") else k
        prep = det - 1
        if prep - 1 < low or doc.lower[prep] not in lex.JOINING:
            break
        noun = prep - 1
        if is_name_token(doc, noun) and doc.lower[prep] in ("of", "for", "at", "on"):
            run = _name_run_left(doc, noun, low)
            if _sentence_adverbial(doc, run):
                break
            k = run
            head_first = run
            continue
        if doc.lower[noun] in lex.ROLES or doc.lower[noun] in lex.BODIES:
            first, heads = _walk_left(doc, noun, low)
            if first is None:
                break
            return Phrase(first, last, noun, noun + 1, "noun")
        break
    # lower-case roles before the name: "former campaign manager Robby Mook"
    m = k
    while m - 1 >= low and last - m < _REACH and _role_modifier(doc, m - 1):
        m -= 1
    if m < k and m - 1 >= low and _possessive(doc, m - 1):
        m = _name_run_left(doc, m - 1, low)
    if m - 1 >= low and doc.lower[m - 1] in lex.DETERMINERS:
        m -= 1
    return Phrase(m, last, head_first, head_last, "name")


def _sentence_adverbial(doc: Doc, run: int) -> bool:
    return run > 0 and doc.lower[run - 1] in ("in", "at", "on") and sentence_start(doc, run - 1)


def _role_modifier(doc: Doc, i: int) -> bool:
    low = doc.lower[i]
    return (
        low in lex.ROLES
        or low in lex.TITLES
        or low in ("campaign", "party", "communications", "policy", "foreign-policy", "executive",
                   "political", "then", "ex", "fellow", "longtime", "presumptive", "hopeful",
                   "public", "media", "university", "top", "conservative", "liberal", "local",
                   "veteran", "retired", "legendary", "science", "law", "history", "vice-presidential",
                   "government", "state", "city", "county", "police", "military", "news", "legal",
                   "billionaire", "rock", "rap", "radio", "talk-show", "tv", "television", "one-time",
                   "onetime", "incoming", "outgoing", "current", "presidential")
    )  # fmt: skip


def _possessive(doc: Doc, i: int) -> bool:
    return doc.lower[i].endswith(("'s", "s'")) or doc.lower[i] in lex.POSSESSIVE_PRONOUNS


def _name_run_left(doc: Doc, j: int, low: int) -> int:
    """Return the first token of the run of name tokens that ends with token j."""
    k = j
    while k - 1 >= low and j - k < 10:
        p = k - 1
        if doc.para[p] != doc.para[k] or doc.sent[p] != doc.sent[k]:
            break
        if (
            is_name_token(doc, p)
            or doc.words[p] == "&"
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
    while k - 1 >= low and j - k < _REACH:
        p = k - 1
        w = doc.lower[p]
        if doc.sent[p] != doc.sent[k] or (doc.inside[p] != doc.inside[k]):
            break
        if w in lex.DETERMINERS or (_possessive(doc, p) and doc.words[p][0].isalpha()):
            k = p
            if _possessive(doc, p) and w not in lex.POSSESSIVE_PRONOUNS:
                k = _name_run_left(doc, p, low) if is_name_token(doc, p) else p
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
        if w in lex.STOPS or not _wordlike(doc, p) or w in lex.WEEKDAYS or _verb_like(w):
            break
        k = p
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
    if not _wordlike(doc, noun) or doc.sent[noun] != doc.sent[k]:
        return None
    w = doc.lower[noun]
    if doc.lower[p] == "of":
        return noun if w not in lex.STOPS else None
    if w in ("someone", "somebody", "anyone", "those", "one"):
        return noun
    return noun if w in lex.ROLES or w in lex.GROUP_WORDS or w in lex.BODIES else None


def subject_before(doc: Doc, end: int, low: int) -> Phrase | None:
    """Return the subject of the verb group that begins at token `end`.

    Steps over appositions and parentheses between commas, dashes or brackets. `low` is the
    first token that may be read.
    """
    end = _before_time(doc, end, low)
    j = end - 1
    if j < low:
        return None
    if doc.words[j] in (",", "—", "–", "-", ")"):
        return _over_apposition(doc, j, low)
    if doc.lower[j] in ("who", "that", "which"):
        at = j - 1 if j - 1 >= low and doc.words[j - 1] in (",", "—", "–") else j
        antecedent = phrase_before(doc, at, low)
        if antecedent is None:
            return None
        return Phrase(j, end, j, end, "relative", antecedent)
    return phrase_before(doc, end, low)


_TIME_NOUNS = frozenset("night day week month year morning afternoon evening weekend".split())


def _before_time(doc: Doc, end: int, low: int) -> int:
    """Step left over "on Monday", "last week", "Tuesday night" before a verb."""
    j = end - 1
    while j > low and (
        doc.lower[j] in lex.WEEKDAYS
        or doc.lower[j] in _TIME_NOUNS
        or doc.lower[j] in ("yesterday", "today")
    ):
        k = j - 1
        if doc.lower[j] in _TIME_NOUNS:
            if doc.lower[k] not in lex.WEEKDAYS and doc.lower[k] not in (
                "last",
                "this",
                "that",
                "next",
            ):
                break
            k -= 1
        if k >= low and doc.lower[k] in ("on", "late", "early", "earlier", "last"):
            k -= 1
        end = k + 1
        j = k
    return end


def _over_apposition(doc: Doc, close: int, low: int) -> Phrase | None:
    mark = doc.words[close]
    opening = {")": "("}.get(mark, mark)
    best: Phrase | None = None
    seen = 0
    floor = max(low, close - _APPOSITION)
    j = close - 1
    while j > floor and seen < 7:
        if doc.sent[j] != doc.sent[close] or (
            doc.inside[j] != doc.inside[close] and doc.inside[j] >= 0 and doc.words[j] in '”"'
        ):
            break
        if doc.words[j] == opening:
            seen += 1
            phrase = phrase_before(doc, j, low)
            if phrase is None and doc.words[j - 1] == ")":
                phrase = _over_apposition(doc, j - 1, low)
            if phrase is not None:
                if (
                    best is None
                    or (phrase.sort == "name" and _clause_start(doc, phrase.first, low))
                    or (best.sort != "name" and _clause_start(doc, phrase.first, low))
                ):
                    best = phrase
                if mark == ")":
                    break
        j -= 1
    return best


def _clause_start(doc: Doc, first: int, low: int) -> bool:
    if first <= low or doc.sent[first - 1] != doc.sent[first]:
        return True
    before = doc.lower[first - 1]
    return before in ("but", "and", "as", "that", "while", "when", "so", "though", "because") or (
        not before[0].isalnum() and before != ","
    )


def phrase_after(doc: Doc, begin: int, high: int) -> Phrase | None:
    """Return the noun phrase that begins at token `begin`, not reaching `high`."""
    if begin >= high or not _wordlike(doc, begin):
        return None
    word = doc.lower[begin]
    if word in _SUBJECT_PRONOUNS or word in ("him", "them"):
        return Phrase(begin, begin + 1, begin, begin + 1, "pronoun")
    k = begin
    if word in lex.STOPS or word in lex.WEEKDAYS or word in lex.JOINING:
        return None
    if word.endswith("ly") and doc.words[begin].islower():
        return None
    while k < high and (
        doc.lower[k] in lex.DETERMINERS or (_possessive(doc, k) and not is_name_token(doc, k))
    ):
        k += 1
    run = k
    head_first = head_last = k
    sort = ""
    while run < high and run - begin < _REACH:
        w = doc.lower[run]
        if doc.sent[run] != doc.sent[begin] or doc.inside[run] != doc.inside[begin]:
            break
        if (w in lex.NAME_SUFFIXES and sort == "name") or (
            w in lex.NAME_PARTICLES
            and sort == "name"
            and run + 1 < high
            and is_name_token(doc, run + 1)
        ):
            run += 1
            head_last = run
            continue
        if not _wordlike(doc, run):
            if (
                doc.words[run] == ","
                and sort == "name"
                and run + 1 < high
                and doc.lower[run + 1] in lex.NAME_SUFFIXES
            ) or doc.words[run] == "&":
                run += 1
                continue
            break
        if not sort and _verb_like(w) and doc.words[run].islower():
            break
        if is_name_token(doc, run):
            if sort != "name":
                if (
                    sort == "noun"
                    and head_last - head_first >= 1
                    and doc.lower[run - 1] in lex.JOINING
                ):
                    pass
                else:
                    head_first = run
                    sort = "name"
            if sort == "name":
                head_last = run + 1
            run += 1
            if doc.lower[run - 1].endswith(("'s", "s'")) or (
                run < high and doc.lower[run] not in lex.STOPS and _modifier_run(doc, run, high)
            ):
                sort = ""
            continue
        if w in lex.JOINING or w == "and":
            if w == "and":
                if run + 1 < high and sort == "name" and is_name_token(doc, run + 1):
                    run += 1
                    continue
                if not (
                    sort == "noun" and run + 1 < high and doc.lower[run + 1] in lex.GROUP_WORDS
                ):
                    break
                run += 1
                continue
            if not sort or run + 1 >= high:
                break
            if sort == "name" and w != "of":
                break
            if (
                sort == "noun"
                and w != "of"
                and doc.lower[head_last - 1] not in lex.ROLES | lex.BODIES
            ):
                break
            tail = _tail(doc, run + 1, high)
            if tail is None:
                break
            run = tail
            if sort == "name" and is_name_token(doc, tail - 1):
                head_last = tail
            continue
        if w in lex.STOPS or w in lex.WEEKDAYS or sort == "name" or (sort and _verb_like(w)):
            break
        if w in lex.DETERMINERS and sort:
            break
        sort = "noun"
        head_first, head_last = run, run + 1
        run += 1
    if not sort:
        if run > begin and word in ("some", "many", "others", "another", "one", "most", "several"):
            return Phrase(begin, run, run - 1, run, "noun")
        return None
    return Phrase(begin, run, head_first, head_last, sort)


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
    while k < high and k - begin < 8 and _wordlike(doc, k):
        w = doc.lower[k]
        if w in lex.STOPS or w in lex.JOINING or w in lex.WEEKDAYS or w == "and":
            break
        k += 1
    return k if k > begin else None


def whole_start(doc: Doc, first: int, low: int) -> int:
    """Return where a phrase begins that was read only in part: after the comma before it."""
    for k in range(first - 1, max(low, first - 9) - 1, -1):
        if not _wordlike(doc, k) or doc.inside[k] >= 0:
            return k + 1
        if doc.lower[k] in lex.STOPS:
            return first
    return first
