import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from stance.errors import StatementError
from stance.evaluation.agreement import agreement, disagreements
from stance.evaluation.coefficients import alpha


def columns(*rows):
    """Annotators' columns of digits; '*' is a missing label."""
    return {
        f"rater {n}": [None if label == "*" else label for label in row.split()]
        for n, row in enumerate(rows)
    }


def from_counts(table):
    """Columns that give each unit its row of counts by label; who said what does not matter."""
    raters = sum(table[0])
    given = [[str(q) for q, count in enumerate(row) for _ in range(count)] for row in table]
    return {f"rater {r}": [unit[r] for unit in given] for r in range(raters)}


# Krippendorff (2011), section C: four observers, twelve units, five labels, some missing.
# The same table is Gwet's (2014) example of four raters.
MISSING = columns(
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
)


def test_krippendorffs_example_with_missing_labels_gives_his_alphas():
    found = agreement(MISSING, n_boot=0)
    assert found.krippendorff_nominal.value == pytest.approx(0.743, abs=5e-4)
    assert found.krippendorff_ordinal.value == pytest.approx(0.815, abs=5e-4)
    assert (found.n_units, found.n_pairable) == (12, 11)


def test_gwets_example_with_missing_labels_gives_his_coefficients():
    found = agreement(MISSING, n_boot=0)
    assert found.percent.value == pytest.approx(0.81818, abs=5e-6)
    assert found.gwet_ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert found.fleiss_kappa.value == pytest.approx(0.76117, abs=5e-6)


def test_krippendorffs_two_observers_and_binary_data_give_his_alpha():
    # Krippendorff (2011), section A: ten units, alpha 0.095.
    found = agreement(columns("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"), n_boot=0)
    assert found.krippendorff_nominal.value == pytest.approx(0.095, abs=5e-4)


def test_the_worked_example_of_fleiss_kappa_gives_its_value():
    # Fourteen raters, ten units, five labels: observed 0.378, by chance 0.213, kappa 0.210.
    table = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    found = agreement(from_counts(table), n_boot=0)
    assert found.percent.value == pytest.approx(0.378, abs=5e-4)
    assert found.fleiss_kappa.value == pytest.approx(0.210, abs=5e-4)


def test_the_table_of_two_abstractors_gives_gwets_published_coefficients():
    # Gwet (2014): 100 pregnancies, three types, two abstractors.
    cells = {("E", "E"): 13, ("A", "A"): 20, ("A", "N"): 7, ("N", "A"): 4, ("N", "N"): 56}
    both = [pair for pair, count in cells.items() for _ in range(count)]
    found = agreement({"first": [a for a, _ in both], "second": [b for _, b in both]}, n_boot=0)
    assert found.pairs[0].kappa.value == pytest.approx(0.7964094, abs=5e-7)
    assert found.gwet_ac1.value == pytest.approx(0.8493305, abs=5e-7)
    assert found.krippendorff_nominal.value == pytest.approx(0.7972585, abs=5e-7)
    assert found.percent.value == pytest.approx(0.89)


@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=2, max_size=30))
@settings(max_examples=100, deadline=None)
def test_cohens_kappa_is_scikit_learns(both):
    first, second = zip(*both, strict=True)
    found = agreement({"x": first, "y": second}, n_boot=0).pairs[0].kappa.value
    with np.errstate(all="ignore"):
        if len({*first, *second}) == 1:
            assert np.isnan(found)
        else:
            assert found == pytest.approx(cohen_kappa_score(first, second))


