import json
from dataclasses import replace

import numpy as np
import pytest

from stance.errors import StatementError, UsageError
from stance.evaluation.crossval import crossval
from stance.evaluation.folds import assign_folds
from stance.records import Statement

LABELS = ("de-escalatory", "escalatory", "neutral")
SUBJECTS = ("harbour", "bridge", "mine", "border post", "airfield", "canal", "island", "pass")


class Memory:
    """Answers with the label of an identical training text, else with the training's shares."""

    seen: list  # the training texts of every round, for the tests to read

    def __init__(self, seen):
        self.seen = seen

    def fit(self, X, y):
        self.seen.append([row.text for row in X])
        self.labels_ = {task: tuple(sorted(set(column) - {None})) for task, column in y.items()}
        self.known = {task: dict(zip(self.seen[-1], y[task], strict=True)) for task in y}
        self.shares = {
            task: [
                list(y[task]).count(label) / sum(found is not None for found in y[task])
                for label in self.labels_[task]
            ]
            for task in y
        }
        return self

    def probabilities(self, X):
        return {
            task: np.array(
                [
                    [float(self.known[task][row.text] == label) for label in names]
                    if self.known[task].get(row.text)
                    else self.shares[task]
                    for row in X
                ]
            )
            for task, names in self.labels_.items()
        }


def statements(articles, per_article=6):
    return [
        Statement(
            text=f"Our patrol number {n} will reach the {SUBJECTS[a % 8]} of region {a} by noon",
            article=f"article-{a:02}",
            dispute=f"dispute-{a % 4}",
            labels={"stance": LABELS[(a + n) % 3], "sentiment": ("negative", "positive")[n % 2]},
        )
        for a in range(articles)
        for n in range(per_article)
    ]


def run(rows, **options):
    seen = []
    return crossval(lambda: Memory(seen), rows, n_boot=20, duplicates="keep", **options), seen


def test_few_articles_are_each_left_out_once():
    found, seen = run(statements(5))
    assert found.plan == "leave one group out"
    assert [fold.groups for fold in found.folds] == [(f"article-{a:02}",) for a in range(5)]
    for fold, trained in zip(found.folds, seen, strict=True):
        tested = {row.text for row in found.statements if row.article in fold.groups}
        assert not tested & set(trained)
        assert (fold.n_train, fold.n_test) == (24, 6)


def test_many_articles_make_five_folds_and_none_is_split():
    found, _ = run(statements(23))
    assert found.plan == "stratified groups"
    assert len(found.folds) == 5
    for article in {row.article for row in found.statements}:
        where = {
            int(fold) for fold, row in zip(found.fold_of, found.statements, strict=True)
            if row.article == article
        }  # fmt: skip
        assert len(where) == 1
    assert sum(fold.n_test for fold in found.folds) == 23 * 6


def test_any_field_can_be_the_group():
    found, _ = run(statements(8), group="dispute")
    assert {fold.groups for fold in found.folds} == {(f"dispute-{d}",) for d in range(4)}
    assert found.scores["stance"].n_groups == 4


def test_every_statement_gets_out_of_fold_answers_that_add_up_to_one():
    found, _ = run(statements(5))
    for task in ("stance", "sentiment"):
        assert np.allclose(found.answers[task].probabilities.sum(1), 1)
    assert found.scores["stance"].n == 30


def test_a_label_that_a_training_lacks_keeps_its_column_at_zero():
    rows = [replace(row, labels={"stance": "neutral"}) for row in statements(3)]
    rows[0] = replace(rows[0], labels={"stance": "escalatory"})
    rows[6] = replace(rows[6], labels={"stance": "escalatory"})
    rows[1] = replace(rows[1], labels={"stance": "de-escalatory"})
    found, _ = run(rows)
    first = found.answers["stance"].probabilities[found.fold_of == 0]
    assert found.answers["stance"].labels == LABELS
    assert (first[:, 0] == 0).all()
    assert (first[:, 1] > 0).all()


def test_extra_statements_train_every_round_and_are_never_tested():
    extra = [
        Statement(text="A wholly made up sentence about grain", labels={"stance": "neutral"}),
        Statement(text="Another one that lacks the label of sentiment", labels={}),
    ]
    found, seen = run(statements(4), extra_train=extra, tasks=["stance"])
    assert all(extra[0].text in trained and extra[1].text not in trained for trained in seen)
    assert (len(found.statements), found.n_extra) == (24, 1)


def test_extra_statements_weigh_what_is_said_and_the_others_one():
    weighed = []

    class Weighed(Memory):
        def fit(self, X, y, *, sample_weight=None):
            weighed.append((len(X), None if sample_weight is None else list(sample_weight)))
            return super().fit(X, y)

    extra = [Statement(text="A wholly made up sentence on grain", labels={"stance": "neutral"})]
    for weight in (1.0, 0.25):
        crossval(lambda: Weighed([]), statements(4), extra_train=extra, extra_weight=weight,
                 tasks=["stance"], n_boot=5)  # fmt: skip
    assert weighed == [(19, None)] * 4 + [(19, [1.0] * 18 + [0.25])] * 4


