"""`stance predict --data`: a table of statements in, the columns of a scored row out."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest

from stance.records import Statement
from stance.scoring.statements import AT_ONCE, columns_of, score_statements

ROWS = [
    {"text": "We will strike back.", "speaker": "Ada Lund", "stance": "escalatory", "page": 3},
    {"text": "Talks go on.", "context": "Talks go on, she said.", "id": "s2"},
]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def test_every_statement_comes_with_its_answers_and_its_own_columns(table, stance_command):
    import stance

    found = stance_command("predict", "--model", "baseline", "--data", table)
    assert found.returncode == 0, found.stderr
    first, second = map(json.loads, found.stdout.splitlines())
    assert (first["text"], first["speaker"], second["id"]) == (
        "We will strike back.", "Ada Lund", "s2"
    )  # fmt: skip
    assert (first["input_stance"], first["page"]) == ("escalatory", 3)
    assert "input_stance" not in second
    model = stance.load("baseline")
    for row, statement in zip((first, second), map(Statement.from_dict, ROWS), strict=True):
        (answer,) = model([statement])
        for task, chances in answer.probabilities.items():
            assert row[task] == answer.label(task)
            for label, chance in chances.items():
                assert row[f"{task}_p_{label}"] == pytest.approx(chance, abs=1e-6)
        assert row["model_fingerprint"] == model.fingerprint


def test_csv_and_parquet_have_the_same_columns(table, tmp_path, stance_command):
    for name in ("out.csv", "out.parquet"):
        done = stance_command(
            "predict", "--model", "baseline", "--data", table, "--out", tmp_path / name
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        assert "2 statements" in done.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text())))
    parquet = pq.read_table(tmp_path / "out.parquet")
    assert list(rows[0]) == parquet.column_names
    assert rows[0]["page"] == "3"
    assert rows[1]["input_stance"] == ""
    assert float(rows[0]["stance_p_escalatory"]) == parquet["stance_p_escalatory"][0].as_py()


def test_columns_of_other_names_are_named(tmp_path, stance_command):
    path = tmp_path / "mine.csv"
    path.write_text("sentence,who\nWe will strike back.,Ada Lund\n")
    found = stance_command(
        "predict", "--model", "baseline", "--data", path, "--column", "text=sentence",
        "--column", "speaker=who",
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    row = json.loads(found.stdout)
    assert (row["text"], row["speaker"]) == ("We will strike back.", "Ada Lund")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "TABLE", "some words"], "--data came with TEXT"),
        (["--data", "TABLE", "--out", "x.xlsx"], "expected .jsonl, .csv, .parquet"),
        (["--data", "TABLE", "--out", "folder"], "folder is a folder"),
        (["--data", "TABLE", "--column", "txet=a"], "did you mean 'text'"),
        (["--data", "TABLE", "--column", "text"], "expected FIELD=COLUMN"),
        (["--data", "nothing.csv"], "no data file at nothing.csv"),
        (["--out", "x.csv", "some words"], "belong to --data"),
    ],
)
def test_what_does_not_fit_together_is_one_clear_line(table, stance_command, arguments, said):
    arguments = [table if word == "TABLE" else word for word in arguments]
    found = stance_command("predict", "--model", "baseline", *arguments)
    assert found.returncode in (2, 3)
    assert said in found.stderr.replace("\n", " ")
    assert "Traceback" not in found.stderr


class _Counting:
    """A classifier that answers evenly and remembers how many it was asked at once."""

    tasks_ = ("stance",)
    labels_ = {"stance": ("escalatory", "neutral")}  # noqa: RUF012

    def __init__(self):
        self.asked = []

    def __call__(self, statements):
        from stance.records import Prediction

        self.asked.append(len(statements))
        even = {"stance": {"escalatory": 0.5, "neutral": 0.5}}
        return [Prediction(probabilities=even) for _ in statements]


def test_many_statements_are_asked_some_at_a_time_in_order():
    model = _Counting()
    statements = [Statement(text=f"{n}") for n in range(AT_ONCE + 7)]
    rows = [row for some in score_statements(statements, model) for row in some]
    assert [row["text"] for row in rows] == [one.text for one in statements]
    assert model.asked == [AT_ONCE, 7]
    assert tuple(rows[0]) == columns_of(model)
    assert list(score_statements([], model)) == []
