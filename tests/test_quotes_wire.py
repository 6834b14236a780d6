"""News as agencies send it: entities of tickers, wrapped lines, companies that speak."""

import pytest

from stance.quotes import extract


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
