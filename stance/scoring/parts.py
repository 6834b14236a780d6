"""Score into a folder of parts that any later run can go on with."""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stance.articles import InputFailure
from stance.errors import StanceError, UsageError
from stance.scoring.blocks import Block
from stance.scoring.extraction import Extractor
from stance.scoring.folder import (
    Record,
    ScoreFolder,
    articles_of,
    file_sha256,
    input_hash,
    part_name,
)
from stance.scoring.resume import Item, Plan
from stance.scoring.rows import SCHEMA_VERSION
from stance.scoring.scorer import ScoredBlock, Scorer
from stance.scoring.single import Progress
from stance.scoring.summary import RunSummary, summarise
from stance.scoring.tally import Tally
from stance.scoring.writers import write_part

log = logging.getLogger(__name__)


def score_to_folder(
    out: Path,
    items: Iterable[Item],
    scorer: Scorer,
    extractor: Extractor,
    *,
    kind: str = "parquet",
    append: bool = False,
    progress: Progress | None = None,
) -> RunSummary:
    """Score `items` into the folder `out`, going on after what an earlier run has done.

    Raises `UsageError` when the folder was made by another model, with other options or from
    another input, and when another run is at work in it.
    """
    folder = ScoreFolder(out, kind)
    identity = run_identity(scorer, kind)
    folder.create()
    with folder.locked():
        manifest = folder.read_manifest()
        if manifest is None:
            manifest = {**identity, "state": "running", "started": _now()}
            folder.write_manifest(manifest)
        check_identity(manifest, identity, out)
        was_complete = manifest["state"] == "complete"
        done, tally, kept = _done_parts(folder)
        plan = Plan(
            done, lambda first: folder.read_record(part_name(first, done[first])),
            options=scorer.options, append=append,
            complete_at=manifest["summary"]["articles"] if was_complete else None,
        )  # fmt: skip
        run = _Run(folder, scorer, tally, progress)
        started = time.monotonic()
        try:
            for block in scorer.blocks(plan.blocks(items), extractor):
                if manifest["state"] == "complete":
                    manifest = {**manifest, "state": "running"}
                    folder.write_manifest(manifest)
                run.take(block)
        except BaseException:
            with suppress(StanceError, OSError):
                folder.write_errors()
            raise
        folder.write_errors()
        summary = summarise(
            tally, out=str(out), errors=str(folder.errors), parts=kept + run.parts,
            parts_kept=kept, seconds=time.monotonic() - started, examples=tuple(run.examples),
        )  # fmt: skip
        if manifest["state"] != "complete":
            folder.write_manifest(
                {**manifest, "state": "complete", "finished": _now(), "summary": summary.to_dict()}
            )
        return summary


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def run_identity(scorer: Scorer, kind: str) -> dict[str, Any]:
    """Return what must be equal for two runs to share a folder."""
    if not scorer.fingerprint:
        raise UsageError(
            f"the model {scorer.name} has no fingerprint, so a later run could not tell whether "
            "it is the same; save it and load it with stance.load, or write one file"
        )
    from importlib.metadata import PackageNotFoundError, version

    try:
        stance = version("stance")
    except PackageNotFoundError:  # run from a checkout that is not installed
        stance = "unknown"
    return {
        "schema_version": SCHEMA_VERSION,
        "stance": stance,
        "format": kind,
        "model": {
            "name": scorer.name,
            "fingerprint": scorer.fingerprint,
            "labels": {task: list(names) for task, names in scorer.labels.items()},
        },
        "options": scorer.options.identity(),
        **scorer.told(),
    }


def check_identity(manifest: dict[str, Any], identity: dict[str, Any], out: Path) -> None:
    """Raise `UsageError` naming the first thing in which a run differs from the folder's."""
    for section, ours in identity.items():
        theirs = manifest.get(section)
        if theirs == ours:
            continue
        if isinstance(ours, dict) and isinstance(theirs, dict):
            name = next(key for key in {**ours, **theirs} if ours.get(key) != theirs.get(key))
            section, theirs, ours = f"{section}.{name}", theirs.get(name), ours.get(name)
        raise UsageError(
            f"the scores in {out} were made with {section} {theirs!r}, this run has {ours!r}; "
            "rows of both would be mixed: use the same, or another --out"
        )


def _done_parts(folder: ScoreFolder) -> tuple[dict[int, int], Tally, int]:
    """Return {first item: number of items} of the whole parts, their counts, their number."""
    done: dict[int, int] = {}
    tally = Tally()
    for record in folder.records():
        if folder.is_whole(record):
            done[record.first] = record.count
            tally.add(record.tally)
        else:
            log.warning("%s is missing or was changed; it is scored again", record.name)
            (folder.state / f"{record.name}.json").unlink(missing_ok=True)
    folder.sweep({part_name(first, count) for first, count in done.items()})
    return done, tally, len(done)


class _Run:
    """Gathers the blocks of a part and writes it, then its record."""

    def __init__(
        self, folder: ScoreFolder, scorer: Scorer, tally: Tally, progress: Progress | None
    ) -> None:
        self._folder, self._scorer = folder, scorer
        self._tally, self._progress = tally, progress
        self._held: list[ScoredBlock] = []
        self.parts = 0
        self.examples: list[dict[str, Any]] = []

    def take(self, block: ScoredBlock) -> None:
        self._held.append(block)
        self._tally.add(block.tally)
        for failure in block.failures[: 20 - len(self.examples)]:
            self.examples.append(failure.to_dict())
        if self._progress:
            self._progress(self._tally)
        if block.block.last:
            write_scored_part(self._folder, self._held, self._scorer)
            self.parts += 1
            self._held = []


def write_scored_part(folder: ScoreFolder, scored: list[ScoredBlock], scorer: Scorer) -> Record:
    """Write the part that these blocks make up, then the record that says it is done."""
    blocks: list[Block] = [one.block for one in scored]
    items = [item for block in blocks for item in block.items]
    rows = [row for one in scored for row in one.rows]
    failures: list[InputFailure] = [failure for one in scored for failure in one.failures]
    tally = Tally()
    for one in scored:
        tally.add(one.tally)
    target = folder.data(part_name(blocks[0].first, len(items)))
    write_part(target, rows, kind=folder.kind, columns=scorer.columns, labels=scorer.labels)
    sha256, size = file_sha256(target)
    record = Record(
        first=blocks[0].first, count=len(items), sha256=sha256, size=size, tally=tally,
        input=input_hash(item.digest for item in items), failures=failures,
        articles=articles_of(items),
    )  # fmt: skip
    folder.write_record(record)
    return record
