"""Which names of a whole run are one speaker: proposals, sure ones first, with reasons.

Whatever the order of the rows, the same names give the same groups: all pairs are compared,
sorted by how sure they are, and joined unless somebody's articles, countries or roles forbid.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from stance.speakers.bodies import body_groups
from stance.speakers.compare import FULL
from stance.speakers.groups import Group
from stance.speakers.names import person, plain, untitled
from stance.speakers.observe import Run, Seen, most
from stance.speakers.people import people_groups
from stance.speakers.table import Alias, AliasTable

MARKS = "same name but for marks"
_MANY = 5  # words of what is no name but a stretch of text


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A name and the speaker that it was merged into, how surely (0 to 100) and why."""

    alias: str
    speaker: str
    kind: str
    role: str | None
    country: str | None
    count: int
    score: float
    reason: str


def merge(run: Run, *, alone: bool = False) -> list[Merged]:
    """Return the names of `run` that are merged, and with `alone` all others, too.

    Two people who share a surname in one article stay two; a surname alone joins only where
    the whole run knows one full name with it. Each group's own name comes with the reason
    "name of the group".
    """
    seen = sorted(run.speakers.values(), key=lambda one: one.name)
    people = [one for one in seen if one.kind == "person"]
    bodies = [one for one in seen if one.kind != "person"]
    groups = people_groups(people, run) + body_groups(bodies, run)
    found = [row for group in groups if alone or group.changes for row in _rows(group)]
    if not alone:
        found += _kept_apart(found, seen)
    return sorted(found, key=lambda row: (row.speaker, row.alias != row.speaker, row.alias))


def _kept_apart(found: list[Merged], seen: list[Seen]) -> Iterator[Merged]:
    """Yield the names that a table of `found` would take, without their titles, for merged ones."""
    table = alias_table(found)
    merged = {row.alias for row in found}
    for one in seen:
        taken = table.find(one.name) if one.name not in merged else None
        if taken is not None and taken.speaker != one.name:
            yield from (replace(row, reason="kept apart") for row in _rows(Group([one])))


def alias_table(merged: Iterable[Merged]) -> AliasTable:
    """Return the merge as the table that it would be read as."""
    return AliasTable(
        (Alias(alias=one.alias, speaker=one.speaker, kind=one.kind, role=one.role,
               country=one.country) for one in merged),
        source="the merge",
    )  # fmt: skip


def table_rows(merged: Iterable[Merged]) -> list[dict[str, Any]]:
    """Return the rows of the table that `read_aliases` reads."""
    return [
        {
            "alias": one.alias, "speaker": one.speaker, "kind": one.kind, "role": one.role or "",
            "country": one.country or "", "count": one.count, "score": f"{one.score:.0f}",
            "reason": one.reason,
        }
        for one in merged
    ]  # fmt: skip


def _rows(group: Group) -> Iterator[Merged]:
    name = _name_of(group)
    roles, countries = group.said
    kinds: Counter[str] = Counter()
    for member in group.members:
        kinds.update(member.kinds)
    for member in group.members:
        score, reason = group.why.get(member.name, (FULL, ""))
        if member.name == name or not reason:
            score, reason = FULL, "name of the group" if group.changes else "alone"
        for spelling, count in sorted(member.spelled.items()):
            marks = spelling != member.name
            yield Merged(
                alias=spelling, speaker=name, kind=most(kinds) or "person", role=most(roles),
                country=most(countries), count=count,
                score=FULL if marks and member.name == name else score,
                reason=MARKS if marks and member.name == name else reason,
            )  # fmt: skip


def _name_of(group: Group) -> str:
    """Return the name that a group goes by: full, without titles, in most articles."""

    def rank(one: Seen) -> tuple[Any, ...]:
        titled = untitled(one.name) != plain(one.name)
        given = person(one.name).given
        full = one.kind != "person" or len("".join(given[:1])) > 1
        short = one.kind != "person" and one.name.replace(".", "").isupper() and len(one.name) < 7
        many = len(one.name.split()) >= _MANY - 1
        counts = (-len(one.articles), -len(one.groups), len(one.name))
        owner = one.name.endswith(("'s", "’s"))
        return (not full, titled or many or short or owner, *counts, one.name)

    return min(group.members, key=rank).name
