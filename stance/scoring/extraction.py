"""Quotes of many articles: in this process, or in worker processes beside the model."""

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from stance.articles import InputFailure
from stance.errors import ArticleError, StanceError, UsageError
from stance.quotes import extract as _quotes
from stance.records import Article, Quote

Extract = Callable[..., Iterable[Quote]]
Outcome = list[Quote] | InputFailure
_CHUNK = 8
_PATIENCE = 60.0  # seconds beyond its limit before a worker is killed: it may still be starting


class Extractor(Protocol):
    """Takes articles now and gives their outcomes, in order, when asked.

    `ahead` is how many further calls of `submit` it is worth making before the first answer.
    """

    ahead: int

    def submit(self, articles: Sequence[Article]) -> Callable[[], list[Outcome]]:
        """Return a function that waits for the outcomes of `articles`."""

    def close(self) -> None:
        """End what was started; waits for nothing."""


def open_extractor(
    extract: Extract | None, *, by: str, attribution: str, workers: int, seconds_per_article: float
) -> Extractor:
    """Return the extractor for these options; the default `extract` is `stance.quotes`."""
    extract = extract or default_extract
    options = {"by": by, "attribution": attribution}
    if workers == 0:
        return _Here(extract, options)
    check_sendable(extract)
    return _Pool(extract, options, workers, seconds_per_article)


def open_extractor_in_worker(
    extract: Extract | None, *, by: str, attribution: str, workers: int, seconds_per_article: float
) -> Extractor:
    """Return the extractor of a process that scores for another one.

    Without workers of its own it still ends an article that takes too long, and with them no
    article is extracted in the process itself, which should outlive whatever comes.
    """
    extract = extract or default_extract
    options = {"by": by, "attribution": attribution}
    if workers == 0:
        return _Here(extract, options, seconds=seconds_per_article)
    return _Pool(extract, options, workers, seconds_per_article, warming=0)


def check_sendable(extract: Extract) -> None:
    """Raise `UsageError` for a function that no other process could be given."""
    try:
        pickle.dumps(extract)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise UsageError(
            f"the function that extracts quotes cannot be sent to worker processes ({error}); "
            "define it in a module, or use workers=0"
        ) from None


def default_extract(article: Article, **options: str) -> Iterable[Quote]:
    """Return the quotes of `article` by `stance.quotes`."""
    return _quotes(article, **options)


def outcome_of(extract: Extract, article: Article, options: dict[str, str]) -> Outcome:
    """Return the quotes of one article, or a failure where `extract` raises.

    Errors of the call itself (`UsageError`, a missing model) are raised: they would come
    with every article.
    """
    try:
        return list(extract(article, **options))
    except ArticleError as error:
        return _failure(article, str(error))
    except StanceError:
        raise
    except Exception as error:
        return _failure(article, f"extracting its quotes failed ({type(error).__name__}: {error})")


def _failure(article: Article, reason: str) -> InputFailure:
    line = " ".join(reason.split())[:300]
    return InputFailure(where=article.id, article=article.id, kind="extraction", reason=line)


class _Here:
    ahead = 0

    def __init__(
        self, extract: Extract, options: dict[str, str], *, seconds: float | None = None
    ) -> None:
        self._extract, self._options, self._seconds = extract, options, seconds

    def submit(self, articles: Sequence[Article]) -> Callable[[], list[Outcome]]:
        return lambda: [self._outcome(article) for article in articles]

    def _outcome(self, article: Article) -> Outcome:
        if self._seconds is None:
            return outcome_of(self._extract, article, self._options)
        return _in_time(self._extract, article, self._options, self._seconds)

    def close(self) -> None:
        return None


def _start_worker() -> None:
    # The parent handles Ctrl-C; and a worker whose parent was killed must not wait for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


class _TooLongError(BaseException):
    """Not an `Exception`, so that no handler on the way takes it for its own."""


def _work(
    extract: Extract, articles: Sequence[Article], options: dict[str, str], seconds: float
) -> list[Outcome]:
    return [_in_time(extract, article, options, seconds) for article in articles]


