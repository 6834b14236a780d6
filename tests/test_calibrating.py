"""A trained model takes its temperatures from out-of-fold answers."""

import json

import numpy as np
import pytest

from stance import store
from stance.calibrating import calibrate
from stance.classifiers.baseline import BaselineClassifier
from stance.errors import StatementError
from stance.evaluation.calibration import apply_temperature

LABELS = ("escalatory", "neutral", "de-escalatory")
TEXTS = ["We will strike back at dawn", "The ministers met on Monday", "We want to talk again"]


@pytest.fixture
def model(tmp_path):
    classifier = BaselineClassifier().fit(TEXTS * 4, {"stance": list(LABELS) * 4})
    store.save(classifier, tmp_path / "model", kind="baseline")
    return tmp_path / "model"


def answers(path, *, n=600, too_sure=3.0, **changes):
    """Answers whose logits are `too_sure` times as large as they should be, in three folds."""
    rng = np.random.default_rng(5)
    ordered = sorted(LABELS)
    logits = rng.normal(0, 1.2, (n, 3))
    gold = (rng.random((n, 1)) > apply_temperature(logits, 1).cumsum(1)).sum(1).clip(0, 2)
    shown = apply_temperature(logits * too_sure, 1)
    rows = [
        {"text": f"t{k}", "fold": k % 3, "stance": ordered[gold[k]]}
        | {f"stance_p_{name}": float(p) for name, p in zip(ordered, shown[k], strict=True)}
        | changes
        for k in range(n)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_model_three_times_too_sure_is_cooled_by_three_and_keeps_its_labels(model, tmp_path):
    before = store.load(model)
    (found,) = calibrate(model, answers(tmp_path / "oof.jsonl"))
    after = store.load(model)
    assert found.temperature == pytest.approx(3.0, rel=0.2)
    assert found.ece_after < 0.06 < 0.15 < found.ece_before
    assert found.log_loss_after < found.log_loss_before
    assert after.temperature_ == {"stance": found.temperature}
    assert list(after.predict(TEXTS)) == list(before.predict(TEXTS))
    assert after.predict_proba(TEXTS).max() < before.predict_proba(TEXTS).max()
    assert store.read_manifest(model).raw["calibration"]["stance"]["folds"] == 3


def test_calibrating_twice_is_calibrating_once(model, tmp_path):
    file = answers(tmp_path / "oof.jsonl")
    assert calibrate(model, file) == calibrate(model, file)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n": 20}, "has 20 rows with a gold 'stance'.*expected at least 50"),
        ({"stance": "hostile"}, "unknown label hostile"),
        ({"fold": 1}, "holds one fold"),
        ({"stance_p_neutral": "often"}, "a probability that is no number"),
    ],
)
def test_answers_that_do_not_fit_are_refused_and_the_model_stays(model, tmp_path, changes, message):
    manifest = (model / "manifest.json").read_bytes()
    with pytest.raises(StatementError, match=message):
        calibrate(model, answers(tmp_path / "oof.jsonl", **changes))
    assert (model / "manifest.json").read_bytes() == manifest
