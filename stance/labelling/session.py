"""The queue and the keys: what is asked now, and what a key does. No screen."""

from collections.abc import Collection, Sequence

from stance.errors import UsageError
from stance.labelling.items import Item
from stance.labelling.journal import RELEVANCE, Entry, Journal
from stance.labels import KNOWN_TASKS, NEUTRAL, OFF_TOPIC


def check_tasks(tasks: Sequence[str]) -> None:
    """Raise `UsageError` for a task whose labels are not known."""
    unknown = [task for task in tasks if task not in KNOWN_TASKS]
    if unknown or not tasks:
        known = ", ".join(KNOWN_TASKS)
        raise UsageError(f"--task {', '.join(unknown) or 'none'}: expected one of {known}")


class Session:
    """Asks the items in order, task by task; finished and skipped ones are passed over.

    `current` is the item on the screen, None when all is done. `revisit` asks those that were
    skipped in earlier sessions again.
    """

    def __init__(self, items: Sequence[Item], journal: Journal, *, revisit: bool = False) -> None:
        check_tasks(journal.tasks)
        self.items, self.journal = list(items), journal
        self._by_id = {item.id: item for item in items}
        skipped = {key for key, entry in journal.entries.items() if entry.skipped}
        self._revisited: Collection[str] = skipped if revisit else set()
        self._asked: set[str] = set()
        self.current: Item | None = None
        self._advance()

    @property
    def entry(self) -> Entry:
        """What is known of the current item."""
        return self._entry(self.current) if self.current else Entry()

    @property
    def task(self) -> str | None:
        """The task that is asked now."""
        entry = self.entry
        open_ones = [task for task in self.journal.tasks if task not in entry.labels]
        return open_ones[0] if self.current and open_ones else None

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels that may be given now, in canonical order."""
        return KNOWN_TASKS[self.task] if self.task else ()

    @property
    def done(self) -> int:
        """How many of the items have all their labels."""
        return sum(self._entry(item).finished(self.journal.tasks) for item in self.items)

    @property
    def skipped(self) -> int:
        """How many of the items are skipped."""
        return sum(self._entry(item).skipped for item in self.items)

    def answer(self, number: int) -> bool:
        """Give the label of that number, from 1; False where there is none such."""
        if self.current is None or self.task is None or not 1 <= number <= len(self.choices):
            return False
        self._record(labels={self.task: self.choices[number - 1]})
        return True

    def off_topic(self) -> bool:
        """Label the current item off topic, and neutral in stance (rule 15 of the codebook)."""
        if self.current is None:
            return False
        labels = {RELEVANCE: OFF_TOPIC}
        if "stance" in self.journal.tasks:
            labels["stance"] = NEUTRAL
        self._record(labels=labels)
        return True

    def skip(self) -> bool:
        """Leave the current item without labels and go on."""
        if self.current is None:
            return False
        self._record(skipped=True)
        return True

    def note(self, text: str) -> bool:
        """Keep a note beside the current item's labels; an empty one takes it away."""
        if self.current is None:
            return False
        self.journal.record(self.current.row, note=text.strip() or None)
        return True

    def undo(self) -> bool:
        """Take back the last key and show its item; False where nothing in this queue is left."""
        if self.journal.last() not in self._by_id:
            return False
        key = self.journal.undo()
        self.current = self._by_id[str(key)]
        self._asked.discard(self.current.id)
        return True

    def _entry(self, item: Item) -> Entry:
        return self.journal.entries.get(item.id, Entry())

    def _record(self, **change: object) -> None:
        if self.current is None:
            return
        entry = self.journal.record(self.current.row, **change)
        if entry.skipped or entry.finished(self.journal.tasks):
            self._asked.add(self.current.id)
            self._advance()

    def _advance(self) -> None:
        self.current = next((item for item in self.items if self._is_open(item)), None)

    def _is_open(self, item: Item) -> bool:
        entry = self._entry(item)
        if entry.finished(self.journal.tasks):
            return False
        again = item.id in self._revisited and item.id not in self._asked
        return again or not entry.skipped
