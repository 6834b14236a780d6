"""How strongly the words beside a mention direct a statement at it."""

from stance import gazetteer as gz
from stance.quotes import lexicon as lex
from stance.quotes import targetwords as tw
from stance.quotes.targetnames import Mention
from stance.quotes.tokens import Doc

AGENT, OBJECT, VICTIM = 3.0, 2.5, 1.0
ENOUGH = 2.0  # to be a target
OURS = frozenset(("we", "our", "us", "we'll", "we've", "we're", "i", "i'll"))
_AHEAD = 12  # tokens after a subject that may tell its deed


def weigh(doc: Doc, one: Mention, low: int, high: int) -> float:
    """Return how strongly the words beside a mention direct a statement at it.

    `low:high` are the tokens of the statement. 3 is a deed held against it or a demand on it,
    2.5 the object of a directed verb, 1 a victim, 0 a mere mention.
    """
    if not one.owns and one.kind != gz.ADJECTIVE and mere(doc.lower, one.first, one.last):
        return 0.0
    first = phrase_first(doc, one.first, low)
    last = one.last
    if one.owns or one.kind == gz.ADJECTIVE or _before_noun(doc, one, high):
        deed, last = _possessed(doc, one, high)
        if deed:
            return deed
        if last < 0:  # "the Arlish economy": nobody, unless it is praised or condemned
            judged = first > low and doc.lower[first - 1] in tw.JUDGING
            return OBJECT if judged and one.kind != gz.PLACE else 0.0
    if one.kind == gz.PLACE or (one.kind == gz.CAPITAL and placed(doc, one)):
        value = _governed(doc, first, low)
        return value if value and doc.lower[first - 1] not in ("in", "at", "from", "to") else 0.0
    value = _governed(doc, first, low)
    if value:
        return value
    return _subject(doc, first, last, low, high)


def mere(words: list[str], first: int, last: int) -> bool:
    """Say whether no word right beside `first:last` directs a statement: the quick answer."""
    return (
        (first == 0 or words[first - 1] not in tw.BEFORE)
        and (last == len(words) or words[last] not in tw.AFTER)
        and words[last - 1] not in tw.CONTRACTED
    )


def phrase_first(doc: Doc, first: int, low: int) -> int:
    """Return the first token of the noun phrase: "the government of Arland", "President Roe"."""
    k = first
    while k > low and first - k < 7:
        word = doc.lower[k - 1]
        if word in ("the", "a", "an", "both", "all", "this", "that", "these", "those") or (
            word in tw.MODIFIERS
        ):
            k -= 1
        elif word in ("of", "in") and k - 2 >= low and doc.lower[k - 2] in tw.STATE:
            k -= 2
        else:
            break
    return k


def _before_noun(doc: Doc, one: Mention, high: int) -> bool:
    """Say whether a name stands before a noun as an adjective would: "the US government"."""
    if one.last >= high or one.kind in (gz.PEOPLE, gz.PERSON, gz.PLACE):
        return False
    after = doc.lower[one.last]
    return after in tw.STATE or after in tw.DEEDS


def _possessed(doc: Doc, one: Mention, high: int) -> tuple[float, int]:
    """Return the weight of the deed that a mention owns, or 0 and the end of its phrase, or -1."""
    state = -1
    for k in range(one.last, min(high, one.last + 7)):
        word = doc.lower[k]
        if word in (",", "and") and one.owns and k > one.last and state < 0:
            continue  # "its unprovoked, brutal and illegal war"
        if word in tw.STATE:
            state = k
            continue
        if word in tw.DEEDS:
            before = doc.lower[max(0, one.first - 2) : one.first]
            return (VICTIM if any(w in tw.MEANWHILE for w in before) else AGENT, k + 1)
        if word in tw.RIGHTS:
            return (2.0 if word in ("right", "rights") else 0.0, k + 1)
        if word in lex.STOPS or word in lex.JOINING or not word[0].isalnum():
            break
        if state >= 0:
            break
    return (0.0, state + 1 if state >= 0 else -1)


def placed(doc: Doc, one: Mention) -> bool:
    """Say whether a mention tells where something is rather than who."""
    before = doc.lower[one.first - 1] if one.first else ""
    return before in ("in", "at", "near", "outside", "around", "into", "across", "visit")


