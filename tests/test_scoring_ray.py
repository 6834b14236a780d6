"""The same bytes from Ray as from one process, whoever is killed; nothing is left running."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_scoring_parts import contents, manifest

from stance.errors import UsageError
from stance.scoring import score_to

HERE = Path(__file__).parent


def needs_ray(test):
    """Mark a test as slow, and as one that is skipped where Ray is absent."""
    absent = importlib.util.find_spec("ray") is None
    reason = "Ray is missing: pip install 'stance[ray]'"
    return pytest.mark.slow(pytest.mark.skipif(absent, reason=reason)(test))


CHILD = """
import os, signal, sys
from pathlib import Path
import scoring_fakes as fakes
from stance.articles import read_articles
from stance.errors import StanceError
from stance.records import Article
from stance.scoring import score_to
from stance.scoring.cluster import RayOptions

def workers():
    # Those of this test alone: Ray's processes are in the session of the one that started them.
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name = (stat.parent / "cmdline").read_bytes()
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if name.startswith(b"ray::PartWorker") and int(fields[3]) == os.getsid(0):
            yield int(stat.parent.name)

def killing_one_at(count):
    killed = []
    def progress(tally):
        if tally.articles >= count and not killed:
            killed.append(next(workers()))
            os.kill(killed[0], signal.SIGKILL)
            print("killed", flush=True)
        print("reached", tally.articles, flush=True)
    return progress

if __name__ == "__main__":
    articles = fakes.some_articles(200)
    options = dict(part_articles=8, extract=fakes.fake_extract, ray=RayOptions(actors=2))
    model = fakes.FakeModel(pause=0.05)
    out = sys.argv[1]
    exec(sys.argv[2])
"""


def start(out, code, **more):
    """Run CHILD's setting and then `code` in a process and a session of its own."""
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(out), code], text=True, cwd=HERE, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, **more},
    )  # fmt: skip


def ended(child):
    """Wait for a child and for all that it has started; return its status and what it said."""
    said, errors = child.communicate(timeout=600)
    deadline = time.monotonic() + 120
    while left := in_session(child.pid):
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.2)
    return child.returncode, said + errors


def in_session(session):
    """The command lines of what runs in a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            line = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ")[:80]
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(line)
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What one process makes of the 200 articles: contents, and the manifest's counts."""
    out = tmp_path_factory.mktemp("whole") / "s"
    code = "options.pop('ray'); score_to(out, articles, model, **options)"
    assert ended(start(out, code))[0] == 0
    return contents(out), counts(out)


@needs_ray
def test_a_worker_killed_in_the_middle_changes_no_byte(tmp_path, undisturbed):
    out = tmp_path / "s"
    code = "score_to(out, articles, model, progress=killing_one_at(80), **options)"
    status, said = ended(start(out, code))
    assert status == 0, said
    assert "killed" in said
    assert "a worker was lost at part-" in said
    assert len(undisturbed[0]) == 2 * 25 + 1
    assert (contents(out), counts(out)) == undisturbed


@needs_ray
def test_a_run_begun_on_ray_and_killed_is_finished_by_one_process(tmp_path, undisturbed):
    out = tmp_path / "s"
    child = start(out, "score_to(out, articles, model, progress=killing_one_at(9999), "
                  "**options)")  # fmt: skip
    while child.stdout.readline().strip() != "reached 80":
        assert child.poll() is None, child.stderr.read()
    os.kill(child.pid, signal.SIGKILL)
    ended(child)  # which checks that Ray ends with its driver, however that ends
    assert 9 <= len(list((out / "state").glob("*.json"))) < 25
    assert manifest(out)["state"] == "running"
    code = "options.pop('ray'); score_to(out, articles, model, **options)"
    assert ended(start(out, code))[0] == 0
    assert (contents(out), counts(out)) == undisturbed


@needs_ray
def test_a_run_begun_by_one_process_is_finished_on_ray(tmp_path, undisturbed):
    out = tmp_path / "s"
    code = """
def first_half():
    yield from articles[:100]
    raise KeyboardInterrupt
try:
    score_to(out, first_half(), model, **{**options, "ray": None})
except KeyboardInterrupt:
    pass
(Path(out) / "parts" / "part-000000016-000000023.parquet").unlink()
print(score_to(out, articles, model, **options).parts_kept)
"""
    status, said = ended(start(out, code))
    assert status == 0, said
    assert said.splitlines()[0] == "11"
    assert (contents(out), counts(out)) == undisturbed


@needs_ray
def test_ctrl_c_ends_soon_and_leaves_nothing_running(tmp_path):
    child = start(tmp_path / "s", "score_to(out, articles, model, "
                  "progress=killing_one_at(9999), **options)")  # fmt: skip
    while child.stdout.readline().strip() != "reached 80":
        assert child.poll() is None, child.stderr.read()
    os.kill(child.pid, signal.SIGINT)
    status, said = ended(child)
    assert status != 0
    assert "KeyboardInterrupt" in said
    assert not list((tmp_path / "s").rglob("*.tmp"))


@needs_ray
def test_an_article_that_kills_workers_ends_the_run_or_fails_alone(tmp_path):
    out = tmp_path / "s"
    code = """
articles = articles[:30]
articles[20] = Article(id="killer", text="KILL THE WORKER " + fakes.words_of(3))
options["extract"] = fakes.killing_extract
try:
    score_to(out, articles, model, **options)
except StanceError as error:
    print(error)
print(score_to(out, articles, model, workers=1, **options).examples)
score_to(out + "-local", articles, model, workers=1, **{**options, "ray": None})
"""
    status, said = ended(start(out, code))
    assert status == 0, said
    assert "part-000000016-000000023 cannot be scored: 3 workers were lost on it" in said
    assert "extracting its quotes ended the worker process (out of memory?)" in said
    assert contents(out) == contents(tmp_path / "s-local")


