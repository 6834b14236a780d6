"""Drift: found between batches that differ, not between halves of one, and told in words."""

import json

import numpy as np
import pytest

from stance.data import read_rows
from stance.drift import advice, compare, read_batch
from stance.drift import permutation as perm
from stance.drift.words import count_words, moved_words
from stance.errors import DataError
from stance.records import quote_id

LABELS = ("escalatory", "neutral", "de-escalatory")
SYLLABLES = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u")]
WORDS = np.array([x + y for x in SYLLABLES for y in SYLLABLES])


def made(seed, *, n=40, topic=0, sure=2.0, length=14, tag="a", relevant=0.8):
    """Rows of invented articles, each with words, mood and length of its own."""
    rng = np.random.default_rng(seed)
    popularity = 1 / np.arange(20, 820)
    rows = []
    for article in range(n):
        own = rng.gamma(0.6, size=800) * popularity  # an article repeats its words
        mood = rng.normal(size=3) + np.array([0.0, 1.0, -0.5])
        for quote in range(1 + rng.poisson(4)):
            size = max(3, int(rng.normal(length, 5)))
            words = WORDS[topic + rng.choice(800, size=size, p=own / own.sum())]
            logits = sure * (0.6 * mood + rng.normal(size=3))
            chances = np.exp(logits) / np.exp(logits).sum()
            about = float(np.clip(rng.normal(relevant, 0.2), 0, 1))
            name = f"{tag}{seed}-{article}"
            rows.append({
                "article": name, "quote": quote_id(name, quote, quote + 1), "text": " ".join(words),
                "kind": ["direct", "indirect"][int(rng.random() < 0.4)],
                "stance": LABELS[int(chances.argmax())], "model_fingerprint": "f00d",
                **dict(zip((f"stance_p_{x}" for x in LABELS), chances.tolist(), strict=True)),
                "relevance": "relevant" if about > 0.5 else "off-topic",
                "relevance_p_relevant": about, "relevance_p_off-topic": 1 - about,
            })  # fmt: skip
    return rows


def bag(texts):
    """Stand in for an encoder: the share of each first syllable."""
    found = np.array([[sum(w[:2] == s for w in t.split()) for s in SYLLABLES] for t in texts])
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def compared(a, b, **options):
    return compare(read_batch(a), read_batch(b), **{"n_shuffles": 199, **options})


def test_no_drift_is_found_between_halves_of_one_batch():
    alarms, by_measure = 0, {}
    for seed in range(50):
        rows = made(seed, n=60)
        names = sorted({r["article"] for r in rows})
        first = set(np.random.default_rng(seed).permutation(names)[:30])
        found = compared(
            [r for r in rows if r["article"] in first],
            [r for r in rows if r["article"] not in first], embed=bag, seed=seed,
        )  # fmt: skip
        alarms += found.verdict != "alike"
        for m in found.measures:
            by_measure[m.name] = by_measure.get(m.name, 0) + (m.p <= 0.05)
    assert set(by_measure) == {
        "words", "meaning", "confidence", "confidence spread", "labels", "off topic", "kinds",
        "lengths",
    }  # fmt: skip
    assert alarms <= 4  # 5 % of 50 is 2.5
    # Each measure alone is a valid test too: 7 or more of 50 have a chance of 1 in 85.
    assert max(by_measure.values()) <= 7


@pytest.mark.parametrize(
    ("change", "measure", "words"),
    [
        ({"topic": 300}, "words", "They use other words: more '"),
        ({"topic": 300}, "meaning", "They speak of "),
        ({"sure": 0.5}, "confidence", "The model is less sure of them"),
        ({"sure": 6.0}, "confidence", "The model is surer of them"),
        ({"relevant": 0.3}, "off topic", "Look whether the articles are about conflicts"),
        ({"length": 40}, "lengths", "Their quotes are of other lengths: half have"),
    ],
)
def test_a_drift_is_found_named_and_answered_with_advice(change, measure, words):
    for seed in range(3):
        found = compared(made(seed), made(seed + 100, tag="b", **change), embed=bag)
        assert found.verdict == "large"
        assert found.measure(measure).large
        lines = advice(found)
        assert lines[0] == "The new articles are unlike the others."
        assert any(words in line for line in lines[1:]), lines
        assert "Label 100 statements of the new ones with `stance data audit" in lines[-1]


