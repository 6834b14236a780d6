"""A folder of scores on disk: parts, a record beside each, one manifest.

    manifest.json     what made the scores; running or complete; counts and times
    parts/            part-<first>-<last>.parquet (or .jsonl): nothing but rows
    state/            part-<first>-<last>.json: the record that says that a part is done
    errors.jsonl      every article that was not scored, with its reason

A part is done when its record is there: the record is written after the part, both beside
and renamed, so that a run that ends at any moment leaves whole parts.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stance.articles import InputFailure
from stance.errors import DataError, UsageError
from stance.scoring.admission import Admitted
from stance.scoring.rows import SCHEMA_VERSION
from stance.scoring.tally import Tally
from stance.scoring.writers import json_line, lock, replacing

PART_FORMATS = ("parquet", "jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A part that is done: which items, from what content, with what result.

    `articles` holds for each item its id (None for failures), digest and signature: what
    later parts must know of it. `input` is a hash of the digests, `sha256` of the file.
    """

    first: int
    count: int
    input: str
    sha256: str
    size: int
    tally: Tally
    failures: Sequence[InputFailure]
    articles: Sequence[tuple[str | None, int, bytes | None]]

    @property
    def name(self) -> str:
        """The part's name, by the range of its items: part-000000000-000000511."""
        return part_name(self.first, self.count)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON can hold it."""
        return {
            "first": self.first, "count": self.count, "input": self.input,
            "sha256": self.sha256, "size": self.size, "tally": self.tally.to_dict(),
            "failures": [failure.to_dict() for failure in self.failures],
            "articles": [
                [name, f"{digest:016x}", mark and base64.b64encode(mark).decode()]
                for name, digest, mark in self.articles
            ],
        }  # fmt: skip

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "Record":
        """Build a record from what `to_dict` returned."""
        return cls(
            first=row["first"], count=row["count"], input=row["input"], sha256=row["sha256"],
            size=row["size"], tally=Tally.from_dict(row["tally"]),
            failures=[InputFailure.from_dict(failure) for failure in row["failures"]],
            articles=[
                (name, int(digest, 16), mark and base64.b64decode(mark))
                for name, digest, mark in row["articles"]
            ],
        )  # fmt: skip


def part_name(first: int, count: int) -> str:
    """Return the name of the part of `count` items that begins at item `first`."""
    return f"part-{first:09d}-{first + count - 1:09d}"


def input_hash(digests: Iterable[int]) -> str:
    """Return the hash that names the content of a part's items, in order."""
    joined = b"".join(digest.to_bytes(8, "little") for digest in digests)
    return hashlib.sha256(joined).hexdigest()


def articles_of(items: Iterable[Admitted]) -> list[tuple[str | None, int, bytes | None]]:
    """Return what a record keeps of each item."""
    return [
        (None if isinstance(one.item, InputFailure) else one.item.id, one.digest, one.signature)
        for one in items
    ]


class ScoreFolder:
    """The paths of a folder of scores and what is read from and written to them."""

    def __init__(self, root: Path, kind: str) -> None:
        if kind not in PART_FORMATS:
            raise UsageError(f"parts cannot be '{kind}'; expected {' or '.join(PART_FORMATS)}")
        self.root, self.kind = root, kind
        self.parts, self.state = root / "parts", root / "state"
        self.manifest, self.errors = root / "manifest.json", root / "errors.jsonl"

    def data(self, name: str) -> Path:
        """Return the path of the part called `name`."""
        return self.parts / f"{name}.{self.kind}"

    def create(self) -> None:
        """Make the folders; raises `UsageError` where something else is in their place."""
        if self.root.exists() and not self.root.is_dir():
            raise UsageError(f"{self.root} is a file; give --out a folder or another name")
        if self.root.is_dir() and not self.manifest.is_file() and self._holds_others():
            raise UsageError(
                f"{self.root} holds files but no manifest of scores; nothing was written: "
                "choose an empty or a new folder"
            )
        for path in (self.parts, self.state, self.state / ".lock"):
            if path.is_symlink():  # following it would write outside the folder
                raise UsageError(f"{path} is a symbolic link; give --out a new folder")
        own = [self.manifest, self.errors, self.state / ".lock"]
        for path in (*own, *self.state.glob("part-*"), *self.parts.glob("part-*")):
            if path.exists() and not path.is_file():  # opening a pipe would wait for ever
                raise UsageError(f"{path} is no plain file; give --out a new folder")
        try:
            for folder in (self.root, self.parts, self.state):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self.root} cannot be made ({error.strerror})") from error

    def _holds_others(self) -> bool:
        """Return whether there is more than a run leaves that ended before its manifest."""
        ours = {self.parts, self.state, *self.root.glob(".manifest.json.*.tmp")}
        return any(path not in ours for path in self.root.iterdir()) or any(
            path.name != ".lock"
            for folder in (self.parts, self.state)
            if folder.is_dir()
            for path in folder.iterdir()
        )

    def read_manifest(self) -> dict[str, Any] | None:
        """Return the manifest, or None where there is none yet."""
        try:
            text = self.manifest.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            manifest = json.loads(text)
        except ValueError as error:
            raise DataError(f"{self.manifest} is not JSON ({error}); choose a new folder") from None
        if not isinstance(manifest, dict) or manifest.get("schema_version") != SCHEMA_VERSION:
            raise DataError(
                f"{self.manifest} is not the manifest of scores with schema version "
                f"{SCHEMA_VERSION}; choose a new folder"
            )
        return manifest

    def write_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest."""
        with replacing(self.manifest) as file:
            text = json.dumps(manifest, indent=1, ensure_ascii=False, allow_nan=False)
            file.write(text.encode("utf-8") + b"\n")

    def write_part(self, record: Record, data: bytes) -> None:
        """Write the file of a part, then the record that makes it done."""
        with replacing(self.data(record.name)) as file:
            file.write(data)
        with replacing(self.state / f"{record.name}.json") as file:
            file.write(json_line(record.to_dict()))

    def read_record(self, name: str) -> Record:
        """Return the record of the part called `name`."""
        path = self.state / f"{name}.json"
        try:
            return Record.from_dict(json.loads(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{path} is no record of a part ({error}); delete it to score the part "
                            "again") from error  # fmt: skip

    def records(self) -> Iterator[Record]:
        """Yield the records of the parts that are done, in the order of their items."""
        for path in sorted(self.state.glob("part-*.json")):
            yield self.read_record(path.stem)

    def is_whole(self, record: Record) -> bool:
        """Return whether the part's file is the one that its record describes."""
        digest = hashlib.sha256()
        try:
            with self.data(record.name).open("rb") as file:
                while chunk := file.read(1 << 20):
                    digest.update(chunk)
        except OSError:
            return False
        return digest.hexdigest() == record.sha256

    def sweep(self, done: set[str]) -> None:
        """Delete what an interrupted run left: temporary files, parts without a record."""
        for folder in (self.root, self.parts, self.state):
            for path in folder.glob(".*.tmp"):
                path.unlink(missing_ok=True)
        for path in self.parts.glob("part-*"):
            if path.stem not in done:
                path.unlink(missing_ok=True)

    def write_errors(self) -> None:
        """Write errors.jsonl from the records; an empty file says that nothing failed."""
        with replacing(self.errors) as file:
            for record in self.records():
                file.writelines(json_line(failure.to_dict()) for failure in record.failures)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out; the lock goes with the process, however it ends."""
        taken = f"another run is writing into {self.root}; wait for it or choose another folder"
        with (self.state / ".lock").open("w") as file:
            lock(file, taken=taken)
            yield
