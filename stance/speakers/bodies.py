"""Which names of organisations are one organisation's: other words, initials, misspellings."""

from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz import fuzz

from stance.speakers.compare import FULL, contradict
from stance.speakers.groups import Group, Joined
from stance.speakers.names import acronym, organisation
from stance.speakers.observe import Seen

_LIKE = 95.0  # of two organisations' names
_LONG = 12  # characters of a name that may be misspelt


def body_groups(bodies: list[Seen]) -> list[Group]:
    """Return the groups of organisations' names."""
    joined = Joined(bodies)
    by_key: dict[tuple[str, ...], list[Seen]] = defaultdict(list)
    for one in bodies:
        by_key[organisation(one.name)].append(one)
    named = {key: members for key, members in sorted(by_key.items()) if key}
    for members in named.values():
        for other in members[1:]:
            _join_bodies(joined, members[0], other, FULL, "same organisation in other words")
    _acronyms(joined, named)
    keys = [(key, " ".join(key)) for key in named if len(" ".join(key)) >= _LONG]
    for k, (key, text) in enumerate(keys):
        for other_key, other_text in keys[k + 1 :]:
            if key[0][:1] == other_key[0][:1] and abs(len(text) - len(other_text)) < 3:
                likeness = fuzz.ratio(text, other_text)
                if likeness >= _LIKE:
                    _join_bodies(joined, named[key][0], named[other_key][0], likeness, "spelling")
    return joined.groups()


def _acronyms(joined: Joined, named: Mapping[tuple[str, ...], list[Seen]]) -> None:
    """Join "IAEA" and the one name of the run that has these initials."""
    spelled: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for key, members in named.items():
        for one in members:
            if acronym(one.name):
                spelled[acronym(one.name)].add(key)
    for members in named.values():
        for one in members:
            short = one.name.replace(".", "")
            keys = spelled.get(short, set()) if short.isupper() else set()
            keys = {key for key in keys if sum(len(m.groups) for m in named[key]) > 1} or keys
            if len(keys) == 1:
                _join_bodies(joined, named[next(iter(keys))][0], one, 90.0, "initials")


def _join_bodies(joined: Joined, one: Seen, other: Seen, score: float, reason: str) -> None:
    a, b = joined.of[one.name], joined.of[other.name]
    if a is not b and not contradict(a.said, b.said, strict=False):
        joined.join(one, other, score, reason)
