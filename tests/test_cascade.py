"""Two models that answer as one: who answers what, what a setting is, and where it is kept."""

import json
import shutil

import numpy as np
import pytest

from stance import store
from stance.cascade import Cascade, Thresholds, keep_thresholds, load_cascade
from stance.classifiers.base import StatementClassifier, as_statements
from stance.classifiers.baseline import BaselineClassifier
from stance.errors import ManifestError, UsageError
from stance.records import Statement

LABELS = {"stance": ("harsh", "mild"), "relevance": ("relevant", "off-topic")}


class Fixed(StatementClassifier):
    """Gives each text the probability of its first sorted label ("harsh", "off-topic")."""

    def __init__(self, name, answers, *, labels=LABELS, fingerprint=None):
        self.tasks_, self.labels_ = tuple(labels), labels
        self.name, self.fingerprint, self._answers = name, fingerprint or f"{name}-f", answers
        self.asked = []

    def probabilities(self, X):
        texts = [one.text for one in as_statements(X)]
        self.asked += texts
        return {
            task: np.array([[p, 1 - p] for p in (self._answers[t][n] for t in texts)]).reshape(
                -1, 2
            )
            for n, task in enumerate(self.tasks_)
        }

    def truncated(self, X):
        return ["long" in one.text for one in X]


#: text -> (p of "harsh", p of "off-topic"), by either stage.
FIRST = {"a": (0.95, 0.1), "b": (0.6, 0.1), "c": (0.6, 0.97), "long d": (0.05, 0.05)}
SECOND = {"a": (0.5, 0.5), "b": (0.2, 0.3), "c": (0.2, 0.3), "long d": (0.5, 0.5)}


def cascade(**thresholds):
    above = thresholds or {"above": {"stance": 0.9, "relevance": 0.9}}
    return Cascade(Fixed("quick", FIRST), Fixed("good", SECOND), Thresholds(**above))


def test_the_first_stage_answers_only_where_it_is_sure_of_every_task():
    model = cascade()
    answers = model(["a", "b", "c", "long d"])
    assert [one.stage for one in answers] == ["first", "second", "second", "first"]
    assert [one.label("stance") for one in answers] == ["harsh", "mild", "mild", "mild"]
    assert [round(one.confidence("stance"), 2) for one in answers] == [0.95, 0.8, 0.8, 0.95]
    assert model.second.asked == ["b", "c"]
    assert model.answered == {"first": 2, "second": 2}


def test_a_statement_that_is_surely_off_topic_is_answered_whatever_its_stance():
    model = cascade(above={"stance": 0.9, "relevance": 0.9}, off_topic=0.95)
    assert [one.stage for one in model(["b", "c"])] == ["second", "first"]


def test_a_threshold_that_is_just_reached_is_sure_enough():
    model = cascade(above={"stance": 0.95, "relevance": 0.9})
    assert [one.stage for one in model(["a"])] == ["first"]


def test_probabilities_and_labels_are_those_of_the_predictions():
    model = cascade()
    texts = ["b", "a"]
    assert model.probabilities(texts)["stance"].tolist() == [[0.2, 0.8], [0.95, 1 - 0.95]]
    assert model.predict(texts).tolist() == ["mild", "harsh"]
    assert model.predict_proba(texts, task="relevance")[0].tolist() == [0.3, 0.7]


def test_no_statements_give_no_predictions():
    assert cascade()([]) == []


def test_words_lost_are_told_by_the_stage_that_answered():
    assert [one.truncated for one in cascade()(["a", "long d"])] == [False, True]


def test_the_second_stage_is_not_called_where_the_first_is_sure_of_all():
    model = cascade()
    model(["a", "a"])
    assert model.second.asked == []


def test_both_models_and_the_thresholds_make_the_fingerprint():
    settings = [("1", "2", 0.9, None), ("1", "3", 0.9, None), ("4", "2", 0.9, None),
                ("2", "1", 0.9, None), ("1", "2", 0.8, None), ("1", "2", 0.9, 0.9)]  # fmt: skip
    marks = {
        Cascade(
            Fixed("quick", FIRST, fingerprint=one),
            Fixed("good", SECOND, fingerprint=other),
            Thresholds(above={"stance": p, "relevance": 0.9}, off_topic=q),
        ).fingerprint
        for one, other, p, q in settings
    }
    assert len(marks) == 6
    assert all(len(mark) == 16 for mark in marks)


def test_a_run_is_told_both_stages_and_the_thresholds():
    assert cascade(above={"stance": 0.9, "relevance": 0.8}, off_topic=0.95).told() == {
        "first": {"name": "quick", "fingerprint": "quick-f"},
        "second": {"name": "good", "fingerprint": "good-f"},
        "above": {"stance": 0.9, "relevance": 0.8, "off-topic": 0.95},
    }


def test_a_first_stage_with_other_labels_is_refused():
    other = Fixed("quick", FIRST, labels={**LABELS, "stance": ("harsh", "kind")})
    with pytest.raises(UsageError, match=r"quick has harsh, kind for 'stance', the second good"):
        Cascade(other, Fixed("good", SECOND), Thresholds(above={"stance": 1, "relevance": 1}))


