"""The baseline: what it learns, what it weighs on disk, and what its file may hold."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from stance.classifiers import _skops
from stance.classifiers.baseline import FILE, BaselineClassifier
from stance.errors import IntegrityError, StatementError, UntrustedTypeError, UsageError

X = [
    "We will attack the harbour tonight.",
    "Our bombers will strike again and again.",
    "We propose talks and a truce.",
    "A truce is near, and we welcome the talks.",
    "The budget is voted on in spring.",
    "The bridge opens for traffic in spring.",
]
Y = ["escalatory", "escalatory", "de-escalatory", "de-escalatory", "neutral", "neutral"]


@pytest.fixture
def saved(tmp_path):
    model = BaselineClassifier().fit(X, Y)
    return tmp_path, {"classifier": model.to_folder(tmp_path)}


def test_words_seen_in_training_decide():
    model = BaselineClassifier().fit(X, Y)
    unseen = ["They will strike the harbour.", "We welcome a truce.", "It opens in spring."]
    assert model.predict(unseen).tolist() == ["escalatory", "de-escalatory", "neutral"]


def test_the_context_decides_where_the_text_does_not():
    rows = [{"text": "It is so.", "context": f"He spoke. {text} It is so."} for text in X]
    model = BaselineClassifier(context_weight=1.0).fit(rows, Y)
    assert model.predict(rows).tolist() == Y
    blind = BaselineClassifier(use_context=False).fit(rows, Y)
    assert len({tuple(row) for row in blind.predict_proba(rows).round(6)}) == 1


def test_the_speaker_is_read_only_when_asked_for():
    rows = [{"text": "It is so.", "speaker": name} for name in ["Ana", "Ivo"] * 3]
    labels = ["up", "down"] * 3
    assert BaselineClassifier(use_speaker=True, C=100).fit(rows, labels).score(rows, labels) == 1.0
    blind = BaselineClassifier().fit(rows, labels).predict_proba(rows)
    np.testing.assert_allclose(blind, 0.5, atol=1e-6)


def test_rare_labels_count_as_much_as_frequent_ones():
    texts = ["we strike now"] * 9 + ["we strike now"]
    labels = ["common"] * 9 + ["rare"]
    balanced = BaselineClassifier().fit(texts, labels).predict_proba(texts[:1])
    np.testing.assert_allclose(balanced, 0.5, atol=1e-6)
    plain = BaselineClassifier(class_weights=False).fit(texts, labels).predict_proba(texts[:1])
    assert plain[0, 0] > 0.8


def test_classes_are_balanced_within_the_values_of_a_field():
    labels = ["common"] * 6 + ["rare"] * 2 + ["common", "rare"]
    texts = [{"text": f"{corpus} we strike", "corpus": corpus} for corpus in "aaaaaaaabb"]
    chances = BaselineClassifier(class_weights_by="corpus").fit(texts, labels).predict_proba(texts)
    np.testing.assert_allclose(chances, 0.5, atol=1e-6)
    mixed = BaselineClassifier().fit(texts, labels).predict_proba(texts)
    assert mixed[0, 0] > 0.53 > 0.5 > mixed[-1, 0]


def test_a_model_that_hides_names_answers_and_explains_by_the_other_words():
    rows = ["France will strike", "France and Japan will talk", "Japan opens in spring"] * 2
    model = BaselineClassifier(hide_names=True).fit(rows, Y[::2] * 2)
    chances = model.predict_proba(["Chile will strike", "France will strike"])
    np.testing.assert_array_equal(chances[0], chances[1])
    text = "Great Britain and the French will talk"
    parts = model.contributions(text)
    assert parts["text"].shape == (len(text), 3)
    log_odds = np.log(model.predict_proba([text])[0])
    total = sum(value.sum(0) if name == "text" else value for name, value in parts.items())
    np.testing.assert_allclose(np.diff(total), np.diff(log_odds), atol=1e-4)


def test_statements_without_words_are_refused():
    with pytest.raises(StatementError, match="hold no words to learn from"):
        BaselineClassifier().fit(["!!!", "???"], ["a", "b"])


def test_training_and_scoring_never_import_torch(tmp_path):
    code = f"""
import sys
from pathlib import Path
from stance.classifiers.baseline import BaselineClassifier
folder = Path({str(tmp_path)!r})
model = BaselineClassifier().fit({X!r}, {Y!r})
info = model.to_folder(folder)
BaselineClassifier.from_folder(folder, {{"classifier": info}})({X!r})
print([name for name in ("torch", "transformers", "datasets") if name in sys.modules])
import torch  # and afterwards it can still be imported
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_thousands_of_statements_train_into_a_small_file(tmp_path):
    chance = np.random.default_rng(5)
    syllables = ["ba", "re", "tu", "lo", "min", "sar", "vek", "ol", "dri", "ha", "fen", "qui"]
    stock = ["".join(chance.choice(syllables, 3)) for _ in range(30_000)]
    texts = [" ".join(chance.choice(stock, 25)) for _ in range(4_000)]
    rows = [{"text": text, "context": f"{text} {texts[i - 1]}"} for i, text in enumerate(texts)]
    labels = {
        "stance": chance.choice(["a", "b", "c"], 4_000),
        "sentiment": chance.choice(["d", "e", "f"], 4_000),
    }
    BaselineClassifier().fit(rows, labels).to_folder(tmp_path)
    assert (tmp_path / FILE).stat().st_size < 5_000_000


