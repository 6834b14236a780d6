"""Labels by hand: what is read, which come first, what is on the disk after every key."""

import json
import os
import signal
import subprocess
import sys

import pytest

from stance.datacheck import check, ratings
from stance.errors import DataError, UsageError
from stance.labelling import Item, Journal, Session, read_items
from stance.labelling.codebook import codebook_text, pages
from stance.labelling.journal import check_annotator, repair
from stance.labelling.order import ordered, uncertainty

TASKS = ("stance", "sentiment")
ARTICLE = """Ada Lund, the foreign minister of Norland, spoke on Monday.

“We will answer every attack with force,” Lund said. “They will pay a price.”

Prime Minister Tor Vik said he would welcome talks. “We want peace,” he said.
"""


def item(name, *, article="one", start=0, text=None, group=None, p=None):
    row = {"id": name, "text": text or f"words of {name}", "article": article, "start": start}
    if group:
        row["group"] = group
    chances = {} if p is None else {"stance": {"escalatory": p, "neutral": 1 - p}}
    return Item(id=name, row=row, chances=chances)


def journal(tmp_path, annotator=None, tasks=TASKS):
    return Journal.open(tmp_path / "labels.jsonl", annotator=annotator, tasks=tasks)


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def ids(items):
    return [one.id for one in items]


def test_articles_become_quotes_with_ids_and_offsets(tmp_path):
    (tmp_path / "news.txt").write_text(ARTICLE)
    items, failures = read_items([str(tmp_path / "news.txt")])
    assert failures == []
    first = items[0]
    assert first.row["text"] == "We will answer every attack with force,"
    assert ARTICLE[first.row["start"] : first.row["end"]] == first.row["text"]
    before, text, after = first.parts()
    assert (before[-1], text, after[:6]) == ("“", first.row["text"], "” Lund")


def test_labels_and_answers_of_a_scores_file_are_out_of_sight(tmp_path):
    row = {"article": "a", "quote": "q1", "text": "We stay.", "start": 4, "end": 12,
           "kind": "direct", "context": "So: We stay.", "context_start": 0,
           "stance": "neutral", "sentiment": None,
           "stance_p_escalatory": 0.3, "stance_p_neutral": 0.7, "stance_confidence": 0.7,
           "stance_abstained": False, "model": "m", "schema_version": 1, "title": "T",
           "stance@B": "escalatory", "note": "seen"}  # fmt: skip
    path = tmp_path / "scores.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (found,), _ = read_items([str(path)])
    assert found.row == {
        "id": "q1", "article": "a", "text": "We stay.", "start": 4, "end": 12, "kind": "direct",
        "context": "So: We stay.", "context_start": 0, "title": "T",
    }  # fmt: skip
    assert found.chances == {"stance": {"escalatory": 0.3, "neutral": 0.7}}


def test_statements_without_id_get_one_and_repeats_are_asked_once(tmp_path):
    path = tmp_path / "s.csv"
    rows = ("text,speaker,stance", "We stay.,Ada,neutral", "We stay.,Ada,escalatory", "No.,Ada,")
    path.write_text("\n".join(rows))
    found, _ = read_items([str(path)])
    assert [one.row["text"] for one in found] == ["We stay.", "No."]
    assert len(found[0].id) == 12
    assert "stance" not in found[0].row


def test_nothing_to_label_is_said_with_its_reason(tmp_path):
    (tmp_path / "a.txt").write_text("The river is long and the hills are green in spring.\n")
    with pytest.raises(DataError, match="nothing to label"):
        read_items([str(tmp_path / "a.txt")])


def test_by_article_comes_in_the_order_of_the_text():
    found = [item("b2", article="b", start=9), item("a1", article="a"), item("b1", article="b")]
    assert ids(ordered(found, "article")) == ["b1", "b2", "a1"]


def test_at_random_keeps_the_pieces_of_a_quotation_together():
    found = [item(f"s{n}", start=n, group=f"g{n // 2}") for n in range(20)]
    mixed = ids(ordered(found, "random", seed=1))
    assert mixed != ids(found)
    assert sorted(mixed) == sorted(ids(found))
    assert all(mixed[n + 1] == f"s{int(mixed[n][1:]) + 1}" for n in range(0, 20, 2))


