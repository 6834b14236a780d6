"""Soft labels: what another model found probable, or annotators who differ, learnt as it is."""

import json

import numpy as np
import pytest

from stance import rundata, training
from stance.classifiers.baseline import BaselineClassifier
from stance.classifiers.objective import target_matrix
from stance.classifiers.weighing import balanced, spread_labels
from stance.errors import ConfigError, StatementError

TEXTS = ["we will strike back", "troops will attack", "talks go on", "we sign the treaty"] * 6
HARD = ["escalatory", "escalatory", "neutral", "de-escalatory"] * 6


def scored(n, text, chances, **more):
    """A row as `stance score` writes it."""
    columns = {f"stance_p_{label}": p for label, p in chances.items()}
    label = max(chances, key=chances.get)
    return {"article": f"q{n}", "text": text, "stance": label, **columns, **more}


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def config(tmp_path):
    rows = [
        {"article": f"a{n}", "text": f"{text} {n}", "stance": label}
        for n, (text, label) in enumerate(zip(TEXTS, HARD, strict=True))
    ]
    train = written(tmp_path / "train.jsonl", rows)
    path = tmp_path / "run.yaml"
    path.write_text(f"kind: baseline\ndata: {{train: {train}, tasks: [stance]}}\n"
                    "model: {min_df: 1, class_weights: false}\n")  # fmt: skip
    return path


def test_a_soft_label_counts_like_as_many_hard_ones_as_its_shares_say():
    """Three rows of one label and one of another, or four rows with shares of 3/4 and 1/4."""
    options = {"min_df": 1, "class_weights": False}
    words = ["mud", "mud", "mud", "mud", "sun", "sun", "sun", "sun"]
    hard = ["neutral", "neutral", "neutral", "escalatory", *["de-escalatory"] * 4]
    mixed = {"neutral": 3, "escalatory": 1}  # shares are scaled to a sum of 1
    soft = [mixed, mixed, mixed, mixed, *["de-escalatory"] * 4]
    one = BaselineClassifier(**options).fit(words, hard)
    other = BaselineClassifier(**options).fit(words, soft)
    assert one.labels_ == other.labels_
    np.testing.assert_allclose(
        one.predict_proba(["mud", "sun"]), other.predict_proba(["mud", "sun"]), atol=1e-4
    )


def test_targets_of_soft_labels_are_their_distribution_and_hard_ones_stay_as_they_were():
    names = {"stance": ["de-escalatory", "escalatory", "neutral"]}
    column = np.array(["escalatory", None, None, "neutral", "neutral"], dtype=object)
    column[1] = {"escalatory": 0.7, "neutral": 0.3}
    weights = np.array([1.0, 2.0, 1.0, 1.0, 1.0])
    found = target_matrix(
        {"stance": column}, names, row_weights=weights, class_weights=True, smoothing=0.3
    )
    np.testing.assert_allclose(found[1], [0.0, 1.4, 0.6], rtol=1e-6)  # neither weighed nor smoothed
    np.testing.assert_allclose(found[2], 0.0)
    rows = [0, 3, 4]
    mass = balanced(column[rows], weights[rows])
    np.testing.assert_allclose(found[rows].sum(axis=1), mass, rtol=1e-6)
    np.testing.assert_allclose(found[0], mass[0] * np.array([0.1, 0.8, 0.1]), rtol=1e-6)


def test_spreading_keeps_the_mass_of_every_row_that_has_a_label():
    column = np.array(["a", None, "b", None], dtype=object)
    column[3] = {"a": 0.25, "b": 0.75, "c": 0.0}
    rows, labels, mass = spread_labels(column, np.array([1.0, 9.0, 3.0, 4.0]), balance=False)
    assert list(zip(rows.tolist(), labels, mass.tolist(), strict=True)) == [
        (0, "a", 1.0), (2, "b", 3.0), (3, "a", 1.0), (3, "b", 3.0)
    ]  # fmt: skip


@pytest.mark.parametrize("value", [{}, {"neutral": 0}, {"neutral": -1, "escalatory": 2},
                                   {"neutral": "much"}, {"neutral": float("nan")}])  # fmt: skip
def test_shares_that_are_none_are_refused(value):
    with pytest.raises(StatementError, match="at row 1; expected a label, or labels with shares"):
        BaselineClassifier(min_df=1).fit(["a b", "c d", "e f"], ["neutral", value, "escalatory"])


