"""Rows -> JSON lines, CSV (RFC 4180) or Parquet (zstd); files appear whole or not at all."""

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from stance.errors import StanceError, UsageError
from stance.scoring.rows import SCHEMA_VERSION, as_cell, column_type

FORMATS: Mapping[str, str] = {".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet"}
Row = Mapping[str, Any]
Labels = Mapping[str, Sequence[str]]


def format_of(out: str | Path) -> str | None:
    """Return the format that the ending of `out` names, None for a folder; `-` is jsonl.

    Raises `UsageError` for an ending that is no format.
    """
    if str(out) == "-":
        return "jsonl"
    suffix = Path(out).suffix.lower()
    if suffix in FORMATS and not Path(out).is_dir():
        return FORMATS[suffix]
    if suffix and suffix not in FORMATS and not Path(out).is_dir():
        raise UsageError(
            f"--out {out} ends in '{suffix}'; expected {', '.join(FORMATS)}, - for stdout, "
            "or a name without ending for a folder of parts"
        )
    return None


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Write a file beside `target` and rename it into place when all went well.

    Raises `StanceError` when the disk is full or the place cannot be written.
    """
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise StanceError(
            f"{target} cannot be written ({error.strerror or error}); nothing at that name was "
            "changed: make room or choose another place, and run again"
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def lock(file: IO[Any], *, taken: str) -> None:
    """Keep other processes out of what `file` stands for, until it is closed or the process ends.

    Raises `UsageError` saying `taken` where another has it. Does nothing on Windows, where two
    runs at once are the caller's risk.
    """
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(taken) from None


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def json_line(row: Row) -> bytes:
    """Return a row as one line of JSON, UTF-8."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"


def write_rows(
    rows: Iterable[Sequence[Row]],
    file: BinaryIO,
    *,
    kind: str,
    columns: Sequence[str],
    labels: Labels,
) -> None:
    """Write batches of rows to an open file; `columns` are all columns that occur in them."""
    if kind == "jsonl":
        for batch in rows:
            file.writelines(map(json_line, batch))
    elif kind == "csv":
        _write_csv(rows, file, columns)
    else:
        _write_parquet(rows, file, columns, labels)


def _write_csv(rows: Iterable[Sequence[Row]], file: BinaryIO, columns: Sequence[str]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)  # its default dialect ends lines with CR LF, as RFC 4180 asks
    writer.writerow(columns)
    for batch in rows:
        writer.writerows([_csv_cell(row.get(name)) for name in columns] for row in batch)
    text.flush()
    text.detach()


def _csv_cell(value: Any) -> str | None:
    if isinstance(value, float):
        return repr(value)
    return as_cell(value)


def _write_parquet(
    rows: Iterable[Sequence[Row]], file: BinaryIO, columns: Sequence[str], labels: Labels
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = parquet_schema(columns, labels)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in rows:
            table = []
            for column in schema:  # one at a time: a copy of all rows would double what they hold
                cells: Iterable[Any] = (row.get(column.name) for row in batch)
                if column.type == pa.string():
                    cells = map(as_cell, cells)
                table.append(pa.array(list(cells), type=column.type))
            writer.write_table(pa.Table.from_arrays(table, schema=schema))


def parquet_schema(columns: Sequence[str], labels: Labels) -> Any:
    """Return the Arrow schema of these columns; those of the input are strings.

    The types do not depend on the rows, so that a column without values keeps its type and
    all parts of a folder fit together.
    """
    import pyarrow as pa

    types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return pa.schema(
        [(name, types.get(column_type(name, labels), pa.string())) for name in columns],
        metadata={"stance.schema_version": str(SCHEMA_VERSION)},
    )


def stdout() -> BinaryIO:
    """Return the byte stream under stdout."""
    return sys.stdout.buffer
