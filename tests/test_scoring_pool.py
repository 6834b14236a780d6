import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scoring_fakes import (
    FakeModel,
    fake_extract,
    hanging_extract,
    killing_extract,
    some_articles,
    words_of,
)

from stance.articles import InputFailure
from stance.errors import UsageError
from stance.records import Article
from stance.scoring import score
from stance.scoring.extraction import open_extractor

HERE = Path(__file__).parent


def both(articles, extract, **options):
    """Return rows and failures with two workers, and with none where that would end the test."""
    failures = []
    rows = list(score(articles, FakeModel(), extract=extract, workers=2,
                      on_failure=failures.append, **options))  # fmt: skip
    return rows, failures


def test_the_rows_are_the_same_whatever_the_number_of_workers():
    articles = [
        *some_articles(150),
        Article(id="c", text="CRASH"),
        Article(id="z", text=words_of(3)),
    ]
    alone = list(score(articles, FakeModel(), extract=fake_extract, on_failure=lambda _: None))
    rows, failures = both(articles, fake_extract)
    assert rows == alone
    assert [(one.article, one.kind) for one in failures] == [("c", "extraction")]


def test_an_article_that_kills_its_worker_is_a_failure_and_the_rest_is_scored():
    articles = some_articles(60)
    articles[40] = Article(id="killer", text="KILL THE WORKER " + words_of(3))
    rows, failures = both(articles, killing_extract)
    assert [(one.article, one.reason) for one in failures] == [
        ("killer", "extracting its quotes ended the worker process (out of memory?)")
    ]
    kept = [one for one in articles if one.id != "killer"]
    assert rows == list(score(kept, FakeModel(), extract=fake_extract))


@pytest.mark.parametrize("what", ["SPIN", "SLEEP"])
def test_an_article_that_hangs_is_a_failure_and_the_rest_is_scored(what, monkeypatch):
    monkeypatch.setattr("stance.scoring.extraction._PATIENCE", 3.0)
    articles = some_articles(30)
    articles[25] = Article(id="sleeper", text=f"{what} {words_of(3)}")
    rows, failures = both(articles, hanging_extract, seconds_per_article=0.5)
    assert [(one.article, one.reason) for one in failures] == [
        ("sleeper", "extracting its quotes took more than 0.5 seconds (seconds_per_article)")
    ]
    del articles[25]
    assert rows == list(score(articles, FakeModel(), extract=fake_extract))


def test_a_worker_that_is_killed_from_outside_costs_nothing():
    extractor = open_extractor(
        fake_extract, by="rules", attribution="speech", workers=2, seconds_per_article=60
    )
    articles = some_articles(64)
    for _ in range(2):
        extractor.submit(articles)()  # the first two are extracted in this process
    assert len(extractor.submit(articles)()) == 64
    victim = next(iter(extractor._executor._processes))
    waiting = extractor.submit(articles)
    os.kill(victim, signal.SIGKILL)
    expected = [fake_extract(one, by="rules", attribution="speech") for one in articles]
    assert waiting() == expected
    assert extractor.submit(articles)() == expected
    extractor.close()


def test_an_error_of_the_call_is_raised_not_listed_for_every_article():
    for workers in (0, 1):
        with pytest.raises(UsageError, match="magic"):
            list(score(some_articles(9), FakeModel(), by="magic", workers=workers))


def test_what_cannot_be_sent_to_a_worker_is_refused():
    with pytest.raises(UsageError, match="cannot be sent to worker processes"):
        list(score(some_articles(9), FakeModel(), extract=lambda a, **_: [], workers=1))


def test_workers_end_when_their_parent_is_killed(tmp_path):
    script = tmp_path / "child.py"
    script.write_text(
        "import time\n"
        "from scoring_fakes import fake_extract, some_articles\n"
        "from stance.scoring.extraction import open_extractor\n"
        "if __name__ == '__main__':\n"
        "    pool = open_extractor(fake_extract, by='', attribution='', workers=2,\n"
        "                          seconds_per_article=60)\n"
        "    for _ in range(3):\n"
        "        pool.submit(some_articles(20))()\n"
        "    print(*pool._executor._processes, flush=True)\n"
        "    time.sleep(60)\n"
    )
    child = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])},
    )  # fmt: skip
    workers = [int(pid) for pid in child.stdout.readline().split()]
    assert len(workers) == 2
    child.kill()
    child.wait()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.05)


def alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_failures_of_extraction_are_records():
    extractor = open_extractor(
        fake_extract, by="rules", attribution="speech", workers=0, seconds_per_article=1
    )
    (outcome,) = extractor.submit([Article(id="c", text="CRASH")])()
    assert outcome == InputFailure(
        where="c", article="c", kind="extraction",
        reason="extracting its quotes failed (RuntimeError: the extractor met its end)",
    )  # fmt: skip
