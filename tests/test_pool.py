"""`stance data pool`: what a large model labels for a small one, and what it must not."""

import json

import pytest

from stance.errors import StatementError
from stance.pool import candidates, choose
from stance.records import Statement

SCORED = [
    ("We will answer every attack on our ships.", 0.9),
    ("The harvest was good this year, he said.", 0.1),
    ("Yes, of course.", 0.95),
    ("Their soldiers must leave the valley by dawn.", 0.2),
    ("we will answer EVERY attack on our ships", 0.7),
]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def scored(tmp_path):
    rows = [
        {"text": text, "speaker": "Ada Lund", "article": f"a{n}", "kind": "direct",
         "context": text, "stance": "neutral", "stance_p_neutral": 1.0, "relevance": "off-topic",
         "relevance_p_relevant": chance}
        for n, (text, chance) in enumerate(SCORED)
    ]  # fmt: skip
    return write(tmp_path / "scored.jsonl", rows)


def test_scored_rows_are_taken_by_probability_and_labelled_ones_by_label(scored, tmp_path):
    assert [one.article for one in candidates(scored, least=0.2)] == ["a0", "a3", "a4"]
    labelled = write(tmp_path / "labelled.jsonl", [
        {"text": "Go home.", "stance": "escalatory"},
        {"text": "Prices rose.", "stance": "neutral", "relevance": "off-topic"},
        {"text": "We talk.", "stance": "neutral", "relevance": "relevant"},
    ])  # fmt: skip
    assert [one.text for one in candidates(labelled)] == ["Go home.", "We talk."]


def test_a_file_that_says_neither_is_refused_and_so_is_a_probability_that_is_none(scored, tmp_path):
    bare = write(tmp_path / "bare.jsonl", [{"text": "We talk."}])
    with pytest.raises(StatementError, match="neither a column relevance_p_relevant nor labels"):
        candidates(bare)
    rows = [{"text": "We talk about the valley again.", "relevance_p_relevant": "much"}]
    with pytest.raises(StatementError, match="relevance_p_relevant is 'much'; expected a number"):
        candidates(write(tmp_path / "odd.jsonl", rows))


def test_none_comes_twice_and_none_shares_a_passage_with_what_is_tested():
    first = [Statement(text="We will answer every attack on our ships.")]
    second = [
        Statement(text="we will answer every attack on our ships"),
        Statement(text="Their soldiers must leave the valley by dawn."),
        Statement(text="Let us meet."),
    ]
    tested = [Statement(text="Their soldiers must leave the valley by dawn!")]
    found = choose([first, second], most=9, apart=tested)
    assert [one.text for one in found] == [first[0].text, "Let us meet."]


def test_of_each_part_as_many_as_asked_are_drawn_in_their_order():
    part = [Statement(text=f"Statement number {n} of the day.") for n in range(50)]
    other = [Statement(text="They meet again tomorrow.")]
    found = choose([part, other], most=10, seed=4)
    assert found[10:] == other
    rows = [part.index(one) for one in found[:10]]
    assert rows == sorted(set(rows))
    assert found == choose([part, other], most=10, seed=4)
    assert found != choose([part, other], most=10, seed=5)


def test_what_the_command_writes_is_predicted_and_learnt_as_it_is(
    scored, tmp_path, root, stance_command
):
    pool, taught = tmp_path / "new" / "pool.jsonl", tmp_path / "taught.jsonl"
    done = stance_command("data", "pool", scored, root / "data" / "statements.jsonl",
                          "--most", "40", "--apart", root / "data" / "nothing.jsonl",
                          "--out", pool)  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing.jsonl" in done.stderr
    assert not pool.exists()
    done = stance_command("data", "pool", scored, root / "data" / "statements.jsonl",
                          "--most", "40", "--out", pool)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "42 statements of " in done.stderr
    rows = [json.loads(line) for line in pool.read_text().splitlines()]
    assert set(rows[0]) == {"id", "article", "text", "context", "speaker", "kind"}
    done = stance_command("predict", "--model", "baseline", "--data", pool, "--out", taught)
    assert done.returncode == 0, done.stderr
    done = stance_command("train", root / "configs" / "baseline.yaml", "--set",
                          f"data.soft={taught}", "--out", tmp_path / "small")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "42 with soft labels" in done.stderr + done.stdout
