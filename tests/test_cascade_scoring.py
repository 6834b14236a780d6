"""Scoring with a cascade: rows say which model answered, and a folder is resumed only under it."""

import json

import pytest
from scoring_fakes import LABELS, FakeModel, fake_extract, some_articles

from stance.cascade import Cascade, Thresholds
from stance.classifiers.base import StatementClassifier, as_statements
from stance.errors import UsageError
from stance.scoring import row_columns, score, score_to

ABOVE = Thresholds(above={"stance": 0.45, "sentiment": 0.4})


class Hashed(StatementClassifier):
    """The fake model's answers under the contract of classifiers; `turn` changes the labels."""

    tasks_, labels_ = FakeModel.tasks_, LABELS

    def __init__(self, name, *, turn=0):
        self.name, self.fingerprint, self._turn = name, f"{name}-mark", turn

    def probabilities(self, X):
        import numpy as np

        answers = FakeModel()(as_statements(X))
        found = {}
        for task in self.tasks_:
            rows = [[a.probabilities[task][n] for n in sorted(LABELS[task])] for a in answers]
            found[task] = np.roll(np.array(rows).reshape(-1, 3), self._turn, axis=1)
        return found


def cascade(thresholds=ABOVE):
    return Cascade(Hashed("quick"), Hashed("good", turn=1), thresholds)


def test_rows_say_which_stage_answered_before_the_columns_of_the_run():
    rows = list(score(some_articles(40), cascade(), extract=fake_extract))
    assert tuple(rows[0]) == row_columns(LABELS, staged=True)
    assert list(rows[0]).index("stage") == list(rows[0]).index("truncated") - 1
    assert {row["stage"] for row in rows} == {"first", "second"}
    assert {row["model"] for row in rows} == {"quick+good"}
    for row in rows:
        sure = row["stance_confidence"] >= 0.45 and row["sentiment_confidence"] >= 0.4
        assert sure or row["stage"] == "second"


def test_answers_of_a_cascade_are_those_of_the_stage_that_it_names():
    by_stage = {
        stage: list(score(some_articles(40), model, extract=fake_extract))
        for stage, model in (("first", Hashed("quick")), ("second", Hashed("good", turn=1)))
    }
    for n, row in enumerate(score(some_articles(40), cascade(), extract=fake_extract)):
        assert row["stance_p_neutral"] == by_stage[row["stage"]][n]["stance_p_neutral"]


def test_a_row_of_one_model_has_no_stage():
    row = next(iter(score(some_articles(5), Hashed("good"), extract=fake_extract)))
    assert "stage" not in row


def test_an_input_column_called_stage_is_kept_beside_the_cascades():
    article = some_articles(3)[1]
    row = next(iter(score([{"id": "x", "text": article.text, "stage": "draft"}], cascade(),
                          extract=fake_extract)))  # fmt: skip
    assert (row["input_stage"], row["stage"] in ("first", "second")) == ("draft", True)


def scored(out, model, count=30, **options):
    return score_to(out, some_articles(count), model, extract=fake_extract, part_articles=10,
                    part_format="jsonl", **options)  # fmt: skip


def test_a_folder_says_both_models_and_the_setting_and_is_resumed_under_them(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    scored(whole, cascade())
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["cascade"] == {
        "first": {"name": "quick", "fingerprint": "quick-mark"},
        "second": {"name": "good", "fingerprint": "good-mark"},
        "above": {"stance": 0.45, "sentiment": 0.4},
    }
    scored(broken, cascade())
    names = sorted(path.name for path in (whole / "parts").iterdir())
    (broken / "parts" / names[1]).unlink()
    assert scored(broken, cascade()).parts_kept == 2
    for name in names:
        assert (broken / "parts" / name).read_bytes() == (whole / "parts" / name).read_bytes()


@pytest.mark.parametrize(
    "other",
    [
        Hashed("good", turn=1),
        cascade(Thresholds(above={"stance": 0.5, "sentiment": 0.4})),
        Cascade(Hashed("other"), Hashed("good", turn=1), ABOVE),
        Cascade(Hashed("quick"), Hashed("other", turn=1), ABOVE),
    ],
)
def test_a_folder_of_a_cascade_is_not_gone_on_with_by_another_one(tmp_path, other):
    scored(tmp_path / "out", cascade())
    with pytest.raises(UsageError, match="were made with model"):
        scored(tmp_path / "out", other)


def test_sets_and_explanations_are_refused_with_a_cascade():
    for option in ({"coverage": 0.9}, {"explain": True}):
        with pytest.raises(UsageError, match="belong to one model's answers"):
            list(score(some_articles(2), cascade(), extract=fake_extract, **option))


def test_abstaining_is_told_beside_the_stage():
    rows = list(score(some_articles(40), cascade(), extract=fake_extract, abstain_below=0.5))
    assert any(row["stance"] is None and row["stage"] == "first" for row in rows)