def _in_time(
    extract: Extract, article: Article, options: dict[str, str], seconds: float
) -> Outcome:
    """Return the outcome of one article, a failure once it has taken `seconds` of CPU time."""
    if not hasattr(signal, "setitimer"):  # Windows: only _Pool's own patience ends a long one
        return outcome_of(extract, article, options)

    def stop(*_: Any) -> None:
        raise _TooLongError

    signal.signal(signal.SIGPROF, stop)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            return outcome_of(extract, article, options)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _TooLongError:
        return _failure(article, f"extracting its quotes {_too_long(seconds)}")


def _too_long(seconds: float) -> str:
    return f"took more than {seconds:g} seconds (seconds_per_article)"


class _Pool:
    """Worker processes; one that dies or hangs costs at most the article it died on."""

    ahead = 6

    def __init__(
        self, extract: Extract, options: dict[str, str], workers: int, seconds: float,
        *, warming: int = 2,
    ) -> None:  # fmt: skip
        self._extract, self._options = extract, options
        self._workers, self._seconds = workers, seconds
        self._here = _Here(extract, options)
        self._warming = warming  # so many small blocks are extracted here while workers start
        self._ever_worked = False
        self._start()

    def _start(self) -> None:
        self._executor = ProcessPoolExecutor(
            self._workers,
            # Not fork: the model's threads may hold locks that a forked child would wait for.
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start_worker,
        )
        try:
            for _ in range(self._workers):
                first = self._executor.submit(
                    _work, self._extract, (), self._options, self._seconds
                )
                first.add_done_callback(self._see)
        except OSError as error:
            self.close()
            raise StanceError(
                f"the worker processes cannot be started ({error}); run with workers 0"
            ) from error

    def _see(self, first: "Future[list[Outcome]]") -> None:
        self._ever_worked |= not first.cancelled() and first.exception() is None

    def submit(self, articles: Sequence[Article]) -> Callable[[], list[Outcome]]:
        if self._warming:
            self._warming -= 1
            return self._here.submit(articles)
        chunks = [articles[at : at + _CHUNK] for at in range(0, len(articles), _CHUNK)]
        running = [(chunk, self._send(chunk), self._executor) for chunk in chunks]
        return lambda: [outcome for one in running for outcome in self._wait(*one)]

    def _send(self, chunk: Sequence[Article]) -> "Future[list[Outcome]] | None":
        try:
            return self._executor.submit(_work, self._extract, chunk, self._options, self._seconds)
        except BrokenProcessPool:  # a worker has died since; _wait starts others
            return None

    def _wait(
        self,
        chunk: Sequence[Article],
        future: "Future[list[Outcome]] | None",
        executor: ProcessPoolExecutor,
    ) -> list[Outcome]:
        try:
            if future is not None:
                return future.result(self._seconds * len(chunk) + _PATIENCE)
        except TimeoutError:  # it sleeps, or spins where no signal reaches it
            problem = _too_long(self._seconds)
        except BrokenProcessPool:
            problem = "ended the worker process (out of memory?)"
        except CancelledError:  # its pool was ended because of another article
            problem = ""
        else:
            problem = ""
        if executor is self._executor:
            self._restart()
        if len(chunk) == 1 and problem:
            again = self._send(chunk) if problem.startswith("ended") else None
            return self._last_try(chunk[0], again, problem)
        return [
            outcome
            for article in chunk
            for outcome in self._wait([article], self._send([article]), self._executor)
        ]

    def _last_try(
        self, article: Article, future: "Future[list[Outcome]] | None", problem: str
    ) -> list[Outcome]:
        """Try an article once more, alone: what killed its worker may have come from outside."""
        try:
            if future is not None:
                return future.result(self._seconds + _PATIENCE)
        except (BrokenProcessPool, TimeoutError):
            self._restart()
        return [_failure(article, f"extracting its quotes {problem}")]

    def _restart(self) -> None:
        self.close()
        if not self._ever_worked:  # they would only die again, one after another
            raise StanceError(
                "the worker processes end as soon as they start; a script that scores must do so "
                "under `if __name__ == '__main__':`, since workers import it; or give workers=0"
            )
        self._start()

    def close(self) -> None:
        # A worker that hangs would keep this process from ending; there is no public way to kill.
        processes = list((getattr(self._executor, "_processes", None) or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
