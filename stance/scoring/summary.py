"""What a run of scoring did, as data: the command line's last table and the manifest's counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from stance.labels import DE_ESCALATORY, ESCALATORY, canonical_order
from stance.scoring.tally import Tally, group_label, is_off_topic


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerCounts:
    """One speaker's groups: how many, and how many with each label of each task.

    `speaker` is None for quotes without a named speaker. In `labels`, the key None counts
    the groups on which the model abstained.
    """

    speaker: str | None
    groups: int
    labels: Mapping[str, Mapping[str | None, int]]

    @property
    def index(self) -> float | None:
        """(escalatory - de-escalatory) / all groups with a stance, from -1 to 1; None without."""
        counts = self.labels.get("stance", {})
        n = sum(count for label, count in counts.items() if label is not None)
        return (counts.get(ESCALATORY, 0) - counts.get(DE_ESCALATORY, 0)) / n if n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What became of every article: `articles` is the sum of the four counts after it.

    `scored` have at least one row, `without_quotes` none; `failed` are listed with reasons in
    the file `errors` and counted by kind in `failures`; `dropped` are the copies left out on
    demand. `duplicates` counts the articles with a `duplicate_of`, dropped or not. `rows` are
    pieces of quotes, `groups` whole quotes. `speakers` comes with most groups first;
    `parts_kept` were done by an earlier run and only looked at.
    """

    articles: int
    scored: int
    without_quotes: int
    failed: int
    dropped: int
    duplicates: int
    rows: int
    groups: int
    failures: Mapping[str, int]
    speakers: Sequence[SpeakerCounts]
    speakers_forgotten: int = 0
    out: str | None = None
    errors: str | None = None
    parts: int = 0
    parts_kept: int = 0
    seconds: float = 0.0
    examples: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def exit_status(self) -> int:
        """0, or 5 when some articles failed."""
        return 5 if self.failed else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the summary without its speakers, for a manifest or `--json`."""
        row = asdict(self)
        del row["speakers"], row["examples"]
        return row


def summarise(tally: Tally, **more: Any) -> RunSummary:
    """Return the summary of a tally; `more` are the fields that no count tells."""
    speakers = [
        SpeakerCounts(speaker=speaker, groups=n, labels=tally.labels.get(speaker, {}))
        for speaker, n in sorted(
            tally.groups.items(), key=lambda item: (-item[1], item[0] is None, item[0] or "")
        )
    ]
    return RunSummary(
        articles=tally.articles, scored=tally.outcomes["scored"],
        without_quotes=tally.outcomes["without_quotes"], failed=tally.outcomes["failed"],
        dropped=tally.outcomes["dropped"], duplicates=tally.duplicates, rows=tally.rows,
        groups=sum(tally.groups.values()), failures=dict(sorted(tally.failures.items())),
        speakers=speakers,
        speakers_forgotten=tally.speakers_forgotten, **more,
    )  # fmt: skip


def speaker_counts(
    rows: Iterable[Mapping[str, Any]], task: str
) -> tuple[dict[str, dict[str, int]], tuple[str, ...]]:
    """Count each speaker's groups by label of `task`; return the counts and the labels in order.

    Pieces of one group count once, under `group_label`; groups without a named speaker, off
    topic or, where the model abstained, without a label, are left out.
    """
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    prefix = f"{task}_p_"
    labels: set[str] = set()
    for row in rows:
        labels |= {key.removeprefix(prefix) for key in row if key.startswith(prefix)}
        key = (str(row["article"]), str(row.get("group") or row["quote"]))
        groups.setdefault(key, []).append(row)
    counts: dict[str, dict[str, int]] = {}
    for pieces in groups.values():
        speaker = next((row["speaker"] for row in pieces if row.get("speaker")), None)
        if task != "relevance" and is_off_topic(pieces):
            continue
        label = group_label(pieces, task)
        if speaker and label:
            of_speaker = counts.setdefault(str(speaker), {})
            of_speaker[label] = of_speaker.get(label, 0) + 1
    return counts, canonical_order(task, labels)
