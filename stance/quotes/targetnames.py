"""Who can be a target: countries, armed groups, organisations and people at their places."""

from bisect import bisect_left
from functools import cache, lru_cache
from typing import NamedTuple

from stance import gazetteer as gz
from stance.quotes import lexicon as lex
from stance.quotes.names import Cast, Entity
from stance.quotes.offices import Office
from stance.quotes.publicnames import GROUPS, LEADER
from stance.quotes.roles import apposition, title_before
from stance.quotes.tokens import Doc

GROUP, HUMAN = "group", "human"  # beside the kinds of the gazetteer

_LOOKED_AT = 3  # mentions of one person


class Mention(NamedTuple):
    """Tokens `first:last` that name somebody: `name` canonical, `country` whose it is.

    `kind` is one of the gazetteer's, "group" or "human"; `owns` says that it is a possessive.
    """

    first: int
    last: int
    kind: str
    name: str
    country: str | None
    owns: bool


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], str, str | None, str | None]]]:
    """Return first word -> (further words, kind, name, country), the longest forms first."""
    found: dict[str, dict[tuple[str, ...], tuple[str, str | None, str | None]]] = {}

    def add(form: str, kind: str, name: str | None, country: str | None) -> None:
        first, *rest = form.split()
        found.setdefault(first, {}).setdefault(tuple(rest), (kind, name, country))

    for line in GROUPS.strip().splitlines():
        names, _, country = line.partition(":")
        shown = names.split(",")[0].strip()
        for form in names.split(","):
            adjective = shown in ("Soviet Union", "West Germany", "East Germany") and (
                form.strip() in ("Soviet", "West German", "East German")
            )
            kind = gz.ADJECTIVE if adjective else GROUP
            land = country.strip() or None
            add(form, kind, land if land and kind != GROUP else land or shown, land)
    for form, what in gz.forms().items():
        land = what.country.name if what.country is not None else None
        if form in ("Korea", "Korean", "Congo", "Congolese", "Dominican"):
            land = None  # of which of the two nobody can say
        for spelled in {form, form.replace("'", "’")}:
            add(spelled, what.kind, form if what.kind == gz.PLACE else land, land)
    add("Palestinian", gz.ADJECTIVE, "Palestine", "Palestine")
    return {
        first: sorted(
            ((rest, *what) for rest, what in more.items()), key=lambda item: -len(item[0])
        )
        for first, more in found.items()
    }


@cache
def _starts() -> frozenset[str]:
    """Return the first words of all forms, with and without a possessive ending."""
    return frozenset(word + ending for word in _table() for ending in ("", "'s", "’s", "'", "’"))


def _bare(word: str) -> str:
    if word[-2:] in ("'s", "’s"):
        return word[:-2]
    return word[:-1] if word[-1] in "'’" else word


