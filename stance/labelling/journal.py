"""Every key on disk before the next one, and the labelled statements beside it.

OUT.keys is the journal: a line a key, appended and flushed to the disk, never changed; an undo
is a line too. OUT holds the finished statements, as `stance train` reads them. A line is
appended when a statement is finished; what a crash kept from OUT is put there on the next
start, from the journal.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

from stance.data import read_rows
from stance.errors import DataError, StanceError, UsageError
from stance.labels import OFF_TOPIC, RELEVANT
from stance.scoring.writers import json_line, lock, replacing

FORMAT = 1
RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one statement: its labels by task, a note, and whether it was skipped."""

    labels: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    skipped: bool = False

    def finished(self, tasks: Sequence[str]) -> bool:
        """Whether every task has its label."""
        return all(task in self.labels for task in tasks)


def check_annotator(name: str | None) -> None:
    """Raise `UsageError` for a name that cannot stand in a column such as `stance@NAME`."""
    if name is not None and not re.fullmatch(r"[\w.-]+", name):
        raise UsageError(f"--annotator {name!r}: expected letters, digits, '.', '_' or '-' only")


def labelled_row(row: Mapping[str, Any], entry: Entry, annotator: str | None) -> dict[str, Any]:
    """Return the row of OUT: the statement, its labels, and the same under the annotator's name.

    Columns are `stance`, `sentiment` and `off_topic`; with an annotator also `stance@NAME` and so
    on, as `stance data agreement` reads them.
    """
    labels = {**entry.labels, RELEVANCE: entry.labels.get(RELEVANCE, RELEVANT)}
    plain: dict[str, Any] = {t: label for t, label in labels.items() if t != RELEVANCE}
    plain["off_topic"] = labels[RELEVANCE] == OFF_TOPIC
    named = {f"{task}@{annotator}": label for task, label in labels.items()} if annotator else {}
    note = {f"note@{annotator}" if annotator else "note": entry.note} if entry.note else {}
    return {**row, **plain, **named, **note}


def repair(path: Path) -> int:
    """Mend a last line without its end, and return how many bytes of a torn one were cut off."""
    if not path.is_file():
        return 0
    with path.open("rb+") as file:
        data = file.read()
        if not data or data.endswith(b"\n"):
            return 0
        whole = data.rfind(b"\n") + 1
        try:
            json.loads(data[whole:])
        except ValueError:
            file.truncate(whole)
        else:
            file.write(b"\n")
            whole = len(data)
        file.flush()
        os.fsync(file.fileno())
    return len(data) - whole


