"""Contents as news has them: participles, asides, appositions, what is not disclosed."""

import pytest

from stance.quotes import extract


def _found(text, **options):
    return [(q.text, q.speaker) for q in extract(text, **options)]


def test_a_clause_goes_on_over_a_participle_and_over_its_second_subject():
    text = "Otto Varga said that the bridge, described as weak, would hold."
    assert _found(text)[0] == ("the bridge, described as weak, would hold", "Otto Varga")
    text = "Otto Varga said that the mayor of the town, and the council, would leave."
    assert _found(text) == [("the mayor of the town, and the council, would leave", "Otto Varga")]
    text = "Otto Varga said it was over, Ines Marlow, a judge, told the Arlen Post."
    assert "told" not in _found(text)[0][0]
    text = "Otto Varga said it was over, and the mayor went home."
    assert _found(text) == [("it was over", "Otto Varga")]


def test_an_aside_between_dashes_ends_no_content():
    text = "Otto Varga said he had seen the bridge — a wreck — before it fell."
    assert _found(text) == [("he had seen the bridge — a wreck — before it fell", "Otto Varga")]


@pytest.mark.parametrize(
    "text",
    [
        "The mayor of Oldport, Jane Roe, said the bridge was closed.",
        "According to the mayor of Oldport, Jane Roe, the bridge was closed.",
    ],
)
def test_a_role_is_the_person_whom_its_apposition_names(text):
    assert _found(text) == [("the bridge was closed", "Jane Roe")]


def test_according_to_a_source_with_a_relative_clause():
    text = "According to the Arlen Post, which owns a ferry, the bridge was closed."
    assert _found(text) == [("the bridge was closed", "Arlen Post")]


@pytest.mark.parametrize(
    "text",
    [
        "Torv Corp did not disclose the price of the mill.",
        "The mayor did not identify the buyer.",
    ],
)
def test_what_is_not_disclosed_is_no_content(text):
    assert extract(text, attribution="all") == []


def test_the_writers_doubt_after_a_tag_is_no_content():
    text = "The bridge was closed, Ines Marlow said, although she had not seen it herself."
    assert _found(text) == [("The bridge was closed", "Ines Marlow")]
