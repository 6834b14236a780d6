"""Statement files, standoff, corrections and aliases from strangers: errors that can be read."""

import csv
import functools
import hashlib
import json
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance import datacheck
from stance.aggregate import read_confusion, read_corrections
from stance.data import read_statements
from stance.errors import DataError
from stance.labelling.formats import read_labels
from stance.speakers.table import read_aliases
from stance.standoff import join, read_standoff

LOOSE = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(
    ["text", "context", "speaker", "id", "article", "start", "end", "kind", "group", "stance",
     "off_topic", "corpus", "sha256", "context_start", "context_end", "cue_start", "cue_end"]
)  # fmt: skip
ROWS = st.dictionaries(NAMES, VALUES, max_size=10).map(
    lambda row: {"text": "We wait.", "stance": "neutral", **row}
)


def in_one_piece(error):
    """Assert that a person can read the message: short lines, no character that acts."""
    lines = str(error).split("\n")
    assert all(len(line) < 900 and line.isprintable() for line in lines), lines


@LOOSE
@given(row=ROWS)
def test_any_row_is_read_or_told_of_by_every_reader(tmp_path, row):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (tmp_path / "corpus").mkdir(exist_ok=True)
    readers = (
        lambda: read_statements([path]), lambda: datacheck.raise_for(datacheck.check(path)),
        lambda: join(read_standoff([path]), tmp_path / "corpus"), lambda: read_corrections(path),
    )  # fmt: skip
    for reader in readers:
        try:
            reader()
        except DataError as error:
            in_one_piece(error)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", '{"text": ' + "[" * 100_000, r"a\.jsonl:1 is not JSON"),
        ("a.jsonl", '{"text": "a", "x": ' + "9" * 5000 + "}", r"is not JSON \(Exceeds the limit"),
        ("a.jsonl", "x" * 10_000_001, r"a\.jsonl:1 is longer than 10,000,000 characters"),
        ("a.csv", "x" * 10_000_001, r"a\.csv:1 is longer than 10,000,000 characters"),
        ("a.jsonl", '{"text": "a", "stance": ["neutral"]}', "stance is a list; expected one word"),
        ("a.jsonl", '{"text": "a", "context": 3}', "context is a int; expected text"),
        ("a.jsonl", '{"text": "a", "speaker": {}}', "speaker is a dict; expected text"),
        ("a.jsonl", '{"text": "\\ud800"}', "text holds half of a surrogate pair"),
        ("a.jsonl", '{"text": "a", "stance": "b\\u001b[2J\\n"}', r"'b\\x1b\[2J\\n' of 'stance'"),
        ("a.csv", ",".join(f"c{n}" for n in range(50_000)) + "\nx\n", "no text in column 'text'"),
    ],
)
def test_a_hostile_file_of_statements_is_a_short_error(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=message) as caught:
        read_statements([tmp_path / name], tasks={"stance": ("neutral", "up")})
    in_one_piece(caught.value)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": [b"a"], "stance": [1]}, "text is a bytes; expected text"),
        ({"text": [["a"]], "stance": ["neutral"]}, "text is a list; expected text"),
        ({"text": ["a"], "t": pa.array([9 * 10**17], pa.timestamp("us"))}, "as Parquet: date"),
    ],
)
def test_a_parquet_file_of_other_types_is_told_of(tmp_path, columns, message):
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=message):
        read_statements([tmp_path / "a.parquet"])


