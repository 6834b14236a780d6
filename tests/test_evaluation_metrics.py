import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from stance.errors import StatementError, UsageError
from stance.evaluation.formulas import bin_features, bin_of, ece
from stance.evaluation.metrics import evaluate_task
from stance.evaluation.resampling import percentile_interval, units_of

STANCE = ("de-escalatory", "escalatory", "neutral")


def one_hot(labels, names=STANCE):
    return np.array([[float(name == label) for name in names] for label in labels])


@st.composite
def answers(draw, labels=("a", "b", "c", "d")):
    n = draw(st.integers(1, 40))
    gold = draw(st.lists(st.sampled_from(labels), min_size=n, max_size=n))
    seed = draw(st.integers(0, 10_000))
    chances = np.random.default_rng(seed).dirichlet(np.full(len(labels), 0.5), size=n)
    return gold, chances, labels


@pytest.mark.filterwarnings("ignore:A single label was found")  # the oracle's own advice
@given(answers())
@settings(max_examples=150, deadline=None)
def test_every_figure_equals_scikit_learns(data):
    gold, chances, labels = data
    predicted = [labels[n] for n in chances.argmax(1)]
    scores = evaluate_task(gold, chances, labels, n_boot=0)
    expected = {
        "macro_f1": oracle.f1_score(gold, predicted, average="macro", zero_division=0),
        "accuracy": oracle.accuracy_score(gold, predicted),
        "mcc": oracle.matthews_corrcoef(gold, predicted),
        "log_loss": oracle.log_loss(gold, chances, labels=list(labels)),
        "brier": oracle.brier_score_loss(gold, chances, labels=list(labels), scale_by_half=False),
    }
    for name, value in expected.items():
        assert getattr(scores, name).value == pytest.approx(value, abs=1e-9), name
    assert np.array_equal(
        scores.confusion, oracle.confusion_matrix(gold, predicted, labels=list(labels))
    )
    precision, recall, f1, support = oracle.precision_recall_fscore_support(
        gold, predicted, labels=list(labels), zero_division=0
    )
    found = [(row.precision, row.recall, row.f1, row.support) for row in scores.classes]
    assert np.allclose(found, np.column_stack([precision, recall, f1, support]))


def test_macro_f1_leaves_out_a_label_that_is_neither_gold_nor_answered_and_says_so():
    gold = ["neutral", "escalatory", "escalatory", "neutral"]
    predicted = ["neutral", "escalatory", "neutral", "neutral"]
    scores = evaluate_task(gold, one_hot(predicted), STANCE, task="stance", n_boot=0)
    assert scores.macro_f1.value == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert scores.macro_labels == ("escalatory", "neutral")
    assert scores.labels == ("escalatory", "neutral", "de-escalatory")


def test_tables_are_in_canonical_order_with_gold_in_rows():
    gold = ["escalatory", "escalatory", "de-escalatory"]
    predicted = ["escalatory", "neutral", "neutral"]
    scores = evaluate_task(gold, one_hot(predicted), STANCE, task="stance", n_boot=0)
    assert scores.confusion == ((1, 1, 0), (0, 0, 0), (0, 1, 0))
    assert [row.label for row in scores.classes] == ["escalatory", "neutral", "de-escalatory"]
    assert [row.predicted for row in scores.classes] == [1, 2, 0]


def test_ece_of_two_bins_is_the_gap_weighted_by_their_share():
    # Bin (0.6, 0.667]: three answers at 0.65, two right; bin (0.867, 0.933]: one at 0.9, wrong.
    chances = np.array([[0.65, 0.35], [0.65, 0.35], [0.65, 0.35], [0.1, 0.9]])
    scores = evaluate_task(["a", "a", "b", "a"], chances, ("a", "b"), n_boot=0)
    assert scores.ece.value == pytest.approx(3 / 4 * abs(0.65 - 2 / 3) + 1 / 4 * 0.9)


def test_bins_of_equal_width_are_closed_above():
    edges = np.array([0.2, 0.2000001, 0.4, 1.0])
    assert bin_of(edges, bins=5).tolist() == [0, 1, 1, 4]


def test_bins_of_equal_mass_hold_equal_counts_and_ties_share_a_bin():
    spread = np.linspace(0.4, 0.9, 30)
    assert np.bincount(bin_of(spread, bins=5, binning="mass")).tolist() == [6] * 5
    tied = np.array([0.5] * 7 + [0.9] * 3)
    assert len(set(bin_of(tied, bins=5, binning="mass")[:7].tolist())) == 1


def test_a_binning_that_is_unknown_is_named():
    with pytest.raises(UsageError, match="binning 'equal' came; expected one of width, mass"):
        bin_of(np.array([0.5]), binning="equal")


def test_a_confident_and_right_model_has_no_calibration_error():
    assert ece(bin_features(np.ones(3), np.ones(3)).sum(0)) == 0


def noisy(n, groups, seed=0):
    rng = np.random.default_rng(seed)
    gold = rng.integers(3, size=n)
    right = rng.random(n) < 0.7
    predicted = np.where(right, gold, rng.integers(3, size=n))
    chances = np.full((n, 3), 0.1)
    chances[np.arange(n), predicted] = 0.8
    return [STANCE[g] for g in gold], chances, [f"article {i % groups}" for i in range(n)]


