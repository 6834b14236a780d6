"""Subjects: who does what a verb says, over appositions, adverbials and datelines."""

from dataclasses import replace

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.names import person_words
from stance.quotes.phrases import Phrase, phrase_before
from stance.quotes.tokens import Doc
from stance.quotes.words import verb_like, wordlike

_APPOSITION = 45  # tokens between a speaker and the cue, taken up by an apposition


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
    if best is not None and mark == ",":
        return with_name(doc, best, phrase_before(doc, close, low))
    return best


_RELATIONS = lex.FAMILY_MALE | lex.FAMILY_FEMALE
_HELD = (lex.ROLES | lex.OFFICE | _RELATIONS) - lex.GROUP_WORDS


def with_name(doc: Doc, role: Phrase, name: Phrase | None) -> Phrase:
    """Let a role point to the person whom its apposition names: "the mayor, Jane Roe, said"."""
    head = doc.lower[role.head_first]
    if name is None or name.sort != "name" or role.sort != "noun" or head not in _HELD:
        return role
    adjoins = name.first > role.last and all(doc.words[k] == "," for k in
                                             range(role.last, name.first))  # fmt: skip
    words = person_words(doc, name.head_first, name.head_last)
    if not adjoins or words is None or (len(words) < 2 and head not in _RELATIONS):
        return role
    return replace(role, refers=name)


def _clause_start(doc: Doc, first: int, low: int) -> bool:
    if first <= low or doc.sent[first - 1] != doc.sent[first]:
        return True
    before = doc.lower[first - 1]
    return before in ("but", "and", "as", "that", "while", "when", "so", "though", "because") or (
        not before[0].isalnum() and before != ","
    )


def whole_start(doc: Doc, first: int, low: int) -> int:
    """Return where a phrase begins that was read only in part: after the comma before it."""
    for k in range(first - 1, max(low, first - 9) - 1, -1):
        if not wordlike(doc, k) or doc.inside[k] >= 0:
            return k + 1
        if doc.lower[k] in lex.STOPS and not _joins_names(doc, k):
            return first
    return first


def _joins_names(doc: Doc, k: int) -> bool:
    """Say whether "and" stands between capitalised words: "US and Russian officials"."""
    capital = doc.words[k - 1][0].isupper() and doc.words[k + 1][0].isupper()
    return k > 0 and doc.lower[k] == "and" and capital


_SUBJECT_REACH = 90  # tokens from a sentence's start to the end of its subject


_PREPOSITIONS = lex.JOINING | frozenset("about over into toward towards as during".split())


def object_place(doc: Doc, phrase: Phrase, low: int) -> bool:
    """Say whether a phrase is what a preposition or a participle governs, no subject."""
    k = phrase.first - 1
    if (
        phrase.sort == "relative"
        or k <= low
        or (phrase.sort == "pronoun" and doc.lower[phrase.first] not in ("it", "both"))
    ):
        return False
    word = doc.lower[k]
    if word in _PREPOSITIONS:
        return not (doc.words[k][0].isupper() or doc.words[k - 1] == ",")
    return word.endswith("ing") and len(word) > 5 and doc.words[k - 1] != ","


def after_dateline(doc: Doc, i: int, end: int) -> int:
    """Return the token after a dateline ("SPRINGFIELD, Ill. (AP) — ") that begins at token i."""
    if i >= len(doc.words) or not (doc.words[i].isupper() and len(doc.words[i]) > 2):
        return i
    for k in range(i, min(end, i + 14)):
        if doc.words[k] in ("—", "–", "-", "--", "―"):
            return k + 1
        if doc.words[k].islower():
            break
    return i


def sentence_subject(doc: Doc, end: int, low: int) -> Phrase | None:
    """Return the subject of the clause that token `end` goes on: its first phrase with a verb.

    Steps over an adverbial at the start ("In a statement on Monday, ").
    """
    first = doc.sentence_first[doc.sent[low]] if doc.sent[low] >= 0 else low
    i = first
    end = min(end, first + _SUBJECT_REACH)
    if doc.inside[i] >= 0 and low > i:
        i = low
    i = after_dateline(doc, i, end)
    while i < end and not doc.words[i][0].isalnum():
        i += 1
    while i < end and doc.lower[i] in (
        "but",
        "and",
        "so",
        "still",
        "yet",
        "then",
        "now",
        "about",
        "nearly",
        "even",
    ):
        i += 1
    if i < end and (doc.lower[i] in _FRONTED or verb_like(doc.lower[i])):
        j = i
        while j < end and doc.words[j] != ",":
            j += 1
        if j < end:
            i = j + 1
    phrase = phrase_after(doc, i, end)
    if (
        phrase is not None
        and phrase.last < end
        and (doc.lower[phrase.last] in ("later", "ago", "earlier", "before", "after", "afterward"))
    ):
        j = phrase.last
        while j < end and doc.words[j] != ",":
            j += 1
        if j + 1 < end:
            return phrase_after(doc, j + 1, end)
    return phrase


_FRONTED = (
    frozenset(
        (
            "in on at when after before as while during since with for by from if although though "
            "despite under over amid because until once following speaking asked via through "
            "unlike like"
        ).split()
    )
    | lex.ADVERBS
)
