"""The sentence splitter: where sentences end, and that no character is lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.quotes.sentences import split


def _sentences(text):
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Ines Marlow met Gen. Ott Varga in St. Elmo.",
        "The U.S. envoy left the U.N. building at 5 p.m. on Monday.",
        "Talks resume on Jan. 10 in Port Arlen.",
        "Output fell 3.5 percent to 1.2 million tons.",
        "J. K. Brandt and Harry S. Tolland signed it.",
        "The minister waited ... and then signed.",
        "“We will not yield. We will wait,” Marlow said.",
        "“Will it hold?” Marlow asked.",
        "“Will it hold?” the minister asked on Friday.",
        "Varga Corp. was named, too.",
    ],
)
def test_one_sentence_stays_one(text):
    assert _sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. Nobody came.", ["It rained.", "Nobody came."]),
        ("They flew to the U.S. The talks failed.", ["They flew to the U.S.", "The talks failed."]),
        (
            "“We are done.” The room fell silent.",
            ["“We are done.”", "The room fell silent."],
        ),
        (
            'She said "no." He left.',
            ['She said "no."', "He left."],
        ),
        ("Is it over? Not yet!", ["Is it over?", "Not yet!"]),
        ("No deal yet...The envoy left.", ["No deal yet...", "The envoy left."]),
        (
            "The envoy left.The talks go on.",
            ["The envoy left.", "The talks go on."],
        ),
        ("A headline without a stop\n\nThe text.", ["A headline without a stop", "The text."]),
        (
            "He spoke (briefly.) Then he left.",
            ["He spoke (briefly.)", "Then he left."],
        ),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert _sentences(text) == expected


def test_a_quotation_of_two_sentences_stays_with_its_speech_tag():
    text = "“The bridge is closed. It stays closed,” Varga said. Trucks turned back."
    assert _sentences(text) == [
        "“The bridge is closed. It stays closed,” Varga said.",
        "Trucks turned back.",
    ]


def test_capitals_and_credits_glued_to_a_text_are_sentences_of_their_own():
    text = "The army left.CLICK HERE FOR MORE“We stay,” Marlow said."
    assert _sentences(text) == [
        "The army left.",
        "CLICK HERE FOR MORE",
        "“We stay,” Marlow said.",
    ]
    assert _sentences("A view of the fight.(Arlen Press/Kell)Marlow went home. (Ask.)") == [
        "A view of the fight.",
        "(Arlen Press/Kell)",
        "Marlow went home.",
        "(Ask.)",
    ]
    assert len(_sentences("He left the U.S.ARMY base at fort.NB 3.")) == 1


def test_a_missing_closing_mark_ends_with_the_paragraph():
    text = "“The bridge is closed. It stays closed.\nTrucks turned back. Drivers slept."
    assert _sentences(text)[1:] == ["Trucks turned back.", "Drivers slept."]


def test_an_endless_sentence_is_cut_between_words():
    spans = split("word " * 2000)
    assert len(spans) > 1
    assert max(end - start for start, end in spans) <= 2000


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(" \n.?!…\"“”'’,abAB1(é\u00a0\u2028İ—"), max_size=200))
def test_sentences_hold_every_character_in_order(text):
    spans = split(text)
    assert all(start < end for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(text[a].strip() and text[b - 1].strip() for a, b in spans)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_string_can_be_split(text):
    assert all(0 <= start < end <= len(text) for start, end in split(text))
