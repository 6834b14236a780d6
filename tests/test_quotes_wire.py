"""News as agencies send it: entities of tickers, wrapped lines, companies that speak."""

import pytest

from stance.quotes import extract
from stance.quotes.marks import paragraphs as split_paragraphs


def _found(text, **options):
    return [(q.text, q.speaker) for q in extract(text, **options)]


@pytest.mark.parametrize(
    ("text", "content", "speaker"),
    [
        (
            "Torv AG &lt;TVGG.F> said it would sell Marl Corp &lt;MRL> and close the plant.",
            "it would sell Marl Corp &lt;MRL> and close the plant",
            "Torv AG",
        ),
        (
            "The shares were sold to Marl Corp &lt;MRL>, Torv AG &lt;TVG> said.",
            "The shares were sold to Marl Corp &lt;MRL>",
            "Torv AG",
        ),
        (
            "Analysts at Torv &amp; Sons said it was over.",
            "it was over",
            "Analysts at Torv &amp; Sons",
        ),
    ],
)
def test_a_ticker_in_a_wires_entities_ends_no_content_and_is_no_name(text, content, speaker):
    assert _found(text) == [(content, speaker)]


def test_a_sentence_that_a_line_break_cuts_stays_one():
    text = "Otto Varga said that the bridge was closed\nand the ferry was full.\nInes Marlow left."
    assert _found(text) == [
        ("the bridge was closed\nand the ferry was full", "Otto Varga"),
    ]
    linked = "Otto Varga told \nThe Arlen Post\n that the bridge was closed.\n"
    assert _found(linked) == [("the bridge was closed", "Otto Varga")]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("A line\nof one paragraph", 1),
        ("A link, \nThe Post\n, in a line", 1),
        ("A heading\nThe text begins.", 2),
        ("The bridge is closed. \nNobody came.", 2),
        ("one line\n\nand another", 2),
        ("A question \nMR. VARGA: An answer", 2),
        ("    two lines\n    that are indented", 2),
    ],
)
def test_a_line_goes_on_where_the_sentence_does(text, paragraphs):
    assert len(split_paragraphs(text)) == paragraphs