@needs_ray
def test_a_part_that_hangs_ends_the_run_with_one_line(tmp_path):
    code = """
articles[20] = Article(id="sleeper", text="SLEEP " + fakes.words_of(3))
options.update(extract=fakes.hanging_extract, ray=RayOptions(actors=2, stall_seconds=15))
try:
    score_to(out, articles, model, **options)
except StanceError as error:
    print(error)
"""
    status, said = ended(start(tmp_path / "s", code))
    assert status == 0, said
    assert "part-000000016-000000023 cannot be scored: 3 workers were lost on it" in said
    assert "(the last: no answer for 15 seconds); what is done stays" in said
    assert len(list((tmp_path / "s" / "state").glob("*.json"))) >= 2


@needs_ray
def test_the_command_gives_the_same_bytes_and_leaves_a_given_cluster_running(tmp_path):
    code = """
import json, subprocess
os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN="t" * 32)
import ray
ray.init(address="local", num_cpus=3, include_dashboard=False, log_to_driver=False)
address = ray.get_runtime_context().gcs_address
def stance(*arguments):
    done = subprocess.run([sys.executable, "-m", "stance", *arguments], capture_output=True,
                          text=True, cwd=Path(fakes.__file__).parent.parent)
    print("told", json.dumps([done.returncode, done.stdout, done.stderr]), flush=True)
score = ("score", "data/articles", "--engine", "ray", "--ray-address", address, "--out")
stance(*score, out, "--actors", "2", "--cascade", "baseline", "--cascade-above", "0.8")
stance(*score, out + "-2", "--actors", "3")
print("told", ray.available_resources()["CPU"])
"""
    status, said = ended(start(tmp_path / "s", code))
    assert status == 0, said
    lines = [line[5:] for line in said.splitlines() if line.startswith("told ")]
    (done, no_rows, told), (refused, _, why), free = map(json.loads, lines)
    assert (done, no_rows) == (0, ""), told
    assert "Traceback" not in told
    assert (refused, why.count("\n")) == (2, 1)
    assert "has room for 2 workers of 1 CPUs each with one CPU left free, not for 3" in why
    assert free == 3.0
    local = [sys.executable, "-m", "stance", "score", "data/articles", "--cascade", "baseline",
             "--cascade-above", "0.8", "--out", str(tmp_path / "t")]  # fmt: skip
    assert subprocess.run(local, cwd=HERE.parent, capture_output=True).returncode == 0
    assert contents(tmp_path / "s") == contents(tmp_path / "t")


def counts(out):
    """A manifest without its times and places."""
    told = manifest(out)
    summary = {k: v for k, v in told["summary"].items()
               if k not in ("out", "errors", "seconds", "parts_kept")}  # fmt: skip
    return {**{k: v for k, v in told.items() if k not in ("started", "finished")},
            "summary": summary}  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--engine", "spark"], "no engine 'spark'; give local or ray"),
        (["--actors", "2"], "--actors is for --engine ray; give that too, or leave it out"),
        (["--engine", "ray", "--actors", "0"], "actors is 0, cpus_per_actor 1; expected at least"),
        (["--engine", "ray", "--device", "cuda:1"], "each worker is given its GPUs; use --device"),
        (["--engine", "ray", "--out", "s.csv"], "Ray fills a folder of parts, and --out is s.csv"),
        (["--engine", "ray"], "Ray fills a folder of parts, and --out is -"),
    ],
)
def test_options_that_do_not_fit_the_engine_give_one_line(stance_command, options, message):
    done = stance_command("score", "data/articles", "--model", "baseline", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_ray_the_engine_says_what_to_install(tmp_path, monkeypatch, root):
    from stance.scoring.cluster import RayOptions
    from stance.scoring.packed import pack

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"needs Ray, which .*: pip install 'stance\[ray\]'"):
        score_to(tmp_path / "s", ["“Wait,” said Lea Quorn."], pack(root / "models" / "baseline"),
                 ray=RayOptions())  # fmt: skip


def test_a_packed_model_loads_without_its_folder_and_answers_alike(root, tmp_path):
    import pickle
    import shutil

    import stance
    from stance.scoring.packed import pack

    folder = shutil.copytree(root / "models" / "baseline", tmp_path / "mine")
    packed = pickle.loads(pickle.dumps(pack(folder)))
    shutil.rmtree(folder)
    model, shipped = packed.load(), stance.load("baseline")
    assert (model.name, model.fingerprint) == ("mine", shipped.fingerprint)
    assert (packed.tasks_, dict(packed.labels_)) == (shipped.tasks_, shipped.labels_)
    assert model(["We will strike back."]) == shipped(["We will strike back."])
    assert "README.md" not in packed.files


def test_a_packed_cascade_tells_what_the_loaded_one_tells():
    from stance.cascade import load_cascade
    from stance.scoring.packed import pack, unpacked

    packed = load_cascade("baseline", "transformer", above=0.8, load=pack)
    loaded = unpacked(packed)
    assert (packed.fingerprint, packed.name) == (loaded.fingerprint, loaded.name)
    assert loaded(["We will strike back."])[0].stage in ("first", "second")
