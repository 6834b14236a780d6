"""Near-duplicate texts, which must not stand on both sides of a split."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from stance.evaluation.resampling import plain
from stance.records import Statement

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicate:
    """Two rows of texts whose shingles overlap by `similarity` (Jaccard, up to 1)."""

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakageReport:
    """What the check for near-duplicates across groups found, and what was done about it.

    `pairs` lie in different groups of the tested statements, or between them and the rows
    that are only trained on (`first` counts from 0 over tested then extra rows). `merged`
    lists groups that became one; `dropped` counts training rows left out of a fold because
    they near-duplicate, or share the group of, a statement tested there.
    """

    threshold: float
    pairs: tuple[NearDuplicate, ...]
    merged: tuple[tuple[str, ...], ...]
    dropped: int

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def shingles(text: str, *, size: int = 3) -> frozenset[str]:
    """Return the runs of `size` words of `text`, lower-case, without marks and punctuation."""
    words = [word.lower().replace("’", "'") for word in _WORD.findall(text)]
    if len(words) < size:
        return frozenset()
    return frozenset(" ".join(words[n : n + size]) for n in range(len(words) - size + 1))


def near_duplicates(
    texts: Sequence[str], *, threshold: float = 0.8, size: int = 3, min_words: int = 6
) -> list[NearDuplicate]:
    """Return all pairs of texts whose sets of `size`-word shingles have Jaccard >= `threshold`.

    Exact, not sampled: only texts that share one of their rarest shingles are compared, which
    no such pair can avoid (prefix filtering: Bayardo, Ma and Srikant, 2007, Scaling up all
    pairs similarity search, WWW). Texts of fewer than `min_words` words are left out: a short
    phrase said twice ("we have no comment") is no copy.
    """
    sets = [
        shingles(text, size=size) if len(_WORD.findall(text)) >= min_words else frozenset()
        for text in texts
    ]
    counts = Counter(shingle for found in sets for shingle in found)
    index: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for row in sorted(range(len(sets)), key=lambda n: (len(sets[n]), n)):
        found = sets[row]
        if not found:
            continue
        rare = sorted(found, key=lambda shingle: (counts[shingle], shingle))
        # The small step keeps rounding (0.7 * 10 > 7) from shortening a prefix by one.
        prefix = rare[: len(rare) - math.ceil(threshold * len(rare) - 1e-9) + 1]
        for other in {n for shingle in prefix for n in index[shingle]}:
            if len(sets[other]) < threshold * len(found) - 1e-9:
                continue
            shared = len(found & sets[other])
            similarity = shared / (len(found) + len(sets[other]) - shared)
            if similarity >= threshold - 1e-9:
                first, second = sorted((row, other))
                pairs.append(NearDuplicate(first=first, second=second, similarity=similarity))
        for shingle in prefix:
            index[shingle].append(row)
    return sorted(pairs, key=lambda pair: (pair.first, pair.second))


def shared_passages(
    statements: Sequence[Statement], others: Sequence[Statement], *, words: int = 10
) -> list[tuple[int, int]]:
    """Return (row of `statements`, row of `others`) for those that share a passage.

    That is a run of `words` words in text or context, or the whole of a text of at least five
    words. Each row of `statements` comes at most once, with the first that it shares with.
    """
    index: dict[str, int] = {}
    for n, other in reversed(list(enumerate(others))):
        index.update(dict.fromkeys(_passages(other, words=words), n))
    found = []
    for row, statement in enumerate(statements):
        hits = [index[p] for p in _passages(statement, words=words) if p in index]
        if hits:
            found.append((row, min(hits)))
    return found


def _passages(statement: Statement, *, words: int) -> set[str]:
    whole = " ".join(_WORD.findall(statement.text)).lower().replace("’", "'")
    found = {whole} if whole.count(" ") >= 4 else set()
    for text in (statement.text, statement.context):
        found |= shingles(text, size=words)
    return found


def merge_groups(
    groups: Sequence[str], pairs: Sequence[NearDuplicate]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the groups with those that `pairs` link made one, and what was merged.

    A merged group goes by the name of its member that appears first.
    """
    parent: dict[str, str] = {group: group for group in groups}
    rank = {group: n for n, group in enumerate(parent)}

    def root(group: str) -> str:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for pair in pairs:
        one, two = sorted(
            (root(groups[pair.first]), root(groups[pair.second])), key=rank.__getitem__
        )
        parent[two] = one
    members: dict[str, list[str]] = defaultdict(list)
    for group in parent:
        members[root(group)].append(group)
    merged = [tuple(names) for names in members.values() if len(names) > 1]
    return [root(group) for group in groups], merged


def across(pairs: Sequence[NearDuplicate], groups: Sequence[str]) -> Iterator[NearDuplicate]:
    """Yield the pairs whose two rows lie in different groups."""
    return (pair for pair in pairs if groups[pair.first] != groups[pair.second])
