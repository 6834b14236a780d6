"""Sets of labels with a stated coverage: against an oracle, by hand, and by brute force."""

import json
import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from stance.errors import ManifestError, UsageError
from stance.evaluation.conformal import (
    STEPS,
    ConformalSets,
    ConformalTable,
    conformal_rules,
    conformal_table,
    fit_conformal,
)
from stance.evaluation.selective import set_scores, surest


def made(n, *, seed=0, k=3):
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet([1.5] * k, size=n)
    gold = (rng.random((n, 1)) > chances.cumsum(1)).sum(1).clip(0, k - 1)
    return chances, gold


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("n", [60, 400])
def test_with_one_statement_an_article_the_sets_are_those_of_crepes(coverage, n):
    crepes = pytest.importorskip("crepes")
    (chances, gold), (new, _) = made(n, seed=n), made(300, seed=1)
    oracle = crepes.ConformalClassifier().fit(1 - chances[np.arange(n), gold])
    theirs = oracle.predict_set(1 - new, confidence=coverage, smoothing=False)
    rule = fit_conformal(chances, gold, coverage=coverage, groups=list(range(n)))
    ours = rule.sets(new, allow_empty=True)
    assert (ours == np.asarray(theirs, dtype=bool)).all()
    assert 0 < ours.mean() < 1


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_with_one_statement_an_article_the_sets_are_those_of_mapie(coverage):
    mapie = pytest.importorskip("mapie.classification")
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Known(ClassifierMixin, BaseEstimator):
        """Answers with the probabilities that it is given as features."""

        def fit(self, X, y):
            self.classes_ = np.unique(y)
            self.fitted_ = True
            return self

        def predict_proba(self, X):
            return np.asarray(X)

        def predict(self, X):
            return self.classes_[np.asarray(X).argmax(1)]

    (chances, gold), (new, _) = made(240, seed=7), made(300, seed=8)
    oracle = mapie.SplitConformalClassifier(
        Known().fit(chances, gold), confidence_level=coverage, conformity_score="lac", prefit=True
    ).conformalize(chances, gold)
    theirs = oracle.predict_set(new)[1][:, :, 0]
    ours = fit_conformal(chances, gold, coverage=coverage).sets(new, allow_empty=True)
    assert (ours == theirs).all()


def test_two_articles_share_their_weight_among_their_statements_as_worked_by_hand():
    # Article A: scores 0.1 0.2 0.3 0.4, each 1/12; B: 0.5, 1/3; infinity: 1/3.
    gold_chance = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    chances = np.column_stack([gold_chance, 1 - gold_chance])
    table = conformal_table(chances, np.zeros(5, dtype=int), groups=["A"] * 4 + ["B"],
                            coverages=(1 / 12, 0.25, 1 / 3, 0.34, 2 / 3, 0.67))  # fmt: skip
    assert table.thresholds == pytest.approx((0.1, 0.3, 0.4, 0.5, 0.5, math.inf))
    assert (table.n, table.n_groups) == (5, 2)


@pytest.mark.parametrize("seed", range(12))
def test_the_threshold_is_the_hierarchical_quantile_by_brute_force_in_exact_fractions(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 60))
    articles = rng.integers(0, rng.integers(3, 30), n).tolist()
    chances, gold = made(n, seed=seed + 100)
    scores = (1 - chances[np.arange(n), gold]).tolist()
    groups = set(articles)
    for coverage in (Fraction(1, 2), Fraction(3, 4), Fraction(9, 10), Fraction(19, 20)):
        mass = {
            t: sum(Fraction(sum(s <= t for s, a in zip(scores, articles, strict=True) if a == g),
                            (len(groups) + 1) * articles.count(g)) for g in groups)
            for t in scores
        }  # fmt: skip
        expected = min((t for t in scores if mass[t] >= coverage), default=math.inf)
        found = fit_conformal(chances, gold, coverage=float(coverage), groups=articles)
        assert found.threshold == expected


def test_a_coverage_between_two_steps_takes_the_next_higher_one():
    chances, gold = made(2000, seed=3)
    table = conformal_table(chances, gold)
    assert table.at(0.9).threshold == fit_conformal(chances, gold, coverage=0.9).threshold
    assert table.at(0.901).threshold == table.at(0.905).threshold
    assert table.at(0.901).coverage == 0.901
    assert table.at(0.3).threshold == table.at(0.5).threshold
    assert table.at(0.999).threshold == math.inf
    assert (STEPS[0], STEPS[-1]) == (0.5, 0.995)
    with pytest.raises(UsageError, match="coverage 1 came; expected a share between 0 and 1"):
        table.at(1)