class Journal:
    """The labels of one annotator in OUT and OUT.keys; open it with `open`, close it when done.

    `entries` maps ids to what is known, `repaired` counts the bytes of torn lines cut off.
    """

    def __init__(self, out: Path, annotator: str | None, tasks: Sequence[str]) -> None:
        self.out, self.annotator, self.tasks = out, annotator, tuple(tasks)
        self.keys = out.with_name(f"{out.name}.keys")
        self.entries: dict[str, Entry] = {}
        self.repaired = 0
        self._before: list[tuple[str, Entry | None]] = []  # what each key not undone replaced
        self._rows: dict[str, dict[str, Any]] = {}  # the lines of OUT
        self._taken_in: set[str] = set()
        self._file: BinaryIO | None = None

    @classmethod
    def open(cls, out: Path, *, annotator: str | None, tasks: Sequence[str]) -> Self:
        """Open or begin the labels of `out`, mend what a crash tore, and bring OUT up to date.

        Raises `UsageError` for another ending than .jsonl, for a file that holds another
        annotator's labels and for one that is open elsewhere; `DataError` for unreadable lines.
        """
        if out.suffix != ".jsonl":
            raise UsageError(f"--out {out} ends in '{out.suffix}'; labels are written as .jsonl")
        journal = cls(out, annotator, tasks)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            journal._file = journal.keys.open("ab")
        except OSError as error:
            raise StanceError(f"{journal.keys} cannot be written ({error.strerror})") from None
        try:
            taken = f"{out} is open in another `stance label`; close that, or give another --out"
            lock(journal._file, taken=taken)
            journal._restore()
        except BaseException:
            journal.close()
            raise
        return journal

    def _restore(self) -> None:
        self.repaired = repair(self.out) + repair(self.keys)
        events = _read(self.keys)
        self._check_owner(events[0] if events else {})
        if not events:
            self._write({"format": FORMAT, "annotator": self.annotator})
        for event in events[1:]:
            if event.get("undo"):
                self._pop()
            else:
                self._apply(event)
        in_out = [row for _, row in read_rows(self.out)] if self.out.exists() else []
        for row in in_out:
            self._take_in(row)
        if [row.get("id") for row in in_out] != list(self._rows):
            self._rewrite()

    def _take_in(self, row: dict[str, Any]) -> None:
        """Journal a line of OUT that is from elsewhere or was changed by hand: it is meant so."""
        if not row.get("id"):
            raise DataError(f"{self.out} holds a row without id; give a new --out")
        key, at = str(row["id"]), f"@{self.annotator}" if self.annotator else ""
        others = {k.rpartition("@")[2] for k in row if "@" in k} - {self.annotator}
        if others or (at and not any(k.endswith(at) for k in row)):
            raise self._other(", ".join(sorted(others)) or "no name")
        labels = {t: str(row[t + at]) for t in self.tasks if row.get(t + at)}
        if row.get("off_topic") is True:
            labels[RELEVANCE] = OFF_TOPIC
        known = self.entries.get(key)
        if known is None or (key in self._rows and dict(known.labels) != labels):
            event = {"id": key, "labels": labels, "note": row.get(f"note{at}"), "row": row,
                     "taken_in": True}  # fmt: skip
            self._write(event)
            self._apply(event)

    def _check_owner(self, header: Mapping[str, Any]) -> None:
        if header and header.get("format") != FORMAT:
            raise DataError(f"{self.keys} is no journal of this version; move it away or update")
        if header and header.get("annotator") != self.annotator:
            raise self._other(header.get("annotator") or "no name")

    def _other(self, who: str) -> UsageError:
        return UsageError(
            f"{self.out} holds labels of annotator {who}, not of "
            f"{self.annotator or 'no name'}; each annotator has a file of their own: give another "
            "--out, or that --annotator"
        )

    def record(self, row: Mapping[str, Any], **change: Any) -> Entry:
        """Save one key for the statement in `row`: `labels`, `note` or `skipped`.

        It is on the disk when this returns. A finished statement is appended to OUT.
        """
        key = str(row["id"])
        event: dict[str, Any] = {"id": key, **change, "time": _now()}
        was_finished = key in self._rows
        entry = _changed(self.entries.get(key, Entry()), change)
        if entry.finished(self.tasks):
            event["row"] = dict(row)
        self._write(event)
        self._apply(event)
        if was_finished:
            self._rewrite()
        elif key in self._rows:
            self._append(self._rows[key])
        return entry

    def last(self) -> str | None:
        """Return the id of the statement that the next undo goes back to."""
        return self._before[-1][0] if self._before else None

    def undo(self) -> str | None:
        """Take back the last key, on the disk too; return the id of its statement."""
        if not self._before:
            return None
        self._write({"undo": True, "time": _now()})
        rows = dict(self._rows)
        key = self._pop()
        if rows != self._rows:
            self._rewrite()
        return key

    def close(self) -> None:
        """Close the journal; everything is on the disk already."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _apply(self, event: Mapping[str, Any]) -> None:
        key = event["id"]
        if event.get("taken_in"):
            self._taken_in.add(key)
        else:
            self._before.append((key, self.entries.get(key)))
        self.entries[key] = _changed(self.entries.get(key, Entry()), event)
        self._place(key, event.get("row", self._rows.get(key)))

    def _pop(self) -> str | None:
        if not self._before:
            return None
        key, entry = self._before.pop()
        if entry is None:
            del self.entries[key]
        else:
            self.entries[key] = entry
        self._place(key, self._rows.get(key))
        return key

    def _place(self, key: str, row: Mapping[str, Any] | None) -> None:
        entry = self.entries.get(key, Entry())
        if row is None or not (entry.finished(self.tasks) or key in self._taken_in):
            self._rows.pop(key, None)
            return
        bare = {k: v for k, v in row.items() if "@" not in k and k not in (*entry.labels, "note")}
        bare.pop("off_topic", None)
        self._rows[key] = labelled_row(bare, entry, self.annotator)

    def _write(self, event: Mapping[str, Any]) -> None:
        if self._file is None:
            raise StanceError(f"{self.keys} is closed")
        _flushed(self._file, json_line(event))

    def _append(self, row: Mapping[str, Any]) -> None:
        with self.out.open("ab") as file:
            _flushed(file, json_line(row))

    def _rewrite(self) -> None:
        with replacing(self.out) as file:
            file.writelines(map(json_line, self._rows.values()))


def _changed(entry: Entry, change: Mapping[str, Any]) -> Entry:
    labels = {**entry.labels, **change.get("labels", {})}
    return replace(entry, labels=labels, note=change.get("note", entry.note),
                   skipped=bool(change.get("skipped", False)))  # fmt: skip


def _read(path: Path) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            event = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise DataError(f"{path}:{number} is no line of a journal; restore it, or move it away")
        found.append(event)
    return found


def _flushed(file: BinaryIO, line: bytes) -> None:
    try:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        raise StanceError(
            f"{file.name} cannot be written ({error.strerror}); all keys before are saved: make "
            "room and start again"
        ) from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
