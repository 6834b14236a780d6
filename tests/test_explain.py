"""Why this label: weights that sum exactly, words left out, and that the top words matter."""

import random
from collections import Counter

import numpy as np
import pytest

from stance.classifiers.baseline import BaselineClassifier
from stance.classifiers.ngrams import place, prepare
from stance.data import read_statements
from stance.errors import StatementError, UsageError
from stance.explain import explain, without_words, word_spans
from stance.records import Statement

X = [
    "We will attack the harbour tonight.",
    "Our bombers will strike again and again.",
    "We propose talks and a truce.",
    "A truce is near, and we welcome the talks.",
    "The budget is voted on in spring.",
    "The bridge opens for traffic in spring.",
]
Y = ["escalatory", "escalatory", "de-escalatory", "de-escalatory", "neutral", "neutral"]
#: Letters that become two or none when accents are stripped, odd spaces, words of one letter.
ODD = "Ein  É\tﬁrst e\u0301te — “a truce” İz, ΟΔΟΣ: we'll strike!"


@pytest.fixture(scope="module")
def model():
    return BaselineClassifier(use_speaker=True).fit(
        [{"text": text, "context": f"So it was. {text}", "speaker": "Ada Lund"} for text in X], Y
    )


class Keywords:
    """A classifier without contributions: "strike" makes it 0.9 up, otherwise 0.3."""

    def __init__(self):
        self.tasks_ = ("mood",)
        self.labels_ = {"mood": ("up", "down")}
        self.calls = []

    def probabilities(self, X):
        self.calls.append([statement.text for statement in X])
        up = np.array([0.9 if "strike" in statement.text else 0.3 for statement in X])
        return {"mood": np.stack([1 - up, up], axis=1)}


@pytest.mark.parametrize("text", [X[0], ODD, "Truce, truce and TRUCE again"])
def test_contributions_of_all_parts_sum_to_the_log_odds_that_the_model_gives(model, text):
    statement = Statement(text=text, context=f"He spoke of a truce. {text}", speaker="Ada Lund")
    parts = model.contributions(statement)
    assert parts["text"].shape == (len(text), 3)
    scores = sum(values.sum(0) if values.ndim == 2 else values for values in parts.values())
    (chances,) = model.predict_proba([statement])
    np.testing.assert_allclose(scores - scores[0], np.log(chances / chances[0]), atol=1e-5)
    np.testing.assert_array_equal(parts["unplaced"], 0)
    assert {"intercept", "context", "speaker"} < set(parts)


def test_the_words_and_the_rest_sum_to_the_log_odds_of_the_two_labels(model):
    found = explain(model, "We will strike the harbour, not talk.")
    assert (found.method, found.label) == ("exact", "escalatory")
    expected = np.log(found.probabilities["escalatory"] / found.probabilities[found.against])
    assert found.log_odds == pytest.approx(expected)
    assert found.total == pytest.approx(found.log_odds, abs=1e-5)


def test_a_temperature_scales_the_contributions_with_the_probabilities():
    model = BaselineClassifier().fit(X, Y)
    before = explain(model, X[0])
    model.temperature_["stance"] = 2.0
    after = explain(model, X[0])
    assert after.log_odds == pytest.approx(before.log_odds / 2, abs=1e-5)
    assert after.total == pytest.approx(after.log_odds, abs=1e-5)


def test_two_labels_have_one_row_of_coefficients_and_sum_as_well():
    model = BaselineClassifier().fit(X[:4], Y[:4])
    for label in ("escalatory", "de-escalatory"):
        found = explain(model, "They strike, then talk.", label=label)
        assert found.total == pytest.approx(found.log_odds, abs=1e-5)


def test_the_word_that_only_one_label_knows_stands_on_top(model):
    assert explain(model, "They want a truce by then").top(1)[0].text == "truce"


@pytest.mark.parametrize("block", ["text_words", "text_chars", "context_words"])
def test_every_n_gram_is_placed_as_often_as_scikit_learn_counts_it(model, block):
    vectorizer = model.vectorizers_[block]
    prepared, origin = prepare(ODD, vectorizer)
    assert len(origin) == len(prepared)
    placed = Counter(gram for gram, _ in place(prepared, vectorizer))
    assert placed == Counter(vectorizer.build_analyzer()(ODD))