def _governed(doc: Doc, first: int, low: int) -> float:
    """Return the weight of a phrase as object of the verb or preposition before it."""
    k = first - 1
    while k > low and (doc.lower[k] in tw.SKIPPED or doc.lower[k] in "\"“'‘"):
        k -= 1
    if k < low:
        return 0.0
    word = doc.lower[k]
    if word in tw.ADDRESSING:
        return AGENT
    if word in tw.ACTING:
        return OBJECT
    if word in tw.HARMING:
        return OBJECT if _ours(doc, k, low) else VICTIM
    if word == "against":
        earlier = doc.lower[max(low, k - 4) : k]
        return VICTIM if any(w in tw.DEEDS for w in earlier) and not _ours(doc, k, low) else OBJECT
    governors = tw.GOVERNED.get(word)
    if governors is None:
        return 0.0
    for j in range(k - 1, max(low - 1, k - 4), -1):
        before = doc.lower[j]
        if before in governors:
            if word == "by":
                return AGENT
            return OBJECT
        if before in tw.DEEDS:
            if word in ("of", "by", "from"):
                return AGENT
            if word in ("on", "to", "with"):
                return OBJECT if _ours(doc, j, low) else VICTIM
        if not before[0].isalnum():
            break
    return 0.0


def _ours(doc: Doc, k: int, low: int) -> bool:
    """Say whether the deed before token k is the speaker's: "we will wage war on"."""
    return any(doc.lower[j] in OURS for j in range(max(low, k - 8), k))


def _subject(doc: Doc, first: int, last: int, low: int, high: int) -> float:
    """Return the weight of a phrase as subject of what follows it."""
    q = last
    while q < high and (doc.lower[q] in tw.SKIPPED):
        q += 1
    if q + 3 < high and doc.lower[q] == "and" and doc.lower[q + 1] in ("its", "their", "his"):
        q += 3  # "Arland and its proxies have"
    if q >= high:
        return 0.0
    word = doc.lower[q]
    if word in tw.DEMANDS and doc.lower[q - 1] not in ("a", "the"):
        return AGENT
    bare = doc.lower[last - 1]
    if bare == "it" and word in ("is", "was", "comes", "came", "takes", "has", "would", "will"):
        return 0.0
    finite = word in tw.FINITE or word in tw.BAD_FORMS or bare in tw.CONTRACTED
    if first - 1 >= low and doc.lower[first - 1] in lex.JOINING and not finite:
        return 0.0
    if not finite:
        return 0.0
    if first - 1 >= low and doc.lower[first - 1] in ("in", "of", "with", "from", "at", "on"):
        return 0.0
    passive = False
    good = False
    for k in range(q, min(high, q + _AHEAD)):
        word = doc.lower[k]
        if word in (";", ".", "?", "!", "—"):
            break
        if word in ("was", "were", "been", "being", "is", "are", "be"):
            passive = True
            continue
        if word in tw.SUFFERING:
            return VICTIM
        if (
            word in tw.BAD
            or word in tw.NEGATED
            or (word == "not" and doc.lower[k - 1] in tw.BEFORE_NOT)
        ):
            return VICTIM if passive and word[-2:] == "ed" else AGENT
        if word in tw.GOOD:
            good = True
        if passive and word not in tw.SKIPPED and word not in ("a", "an", "the", "not"):
            passive = False
    return 2.2 if good else 1.2


def modifies(doc: Doc, one: Mention) -> bool:
    """Say whether a mention only describes a noun that is no body of it: "the US chapter"."""
    if one.last >= len(doc.words):
        return False
    after = doc.lower[one.last]
    return not (
        after in tw.STATE or after in lex.STOPS or after in lex.JOINING or not after[0].isalpha()
        or after in tw.SKIPPED or doc.words[one.last][0].isupper()
    )  # fmt: skip


def shares(doc: Doc, best: Mention, strangers: list[Mention]) -> bool:
    """Say whether another one stands beside `best` on a par: "Arland and Bruma must"."""
    for one in strangers:
        if one.name == best.name or one.country == best.country is not None:
            continue
        left, right = (best, one) if best.first < one.first else (one, best)
        between = doc.lower[left.last : right.first]
        if (
            between
            and len(between) < 4
            and between[0] in ("and", ",", "or")
            and all(w in ("and", "the", ",", "or", "both") for w in between)
        ):
            return True
    return False
