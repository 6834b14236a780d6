"""What an office's words say: "the Russian deputy foreign minister" -> role and country.

A small grammar over words, no text: modifiers, a head noun, and what a preposition adds.
Whatever it does not know gives None rather than a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from stance import gazetteer as gz
from stance.quotes import lexicon as lex
from stance.quotes.lands import Land, bare, folded, lands, us_states
from stance.quotes.officewords import (
    ABOUT,
    BARE,
    FLAG,
    GENERALS,
    GLUED,
    HEADS,
    HONOURS,
    IDLE,
    INSTITUTES,
    JOINED,
    LOCAL,
    MOST_WORDS,
    NATIONAL,
    OFFICES,
    PLURALS,
    PREPOSITIONS,
    RANKS,
    SAME,
    SMALL,
    STATE_BODIES,
    TOPICS,
)
from stance.quotes.words import verb_like


@dataclass(frozen=True, slots=True)
class Office:
    """A role ("foreign minister") and a country ("Ukraine"), each None where not said."""

    role: str | None = None
    country: str | None = None


NOTHING = Office()


def office(words: Sequence[str]) -> Office:
    """Return what the words of a title, an appositive or an unnamed official say.

    The words are those of one noun phrase without a name: "Ukraine's foreign minister",
    "a spokesman for the Israeli army". Articles and pronouns at its front count nothing.
    """
    return _office(tuple(words))


@lru_cache(maxsize=4096)
def _office(words: tuple[str, ...]) -> Office:
    at = words.index("and") if "and" in words else 0
    if at and head_of(words[at - 1]) and any(map(head_of, words[at + 1 :])):
        one, other = _office(words[:at]), _office(words[at + 1 :])
        role = one.role or other.role
        if one.role and other.role and " of " not in one.role:
            role = one.role + "".join(other.role.partition(" of ")[1:])  # "head and owner of X"
        return Office(role, one.country or other.country)
    words = _without_rank(_after_front(words))
    if any(GLUED.search(word) for word in words):
        return NOTHING
    cut = next((k for k, w in enumerate(words) if k and w.lower() in PREPOSITIONS), len(words))
    if not words:
        return NOTHING
    pre, post = words[:cut], words[cut:]
    if not pre:
        return NOTHING
    known = [land for land in lands(pre) if not _proper(pre, land)]
    if len(known) == 1 and known[0].last == len(pre) and known[0].first == 0 and known[0].owns:
        country = known[0].country if known[0].kind in (gz.NAME, gz.CAPITAL) else None
        return NOTHING if post else Office(None, country)
    head = head_of(pre[-1])
    if head is None:
        return NOTHING
    if any(verb_like(w) for w in pre[:-1] if w.islower() and w not in SMALL):
        return NOTHING
    country = _before(pre, known, head)
    if country is None and not any(land.country for land in known):
        country = _complement_country(post, head)
    role = _role(pre, known, post, head)
    return Office("leader" if role is None and country and head == "leader" else role, country)


@lru_cache(maxsize=8192)
def head_of(word: str) -> str | None:
    """Return the role that a word names, in its usual form, or None."""
    low = bare(word).lower()
    if low != folded(word).lower():
        return None  # "the president's": what follows is somebody else's
    low = low.rstrip(".") if len(low) < 6 else low
    low = SAME.get(low, low)
    if low in HEADS or low == "vice president":
        return low
    return PLURALS.get(low)


def _after_front(words: tuple[str, ...]) -> tuple[str, ...]:
    """Cut off articles and owners that are no countries: "the group's", "Jane Roe's"."""
    start = 0
    for k, word in enumerate(words):
        low = word.lower()
        front = low in lex.DETERMINERS or low in lex.POSSESSIVE_PRONOUNS or low in ("then", "now")
        owner = bare(word) != folded(word) and not any(
            land.last == k + 1 and land.owns for land in lands(words[: k + 1])
        )
        if (front and k == start) or owner:
            start = k + 1
        elif low in PREPOSITIONS:
            break
    return words[start:]


def _proper(words: Sequence[str], land: Land) -> bool:
    """Say whether a country is a part of an institute's name: "American Enterprise Institute"."""
    after = words[land.last : land.last + 4]
    capitals = next((k for k, w in enumerate(after) if not w[0].isupper()), len(after))
    return not land.owns and any(w.lower() in INSTITUTES for w in after[:capitals])


