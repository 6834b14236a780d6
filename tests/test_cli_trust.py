"""`stance summarize` and `stance explain`: what they print and write, and for whom."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from stance.cli.explain import coloured, sum_in_words
from stance.explain import Explanation, WordWeight

LABELS = ("escalatory", "neutral", "de-escalatory")


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    """Twelve quotes of Ada, three of Bo, one of nobody, over two months."""
    path = tmp_path_factory.mktemp("scores") / "s.jsonl"
    said = [("Ada", "eeeeeeenndde"), ("Bo", "ddn"), (None, "e")]
    spelled = {label[0]: label for label in LABELS}
    lines = []
    for speaker, labels in said:
        for n, letter in enumerate(labels):
            row = {
                "article": f"a{n}", "quote": f"{speaker}{n}", "group": f"{speaker}{n}",
                "text": "So it is.", "speaker": speaker, "stance": spelled[letter],
                "date": f"2024-0{1 + n % 2}-05", "model": "m", "duplicate_of": None,
                **{f"stance_p_{x}": 0.8 if x == spelled[letter] else 0.1 for x in LABELS},
            }  # fmt: skip
            lines.append(json.dumps(row) + "\n")
    path.write_text("".join(lines))
    return path


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory):
    path = tmp_path_factory.mktemp("evaluation") / "e.json"
    counts = [[40, 8, 2], [10, 60, 5], [2, 8, 15]]
    found = {"labels": list(LABELS), "confusion": counts}
    path.write_text(json.dumps({"trained_on": 7, "tasks": {"stance": {"scores": found}}}))
    return path


def test_summarize_prints_ranks_counts_and_the_index_with_its_interval(stance_command, scores):
    done = stance_command("summarize", scores)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert next(line for line in lines if line[:1] == ["Ada"])[1:6] == [
        "1", "12", "12", "8/2/2", "+0.50",
    ]  # fmt: skip
    assert next(line for line in lines if line[:1] == ["Bo"])[1] == "few"
    assert "few: less than 10 quotes, not ranked" in done.stdout
    assert "16 quotes of 16 rows count" in done.stderr
    assert "plain counts" in done.stderr


def test_a_correction_is_named_and_its_weaknesses_are_told(stance_command, scores, evaluation):
    done = stance_command("summarize", scores, "--confusion", evaluation)
    assert "adjusted classify-and-count by the confusion matrix" in done.stderr
    assert "the model was trained on 7 of the evaluated statements" in done.stderr
    assert "few statements of some labels (de-escalatory 25)" in done.stderr
    assert "counted" in done.stdout
    done = stance_command("summarize", scores, "--confusion", evaluation, "--correct", "em")
    assert "EM prior shift (Saerens et al. 2002)" in done.stderr


def test_the_aggregates_are_the_same_in_csv_parquet_and_json(stance_command, scores, tmp_path):
    for ending in ("csv", "parquet", "json"):
        out = tmp_path / f"o.{ending}"
        done = stance_command("summarize", scores, "--by", "speaker,month", "--out", out)
        assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "o.json").read_text())
    assert (document["by"], document["method"]) == (["speaker", "month"], "none")
    records = document["cells"]
    assert [(r["speaker"], r["month"], r["n"]) for r in records] == [
        ("Ada", "2024-01", 6), ("Ada", "2024-02", 6), ("Bo", "2024-01", 2), ("Bo", "2024-02", 1),
        (None, "2024-01", 1),
    ]  # fmt: skip
    assert pq.read_table(tmp_path / "o.parquet").to_pylist() == records
    with (tmp_path / "o.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    assert list(written[0]) == list(records[0])
    assert float(written[0]["index_low"]) == records[0]["index_low"]
    assert written[4]["speaker"] == ""
    assert {"n_escalatory", "share_neutral_high", "below_min_n", "rank"} <= set(written[0])


def test_json_on_stdout_is_nothing_but_json(stance_command, scores):
    done = stance_command("summarize", scores, "--by", "", "--out", "-")
    (cell,) = json.loads(done.stdout)["cells"]
    assert (cell["n"], cell["n_escalatory"]) == (16, 9)


def test_the_same_seed_gives_the_same_intervals(stance_command, scores):
    first, second, other = (
        stance_command("summarize", scores, "--out", "-", "--seed", seed).stdout
        for seed in (1, 1, 2)
    )
    assert first == second != other


def test_summarize_reads_what_score_writes_into_a_folder(stance_command, tmp_path):
    (tmp_path / "a.txt").write_text(
        "“We will answer every attack with force,” Ada Lund said on Monday.\n\n"
        "“We want peace,” Tor Vik said.\n"
    )
    done = stance_command("score", tmp_path / "a.txt", "-m", "baseline", "--out", tmp_path / "s")
    assert done.returncode == 0, done.stderr
    done = stance_command("summarize", tmp_path / "s", "--out", "-", "--task", "sentiment")
    cells = json.loads(done.stdout)["cells"]
    assert {cell["speaker"] for cell in cells} == {"Ada Lund", "Tor Vik"}
    assert "n_positive" in cells[0]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["--by", "nosuch"], 2, "--by nosuch: the scores have no such column"),
        (["--task", "mood"], 3, "the scores have no column 'mood'"),
        (["--out", "o.xls"], 2, "ends in '.xls'; expected .csv, .parquet, .json"),
        (["--correct", "em"], 2, "needs to know the model's errors"),
        (["--confusion", "nowhere.json"], 3, "nowhere.json cannot be read"),
        (["--draws", "5"], 2, "at least 100 draws"),
    ],
)
def test_mistakes_of_summarize_are_one_clear_line(
    stance_command, scores, arguments, status, message
):
    done = stance_command("summarize", scores, *arguments)
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def explanation(**changes):
    words = (
        WordWeight(start=0, end=2, text="We", weight=0.05),
        WordWeight(start=3, end=9, text="strike", weight=0.9),
        WordWeight(start=10, end=13, text="not", weight=-0.4),
    )
    values = {
        "text": "We strike not.", "task": "stance", "label": "escalatory", "against": "neutral",
        "method": "exact", "probabilities": {"escalatory": 0.7, "neutral": 0.3},
        "log_odds": 0.85, "words": words, "rest": {"intercept": 0.3},
    }  # fmt: skip
    return Explanation(**{**values, **changes})


def test_words_carry_a_mark_beside_their_colour_and_faint_ones_neither():
    shown = coloured(explanation())
    assert shown.plain == "We strike▲ not▼."
    styles = {shown.plain[span.start : span.end]: str(span.style) for span in shown.spans}
    assert styles == {"strike▲": "bold green", "not▼": "red"}


def test_the_sum_is_stated_part_by_part():
    assert sum_in_words(explanation()) == (
        "words +0.550, intercept +0.300: together +0.850 = ln(p(escalatory) / p(neutral))"
    )


def test_explain_shows_the_label_the_words_and_their_sum_without_colour(stance_command):
    done = stance_command(
        "explain", "We will answer every attack with force.", "--model", "baseline",
        "--context", "Ada said so.", "--speaker", "Ada", "--top", "3",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("stance: ")
    assert "force▲" in done.stdout
    assert "together" in done.stdout
    assert "\x1b[" not in done.stdout


def test_explain_json_sums_to_the_log_odds(stance_command):
    done = stance_command(
        "explain", "We will welcome talks.", "-m", "baseline", "--task", "sentiment", "--json"
    )
    found = json.loads(done.stdout)
    assert (found["task"], found["method"]) == ("sentiment", "exact")
    total = sum(word["weight"] for word in found["words"]) + sum(found["rest"].values())
    assert total == pytest.approx(found["log_odds"], abs=1e-5)
    assert [word["text"] for word in found["words"]] == ["We", "will", "welcome", "talks"]


def test_the_transformer_is_explained_by_words_left_out(stance_command):
    done = stance_command("explain", "We want peace now.", "-m", "transformer", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["method"] == "occlusion"
    assert [word["text"] for word in found["words"]] == ["We", "want", "peace", "now"]
    assert any(abs(word["weight"]) > 0.001 for word in found["words"])


def test_a_task_that_the_model_does_not_have_is_named(stance_command):
    done = stance_command("explain", "We talk.", "-m", "baseline", "--task", "mood")
    assert done.returncode == 2
    assert "this model has no task 'mood'; its tasks are stance, sentiment" in done.stderr
