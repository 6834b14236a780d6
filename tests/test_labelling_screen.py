"""The screen of `stance label`, driven by textual's pilot; and the command around it."""

import asyncio
import json
import subprocess
import sys

import pytest

pytest.importorskip("textual", reason="pip install 'stance[label]'")

from stance.labelling import Item, Journal, Session
from stance.labelling.codebook import codebook_text, pages
from stance.labelling.screen import LabelApp, clean

TASKS = ("stance", "sentiment")
ITEMS = [
    Item(id="s1", row={"id": "s1", "text": "We will strike back", "article": "one",
                       "context": "“We will strike back,” [red]Lund[/red] said.",
                       "speaker": "Lund"},
         chances={"stance": {"escalatory": 0.9, "neutral": 0.1}}),
    Item(id="s2", row={"id": "s2", "text": "We want peace", "article": "two"}),
    Item(id="s3", row={"id": "s3", "text": "\x1b[2JThe port is shut\u202e", "article": "two"}),
]  # fmt: skip


def drive(out, *keys, suggest=False, size=(120, 36), annotator=None, read="#words"):
    """Press `keys` on a fresh screen over `out`; return what the named part of it then shows."""

    async def run():
        journal = Journal.open(out, annotator=annotator, tasks=TASKS)
        app = LabelApp(Session(ITEMS, journal), pages(codebook_text()), suggest=suggest)
        async with app.run_test(size=size) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            shown = str(app.query_one(read).render()) if app.is_running else ""
            running = app.is_running and app._exit is False
        journal.close()
        return shown, running

    return asyncio.run(run())


def rows(out):
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "labels.jsonl"


def test_two_keys_label_a_quote_and_show_the_next(out):
    shown, _ = drive(out, "1", "1")
    assert shown.startswith("We want peace")
    assert [(r["id"], r["stance"], r["sentiment"]) for r in rows(out)] == [
        ("s1", "escalatory", "negative")
    ]


def test_the_quote_stands_in_its_context_and_markup_in_it_is_text(out):
    shown, _ = drive(out)
    assert shown.startswith("“We will strike back,” [red]Lund[/red] said.\n\nspeaker: Lund")


def test_the_question_follows_the_task_and_shows_what_was_given(out):
    shown, _ = drive(out, read="#question")
    assert shown.split() == ["stance:", "1", "escalatory", "2", "neutral", "3", "de-escalatory"]
    shown, _ = drive(out, "3", read="#question")
    assert shown.startswith("sentiment:   1  negative")
    assert "stance: de-escalatory" in shown


def test_answers_that_do_not_fit_beside_each_other_stand_on_lines_of_their_own(out):
    shown, _ = drive(out, read="#question", size=(92, 30))
    assert [line.split() for line in shown.splitlines()] == [
        ["stance:", "1", "escalatory"], ["2", "neutral"], ["3", "de-escalatory"],
    ]  # fmt: skip


def test_undo_skip_and_off_topic_are_one_key_each(out):
    shown, _ = drive(out, "s", "o", "2", read="#progress")
    assert shown == "1 of 3 labelled, 1 skipped  ·  two"
    assert rows(out)[0]["off_topic"] is True
    shown, _ = drive(out, "u", read="#question")
    assert shown.startswith("sentiment:")
    assert rows(out) == []
    shown, _ = drive(out, "u", "u", "u", read="#question")
    assert shown.endswith("nothing to undo")


def test_a_note_takes_letters_that_are_keys_elsewhere(out):
    shown, _ = drive(out, "n", *"quso1", "enter", read="#question")
    assert shown.endswith("note: quso1")
    drive(out, "n", *"xx", "escape", "1", "1")
    assert rows(out)[0]["note"] == "quso1"


def test_quit_and_the_same_command_goes_on_where_it_stopped(out):
    _, running = drive(out, "1", "2", "2", "q")
    assert not running
    shown, _ = drive(out, read="#question")
    assert shown.startswith("sentiment:")
    shown, _ = drive(out, "2", "2", "2")
    assert shown == "All is labelled."
    assert len(rows(out)) == 3
    shown, _ = drive(out, "1", "s", "o", "n", "x")  # keys that have nothing to act on
    assert shown == "All is labelled."


def test_suggestions_are_hidden_unless_asked_for(out):
    assert "the model" not in drive(out, read="#question")[0]
    shown, _ = drive(out, suggest=True, read="#question")
    assert shown.endswith("the model: escalatory 90 %, neutral 10 %")


def test_the_codebook_turns_rule_by_rule_and_hides(out):
    shown, _ = drive(out, "right", "right", read="#rule")
    assert shown.startswith("Codebook 3/18  Rule 1\n\nA conditional threat is escalatory")
    assert drive(out, "left", read="#rule")[0].startswith("Codebook 18/18  Settled cases")

    async def displayed(*keys):
        journal = Journal.open(out, annotator=None, tasks=TASKS)
        app = LabelApp(Session(ITEMS, journal), pages(codebook_text()))
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.press(*keys)
            await pilot.pause()
            found = app.query_one("#codebook").display, app.query_one("#left").size.width
        journal.close()
        return found

    assert asyncio.run(displayed()) == (True, 60)  # under the quote where the window is narrow
    assert asyncio.run(displayed("c")) == (False, 60)


def test_control_and_direction_characters_do_not_reach_the_terminal(out):
    shown, _ = drive(out, "1", "1", "1", "1")
    assert shown == "\ufffd[2JThe port is shut\ufffd"
    assert clean("a\tb\nc") == "a\tb\nc"


def test_a_disk_that_takes_no_more_ends_the_screen_with_the_reason(out):
    async def run():
        journal = Journal.open(out, annotator=None, tasks=TASKS)
        app = LabelApp(Session(ITEMS, journal), pages(codebook_text()))
        journal.close()
        async with app.run_test() as pilot:
            await pilot.press("1")
            await pilot.pause()
        return str(app.failure)

    assert asyncio.run(run()).endswith("labels.jsonl.keys is closed")


def label_command(arguments, before=""):
    code = f"import sys\n{before}\nfrom stance.cli.__main__ import main\nmain()"
    return subprocess.run([sys.executable, "-c", code, "label", *map(str, arguments)],
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip


def test_without_textual_one_line_says_what_to_install(tmp_path):
    done = label_command([tmp_path, "--out", tmp_path / "x.jsonl"], "sys.modules['textual'] = None")
    assert done.returncode == 2
    assert done.stderr == (
        "stance: labelling in the terminal needs textual; pip install 'stance[label]'\n"
    )


def test_mistakes_of_the_call_are_said_before_the_screen_opens(tmp_path):
    source = tmp_path / "s.jsonl"
    source.write_text('{"id": "1", "text": "We stay.", "speaker": "Lund"}\n')
    done = label_command([source, "--out", tmp_path / "x.jsonl", "--order", "uncertain"])
    assert (done.returncode, done.stdout) == (2, "")
    assert "--order uncertain needs a model that answers 'stance'" in done.stderr
    done = label_command([source, "--out", tmp_path / "x.jsonl", "--task", "mood"])
    assert "--task mood: expected one of stance, sentiment, relevance" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["s.jsonl"]
