"""Label Studio and doccano, there and back; the command that converts."""

import json

import pytest

from stance.errors import DataError
from stance.labelling.formats import merged, read_labels, render

ROWS = [
    {"id": "s1", "text": "We will strike back.", "context": "“We will strike back.”",
     "speaker": "Ada", "start": 1, "stance": "escalatory", "sentiment": "negative",
     "off_topic": False},
    {"id": "s2", "text": "Rain is coming.", "stance": "neutral", "sentiment": "neutral",
     "off_topic": True},
    {"id": "s3", "text": "Not labelled <b>yet</b>"},
]  # fmt: skip


def written(tmp_path, text, name):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize(("to", "name"), [("label-studio", "x.json"), ("doccano", "x.jsonl")])
def test_rows_come_back_whole_from_the_other_tools_format(tmp_path, to, name):
    assert read_labels(written(tmp_path, render(ROWS, to), name)) == ROWS


def test_annotators_names_survive_label_studio(tmp_path):
    row = {"id": "s1", "text": "We stay.", "stance": "neutral", "stance@ada": "neutral",
           "stance@ben": "escalatory"}  # fmt: skip
    text = render([row], "label-studio")
    (back,) = read_labels(written(tmp_path, text, "x.json"))
    assert (back["stance@ada"], back["stance@ben"]) == ("neutral", "escalatory")


def test_an_export_of_label_studio_is_read(tmp_path):
    def annotation(who, choice, **more):
        result = {"id": "x", "type": "choices", "from_name": "stance", "to_name": "text",
                  "value": {"choices": [choice]}}  # fmt: skip
        return {"id": 7, "completed_by": who, "result": [result], "was_cancelled": False, **more}

    task = {"id": 1, "data": {"id": "s1", "text": "We stay."}, "predictions": [], "annotations": [
        annotation(1, "neutral"),
        annotation({"id": 2, "email": "b@x.org"}, "escalatory"),
        annotation(3, "escalatory", was_cancelled=True),
    ]}  # fmt: skip
    (row,) = read_labels(written(tmp_path, json.dumps([task]), "x.json"))
    assert row == {
        "id": "s1", "text": "We stay.", "stance@1": "neutral", "stance@b_at_x.org": "escalatory"
    }  # fmt: skip


def test_an_export_of_doccano_is_read_with_its_own_ids_left_out(tmp_path):
    line = {"id": 42, "text": "We stay.", "label": ["escalatory", "sentiment:neutral"],
            "statement": "s1", "Comments": []}  # fmt: skip
    path = written(tmp_path, json.dumps(line) + "\n", "ada.jsonl")
    assert read_labels(path, annotator="ada") == [{
        "text": "We stay.", "id": "s1", "stance": "escalatory", "sentiment": "neutral",
        "stance@ada": "escalatory", "sentiment@ada": "neutral",
    }]  # fmt: skip


def test_labels_that_are_none_or_belong_to_two_tasks_are_named(tmp_path):
    path = written(tmp_path, '{"text": "a", "label": ["neutral"]}\n', "a.jsonl")
    with pytest.raises(DataError, match="'neutral' belongs to stance and sentiment; name it as"):
        read_labels(path)
    path = written(tmp_path, '{"text": "a", "label": ["stance:hot"]}\n', "b.jsonl")
    with pytest.raises(DataError, match="unknown label 'hot' of 'stance'; expected escalatory"):
        read_labels(path)
    with pytest.raises(DataError, match="is no export of Label Studio"):
        read_labels(written(tmp_path, '[{"text": "a"}]', "c.json"))


def test_files_of_one_annotator_are_put_together_without_loss():
    first = [{"id": "1", "text": "a", "stance": "neutral"}]
    second = [{"id": "1", "text": "a", "sentiment": "positive"}, {"id": "2", "text": "b"}]
    assert merged([first, second]) == [
        {"id": "1", "text": "a", "stance": "neutral", "sentiment": "positive"},
        {"id": "2", "text": "b"},
    ]


def test_convert_writes_what_agreement_reads(stance_command, tmp_path):
    for who, labels in (("ada", ("neutral", "escalatory")), ("ben", ("neutral", "neutral"))):
        rows = [{"id": str(n), "text": f"words {n}", "stance": label, f"stance@{who}": label}
                for n, label in enumerate(labels)]  # fmt: skip
        written(tmp_path, render(rows, "statements"), f"{who}.jsonl")
    both = tmp_path / "both.jsonl"
    done = stance_command("data", "convert", tmp_path / "ada.jsonl", tmp_path / "ben.jsonl",
                          "--out", both)  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 statements of 2 files" in done.stderr
    done = stance_command("data", "agreement", both, "--json")
    assert json.loads(done.stdout)["stance"]["percent"]["value"] == 0.5
    done = stance_command("data", "convert", both, "--to", "label-studio", "--out", both)
    assert done.returncode == 2
    assert "--to label-studio writes .json" in done.stderr
