"""A trained model takes its temperatures from out-of-fold answers."""

import json

import numpy as np
import pytest

from stance import store
from stance.calibrating import calibrate
from stance.classifiers.baseline import BaselineClassifier
from stance.errors import StatementError, UsageError
from stance.evaluation.calibration import apply_temperature
from stance.evaluation.conformal import conformal_rules
from stance.reports.reliability import BeforeAndAfter, draw_reliability

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


def test_sets_hold_the_gold_label_as_often_as_stated_on_rounds_that_taught_them_nothing(
    model, tmp_path
):
    file = answers(tmp_path / "oof.jsonl", n=3000)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    for n, row in enumerate(rows):
        row["article"] = f"a{n // 4}"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (found,) = calibrate(model, file)
    assert [one.stated for one in found.sets] == [0.8, 0.9, 0.95]
    for one in found.sets:
        assert one.covered_by_group.value == pytest.approx(one.stated, abs=0.02)
        assert one.resampled == "articles"
    answered = [one.answered.value for one in found.sets]
    assert answered == sorted(answered, reverse=True)
    assert found.conformal.n_groups == 750
    assert found.perfect_ece.low < found.ece_after < 2 * found.perfect_ece.high


def test_the_thresholds_are_stored_and_serve_the_loaded_model(model, tmp_path):
    (found,) = calibrate(model, answers(tmp_path / "oof.jsonl"))
    loaded = store.load(model)
    rule = conformal_rules(loaded, 0.9)["stance"]
    assert rule == found.conformal.at(0.9)
    assert (rule.n, rule.n_groups) == (600, 600)
    assert 0 < rule.threshold < 1


def test_a_column_that_is_not_there_is_refused_and_another_groups(model, tmp_path):
    file = answers(tmp_path / "oof.jsonl", dispute="the strait")
    with pytest.raises(StatementError, match=r"no column 'region' to group by \(it has dispute"):
        calibrate(model, file, group="region")
    (found,) = calibrate(model, file, group="dispute")
    assert (found.group, found.conformal.n_groups) == ("dispute", 1)
    assert found.conformal.at(0.9).threshold == float("inf")  # one dispute tells nothing of others


def test_the_bins_of_confidence_before_and_after_are_kept_and_give_the_error(model, tmp_path):
    (found,) = calibrate(model, answers(tmp_path / "oof.jsonl"))
    for bins, ece in ((found.reliability_before, found.ece_before),
                      (found.reliability_after, found.ece_after)):  # fmt: skip
        assert sum(b.n for b in bins) == 600
        gaps = sum(b.n * abs(b.accuracy.value - b.confidence) for b in bins) / 600
        assert gaps == pytest.approx(ece)
    kept = store.read_manifest(model).raw["calibration"]["stance"]["reliability_after"]
    assert [b["n"] for b in kept] == [b.n for b in found.reliability_after]


def test_reliability_before_and_after_is_drawn_and_other_endings_are_refused(model, tmp_path):
    (found,) = calibrate(model, answers(tmp_path / "oof.jsonl"))
    panel = BeforeAndAfter(
        n=found.n, before=found.reliability_before, after=found.reliability_after,
        ece_before=found.ece_before, ece_after=found.ece_after,
    )  # fmt: skip
    draw_reliability({"stance": panel, "mood": panel}, tmp_path / "d" / "r.svg", title="a $ and $")
    drawn = (tmp_path / "d" / "r.svg").read_text()
    for words in ("stance, n = 600", "mood, n = 600", f"before: ECE {100 * found.ece_before:.1f}",
                  f"after: ECE {100 * found.ece_after:.1f}"):  # fmt: skip
        assert f"<!-- {words} -->" in drawn
    with pytest.raises(UsageError, match=r"r.gif ends in '.gif'; expected .png, .svg, .pdf"):
        draw_reliability({"stance": panel}, tmp_path / "r.gif", title="")