def test_the_table_survives_json_and_what_is_no_table_is_refused():
    chances, gold = made(30)
    table = conformal_table(chances, gold)
    assert table.thresholds[-1] == math.inf
    kept = json.loads(json.dumps(table.to_dict()))
    assert ConformalTable.from_dict(kept) == table
    for change in ({"n": "many"}, {"thresholds": [0.4, 0.3]}, {"thresholds": 7},
                   {"coverages": [0.9, float("nan")]}, {"thresholds": []}):  # fmt: skip
        with pytest.raises(ManifestError, match="calibrate the model again"):
            ConformalTable.from_dict({**kept, **change})
    with pytest.raises(ManifestError, match="cannot be read"):
        ConformalTable.from_dict(["n"])


def test_the_labels_of_one_answer_are_those_of_the_set_and_the_best_one_is_always_there():
    rule = ConformalSets(coverage=0.9, threshold=0.7, n=10, n_groups=10)
    assert rule.labels({"b": 0.31, "a": 0.3, "c": 0.39}) == ("b", "a", "c")
    assert rule.labels({"b": 0.29, "a": 0.71}) == ("a",)
    strict = ConformalSets(coverage=0.9, threshold=0.1, n=10, n_groups=10)
    assert strict.labels({"b": 0.4, "a": 0.6}) == ("a",)
    chances, gold = made(200, seed=5)
    rule = fit_conformal(chances, gold, coverage=0.8)
    by_row = [rule.labels(dict(zip("xyz", row, strict=True))) for row in chances.tolist()]
    assert [tuple(x for x, held in zip("xyz", row, strict=True) if held)
            for row in rule.sets(chances)] == by_row  # fmt: skip


def test_a_model_that_was_never_calibrated_states_no_coverage():
    model = SimpleNamespace(name="mine", tasks_=("stance",), manifest={"calibration": {}})
    with pytest.raises(UsageError, match="the model mine keeps no conformal thresholds"):
        conformal_rules(model, 0.9)
    with pytest.raises(UsageError, match="coverage 90 came"):
        conformal_rules(model, 90)


def test_the_scores_of_sets_are_counted_by_statement_by_article_and_by_label():
    held = np.array([[True, False], [True, True], [False, True], [True, False]])
    found = set_scores(held, np.array([0, 1, 0, 1]), ("no", "yes"), stated=0.9,
                       groups=["a", "a", "a", "b"], n_boot=200)  # fmt: skip
    assert (found.covered.value, found.mean_size.value) == (0.5, 1.25)
    assert found.covered_by_group.value == pytest.approx((2 / 3 + 0) / 2)
    assert (found.answered.value, found.accuracy.value) == (0.75, pytest.approx(1 / 3))
    assert (found.sizes, found.by_label) == ((0, 3, 1), {"no": 0.5, "yes": 0.5})
    assert found.covered.low <= 0.5 <= found.covered.high
    assert found.resampled == "statements"  # two articles are too few to resample
    assert json.loads(json.dumps(found.to_dict()))["stated"] == 0.9


def test_where_no_set_has_one_label_there_is_no_accuracy_of_the_answered():
    found = set_scores(np.ones((5, 3), dtype=bool), np.zeros(5, dtype=int), "abc", stated=0.9)
    assert (found.answered.value, found.covered.value) == (0, 1)
    assert found.to_dict()["accuracy"] == {"value": None, "low": None, "high": None}


def test_intervals_of_sets_resample_whole_articles():
    held = np.repeat(np.array([[True, False], [False, True]] * 10), 20, axis=0)
    gold = np.zeros(400, dtype=int)
    whole = set_scores(held, gold, "ab", stated=0.5, groups=np.repeat(range(20), 20).tolist())
    alone = set_scores(held, gold, "ab", stated=0.5)
    width = [x.covered.high - x.covered.low for x in (whole, alone)]
    assert (whole.resampled, alone.resampled) == ("articles", "statements")
    assert width[0] > 3 * width[1]


def test_the_surest_answers_are_kept_with_the_bound_that_keeps_them():
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]])
    half, whole = surest(chances, np.array([0, 1, 1, 1]), shares=(0.5, 1.0), n_boot=100)
    assert (half.n, half.threshold, half.accuracy.value) == (2, 0.8, 0.5)
    assert (whole.n, whole.threshold, whole.accuracy.value) == (4, 0.6, 0.5)
    assert half.accuracy.low is not None
