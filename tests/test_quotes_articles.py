"""The five articles: the right person for their quoted stretches, by hand-checked gold."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from stance.quotes import extract
from stance.quotes.tokens import read
from stance.records import Article

DATA = Path(__file__).parent.parent / "data"


def _gold():
    rows = defaultdict(list)
    for line in (DATA / "statements.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] != "narration":
            rows[row["article"]].append(row)
    return rows


def _stretches():
    """Return (article, words, gold speakers, found speaker) for every quoted stretch."""
    rows = []
    for article, gold in _gold().items():
        text = (DATA / "articles" / f"{article}.txt").read_text(encoding="utf-8")
        quotes = extract(Article(id=article, text=text))
        for stretch in read(text).stretches:
            if stretch.single:
                continue
            a, b = stretch.start + 1, stretch.end - 2
            names = {row["speaker"] for row in gold if row["start"] <= a and b <= row["end"]}
            found = [q.speaker for q in quotes if q.start <= a and b <= q.end]
            rows.append((article, text[stretch.start : stretch.end], names, found))
    return rows


def test_at_least_42_of_the_44_quoted_stretches_have_the_right_speaker():
    rows = _stretches()
    wrong = [row for row in rows if not row[2] & set(row[3])]
    assert len(rows) == 44
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("Personal relations are the basis of diplomacy", "Elisabeth Braw"),
        ("You can be sure there will be some sort", "Elisabeth Braw"),
        ("would meet to discuss next steps", "Obama and Vladimir Putin"),
        ("Many of these mistakes have been made", "Yury Ushakov"),
        ("and it is advisable not to make", "Yury Ushakov"),
        ("It’s not entirely static from our perspective", "high-ranking government official"),
        ("There is significant security coordination", "adviser to Zelensky"),
        ("domino effect", "U.S. intelligence official"),
    ],
)
def test_the_hard_stretches_of_the_articles_reach_their_speaker(words, speaker):
    found = [row[3] for row in _stretches() if row[1].startswith(words)]
    assert [speaker in names for names in found] == [True]
