"""Whom a statement is directed at: null rather than a guess, never the speaker's own side."""

import csv
import json

import pytest
from typer.testing import CliRunner

from stance.aggregate import gather
from stance.cli.app import app
from stance.quotes import extract
from stance.records import QUOTE_COLUMNS, Quote
from stance.scoring.rows import column_type


def target(text):
    """The target and its country of the only quotation of `text` (the first of several)."""
    quote = extract(text)[0]
    if quote.target is not None:
        assert text[quote.target_start : quote.target_end] == quote.target_mention
    return quote.target, quote.target_country


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("We condemn Norway in the strongest terms", "Norway"),
        ("We urge the government of Norway to leave the island", "Norway"),
        ("We call on Norway to open its harbours", "Norway"),
        ("We will answer any threat from Oslo", "Norway"),
        ("The sanctions on Norway will stay in place", "Norway"),
        ("Norway has violated the treaty again", "Norway"),
        ("Norway must pull back from the ridge", "Norway"),
        ("Norwegian aggression has cost us two villages", "Norway"),
        ("Norway’s unprovoked and brutal invasion has failed", "Norway"),
        ("We stand with Norway and always will", "Norway"),
        ("We welcome Norway's decision to sign", "Norway"),
    ],
)
def test_the_country_that_is_blamed_threatened_urged_or_praised_is_the_target(words, name):
    assert target(f"“{words},” Ines Marlow said on Monday.") == (name, name)


@pytest.mark.parametrize(
    "words",
    [
        "We met in Oslo and talked about fish",  # a place
        "The Norwegian economy grew by two percent",
        "The talks will go on next week",
        "We urge Norway and Portugal to sign",  # two, alike
        "Norway was attacked at dawn",  # a victim, and no word for or against it
    ],
)
def test_what_is_only_mentioned_is_no_target(words):
    assert target(f"“{words},” Ines Marlow said on Monday.") == (None, None)


def test_the_doer_of_a_deed_is_the_target_and_not_its_victim():
    text = "“Norway's aggression against Portugal must be punished,” Ines Marlow said."
    assert target(text) == ("Norway", "Norway")
    text = "“We will attack Portugal if we have to,” Ines Marlow said."
    assert target(text) == ("Portugal", "Portugal")


def test_the_speakers_own_side_is_never_the_target():
    text = "“We urge Norway to think of Norway's security,” Norwegian President Ines Marlow said."
    assert target(text) == (None, None)
    text = "“Norway must not forget what Portugal has violated,” a Norwegian official said."
    assert target(text)[0] != "Norway"
    assert target("“Hamas must be heard,” a Hamas spokesman said.") == (None, None)


def test_the_object_of_the_cue_is_the_target():
    text = "Ines Marlow accused Norway of “playing with fire” at the border."
    quote = next(q for q in extract(text) if "fire" in q.text)
    assert (quote.target, quote.target_mention) == ("Norway", "Norway")
    assert text[quote.target_start : quote.target_end] == "Norway"


def test_groups_and_people_have_their_own_names():
    assert target("“We condemn Hezbollah for this,” Ines Marlow said.") == ("Hezbollah", None)
    text = (
        "Norwegian President Otto Varga came late. “We condemn Varga for this,” Ines Marlow said."
    )
    assert target(text) == ("Otto Varga", "Norway")


def test_a_pronoun_is_resolved_where_one_candidate_stands_before_it():
    text = "Norway moved its fleet on Sunday. “They must go home,” Ines Marlow said."
    assert target(text) == ("Norway", "Norway")
    assert extract(text)[0].target_mention == "They"
    text = "Norway and Portugal moved their fleets. “They must go home,” Ines Marlow said."
    assert target(text) == (None, None)


def test_a_quotation_keeps_its_target_in_every_row_of_the_table():
    assert QUOTE_COLUMNS[QUOTE_COLUMNS.index("target") :][:5] == (
        "target", "target_mention", "target_start", "target_end", "target_country",
    )  # fmt: skip
    assert column_type("target_start", {}) == column_type("target_end", {}) == "integer"
    assert column_type("target_country", {}) == "string"
    quote = Quote(article="a", start=0, end=2, text="No", kind="direct")
    assert {quote.to_dict()[name] for name in QUOTE_COLUMNS if "target" in name} == {None}


def test_the_command_writes_targets_as_lines_and_as_a_table(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text("“Norway must go home,” Ines Marlow said.\n", encoding="utf-8")
    for name in ("q.jsonl", "q.csv"):
        done = CliRunner().invoke(app, ["quotes", str(article), "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    (line,) = map(json.loads, (tmp_path / "q.jsonl").read_text(encoding="utf-8").splitlines())
    (row,) = csv.DictReader((tmp_path / "q.csv").open(encoding="utf-8"))
    assert (line["target"], line["target_start"], line["target_end"]) == ("Norway", 1, 7)
    assert (row["target_country"], row["target_start"]) == ("Norway", "1")


def scored(article, **columns):
    row = {
        "article": article, "quote": article, "group": article,
        "start": 0, "end": 9, "text": "Go home.",
        "speaker_country": "Portugal", "stance": "escalatory", "stance_confidence": 0.8,
        "stance_p_escalatory": 0.8, "stance_p_neutral": 0.1, "stance_p_de-escalatory": 0.1,
    }  # fmt: skip
    return {**row, **columns}


def test_summaries_by_speaker_and_target_keep_rows_without_a_target_as_a_group():
    rows = [
        scored("a", target_country="Norway"),
        scored("b", target_country="Norway"),
        scored("c", target_country=None),
    ]
    found = gather(rows, by=("speaker_country", "target_country"))
    assert sorted(group.key for group in found.groups[:2]) == [("Portugal", "Norway")] * 2
    assert found.groups[2].key == ("Portugal", None)
    # Scores from before targets: the column is there where any row has it.
    old = gather([scored("a", target_country="Norway"), scored("b")], by=("target_country",))
    assert [group.key for group in old.groups] == [("Norway",), (None,)]