def _without_rank(words: tuple[str, ...]) -> tuple[str, ...]:
    """Cut off a military rank after another role: "army spokesman Lt. Col." -> the first."""
    end = len(words)
    while end and words[end - 1].lower().rstrip(".") in HONOURS:
        end -= 1
    words = words[:end]
    while end > 1 and (head_of(words[end - 1]) in RANKS or words[end - 1].lower() in FLAG):
        if words[end - 1].lower() == "general" and words[end - 2].lower() in GENERALS:
            break
        end -= 1
    others = any(head_of(word) not in RANKS | {None} for word in words[:end])
    return words[:end] if others else words


def _states(pre: tuple[str, ...]) -> set[int]:
    """Return the indices of the words that name a state of the United States."""
    return {
        k
        for a in range(len(pre) - 1)
        for b in (a + 1, a + 2)
        if " ".join(map(bare, pre[a:b])) in us_states()
        for k in range(a, b)
    }


def _before(pre: tuple[str, ...], known: Sequence[Land], head: str) -> str | None:
    """Return the country that stands before the head, where it is whose the office is."""
    found: list[str] = []
    for land in known:
        if land.country is None or land.last > len(pre) - 1:
            continue
        if _speaks_for(pre, land, head) and land.country not in found:
            found.append(land.country)
    if head in LOCAL | {"secretary"} and _states(pre):
        return "United States"
    return found[0] if len(found) == 1 else None


def _speaks_for(pre: tuple[str, ...], land: Land, head: str) -> bool:
    if head == "critic":
        return False
    if land.kind in (gz.ADJECTIVE, gz.PERSON, gz.PEOPLE):
        between = {word.lower() for word in pre[land.last : -1]}
        return not (head in ABOUT and between & TOPICS)
    if land.kind == gz.INSTITUTION:
        return head not in ("correspondent", "reporter", "journalist")
    if land.kind == gz.NAME:
        return land.owns or land.dual or head in NATIONAL
    if land.kind in (gz.CAPITAL, gz.PLACE):
        return head in LOCAL or (land.owns and head in OFFICES)
    return False


def _complement_country(post: tuple[str, ...], head: str) -> str | None:
    """Return the country in what a preposition adds: "of Ukraine", "for the Israeli army"."""
    if not post or (head in ABOUT and post[0].lower() not in ("at", "with")):
        return None
    prep, rest = post[0].lower(), _after_front(post[1:])
    stop = next((k for k, w in enumerate(rest) if w.lower() in PREPOSITIONS), len(rest))
    known = lands(rest)
    inner = [land for land in known if land.first < stop]
    if not inner and prep == "of" and stop < len(rest) and rest[stop].lower() == "of":
        return _complement_country(rest[stop:], head)
    countries = {land.country for land in inner}
    if len(countries) != 1:
        return None
    land = inner[0]
    alone = (land.first, land.last) == (0, stop) or (land.first == 0 and land.last == len(rest))
    body = any(w.lower() in STATE_BODIES for w in rest[land.last : stop])
    if land.kind == gz.INSTITUTION:
        return land.country if prep in ("of", "for", "at", "with", "in") else None
    if land.first != 0:
        return None
    if prep == "of" and head in OFFICES and (
        (land.kind == gz.NAME and (alone or land.owns)) or (land.kind == gz.ADJECTIVE and body)
        or (land.dual and body)
    ):  # fmt: skip
        return land.country
    if prep in ("for", "at", "with", "in") and head in OFFICES and body:
        fits = land.owns or land.dual or land.kind == gz.ADJECTIVE
        return land.country if fits else None
    return None


def _role(
    pre: tuple[str, ...], known: Sequence[Land], post: tuple[str, ...], head: str
) -> str | None:
    taken = {
        k
        for land in known
        if land.kind != gz.INSTITUTION and land.country is not None
        for k in range(land.first, land.last)
    } | (_states(pre) if head in LOCAL | {"secretary"} else set())
    kept = [word for k, word in enumerate(pre[:-1]) if k not in taken and _says(word)]
    words = [_plain(word) for word in kept]
    words = words[1:] if words[:1] == ["and"] else words  # "US and Russian officials"
    more = _complement(post, head)
    if head == "spokesperson" and post and post[0].lower() == "for" and more:
        words, more = [*words, *more], []
    if len(words) + len(more) >= MOST_WORDS or (head in BARE and not words and not more):
        return None
    shown = head.upper() if head in ("ceo", "cfo", "coo") else head
    return " ".join([*words, shown, *(["of", *more] if more else [])])


