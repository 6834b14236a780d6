import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pytest
from scoring_fakes import FakeModel, fake_extract, some_articles

from stance.errors import StanceError, UsageError
from stance.records import Article
from stance.scoring import score, score_to

HERE = Path(__file__).parent


def run(out, articles, model=None, **options):
    options = {"part_articles": 10, "extract": fake_extract, **options}
    return score_to(out, articles, model or FakeModel(), **options)


def contents(out):
    """Everything in a folder of scores but the manifest, which tells the time."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("manifest.json", ".lock")
    }


def manifest(out):
    return json.loads((out / "manifest.json").read_text())


def test_a_folder_holds_parts_named_by_their_range_a_record_for_each_and_a_manifest(tmp_path):
    summary = run(tmp_path / "s", [*some_articles(24), "", ""], part_format="jsonl")
    names = ["part-000000000-000000009", "part-000000010-000000019", "part-000000020-000000025"]
    assert sorted(contents(tmp_path / "s")) == [
        "errors.jsonl", *(f"parts/{n}.jsonl" for n in names), *(f"state/{n}.json" for n in names)
    ]  # fmt: skip
    assert (summary.parts, summary.parts_kept, summary.articles, summary.failed) == (3, 0, 26, 2)
    assert len((tmp_path / "s" / "errors.jsonl").read_text().splitlines()) == 2
    assert manifest(tmp_path / "s")["state"] == "complete"
    assert manifest(tmp_path / "s")["model"]["fingerprint"] == "f00d"
    assert manifest(tmp_path / "s")["summary"]["articles"] == 26


def test_the_parts_together_hold_the_rows_of_one_file(tmp_path):
    import pyarrow.parquet as pq

    articles = some_articles(35)
    run(tmp_path / "s", articles)
    rows = list(score(articles, FakeModel(), extract=fake_extract))
    assert pq.read_table(tmp_path / "s" / "parts").to_pylist() == rows
    run(tmp_path / "t", articles, part_format="jsonl")
    lines = [line for path in sorted((tmp_path / "t" / "parts").iterdir())
             for line in path.read_text().splitlines()]  # fmt: skip
    assert [json.loads(line) for line in lines] == rows


def test_a_part_does_not_depend_on_its_neighbours(tmp_path):
    one, other = some_articles(20), some_articles(20)
    other[:10] = [Article(id=f"o{n}", text=f"Other words {n}.") for n in range(10)]
    run(tmp_path / "s", one)
    run(tmp_path / "t", other)
    name = "parts/part-000000010-000000019.parquet"
    assert contents(tmp_path / "s")[name] == contents(tmp_path / "t")[name]


def test_a_long_article_ends_a_part_early(tmp_path):
    articles = some_articles(6)
    articles[2] = Article(id="long", text="The rain fell on the hall. " * 100)
    run(tmp_path / "s", articles, part_chars=2000)
    assert [path.name for path in sorted((tmp_path / "s" / "state").glob("*.json"))] == [
        "part-000000000-000000002.json", "part-000000003-000000005.json"
    ]  # fmt: skip


def test_a_run_that_was_stopped_goes_on_and_ends_as_an_undisturbed_one(tmp_path):
    articles = some_articles(45)
    run(tmp_path / "whole", articles)
    for stop in (0, 9, 10, 27, 44):

        def broken(stop=stop):
            yield from articles[:stop]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "s", broken())
        assert manifest(tmp_path / "s")["state"] == "running"
    model = FakeModel()
    summary = run(tmp_path / "s", articles, model)
    assert (summary.parts, summary.parts_kept, summary.articles) == (5, 4, 45)
    assert len(model.asked) == 1  # the last part's block of four; its first holds no quotes
    assert contents(tmp_path / "s") == contents(tmp_path / "whole")


def test_a_complete_run_is_not_scored_again_and_gives_the_same_summary(tmp_path):
    first = run(tmp_path / "s", some_articles(25))
    model = FakeModel()
    again = run(tmp_path / "s", some_articles(25), model)
    assert model.asked == []
    assert (again.parts, again.parts_kept) == (3, 3)
    assert again.speakers == first.speakers
    assert again.rows == first.rows


@pytest.mark.parametrize("damage", ["delete", "truncate", "change", "no record"])
def test_a_damaged_part_is_scored_again(tmp_path, damage):
    run(tmp_path / "s", some_articles(30))
    before = contents(tmp_path / "s")
    part = tmp_path / "s" / "parts" / "part-000000010-000000019.parquet"
    if damage == "delete":
        part.unlink()
    elif damage == "truncate":
        part.write_bytes(part.read_bytes()[:-9])
    elif damage == "change":
        part.write_bytes(part.read_bytes()[:-1] + b"?")
    else:
        (tmp_path / "s" / "state" / "part-000000010-000000019.json").unlink()
    summary = run(tmp_path / "s", some_articles(30))
    assert summary.parts_kept == 2
    assert contents(tmp_path / "s") == before


def test_what_an_interrupted_run_left_is_swept_away(tmp_path):
    run(tmp_path / "s", some_articles(30))
    before = contents(tmp_path / "s")
    (tmp_path / "s" / "parts" / ".part-000000010-000000019.parquet.123.tmp").write_text("half")
    (tmp_path / "s" / "parts" / "part-000000030-000000034.parquet").write_text("without record")
    run(tmp_path / "s", some_articles(30))
    assert contents(tmp_path / "s") == before


def test_another_model_other_options_and_another_format_are_refused(tmp_path):
    run(tmp_path / "s", some_articles(5))
    before = contents(tmp_path / "s")
    for change, message in (
        ({"model": FakeModel(fingerprint="beef")}, "made with model.fingerprint 'f00d', this run "
         "has 'beef'; rows of both would be mixed"),
        ({"abstain_below": 0.5}, "made with options.abstain_below None, this run has 0.5"),
        ({"attribution": "all"}, "made with options.attribution 'speech', this run has 'all'"),
        ({"part_format": "jsonl"}, "made with format 'parquet', this run has 'jsonl'"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=message):
            run(tmp_path / "s", some_articles(5), **change)
    assert contents(tmp_path / "s") == before


def test_another_input_is_refused(tmp_path):
    articles = some_articles(30)
    run(tmp_path / "s", articles)
    before = contents(tmp_path / "s")
    changed = [*articles[:15], Article(id="a015", text="Other words."), *articles[16:]]
    for given, message in (
        (changed, "the input differs from what part-000000010-000000019 of the folder was made "),
        (articles[:25], "the input is shorter than what part-000000020-000000029"),
        (articles[:20], "the input is shorter than"),
        (some_articles(33), r"holds more than the folder's complete run \(first new article: a030"
         r"\); add --append"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=message):
            run(tmp_path / "s", given)
        assert contents(tmp_path / "s") == before


def test_append_takes_in_what_is_new_wherever_it_stands(tmp_path):
    articles = some_articles(40)
    old, new = articles[5:25], [*articles[:5], *articles[25:]]
    run(tmp_path / "s", old)
    grown = run(tmp_path / "s", articles, append=True)
    assert (grown.articles, grown.parts, grown.parts_kept) == (40, 4, 2)
    run(tmp_path / "t", old)
    run(tmp_path / "t", new, append=True)
    assert contents(tmp_path / "s") == contents(tmp_path / "t")
    model = FakeModel()
    again = run(tmp_path / "s", articles, model, append=True)
    assert (again.articles, again.rows, model.asked) == (40, grown.rows, [])


def test_an_append_that_was_stopped_goes_on(tmp_path):
    old, articles = some_articles(17), some_articles(50)
    for name in ("whole", "s"):
        run(tmp_path / name, old)
    run(tmp_path / "whole", articles, append=True)

    def broken():
        yield from articles[:40]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "s", broken(), append=True)
    run(tmp_path / "s", articles, append=True)
    assert contents(tmp_path / "s") == contents(tmp_path / "whole")


def test_an_appended_copy_and_a_repeated_id_know_the_earlier_run(tmp_path):
    long = " ".join(f"word{n * n % 97}" for n in range(200))
    old = [Article(id="a", text=long + " “Wait,” said Lea Quorn.")]
    run(tmp_path / "s", old, part_format="jsonl", english_only=False)
    new = [Article(id="a", text=long + " “Wait,” said Lea Quorn again.")]
    run(tmp_path / "s", new, part_format="jsonl", english_only=False, append=True)
    rows = [json.loads(line) for path in sorted((tmp_path / "s" / "parts").iterdir())
            for line in path.read_text().splitlines()]  # fmt: skip
    assert [(row["article"], row["duplicate_of"]) for row in rows] == [("a", None), ("a#2", "a")]


def test_a_folder_with_other_files_a_file_and_a_single_file_append_are_refused(tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "diary.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds files but no manifest of scores; nothing was wri"):
        run(tmp_path / "s", some_articles(1))
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["diary.txt"]
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="is a file; give --out a folder or another name"):
        run(tmp_path / "file", some_articles(1))
    with pytest.raises(UsageError, match="only a folder of parts can be appended to"):
        run(tmp_path / "a.csv", some_articles(1), append=True)
    with pytest.raises(UsageError, match="parts cannot be 'csv'; expected parquet or jsonl"):
        run(tmp_path / "t", some_articles(1), part_format="csv")


@pytest.mark.parametrize("name", ["state/.lock", "state/part-x.json", "parts/part-x.parquet"])
def test_a_pipe_in_the_folder_is_refused_rather_than_waited_for(tmp_path, name):
    run(tmp_path / "s", some_articles(1))
    place = tmp_path / "s" / name
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    with pytest.raises(UsageError, match="is no plain file; give --out a new folder"):
        run(tmp_path / "s", some_articles(1))


def test_a_model_without_fingerprint_cannot_fill_a_folder(tmp_path):
    with pytest.raises(UsageError, match="the model fake has no fingerprint"):
        run(tmp_path / "s", some_articles(1), FakeModel(fingerprint=None))


def test_two_runs_at_once_in_one_folder_are_refused(tmp_path):
    articles = some_articles(3)

    def meanwhile():
        yield from articles
        with pytest.raises(UsageError, match="another run is writing into"):
            run(tmp_path / "s", articles)

    run(tmp_path / "s", meanwhile())


def test_a_full_disk_leaves_whole_parts_and_the_next_run_goes_on(tmp_path, monkeypatch):
    run(tmp_path / "whole", some_articles(40))
    sync, calls = os.fsync, []

    def filling(handle):
        calls.append(handle)
        if len(calls) > 8:
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr("stance.scoring.writers.os.fsync", filling)
    with pytest.raises(StanceError, match=r"cannot be written \(No space left on device\)"):
        run(tmp_path / "s", some_articles(40))
    monkeypatch.undo()
    assert run(tmp_path / "s", some_articles(40)).parts_kept >= 1
    assert contents(tmp_path / "s") == contents(tmp_path / "whole")


CHILD = """
import signal
import sys
from scoring_fakes import FakeModel, fake_extract, some_articles
from stance.articles import read_articles
from stance.scoring import score_to

