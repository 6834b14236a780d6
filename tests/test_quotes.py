"""Quotes and speakers by rules: invented sentences in the shapes that news is set in."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.errors import UsageError
from stance.quotes import extract
from stance.records import QUOTE_KINDS, Article


def _found(text, **options):
    """Return (kind, words, speaker) of every quote."""
    return [(q.kind, q.text, q.speaker) for q in extract(text, **options)]


def _one(text, **options):
    quotes = extract(text, **options)
    assert len(quotes) == 1, [(q.text, q.speaker) for q in quotes]
    return quotes[0]


# ------------------------------------------------------------------ speech tags


@pytest.mark.parametrize(
    "text",
    [
        "“We will hold the northern bridge,” Ines Marlow said.",
        "“We will hold the northern bridge,” said Ines Marlow, the envoy to Port Arlen.",
        "“We will hold the northern bridge,” Ines Marlow, 61, of Port Arlen, told reporters.",
        "“We will hold the northern bridge,” Ines Marlow (I-Arlen) said on Monday.",
        "Ines Marlow said, “We will hold the northern bridge.”",
        "Ines Marlow told the Arlen Gazette: “We will hold the northern bridge.”",
        "Said Ines Marlow: “We will hold the northern bridge.”",
        "“We will hold the northern bridge,” according to Ines Marlow.",
        "In a statement on Friday, Ines Marlow wrote: “We will hold the northern bridge.”",
        '"We will hold the northern bridge," Ines Marlow said.',
        "''We will hold the northern bridge,'' Ines Marlow said.",
        "``We will hold the northern bridge,'' Ines Marlow said.",
        "«We will hold the northern bridge», Ines Marlow said.",
        "”We will hold the northern bridge,” Ines Marlow said.",
        "‘We will hold the northern bridge,’ Ines Marlow said.",
        "“We will hold the northern bridge.” ― Ines Marlow",
    ],
)
def test_a_tagged_quotation_is_direct_and_has_its_speaker(text):
    quote = _one(text)
    assert quote.kind == "direct"
    assert quote.text.rstrip(",.") == "We will hold the northern bridge"
    assert (quote.speaker, quote.speaker_kind) == ("Ines Marlow", "person")
    assert "Ines Marlow" in quote.speaker_mention


def test_a_quote_broken_by_a_speech_tag_is_one_group():
    first, second = extract("“The bridge is shut,” said Otto Varga, “and it stays shut.”")
    assert (first.text, second.text) == ("The bridge is shut,", "and it stays shut.")
    assert first.group == second.group == first.quote
    assert second.speaker == "Otto Varga"


def test_two_sentences_around_a_tag_are_one_group():
    first, second = extract("“The bridge is shut,” Otto Varga said. “It will stay shut.”")
    assert first.group == second.group
    assert second.found_by == "same-paragraph"


def test_a_quote_over_two_paragraphs_is_one_group_with_one_speaker():
    text = (
        "Otto Varga said: “The bridge is shut and nobody crosses it.\n\n"
        "“It will stay shut until spring.”"
    )
    first, second = extract(text)
    assert first.group == second.group
    assert (first.speaker, second.speaker) == ("Otto Varga", "Otto Varga")


def test_a_bracketed_insertion_and_a_nested_quotation_stay_inside():
    quote = _one("“They [the rebels] called it ‘a gift’ and left,” Otto Varga said.")
    assert quote.text == "They [the rebels] called it ‘a gift’ and left,"


def test_cue_and_speaker_carry_offsets_that_are_slices_of_the_text():
    text = "“We are done here,” the minister of trade told reporters."
    quote = _one(text)
    assert text[quote.cue_start : quote.cue_end] == quote.cue == "told"
    assert text[quote.speaker_start : quote.speaker_end] == quote.speaker_mention
    assert quote.speaker_mention == "the minister of trade"


# ------------------------------------------------------------------ mixed and indirect


def test_own_words_and_quoted_words_are_one_mixed_content():
    quote = _one("Otto Varga said that the plan “will not survive the winter” in Port Arlen.")
    assert quote.kind == "mixed"
    assert quote.text == "the plan “will not survive the winter” in Port Arlen"
    assert quote.speaker == "Otto Varga"


@pytest.mark.parametrize(
    ("text", "content", "speaker"),
    [
        (
            "Otto Varga said on Monday that the bridge was closed.",
            "the bridge was closed",
            "Otto Varga",
        ),
        (
            "Otto Varga told reporters that the bridge was closed.",
            "the bridge was closed",
            "Otto Varga",
        ),
        ("The bridge was closed, Otto Varga said.", "The bridge was closed", "Otto Varga"),
        ("The bridge was closed, said Otto Varga.", "The bridge was closed", "Otto Varga"),
        (
            "According to Otto Varga, the bridge was closed.",
            "the bridge was closed",
            "Otto Varga",
        ),
        (
            "The bridge was closed, according to the Arlen Ministry of Roads.",
            "The bridge was closed",
            "Arlen Ministry of Roads",
        ),
    ],
)
def test_indirect_speech_has_exact_borders(text, content, speaker):
    quote = _one(text)
    assert (quote.kind, quote.text, quote.speaker) == ("indirect", content, speaker)


def test_a_tag_amid_a_sentence_leaves_two_pieces_of_one_group():
    first, second = extract("The bridge, Otto Varga said, would stay closed until spring.")
    assert (first.text, second.text) == ("The bridge", "would stay closed until spring")
    assert first.group == second.group


def test_a_second_verb_keeps_the_speaker_and_cuts_the_first_content():
    found = _found("Otto Varga said the bridge was closed and warned that it would stay closed.")
    assert found == [
        ("indirect", "the bridge was closed", "Otto Varga"),
        ("indirect", "it would stay closed", "Otto Varga"),
    ]


def test_opinion_is_left_out_unless_asked_for():
    text = "Otto Varga believes that the bridge will hold."
    assert extract(text) == []
    quote = _one(text, attribution="all")
    assert (quote.attribution, quote.text) == ("opinion", "the bridge will hold")


def test_what_is_expected_is_nobodys_words():
    quote = _one("The envoy is expected to leave on Monday.", attribution="all")
    assert (quote.attribution, quote.speaker) == ("opinion", None)


@pytest.mark.parametrize(
    "text",
    [
        "The band played “Winter of the Northern Bridge” in Port Arlen.",
        "They live in the so-called “Green House” near the port.",
        "The “Bridge of Sighs” was closed in May.",
    ],
)
def test_titles_and_names_between_marks_are_no_quotes(text):
    assert extract(text) == []


# ------------------------------------------------------------------ speakers


def test_a_surname_and_a_pronoun_reach_the_full_name():
    text = (
        "Foreign Minister Ines Marlow met the rebels on Monday.\n"
        "“We will talk again,” Marlow said.\n"
        "“It was a good start,” she added."
    )
    assert [q.speaker for q in extract(text)] == ["Ines Marlow", "Ines Marlow"]


def test_pronouns_follow_gender_not_nearness_alone():
    text = (
        "Maria Toll met Peter Brandt in Port Arlen. “We agreed on little,” she said. "
        "“That is true,” he said."
    )
    assert [q.speaker for q in extract(text)] == ["Maria Toll", "Peter Brandt"]


def test_two_people_of_one_surname_stay_apart():
    text = (
        "Maria Toll leads the union. Peter Toll leads the party.\n"
        "“We strike on Monday,” Maria Toll said.\n“We do not,” Peter Toll said."
    )
    assert [q.speaker for q in extract(text)] == ["Maria Toll", "Peter Toll"]


def test_a_title_alone_reaches_the_person_who_holds_it():
    text = (
        "President Otto Varga flew to Port Arlen on Monday.\n"
        "“There will be no war,” the president said."
    )
    assert _one(text).speaker == "Otto Varga"


def test_unnamed_officials_are_kept_apart():
    text = (
        "A senior port official confirmed the fire. “It is out,” the official said.\n"
        "An army spokesman denied it. “Nothing burned,” the spokesman said."
    )
    quotes = [q for q in extract(text) if q.kind == "direct"]
    assert [(q.speaker, q.speaker_kind) for q in quotes] == [
        ("senior port official", "unnamed"),
        ("army spokesman", "unnamed"),
    ]


def test_both_leaders_are_the_two_named_before():
    text = (
        "Ines Marlow met Otto Varga on Monday, and both leaders agreed that the port “must reopen.”"
    )
    quote = _one(text)
    assert (quote.speaker, quote.speaker_kind) == ("Ines Marlow and Otto Varga", "group")


def test_a_relative_pronoun_is_the_mention_and_its_antecedent_the_speaker():
    quote = _one("The crowd cheered Ines Marlow, who said, “We will be back in spring.”")
    assert (quote.speaker_mention, quote.speaker) == ("who", "Ines Marlow")


def test_an_untagged_quotation_goes_on_with_the_speaker_before():
    text = (
        "Otto Varga admits that the plan is late. “But it will work in the end.”\n\n"
        "“Nobody else has a plan at all.”"
    )
    quotes = [q for q in extract(text) if q.kind == "direct"]
    assert [q.speaker for q in quotes] == ["Otto Varga", "Otto Varga"]


def test_the_us_is_no_pronoun():
    assert _one("US officials said that the port was safe.").speaker == "US officials"


def test_nobody_is_guessed_where_nobody_is_named():
    assert _one("“Nobody knows what comes after the winter.”").speaker is None


def test_ministries_and_groups_have_their_kind():
    kinds = [
        q.speaker_kind
        for q in extract(
            "The Arlen Ministry of Roads said that the bridge was closed. "
            "Officials said that it was safe."
        )
    ]
    assert kinds == ["organisation", "group"]


# ------------------------------------------------------------------ documents of one speaker


def test_a_transcript_gives_remarks_by_turn():
    text = (
        "Otto Varga, Department Spokesperson\n\nMR VARGA: \nGood afternoon, everyone. "
        "We have little to add today.\n\nQUESTION: Will the talks go on?\n\n"
        "MR VARGA: They will go on."
    )
    assert _found(text) == [
        ("remark", "Good afternoon, everyone.", "Otto Varga"),
        ("remark", "We have little to add today.", "Otto Varga"),
        ("remark", "Will the talks go on?", None),
        ("remark", "They will go on.", "Otto Varga"),
    ]


def test_a_first_person_release_gives_remarks_of_its_byline():
    text = (
        "Ines Marlow, Minister of Foreign Affairs\n\n\nWe welcome the truce in Port Arlen. "
        "We call on both sides to keep it."
    )
    assert [(q.kind, q.speaker) for q in extract(text)] == [("remark", "Ines Marlow")] * 2


def test_a_form_is_no_transcript():
    text = "VESSEL NAME: Arlen Star\nVESSEL TYPE: Tanker\nThe ship was listed on Monday."
    assert [q for q in extract(text) if q.kind == "remark"] == []


def test_a_transcript_printed_between_marks_keeps_its_speakers():
    text = '"VARGA: We will not sell the port.\n\n"MARLOW: You already did."'
    assert [(q.text, q.speaker) for q in extract(text)] == [
        ("We will not sell the port.", "Varga"),
        ("You already did.", "Marlow"),
    ]


def test_glued_sentences_do_not_hide_a_quotation():
    text = 'The port is shut."We had no choice," Otto Varga told the Gazette.Ships wait.'
    quote = _one(text)
    assert (quote.text, quote.speaker) == ("We had no choice,", "Otto Varga")


# ------------------------------------------------------------------ the call itself


def test_context_is_the_sentences_around_as_one_slice():
    text = "It rained. “We wait,” Otto Varga said. Nobody came. It was late."
    quote = _one(text)
    assert quote.context == "It rained. “We wait,” Otto Varga said. Nobody came."
    assert text[quote.context_start : quote.context_end] == quote.context


def test_a_string_is_an_article_with_the_id_text():
    assert _one("“We wait here,” Otto Varga said.").article == "text"
    article = Article(id="a7", text="“We wait here,” Otto Varga said.")
    assert [q.article for q in extract(article)] == ["a7"]


def test_a_film_that_is_called_something_says_nothing():
    assert extract("They saw a film called “A Long Way to the Northern Bridge” on Monday.") == []


def test_an_unknown_engine_names_what_there_is():
    with pytest.raises(UsageError, match=r"quotes by 'parser'.*rules"):
        extract("x", by="parser")


def test_an_unknown_attribution_names_what_there_is():
    with pytest.raises(UsageError, match=r"attribution 'most'.*speech, all"):
        extract("x", attribution="most")


def test_quotes_come_in_reading_order_without_overlap():
    text = (
        "Otto Varga said that it was “late.” “We wait,” Ines Marlow said. "
        "The bridge, she said, was closed, and Varga warned of a flood."
    )
    quotes = extract(text, attribution="all")
    assert all(a.end <= b.start for a, b in pairwise(quotes))


_PIECES = st.sampled_from(
    [
        "“", "”", '"', "''", "'", "‘", "’", "«", "»", " said ", "Ines Marlow", " he ", ", ", ". ",
        "\n", "\n\n", "Q: ", "MR VARGA: ", " that ", "the official", " according to ", "—", "(",
        ")",
        "Arlen", "-", " and ", "?", "!", "told", "İ", "ﬁ", "\u2028", "\u00a0", "1", ":", " who ",
    ]
)  # fmt: skip


@settings(deadline=None)
@given(st.one_of(st.lists(_PIECES, max_size=60).map("".join), st.text(max_size=200)))
def test_any_string_gives_valid_offsets(text):
    for quote in extract(text, attribution="all"):
        assert 0 <= quote.start < quote.end <= len(text)
        assert quote.text == text[quote.start : quote.end]
        assert quote.context == text[quote.context_start : quote.context_end]
        assert quote.context_start <= quote.start
        assert quote.end <= quote.context_end
        assert quote.kind in QUOTE_KINDS
        assert 0 <= quote.confidence <= 1
        for part in ("cue", "speaker"):
            a, b = getattr(quote, f"{part}_start"), getattr(quote, f"{part}_end")
            words = quote.cue if part == "cue" else quote.speaker_mention
            assert words == (None if a is None else text[a:b])
