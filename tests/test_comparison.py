import json

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import f1_score

from stance.errors import StatementError, UsageError
from stance.evaluation.comparison import compare, compare_task
from stance.evaluation.evaluate import TaskAnswers
from stance.evaluation.significance import bootstrap_p, detectable, holm_correction, mcnemar
from stance.records import Prediction, Statement

LABELS = ("a", "b", "c")


def answers(predicted, labels=LABELS):
    rows = [
        [0.9 if label == name else 0.1 / (len(labels) - 1) for name in labels]
        for label in predicted
    ]
    return TaskAnswers(labels=tuple(labels), probabilities=np.array(rows))


def simulated(seed, n=300, shares=(0.6, 0.6)):
    rng = np.random.default_rng(seed)
    gold = rng.choice(LABELS, size=n)
    given = [np.where(rng.random(n) < share, gold, rng.choice(LABELS, size=n)) for share in shares]
    return gold, [answers(row) for row in given], given


def test_the_difference_is_the_second_models_macro_f1_less_the_firsts():
    gold, (one, two), raw = simulated(0)
    found = compare_task(gold, {"one": one, "two": two}, n_boot=500)
    f1 = [f1_score(gold, row, average="macro") for row in raw]
    (difference,) = found.differences
    assert difference.macro_f1.value == pytest.approx(f1[1] - f1[0])
    assert found.macro_f1["one"].value == pytest.approx(f1[0])
    assert (difference.first, difference.second) == ("one", "two")


def test_a_clearly_better_model_is_found_to_be_better():
    gold, (one, two), _ = simulated(1, shares=(0.3, 0.8))
    (difference,) = compare_task(gold, {"one": one, "two": two}, n_boot=2000).differences
    assert difference.macro_f1.low > 0.1
    assert difference.p == pytest.approx(2 / 2001)
    assert difference.mcnemar_p < 1e-6
    assert not difference.too_small


def test_a_model_is_no_better_than_itself():
    gold, (one, _), _ = simulated(2)
    (difference,) = compare_task(gold, {"one": one, "again": one}, n_boot=200).differences
    assert (difference.macro_f1.value, difference.p, difference.mcnemar_p) == (0.0, 1.0, 1.0)
    assert difference.too_small
    assert json.loads(json.dumps(difference.to_dict()))["detectable"] is None


def test_equal_models_seem_to_differ_about_as_often_as_the_level_says():
    ps = []
    for seed in range(200):
        gold, (one, two), _ = simulated(seed, n=150)
        ps.append(compare_task(gold, {"x": one, "y": two}, n_boot=300).differences[0].p)
    assert 2 <= sum(p < 0.05 for p in ps) <= 20
    assert 60 <= sum(p < 0.5 for p in ps) <= 140


def test_pairing_makes_the_interval_of_alike_models_narrow():
    gold, (one, _), (raw, _) = simulated(3)
    nudged = raw.copy()
    nudged[:5] = gold[:5]
    found = compare_task(gold, {"one": one, "nudged": answers(nudged)}, n_boot=500)
    single = found.macro_f1["one"]
    (difference,) = found.differences
    assert difference.macro_f1.high - difference.macro_f1.low < 0.4 * (single.high - single.low)


def test_articles_are_resampled_where_there_are_enough():
    gold, (one, two), _ = simulated(4, n=80)
    many = compare_task(gold, {"x": one, "y": two}, groups=[n // 8 for n in range(80)], n_boot=50)
    few = compare_task(gold, {"x": one, "y": two}, groups=[n // 20 for n in range(80)], n_boot=50)
    assert (many.resampled, many.n_groups) == ("articles", 10)
    assert (few.resampled, few.n_groups) == ("statements", 4)


def test_small_data_is_said_to_be_too_small():
    gold, (one, two), _ = simulated(5, n=30)
    assert compare_task(gold, {"x": one, "y": two}, n_boot=300).differences[0].too_small


def test_three_models_make_three_comparisons_with_corrected_p_values():
    gold, given, _ = simulated(6, shares=(0.5, 0.55, 0.7))
    found = compare_task(gold, dict(zip("xyz", given, strict=True)), n_boot=1000)
    assert [(d.first, d.second) for d in found.differences] == [("x", "y"), ("x", "z"), ("y", "z")]
    assert [d.p_holm for d in found.differences] == holm_correction(
        [d.p for d in found.differences]
    )


def test_mcnemar_counts_the_statements_that_only_one_gets_right():
    gold = np.array([0, 0, 0, 0, 1, 1, 1])
    first = np.array([0, 0, 0, 1, 0, 0, 1])
    second = np.array([0, 1, 1, 0, 0, 1, 1])
    assert mcnemar(gold, first, second) == (2, 2, 1.0)
    # Textbook case: 1 against 9 discordant pairs, exact p 0.0215.
    gold, first = np.zeros(10, dtype=int), np.array([0] + [1] * 9)
    assert mcnemar(gold, first, 1 - first)[2] == pytest.approx(binomtest(1, 10).pvalue)
    assert mcnemar(gold, first, 1 - first)[2] == pytest.approx(22 / 1024)


def test_holm_multiplies_the_smallest_p_most_and_never_falls_back():
    assert holm_correction([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm_correction([0.6, 0.9]) == [1.0, 1.0]


def test_the_bootstrap_p_is_twice_the_smaller_side_of_zero():
    assert bootstrap_p(np.array([0.1] * 95 + [-0.1] * 4)) == pytest.approx(2 * 5 / 100)
    assert bootstrap_p(np.zeros(9)) == 1.0


def test_what_is_detectable_is_found_in_about_four_of_five_tries():
    rng = np.random.default_rng(0)
    size = detectable(rng.normal(0, 0.02, 20_000))
    found = np.abs(rng.normal(size, 0.02, 20_000)) > 1.96 * 0.02
    assert found.mean() == pytest.approx(0.8, abs=0.01)


def test_a_model_without_a_gold_label_is_wrong_there():
    gold = ["a", "c", "b"]
    found = compare_task(
        gold, {"two": answers(["a", "a", "b"], ("a", "b")), "three": answers(gold)}, n_boot=20
    )
    assert found.accuracy["two"].value == pytest.approx(2 / 3)
    assert found.accuracy["three"].value == 1.0


def rows():
    return [
        Statement(text=f"Statement {n}", labels={"stance": "neutral"} if n else {}, article=str(n))
        for n in range(4)
    ]


def test_models_are_compared_on_the_tasks_that_all_have_and_the_data_labels():
    sure = [Prediction(probabilities={"stance": {"neutral": 0.8, "escalatory": 0.2}})] * 4
    both = [
        Prediction(probabilities={**one.probabilities, "sentiment": {"negative": 1.0}})
        for one in sure
    ]
    found = compare({"x": sure, "y": both}, rows(), n_boot=10)
    assert list(found) == ["stance"]
    assert found["stance"].n == 3
    json.dumps(found["stance"].to_dict())


def test_one_model_alone_cannot_be_compared():
    with pytest.raises(UsageError, match="1 model came; name at least two"):
        compare({"x": []}, rows())


def test_data_without_labels_of_a_shared_task_cannot_be_compared_on():
    other = [Prediction(probabilities={"sentiment": {"negative": 1.0}})] * 4
    with pytest.raises(StatementError, match=r"no gold label of a task .*\(sentiment\)"):
        compare({"x": other, "y": other}, rows())