def brute_alpha(ratings, distance):
    """Krippendorff's alpha by its definition: pairs within units against all pairs."""
    units = [[label for label in unit if label is not None] for unit in zip(*ratings, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    values = [label for unit in units for label in unit]
    within = sum(
        distance(a, b, values) / (len(unit) - 1)
        for unit in units
        for i, a in enumerate(unit)
        for j, b in enumerate(unit)
        if i != j
    ) / len(values)
    total = sum(
        distance(a, b, values) for i, a in enumerate(values) for j, b in enumerate(values) if i != j
    ) / (len(values) * (len(values) - 1))
    return 1 - within / total


def ordinal(a, b, values):
    low, high = sorted((a, b))
    inside = sum(low <= value <= high for value in values)
    return (inside - (values.count(a) + values.count(b)) / 2) ** 2 if a != b else 0.0


@given(st.integers(0, 5000))
@settings(max_examples=60, deadline=None)
def test_alpha_is_its_definition_for_any_gaps(seed):
    rng = np.random.default_rng(seed)
    table = rng.choice(["1", "2", "3", "4", ""], size=(3, 9), p=[0.3, 0.2, 0.2, 0.1, 0.2])
    ratings = [[label or None for label in row] for row in table.tolist()]
    found = agreement({str(n): row for n, row in enumerate(ratings)}, n_boot=0)
    if np.isnan(found.krippendorff_nominal.value):
        return
    assert found.krippendorff_nominal.value == pytest.approx(
        brute_alpha(ratings, lambda a, b, _: float(a != b))
    )
    assert found.krippendorff_ordinal.value == pytest.approx(brute_alpha(ratings, ordinal))


def test_a_neighbouring_label_costs_less_than_a_far_one_in_the_ordinal_alpha():
    base = ["escalatory"] * 5 + ["neutral"] * 5 + ["de-escalatory"] * 5
    near = ["neutral", *base[1:]]
    far = ["de-escalatory", *base[1:]]
    found = {
        name: agreement({"a": base, "b": other}, task="stance", n_boot=0).krippendorff_ordinal.value
        for name, other in (("near", near), ("far", far))
    }
    assert found["far"] < found["near"] < 1


def test_labels_drawn_by_chance_agree_no_more_than_chance():
    rng = np.random.default_rng(2)
    one, two = rng.choice(["a", "b", "c"], size=(2, 4000)).tolist()
    found = agreement({"x": one, "y": two}, n_boot=200)
    for figure in (found.pairs[0].kappa, found.krippendorff_nominal, found.gwet_ac1):
        assert abs(figure.value) < 0.04
        assert figure.low < 0 < figure.high


def test_an_interval_over_articles_is_wider_when_articles_are_all_or_nothing():
    one = ["a", "b"] * 100
    two = [label if n // 10 % 2 else "a" for n, label in enumerate(one)]
    alone = agreement({"x": one, "y": two}, n_boot=400).percent
    grouped = agreement({"x": one, "y": two}, groups=[n // 10 for n in range(200)], n_boot=400)
    assert grouped.resampled == "articles"
    assert grouped.percent.high - grouped.percent.low > 1.2 * (alone.high - alone.low)


def test_one_label_alone_leaves_the_coefficients_undefined_and_the_share_at_one():
    found = agreement({"x": ["a", "a"], "y": ["a", "a"]}, n_boot=10).to_dict()
    assert found["percent"]["value"] == 1.0
    assert found["krippendorff_nominal"]["value"] is None
    assert found["fleiss_kappa"]["value"] is None
    json.dumps(found)


def test_a_known_task_counts_its_whole_label_set_in_canonical_order():
    found = agreement(
        {"x": ["neutral", "escalatory"], "y": ["neutral", "neutral"]}, task="stance", n_boot=0
    )
    assert found.labels == ("escalatory", "neutral", "de-escalatory")


def test_pairs_are_compared_on_the_units_that_both_labelled():
    found = agreement(
        {"x": ["a", "b", None], "y": ["a", None, "b"], "z": ["a", "b", "a"]}, n_boot=0
    )
    assert [(pair.first, pair.second, pair.n) for pair in found.pairs] == [
        ("x", "y", 1), ("x", "z", 2), ("y", "z", 2),
    ]  # fmt: skip


def test_disagreements_come_farthest_apart_first_and_gaps_are_none():
    found = disagreements(
        {
            "x": ["neutral", "escalatory", "escalatory", None],
            "y": ["neutral", "neutral", "de-escalatory", "neutral"],
        },
        task="stance",
    )
    assert [(one.row, one.distance) for one in found] == [(2, 2), (1, 1)]
    assert found[0].labels == {"x": "escalatory", "y": "de-escalatory"}


def test_alpha_of_many_tables_at_once_is_alpha_of_each():
    tables = np.random.default_rng(0).random((5, 3, 3))
    tables += tables.transpose(0, 2, 1)
    for kind in (True, False):
        each = [float(alpha(table, ordinal=kind)) for table in tables]
        assert alpha(tables, ordinal=kind) == pytest.approx(each)


def test_one_annotator_alone_is_refused():
    with pytest.raises(StatementError, match=r"labels of 1 annotator came \(x\)"):
        agreement({"x": ["a"]})


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(StatementError, match=r"differ in length \(x: 1, y: 2\)"):
        agreement({"x": ["a"], "y": ["a", "b"]})


def test_annotators_who_share_no_unit_are_refused():
    with pytest.raises(StatementError, match="no statement has labels of 'stance' from two"):
        agreement({"x": ["neutral", None], "y": [None, "neutral"]}, task="stance")


def test_labels_outside_the_set_are_listed():
    with pytest.raises(StatementError, match="not in the set: c; expected a, b"):
        agreement({"x": ["a"], "y": ["c"]}, labels=["a", "b"])