def _says(word: str) -> bool:
    """Leave out what tells no role: titles of respect, "London-based", "Arland-backed"."""
    low = word.lower().rstrip(".")
    joined = low.rpartition("-")[2] if "-" in low else ""
    if len(low) == 1 or low in lex.ADVERBS or low[0].isdigit() or low.endswith("ly"):
        return False
    return low not in IDLE and joined not in JOINED and not (joined and verb_like(joined))


def _plain(word: str) -> str:
    stripped = bare(word)
    low = stripped.lower()
    if len(low) < 6:
        low = low.rstrip(".")
    low = SAME.get(low, low)
    if stripped.isupper() and 1 < len(stripped) < 6 and low not in ("sen", "rep", "gov", "gen"):
        return stripped
    return low if low in SMALL or word.islower() else stripped


def _complement(post: tuple[str, ...], head: str) -> list[str]:
    """Return the words after "of" (or "for", of a spokesperson) that belong to the role."""
    prepositions = ("for", "of") if head == "spokesperson" else ("of",)
    if not post or post[0].lower() not in prepositions:
        return []
    if head in ABOUT - {"director", "editor"} or head in ("resident", "citizen", "student"):
        return []
    rest = _after_front(post[1:])
    stop = next(
        (k for k, w in enumerate(rest) if w.lower() in PREPOSITIONS and not _inside_name(rest, k)),
        len(rest),
    )
    rest = rest[:stop]
    taken = {
        k for land in lands(rest) if land.kind != gz.INSTITUTION and land.country is not None
        for k in range(land.first, land.last)
    }  # fmt: skip
    if taken and min(taken) > 0 and all(word[0].isupper() for word in rest):
        taken = set()  # inside a proper name: "the Carnegie Arland Centre"
    kept = [bare(word) for k, word in enumerate(rest) if k not in taken and _says(word)]
    if any(
        head_of(word) in NATIONAL and (head == "spokesperson" or after[0].isupper())
        for word, after in pairwise([*kept, "x"])
    ):
        return []  # "a spokesman for Prime Minister Jane Roe"
    # A proper name keeps its capitals: "the House Foreign Affairs Committee".
    proper = any(word[0].isupper() and word.lower() not in SMALL for word in kept)
    words = kept if proper else [_plain(word) for word in kept]
    article = post[1:2] == ("the",) and head != "spokesperson"
    return ["the", *words] if article and proper and not taken else words


def _inside_name(words: Sequence[str], k: int) -> bool:
    """Say whether "of" stands within a name that goes on: "Joint Chiefs of Staff"."""
    if words[k].lower() != "of" or not 0 < k < len(words) - 1 or lands(words[k + 1 :]):
        return False
    return words[k - 1][0].isupper() and words[k + 1][0].isupper()


def body_country(words: Sequence[str]) -> str | None:
    """Return the country of an organisation by its name, or None: "Israeli Air Force"."""
    return _body_country(tuple(words))


@lru_cache(maxsize=4096)
def _body_country(words: tuple[str, ...]) -> str | None:
    words = tuple(w for w in words if w.lower() not in ("the", "a", "an", "official"))
    place = next((k for k, w in enumerate(words) if k and w.lower() in ("in", "to", "at")), None)
    words = words[:place]  # "Arlish embassy in Moscow"
    known = lands(words)
    if not known or len({land.country for land in known}) != 1 or known[0].country is None:
        return None
    land, last = known[0], known[-1]
    if (land.first, land.last) == (0, len(words)):
        whole = (gz.NAME, gz.CAPITAL, gz.INSTITUTION, gz.PLACE)
        return land.country if land.kind in whole else None
    state = any(word.lower() in STATE_BODIES for word in words)
    if land.kind == gz.INSTITUTION and land.first == 0:
        return land.country
    if land.first == 0 and land.owns and land.kind in (gz.NAME, gz.CAPITAL, gz.PLACE):
        return land.country
    if land.first == 0 and (land.kind == gz.ADJECTIVE or land.dual):
        small = words[-1].islower() and "-" not in words[land.last]
        return land.country if state or small else None
    if land.kind in (gz.NAME, gz.PLACE) and land.first == 0:
        return land.country if state else None
    ends = last.last == len(words) and words[last.first - 1].lower() == "of"
    if ends and last.kind == gz.NAME and state:
        return last.country
    return None
