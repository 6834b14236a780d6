"""Speakers of news: the company, the official, offices in names, photo credits."""

from stance.quotes import extract


def _speakers(text):
    return [(q.speaker, q.speaker_kind) for q in extract(text)]


def test_the_company_is_the_one_organisation_that_has_spoken():
    text = "Torv Corp said it would sell the mill. The company said the price was fair."
    assert _speakers(text) == [("Torv Corp", "organisation")] * 2
    second = text + " Marl Inc said it agreed. The company said nobody would leave."
    assert _speakers(second)[-1] == ("company", "organisation")


def test_a_ministry_is_the_one_that_has_the_word_in_its_name():
    text = "The Arlen Trade Ministry said it would pay. The {} said the price was fair."
    assert _speakers(text.format("ministry"))[-1][0] == "Arlen Trade Ministry"
    assert _speakers(text.format("board"))[-1][0] == "board"


def test_he_is_the_official_who_spoke_last():
    text = (
        "Otto Varga met the press. A ministry official said the bridge was closed. "
        "He said the ferry was full."
    )
    assert [name for name, _ in _speakers(text)] == ["ministry official"] * 2
    other = text.replace("He said", "Otto Varga left. He said")
    assert [name for name, _ in _speakers(other)] == ["ministry official", "Otto Varga"]
    video = text.replace("A ministry official", "A video of an official")
    assert _speakers(video)[-1] == ("Otto Varga", "person")


def test_a_company_is_no_person():
    assert _speakers("Varga said it would sell. Varga AG is old.") == [("Varga", "organisation")]
    text = "Otto Varga said it would sell. Otto Varga Ltd is old."
    assert _speakers(text) == [("Otto Varga", "person")]
    assert _speakers("Great Lakes Torv Plc said it would sell the mill.") == [
        ("Great Lakes Torv Plc", "organisation")
    ]


def test_names_joined_before_a_companys_ending_are_one_company():
    text = "Roe and Brandt Corp said the mill would close."
    assert _speakers(text) == [("Roe and Brandt Corp", "organisation")]
    text = "Energy and Mines Minister Ann Roe said the mill would close."
    assert _speakers(text) == [("Ann Roe", "person")]
    text = "Otto Varga and Ines Marlow said the mill would close."
    assert _speakers(text) == [("Otto Varga and Ines Marlow", "group")]


def test_an_office_of_many_words_is_no_part_of_a_name():
    text = "Secretary for Trade and Resources Ann Roe said the mill would close."
    assert _speakers(text) == [("Ann Roe", "person")]
    assert _speakers("King Osric II said the mill would close.") == [("Osric II", "person")]


def test_a_photo_credit_names_nobody_who_speaks():
    text = "A ferry on the lake. (Otto Varga/Arlen Press)\n\nHe said the bridge was closed."
    assert _speakers(text) == [(None, None)]
