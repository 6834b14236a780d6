"""What every command does alike: terminals, quiet and verbose, hints, completion, JSON."""

import errno
import json
import os
import subprocess
import sys

import pytest
from terminals import in_terminal, stance_in_terminal, text_of
from typer.testing import CliRunner

from stance.cli.app import app

ARTICLE = "“We will answer every attack with force,” said Ada Lund, foreign minister of Norland.\n"
BAR = """
import time
import stance.cli.progress as p
p.PATIENCE = 0.0
with p.progress("counting sheep", total=30, unit="sheep") as advance:
    for _ in range(30):
        time.sleep(0.05)
        advance(1)
print("done")
"""
COLOUR = "\x1b[3"  # how the code of every foreground colour begins


def test_a_bar_shows_count_rate_and_time_left_on_a_terminal():
    status, shown = in_terminal([sys.executable, "-c", BAR], columns=100)
    assert status == 0
    text = text_of(shown)
    assert "counting sheep" in text
    assert "/30 sheep" in text
    assert "a second" in text
    assert "left" in text
    assert text.rstrip().endswith("done")


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_a_bar_stays_within_the_window(columns):
    _, shown = in_terminal([sys.executable, "-c", BAR], columns=columns)
    assert max(len(line) for line in text_of(shown).splitlines()) <= columns


def test_no_bar_is_drawn_in_a_pipe_or_when_quiet():
    done = subprocess.run(
        [sys.executable, "-c", BAR], capture_output=True, text=True, timeout=120, check=True
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
    quiet = "from stance.cli.manners import MANNERS\nMANNERS.quiet = True\n" + BAR
    _, shown = in_terminal([sys.executable, "-c", quiet])
    assert text_of(shown).split() == ["done"]


def test_many_statements_are_asked_in_parts_and_answered_in_order():
    import numpy as np

    from stance.cli import progress

    class Model:
        tasks_ = ("stance",)

        def probabilities(self, X):
            assert len(X) <= progress.CHUNK
            return {"stance": np.array([[float(x), 1.0 - x] for x in X])}

        def __call__(self, X):
            return list(X)

    watched = progress.Watched(Model(), "asking")
    values = list(range(progress.CHUNK + 7))
    assert watched.tasks_ == ("stance",)
    assert watched(values) == values
    assert watched.probabilities(values)["stance"][:, 0].tolist() == values
    assert watched.probabilities([])["stance"].shape[0] == 0


@pytest.mark.parametrize("columns", [60, 100])
def test_tables_fit_the_window(root, columns):
    words = ("data", "stats", root / "data" / "statements.jsonl", "--by", "speaker")
    status, shown = stance_in_terminal(*words, columns=columns, cwd=root)
    assert status == 0
    lines = text_of(shown).splitlines()
    assert max(len(line.rstrip()) for line in lines if "rows, " not in line) <= columns


def test_no_color_is_honoured_and_colours_are_there_without_it(root):
    words = ("explain", "We will answer any attack.", "--model", "baseline")
    _, plain = stance_in_terminal(*words, cwd=root, env={"NO_COLOR": "1"})
    assert COLOUR not in plain
    assert "▲" in plain
    _, coloured = stance_in_terminal(*words, cwd=root)
    assert COLOUR in coloured


@pytest.mark.parametrize("place", ["before", "after"])
def test_quiet_leaves_rows_and_failures_alone(stance_command, tmp_path, place):
    (tmp_path / "good.txt").write_text(ARTICLE)
    (tmp_path / "bad.txt").write_text("")
    words = ["quotes", tmp_path / "good.txt", tmp_path / "bad.txt"]
    done = stance_command(*(["-q", *words] if place == "before" else [*words, "--quiet"]))
    assert json.loads(done.stdout)["speaker"] == "Ada Lund"
    assert [line.startswith("stance: not scored") for line in done.stderr.splitlines()] == [True]


def test_verbose_says_how_long_it_took_and_where_an_error_comes_from(stance_command, tmp_path):
    (tmp_path / "good.txt").write_text(ARTICLE)
    done = stance_command("quotes", tmp_path / "good.txt", "-v")
    assert "stance: took " in done.stderr
    done = stance_command("-v", "models", "show", "nosuch")
    assert "ModelNotFoundError" in done.stderr
    assert "Traceback" in done.stderr
    assert done.returncode == 3


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["scor"], "Did you mean 'score'"),
        (["predict", "x", "--modle", "m"], "--model"),
        (["models", "show", "basline"], "did you mean 'baseline'?"),
        (["train", "configs/baselin.yaml"], "did you mean configs/baseline.yaml?"),
        (["train", "configs/baseline.yaml", "--set", "modle.C=1"], "did you mean 'model'?"),
        (["data", "stats", "data/statments.jsonl"], "did you mean data/statements.jsonl?"),
        (["data", "stats", "data/statements.jsonl", "--by", "knd"], "did you mean 'kind'?"),
        (["crossval", "configs/baseline.yaml", "--group", "aticle"], "did you mean 'article'?"),
        (["evaluate", "baseline", "--data", "data/statements.jsonl", "--by", "spekaer"],
         "did you mean 'speaker'?"),
        (["quotes", "data/artcles"], "did you mean data/articles?"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)  # fmt: skip
