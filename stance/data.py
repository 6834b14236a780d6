"""Labelled statements: read them, fingerprint them, hand them on as a `datasets` Dataset.

The checks of `stance data check` are in `stance.datacheck`.
"""

import csv
import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from stance.config import Columns, plain_file, suggest, suggest_file
from stance.errors import DataError, StatementError
from stance.labels import KNOWN_TASKS
from stance.records import NARRATION, Statement

if TYPE_CHECKING:
    from datasets import Dataset

SUFFIXES = (".jsonl", ".csv", ".tsv", ".parquet")
#: The longest line of a file of statements or scores, in characters; one without an end would
#: fill the memory.
MAX_LINE = 10_000_000
_MOST_SHOWN = 20
_LONGEST = 500  # characters of one mistake: a file may name a million columns
_BATCH = 256
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, row) of a JSONL, CSV, TSV or Parquet file, in the file's order.

    Raises `DataError` for a missing file, another ending, or a line that cannot be read.
    """
    if not plain_file(path):
        raise DataError(
            f"no data file at {str(path)[:200]}"
            + (suggest_file(path) or f"; give a {', '.join(SUFFIXES)} file")
        )
    if path.suffix == ".jsonl":
        yield from _jsonl_rows(path)
    elif path.suffix in (".csv", ".tsv"):
        yield from _csv_rows(path, "\t" if path.suffix == ".tsv" else ",")
    elif path.suffix == ".parquet":
        yield from _parquet_rows(path)
    else:
        raise DataError(
            f"{path} ends in '{path.suffix}'; labelled statements come as {', '.join(SUFFIXES)}"
        )


def _parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(path) as table:
            for batch in table.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
        raise DataError(f"{path} cannot be read as Parquet: {_one_line(str(error))}") from None


def _lines(file: IO[str], path: Path) -> Iterator[str]:
    """Yield the lines of an open file; raises `DataError` for one longer than `MAX_LINE`."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise DataError(
                f"{path}:{number} is longer than {MAX_LINE:,} characters; give one statement a line"
            )
        yield line


