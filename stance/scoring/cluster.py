"""The same parts on Ray: workers that load the model once, parts that come back as bytes.

Only this machine reads the input and writes the folder, so that a cluster needs no shared
disk, and a run can be begun on one engine and finished on another. Needs the extra `ray`.
"""

import contextlib
import os
import platform
import secrets
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from typing import Any

from stance.errors import StanceError, UsageError
from stance.scoring.blocks import Block
from stance.scoring.dispatch import Dispatcher, WorkerLost
from stance.scoring.extraction import Extract, check_sendable, open_extractor_in_worker
from stance.scoring.options import ScoreOptions
from stance.scoring.packed import unpacked
from stance.scoring.parts import ScoredPart, Seen, score_parts
from stance.scoring.scorer import Scorer

_STORE_BYTES = 512 * 2**20  # of a Ray that is started here: a few parts and the model
#: What must be the same on every machine for the same bytes to come out.
_SAME = ("stance", "numpy", "onnxruntime", "pyarrow", "rapidfuzz", "scikit-learn", "tokenizers")


@dataclass(frozen=True, slots=True, kw_only=True)
class RayOptions:
    """Where and how scoring runs on Ray; nothing here changes a row.

    `address` is that of a running cluster (None: `$RAY_ADDRESS`, else a Ray on this machine
    that ends with the run). `actors` workers (None: as many as fit) take `cpus` CPUs, their
    model's threads, and `gpus` GPUs each; one CPU of the cluster stays free. A part that takes
    longer than `stall_seconds` is given to another worker.
    """

    address: str | None = None
    actors: int | None = None
    cpus: int = 1
    gpus: float = 0.0
    stall_seconds: float = 600.0

    def __post_init__(self) -> None:
        if (self.actors is not None and self.actors < 1) or self.cpus < 1:
            raise UsageError(
                f"actors is {self.actors}, cpus_per_actor {self.cpus}; expected at least 1 of each"
            )
        if not 0 <= self.gpus < 1e3 or not 0 < self.stall_seconds < 1e9:
            raise UsageError(
                f"gpus_per_actor is {self.gpus}, stall_seconds {self.stall_seconds}; expected "
                "GPUs from 0 and seconds above 0"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What every worker is told: all but the articles."""

    model: Any
    options: ScoreOptions
    extract: Extract | None
    kind: str
    versions: Mapping[str, str]


class PartWorker:
    """What runs on the cluster: loads the model once, then makes parts of blocks."""

    def __init__(self, work: _Work) -> None:
        self._work = work

    def ready(self) -> int:
        """Load the model, let it answer once, and return the process's id.

        Raises `StanceError` where this machine would not give the same bytes.
        """
        # Before torch is loaded, as in the command itself: it may be the first to ask here.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        work = self._work
        check_versions(work.versions, versions())
        self._scorer = Scorer(unpacked(work.model), work.options)
        self._scorer.try_model()
        self._extractor = open_extractor_in_worker(
            work.extract, by=work.options.by, attribution=work.options.attribution,
            workers=work.options.workers, seconds_per_article=work.options.seconds_per_article,
        )  # fmt: skip
        return os.getpid()

    def score(self, blocks: Sequence[Block]) -> ScoredPart:
        """Return the part that `blocks` make up."""
        (part,) = score_parts(
            blocks, lambda tally: None, scorer=self._scorer, extractor=self._extractor,
            kind=self._work.kind,
        )  # fmt: skip
        return part


def versions() -> dict[str, str]:
    """Return the installed versions of the packages that rows depend on."""
    found = {}
    for name in _SAME:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def check_versions(wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Raise `StanceError` naming the first package whose version differs."""
    for name, ours in wanted.items():
        if found.get(name) != ours:
            raise StanceError(
                f"the worker on {platform.node()} has {name} {found.get(name)}, this machine "
                f"{ours}; rows of both would be mixed: install the same versions on every machine"
            )


def places(nodes: Iterable[Mapping[str, float]], *, cpus: int, gpus: float = 0.0) -> int:
    """Return how many workers fit on nodes with these resources while one CPU stays free."""
    fit, spare = 0, 0.0
    for node in nodes:
        here = int(node.get("CPU", 0.0) // cpus)
        if gpus:
            here = min(here, int(node.get("GPU", 0.0) / gpus + 1e-9))
        fit, spare = fit + here, spare + node.get("CPU", 0.0) - here * cpus
    return max(fit - (spare < 1), 0)


def score_on_ray(
    blocks: Iterable[Block],
    seen: Seen,
    *,
    model: Any,
    options: ScoreOptions,
    ray_options: RayOptions,
    extract: Extract | None = None,
    kind: str = "parquet",
) -> Generator[ScoredPart]:
    """Yield the parts of `blocks` as Ray's workers make them, in any order.

    What was started is shut down at the end, however it comes; a Ray that the caller has
    initialised is left running. Raises `StanceError` where Ray does not answer, has no room for
    a worker, or loses its workers again and again.
    """
    stream = iter(blocks)
    first = next(stream, None)
    if first is None:  # all is done already: nothing is started for it
        return
    if extract is not None:
        check_sendable(extract)
    ray = _imported(here=_is_here(ray_options))
    work = _Work(model=model, options=options, extract=extract, kind=kind, versions=versions())
    ours = not ray.is_initialized()
    try:
        local = _connect(ray, ray_options) if ours else False
        count = _count(ray, ray_options, local=local)
        workers = _RayWorkers(ray, work, ray_options)
        try:
            dispatcher = Dispatcher(workers, count=count, stall_seconds=ray_options.stall_seconds)
            for part in dispatcher.parts(chain([first], stream)):
                seen(part.record.tally)
                yield part
        finally:
            workers.end_all()
    finally:
        if ours:
            ray.shutdown()


def _is_here(options: RayOptions) -> bool:
    """Return whether a Ray is to be started on this machine."""
    return (options.address or os.environ.get("RAY_ADDRESS") or "local") == "local"


def _imported(*, here: bool) -> Any:
    # All of these are read when ray is imported: no report of use, no override of devices.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if here and "ray" not in sys.modules:
        # Ray listens on every network interface and runs what it is sent: only with a token.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            f"--engine ray needs Ray, which is not installed ({error}): pip install 'stance[ray]'"
        ) from None
    return ray


def _connect(ray: Any, options: RayOptions) -> bool:
    """Connect to the cluster that is meant, or start a Ray here; return whether it was started."""
    address = options.address or os.environ.get("RAY_ADDRESS")
    local = _is_here(options)
    wanted = options.actors or max(1, (_cores() - 1) // options.cpus)
    how: dict[str, Any] = {"address": address}
    if local:
        how = {
            "address": "local", "num_cpus": wanted * options.cpus + 1, "include_dashboard": False,
            "object_store_memory": _STORE_BYTES,
        }  # fmt: skip
    for last in (False, False, True) if local else (True,):
        try:
            ray.init(log_to_driver=False, logging_level="ERROR", **how)
            break
        except Exception as error:  # of many kinds, among them OSError and RuntimeError
            if not last:  # on a busy machine it may take longer than the 30 s that Ray waits
                continue
            what = "Ray does not start" if local else f"no Ray cluster answers at {address}"
            raise StanceError(
                f"{what} ({type(error).__name__}: {_line(error)}); look at ray status, or leave "
                "out --engine ray"
            ) from None
    return local


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


def _count(ray: Any, options: RayOptions, *, local: bool) -> int:
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    room = places(nodes, cpus=options.cpus, gpus=options.gpus)
    wanted = options.actors or room
    if not 1 <= wanted <= room:
        gpus = f" and {options.gpus:g} GPUs" if options.gpus else ""
        raise UsageError(
            f"{'this machine' if local else 'the Ray cluster'} ({_resources(nodes)}) has room for "
            f"{room} workers of {options.cpus} CPUs{gpus} each with one CPU left free, not for "
            f"{options.actors or 1}; ask for fewer or smaller ones"
        )
    return wanted


def _resources(nodes: Sequence[Mapping[str, float]]) -> str:
    total = {name: sum(node.get(name, 0.0) for node in nodes) for name in ("CPU", "GPU")}
    return f"{len(nodes)} nodes, {total['CPU']:g} CPUs, {total['GPU']:g} GPUs"


def _line(error: BaseException) -> str:
    """Return the first and the last line of what Ray says: between them stand tracebacks."""
    lines = [" ".join(line.split()) for line in str(error).splitlines() if line.strip()]
    return " ... ".join(dict.fromkeys([*lines[:1], *lines[-1:]]))[:300]


class _RayWorkers:
    """Ray actors as `dispatch.Workers`; a ticket is an object reference."""

    def __init__(self, ray: Any, work: _Work, options: RayOptions) -> None:
        self._ray, self._options = ray, options
        try:
            self._work = ray.put(work)
        except Exception as error:
            raise UsageError(
                f"the model cannot be sent to the workers ({type(error).__name__}: "
                f"{_line(error)}); give the name of its folder"
            ) from None
        # A lost actor is replaced by the dispatcher, which knows what it held.
        self._class = ray.remote(PartWorker).options(
            num_cpus=options.cpus, num_gpus=options.gpus, max_restarts=0, max_task_retries=0,
            scheduling_strategy="SPREAD",
        )  # fmt: skip
        self._running: dict[Any, None] = {}

    def start(self) -> tuple[Any, Any]:
        worker = self._class.remote(self._work)
        self._running[worker] = None
        return worker, worker.ready.remote()

    def send(self, worker: Any, blocks: Sequence[Block]) -> Any:
        return worker.score.remote(blocks)

    def wait(self, tickets: Sequence[Any], seconds: float) -> Sequence[Any]:
        done: Sequence[Any] = self._ray.wait(
            list(tickets), num_returns=len(tickets), timeout=0, fetch_local=False
        )[0]
        if not done:
            done = self._ray.wait(list(tickets), timeout=seconds, fetch_local=False)[0]
        return done

    def answer(self, ticket: Any) -> Any:
        try:
            return self._ray.get(ticket, timeout=self._options.stall_seconds)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, StanceError):
                raise cause from None
            raise StanceError(
                f"a worker failed ({type(cause).__name__}: {_line(cause)}); what is done stays"
            ) from error
        except self._ray.exceptions.RayError as error:
            raise WorkerLost(f"{type(error).__name__}: {_line(error)}") from None

    def end(self, worker: Any) -> None:
        self._running.pop(worker, None)
        with contextlib.suppress(Exception):  # it may have ended by itself
            self._ray.kill(worker)

    def end_all(self) -> None:
        for worker in list(self._running):
            self.end(worker)

    def state(self) -> str:
        nodes = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        free = self._ray.available_resources()
        return (
            f"Ray: {_resources(nodes)}, of which {free.get('CPU', 0.0):g} CPUs and "
            f"{free.get('GPU', 0.0):g} GPUs are free"
        )
