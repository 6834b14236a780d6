import json
from dataclasses import replace

import numpy as np
import pytest

from stance.errors import StatementError, UsageError
from stance.evaluation.breakdown import breakdown, column, wrong_ones
from stance.evaluation.evaluate import evaluate
from stance.records import Prediction, Statement

LABELS = ("de-escalatory", "escalatory", "neutral")


class Fixed:
    """A model that answers every statement from a table: text -> label -> probability."""

    tasks_ = ("stance",)

    def __init__(self, table, labels=LABELS):
        self.table = table
        self.labels_ = {"stance": labels}

    def probabilities(self, X):
        names = sorted(self.labels_["stance"])
        rows = [[self.table[s.text].get(name, 0.0) for name in names] for s in X]
        return {"stance": np.array(rows, dtype=float).reshape(len(X), len(names))}


TABLE = {
    "We will cross the river.": {"escalatory": 0.8, "neutral": 0.2},
    "Let us sit down and talk.": {"de-escalatory": 0.6, "neutral": 0.4},
    "The session opens at nine.": {"escalatory": 0.9, "neutral": 0.1},
    "We heard them.": {"neutral": 0.5, "escalatory": 0.3, "de-escalatory": 0.2},
}


def statements():
    rows = [
        ("We will cross the river.", "escalatory", "Ann Orme", "direct"),
        ("Let us sit down and talk.", "neutral", "Bo Lund", "indirect"),
        ("The session opens at nine.", "neutral", "Bo Lund", "indirect"),
        ("We heard them.", "neutral", None, "mixed"),
    ]
    return [
        Statement(
            text=text, labels={"stance": label}, speaker=speaker, kind=kind, id=f"s{n}",
            article=f"a{n // 2}", extra={"source": "The Harbour Post"},
        )
        for n, (text, label, speaker, kind) in enumerate(rows)
    ]  # fmt: skip


def test_a_model_is_scored_on_every_task_that_has_gold_labels():
    model = Fixed(TABLE)
    model.tasks_ = ("stance", "sentiment")
    model.labels_ = {**model.labels_, "sentiment": ("negative", "positive")}
    model.probabilities = lambda X: {
        "stance": Fixed(TABLE).probabilities(X)["stance"],
        "sentiment": np.full((len(X), 2), 0.5),
    }
    found = evaluate(model, statements(), n_boot=10)
    assert list(found.tasks) == ["stance"]
    assert found.skipped == ("sentiment",)
    assert found.tasks["stance"].scores.accuracy.value == 0.5


def test_statements_without_a_gold_label_are_left_out_and_counted():
    rows = statements()
    rows[0] = replace(rows[0], labels={})
    found = evaluate(Fixed(TABLE), rows, n_boot=10)
    assert (found.n, found.tasks["stance"].scores.n, found.tasks["stance"].left_out) == (4, 3, 1)


def test_predictions_made_before_score_as_the_model_that_made_them():
    model = Fixed(TABLE)
    made = [Prediction(probabilities={"stance": TABLE[row.text]}) for row in statements()]
    before, live = evaluate(made, statements()), evaluate(model, statements())
    assert before.to_dict() == live.to_dict()


def test_the_wrong_ones_are_listed_with_the_surest_mistake_first():
    wrong = evaluate(Fixed(TABLE), statements(), n_boot=10).tasks["stance"].wrong
    assert [(w.id, w.gold, w.predicted, w.probability, w.gold_probability) for w in wrong] == [
        ("s2", "neutral", "escalatory", 0.9, 0.1),
        ("s1", "neutral", "de-escalatory", 0.6, 0.4),
    ]
    assert wrong[0].text == "The session opens at nine."
    assert (wrong[0].speaker, wrong[0].article, wrong[0].kind) == ("Bo Lund", "a1", "indirect")


def test_figures_are_broken_down_by_every_column_that_has_values():
    found = evaluate(Fixed(TABLE), statements(), n_boot=10).tasks["stance"].breakdowns
    assert set(found) == {"kind", "speaker", "source"}
    assert [(row.value, row.n, row.accuracy.value) for row in found["speaker"].rows] == [
        ("Bo Lund", 2, 0.0),
        ("Ann Orme", 1, 1.0),
        (None, 1, 1.0),
    ]


def test_a_row_of_few_statements_has_no_interval_and_a_row_of_many_has():
    rows = [
        Statement(text="x", kind="direct" if n < 25 else "mixed", labels={"stance": LABELS[n % 3]})
        for n in range(30)
    ]
    chances = np.full((30, 3), 0.25)
    chances[:, 1] = 0.5
    table = breakdown(rows, chances, LABELS, task="stance", by="kind", n_boot=100)
    many, few = table.rows
    assert (many.n, many.resampled) == (25, "statements")
    assert many.accuracy.low < many.accuracy.value < many.accuracy.high
    assert (few.n, few.accuracy.low, few.resampled) == (5, None, "")


def test_a_column_without_values_has_no_breakdown():
    chances = np.full((4, 3), 1 / 3)
    assert breakdown(statements(), chances, LABELS, task="stance", by="dispute") is None


def test_a_column_is_a_field_a_label_or_an_extra():
    row = Statement(text="x", article="7", labels={"stance": "neutral"}, extra={"year": 2031})
    assert [column([row], name) for name in ("article", "stance", "year", "labels")] == [
        ["7"], ["neutral"], ["2031"], [None],
    ]  # fmt: skip


def test_no_mistake_means_no_wrong_ones():
    chances = np.array([[0.0, 1.0, 0.0]])
    assert wrong_ones(statements()[:1], chances, LABELS, task="stance") == ()


def test_gold_labels_outside_the_models_are_listed_with_counts():
    rows = statements()
    rows[3] = replace(rows[3], labels={"stance": "hawkish"})
    with pytest.raises(StatementError, match=r"stance: some gold labels .*: hawkish \(1\)"):
        evaluate(Fixed(TABLE), rows)


def test_label_sets_without_overlap_are_said_to_have_nothing_in_common():
    rows = [replace(row, labels={"stance": "hawk"}) for row in statements()]
    with pytest.raises(StatementError, match=r"nothing in common: hawk \(4\); the model knows de-"):
        evaluate(Fixed(TABLE), rows)


def test_statements_without_any_gold_label_are_an_error():
    rows = [replace(row, labels={}) for row in statements()]
    with pytest.raises(StatementError, match="none of the 4 statements carries a gold label"):
        evaluate(Fixed(TABLE), rows)


def test_a_task_that_the_model_does_not_have_is_named():
    with pytest.raises(UsageError, match="the model has no task 'topic'; its tasks are stance"):
        evaluate(Fixed(TABLE), statements(), tasks=["topic"])


def test_predictions_must_line_up_with_the_statements():
    with pytest.raises(UsageError, match="1 predictions came for 4 statements"):
        evaluate([Prediction(probabilities={"stance": {"neutral": 1.0}})], statements())


def test_the_evaluation_is_plain_json_and_has_headlines():
    found = evaluate(Fixed(TABLE), statements(), n_boot=10)
    row = json.loads(json.dumps(found.to_dict()))
    assert row["tasks"]["stance"]["wrong"][0]["id"] == "s2"
    assert found.headlines()["stance"]["accuracy"]["value"] == 0.5


def test_intervals_resample_the_groups_that_were_asked_for():
    rows = [replace(statements()[n % 4], article=f"a{n}", dispute=f"d{n % 9}") for n in range(36)]
    scores = evaluate(Fixed(TABLE), rows, group="dispute", n_boot=10).tasks["stance"].scores
    assert (scores.resampled, scores.n_groups) == ("disputes", 9)
