"""What a folder's metadata file says of its articles: metadata.jsonl, .csv or .tsv.

Its rows have an `id` (the article file's stem) and any of title, date, source, url and
further columns, but no text of their own. What of it cannot be read is warned of: the
articles are scored without.
"""

import csv
import io
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.articles.decode import DecodeError, decode
from stance.articles.fields import find_columns, plain
from stance.articles.options import InputFailure, ReadOptions
from stance.articles.streams import read_whole
from stance.articles.tables import read_jsonl
from stance.errors import ArticleError

log = logging.getLogger(__name__)
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
        for found in read_jsonl(str(path), str(path), _PLAIN):
            if isinstance(found, InputFailure):
                log.warning("%s: %s", found.where, found.reason)
            else:
                yield found[2]
        return
    # The reader of tables of articles asks for a column of text, which is what lacks here.
    try:
        lines = io.StringIO(decode(read_whole(str(path), _PLAIN)), newline="")
        yield from csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ",")
    except (ArticleError, DecodeError, csv.Error) as error:
        log.warning("%s: %s", path, error)
