import json

import numpy as np
import pytest
from sklearn.metrics import log_loss

from stance.errors import StatementError, UsageError
from stance.evaluation.calibration import (
    apply_temperature,
    as_logits,
    cross_fit_temperature,
    fit_temperature,
    perfect_ece,
    reliability_curve,
    risk_coverage,
    wilson,
)
from stance.evaluation.conformal import fit_conformal
from stance.evaluation.metrics import evaluate_task

LABELS = ("a", "b", "c")


def honest(n, seed=0, spread=1.5):
    """Logits whose softmax is the true chance of each label, and gold drawn from it."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, spread, (n, 3))
    chances = apply_temperature(logits, 1)
    gold = (rng.random((n, 1)) > chances.cumsum(1)).sum(1).clip(0, 2)
    return logits, gold


def ece_of(chances, gold):
    return evaluate_task([LABELS[g] for g in gold], chances, LABELS, n_boot=0).ece.value


def test_the_temperature_of_a_model_twice_too_sure_is_two():
    logits, gold = honest(20_000)
    assert fit_temperature(logits * 2, gold) == pytest.approx(2, rel=0.05)
    assert fit_temperature(logits / 3, gold) == pytest.approx(1 / 3, rel=0.05)


def test_no_other_temperature_has_a_smaller_log_loss():
    logits, gold = honest(500, seed=3)
    best = fit_temperature(logits * 1.7, gold)
    losses = [
        log_loss(gold, apply_temperature(logits * 1.7, t), labels=[0, 1, 2])
        for t in (best, best * 0.98, best * 1.02)
    ]
    assert losses[0] < min(losses[1:])


def test_calibration_lowers_the_ece_and_never_changes_the_answer():
    logits, gold = honest(5000, seed=1)
    before = apply_temperature(logits * 3, 1)
    after, temperatures = cross_fit_temperature(logits * 3, gold, np.arange(5000) % 5)
    assert ece_of(before, gold) > 0.1
    assert ece_of(after, gold) < 0.03
    assert (before.argmax(1) == after.argmax(1)).all()
    assert list(temperatures) == [0, 1, 2, 3, 4]


def test_a_fold_is_scaled_by_the_other_folds_alone():
    logits, gold = honest(600, seed=2)
    folds = np.arange(600) % 2
    _, temperatures = cross_fit_temperature(logits, gold, folds)
    assert temperatures[0] == fit_temperature(logits[folds == 1], gold[folds == 1])


def test_probabilities_serve_as_logits():
    chances = np.array([[0.7, 0.2, 0.1], [1.0, 0.0, 0.0]])
    assert apply_temperature(as_logits(chances), 1) == pytest.approx(chances)


def test_weights_give_an_article_its_say():
    logits, gold = honest(400, seed=4)
    sure = np.where(np.arange(400)[:, None] < 200, logits * 4, logits)
    first = fit_temperature(sure, gold, weights=np.arange(400) < 200)
    assert first == pytest.approx(fit_temperature(sure[:200], gold[:200]), rel=1e-4)


def test_huge_logits_do_not_overflow():
    assert apply_temperature([[1e4, 0.0, -1e4]], 0.5).tolist() == [[1.0, 0.0, 0.0]]
    assert np.isfinite(fit_temperature([[1e4, 0.0], [1e4, 0.0]], np.array([0, 1])))


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(UsageError, match="temperature 0 came; expected a number above 0"):
        apply_temperature([[1.0, 2.0]], 0)


def test_no_held_out_statement_is_refused():
    with pytest.raises(StatementError, match="0 rows of logits came with 0 gold labels"):
        fit_temperature(np.empty((0, 3)), np.empty(0, dtype=int))


def test_the_reliability_curve_shows_each_bins_share_of_right_answers():
    chances = np.array([[0.65, 0.35]] * 4 + [[0.05, 0.95]] * 2)
    low, high = reliability_curve(chances, np.array([0, 0, 0, 1, 1, 1]), bins=10)
    assert (low.n, low.confidence, low.accuracy.value) == (4, pytest.approx(0.65), 0.75)
    assert (high.n, high.confidence, high.accuracy.value) == (2, pytest.approx(0.95), 1.0)
    assert low.accuracy.low < 0.65 < low.accuracy.high


def test_wilsons_interval_is_the_published_one():
    # Newcombe (1998), Statistics in Medicine 17: 81 of 263, 0.2553 to 0.3662; 0 of 20 to 0.1611.
    found = wilson(81, 263)
    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20).high == pytest.approx(0.1611, abs=5e-5)


def test_a_calibrated_model_lies_in_the_band_of_perfect_calibration_and_a_sure_one_above():
    logits, gold = honest(170, seed=5)
    for factor, inside in ((1, True), (4, False)):
        chances = apply_temperature(logits * factor, 1)
        band = perfect_ece(chances, n_sim=500)
        assert (ece_of(chances, gold) <= band.high) is inside
    assert perfect_ece(apply_temperature(logits, 1), n_sim=500).value > 0.03


def test_accuracy_rises_as_the_least_sure_answers_are_left_out():
    logits, gold = honest(4000, seed=6)
    curve = risk_coverage(apply_temperature(logits, 1), gold)
    accuracies = [curve.at(share)[0] for share in (1.0, 0.9, 0.7, 0.5)]
    assert accuracies == sorted(accuracies)
    assert curve.best_area < curve.area < 1 - accuracies[0]


def test_risk_coverage_of_four_answers_by_hand():
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    curve = risk_coverage(chances, np.array([0, 1, 1, 1]))
    assert curve.kept.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.accuracy == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)
    assert curve.at(0.5) == (0.5, 0.8)


def test_answers_of_equal_confidence_are_kept_or_left_together():
    chances = np.array([[0.9, 0.1], [0.7, 0.3], [0.7, 0.3], [0.7, 0.3]])
    curve = risk_coverage(chances, np.array([0, 0, 1, 1]))
    assert curve.kept.tolist() == [0.25, 1.0]
    assert curve.at(0.5) == (0.5, 0.7)
    assert curve.area == pytest.approx((0 + 3 * 0.5) / 4)
    assert json.loads(json.dumps(curve.to_dict()))["at"]["0.5"] == {
        "accuracy": 0.5, "threshold": 0.7
    }  # fmt: skip


def test_without_groups_the_threshold_is_the_usual_conformal_quantile():
    rng = np.random.default_rng(0)
    chances = rng.dirichlet([2, 1, 1], size=99)
    gold = rng.integers(3, size=99)
    scores = 1 - chances[np.arange(99), gold]
    for coverage in (0.8, 0.9, 0.95):
        rank = int(np.ceil(100 * coverage))
        found = fit_conformal(chances, gold, coverage=coverage)
        assert found.threshold == np.sort(scores)[rank - 1]


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_sets_hold_the_right_label_of_new_articles_as_often_as_stated(coverage):
    covered, sizes = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        articles = np.repeat(np.arange(120), rng.integers(1, 12, 120))
        # Statements of one article share their difficulty, so they are not independent.
        hard = rng.normal(0, 1.5, 120)[articles]
        logits = rng.normal(0, 1, (len(articles), 3)) * 2
        chances = apply_temperature(logits * np.exp(-hard / 2)[:, None], 1)
        gold = (rng.random((len(articles), 1)) > chances.cumsum(1)).sum(1).clip(0, 2)
        learnt = articles < 60
        rule = fit_conformal(
            chances[learnt], gold[learnt], coverage=coverage, groups=articles[learnt].tolist()
        )
        held = rule.sets(chances[~learnt], allow_empty=True)
        right = held[np.arange((~learnt).sum()), gold[~learnt]]
        new = articles[~learnt]
        covered.append(np.mean([right[new == a].mean() for a in np.unique(new)]))
        sizes.append(held.sum(1).mean())
    assert coverage - 0.012 <= np.mean(covered) <= coverage + 0.03
    assert np.mean(sizes) < 2.9


def test_too_few_articles_for_the_coverage_give_sets_of_every_label():
    rule = fit_conformal(np.full((40, 2), 0.5), np.zeros(40, dtype=int), groups=[1, 2] * 20)
    assert rule.n_groups == 2
    assert rule.sets([[0.99, 0.01]]).tolist() == [[True, True]]
    assert json.loads(json.dumps(rule.to_dict()))["threshold"] is None


def test_a_set_is_never_empty_unless_that_is_allowed():
    rule = fit_conformal(np.tile([0.95, 0.05], (99, 1)), np.zeros(99, dtype=int))
    assert rule.sets([[0.6, 0.4]]).tolist() == [[True, False]]
    assert rule.sets([[0.6, 0.4]], allow_empty=True).tolist() == [[False, False]]


def test_a_coverage_outside_zero_and_one_is_refused():
    with pytest.raises(UsageError, match="coverage 90 came; expected a share between 0 and 1"):
        fit_conformal([[0.5, 0.5]], np.array([0]), coverage=90)
