"""Groups of names that grow by joining."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from stance.speakers.observe import Seen


@dataclass(slots=True)
class Group:
    """The names of one speaker; `why` says of each how surely it was joined, and by what."""

    members: list[Seen]
    why: dict[str, tuple[float, str]] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Say whether any row's speaker would be written otherwise."""
        return len(self.members) > 1 or len(self.members[0].spelled) > 1

    @property
    def said(self) -> tuple[Counter[str], Counter[str]]:
        """The roles and the countries of all names, counted."""
        roles: Counter[str] = Counter()
        countries: Counter[str] = Counter()
        for member in self.members:
            roles.update(member.roles)
            countries.update(member.countries)
        return roles, countries


class Joined:
    """Groups of names that grow by joining; each name is in one."""

    def __init__(self, names: Iterable[Seen]) -> None:
        self.of: dict[str, Group] = {one.name: Group([one]) for one in names}

    def join(self, one: Seen, other: Seen, score: float, reason: str) -> None:
        """Put the groups of two names together."""
        kept, gone = self.of[one.name], self.of[other.name]
        for member in (one, other):
            before = kept.why.get(member.name) or gone.why.get(member.name) or (0.0, "")
            kept.why[member.name] = max(before, (score, reason))
        kept.why = {**gone.why, **kept.why}
        kept.members = sorted([*kept.members, *gone.members], key=lambda m: m.name)
        for member in gone.members:
            self.of[member.name] = kept

    def groups(self) -> list[Group]:
        """Return all groups, by their first names."""
        unique = {id(group): group for group in self.of.values()}
        return sorted(unique.values(), key=lambda group: group.members[0].name)