def test_what_did_not_move_is_not_said_to_have_moved():
    found = compared(made(1), made(101, tag="b", sure=0.5), embed=bag)
    moved = {m.name for m in found.measures if m.beyond_chance}
    assert "confidence" in moved
    assert moved <= {"confidence", "confidence spread", "labels"}


def test_too_few_articles_say_that_nothing_can_be_told():
    found = compared(made(1, n=7), made(2, n=60, topic=300, tag="b"))
    assert found.verdict == "unknown"
    assert all(m.p is None and not m.beyond_chance for m in found.measures)
    (line,) = advice(found)
    assert line.startswith("Nothing can be told: the batches have 7 and 60 articles")


def test_few_articles_without_drift_say_that_only_a_great_one_would_show():
    lines = advice(compared(made(1, n=12), made(2, n=12, tag="b")))
    assert "with 12 articles in a batch only a great difference would show" in lines[0]
    assert "How right the model is was not looked at" in lines[-1]


def test_answers_of_different_models_and_of_none_are_not_compared():
    other = [{**r, "model_fingerprint": "beef"} for r in made(2, tag="b")]
    found = compared(made(1), other)
    assert found.measure("confidence") is None
    assert found.left_out["confidence"] == "the batches were scored by different models"
    bare = [{k: r[k] for k in ("text", "article")} for r in made(2, tag="b")]
    found = compared(bare, made(1))
    assert found.left_out["labels"] == "a batch has no probabilities"
    assert found.left_out["meaning"] == "no embeddings were asked for"
    assert found.measure("words") is not None


def test_an_encoder_that_is_not_installed_is_left_out_with_its_reason():
    def missing(texts):
        raise ImportError("No module named 'torch'")

    found = compared(made(1), made(2, tag="b"), embed=missing)
    assert found.left_out["meaning"] == "the encoder is not available (No module named 'torch')"


def test_articles_in_both_batches_are_told():
    rows = made(1)
    found = compared(rows, rows)
    assert found.shared == 40
    assert "40 articles are in both batches, which hides differences" in advice(found)[1]


def test_a_batch_counts_quotations_once_and_neither_copies_nor_narration():
    base = made(1, n=3)[0]
    rows = [
        {**base, "quote": "q1", "group": "q1", "text": "we will"},
        {**base, "quote": "q2", "group": "q1", "text": "not yield"},
        {**base, "article": "copy", "quote": "q3", "duplicate_of": base["article"]},
        {**base, "quote": "q4", "kind": "narration"},
    ]
    batch = read_batch(rows)
    assert (batch.texts, batch.articles) == (("we will not yield",), (base["article"],))
    with pytest.raises(DataError, match="a batch holds no quotes"):
        read_batch(rows[3:])
    with pytest.raises(DataError, match="row 1 has no text"):
        read_batch([{"article": "a"}])


def test_labelled_statements_may_lack_articles_and_ids():
    batch = read_batch([{"text": "we will not"}, {"text": "we may", "id": "s7"}])
    assert batch.articles == ("row 1", "s7")


def test_only_a_random_part_of_a_large_batch_is_read():
    found = compared(made(1, n=50), made(2, n=20, tag="b"), most_articles=25)
    assert (found.articles, found.read) == ((50, 20), (25, 20))


def test_the_languages_of_articles_are_compared():
    rows = [{**r, "language": "fr"} for r in made(2, n=40, tag="b")]
    found = compared([{**r, "language": "en"} for r in made(1)], rows)
    assert found.measure("languages").first == {"en": 1.0, "fr": 0.0}
    assert found.measure("languages").large


def test_the_divergence_is_lins():
    dealt = np.array([[0.0, 1.0]])
    assert perm.divergence(np.array([[1.0, 0.0], [0.0, 1.0]]), dealt)[0] == pytest.approx(1)
    assert perm.divergence(np.array([[2.0, 2.0], [3.0, 3.0]]), dealt)[0] == pytest.approx(0)
    # Half of H(.75, .25) less the mean of H(1, 0) and H(.5, .5).
    found = perm.divergence(np.array([[4.0, 0.0], [2.0, 2.0]]), dealt)[0]
    assert found == pytest.approx(0.811278 - 0.5, abs=1e-6)