def test_extra_statements_of_the_tested_group_stay_out_of_its_round():
    rows = statements(8)
    extra = [replace(rows[0], text="Grain prices hold in the valley", article=None)]
    seen = []
    found = crossval(
        lambda: Memory(seen), rows, group="dispute", extra_train=extra, duplicates="drop", n_boot=5
    )
    held = ["Grain prices hold in the valley" in trained for trained in seen]
    assert held == [False, True, True, True]
    assert found.leakage.dropped == 1


COPIED = "The navy shall not leave the strait before the treaty is signed in full"


def copied_rows():
    rows = statements(5)
    rows[0] = replace(rows[0], text=COPIED)
    rows[29] = replace(rows[29], text="“" + COPIED.replace("The navy", "the Navy") + ",”")
    return rows


def test_articles_that_share_a_copied_text_are_kept_together_and_it_is_said():
    seen = []
    found = crossval(lambda: Memory(seen), copied_rows(), n_boot=5)
    assert found.leakage.merged == (("article-00", "article-04"),)
    assert [(pair.first, pair.second) for pair in found.leakage.pairs] == [(0, 29)]
    assert [fold.n_test for fold in found.folds] == [12, 6, 6, 6]


def test_copied_texts_can_be_dropped_from_training_instead():
    seen = []
    found = crossval(lambda: Memory(seen), copied_rows(), duplicates="drop", n_boot=5)
    assert (found.leakage.merged, found.leakage.dropped, len(found.folds)) == ((), 2, 5)
    assert [len(trained) for trained in seen] == [23, 24, 24, 24, 23]


def test_copied_texts_can_be_kept_and_are_still_reported():
    found, seen = run(copied_rows())
    assert [len(trained) for trained in seen] == [24] * 5
    assert (len(found.leakage.pairs), found.leakage.dropped) == (1, 0)


def test_an_extra_statement_that_copies_a_tested_one_stays_out_of_that_round():
    extra = [Statement(text=COPIED.upper(), labels={"stance": "neutral", "sentiment": "negative"})]
    seen = []
    crossval(lambda: Memory(seen), copied_rows()[:24], extra_train=extra, n_boot=5)
    assert [COPIED.upper() in trained for trained in seen] == [False, True, True, True]


def test_a_statement_counts_only_for_the_tasks_that_it_has_a_label_of():
    rows = statements(4)
    rows[3] = replace(rows[3], labels={"stance": "neutral"})
    rows[4] = replace(rows[4], labels={})
    found, _ = run(rows)
    assert (len(found.statements), found.left_out) == (23, 1)
    assert found.evaluation.tasks["stance"].scores.n == 23
    assert found.evaluation.tasks["sentiment"].scores.n == 22


def test_a_statement_without_a_dispute_goes_by_its_article():
    rows = [replace(row, dispute=None) for row in statements(4)]
    found, _ = run(rows, group="dispute")
    assert set(found.groups) == {f"(article article-{n:02})" for n in range(4)}


def test_progress_is_told_after_every_round():
    told = []
    run(statements(4), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_out_of_fold_rows_carry_gold_answer_fold_and_group():
    found, _ = run(statements(5))
    row = found.rows()[7]
    assert (row["fold"], row["group"], row["stance"]) == (1, "article-01", LABELS[2])
    assert row["stance_predicted"] in LABELS
    assert row["stance_p_neutral"] == pytest.approx(found.answers["stance"].probabilities[7, 2])
    json.dumps(found.to_dict())


def test_one_group_alone_cannot_be_cross_validated():
    with pytest.raises(StatementError, match=r"all 6 statements fall into one group \(article-00"):
        run(statements(1))


def test_unlabelled_statements_cannot_be_cross_validated():
    rows = [replace(row, labels={}) for row in statements(3)]
    with pytest.raises(StatementError, match="none of the 18 statements carries a label of stance"):
        run(rows, tasks=["stance"])


def test_an_unknown_way_with_duplicates_is_named():
    with pytest.raises(UsageError, match="duplicates='sometimes' came; expected one of merge"):
        crossval(lambda: Memory([]), statements(3), duplicates="sometimes")


def test_fewer_than_two_folds_are_refused():
    with pytest.raises(UsageError, match="folds=1 came; expected 2 or more"):
        run(statements(3), folds=1)


def test_a_seed_makes_the_folds():
    groups = [f"g{n % 40}" for n in range(200)]
    strata = [LABELS[n % 3] for n in range(200)]
    one, same, other = (assign_folds(groups, strata, seed=seed)[0].tolist() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_labels_rarer_than_the_folds_do_not_stop_the_split():
    folds, _ = assign_folds([f"g{n}" for n in range(12)], [f"label {n}" for n in range(12)])
    assert len(set(folds.tolist())) >= 2