class Names:
    """The mentions of one article in order, each read when first asked for."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self._doc, self._cast = doc, cast
        self._table = _table()
        self._starts = starts = _starts()
        self._hits = [i for i, word in enumerate(doc.words) if word in starts]
        self._people = [first for first, _, _ in cast.mentions]
        self._known: dict[int, Mention | None] = {}
        self._persons: dict[str, tuple[bool, str | None]] = {}

    def between(self, first: int, last: int) -> list[Mention]:
        """Return the mentions among the tokens `first:last`, in order, none overlapping."""
        a, b = bisect_left(self._people, first), bisect_left(self._people, last)
        c, d = bisect_left(self._hits, first), bisect_left(self._hits, last)
        found: list[Mention] = []
        covered: set[int] = set()
        if a == b and c == d:
            return found
        for at, end, entity in self._cast.mentions[a:b]:
            if end <= last and self._doc.words[end - 1] not in self._starts:
                owns = self._doc.lower[end - 1].endswith(("'s", "s'"))
                found.append(Mention(at, end, HUMAN, entity.name, None, owns))
                covered.update(range(at, end))
        done = first
        for i in self._hits[c:d]:
            if i < done or i in covered:
                continue
            one = self._at(i)
            if one is not None and one.last <= last:
                done = one.last
                if one.name:
                    found.append(one)
        if covered:
            found.sort(key=lambda one: one.first)
        return found

    def subjects(self, verbs: frozenset[str]) -> list[Mention]:
        """Return the countries and groups of the article that stand right before one of `verbs`."""
        lower, end = self._doc.lower, len(self._doc.lower)
        found = []
        for i in self._hits:
            if verbs.isdisjoint(lower[i + 1 : i + 4]):
                continue
            one = self._at(i)
            if one is not None and one.name and one.last < end and lower[one.last] in verbs:
                found.append(one)
        return found

    def _at(self, i: int) -> Mention | None:
        if i not in self._known:
            self._known[i] = self._read(i)
        return self._known[i]

    def _read(self, i: int) -> Mention | None:
        words = self._doc.words
        bare = _bare(words[i])
        table = self._table
        for rest, kind, name, country in table.get(words[i]) or table.get(bare) or ():
            last = i + 1 + len(rest)
            if last > len(words):
                continue
            tail = words[last - 1]
            if rest:
                if tuple(words[i + 1 : last - 1]) != rest[:-1] or words[i] != bare:
                    continue
                if tail != rest[-1] and _bare(tail) != rest[-1]:
                    continue
            if bare == "West" and not rest and not self._the_west(i):
                return None
            owns = tail[-2:] in ("'s", "’s") or tail[-1] in "'’"
            return Mention(i, last, kind, name or "", country, owns)
        return None

    def _the_west(self, i: int) -> bool:
        after = self._doc.words[i + 1] if i + 1 < len(self._doc.words) else "."
        return i > 0 and self._doc.lower[i - 1] == "the" and not after[0].isupper()

    def person(self, one: Mention) -> Mention | None:
        """Return a mention of a person with the country, or None for one who may be none."""
        key = one.name
        if key not in self._persons:
            entity = self._cast.at[one.first]
            country = leader_country(key)
            sure = bool(country)
            if country is None:
                said = self._offices(entity)
                country = next((office.country for office in said if office.country), None)
                first = key.split()[0].lower()
                given = first in lex.MALE_NAMES or first in lex.FEMALE_NAMES
                sure = bool(country or entity.roles or given or any(o.role for o in said))
            self._persons[key] = (sure, country)
        sure, country = self._persons[key]
        return one._replace(country=country) if sure else None

    def _offices(self, entity: Entity) -> list[Office]:
        """Return what the first mentions of a person say of the office.

        `Roles` reads all of them, which for everybody that is spoken of would be slow.
        """
        doc, cast = self._doc, self._cast
        found = []
        for first in entity.at[:_LOOKED_AT]:
            last = first + 1
            while last < len(doc.words) and cast.at.get(last) is entity:
                last += 1
            opening = entity.name.split()[0]
            name = next((k for k in range(first, last) if doc.words[k] == opening), last - 1)
            found += [title_before(doc, cast, name, last), apposition(doc, cast, last)]
        return found


def leader_country(name: str | None) -> str | None:
    """Return the country of somebody of public life, by the last (or a Chinese first) name."""
    words = (name or "").lower().split()
    if not words:
        return None
    return (
        LEADER.get(words[-1])
        or LEADER.get(f"{words[0]} {words[-1]}")
        or LEADER.get(" ".join(words))
        or ("China" if words[0] == "xi" else None)
    )


@lru_cache(maxsize=4096)
def groups_in(name: str) -> frozenset[str]:
    """Return the groups and countries in a speaker's name: the speaker's own side."""
    words = name.split()
    found = set()
    for i, word in enumerate(words):
        for rest, kind, said, country in _table().get(_bare(word), ()):
            if tuple(map(_bare, words[i + 1 : i + 1 + len(rest)])) == rest:
                if kind == GROUP and said:
                    found.add(said)
                elif country:
                    found.add(country)
                break
    return frozenset(found)