def test_uncertainty_is_the_share_of_the_greatest_entropy():
    assert uncertainty({"stance": {"a": 0.5, "b": 0.5}}, "stance") == pytest.approx(1)
    assert uncertainty({"stance": {"a": 1.0, "b": 0.0}}, "stance") == 0
    assert uncertainty({"stance": {"a": 0.9, "b": 0.1}}, "stance") == pytest.approx(0.469, abs=1e-3)
    assert uncertainty({}, "stance") == 1


def test_the_unsure_article_comes_first_and_the_sure_one_last():
    found = [item("sure", article="a", p=0.99), item("half", article="b", p=0.5),
             item("most", article="b", p=0.6, start=5)]  # fmt: skip
    assert ids(ordered(found, "uncertain")) == ["half", "most", "sure"]


def test_a_repeat_of_words_already_chosen_waits_for_new_ones():
    found = [item("one", article="a", text="the fleet sails", p=0.5),
             item("same", article="b", text="the fleet sails", p=0.5),
             item("other", article="c", text="our envoys meet", p=0.7)]  # fmt: skip
    assert ids(ordered(found, "uncertain")) == ["one", "other", "same"]


def test_an_article_is_visited_for_five_quotations_at_most():
    found = [item(f"a{n}", article="a", start=n, text=f"w{n} x{n}", p=0.5) for n in range(7)]
    found += [item("b0", article="b", text="quite another", p=0.5)]
    places = ids(ordered(found, "uncertain"))
    assert places.index("b0") in (5, 7)
    assert {name[0] for name in places[:5]} == {"a"}
    assert sorted(places) == sorted(ids(found))


def test_uncertain_order_needs_a_model_and_names_are_suggested():
    with pytest.raises(UsageError, match=r"needs a model that answers 'stance'; give --model"):
        ordered([item("a")], "uncertain")
    with pytest.raises(UsageError, match=r"expected uncertain, random, article; did you mean"):
        ordered([item("a")], "randon")


def test_two_keys_label_a_statement_as_train_reads_it(tmp_path):
    from stance.data import read_statements

    with_journal = journal(tmp_path, "ada")
    session = Session([item("s1"), item("s2")], with_journal)
    assert session.choices == ("escalatory", "neutral", "de-escalatory")
    assert session.answer(1)
    assert session.choices == ("negative", "neutral", "positive")
    assert not session.answer(4)
    assert session.answer(1)
    assert session.current.id == "s2"
    assert lines(tmp_path / "labels.jsonl") == [{
        "id": "s1", "text": "words of s1", "article": "one", "start": 0,
        "stance": "escalatory", "sentiment": "negative", "off_topic": False,
        "stance@ada": "escalatory", "sentiment@ada": "negative", "relevance@ada": "relevant",
    }]  # fmt: skip
    (statement,) = read_statements([tmp_path / "labels.jsonl"])
    assert statement.labels == {
        "stance": "escalatory", "sentiment": "negative", "relevance": "relevant"
    }  # fmt: skip


def test_labels_of_articles_pass_the_check_of_data(tmp_path):
    (tmp_path / "news.txt").write_text(ARTICLE)
    items, _ = read_items([str(tmp_path / "news.txt")])
    session = Session(ordered(items, "article"), journal(tmp_path))
    while session.current:
        session.answer(2)
    assert check(tmp_path / "labels.jsonl", articles={"news": ARTICLE}) == []


def test_off_topic_is_neutral_and_still_asks_for_the_tone(tmp_path):
    session = Session([item("s1")], journal(tmp_path))
    session.off_topic()
    assert session.task == "sentiment"
    session.answer(3)
    (row,) = lines(tmp_path / "labels.jsonl")
    assert (row["stance"], row["sentiment"], row["off_topic"]) == ("neutral", "positive", True)