def test_a_run_learns_the_probabilities_of_scored_rows(config, tmp_path):
    """A word that only the scored rows have gets the label that these give it."""
    chances = {"escalatory": 0.02, "neutral": 0.03, "de-escalatory": 0.95}
    rows = [scored(n, f"geese {n}", chances) for n in range(20)]
    soft = written(tmp_path / "soft.jsonl", rows)
    plain = training.train(training.read_config(config), tmp_path / "plain")
    run = training.read_config(config, overrides=[f"data.soft={soft}"])
    found = training.train(run, tmp_path / "taught")
    from stance import store

    asked = ["geese"]
    before = store.load(plain.folder).predict_proba(asked)[0]
    after = store.load(found.folder).predict_proba(asked)[0]
    column = sorted(chances).index("de-escalatory")
    assert after[column] > 0.85 > before[column]
    about = json.loads((found.folder / "manifest.json").read_text())["data"]
    assert about["soft"] == 20
    assert [one["part"] for one in about["files"]] == ["train", "soft"]
    assert "20 with soft labels" in (found.folder / "README.md").read_text()


def test_the_stance_of_what_is_probably_off_topic_is_not_learnt(config, tmp_path):
    sure = {"escalatory": 0.9, "neutral": 0.05, "de-escalatory": 0.05}
    rows = [
        scored(
            1,
            "the price of wheat",
            sure,
            relevance_p_relevant=0.1,
            **{"relevance_p_off-topic": 0.9},
        ),
        scored(2, "the army", sure, relevance_p_relevant=0.8, **{"relevance_p_off-topic": 0.2}),
    ]
    train = written(tmp_path / "more.jsonl", [
        {"article": f"b{n}", "text": f"goal {n}", "relevance": label}
        for n, label in enumerate(["relevant", "off-topic"])
    ])  # fmt: skip
    soft = written(tmp_path / "soft.jsonl", rows)
    run = training.read_config(config, overrides=[
        f"data.soft={soft}", f"data.train=[{tmp_path / 'train.jsonl'},{train}]",
        "data.tasks=[stance,relevance]", "data.only={stance: {relevance: relevant}}",
    ])  # fmt: skip
    data = rundata.read_data(run)
    found = rundata.targets(data)
    assert found["stance"][-2:] == [None, sure]
    assert found["relevance"][-2:] == [{"relevant": 0.1, "off-topic": 0.9},
                                       {"relevant": 0.8, "off-topic": 0.2}]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (scored(1, "x", {"escalatory": 0.5, "neutral": 0.2, "de-escalatory": 0.1}), "sum to 1"),
        (scored(1, "x", {"escalatory": 1.5, "neutral": -0.5, "de-escalatory": 0}), "sum to 1"),
        (scored(1, "x", {"hostile": 1.0}), "column stance_p_hostile, but the labels"),
        ({"text": "x", "stance": "neutral"}, "no row of data.soft has probabilities"),
        ({"text": "x", "stance_p_neutral": "high"}, "expected numbers that sum to 1"),
    ],
)
def test_wrong_probabilities_are_named(config, tmp_path, row, said):
    soft = written(tmp_path / "soft.jsonl", [row])
    run = training.read_config(config, overrides=[f"data.soft={soft}"])
    with pytest.raises(StatementError, match=said):
        rundata.read_data(run)


def test_scored_rows_are_kept_apart_from_the_test_data(config, tmp_path):
    """The guard against shared passages holds for them too."""
    passage = "the two governments agreed on monday to open the border crossing to lorries again"
    chances = {"escalatory": 0.1, "neutral": 0.2, "de-escalatory": 0.7}
    soft = written(tmp_path / "soft.jsonl", [scored(1, passage, chances), scored(2, "y", chances)])
    test = written(tmp_path / "test.jsonl", [{"text": passage, "stance": "de-escalatory"}])
    overrides = [f"data.soft={soft}", f"data.test={test}"]
    with pytest.raises(StatementError, match="share a passage with the test data"):
        rundata.read_data(training.read_config(config, overrides=overrides))
    overrides.append("data.overlap=drop")
    kept = rundata.read_data(training.read_config(config, overrides=overrides)).soft
    assert [one.text for one in kept] == ["y"]


def test_their_weight_is_above_nothing(config):
    with pytest.raises(ConfigError, match="soft_weight"):
        training.read_config(config, overrides=["data.soft_weight=0"])


def test_crossval_refuses_them(config, tmp_path, stance_command):
    soft = written(tmp_path / "soft.jsonl", [scored(1, "x", {"escalatory": 1.0})])
    found = stance_command("crossval", config, "--set", f"data.soft={soft}")
    assert found.returncode == 2
    assert "data.soft is not cross-validated" in found.stderr