def test_two_runs_write_the_same_model(tmp_path):
    rows = [{"text": text, "context": f"Then: {text} So it went."} for text in X]
    first = BaselineClassifier().fit(rows, Y).predict_proba(rows)
    np.testing.assert_array_equal(BaselineClassifier().fit(rows, Y).predict_proba(rows), first)


# What the file may hold


def rewrite(folder, change):
    """Write the baseline's file again with `change` applied to its schema's text."""
    with zipfile.ZipFile(folder / FILE) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["schema.json"] = change(parts["schema.json"].decode()).encode()
    with zipfile.ZipFile(folder / FILE, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_type_outside_the_list_is_named_and_never_built(saved):
    folder, manifest = saved
    rewrite(
        folder,
        lambda text: text.replace('"LogisticRegression"', '"Popen"').replace(
            '"sklearn.linear_model._logistic"', '"subprocess"'
        ),
    )
    with pytest.raises(UntrustedTypeError, match=r"holds a subprocess\.Popen"):
        BaselineClassifier.from_folder(folder, manifest)


def test_a_type_that_skops_trusts_and_a_baseline_never_has_is_refused(tmp_path, saved):
    import skops.io
    from sklearn.svm import SVC

    folder, manifest = saved
    skops.io.dump({"vectorizers": {}, "terms": {}, "heads": {"stance": SVC()}}, folder / FILE)
    assert skops.io.get_untrusted_types(file=folder / FILE) == []
    with pytest.raises(UntrustedTypeError, match=r"holds a sklearn\.svm\._classes\.SVC"):
        BaselineClassifier.from_folder(folder, manifest)


def test_a_node_that_would_call_a_function_is_refused(saved):
    folder, manifest = saved
    rewrite(folder, lambda text: text.replace('"ObjectNode"', '"MethodNode"', 1))
    with pytest.raises(UntrustedTypeError, match="loader MethodNode"):
        BaselineClassifier.from_folder(folder, manifest)


def test_a_node_of_an_older_skops_protocol_is_refused_or_harmless(saved):
    folder, manifest = saved
    rewrite(folder, lambda text: text.replace('"protocol": ', '"protocol": -', 1))
    with pytest.raises(IntegrityError, match="is damaged"):
        BaselineClassifier.from_folder(folder, manifest)


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.99])
def test_a_truncated_file_is_an_integrity_error(saved, keep):
    folder, manifest = saved
    content = (folder / FILE).read_bytes()
    size = keep if isinstance(keep, int) else int(keep * len(content))
    (folder / FILE).write_bytes(content[:size])
    with pytest.raises(IntegrityError, match="no readable skops file"):
        BaselineClassifier.from_folder(folder, manifest)


def test_a_missing_file_is_an_integrity_error(saved):
    folder, manifest = saved
    (folder / FILE).unlink()
    with pytest.raises(IntegrityError, match=r"pipeline\.skops"):
        BaselineClassifier.from_folder(folder, manifest)


def test_a_pickle_in_its_place_is_not_unpickled(saved):
    import pickle

    folder, manifest = saved

    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    (folder / FILE).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(IntegrityError, match="no readable skops file"):
        BaselineClassifier.from_folder(folder, manifest)


def test_an_archive_that_unpacks_to_too_much_is_not_read(saved, monkeypatch):
    folder, manifest = saved
    monkeypatch.setattr(_skops, "MAX_BYTES", 1_000)
    with pytest.raises(IntegrityError, match="more than a baseline can have"):
        BaselineClassifier.from_folder(folder, manifest)


def test_weights_of_other_labels_than_the_manifest_says_are_refused(saved):
    folder, manifest = saved
    other = json.loads(json.dumps(manifest).replace("escalatory", "hostile"))
    with pytest.raises(IntegrityError, match="no regression of task 'stance' that fits"):
        BaselineClassifier.from_folder(folder, other)


def test_terms_that_do_not_fit_the_weights_are_refused(saved):
    folder, manifest = saved
    rewrite(folder, lambda text: text.replace("again", 'again\\\\\\", \\\\\\"extra', 1))
    with pytest.raises(IntegrityError, match="is damaged"):
        BaselineClassifier.from_folder(folder, manifest)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"C": -1.0}, "C is -1.0; expected a number above 0 and below 1e12"),
        ({"C": 1e300}, r"C is 1e\+300; expected a number above 0 and below 1e12"),
        ({"min_df": 0}, "min_df is 0; expected a number above 0"),
        ({"max_words": 0}, "max_words is 0; expected a number above 0"),
        ({"context_weight": -0.1}, "context_weight is -0.1; expected 0 or more"),
        ({"word_ngrams": (2, 1)}, r"word_ngrams is \(2, 1\); expected two lengths from 1"),
        ({"char_ngrams": (0, 2)}, r"char_ngrams is \(0, 2\); expected two lengths from 1"),
    ],
)
def test_options_out_of_range_are_named(option, message):
    with pytest.raises(UsageError, match=message):
        BaselineClassifier(**option).fit(X, Y)