def test_occlusion_gives_the_fall_of_the_probability_without_each_word():
    model = Keywords()
    found = explain(model, "We strike back")
    assert [(w.text, round(w.weight, 6)) for w in found.words] == [
        ("We", 0.0), ("strike", 0.6), ("back", 0.0),
    ]  # fmt: skip
    assert (found.method, found.label, found.against, found.rest) == ("occlusion", "up", "down", {})
    assert model.calls == [["We strike back", "strike back", "We back", "We strike "]]


def test_a_word_that_speaks_against_the_asked_label_has_a_negative_weight():
    found = explain(Keywords(), "We strike back", label="down")
    assert found.top(1)[0].text == "strike"
    assert found.top(1)[0].weight == pytest.approx(-0.6)


def test_a_left_out_word_leaves_the_context_too():
    statement = Statement(text="We will strike.", context="“We will strike.” So he strikes.")
    found = without_words(statement, [(8, 14)])
    assert (found.text, found.context) == ("We will .", "“We will .” So he strikes.")


def test_words_keep_their_apostrophes_and_hyphens():
    text = "“We’ll cease-fire at 3.5 km, Ana's U.S. aide said”"
    words = [text[start:end] for start, end in word_spans(text)]
    assert words == ["We’ll", "cease-fire", "at", "3.5", "km", "Ana's", "U.S", "aide", "said"]


def test_what_cannot_be_explained_is_said(model):
    with pytest.raises(StatementError, match="holds no words to explain"):
        explain(model, "…!")
    with pytest.raises(UsageError, match="no task 'mood'; its tasks are stance"):
        explain(model, "We talk", task="mood")
    with pytest.raises(UsageError, match="'stance' has no label 'up'; its labels are escalatory"):
        explain(model, "We talk", label="up")
    with pytest.raises(UsageError, match="a Keywords has no exact contributions"):
        explain(Keywords(), "We talk", method="exact")


def flips(models, statements, *, share):
    """Shares of labels that change without the top words, and without as many random ones."""
    rng, top, chance, n = random.Random(0), 0, 0, 0
    for model, statement in zip(models, statements, strict=True):
        found = explain(model, statement, task="stance")
        count = max(1, round(share * len(found.words)))
        if count == len(found.words):
            continue
        best = sorted(found.words, key=lambda word: -word.weight)[:count]
        variants = [best, *(rng.sample(found.words, count) for _ in range(3))]
        labels = model.predict(
            [without_words(statement, [(w.start, w.end) for w in words]) for words in variants],
            task="stance",
        )
        top += labels[0] != found.label
        chance += (labels[1:] != found.label).mean()
        n += 1
    return top / n, chance / n


def test_without_the_top_words_unseen_statements_change_label_far_more_often(root):
    every = read_statements([root / "data" / "statements.jsonl"])
    tested = sorted({statement.article for statement in every})[0]
    train = [s for s in every if s.article != tested]
    rest = [s for s in every if s.article == tested]
    model = BaselineClassifier().fit(train, {"stance": [s.labels["stance"] for s in train]})
    top, chance = flips([model] * len(rest), rest, share=0.2)
    assert top > 0.4
    assert top > 3 * chance


def test_without_half_their_words_statements_that_a_model_learnt_change_label(root):
    every = read_statements([root / "data" / "statements.jsonl"])
    model = BaselineClassifier().fit(every, {"stance": [s.labels["stance"] for s in every]})
    top, chance = flips([model] * len(every[::3]), every[::3], share=0.5)
    assert top > 0.2
    assert top > 5 * chance


def test_without_their_top_words_the_shipped_models_own_statements_change_label(root):
    from stance import store

    every = read_statements([root / "data" / "statements.jsonl"])[::3]
    for name, share in (("baseline", 0.5), ("transformer", 0.3)):
        model = store.load(root / "models" / name)
        top, chance = flips([model] * len(every), every, share=share)
        assert top > 0.5, name
        assert top > 2.5 * chance, name