def test_undo_goes_back_key_by_key_over_statements_and_sessions(tmp_path):
    items = [item("s1"), item("s2")]
    first = journal(tmp_path)
    session = Session(items, first)
    for key in (1, 1, 3):
        session.answer(key)
    assert session.undo()
    assert (session.current.id, session.task) == ("s2", "stance")
    first.close()
    session = Session(items, journal(tmp_path))
    assert session.undo()
    assert (session.current.id, session.task) == ("s1", "sentiment")
    assert lines(tmp_path / "labels.jsonl") == []
    assert session.undo()
    assert not session.undo()
    assert session.entry.labels == {}


def test_a_half_labelled_statement_is_asked_on_from_there(tmp_path):
    first = journal(tmp_path)
    Session([item("s1")], first).answer(3)
    first.close()
    session = Session([item("s1")], journal(tmp_path))
    assert (session.task, session.entry.labels) == ("sentiment", {"stance": "de-escalatory"})


def test_skipped_statements_come_again_only_when_asked_for(tmp_path):
    items = [item("s1"), item("s2")]
    first = journal(tmp_path)
    session = Session(items, first)
    session.skip()
    assert (session.current.id, session.skipped) == ("s2", 1)
    first.close()
    second = journal(tmp_path)
    assert Session(items, second).current.id == "s2"
    session = Session(items, second, revisit=True)
    assert session.current.id == "s1"
    session.skip()
    assert session.current.id == "s2"


def test_a_note_is_kept_and_taken_away(tmp_path):
    session = Session([item("s1")], journal(tmp_path, "ada", ("stance",)))
    session.note(" see rule 7 ")
    assert session.entry.note == "see rule 7"
    session.answer(2)
    (row,) = lines(tmp_path / "labels.jsonl")
    assert row["note@ada"] == "see rule 7"
    session.undo()
    session.note("")
    session.answer(2)
    (row,) = lines(tmp_path / "labels.jsonl")
    assert not [key for key in row if key.startswith("note")]


def test_every_cut_of_the_journal_loses_at_most_the_torn_key(tmp_path):
    whole = journal(tmp_path)
    session = Session([item("s1"), item("s2")], whole)
    for key in (1, 1, 2):
        session.answer(key)
    whole.close()
    data = (tmp_path / "labels.jsonl.keys").read_bytes()
    ends = [n + 1 for n, byte in enumerate(data) if byte == 10]
    for cut in range(ends[0], len(data) + 1):
        (tmp_path / "labels.jsonl.keys").write_bytes(data[:cut])
        (tmp_path / "labels.jsonl").unlink(missing_ok=True)
        opened = journal(tmp_path)
        # A line that lacks nothing but its end is whole.
        keys = sum(end - 1 <= cut for end in ends) - 1
        given = sum(len(entry.labels) for entry in opened.entries.values())
        assert given == keys
        assert (tmp_path / "labels.jsonl").exists() == (keys >= 2)
        opened.close()


def test_a_torn_line_of_the_labels_is_put_right_from_the_journal(tmp_path):
    first = journal(tmp_path)
    session = Session([item("s1"), item("s2")], first)
    for key in (1, 1, 2, 2):
        session.answer(key)
    first.close()
    whole = (tmp_path / "labels.jsonl").read_bytes()
    (tmp_path / "labels.jsonl").write_bytes(whole[:-20])
    opened = journal(tmp_path)
    assert opened.repaired > 0
    assert (tmp_path / "labels.jsonl").read_bytes() == whole


