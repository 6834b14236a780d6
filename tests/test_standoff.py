"""Labels in standoff: out of a statement its words are gone, and come back from the corpus."""

import json

import pytest

from stance.errors import DataError, StatementError
from stance.records import Article
from stance.standoff import join, read_standoff, to_standoff, write_statements

TEXT = "Ada Lund spoke. “We want talks,” she said. It rained."
ARTICLE = Article(id="a1", text=TEXT)
ROW = {
    "id": "x", "article": "a1", "start": 17, "end": 31, "text": "We want talks,", "kind": "direct",
    "context": TEXT[16:42], "context_start": 16, "context_end": 42, "cue": "said", "cue_start": 37,
    "cue_end": 41, "speaker": "Ada Lund", "speaker_mention": "she", "speaker_start": 33,
    "speaker_end": 36, "stance": "de-escalatory", "sentiment": "positive", "dispute": "made-up",
}  # fmt: skip


@pytest.fixture
def corpus(tmp_path):
    (tmp_path / "wire.jsonl").write_text(json.dumps({"id": "a1", "text": TEXT}) + "\n")
    return tmp_path


def test_a_standoff_row_holds_no_word_of_the_text():
    row = to_standoff(ROW, ARTICLE, corpus="wire")
    words = {"Ada", "Lund", "talks", "said", "she"}
    assert not [
        value for value in row.values() if isinstance(value, str) and words & set(value.split())
    ]
    assert (row["name_start"], row["name_end"]) == (0, 8)


def test_joining_gives_every_word_back(corpus):
    joined = join([to_standoff(ROW, ARTICLE, corpus="wire")], corpus)
    (found,) = joined.statements
    assert {key: found[key] for key in ROW if key != "id"} == {
        k: v for k, v in ROW.items() if k != "id"
    }
    assert joined.skipped == {}


def test_a_changed_text_an_absent_article_and_an_absent_corpus_are_counted(corpus):
    row = to_standoff(ROW, ARTICLE, corpus="wire")
    rows = [row, {**row, "sha256": "0" * 64}, {**row, "article": "a2"}, {**row, "corpus": "post"}]
    joined = join(rows, corpus)
    assert len(joined.statements) == 1
    assert joined.skipped == {
        "wire: its text is not the labelled one": 1, "wire: article not there": 1,
        "post: corpus not there": 1,
    }  # fmt: skip


def test_a_folder_without_any_of_the_corpora_is_an_error(tmp_path):
    with pytest.raises(
        DataError, match=r"holds none of the corpora wire; expected files such as wire"
    ):
        join([to_standoff(ROW, ARTICLE, corpus="wire")], tmp_path)


def test_rows_with_words_or_without_offsets_are_refused(tmp_path):
    row = to_standoff(ROW, ARTICLE, corpus="wire")
    write_statements(
        [{**row, "text": "We want talks,"}, {**row, "end": None}], tmp_path / "s.jsonl"
    )
    with pytest.raises(StatementError, match=r"2 mistakes.*\n.*hold no words.*\n.*missing end"):
        read_standoff([tmp_path / "s.jsonl"])


def test_the_command_joins_and_says_what_it_skipped(stance_command, corpus):
    row = to_standoff(ROW, ARTICLE, corpus="wire")
    write_statements([row, {**row, "article": "a2"}], corpus / "s.jsonl")
    done = stance_command("data", "join", corpus / "s.jsonl", "--corpus", corpus,
                          "--out", corpus / "out" / "full.jsonl")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "1 of 2 statements joined" in done.stderr
    assert "skipped 1: wire: article not there" in done.stderr
    (found,) = [json.loads(line) for line in (corpus / "out" / "full.jsonl").open()]
    assert found["text"] == "We want talks,"
