"""What a folder's metadata file says of its articles: metadata.jsonl, .csv or .tsv.

Its rows have an `id` (the article file's stem) and any of title, date, source, url and
further columns, but no text of their own.
"""

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.articles.decode import DecodeError, decode
from stance.articles.fields import find_columns, plain
from stance.articles.options import InputFailure, ReadOptions
from stance.articles.tables import read_jsonl

NAMES = ("metadata.jsonl", "metadata.csv", "metadata.tsv")
_PLAIN = ReadOptions()


def sidecar_of(folder: str) -> str | None:
    """Return the name of the metadata file in `folder`, or None.

    A file of that name whose rows have a text is a table of articles like any other.
    """
    for name in NAMES:
        path = Path(folder) / name
        if path.is_file():
            first: Mapping[str, Any] = next(_rows(path), {})
            return None if "text" in find_columns(first, options=_PLAIN) else name
    return None


def read_sidecar(folder: str, name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the rows of a metadata file by id; rows without an id say nothing of any article."""
    found = {}
    for row in _rows(Path(folder) / name):
        columns = find_columns(row, options=_PLAIN)
        if "id" in columns and row[columns["id"]] is not None:
            found[str(plain(row[columns["id"]]))] = row
    return found


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    if path.suffix == ".jsonl":
        records = read_jsonl(str(path), path.name, _PLAIN)
        yield from (found[2] for found in records if not isinstance(found, InputFailure))
        return
    # The reader of tables of articles asks for a column of text, which is what lacks here.
    with contextlib.suppress(DecodeError, csv.Error):
        lines = io.StringIO(decode(path.read_bytes()), newline="")
        yield from csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ",")
