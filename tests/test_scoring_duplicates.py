import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scoring_fakes import FakeModel, fake_extract, words_of

from stance.records import Article
from stance.scoring import score, score_to
from stance.scoring.admission import Admission, digest_of
from stance.scoring.duplicates import DuplicateIndex, resemblance, signature
from stance.scoring.hashing import HashIndex, hash64

WORDS = [f"{a}{b}" for a in "bdfgklmnprst" for b in ("ara", "elo", "imu", "oki", "uve")]


def story(seed, length=300):
    pick = random.Random(seed)
    return " ".join(pick.choice(WORDS) for _ in range(length))


def edited(text, share, seed=0):
    pick = random.Random(seed)
    return " ".join("edit" if pick.random() < share else word for word in text.split())


def common(one, other):
    def sequences(text):
        words = text.split()
        return {tuple(words[n : n + 4]) for n in range(len(words) - 3)}

    a, b = sequences(one), sequences(other)
    return len(a & b) / len(a | b)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.03, 0.1, 0.5])
def test_a_signature_estimates_the_share_of_common_word_sequences(share):
    errors = []
    for seed in range(20):
        one = story(seed)
        other = edited(one, share, seed)
        errors.append(resemblance(signature(one), signature(other)) - common(one, other))
    assert abs(sum(errors) / len(errors)) < 0.04
    assert max(map(abs, errors)) < 0.25


def test_hashes_and_signatures_are_the_same_in_every_process():
    text = "The council of Norland met in the old harbour hall today at noon."
    assert hash64("a", "b") == 0x4EA4EEAED0CBB9CF
    assert signature(text)[:8].hex() == "ce38d3cd23e5f38f"
    assert signature(text.upper().replace(" ", " -\n")) == signature(text)


def test_wire_copies_are_marked_with_the_first_of_them_and_others_are_not():
    index = DuplicateIndex()
    for seed in range(200):
        assert index.find_or_add(f"s{seed}", signature(story(seed))) is None
    found = [index.find_or_add("copy", signature(edited(story(n), 0.02, n))) for n in range(200)]
    assert sum(name == f"s{n}" for n, name in enumerate(found)) >= 196
    assert all(name in (None, f"s{n}") for n, name in enumerate(found))


def test_short_articles_are_duplicates_only_when_their_words_are_the_same():
    index = DuplicateIndex()
    assert index.find_or_add("a", signature("Rain in Norland today.")) is None
    assert index.find_or_add("b", signature("Rain in Sudria today.")) is None
    assert index.find_or_add("c", signature("RAIN, in Norland: today")) == "a"


def test_a_copy_is_scored_and_marked_or_dropped_on_demand(tmp_path):
    long = words_of(3) + " " + story(1)
    articles = [Article(id="first", text=long), Article(id="copy", text=long + " The end.")]
    rows = list(score(articles, FakeModel(), extract=fake_extract))
    assert {(row["article"], row["duplicate_of"]) for row in rows} == {
        ("first", None), ("copy", "first")
    }  # fmt: skip
    out = tmp_path / "a.jsonl"
    summary = score_to(out, articles, FakeModel(), extract=fake_extract, drop_duplicates=True)
    assert (summary.articles, summary.scored, summary.dropped, summary.duplicates) == (2, 1, 1, 1)
    assert '"article": "copy"' not in out.read_text()


@given(st.dictionaries(st.integers(1, 2**64 - 1), st.integers(0, 2**31 - 1), max_size=50))
def test_a_hash_index_is_a_map(entries):
    index = HashIndex()
    for key, value in entries.items():
        assert index.get(key) is None
        index.put(key, 0)
        index.put(key, value)
    assert len(index) == len(entries)
    assert {key: index.get(key) for key in entries} == entries


def test_a_hash_index_grows_and_stays_small():
    index = HashIndex()
    for n in range(20_000):
        index.put(hash64(str(n)), n)
    assert all(index.get(hash64(str(n))) == n for n in range(20_000))
    assert index.get(hash64("none")) is None
    assert index._keys.buffer_info()[1] * 12 <= 20_000 * 40


def test_admission_goes_on_where_an_earlier_run_stopped():
    articles = [Article(id=name, text=story(n % 5)) for n, name in enumerate("abcabcxyz")]
    whole = Admission(english_only=False)
    expected = [whole.admit(article) for article in articles]
    first, second = Admission(english_only=False), Admission(english_only=False)
    for admitted in map(first.admit, articles[:6]):
        second.restore(admitted.item.id, admitted.signature)
    assert [second.admit(article) for article in articles[6:]] == expected[6:]
    assert [one.item.id for one in expected] == ["a", "b", "c", "a#2", "b#2", "c#2", "x", "y", "z"]


def test_a_digest_names_all_that_goes_into_rows():
    article = Article(id="a", text="t", extra={"k": 1})
    others = [
        Article(id="b", text="t", extra={"k": 1}), Article(id="a", text="u", extra={"k": 1}),
        Article(id="a", text="t", extra={"k": 2}), Article(id="a", text="t", title="k: 1"),
        Article(id="a", text="t", extra={"k": 1}, url="u"),
    ]  # fmt: skip
    assert len({digest_of(one) for one in (article, *others)}) == 6
    assert digest_of(Article(id="a", text="t", extra={"k": 1})) == digest_of(article)
