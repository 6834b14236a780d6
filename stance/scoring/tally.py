"""Counts of a run: what became of every article, and who said what, each group once.

Where the model tells relevance, the labels of other tasks are counted over relevant groups.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stance.labels import OFF_TOPIC

OUTCOMES = ("scored", "without_quotes", "failed", "dropped")
#: Beyond this many speakers the rarest are forgotten, so that memory stays bounded.
MOST_SPEAKERS = 200_000


class Tally:
    """Counts that parts add up to; `to_dict` and `from_dict` keep them beside a part.

    `labels` counts, by speaker (None: nobody named) and task, the groups with each label,
    None where the model abstained.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.duplicates = 0
        self.rows = 0
        self.groups: Counter[str | None] = Counter()
        self.labels: dict[str | None, dict[str, Counter[str | None]]] = {}
        self.speakers_forgotten = 0

    @property
    def articles(self) -> int:
        """The number of articles, whatever became of them."""
        return sum(self.outcomes.values())

    def add_article(self, outcome: str, *, duplicate: bool = False, failure: str = "") -> None:
        """Count an article under one of `OUTCOMES`; `failure` is the kind of its failure."""
        self.outcomes[outcome] += 1
        self.duplicates += duplicate
        if failure:
            self.failures[failure] += 1

    def add_rows(self, rows: Sequence[Mapping[str, Any]], tasks: Iterable[str]) -> None:
        """Count the rows of one article, the pieces of a group as one."""
        self.rows += len(rows)
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            groups.setdefault(row["group"], []).append(row)
        names = list(tasks)
        for pieces in groups.values():
            speaker = next((row["speaker"] for row in pieces if row["speaker"] is not None), None)
            self.groups[speaker] += 1
            for task in ["relevance"] if is_off_topic(pieces) else names:
                by_task = self.labels.setdefault(speaker, {}).setdefault(task, Counter())
                by_task[group_label(pieces, task)] += 1
        if len(self.groups) > 2 * MOST_SPEAKERS:
            self._forget()

    def add(self, other: "Tally") -> None:
        """Add the counts of `other`."""
        self.outcomes.update(other.outcomes)
        self.failures.update(other.failures)
        self.duplicates += other.duplicates
        self.rows += other.rows
        self.groups.update(other.groups)
        for speaker, tasks in other.labels.items():
            for task, counts in tasks.items():
                self.labels.setdefault(speaker, {}).setdefault(task, Counter()).update(counts)
        self.speakers_forgotten += other.speakers_forgotten
        if len(self.groups) > 2 * MOST_SPEAKERS:
            self._forget()

    def _forget(self) -> None:
        keep = dict(self.groups.most_common(MOST_SPEAKERS))
        self.speakers_forgotten += len(self.groups) - len(keep)
        self.groups = Counter(keep)
        self.labels = {speaker: self.labels[speaker] for speaker in keep}

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as JSON can hold them."""
        return {
            "outcomes": dict(self.outcomes),
            "failures": dict(self.failures),
            "duplicates": self.duplicates,
            "rows": self.rows,
            "speakers": [
                [speaker, n, {task: list(counts.items()) for task, counts in by_task.items()}]
                for speaker, n in self.groups.items()
                for by_task in [self.labels.get(speaker, {})]
            ],
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "Tally":
        """Build the counts from what `to_dict` returned."""
        tally = cls()
        tally.outcomes.update(row["outcomes"])
        tally.failures.update(row["failures"])
        tally.duplicates, tally.rows = row["duplicates"], row["rows"]
        for speaker, n, by_task in row["speakers"]:
            tally.groups[speaker] = n
            tally.labels[speaker] = {task: Counter(dict(c)) for task, c in by_task.items()}
        return tally


def is_off_topic(pieces: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether the model says that a group is about no conflict (sport, prices).

    Such groups count for no task but relevance: they would dilute every index.
    """
    return "relevance" in pieces[0] and group_label(pieces, "relevance") == OFF_TOPIC


def group_label(pieces: Sequence[Mapping[str, Any]], task: str) -> str | None:
    """Return the label of a group of rows: the highest probability over all its words.

    The probabilities of the pieces are averaged, weighted by the length of their text. None
    when the model abstained on every piece.
    """
    if len(pieces) == 1:
        return str(pieces[0][task]) if pieces[0].get(task) else None
    if not any(row.get(task) for row in pieces):
        return None
    prefix = f"{task}_p_"
    chances: dict[str, float] = {}
    for row in pieces:
        weight = max(len(row["text"]), 1)
        for name, value in row.items():
            if name.startswith(prefix) and value not in (None, ""):
                label = name.removeprefix(prefix)
                chances[label] = chances.get(label, 0.0) + float(value) * weight
    return max(chances, key=lambda label: chances[label])
