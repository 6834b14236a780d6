"""Score into one file or stdout, in one go."""

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from stance.errors import UsageError
from stance.scoring.scorer import ScoredBlock, Scorer
from stance.scoring.summary import RunSummary, summarise
from stance.scoring.tally import Tally
from stance.scoring.writers import json_line, replacing, stdout, write_rows

_BATCH = 1_000
Progress = Callable[[Tally], None]


class Collected:
    """Counts the blocks that pass through it and keeps their failures on disk or in sight."""

    def __init__(self, errors: BinaryIO, progress: Progress | None = None) -> None:
        self.tally = Tally()
        self.examples: list[dict[str, Any]] = []
        self._errors, self._progress = errors, progress

    def take(self, block: ScoredBlock) -> None:
        """Count a block, write its failures, report progress."""
        self.tally.add(block.tally)
        for failure in block.failures:
            self._errors.write(json_line(failure.to_dict()))
            if len(self.examples) < 20:
                self.examples.append(failure.to_dict())
        if self._progress:
            self._progress(self.tally)


def errors_file(out: Path) -> Path:
    """Return where the failures of a one-file output go: scores.csv -> scores.errors.jsonl."""
    return out.with_name(f"{out.stem}.errors.jsonl")


def score_to_file(
    out: Path,
    kind: str,
    blocks: Iterable[ScoredBlock],
    scorer: Scorer,
    *,
    progress: Progress | None = None,
) -> RunSummary:
    """Write the rows of `blocks` to `out`, which appears when all is done.

    CSV and Parquet need all column names before the first row, and the input may bring new
    ones up to its last line: rows wait in a temporary file beside `out`.
    """
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent} to write {out.name} into; make it first")
    started = time.monotonic()
    with tempfile.TemporaryFile(dir=out.parent) as errors:
        collected = Collected(errors, progress)
        with replacing(out) as file:
            if kind == "jsonl":
                for block in blocks:
                    file.writelines(map(json_line, block.rows))
                    collected.take(block)
            else:
                _spooled(file, out.parent, kind, blocks, scorer, collected)
        listed = errors_file(out)
        if errors.tell():
            errors.seek(0)
            with replacing(listed) as file:
                while chunk := errors.read(1 << 20):
                    file.write(chunk)
        else:
            listed.unlink(missing_ok=True)  # of an earlier run
    return summarise(
        collected.tally, out=str(out), errors=str(listed) if collected.examples else None,
        seconds=time.monotonic() - started, examples=tuple(collected.examples),
    )  # fmt: skip


def _spooled(
    file: BinaryIO,
    folder: Path,
    kind: str,
    blocks: Iterable[ScoredBlock],
    scorer: Scorer,
    collected: Collected,
) -> None:
    columns = dict.fromkeys(scorer.columns)
    with tempfile.TemporaryFile(dir=folder) as spool:
        for block in blocks:
            for row in block.rows:
                columns.update(dict.fromkeys(row))
            spool.writelines(map(json_line, block.rows))
            collected.take(block)
        spool.seek(0)
        write_rows(_batches(spool), file, kind=kind, columns=tuple(columns), labels=scorer.labels)


def _batches(spool: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    batch = []
    for line in spool:
        batch.append(json.loads(line))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def score_to_stdout(
    blocks: Iterable[ScoredBlock], errors: BinaryIO, *, progress: Progress | None = None
) -> RunSummary:
    """Write rows as JSON lines to stdout, each block as soon as it is scored.

    Failures go to `errors` (the command line gives stderr). Raises `BrokenPipeError` when
    the reader of stdout has gone.
    """
    started = time.monotonic()
    collected, out = Collected(errors, progress), stdout()
    for block in blocks:
        out.writelines(map(json_line, block.rows))
        out.flush()
        collected.take(block)
    return summarise(collected.tally, out="-", seconds=time.monotonic() - started,
                     examples=tuple(collected.examples))  # fmt: skip