def test_what_is_misspelt_is_answered_by_what_was_meant(stance_command, words, hint):
    done = stance_command(*words)
    assert done.returncode in (2, 3)
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_misspelt_columns_of_scores_and_articles_are_hinted_at(stance_command, tmp_path):
    (tmp_path / "news.csv").write_text(f'headline,words\nTalks,"{ARTICLE.strip()}"\n')
    done = stance_command("quotes", tmp_path / "news.csv", "--column", "text=wrds")
    assert "did you mean 'words'?" in done.stderr
    row = {"article": "a", "quote": "q1", "group": "q1", "text": "We stay.", "speaker": "Ada",
           "stance": "neutral", "stance_p_neutral": 0.8, "stance_p_escalatory": 0.2,
           "stance_abstained": False}  # fmt: skip
    (tmp_path / "s.jsonl").write_text(json.dumps(row) + "\n")
    done = stance_command("summarize", tmp_path / "s.jsonl", "--by", "speeker")
    assert "did you mean 'speaker'?" in done.stderr
    done = stance_command("summarize", tmp_path / "s.jsonl", "--task", "stanse")
    assert "did you mean 'stance'?" in done.stderr


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("stance doc", {"doctor"}),
        ("stance data au", {"audit"}),
        ("stance score --model ", {"baseline", "transformer", "transformer-large"}),
        ("stance evaluate base", {"baseline"}),
        ("stance models verify t", {"tagger", "transformer", "transformer-large"}),
        ("stance report s.csv --draw ti", {"timeline"}),
        ("stance summarize s.csv --correct a", {"adjusted", "auto"}),
    ],
)
def test_the_shell_completes_commands_models_and_choices(root, typed, completed):
    env = {**os.environ, "_STANCE_COMPLETE": "complete_bash", "COMP_WORDS": typed,
           "COMP_CWORD": str(typed.count(" "))}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "stance"], cwd=root, env=env, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert set(done.stdout.split()) == completed


def test_stance_alone_says_where_to_begin(stance_command):
    shown = stance_command()
    text = shown.stdout + shown.stderr
    for line in ("New here?", "stance doctor", "stance score ARTICLES --out scores.csv"):
        assert line in text


def test_machines_read_lists_of_models_and_of_mistakes(stance_command, tmp_path):
    found = json.loads(stance_command("models", "list", "--json").stdout)["models"]
    assert {"baseline", "transformer"} <= {model["name"] for model in found}
    (tmp_path / "bad.jsonl").write_text('{"text": "x", "stance": "hawkish"}\n')
    done = stance_command("data", "check", tmp_path / "bad.jsonl", "--json")
    assert done.returncode == 3
    assert "unknown label 'hawkish'" in json.loads(done.stdout)["mistakes"][0]


def test_a_run_of_scores_is_summarised_for_a_machine(stance_command, tmp_path):
    (tmp_path / "good.txt").write_text(ARTICLE)
    (tmp_path / "bad.txt").write_text("")
    done = stance_command("score", tmp_path, "--model", "baseline", "--out", tmp_path / "s.csv",
                          "--json", tmp_path / "run.json")  # fmt: skip
    assert done.returncode == 5
    found = json.loads((tmp_path / "run.json").read_text())
    assert (found["articles"], found["scored"], found["failed"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "scores.csv"),
         "stance: scores.csv: No space left on device (OSError); check that"),
        (PermissionError(errno.EACCES, "Permission denied", "a", None, "b"),
         "stance: a -> b: Permission denied (PermissionError); check that"),
        (OSError("the hub\n said no"), "stance: the hub said no (OSError); check that"),
    ],
    ids=["disk full", "two names", "no number"],
)  # fmt: skip
def test_an_error_of_the_system_is_one_line_wherever_it_comes_from(monkeypatch, error, told):
    def fails():
        raise error

    monkeypatch.setattr("stance.store.available", fails)
    done = CliRunner().invoke(app, ["models", "list"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(told)
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_gone_is_no_error_of_the_system(monkeypatch):
    def gone():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("stance.store.available", gone)
    done = CliRunner().invoke(app, ["models", "list"])
    assert "Broken pipe" not in done.stderr


def test_a_place_that_cannot_be_written_is_one_line(stance_command, tmp_path):
    (tmp_path / "file").write_text("")
    done = stance_command("data", "convert", "data/statements.jsonl", "--to", "doccano",
                          "--out", tmp_path / "file" / "x.jsonl")  # fmt: skip
    assert done.returncode in (1, 2, 3)
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("stance: ")
    assert done.stderr.count("\n") == 1
