"""What both classifiers promise alike: statements in, labels and probabilities out."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import (
    check_do_not_raise_errors_in_init_or_set_params,
    check_dont_overwrite_parameters,
    check_estimator_cloneable,
    check_estimator_repr,
    check_estimator_tags_renamed,
    check_get_params_invariance,
    check_mixin_order,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
    check_valid_tag_types,
    parametrize_with_checks,
)
from tiny_encoders import SENTENCES, write_encoder

from stance import Statement
from stance.classifiers.base import Classifier, as_labels, label_sets
from stance.classifiers.baseline import BaselineClassifier
from stance.classifiers.transformer import TransformerClassifier
from stance.errors import ManifestError, StatementError, UsageError

ROWS = [
    {"text": text, "context": f"It was late. {text} The hall was silent.", "speaker": speaker}
    for text, speaker in zip(SENTENCES, ["Ana Brel", None, "Ivo Tarn"] * 2, strict=True)
]
STANCE = ["escalatory", "de-escalatory", "neutral", "escalatory", "de-escalatory", "neutral"]
SENTIMENT = ["negative", "positive", "neutral", "negative", "positive", "neutral"]
Y = {"stance": STANCE, "sentiment": SENTIMENT}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return str(write_encoder(tmp_path_factory.mktemp("tiny")))


def unfitted(kind, tiny):
    if kind == "baseline":
        return BaselineClassifier()
    return TransformerClassifier(
        encoder=tiny, method=kind, lora_rank=2, epochs=1, head_epochs=5, device="cpu"
    )


@pytest.fixture(scope="module", params=["baseline", "lora", "full"])
def new(request, tiny):
    return lambda: unfitted(request.param, tiny)


@pytest.fixture(scope="module")
def model(new):
    return new().fit(ROWS, Y)


# scikit-learn's contract


@parametrize_with_checks([BaselineClassifier(), TransformerClassifier()])
def test_the_checks_scikit_learn_runs_on_text_estimators_pass(estimator, check):
    # For estimators that take no matrix, scikit-learn itself runs the cloning check alone; the
    # ones below need no data, so they are run by hand. All others feed numbers in two columns.
    check(estimator)


@pytest.mark.parametrize("kind", [BaselineClassifier, TransformerClassifier])
@pytest.mark.parametrize(
    "check",
    [
        check_do_not_raise_errors_in_init_or_set_params, check_estimator_cloneable,
        check_estimator_repr, check_estimator_tags_renamed, check_get_params_invariance,
        check_mixin_order, check_no_attributes_set_in_init,
        check_parameters_default_constructible, check_set_params, check_valid_tag_types,
    ],
)  # fmt: skip
def test_the_checks_without_data_pass(kind, check):
    check(kind.__name__, kind())


def test_fitting_returns_the_estimator_and_leaves_its_options(new):
    estimator = new()
    before = estimator.get_params()
    assert estimator.fit(ROWS, STANCE) is estimator
    assert estimator.get_params() == before
    check_dont_overwrite_parameters  # noqa: B018 - needs a matrix; this test stands for it


def test_a_clone_is_unfitted_and_learns_the_same(model):
    again = clone(model)
    with pytest.raises(NotFittedError, match="not fitted yet; call fit"):
        again.predict(ROWS)
    assert not hasattr(again, "classes_")
    np.testing.assert_array_equal(again.fit(ROWS, Y).predict_proba(ROWS), model.predict_proba(ROWS))


def test_the_contract_is_met(model):
    assert isinstance(model, Classifier)


# Labels and probabilities


def test_columns_are_sorted_as_scikit_learn_sorts_them(model):
    assert list(model.classes_) == ["de-escalatory", "escalatory", "neutral"]
    assert list(model.classes_of("sentiment")) == ["negative", "neutral", "positive"]
    assert model.labels_["stance"] == ("escalatory", "neutral", "de-escalatory")


def test_probabilities_are_rows_that_sum_to_one(model):
    chances = model.predict_proba(ROWS)
    assert chances.shape == (6, 3)
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-12)
    assert chances.min() >= 0


def test_a_prediction_is_the_most_probable_label_of_its_task(model):
    chances = model.predict_proba(ROWS, task="sentiment")
    expected = [["negative", "neutral", "positive"][i] for i in chances.argmax(axis=1)]
    assert model.predict(ROWS, task="sentiment").tolist() == expected


def test_calling_a_model_gives_both_tasks_in_input_order(model):
    answers = model(ROWS)
    stance, sentiment = model.predict(ROWS), model.predict(ROWS, task="sentiment")
    assert [a.stance for a in answers] == stance.tolist()
    assert [a.sentiment for a in answers] == sentiment.tolist()
    assert list(answers[0].probabilities["stance"]) == ["escalatory", "neutral", "de-escalatory"]
    assert answers[0].probabilities["stance"]["escalatory"] == model.predict_proba(ROWS)[0, 1]
    assert [a.truncated for a in answers] == [False] * 6


def test_a_temperature_softens_probabilities_and_changes_no_label(new):
    model = new().fit(ROWS, Y)
    sharp = model.predict_proba(ROWS)
    model.temperature_["stance"] = 4.0
    soft = model.predict_proba(ROWS)
    scores = np.log(sharp) / 4
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(soft, expected, atol=1e-9)
    assert (soft.argmax(axis=1) == sharp.argmax(axis=1)).all()


def test_an_unknown_task_is_named_beside_those_there_are(model):
    with pytest.raises(UsageError, match="no task 'mood'; its tasks are stance, sentiment"):
        model.predict(ROWS, task="mood")


# What statements may be


def test_strings_mappings_records_and_frames_agree(model):
    bare = [{"text": row["text"]} for row in ROWS]
    expected = model.predict_proba(bare)
    for X in (
        SENTENCES,
        np.array(SENTENCES, dtype=object),
        pd.Series(SENTENCES),
        [Statement(text=text) for text in SENTENCES],
        pd.DataFrame(bare),
    ):
        np.testing.assert_array_equal(model.predict_proba(X), expected)
    full = model.predict_proba(ROWS)
    for X in ([Statement(**{**row}) for row in ROWS], pd.DataFrame(ROWS)):
        np.testing.assert_array_equal(model.predict_proba(X), full)


def test_context_is_read(model):
    bare = [{"text": row["text"]} for row in ROWS]
    assert np.abs(model.predict_proba(bare) - model.predict_proba(ROWS)).max() > 1e-6


def test_the_order_of_statements_is_the_order_of_answers(model):
    backwards = model.predict_proba(ROWS[::-1])
    np.testing.assert_allclose(backwards[::-1], model.predict_proba(ROWS), atol=1e-5)


def test_no_statements_give_no_answers(model):
    assert model.predict_proba([]).shape == (0, 3)
    assert model.predict([]).shape == (0,)
    assert model([]) == []


def test_one_bare_string_is_refused(model):
    with pytest.raises(UsageError, match=r"a single string came .*pass \[text\]"):
        model.predict("We sail at dawn.")


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([{"body": "We sail."}], r"statement 0 has no 'text' .*keys: body"),
        (["We sail.", 7], r"statement 1 is a int; expected a string"),
        (pd.DataFrame({"body": ["We sail."]}), r"no column 'text' \(it has body\)"),
    ],
)
def test_what_is_no_statement_is_named(model, X, message):
    with pytest.raises(StatementError, match=message):
        model.predict(X)


# What labels may be


def test_one_column_a_mapping_and_a_frame_teach_the_same(new):
    column = new().fit(ROWS, STANCE).predict_proba(ROWS)
    for y in ({"stance": STANCE}, pd.DataFrame({"stance": STANCE}), np.array(STANCE)):
        np.testing.assert_array_equal(new().fit(ROWS, y).predict_proba(ROWS), column)


def test_labels_of_another_scheme_are_learnt(new):
    model = new().fit(SENTENCES, {"event": ["fight", "talk"] * 3, "tone (1.5)": list("abcabc")})
    assert model.tasks_ == ("event", "tone (1.5)")
    assert list(model.classes_) == ["fight", "talk"]
    assert set(model.predict(SENTENCES, task="tone (1.5)")) <= {"a", "b", "c"}
    assert list(model(SENTENCES)[0].probabilities["event"]) == ["fight", "talk"]


def test_a_statement_may_lack_the_label_of_a_task(new):
    sentiment = ["negative", None, "neutral", "negative", float("nan"), "neutral"]
    model = new().fit(ROWS, {"stance": STANCE, "sentiment": sentiment})
    assert list(model.classes_of("sentiment")) == ["negative", "neutral"]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (STANCE[:5], "6 statements came with 5 labels of 'stance'"),
        (["neutral"] * 6, r"same label of 'stance' \(neutral\)"),
        ([None, *STANCE[1:]], "row 0 has no label of any task"),
        (None, "y is None"),
        ({}, "no column of labels"),
    ],
)
def test_labels_that_cannot_be_learnt_are_refused(new, y, message):
    with pytest.raises(StatementError, match=message):
        new().fit(ROWS, y)


@pytest.mark.parametrize("weights", [[1.0] * 5, [-1.0] * 6, [float("nan")] * 6])
def test_weights_that_do_not_fit_are_refused(new, weights):
    with pytest.raises(StatementError, match="expected 6 finite weights"):
        new().fit(ROWS, STANCE, sample_weight=weights)


def test_a_statement_of_weight_zero_teaches_nothing(new):
    weights = [1.0] * 6 + [0.0]
    kept = [*ROWS, {"text": SENTENCES[0], "context": "", "speaker": None}]
    one = new().fit(kept, [*STANCE, "neutral"], sample_weight=weights).predict_proba(ROWS)
    two = new().fit(kept, [*STANCE, "escalatory"], sample_weight=weights).predict_proba(ROWS)
    np.testing.assert_allclose(one, two, atol=1e-9)


def test_holes_are_refused_unless_asked_for():
    with pytest.raises(StatementError, match=r"'stance' has no label at row 1 \(1 such rows\)"):
        as_labels(["a", None], 2)
    labels = as_labels({"x": ["a", None, "b"], "y": list("cdd")}, 3, allow_missing=True)
    assert label_sets(labels) == {"x": ("a", "b"), "y": ("c", "d")}


# On disk


def test_a_model_loaded_again_gives_the_same_probabilities(model, tmp_path):
    info = json.loads(json.dumps(model.to_folder(tmp_path)))
    loaded = type(model).from_folder(tmp_path, {"classifier": info})
    for task in ("stance", "sentiment"):
        np.testing.assert_array_equal(
            loaded.predict_proba(ROWS, task=task), model.predict_proba(ROWS, task=task)
        )
    assert loaded.labels_ == model.labels_
    again = tmp_path / "again"
    again.mkdir()
    assert json.loads(json.dumps(loaded.to_folder(again))) == info


def test_a_calibrated_model_keeps_its_temperature(new, tmp_path):
    model = new().fit(ROWS, Y)
    model.temperature_["sentiment"] = 2.5
    info = model.to_folder(tmp_path)
    loaded = type(model).from_folder(tmp_path, {"classifier": info})
    assert loaded.temperature_ == {"stance": 1.0, "sentiment": 2.5}


def test_what_is_saved_names_no_folder_or_option_of_this_machine(new, tmp_path):
    info = new().fit(ROWS, STANCE).to_folder(tmp_path)
    assert not {"device", "threads", "checkpoint_dir", "resume"} & set(info["params"])


@pytest.mark.parametrize(
    "broken", [{}, {"params": {"surprise": 1}}, {"params": {}, "tasks": ["x"]}]
)
def test_a_manifest_that_describes_something_else_is_refused(model, tmp_path, broken):
    model.to_folder(tmp_path)
    with pytest.raises(ManifestError, match="the manifest does not describe a"):
        type(model).from_folder(tmp_path, {"classifier": broken})


def test_a_model_that_learnt_nothing_is_not_saved(new, tmp_path):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        new().to_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []
