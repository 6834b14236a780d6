"""Which names of people are one person's: full names first, then surnames alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from rapidfuzz import fuzz, process

from stance.speakers.compare import FULL, LONG, NEAR, agree, compare, contradict, differ
from stance.speakers.groups import Group, Joined
from stance.speakers.names import common_surnames, no_surnames, person, plain, sound, untitled
from stance.speakers.observe import Run, Seen

_MANY = 5  # words of what is no name but a stretch of text


def people_groups(people: list[Seen], run: Run) -> list[Group]:
    """Return the groups of people's names; sure pairs join first, whatever their order."""
    joined = Joined(people)
    by_surname: dict[str, list[Seen]] = defaultdict(list)
    for one in people:
        if person(one.name).given:
            by_surname[sound(person(one.name).surname)].append(one)
    pairs = sorted(_pairs(by_surname), key=lambda p: (-p[0], p[2].name, p[3].name))
    for score, reason, one, other in pairs:
        a, b = joined.of[one.name], joined.of[other.name]
        if a is b or contradict(a.said, b.said, strict=False) or _meet(a.members, b.members):
            continue
        if score < FULL and differ(a.said, b.said):
            continue
        if score == FULL or not _rivals(one, other, by_surname, joined):
            joined.join(one, other, score, reason)
    _lone_surnames(people, by_surname, joined, run)
    return joined.groups()


def _pairs(by_surname: Mapping[str, list[Seen]]) -> Iterator[tuple[float, str, Seen, Seen]]:
    """Yield the pairs of full names that are alike, from names with like surnames."""
    for surname, namesakes in by_surname.items():
        yield from _alike(combinations(namesakes, 2))
        for other in _misspelt(surname, by_surname):
            yield from _alike(product(namesakes, by_surname[other]))


def _alike(pairs: Iterable[tuple[Seen, Seen]]) -> Iterator[tuple[float, str, Seen, Seen]]:
    for pair in pairs:
        one, other = sorted(pair, key=lambda seen: seen.name)
        if untitled(one.name) == untitled(other.name):
            yield FULL, "same name but for titles", one, other
            continue
        both = agree((one.roles, one.countries), (other.roles, other.countries))
        score, reason = compare(person(one.name), person(other.name), agree=both)
        if score:
            yield score, reason, one, other


def _misspelt(surname: str, known: Iterable[str]) -> list[str]:
    """Return the surnames after `surname` in the alphabet that it may be a misspelling of."""
    if len(surname) < LONG:
        return []
    others = [o for o in known if len(o) >= LONG and o[0] == surname[0] and o > surname]
    found = process.extract(surname, others, scorer=fuzz.ratio, score_cutoff=NEAR, limit=None)
    return [other for other, _, _ in found]


def _rivals(one: Seen, other: Seen, by_surname: Mapping[str, list[Seen]], joined: Joined) -> bool:
    """Say whether a third person of that surname fits one of the names, but not both."""
    short, long = sorted((one, other), key=lambda s: (sum(map(len, person(s.name).given)), s.name))
    taken = (joined.of[one.name], joined.of[other.name])
    for third in by_surname[sound(person(short.name).surname)]:
        if any(joined.of[third.name] is group for group in taken):
            continue
        like_short, like_long = (
            bool(compare(person(seen.name), person(third.name), agree=True)[0])
            for seen in (short, long)
        )
        if like_short and (not like_long or _meet([long], [third])):
            return True
        if like_long and _meet([short], [third]):
            return True
    return False


def _meet(some: Iterable[Seen], others: Iterable[Seen]) -> bool:
    """Say whether two different full names speak in one article."""
    return any(
        untitled(one.name) != untitled(other.name) and not one.articles.isdisjoint(other.articles)
        for one, other in product(some, others)
        if person(one.name).given and person(other.name).given
    )


def _lone_surnames(
    people: list[Seen], by_surname: Mapping[str, list[Seen]], joined: Joined, run: Run
) -> None:
    """Join a surname alone to the one group that has it, where nothing speaks against it."""
    for one in people:
        name = person(one.name)
        if name.given or len(name.surname) < 2 or name.surname in no_surnames():
            continue
        groups = {id(g): g for g in (
            joined.of[full.name] for full in by_surname.get(sound(name.surname), ())
        )}  # fmt: skip
        if len(groups) != 1:
            continue
        (group,) = groups.values()
        said = (one.roles, one.countries)
        likely = agree(group.said, said) or _named_beside(group, one)
        if (
            _has_surname(group, name.surname)
            and (likely or (_is_person(group, one) and not _vague(name.surname, run)))
            and not contradict(group.said, said, strict=True)
            and not _others(group, run.mentioned.get(name.surname, set()))
        ):
            score = 90.0 if likely else 85.0
            joined.join(group.members[0], one, score, "the run's only full name with it")


def _vague(surname: str, run: Run) -> bool:
    return surname in common_surnames() or surname in run.words


def _is_person(group: Group, alone: Seen) -> bool:
    """Say whether a surname alone is a person's: else it may be a firm with a namesake.

    It has a title or a role, or its only namesake is quoted in several articles.
    """
    titled = untitled(alone.name) != plain(alone.name)
    articles = {article for member in group.members for article in member.articles}
    return titled or bool(alone.roles) or len(articles) > 1


def _named_beside(group: Group, alone: Seen) -> bool:
    """Say whether a first name of the group stands before the surname in its own contexts."""
    return any(
        sound(before).endswith(sound(first))
        for member in group.members
        for first in person(member.name).given
        for before in alone.before
        if len(first) > 1
    )


def _has_surname(group: Group, surname: str) -> bool:
    return any(
        person(member.name).surname == surname and len(member.name.split()) < _MANY
        for member in group.members
        if person(member.name).given
    )


def _others(group: Group, first_names: set[str]) -> bool:
    """Say whether the articles name somebody else of that surname."""
    own = [person(member.name) for member in group.members if person(member.name).given]
    for first in first_names:
        fits = any(
            compare(one, type(one)((first,), one.surname, east=one.east), agree=True)[0]
            or first in one.given
            for one in own
        )
        if not fits:
            return True
    return False