def test_a_parquet_file_cut_anywhere_is_told_of(tmp_path):
    pq.write_table(pa.table({"text": ["a"], "stance": ["neutral"]}), tmp_path / "a.parquet")
    whole = (tmp_path / "a.parquet").read_bytes()
    for end in range(0, len(whole), 40):
        (tmp_path / "cut.parquet").write_bytes(whole[:end])
        with pytest.raises(DataError, match="cannot be read as Parquet") as caught:
            read_statements([tmp_path / "cut.parquet"])
        in_one_piece(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": -5}, "expected offsets in order"), ({"start": True}, "expected offsets"),
        ({"end": float("nan")}, "expected offsets"), ({"end": "5"}, "expected offsets"),
        ({"start": 3, "end": 2}, "expected offsets"), ({"end": 10**9}, "the article has 5 char"),
        ({"corpus": "../x"}, "expected a plain name"), ({"corpus": "/etc/passwd"}, "plain name"),
        ({"corpus": "x" * 5000}, "plain name"), ({"article": ["a"]}, "are expected as text"),
    ],
)  # fmt: skip
def test_standoff_offsets_and_paths_that_cannot_be_are_refused(tmp_path, changes, message):
    (tmp_path / "c.jsonl").write_text('{"id": "a", "text": "Words"}\n')
    good = {"corpus": "c", "article": "a", "start": 0, "end": 5, "context_start": 0,
            "context_end": 5, "sha256": hashlib.sha256(b"Words").hexdigest()}  # fmt: skip
    (tmp_path / "good.jsonl").write_text(json.dumps(good))
    (tmp_path / "bad.jsonl").write_text(json.dumps({**good, **changes}))
    (found,) = join(read_standoff([tmp_path / "good.jsonl"]), tmp_path).statements
    assert found["text"] == "Words"
    with pytest.raises(DataError, match=message):
        join(read_standoff([tmp_path / "bad.jsonl"]), tmp_path)


@pytest.mark.parametrize("start", ["inf", "nan", "1e400", "-1", True, [1], {}, 10**400, 1e308])
def test_a_correction_without_a_usable_start_is_told_of(tmp_path, start):
    row = {"article": "a", "start": start, "end": 5, "stance": "neutral"}
    (tmp_path / "c.jsonl").write_text(json.dumps(row))
    with pytest.raises(DataError, match=r"start is .*expected") as caught:
        read_corrections(tmp_path / "c.jsonl")
    in_one_piece(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x" * 200_000, r":1 is not CSV \(field larger"),
        ("x" * 20_000_001, "this is no table of aliases"),
        (",".join(["alias", "speaker", *(f"c{n}" for n in range(9999))]), "has a column 'c0'"),
    ],
)
def test_a_hostile_table_of_aliases_is_a_short_error(tmp_path, content, message, request):
    # Of the whole process, and raised by whoever reads articles from a table.
    request.addfinalizer(functools.partial(csv.field_size_limit, csv.field_size_limit(131_072)))
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(DataError, match=message) as caught:
        read_aliases(tmp_path / "a.csv")
    in_one_piece(caught.value)


def test_names_that_no_file_can_have_are_files_that_are_not_there(tmp_path):
    for name in ("a\0b.csv", "x" * 5000 + ".csv"):
        with pytest.raises(DataError, match="no data file at"):
            read_statements([tmp_path / name])
        with pytest.raises(DataError, match="no table of aliases at"):
            read_aliases(tmp_path / name)


READERS = {
    "since there is no plain file": lambda path: read_confusion(path, "stance"),
    "no data file at": lambda path: read_statements([path]),
    "no table of aliases at": read_aliases,
    "no file at": read_labels,
}


@pytest.mark.parametrize("message", READERS)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, message):
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(DataError, match=message):
        READERS[message](tmp_path / "pipe.json")


@pytest.mark.parametrize(
    "document",
    [
        [1],
        {"tasks": 5},
        {"tasks": {"stance": {"scores": {"labels": ["a", "b"], "confusion": [[1, "x"], [0, 1]]}}}},
        {"tasks": {"stance": {"scores": {"labels": ["a"], "confusion": [[float("inf")]]}}}},
        {"tasks": {"stance": {"scores": {"labels": ["a"], "confusion": [[1]]}}},
         "trained_on": "many"},
    ],
)  # fmt: skip
def test_an_evaluation_of_another_shape_is_told_of(tmp_path, document):
    (tmp_path / "e.json").write_text(json.dumps(document))
    with pytest.raises(DataError, match=r"holds no evaluation of 'stance'|is not one of 1 labels"):
        read_confusion(tmp_path / "e.json", "stance")