def test_a_first_stage_may_have_a_task_of_its_own():
    second = Fixed("good", {"a": (0.5,)}, labels={"stance": LABELS["stance"]})
    model = Cascade(Fixed("quick", FIRST), second, Thresholds(above={"stance": 0.9}))
    assert list(model(["a"])[0].probabilities) == ["stance"]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["0.9"], {"stance": 0.9, "relevance": 0.9}),
        (["0.9", "relevance=0.5"], {"stance": 0.9, "relevance": 0.5}),
        (["stance=1", "relevance=0", "off-topic=0.95"],
         {"stance": 1.0, "relevance": 0.0, "off-topic": 0.95}),
    ],
)  # fmt: skip
def test_thresholds_are_read_from_texts(texts, told):
    found = Thresholds.parse(texts, ["stance", "relevance"])
    assert found.to_dict() == told
    assert Thresholds.from_dict(told, ["stance", "relevance"]) == found


@pytest.mark.parametrize("text", ["1.2", "-0.1", "nan", "high", "tone=0.9", "stance=", "=0.9="])
def test_a_threshold_that_is_no_probability_of_a_task_is_refused(text):
    with pytest.raises(UsageError, match=r"--cascade-above .* is not understood"):
        Thresholds.parse([text], ["stance"])


def test_a_task_without_a_threshold_is_refused():
    with pytest.raises(UsageError, match="says nothing of 'relevance'"):
        Thresholds.parse(["stance=0.9"], ["stance", "relevance"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two tiny baselines of the same tasks in folders called quick and good."""
    place = tmp_path_factory.mktemp("models")
    texts = ["we fight on", "we strike back", "we talk now", "we agree again"] * 2
    labels = {"stance": ["harsh", "harsh", "mild", "mild"] * 2}
    for name, strength in (("quick", 1.0), ("good", 50.0)):
        model = BaselineClassifier(C=strength).fit(texts, labels)
        store.save(model, place / name, kind="baseline")
    return place / "quick", place / "good"


def test_two_folders_are_loaded_with_a_probability_for_all_tasks(folders):
    model = load_cascade(*folders, above=0.5)
    assert model.name == "quick+good"
    assert [one.stage for one in model(["we fight on"])] == ["first"]
    strict = load_cascade(*folders, above=1.0)
    assert [one.stage for one in strict(["we fight on"])] == ["second"]
    assert strict.fingerprint != model.fingerprint


def test_a_second_stage_without_a_setting_asks_for_one(folders):
    with pytest.raises(
        UsageError, match="good keeps no setting of a cascade; give --cascade-above"
    ):
        load_cascade(*folders)


def test_a_kept_setting_is_read_again_and_leaves_the_model_what_it_is(folders, tmp_path):
    quick, good = folders[0], shutil.copytree(folders[1], tmp_path / "good")
    before = store.read_manifest(good).fingerprint
    found = Thresholds(above={"stance": 0.75})
    keep_thresholds(good, first=store.load(quick), thresholds=found, measured={"share": 0.5})
    assert load_cascade(quick, good).thresholds == found
    assert store.verify(good).fingerprint == before
    with pytest.raises(UsageError, match="was measured with a first stage of fingerprint"):
        load_cascade(good, good)
    for broken in ({"above": {"stance": 0.7}}, {"first": {}, "above": {}}, [], "no",
                   {"first": {"fingerprint": "x"}, "above": {"stance": "0.7"}}):  # fmt: skip
        store.rewrite_manifest(good, cascade=broken)
        with pytest.raises(ManifestError, match="no usable 'cascade'"):
            load_cascade(quick, good)


def test_a_prediction_of_one_model_says_no_stage(folders):
    one = store.load(folders[0])([Statement(text="we talk now")])[0]
    assert one.stage is None
    assert "stage" not in json.dumps(one.to_dict())


ARTICLE = "“We fight on until the coast is ours,” Mira Talven said on Monday.\n"


def test_the_command_scores_with_two_models_and_says_who_answered(
    folders, tmp_path, stance_command
):
    quick, good = folders
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    for above, stage, n in (("0", "first", 1), ("1", "second", 0)):
        done = stance_command(
            "score", tmp_path / "a.txt", "--model", good, "--cascade", quick,
            "--cascade-above", above,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["stage"] == stage
        assert f"cascade: quick answered {n} of 1 statements, good the rest" in done.stderr


def test_the_command_refuses_a_cascade_that_it_cannot_understand(folders, tmp_path, stance_command):
    quick, good = folders
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    for more, reason in [
        (["--cascade", quick, "--cascade-above", "tone=0.9"], "'tone=0.9' is not understood"),
        (["--cascade", quick], "keeps no setting of a cascade; give --cascade-above P"),
        (["--cascade-above", "0.9"], "give --cascade too"),
    ]:
        done = stance_command("score", tmp_path / "a.txt", "--model", good, *more)
        assert (done.returncode, done.stdout) == (2, "")
        assert reason in done.stderr
