"""Which names of organisations are one organisation's: other words, initials, misspellings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from rapidfuzz import fuzz

from stance.speakers.compare import FULL, contradict
from stance.speakers.groups import Group, Joined
from stance.speakers.names import acronym, organisation, plain
from stance.speakers.observe import Run, Seen

_Key = tuple[str, ...]
_LIKE = 85.0  # of 100, of the one word in which two names differ
_LONG = 6  # letters of such a word
_WORDS = 3  # of such a name


def body_groups(bodies: list[Seen], run: Run) -> list[Group]:
    """Return the groups of organisations' names."""
    joined = Joined(bodies)
    by_key: dict[tuple[str, ...], list[Seen]] = defaultdict(list)
    for one in bodies:
        by_key[organisation(one.name)].append(one)
    named = {key: members for key, members in sorted(by_key.items()) if key}
    for members in named.values():
        for other in members[1:]:
            _join_bodies(joined, members[0], other, FULL, "same organisation in other words")
    _acronyms(joined, named, run)
    for key, another, likeness in _misspelt(named):
        _join_bodies(joined, named[key][0], named[another][0], likeness, "spelling")
    return joined.groups()


def _misspelt(named: Iterable[_Key]) -> list[tuple[_Key, _Key, float]]:
    """Return the pairs of names of which all words but a long one agree, with its likeness."""
    others: dict[tuple[_Key, str], list[tuple[_Key, str]]] = defaultdict(list)
    for key in named:
        for k, word in enumerate(key):
            if len(word) >= _LONG and len(key) >= _WORDS and word[0] != "@":
                others[(*key[:k], *key[k + 1 :]), word[0]].append((key, word))
    found = []
    for alike in others.values():
        for (key, word), (other, another) in combinations(sorted(alike), 2):
            likeness = fuzz.ratio(word, another, score_cutoff=_LIKE)
            if likeness:
                found.append((key, other, float(likeness)))
    return sorted(found, key=lambda pair: (-pair[2], pair))


def _acronyms(joined: Joined, named: Mapping[tuple[str, ...], list[Seen]], run: Run) -> None:
    """Join "IAEA" and the one name with these initials, where an article writes both so."""
    spelled: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for key, members in named.items():
        for one in members:
            short = acronym(one.name)
            name = plain(one.name)
            written = run.initials.get(short, set())
            if any(name.endswith(words) or words.endswith(name) for words in written):
                spelled[short].add(key)
    for members in named.values():
        for one in members:
            short = one.name.replace(".", "")
            keys = spelled.get(short, set()) if short.isupper() else set()
            if len(keys) == 1:
                _join_bodies(joined, named[next(iter(keys))][0], one, 90.0, "initials")


def _join_bodies(joined: Joined, one: Seen, other: Seen, score: float, reason: str) -> None:
    a, b = joined.of[one.name], joined.of[other.name]
    if a is not b and not contradict(a.said, b.said, strict=False):
        joined.join(one, other, score, reason)