def test_repair_ends_a_whole_line_and_leaves_sound_files_alone(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n{"b": 2}')
    assert (repair(path), path.read_bytes()) == (0, b'{"a": 1}\n{"b": 2}\n')
    assert repair(path) == 0
    path.write_bytes(b'{"a": 1}\n\0\0\0\0')
    assert (repair(path), path.read_bytes()) == (4, b'{"a": 1}\n')


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_a_key_is_on_the_disk_when_the_process_is_killed_right_after_it(tmp_path):
    code = (
        "import sys, os, signal\nfrom pathlib import Path\n"
        "from stance.labelling import Item, Journal, Session\n"
        "j = Journal.open(Path(sys.argv[1]), annotator=None, tasks=('stance', 'sentiment'))\n"
        "items = [Item(id=str(n), row={'id': str(n), 'text': 'We stay.'}) for n in range(9)]\n"
        "s = Session(items, j)\n"
        "for key in (1, 1, 2, 2, 3): s.answer(key)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    out = tmp_path / "labels.jsonl"
    done = subprocess.run([sys.executable, "-c", code, str(out)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert [row["stance"] for row in lines(out)] == ["escalatory", "neutral"]
    opened = journal(tmp_path)
    assert opened.entries["2"].labels == {"stance": "de-escalatory"}


def test_labels_from_elsewhere_and_by_hand_are_taken_as_they_stand(tmp_path):
    out = tmp_path / "labels.jsonl"
    out.write_text('{"id": "s1", "text": "words", "stance": "neutral", "sentiment": "neutral"}\n'
                   '{"id": "s2", "text": "more", "stance": "escalatory"}\n')  # fmt: skip
    first = journal(tmp_path)
    session = Session([item("s1"), item("s2")], first)
    assert (session.current.id, session.task, session.done) == ("s2", "sentiment", 1)
    session.answer(3)
    first.close()
    rows = lines(out)
    assert [(r["stance"], r["sentiment"]) for r in rows] == [
        ("neutral", "neutral"), ("escalatory", "positive"),
    ]  # fmt: skip
    rows[0]["stance"] = "de-escalatory"
    out.write_text("".join(json.dumps(row) + "\n" for row in rows))
    second = journal(tmp_path)
    assert second.entries["s1"].labels["stance"] == "de-escalatory"
    second.close()
    journal(tmp_path).close()
    assert [row["stance"] for row in lines(out)] == ["de-escalatory", "escalatory"]


def test_each_annotator_has_a_file_of_their_own(tmp_path):
    first = journal(tmp_path, "ada")
    Session([item("s1")], first).answer(1)
    with pytest.raises(UsageError, match="is open in another `stance label`"):
        journal(tmp_path, "ada")
    first.close()
    with pytest.raises(UsageError, match="holds labels of annotator ada, not of ben"):
        journal(tmp_path, "ben")
    with pytest.raises(UsageError, match="expected letters, digits"):
        check_annotator("ada@home")
    with pytest.raises(UsageError, match=r"ends in '.csv'; labels are written as .jsonl"):
        Journal.open(tmp_path / "x.csv", annotator=None, tasks=TASKS)


def test_the_second_annotator_sees_nothing_of_the_first_and_both_are_compared(tmp_path):
    from stance.labelling.formats import merged, read_labels

    items, files = [item("s1"), item("s2")], []
    for who, keys in (("ada", (1, 1, 2, 2)), ("ben", (1, 2, 3, 2))):
        files.append(tmp_path / who / "labels.jsonl")
        opened = Journal.open(files[-1], annotator=who, tasks=TASKS)
        session = Session(items, opened)
        for key in keys:
            session.answer(key)
        opened.close()
        items = read_items([str(files[0])])[0]
        assert not [key for one in items for key in one.row if "@" in key or key in TASKS]
    rows = merged([read_labels(file) for file in files])
    assert ratings(rows)["stance"] == {
        "ada": ["escalatory", "neutral"], "ben": ["escalatory", "de-escalatory"]
    }  # fmt: skip
    assert [row.get("stance") for row in rows] == ["escalatory", None]
    assert [row.get("sentiment") for row in rows] == [None, "neutral"]


def test_the_codebook_has_a_page_for_each_rule_with_its_examples():
    found = pages(codebook_text())
    titles = [page.title for page in found]
    rules = [f"Rule {n}" for n in range(1, 16)]
    assert titles == ["Stance", "Sentiment", *rules, "Settled cases"]
    rule = {page.title: page.text for page in found}["Rule 11"]
    assert rule.startswith("Doubt that talks will work is neutral; rejecting them is escalatory;")
    assert rule.count("•") == 4
    assert "**" not in "".join(page.text for page in found)
