"""Hand parts to workers elsewhere: none is lost with its worker, and none is waited for in vain.

Nothing here knows what a worker is; `cluster` has those of Ray.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from stance.errors import StanceError
from stance.scoring.blocks import Block
from stance.scoring.folder import part_name
from stance.scoring.parts import ScoredPart

log = logging.getLogger(__name__)
_TRIES = 3
_AHEAD = 2  # parts a worker holds: it goes on with the second while the first is written
_LOOK = 5.0  # seconds between two looks at the clock


class WorkerLost(Exception):  # noqa: N818 - not an error of the run: its part is done again
    """A worker ended, or its answer cannot be had any more; the message says why."""


class Workers(Protocol):
    """Starts and ends workers. A ticket stands for an answer to come."""

    def start(self) -> tuple[Any, Any]:
        """Return a new worker and the ticket of its being ready."""

    def send(self, worker: Any, blocks: Sequence[Block]) -> Any:
        """Return the ticket of the part that `worker` makes of `blocks`, after its earlier ones."""

    def wait(self, tickets: Sequence[Any], seconds: float) -> Sequence[Any]:
        """Return those of `tickets` that have their answer, after at most about `seconds`."""

    def answer(self, ticket: Any) -> Any:
        """Return the answer of a ticket.

        Raises `WorkerLost`, or the error with which the work itself ended.
        """

    def end(self, worker: Any) -> None:
        """End a worker, whatever it does."""

    def state(self) -> str:
        """Return in a few words what there is to run workers on."""


@dataclass
class _Job:
    blocks: Sequence[Block]
    lost: int = 0

    @property
    def name(self) -> str:
        return part_name(self.blocks[0].first, sum(len(one.items) for one in self.blocks))


@dataclass
class _Slot:
    """A worker's place; `since` is when what it is at began, `ready` the ticket until it is."""

    worker: Any
    ready: Any
    since: float
    held: deque[tuple[_Job, Any]] = field(default_factory=deque)

    @property
    def ticket(self) -> Any:
        if self.ready is not None:
            return self.ready
        return self.held[0][1] if self.held else None


def grouped(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield the blocks of one part after the other."""
    held: list[Block] = []
    for block in blocks:
        held.append(block)
        if block.last:
            yield held
            held = []


class Dispatcher:
    """Keeps `count` workers at work.

    A worker that ends, or takes longer than `stall_seconds` over a part, is replaced and its
    parts are done again, each at most three times. Without any worker that is ready for
    `stall_seconds` the run ends.
    """

    def __init__(
        self,
        workers: Workers,
        *,
        count: int,
        stall_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workers, self._stall, self._clock = workers, stall_seconds, clock
        self._again: deque[_Job] = deque()
        self._failed_starts = 0
        self._none_ready_since = clock()
        self._slots = [self._start() for _ in range(count)]

    def parts(self, blocks: Iterable[Block]) -> Iterator[ScoredPart]:
        """Yield the parts of `blocks` as they are done, in any order.

        Raises `StanceError` when no worker can be had, or when a part cannot be done.
        """
        jobs = map(_Job, grouped(blocks))
        more = True
        while True:
            more = self._fill(jobs) and more
            waiting = {slot.ticket: slot for slot in self._slots if slot.ticket is not None}
            if not more and not self._again and not any(slot.held for slot in self._slots):
                return
            done = self._workers.wait(list(waiting), min(_LOOK, self._stall / 4))
            for ticket in done:
                part = self._take(waiting[ticket], ticket)
                if part is not None:
                    yield part
            self._look_at_the_clock()

    def _start(self) -> _Slot:
        worker, ready = self._workers.start()
        return _Slot(worker, ready, self._clock())

    def _fill(self, jobs: Iterator[_Job]) -> bool:
        """Give every worker that is ready its parts; return whether there may be more."""
        for depth in range(1, _AHEAD + 1):
            for slot in self._slots:
                if slot.ready is not None or len(slot.held) >= depth:
                    continue
                job = self._again.popleft() if self._again else next(jobs, None)
                if job is None:
                    return False
                if not slot.held:
                    slot.since = self._clock()
                slot.held.append((job, self._workers.send(slot.worker, job.blocks)))
        return True

    def _take(self, slot: _Slot, ticket: Any) -> ScoredPart | None:
        try:
            answer = self._workers.answer(ticket)
        except WorkerLost as lost:
            self._replace(slot, str(lost))
            return None
        slot.since = self._clock()
        if slot.ready is not None:
            slot.ready, self._failed_starts = None, 0
            return None
        slot.held.popleft()
        part: ScoredPart = answer
        return part

    def _look_at_the_clock(self) -> None:
        now = self._clock()
        if any(slot.ready is None for slot in self._slots):
            self._none_ready_since = now
        elif now - self._none_ready_since > self._stall:
            raise StanceError(
                f"no worker was ready within {self._stall:g} seconds ({self._workers.state()}); "
                "free some room or ask for fewer or smaller workers; what is done stays, run again"
            )
        for slot in self._slots:
            if slot.held and now - slot.since > self._stall:
                self._replace(slot, f"no answer for {self._stall:g} seconds")

    def _replace(self, slot: _Slot, reason: str) -> None:
        self._workers.end(slot.worker)
        if slot.held:
            job = slot.held[0][0]
            job.lost += 1
            log.warning("a worker was lost at %s (%s); it is done again", job.name, reason)
            if job.lost >= _TRIES:
                raise StanceError(
                    f"{job.name} cannot be scored: {_TRIES} workers were lost on it (the last: "
                    f"{reason}); what is done stays; run again with --workers 1, so that only "
                    "the article at fault fails, or with a larger --stall-seconds"
                )
        elif slot.ready is not None:
            self._failed_starts += 1
            if self._failed_starts >= _TRIES:
                raise StanceError(f"workers do not start ({reason}); what is done stays, run again")
        self._again.extendleft(job for job, _ in reversed(slot.held))
        self._slots[self._slots.index(slot)] = self._start()
