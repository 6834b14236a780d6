"""JSON lines, CSV, TSV and Parquet -> records, one at a time, each with its place.

Every reader yields `(where, number, record)` or an `InputFailure`; a broken line or row is
a failure of its own, a file that breaks off a failure of its rest.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from stance.articles.decode import DecodeError, bom_encoding, decode, encoding_of
from stance.articles.fields import find_columns, no_text_column
from stance.articles.options import InputFailure, ReadOptions
from stance.articles.streams import one_line, open_bytes
from stance.errors import ArticleError

Found = tuple[str, int, Mapping[str, Any]] | InputFailure
_BATCH = 64
_SAMPLE = 1 << 16


def read_jsonl(path: str, name: str, options: ReadOptions) -> Iterator[Found]:
    """Yield the objects of a file of JSON lines; numbers are line numbers, from 1."""
    number = 0
    try:
        with open_bytes(path, options) as file:
            encoding = bom_encoding(file.peek(4)[:4])
            if encoding in ("utf-16", "utf-32"):
                text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n")
                lines: Iterator[bytes] = (line.encode("utf-8", "replace") for line in text)
            else:
                lines = _lines(file, options.max_bytes)
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _json_line(line, f"{name}:{number}", number, options)
    except (OSError, EOFError, ArticleError) as error:
        yield _broken_off(error, name, number)


def _lines(file: io.BufferedReader, limit: int) -> Iterator[bytes]:
    """Yield lines; of one longer than `limit` only its first `limit` + 1 bytes are kept."""
    while line := file.readline(limit + 1):
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
        yield line


def _json_line(line: bytes, where: str, number: int, options: ReadOptions) -> Found:
    if len(line) > options.max_bytes:
        reason = f"the line is longer than {options.max_bytes:,} bytes (max_chars)"
        return InputFailure(where=where, reason=reason, kind="too-large")
    try:
        record = json.loads(decode(line))
    except DecodeError as error:
        return InputFailure(where=where, reason=f"the line is not text: {error}")
    except (ValueError, RecursionError) as error:
        return InputFailure(where=where, reason=f"the line is not JSON ({one_line(error)})")
    if not isinstance(record, dict):
        reason = f"the line holds a JSON {type(record).__name__}; expected an object with a text"
        return InputFailure(where=where, reason=reason)
    return where, number, record


def read_csv(path: str, name: str, options: ReadOptions, delimiter: str | None) -> Iterator[Found]:
    """Yield the rows of a CSV or TSV file by its header; numbers are row numbers, from 1.

    All values stay strings, so that ids keep their zeros; an empty field is null. Without
    `delimiter`, comma, semicolon or tab is told from the header.
    """
    number = 0
    # The limit belongs to the csv module as a whole; it is raised, never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), options.max_bytes))
    try:
        with open_bytes(path, options) as file:
            encoding = encoding_of(file.peek(_SAMPLE)[:_SAMPLE])
            # UTF-16 and UTF-32 have no surrogateescape.
            errors = "surrogateescape" if encoding in ("utf-8", "cp1252") else "replace"
            text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
            first = _repair(text.readline(options.max_bytes + 1))
            if not first.strip():
                yield InputFailure(where=name, reason="the table is empty", kind="no-text")
                return
            delimiter = delimiter or max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
            rows = csv.reader(
                _repaired_lines(first, text, options), delimiter=delimiter, strict=True
            )
            header = _unique([name.strip() for name in next(rows)])
            if "text" not in find_columns(dict.fromkeys(header), options=options):
                yield InputFailure(
                    where=name, reason=no_text_column(header, options), kind="no-text"
                )
                return
            for number, line, row in _numbered(rows):
                yield _csv_row(row, header, f"{name}:{line}", number)
    except (OSError, EOFError, ArticleError, csv.Error, StopIteration, DecodeError) as error:
        yield _broken_off(error, name, number)


def _numbered(rows: Any) -> Iterator[tuple[int, int, list[str] | csv.Error]]:
    """Yield the number of each row, the line on which it begins, and the row or its error."""
    number = 0
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:  # the reader goes on after it
            row = error
        if row:
            number += 1
            yield number, line, row


def _csv_row(row: "list[str] | csv.Error", header: list[str], where: str, number: int) -> Found:
    if isinstance(row, csv.Error):
        return InputFailure(where=where, reason=f"the row is not CSV ({row})")
    if len(row) != len(header):
        reason = (
            f"the row has {len(row)} fields where the header has {len(header)}; "
            "is a quotation mark or a delimiter missing?"
        )
        return InputFailure(where=where, reason=reason)
    return where, number, {name: value or None for name, value in zip(header, row, strict=True)}


def _repaired_lines(first: str, text: io.TextIOWrapper, options: ReadOptions) -> Iterator[str]:
    """Yield lines for the csv module; one far beyond the limit is cut, and fails as a row."""
    line, limit = first, options.max_bytes
    while line:
        if len(line) > limit and not line.endswith("\n"):
            while (rest := text.readline(1 << 20)) and not rest.endswith("\n"):
                pass
        yield line
        line = _repair(text.readline(limit + 1))


def _repair(line: str) -> str:
    """Return `line` with the bytes that are not Unicode read as Windows-1252, as files are."""
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return decode(line.encode("utf-8", "surrogateescape"))
        except (DecodeError, UnicodeEncodeError):
            return line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return line


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return out


def read_parquet(path: str, name: str, options: ReadOptions) -> Iterator[Found]:
    """Yield the rows of a Parquet file in small batches; numbers are row numbers, from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with open_bytes(path, options) as file, pq.ParquetFile(file) as table:
            header = list(table.schema_arrow.names)
            if "text" not in find_columns(dict.fromkeys(header), options=options):
                yield InputFailure(
                    where=name, reason=no_text_column(header, options), kind="no-text"
                )
                return
            for batch in table.iter_batches(batch_size=_BATCH):
                for record in batch.to_pylist():
                    number += 1
                    yield f"{name}:{number}", number, record
    except (OSError, ArticleError, pa.ArrowException, ValueError, OverflowError) as error:
        yield _broken_off(error, name, number)


def _broken_off(error: BaseException, name: str, number: int) -> InputFailure:
    reason = (
        str(error) if isinstance(error, ArticleError) else f"reading failed ({one_line(error)})"
    )
    if number:
        return InputFailure(where=f"{name}:{number + 1}", reason=f"{reason}; the rest is not read")
    return InputFailure(where=name, reason=reason)
