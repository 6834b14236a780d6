"""What is no quote, where a content ends, and who speaks: cases that the rules once got wrong."""

import pytest

from stance.quotes import extract


def _found(text, **options):
    return [(q.text, q.speaker) for q in extract(text, **options)]


@pytest.mark.parametrize(
    "text",
    [
        "The long phone call did not settle much on Monday.",
        "Will a phone call alone convince Arland to leave the bridge?",
        "Ines Marlow and Otto Varga last spoke in a call that ended with a handshake.",
        "The clerk, who was not allowed to discuss sealed matters, went home.",
        "He wanted to speak to that audience in Port Arlen.",
        "The same clarifying effect may be near on the other bank.",
        "The site shows users a message ‘Stay Tuned’.",
    ],
)
def test_nouns_and_participles_that_look_like_verbs_attribute_nothing(text):
    assert extract(text) == []


def test_an_inverted_tag_with_an_apposition_ends_its_sentence():
    text = (
        "The first flight, on Monday, marked the start of the season, said Cmdr. Ines Marlow, "
        "a spokeswoman for the Arlen Navy."
    )
    content = "The first flight, on Monday, marked the start of the season"
    assert _found(text) == [(content, "Ines Marlow")]


def test_a_content_begins_with_a_word_or_a_mark_that_encloses_it():
    assert _found("Otto Varga added that, “we have to keep an eye on the bridge.”") == [
        ("we have to keep an eye on the bridge.", "Otto Varga")
    ]


def test_a_named_thing_in_a_content_is_an_attribution_of_its_own():
    text = 'Otto Varga said it seemed the mayor began the quarrel, which he called "a farce."'
    assert _found(text) == [
        ("it seemed the mayor began the quarrel", "Otto Varga"),
        ("a farce.", "Otto Varga"),
    ]


def test_a_noun_speaks_for_its_owner_only():
    assert _found("It was a warning from Ines Marlow that the bridge would close.") == [
        ("the bridge would close", "Ines Marlow")
    ]
    assert extract("The tax is unpopular because of a warning that shops would close.") == []


def test_that_before_a_verb_belongs_to_the_content():
    assert _found("Otto Varga said that would mean a closed bridge.") == [
        ("that would mean a closed bridge", "Otto Varga")
    ]


def test_a_clause_needs_no_that_where_its_verb_shows_it():
    assert _found("Arlen officials have insisted the repairs are a matter of days.") == [
        ("the repairs are a matter of days", "Arlen officials")
    ]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Prime Minister Tor Vik of Sudland said the talks were over.", "Tor Vik"),
        ("Secretary of Defense Ines J. Marlow said the talks were over.", "Ines J. Marlow"),
        ("US and Russian officials said the talks were over.", "US and Russian officials"),
        ("An Israeli minister said the talks were over.", "Israeli minister"),
        ("Voter Ines Marlow said the talks were over.", "Ines Marlow"),
        ("House Committee on Bridges Chairman Otto Varga said the talks were over.", "Otto Varga"),
        ("The Bank of Arland said the talks were over.", "Bank of Arland"),
        ("Two days after the Arlen Health Agency said the talks were over.", "Arlen Health Agency"),
    ],
)
def test_the_speaker_is_the_whole_name_and_not_the_place_in_it(text, speaker):
    assert _found(text) == [("the talks were over", speaker)]


def test_who_sends_a_statement_speaks_not_the_statement():
    text = "Ines Marlow released a statement saying, “The bridge has served us all very well.”"
    assert _found(text) == [("The bridge has served us all very well.", "Ines Marlow")]


def test_a_second_cue_keeps_the_speaker_of_an_inverted_tag():
    text = "“It is not new here,” said Otto Varga at the time, adding that the town had changed."
    assert _found(text) == [
        ("It is not new here,", "Otto Varga"),
        ("the town had changed", "Otto Varga"),
    ]


def test_an_adviser_introduced_by_role_is_the_one_named_below():
    text = (
        "The reply was stern, a Kremlin adviser said.\n\n"
        "“The talks went on for an hour,” said Russian adviser Otto Varga."
    )
    assert [speaker for _, speaker in _found(text)] == ["Otto Varga", "Otto Varga"]


def test_a_caption_glued_to_a_quotation_is_no_part_of_it():
    text = 'The envoy leaves the hall. (Photo: Arlen Press)"We will come back," Ines Marlow said.'
    assert _found(text) == [("We will come back,", "Ines Marlow")]


def test_an_interview_in_double_brackets_gives_remarks():
    text = (
        "((Wikinews)) Why was the bridge closed for so long?\n\n"
        "((Ines Marlow)) The northern piers had to be replaced.\n\n"
        "((Wikinews)) Who paid for the work?\n"
    )
    rows = [(q.kind, q.text, q.speaker) for q in extract(text)]
    assert rows[1] == ("remark", "The northern piers had to be replaced.", "Ines Marlow")
    assert [speaker for _, _, speaker in rows] == [None, "Ines Marlow", None]