def test_intervals_resample_articles_from_eight_on_and_statements_below():
    gold, chances, groups = noisy(80, 8)
    assert evaluate_task(gold, chances, STANCE, groups=groups, n_boot=50).resampled == "articles"
    gold, chances, groups = noisy(80, 7)
    few = evaluate_task(gold, chances, STANCE, groups=groups, n_boot=50)
    assert (few.resampled, few.n_groups) == ("statements", 7)


def test_an_interval_over_articles_is_wider_when_an_article_is_all_right_or_all_wrong():
    right = [n // 10 % 2 == 0 for n in range(200)]
    gold = ["a"] * 200
    chances = np.array([[0.9, 0.1] if ok else [0.1, 0.9] for ok in right])
    groups = [str(n // 10) for n in range(200)]
    alone = evaluate_task(gold, chances, ("a", "b")).accuracy
    grouped = evaluate_task(gold, chances, ("a", "b"), groups=groups).accuracy
    assert grouped.high - grouped.low > 2.5 * (alone.high - alone.low)


def test_the_fast_bootstrap_is_the_plain_one():
    gold, chances, _ = noisy(60, 60, seed=3)
    predicted = [STANCE[n] for n in chances.argmax(1)]
    scores = evaluate_task(gold, chances, STANCE, n_boot=300, seed=5)
    rng = np.random.default_rng(5)
    draws = []
    for _ in range(300):
        rows = rng.integers(60, size=60)
        draws.append(
            oracle.f1_score(
                [gold[n] for n in rows], [predicted[n] for n in rows],
                average="macro", zero_division=0,
            )
        )  # fmt: skip
    assert (scores.macro_f1.low, scores.macro_f1.high) == pytest.approx(percentile_interval(draws))


def test_an_interval_covers_the_true_accuracy_about_as_often_as_it_says():
    hits = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        right = rng.random(150) < 0.7
        chances = np.where(right[:, None], [0.8, 0.2], [0.2, 0.8])
        found = evaluate_task(["a"] * 150, chances, ("a", "b"), n_boot=400, seed=seed).accuracy
        hits += found.low <= 0.7 <= found.high
    assert 180 <= hits <= 198


def test_the_percentile_interval_leaves_half_of_the_rest_at_either_end():
    assert percentile_interval(range(1001), coverage=0.9) == pytest.approx((50, 950))


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    gold, chances, _ = noisy(100, 100)
    one, same, other = (
        evaluate_task(gold, chances, STANCE, n_boot=100, seed=seed).macro_f1 for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_five_thousand_statements_with_two_thousand_resamples_take_seconds():
    gold, chances, _ = noisy(5000, 5000)
    start = time.perf_counter()
    evaluate_task(gold, chances, STANCE)
    assert time.perf_counter() - start < 10


def test_a_single_statement_has_figures_but_no_interval():
    scores = evaluate_task(["a"], [[0.7, 0.3]], ("a", "b"))
    assert (scores.accuracy.value, scores.accuracy.low, scores.n_boot) == (1.0, None, 0)


def test_the_figures_are_written_as_plain_json():
    gold, chances, groups = noisy(30, 10)
    row = json.loads(json.dumps(evaluate_task(gold, chances, STANCE, groups=groups).to_dict()))
    assert set(row["macro_f1"]) == {"value", "low", "high"}
    assert row["classes"][0].keys() == {
        "label", "precision", "recall", "f1", "support", "predicted"
    }  # fmt: skip


def test_gold_labels_that_the_model_does_not_know_are_listed_with_counts():
    with pytest.raises(StatementError, match=r"know: hawkish \(2\), odd \(1\); it knows a, b"):
        evaluate_task(["hawkish", "odd", "hawkish"], np.full((3, 2), 0.5), ("a", "b"))


def test_no_statement_at_all_is_an_error():
    with pytest.raises(StatementError, match="there is no statement of 'stance' to evaluate"):
        evaluate_task([], np.empty((0, 2)), ("a", "b"), task="stance")


def test_probabilities_of_another_shape_are_named():
    with pytest.raises(UsageError, match=r"shape \(2, 3\) came; expected \(2, 2\)"):
        evaluate_task(["a", "b"], np.full((2, 3), 1 / 3), ("a", "b"))


@pytest.mark.parametrize("row", [[0.7, 0.7], [float("nan"), 1.0], [1.5, -0.5]])
def test_a_row_that_is_no_distribution_is_named(row):
    with pytest.raises(UsageError, match="row 1 of the probabilities"):
        evaluate_task(["a", "b"], [[0.5, 0.5], row], ("a", "b"))


def test_labels_that_are_not_sorted_are_refused():
    with pytest.raises(UsageError, match="sorted"):
        evaluate_task(["a"], [[0.5, 0.5]], ("b", "a"))


def test_groups_of_another_length_are_refused():
    with pytest.raises(UsageError, match="3 statements came with 2 groups"):
        units_of(3, ["x", "y"])


def test_statements_without_a_group_are_each_their_own():
    assert units_of(4, [None, "x", None, "x"], min_groups=1).codes.tolist() == [0, 1, 2, 1]
