"""Labelled statements: reading, checking, fingerprints, and the Dataset made of them."""

import json

import pytest

from stance import datacheck
from stance.config import Columns
from stance.data import fingerprint, keep_only, labelled, read_statements, text_key, to_dataset
from stance.errors import DataError, StatementError
from stance.records import Statement, quote_id

ARTICLE = "The minister was calm. “We want talks,” said Ada Lund. It rained."


def row(**changes):
    start, end = 24, 38
    assert ARTICLE[start:end] == "We want talks,"
    return {
        "id": quote_id("a1", start, end), "article": "a1", "start": start, "end": end,
        "text": ARTICLE[start:end], "kind": "direct", "context": ARTICLE[:54],
        "context_start": 0, "context_end": 54, "cue": "said", "cue_start": 40, "cue_end": 44,
        "speaker": "Ada Lund", "speaker_mention": "Ada Lund", "speaker_start": 45,
        "speaker_end": 53, "speaker_kind": "person", "stance": "de-escalatory",
        "sentiment": "positive", **changes,
    }  # fmt: skip


def write(path, *rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def test_a_sound_file_has_no_mistakes(tmp_path):
    file = write(tmp_path / "s.jsonl", row())
    assert datacheck.check(file, articles={"a1": ARTICLE}) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stance": "escalotary"}, "'escalotary' in 'stance'; did you mean 'escalatory'?"),
        ({"sentiment": None}, "no label in 'sentiment'"),
        ({"stance@A": "hawkish"}, "unknown label 'hawkish' in 'stance@A'"),
        ({"text": "We want tanks,"}, "text is not the slice 24:38 of its article ('We want"),
        ({"cue_end": 45}, "cue is not the slice 40:45"),
        ({"speaker_end": None}, "speaker_mention needs its words, speaker_start and speaker_end"),
        ({"context_start": 30, "context": ARTICLE[30:54]}, "context does not contain the text"),
        ({"start": 25}, "is not the hash of its article, start and end"),
        ({"group": "000000000000"}, "group 000000000000 is the id of no row"),
        ({"kind": "narration"}, "narration has a speaker"),
        ({"kind": "quoted"}, "unknown kind 'quoted'"),
        ({"article": "a2", "id": quote_id("a2", 24, 38)}, "article 'a2' is not among the articles"),
        ({"context": ""}, "missing context"),
        ({"off_topic": "no"}, "off_topic is 'no'; expected true or false"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_line(tmp_path, changes, message):
    file = write(tmp_path / "s.jsonl", row(**changes))
    mistakes = datacheck.check(file, articles={"a1": ARTICLE})
    assert any(f"s.jsonl:1: {message}" in m or message in m for m in mistakes), mistakes


def test_a_row_given_twice_is_a_mistake_and_a_clash_of_labels_is_named(tmp_path):
    file = write(tmp_path / "s.jsonl", row(), row(stance="neutral"))
    assert datacheck.check(file) == [f"{file}:2: repeats line 1, stance differs"]


def test_all_mistakes_of_all_rows_come_in_one_message(tmp_path):
    file = write(tmp_path / "s.jsonl", row(stance="x"), row(start=1, end=3, kind="y"))
    with pytest.raises(StatementError, match=r"mistakes in the data:\n.*:1: .*\n.*:2: "):
        datacheck.raise_for(datacheck.check(file, articles={"a1": ARTICLE}))


def test_stats_count_labels_by_kind_article_and_speaker(tmp_path):
    file = write(
        tmp_path / "s.jsonl", row(), row(speaker=None, stance="neutral"), row(kind="narration")
    )
    found = datacheck.stats(datacheck.read_all(file))
    assert (found.rows, found.statements) == (3, 2)
    assert found.labels["stance"] == {"neutral": 1, "de-escalatory": 1}
    assert list(found.labels["stance"]) == ["neutral", "de-escalatory"]
    assert set(found.by["kind"]) == {"direct", "narration"}
    assert found.by["speaker"]["(none)"]["stance"] == {"neutral": 1, "de-escalatory": 0}


def test_narration_is_left_out_unless_asked_for(tmp_path):
    file = write(tmp_path / "s.jsonl", row(), row(kind="narration"))
    assert len(read_statements([file])) == 1
    assert len(read_statements([file], narration=True)) == 2


def test_every_field_survives_reading(tmp_path):
    (statement,) = read_statements([write(tmp_path / "s.jsonl", row(off_topic=False, note="x"))])
    assert statement.labels == {
        "stance": "de-escalatory", "sentiment": "positive", "relevance": "relevant"
    }  # fmt: skip
    assert statement.extra["note"] == "x"
    assert statement.extra["speaker_start"] == 45


def test_a_csv_with_other_column_and_label_names_is_read(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text('body,label\n"Talks, at last",cooperation\nThey fired,conflict\n')
    found = read_statements([file], tasks=["label"], columns=Columns(text="body"))
    assert [(s.text, s.labels) for s in found] == [
        ("Talks, at last", {"label": "cooperation"}), ("They fired", {"label": "conflict"})
    ]  # fmt: skip


def test_a_csv_without_the_text_column_names_the_columns_it_has(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("body,label\nx,y\n")
    with pytest.raises(StatementError, match=r"no text in column 'text' \(columns: body, label\)"):
        read_statements([file], tasks=["label"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"text": "x"}\n{"text": ', r"a.jsonl:2 is not JSON"),
        ("a.jsonl", b"[1, 2]\n", r"a.jsonl:1 holds list, not an object"),
        ("a.jsonl", b"\xff\xfe\x00", r"is not UTF-8"),
        ("a.csv", b"text,label\na,b,c\n", r"a.csv:2 has more cells than the header"),
        ("a.parquet", b"PAR0", r"cannot be read as Parquet"),
        ("a.xlsx", b"", r"ends in '.xlsx'; labelled statements come as .jsonl"),
    ],
)
def test_an_unreadable_file_says_why(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_statements([tmp_path / name], tasks=["label"])


def test_a_task_that_nothing_is_labelled_for_is_named():
    with pytest.raises(StatementError, match="no statement has a label of 'stance'"):
        labelled([Statement(text="x", extra={"label": "y"})], ["stance"])


def test_the_fingerprint_changes_with_a_label_and_with_the_order():
    one = Statement(text="x", labels={"stance": "neutral"})
    two = Statement(text="x", labels={"stance": "escalatory"})
    assert fingerprint([one]) == fingerprint([Statement(text="x", labels={"stance": "neutral"})])
    assert len({fingerprint([one]), fingerprint([two]), fingerprint([one, two]),
                fingerprint([two, one])}) == 4  # fmt: skip


def test_text_keys_ignore_marks_and_case_but_not_words():
    assert text_key("“We want talks,”") == text_key("we want TALKS")
    assert text_key("we want talks") != text_key("we want tanks")


def test_a_dataset_keeps_the_canonical_label_order():
    rows = [Statement(text="x", labels={"stance": "de-escalatory"}), Statement(text="y")]
    dataset = to_dataset(rows, {"stance": ("escalatory", "neutral", "de-escalatory")})
    assert dataset.features["stance"].names == ["escalatory", "neutral", "de-escalatory"]
    assert list(dataset["stance"]) == [2, -1]


def test_the_stance_of_off_topic_statements_can_be_left_out():
    rows = [
        Statement(text="We won the cup", labels={"stance": "neutral", "relevance": "off-topic"}),
        Statement(text="We strike back", labels={"stance": "escalatory", "relevance": "relevant"}),
        Statement(text="We want talks", labels={"stance": "de-escalatory"}),
    ]
    kept = keep_only(rows, {"stance": {"relevance": "relevant"}})
    assert [row.labels for row in kept] == [
        {"relevance": "off-topic"},
        *[r.labels for r in rows[1:]],
    ]


def test_training_refuses_statements_that_share_a_passage_with_the_test_data(tmp_path):
    from stance.rundata import read_data
    from stance.training import read_config

    said = "we shall answer every attack on our ships with all the force that we have"
    train = [{"text": said, "stance": "escalatory"}, {"text": "Let us talk", "stance": "neutral"}]
    write(tmp_path / "train.jsonl", *train, {"text": "A fact is a fact", "stance": "escalatory"})
    write(tmp_path / "test.jsonl", {"text": f"He said {said}.", "stance": "escalatory", "id": "t1"})
    config = tmp_path / "run.yaml"
    config.write_text(
        f"kind: baseline\ndata:\n  train: [{tmp_path}/train.jsonl]\n"
        f"  test: [{tmp_path}/test.jsonl]\n  tasks: {{stance: [escalatory, neutral]}}\n"
    )
    with pytest.raises(StatementError, match=r"1 training statements share .* with 't1'"):
        read_data(read_config(config))
    kept = read_data(read_config(config, overrides=["data.overlap=drop"])).train
    assert [row.text for row in kept] == ["Let us talk", "A fact is a fact"]


def test_what_is_learnt_is_bounded_by_label_and_has_some_names_exchanged():
    from stance.config import DataConfig
    from stance.rundata import to_learn

    rows = [
        Statement(text=f"France will meet Germany on day {n}", labels={"relevance": label})
        for n, label in enumerate(["off-topic"] * 30 + ["relevant"] * 10)
    ]
    data = {"train": ("a.jsonl",), "tasks": ["relevance"], "exchange_names": 0.5}
    data["at_most"] = {"relevance": {"off-topic": 12}}
    config = DataConfig(**data)
    learnt = to_learn(rows, config, seed=3)
    labels = [row.labels["relevance"] for row in learnt]
    assert (labels.count("off-topic"), labels.count("relevant")) == (12, 10)
    changed = [row for row in learnt if "France" not in row.text]
    assert 4 <= len(changed) <= 18
    assert all(row.text.split()[-2:][0] == "day" for row in changed)
    assert [row.text for row in to_learn(rows, config, seed=3)] == [row.text for row in learnt]
