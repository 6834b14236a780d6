"""What an office's words say: "the Russian deputy foreign minister" -> role and country.

A small grammar over words, no text: modifiers, a head noun, and what a preposition adds.
Whatever it does not know gives None rather than a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from stance import gazetteer as gz
from stance.quotes import lexicon as lex
from stance.quotes.lands import Land, bare, lands, us_states
from stance.quotes.words import verb_like


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Office:
    """A role ("foreign minister") and a country ("Ukraine"), each None where not said."""

    role: str | None = None
    country: str | None = None


NOTHING = Office()

#: Shortened and gendered words of a role -> the form that roles are given in.
_SAME = {
    "sen": "senator", "rep": "representative", "gov": "governor", "gen": "general",
    "lt": "lieutenant", "col": "colonel", "sgt": "sergeant", "maj": "major", "capt": "captain",
    "cmdr": "commander", "adm": "admiral", "brig": "brigadier", "prof": "professor",
    "amb": "ambassador", "pres": "president", "sec": "secretary", "spokesman": "spokesperson",
    "spokeswoman": "spokesperson", "congresswoman": "congressman", "chairman": "chair",
    "chairwoman": "chair", "chairperson": "chair", "advisor": "adviser", "sheik": "sheikh",
    "vice-president": "vice president", "businesswoman": "businessman", "cofounder": "co-founder",
}  # fmt: skip

#: Heads of state and government and their ministers: the country stands before them as a name.
_NATIONAL = _words(
    "president premier chancellor minister king queen prince princess emir sultan ayatollah"
)
#: Heads whose place tells the country: "Ohio governor", "Moscow mayor".
_LOCAL = _words(
    "governor mayor senator congressman congresswoman representative sheriff lawmaker prosecutor "
    "general resident councillor councilman attorney"
)
_RANKS = _words(
    "general admiral colonel captain major lieutenant sergeant brigadier marshal corporal "
    "commander professor judge"
)
_OFFICES = (
    _NATIONAL
    | _LOCAL
    | _RANKS
    | _words(
        "secretary ambassador envoy spokesperson chief head leader chair speaker director deputy "
        "official officer diplomat negotiator commissioner commander commander-in-chief senator "
        "secretary-general director-general undersecretary counsellor counselor administrator "
        "minister-president inspector superintendent treasurer comptroller whip consul attaché "
        "adviser aide member soldier justice pope prosecutor representative vice-chair"
    )
)
_OTHERS = _words(
    "analyst expert economist scholar researcher fellow historian scientist author writer "
    "columnist reporter journalist correspondent editor host anchor pollster lawyer detective "
    "investigator candidate nominee contender activist organizer organiser advocate protester "
    "volunteer witness executive founder co-founder owner ceo cfo coo coordinator counsel "
    "strategist consultant manager operative critic donor teacher student doctor nurse surgeon "
    "priest pastor bishop archbishop cardinal imam rabbi sheikh cleric businessman mogul "
    "billionaire developer actor actress singer comedian filmmaker producer coach player farmer "
    "worker veteran commentator blogger contributor principal dean provost president-elect "
    "co-author coauthor co-chair specialist trader banker lobbyist campaigner hostage survivor "
    "refugee migrant entrepreneur physician epidemiologist psychologist engineer photographer "
    "artist musician rapper philosopher theologian political_scientist ex-president pilot "
    "mediator lecturer citizen insider staffer supporter observer militant fighter"
)
HEADS = _OFFICES | _OTHERS
_PLURALS = {head + "s": head for head in HEADS} | {
    "spokesmen": "spokesperson", "spokeswomen": "spokesperson", "attorneys": "attorney",
    "chairmen": "chair", "congressmen": "congressman", "secretaries": "secretary",
    "businessmen": "businessman", "witnesses": "witness", "advisors": "adviser",
}  # fmt: skip
#: Say nothing without a modifier or an "of": a chief, head or member of what?
_BARE = _words("chief head leader member deputy chair speaker officer director fellow whip owner "
               "executive manager founder co-founder founder worker supporter insider")  # fmt: skip
#: Study, judge or oppose what stands before them: "Russia analyst", "Kremlin critic".
_ABOUT = _words(
    "analyst expert specialist scholar researcher historian professor correspondent reporter "
    "journalist envoy observer fellow director editor critic coordinator strategist economist "
    "adviser commentator host lecturer author counsel program desk scientist"
)
_TOPICS = _words(
    "history studies study affairs politics language literature policy culture economy military "
    "security nuclear relations law program programme desk bureau"
)
#: Bodies of a state, in the words of their names.
STATE_BODIES = _words(
    "ministry army navy force forces military police embassy consulate government parliament "
    "presidency guard guards court authority department senate congress administration "
    "intelligence troops coastguard cabinet officials authorities presidential consul delegation "
    "mission legislature security service services treasury prosecutors"
)
_GENERALS = _words("attorney director secretary prosecutor consul auditor surgeon solicitor")
_GLUED = re.compile(r"[A-Z]{3,}[a-z]{2}|[a-z]{3,}[A-Z]")  # a caption run into the next word
_FLAG = ("rear", "vice", "maj", "lt", "brig", "first")
_PREPOSITIONS = _words("of for at to in on with from under against near about by")
#: Written small in a role, however a title has them.
_SMALL = (
    lex.ROLES | lex.TITLES | lex.BODIES | HEADS | STATE_BODIES
    | _words(
        "foreign prime vice deputy defence defense interior health energy trade finance economy "
        "education justice transport agriculture environment culture affairs state general and "
        "press national security chief senior acting former climate homeland communications "
        "policy public relations information external internal digital transformation economic "
        "development labor labour science technology presidential special opposition majority "
        "minority leader staff joint first regional local council supreme court border air "
        "political human rights"
    )
) - _words("republican democrat democratic gop house pentagon kremlin")  # fmt: skip
_IDLE = _words("mr mrs ms miss dr sir dame lord lady hon then newly longtime the a an current "
               "incumbent")  # fmt: skip
_JOINED = _words("led born run old")
_MOST_WORDS = 7


def office(words: Sequence[str]) -> Office:
    """Return what the words of a title, an appositive or an unnamed official say.

    The words are those of one noun phrase without a name: "Ukraine's foreign minister",
    "a spokesman for the Israeli army". Articles and pronouns at its front count nothing.
    """
    return _office(tuple(words))


@lru_cache(maxsize=4096)
def _office(words: tuple[str, ...]) -> Office:
    if "and" in words:
        at = words.index("and")
        one, other = _office(words[:at]), _office(words[at + 1 :])
        return Office(one.role or other.role, one.country or other.country)
    words = _without_rank(_after_front(words))
    if any(_GLUED.search(word) for word in words):
        return NOTHING
    cut = next((k for k, w in enumerate(words) if k and w.lower() in _PREPOSITIONS), len(words))
    pre, post = words[:cut], words[cut:]
    if not pre:
        return NOTHING
    known = lands(pre)
    if len(known) == 1 and known[0].last == len(pre) and known[0].first == 0 and known[0].owns:
        country = known[0].country if known[0].kind in (gz.NAME, gz.CAPITAL) else None
        return NOTHING if post else Office(None, country)
    head = head_of(pre[-1])
    if head is None:
        return NOTHING
    if any(verb_like(w) for w in pre[:-1] if w.islower() and w not in _SMALL):
        return NOTHING
    country = _before(pre, known, head)
    if country is None and not any(land.country for land in known):
        country = _complement_country(post, head)
    role = _role(pre, known, post, head)
    return Office("leader" if role is None and country and head == "leader" else role, country)


def head_of(word: str) -> str | None:
    """Return the role that a word names, in its usual form, or None."""
    low = bare(word).lower()
    if low != gz.fold(word).lower():
        return None  # "the president's": what follows is somebody else's
    low = low.rstrip(".") if len(low) < 6 else low
    low = _SAME.get(low, low)
    if low in HEADS or low == "vice president":
        return low
    return _PLURALS.get(low)


def _after_front(words: tuple[str, ...]) -> tuple[str, ...]:
    """Cut off articles and owners that are no countries: "the group's", "Jane Roe's"."""
    start = 0
    for k, word in enumerate(words):
        low = word.lower()
        front = low in lex.DETERMINERS or low in lex.POSSESSIVE_PRONOUNS or low in ("then", "now")
        owner = bare(word) != gz.fold(word) and not any(
            land.last == k + 1 and land.owns for land in lands(words[: k + 1])
        )
        if (front and k == start) or owner:
            start = k + 1
        elif low in _PREPOSITIONS:
            break
    return words[start:]


def _without_rank(words: tuple[str, ...]) -> tuple[str, ...]:
    """Cut off a military rank after another role: "army spokesman Lt. Col." -> the first."""
    end = len(words)
    while end > 1 and (head_of(words[end - 1]) in _RANKS or words[end - 1].lower() in _FLAG):
        if words[end - 1].lower() == "general" and words[end - 2].lower() in _GENERALS:
            break
        end -= 1
    others = any(head_of(word) not in _RANKS | {None} for word in words[:end])
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
    if head in _LOCAL | {"secretary"} and _states(pre):
        return "United States"
    return found[0] if len(found) == 1 else None


def _speaks_for(pre: tuple[str, ...], land: Land, head: str) -> bool:
    if head == "critic":
        return False
    if land.kind in (gz.ADJECTIVE, gz.PERSON, gz.PEOPLE):
        between = {word.lower() for word in pre[land.last : -1]}
        return not (head in _ABOUT and between & _TOPICS)
    if land.kind == gz.INSTITUTION:
        return head not in ("correspondent", "reporter", "journalist")
    if land.kind == gz.NAME:
        return land.owns or land.dual or head in _NATIONAL
    if land.kind in (gz.CAPITAL, gz.PLACE):
        return head in _LOCAL or (land.owns and head in _OFFICES)
    return False


def _complement_country(post: tuple[str, ...], head: str) -> str | None:
    """Return the country in what a preposition adds: "of Ukraine", "for the Israeli army"."""
    if not post or (head in _ABOUT and post[0].lower() not in ("at", "with")):
        return None
    prep, rest = post[0].lower(), _after_front(post[1:])
    stop = next((k for k, w in enumerate(rest) if w.lower() in _PREPOSITIONS), len(rest))
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
    if prep == "of" and head in _OFFICES and (
        (land.kind == gz.NAME and (alone or land.owns)) or (land.kind == gz.ADJECTIVE and body)
        or (land.dual and body)
    ):  # fmt: skip
        return land.country
    if prep in ("for", "at", "with", "in") and head in _OFFICES and body:
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
    } | (_states(pre) if head in _LOCAL | {"secretary"} else set())
    kept = [word for k, word in enumerate(pre[:-1]) if k not in taken and _says(word)]
    words = [_plain(word) for word in kept]
    more = _complement(post, head)
    if head == "spokesperson" and post and post[0].lower() == "for" and more:
        words, more = [*words, *more], []
    if len(words) + len(more) >= _MOST_WORDS or (head in _BARE and not words and not more):
        return None
    return " ".join([*words, head, *(["of", *more] if more else [])])


def _says(word: str) -> bool:
    """Leave out what tells no role: titles of respect, "London-based", "Arland-backed"."""
    low = word.lower().rstrip(".")
    joined = low.rpartition("-")[2] if "-" in low else ""
    return low not in _IDLE and joined not in _JOINED and not (joined and verb_like(joined))


def _plain(word: str) -> str:
    stripped = bare(word)
    low = stripped.lower()
    if len(low) < 6:
        low = low.rstrip(".")
    low = _SAME.get(low, low)
    if stripped.isupper() and len(stripped) < 6 and low not in ("sen", "rep", "gov", "gen"):
        return stripped
    return low if low in _SMALL or word.islower() else stripped


def _complement(post: tuple[str, ...], head: str) -> list[str]:
    """Return the words after "of" (or "for", of a spokesperson) that belong to the role."""
    prepositions = ("for", "of") if head == "spokesperson" else ("of",)
    if not post or post[0].lower() not in prepositions:
        return []
    if head in _ABOUT - {"director", "editor"} or head in ("resident", "citizen", "student"):
        return []
    rest = _after_front(post[1:])
    stop = next((k for k, w in enumerate(rest) if w.lower() in _PREPOSITIONS), len(rest))
    rest = rest[:stop]
    taken = {
        k for land in lands(rest) if land.kind != gz.INSTITUTION and land.country is not None
        for k in range(land.first, land.last)
    }  # fmt: skip
    kept = [bare(word) for k, word in enumerate(rest) if k not in taken and _says(word)]
    if head == "spokesperson" and any(head_of(word) for word in kept):
        return []  # "a spokesman for Prime Minister Jane Roe"
    # A proper name keeps its capitals: "the House Foreign Affairs Committee".
    proper = any(word[0].isupper() and word.lower() not in _SMALL for word in kept)
    words = kept if proper else [_plain(word) for word in kept]
    article = post[1:2] == ("the",) and head != "spokesperson"
    return ["the", *words] if article and proper and not taken else words


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
