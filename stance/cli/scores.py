"""SCORES on the command line: rows of files and folders, with what was corrected by hand."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.cli.progress import shown, track

if TYPE_CHECKING:
    from stance.aggregate import Placed

_MOST_LISTED = 5


def score_rows(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Return the rows of files and of folders of parts that `stance score` wrote."""
    from stance.data import read_rows

    files = [file for path in paths for file in _files(path)]
    total = _total(files) if shown() else None
    rows = (row for file in files for _, row in read_rows(file))
    return track(rows, "reading scores", total=total, unit="rows")


def _files(path: Path) -> list[Path]:
    parts = path / "parts"
    return sorted(parts.iterdir()) if parts.is_dir() else [path]


def _total(files: Sequence[Path]) -> int | None:
    from stance.cli.counting import count_rows

    counts = [count_rows(file) for file in files]
    return None if None in counts else sum(filter(None, counts))


def corrected_rows(
    paths: Sequence[Path], corrections: Path | None
) -> tuple[Iterator[dict[str, Any]], "Placed | None"]:
    """Return the rows of `paths` with the corrections of that file, and how these were placed.

    The scores are read twice, so that they need not fit into memory.
    """
    if corrections is None:
        return score_rows(paths), None
    from stance.aggregate import apply, place, read_corrections

    placed = place(score_rows(paths), read_corrections(corrections))
    return apply(score_rows(paths), placed), placed


def placed_lines(placed: "Placed") -> list[str]:
    """Return in words how many corrections found their quote, and which did not."""
    lines = [
        f"corrections: {placed.exact} matched exactly, {placed.overlapped} by overlap, "
        f"{len(placed.missed)} not at all"
    ]
    lines += [
        f"stance: warning: no quote at {c.article} {c.start}-{c.end} ({c.where}); not corrected"
        for c in placed.missed[:_MOST_LISTED]
    ]
    if len(placed.missed) > _MOST_LISTED:
        lines.append(f"stance: ... and {len(placed.missed) - _MOST_LISTED} more")
    return lines
