"""Score into a folder of parts that any later run can go on with."""

import hashlib
import io
import logging
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stance.articles import InputFailure
from stance.errors import StanceError, UsageError
from stance.scoring.blocks import Block
from stance.scoring.extraction import Extractor
from stance.scoring.folder import Record, ScoreFolder, articles_of, input_hash, part_name
from stance.scoring.resume import Item, Plan
from stance.scoring.rows import SCHEMA_VERSION, all_columns
from stance.scoring.scorer import ScoredBlock, Scorer
from stance.scoring.single import Progress
from stance.scoring.summary import RunSummary, summarise
from stance.scoring.tally import Tally
from stance.scoring.writers import write_rows

log = logging.getLogger(__name__)
_EXAMPLES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPart:
    """A part as it will stand on disk: the bytes of its file, and the record beside it.

    `made_on` says which backend and device answered, where the model tells.
    """

    data: bytes
    record: Record
    made_on: Mapping[str, Any] | None = None


#: Is told the counts of blocks or parts as they are done.
Seen = Callable[[Tally], None]
#: Where parts are made: blocks in, parts out, in any order.
Engine = Callable[[Iterable[Block], Seen], Generator[ScoredPart]]


def score_parts(
    blocks: Iterable[Block],
    seen: Seen,
    *,
    scorer: Scorer,
    extractor: Extractor,
    kind: str,
) -> Generator[ScoredPart]:
    """Yield the parts that `blocks` make up, in order: what every engine runs.

    The bytes of a part depend on its blocks, the model and the options, and on nothing else.
    """
    held: list[ScoredBlock] = []
    for block in scorer.blocks(blocks, extractor):
        held.append(block)
        seen(block.tally)
        if block.block.last:
            yield _finished(held, scorer, kind)
            held = []


def _finished(scored: Sequence[ScoredBlock], scorer: Scorer, kind: str) -> ScoredPart:
    blocks: list[Block] = [one.block for one in scored]
    items = [item for block in blocks for item in block.items]
    rows = [row for one in scored for row in one.rows]
    failures: list[InputFailure] = [failure for one in scored for failure in one.failures]
    tally = Tally()
    for one in scored:
        tally.add(one.tally)
    file = io.BytesIO()
    columns = all_columns(rows, scorer.columns)
    write_rows([rows], file, kind=kind, columns=columns, labels=scorer.labels)
    data = file.getvalue()
    record = Record(
        first=blocks[0].first, count=len(items), sha256=hashlib.sha256(data).hexdigest(),
        size=len(data), tally=tally, input=input_hash(item.digest for item in items),
        failures=failures, articles=articles_of(items),
    )  # fmt: skip
    made_on = getattr(scorer.model, "runs_on", None)
    return ScoredPart(data=data, record=record, made_on=made_on)


def score_to_folder(
    out: Path,
    items: Iterable[Item],
    scorer: Scorer,
    engine: Engine,
    *,
    kind: str = "parquet",
    append: bool = False,
    progress: Progress | None = None,
) -> RunSummary:
    """Score `items` into the folder `out`, going on after what an earlier run has done.

    `scorer` tells the model's name, labels and options; `engine` does the work. Raises
    `UsageError` when the folder was made by another model, with other options or from another
    input, and when another run is at work in it.
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
        run = _Run(tally, progress)
        started = time.monotonic()
        try:
            # Closed at once when something fails here, since an engine may have started others.
            with closing(engine(plan.blocks(items), run.see)) as parts:
                for part in parts:
                    now = {**manifest, "state": "running", **_made_on(manifest, part)}
                    if now != manifest:
                        manifest = now
                        folder.write_manifest(manifest)
                    folder.write_part(part.record, part.data)
                    run.take(part.record)
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


def _made_on(manifest: Mapping[str, Any], part: ScoredPart) -> dict[str, Any]:
    """Return the manifest's list of backends and devices with that of `part`.

    It is told and not compared: a run may be begun on one machine and finished on another.
    """
    told = manifest.get("made_on")
    known = told if isinstance(told, list) else []
    new = part.made_on is not None and part.made_on not in known
    return {"made_on": [*known, part.made_on]} if new else {}


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
    """Counts what comes in, and keeps the first failures to show."""

    def __init__(self, tally: Tally, progress: Progress | None) -> None:
        self._tally, self._progress = tally, progress
        self._first: list[tuple[int, dict[str, Any]]] = []
        self.parts = 0

    def see(self, tally: Tally) -> None:
        """Add the counts of a block or a part."""
        self._tally.add(tally)
        if self._progress:
            self._progress(self._tally)

    def take(self, record: Record) -> None:
        """Note a part that was written; parts come in any order."""
        self.parts += 1
        self._first += [(record.first, one.to_dict()) for one in record.failures[:_EXAMPLES]]
        self._first = sorted(self._first, key=lambda pair: pair[0])[:_EXAMPLES]

    @property
    def examples(self) -> list[dict[str, Any]]:
        """The first failures, in the order of the input."""
        return [failure for _, failure in self._first]