def test_the_gap_of_two_samples_is_scipys():
    from scipy.stats import ks_2samp

    rng = np.random.default_rng(0)
    values = np.round(rng.normal(size=60), 1)  # with ties
    dealt = np.zeros((1, 60))
    dealt[0, 25:] = 1
    wanted = ks_2samp(values[:25], values[25:]).statistic
    assert perm.ks(values, np.arange(60), dealt)[0] == pytest.approx(wanted)


def test_the_mean_discrepancy_is_zero_for_equal_batches_and_grows_with_the_gap():
    rng = np.random.default_rng(0)
    one = rng.normal(size=(30, 4))
    dealt = np.zeros((1, 60))
    dealt[0, 30:] = 1
    near, far = (perm.mmd(np.vstack([one, one + gap]), np.arange(60), dealt)[0] for gap in (0, 3))
    assert near == pytest.approx(0, abs=1e-12)
    assert far > 0.5


def test_shuffles_exchange_whole_articles_and_keep_their_numbers():
    dealt = perm.shuffles(3, 5, n=50, seed=1)
    assert dealt[0].tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert set(dealt.sum(1)) == {5}
    assert len({tuple(row) for row in dealt}) > 20
    assert perm.p_value(np.array([3.0, 1.0, 3.0, 4.0])) == 0.75


def test_words_that_moved_stand_in_several_articles():
    texts = ["the envoy spoke", "the envoy left", "an envoy came", "the U.S. tanks", "tanks tanks"]
    texts += ["the tanks roll", "hapax hapax hapax hapax"]
    words, counts = count_words(texts, np.arange(7), 7)
    assert "u.s." in words
    more, less = moved_words(words, counts, 3)
    assert (more[0].word, less[0].word) == ("tanks", "envoy")
    assert less[0].first == pytest.approx(1000 * 3 / 9)
    assert "hapax" not in {m.word for m in more}


def test_the_bundled_encoder_puts_like_texts_near_each_other():
    from stance.drift.vectors import embed

    vectors = embed(["We will send troops.", "The army is on its way.", "Cocoa prices fell."])
    assert vectors.shape == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def write(path, rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def test_the_command_prints_measures_and_advice_and_writes_them(stance_command, tmp_path):
    a = write(tmp_path / "a.jsonl", made(1))
    b = write(tmp_path / "b.jsonl", made(2, topic=300, tag="b"))
    done = stance_command("drift", a, b, "--no-embeddings", "--json", tmp_path / "d.json")
    assert done.returncode == 0, done.stderr
    assert "A: 40 articles" in done.stdout
    assert "The new articles are unlike the others." in done.stdout
    assert "meaning left out: no embeddings were asked for" in done.stderr
    document = json.loads((tmp_path / "d.json").read_text())
    assert document["verdict"] == "large"
    assert document["measures"][0]["name"] == "words"
    assert document["measures"][0]["p_corrected"] <= 0.05
    assert document["advice"][0] == "The new articles are unlike the others."
    folder = tmp_path / "model"
    folder.mkdir()
    done = stance_command("drift", folder, b, "--no-embeddings")
    assert (done.returncode, "holds neither parts of scores nor a reference" in done.stderr) == (
        2, True,
    )  # fmt: skip
    write(folder / "reference.jsonl", made(1))
    again = stance_command("drift", folder, b, "--no-embeddings", "--json", "-")
    assert json.loads(again.stdout)["measures"] == document["measures"]


def test_halves_of_one_years_news_are_alike_and_wire_news_of_1987_is_not(shared):
    import stance

    model, found = stance.load("baseline"), {}
    for name in ("outlets_2024", "reuters_1987"):
        rows = [row for _, row in zip(range(60), read_rows(shared / "news" / f"{name}.jsonl"),
                                      strict=False)]  # fmt: skip
        articles = [stance.Article(id=r["id"], text=r["text"]) for _, r in rows]
        found[name] = read_batch(stance.score(articles, model=model))
    new = found["outlets_2024"]
    halves = [new.part(range(start, len(new.articles), 2)) for start in (0, 1)]
    assert compare(*halves).verdict == "alike"
    assert compare(new, found["reuters_1987"]).verdict == "large"