def _jsonl_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(_lines(lines, path), start=1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:  # too many digits, too deep
                    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                    raise DataError(
                        f"{path}:{number} is not JSON ({reason[:200]}); give one object a line"
                    ) from None
                if not isinstance(row, dict):
                    raise DataError(f"{path}:{number} holds {type(row).__name__}, not an object")
                yield number, row
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 ({error.reason}); save it as UTF-8") from None


def _csv_rows(path: Path, delimiter: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(
                _lines(lines, path), delimiter=delimiter, restkey="\0more", strict=True
            )
            for row in reader:
                if "\0more" in row:
                    raise DataError(
                        f"{path}:{reader.line_num} has more cells than the header has names; "
                        "quote cells that hold the delimiter"
                    )
                yield reader.line_num, {k: v for k, v in row.items() if v not in (None, "")}
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 ({error.reason}); save it as UTF-8") from None
    except csv.Error as error:
        raise DataError(f"{path} cannot be read as CSV: {error}") from None


def read_statements(
    paths: Iterable[str | Path],
    *,
    tasks: Mapping[str, Sequence[str]] | Sequence[str] = tuple(KNOWN_TASKS),
    columns: Columns | None = None,
    narration: bool = False,
) -> list[Statement]:
    """Read labelled statements from files, in order; keys named by `tasks` become labels.

    `tasks` may carry each task's allowed labels; a label outside them is a mistake.
    Narration (sentences without an attributed statement) is left out unless asked for.
    Raises `DataError` for unreadable files and `StatementError` listing all mistakes.
    """
    columns = columns or Columns()
    rename = {
        source: name
        for name, source in columns.model_dump().items()
        if source != name  # the canonical name needs no renaming
    }
    allowed = tasks if isinstance(tasks, Mapping) else dict.fromkeys(tasks, ())
    statements, mistakes = [], []
    for path in map(Path, paths):
        for number, row in read_rows(path):
            # NaN is how a table of floats writes that there is nothing.
            named = {rename.get(k, k): v for k, v in row.items() if v == v}
            where = f"{path}:{number}"
            if wrong := mistyped(named, allowed):
                mistakes.append(f"{where}: {wrong}")
                continue
            if not isinstance(named.get("text"), str) or not named["text"].strip():
                have = ", ".join(list(map(str, row))[:_MOST_SHOWN])
                mistakes.append(f"{where}: no text in column '{columns.text}' (columns: {have})")
                continue
            if not narration and named.get("kind") == NARRATION:
                continue
            statement = Statement.from_dict(named, tasks=allowed)
            for task, label in statement.labels.items():
                if allowed[task] and label not in allowed[task]:
                    hint = suggest(label, list(allowed[task]))
                    mistakes.append(f"{where}: unknown label '{label}' of '{task}'{hint}")
            statements.append(statement)
    if mistakes:
        raise StatementError(mistakes_message(mistakes))
    return statements


def mistyped(row: Mapping[str, Any], tasks: Iterable[str]) -> str | None:
    """Return what is of the wrong type in a row, or None: words that are no words, a label list."""
    for name in ("text", "context", "speaker", "kind", "dispute"):
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            return f"{name} is a {type(value).__name__}; expected text"
    for name in ("id", "article", "group", *tasks):
        value = row.get(name)
        if value is not None and not isinstance(value, (str, int, float)):
            return f"{name} is a {type(value).__name__}; expected one word or number"
    for name in ("text", "context", "speaker", "article", *tasks):
        value = row.get(name)
        if isinstance(value, str) and _SURROGATE.search(value):
            return f"{name} holds half of a surrogate pair, which is no character; write it anew"
    return None


def _one_line(text: str) -> str:
    """Return `text` in one line of at most `_LONGEST` characters, what cannot be seen escaped."""
    seen = (c if c.isprintable() else repr(c)[1:-1] for c in text[:_LONGEST])
    return "".join(seen) + ("..." if len(text) > _LONGEST else "")


def mistakes_message(mistakes: Sequence[str]) -> str:
    """Return all mistakes in one message, a line each; beyond 20 they are counted."""
    lines = [f"{len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''} in the data:"]
    lines += [f"  {_one_line(mistake)}" for mistake in mistakes[:_MOST_SHOWN]]
    if len(mistakes) > _MOST_SHOWN:
        lines.append(f"  ... and {len(mistakes) - _MOST_SHOWN} more")
    return "\n".join(lines)


def labelled(statements: Iterable[Statement], tasks: Iterable[str]) -> list[Statement]:
    """Return the statements that carry a label of at least one of `tasks`.

    Raises `StatementError` when none does, or when a task has no label at all.
    """
    names = list(tasks)
    statements = list(statements)
    for task in names:
        if not any(task in s.labels for s in statements):
            have = sorted({key for s in statements for key in s.extra})
            raise StatementError(
                f"no statement has a label of '{task}' (other columns: {', '.join(have) or 'none'})"
                "; name the label columns in data.tasks"
            )
    return [s for s in statements if any(task in s.labels for task in names)]


def keep_only(
    statements: Iterable[Statement], only: Mapping[str, Mapping[str, str]]
) -> list[Statement]:
    """Return the statements without the labels that `only` rules out.

    `only` maps a task to the label that other tasks must have: `{"stance": {"relevance":
    "relevant"}}` takes the stance from statements labelled off topic. A statement without a
    label of the other task keeps its own.
    """
    found = []
    for statement in statements:
        labels = {
            task: label
            for task, label in statement.labels.items()
            if all(statement.labels.get(k, v) == v for k, v in only.get(task, {}).items())
        }
        found.append(statement if len(labels) == len(statement.labels)
                     else dataclasses.replace(statement, labels=labels))  # fmt: skip
    return found


def fingerprint(statements: Iterable[Statement]) -> str:
    """Return 16 hex digits that name these statements with their labels, in this order."""
    digest = hashlib.sha256()
    for s in statements:
        key = [s.text, s.context, s.speaker, sorted(s.labels.items())]
        digest.update(json.dumps(key, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def text_key(text: str) -> str:
    """Return 12 hex digits of a text's words: equal for texts that differ in marks or case."""
    words = " ".join(re.findall(r"\w+", text.lower()))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def to_dataset(statements: Sequence[Statement], tasks: Mapping[str, Sequence[str]]) -> "Dataset":
    """Return the statements as a `datasets` Dataset with explicit label features.

    Columns: text, context, speaker, id, article, and one ClassLabel a task with the names
    in the given order (never sorted silently); -1 where a statement has no label.
    """
    from datasets import ClassLabel, Dataset, Features, Value

    features = Features(
        {name: Value("string") for name in ("text", "context", "speaker", "id", "article")}
        | {task: ClassLabel(names=list(names)) for task, names in tasks.items()}
    )
    columns: dict[str, list[Any]] = {
        name: [getattr(s, name) for s in statements]
        for name in ("text", "context", "speaker", "id", "article")
    }
    for task, names in tasks.items():
        index = {label: n for n, label in enumerate(names)}
        columns[task] = [index[s.labels[task]] if task in s.labels else -1 for s in statements]
    return Dataset.from_dict(columns, features=features)