if __name__ == "__main__":
    # A shell that starts the tests in the background has its children ignore this signal.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out, workers, source = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    articles = some_articles(300) if source == "-" else read_articles(source)
    extract = fake_extract if source == "-" else None
    score_to(out, articles, FakeModel(pause=0.01), extract=extract, workers=workers,
             part_articles=5)
"""


def start(out, *, workers, script, source="-", pause=0.01):
    script.write_text(CHILD.replace("pause=0.01", f"pause={pause}"))
    return subprocess.Popen(
        [sys.executable, script, out, str(workers), str(source)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])},
        start_new_session=True, stderr=subprocess.PIPE,
    )  # fmt: skip


def done(out):
    return len(list((out / "state").glob("*.json")))


def killed_and_run_again(tmp_path, *, kills, parts_between, source="-"):
    """Kill a run at random moments, start it again each time, let the last one end.

    Every second run has two workers. Returns what the folder holds, and what an undisturbed
    run's holds.
    """
    script, out, moment = tmp_path / "child.py", tmp_path / "s", random.Random(7)
    assert start(tmp_path / "whole", workers=0, script=script, source=source).wait() == 0
    for kill in range(kills):
        child = start(out, workers=2 * (kill % 2), script=script, source=source)
        goal = done(out) + moment.randint(0, parts_between)
        while done(out) < goal and child.poll() is None:
            time.sleep(0.002)
        time.sleep(moment.uniform(0, 0.2) if goal else 0.1)
        assert child.poll() is None, f"the run ended before kill {kill}: {child.stderr.read()}"
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    child = start(out, workers=0, script=script, source=source)
    assert child.wait() == 0, child.stderr.read().decode()
    return contents(out), contents(tmp_path / "whole")


def test_a_run_killed_three_times_ends_byte_for_byte_as_an_undisturbed_one(tmp_path):
    disturbed, undisturbed = killed_and_run_again(tmp_path, kills=3, parts_between=15)
    assert len(undisturbed) == 121
    assert disturbed == undisturbed


@pytest.mark.slow
def test_a_run_over_news_killed_thirty_times_ends_byte_for_byte_as_an_undisturbed_one(
    tmp_path, shared
):
    news = tmp_path / "news.jsonl"
    with (shared / "news" / "outlets_2024.jsonl").open() as file:
        news.write_text("".join(islice(file, 300)))
    disturbed, undisturbed = killed_and_run_again(tmp_path, kills=30, parts_between=2, source=news)
    assert len(undisturbed) == 121
    assert disturbed == undisturbed


def test_ctrl_c_ends_soon_and_leaves_a_folder_that_goes_on(tmp_path):
    script = tmp_path / "child.py"
    # Slow enough not to end by itself while this process waits for its turn on a busy machine.
    child = start(tmp_path / "s", workers=2, script=script, pause=0.2)
    while not list((tmp_path / "s" / "state").glob("*.json")):
        time.sleep(0.02)
        assert child.poll() is None, child.stderr.read().decode()
    os.killpg(child.pid, signal.SIGINT)
    assert child.wait(300) != 0  # undisturbed it ends with 0
    assert b"KeyboardInterrupt" in child.stderr.read()
    assert not list((tmp_path / "s").rglob("*.tmp"))
    assert start(tmp_path / "s", workers=0, script=script).wait() == 0
    assert start(tmp_path / "whole", workers=0, script=script).wait() == 0
    assert contents(tmp_path / "s") == contents(tmp_path / "whole")


def test_the_manifest_tells_on_what_a_run_and_its_later_runs_were_made(tmp_path):
    def on(device):
        model = FakeModel()
        model.runs_on = {"backend": "fake", "device": device}
        return model

    articles = some_articles(40)
    run(tmp_path / "s", articles[:20], on("cpu"))
    assert manifest(tmp_path / "s")["made_on"] == [{"backend": "fake", "device": "cpu"}]
    run(tmp_path / "s", articles[:20], on("cuda"))  # makes no part
    assert manifest(tmp_path / "s")["made_on"] == [{"backend": "fake", "device": "cpu"}]
    run(tmp_path / "s", articles[:30], on("cuda"), append=True)
    run(tmp_path / "s", articles, on("cpu"), append=True)
    told = manifest(tmp_path / "s")
    assert told["made_on"] == [
        {"backend": "fake", "device": "cpu"}, {"backend": "fake", "device": "cuda"}
    ]  # fmt: skip
    assert (told["state"], told["summary"]["articles"]) == ("complete", 40)
    run(tmp_path / "t", articles)
    assert contents(tmp_path / "s") == contents(tmp_path / "t")
    assert "made_on" not in manifest(tmp_path / "t")


def test_every_classifier_tells_what_it_runs_on():
    import stance
    from stance.cascade import load_cascade

    baseline = {"backend": "scikit-learn", "device": "cpu"}
    assert stance.load("baseline").runs_on == baseline
    both = load_cascade("baseline", "transformer", above=0.8, device="cpu").runs_on
    assert both["first"] == baseline
    assert both["second"]["device"] == "cpu"
    assert both["second"]["backend"] in ("onnx", "torch")


def test_a_script_without_its_guard_is_told_so_and_starts_no_endless_row_of_workers(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        CHILD.replace('if __name__ == "__main__":', "print('begun', flush=True)\nif True:")
    )
    child = subprocess.run(
        [sys.executable, script, tmp_path / "s", "1", "-"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)])},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert child.returncode != 0
    assert "must do so under `if __name__ == '__main__':`" in child.stderr
    assert child.stdout.count("begun") == 2  # the script, and the one worker that imported it
