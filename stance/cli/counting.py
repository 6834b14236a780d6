"""How many articles or rows an input holds, for a bar that knows its end: cheap, or not at all."""

import csv
from collections.abc import Sequence
from pathlib import Path

from stance.articles import ReadOptions
from stance.articles.listing import list_inputs
from stance.articles.options import ONE_ARTICLE_KINDS, STDIN

_LARGEST = 500 * 2**20  # bytes of text that are read through only to be counted
_BLOCK = 2**20


def count_articles(inputs: Sequence[str], options: ReadOptions) -> int | None:
    """Return how many articles INPUT holds, about; None where that cannot be told cheaply."""
    total = 0
    for source in list_inputs(inputs, options=options):
        if source.path == STDIN or source.path.endswith(".gz"):
            return None
        if source.kind in ONE_ARTICLE_KINDS:
            total += 1
            continue
        rows = count_rows(Path(source.path), kind=source.kind)
        if rows is None:
            return None
        total += rows
    return total


def count_rows(path: Path, *, kind: str | None = None) -> int | None:
    """Return how many rows a table holds, about; None for what is too large or cannot be read.

    `kind` is jsonl, csv, tsv or parquet, by default as the name ends.
    """
    kind = kind or path.suffix.removeprefix(".")
    try:
        if kind == "parquet":
            import pyarrow.parquet as pq

            return int(pq.read_metadata(path).num_rows)
        if path.stat().st_size > _LARGEST:
            return None
        if kind in ("csv", "tsv"):
            with path.open(encoding="utf-8", errors="replace", newline="") as file:
                rows = csv.reader(file, delimiter="\t" if kind == "tsv" else ",")
                return max(sum(1 for row in rows if row) - 1, 0)
        with path.open("rb") as file:
            lines, last = 0, b"\n"
            while block := file.read(_BLOCK):
                lines, last = lines + block.count(b"\n"), block[-1:]
            return lines + (last != b"\n")
    except Exception:  # reading it in earnest says what is wrong, and here only a bar is lost
        return None
