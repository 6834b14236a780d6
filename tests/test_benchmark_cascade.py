"""The benchmark of the cascade: what it counts as lost, what it chooses, what it writes."""

import importlib.util
import json
import sys

import numpy as np
import pytest

from stance import store
from stance.cascade import load_cascade
from stance.classifiers.baseline import BaselineClassifier


@pytest.fixture(scope="module")
def benchmark(root):
    path = root / "benchmarks" / "cascade.py"
    if not path.is_file():
        pytest.skip("the benchmarks are not part of this copy")
    spec = importlib.util.spec_from_file_location("benchmark_cascade", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chances(sureness, right, gold):
    """Two labels: the gold one with probability `sureness` where `right`, else the other one."""
    column = np.where(right, gold, 1 - gold)
    found = np.empty((len(gold), 2))
    found[np.arange(len(gold)), column] = sureness
    found[np.arange(len(gold)), 1 - column] = 1 - sureness
    return found


@pytest.fixture
def answers(benchmark):
    """200 statements of 50 articles: the first model is right where it is sure, else half the
    time; the second is always right."""
    n = np.arange(200)
    gold = n % 2
    sure = n % 5 < 2  # two fifths
    first = chances(np.where(sure, 0.95, 0.6), sure | (n % 4 < 2), gold)
    second = chances(np.full(200, 0.9), np.ones(200, dtype=bool), gold)
    return benchmark.Answers(
        {"tone": ["hot", "mild"]}, {"tone": gold}, {"tone": first}, {"tone": second}, n // 4
    )


def test_speed_counts_the_first_model_for_all_and_the_second_for_the_rest(benchmark):
    assert benchmark.speed(0.0, (1.0, 9.0)) == 0.9
    assert benchmark.speed(0.5, (0.5, 10.0)) == pytest.approx(10 / 5.5)


def test_losses_are_points_of_macro_f1_that_the_second_model_alone_has_more(answers):
    nothing, everything = np.zeros(200, dtype=bool), np.ones(200, dtype=bool)
    assert answers.losses(nothing) == {"tone": 0.0}
    right = (answers.first["tone"].argmax(axis=1) == answers.gold["tone"]).mean()
    assert answers.losses(everything)["tone"] == pytest.approx(1 - right, abs=0.01)


def test_statements_without_a_gold_label_are_not_counted(benchmark, answers):
    answers.gold["tone"][answers.first["tone"].max(axis=1) < 0.9] = -1
    again = benchmark.Answers(
        answers.labels, answers.gold, answers.first, answers.second, answers.groups
    )
    assert again.losses(np.ones(200, dtype=bool)) == {"tone": 0.0}


def test_the_setting_answers_all_that_costs_nothing_and_no_more(benchmark, answers):
    thresholds, sure, apart, asked = benchmark.honest_choice(answers, 0.005)
    assert sure.mean() == 0.4
    assert 0.6 < thresholds.above["tone"] <= 0.95
    assert answers.losses(sure) == {"tone": 0.0}
    assert (apart == sure).all()
    assert asked == 0.005


def test_a_setting_that_fails_where_it_was_not_chosen_is_tightened_to_one_that_does_not(benchmark):
    rng = np.random.default_rng(3)
    gold = rng.integers(0, 2, 60)
    first = chances(rng.uniform(0.5, 1, 60), rng.random(60) < 0.7, gold)
    second = chances(np.full(60, 0.9), rng.random(60) < 0.8, gold)
    noisy = benchmark.Answers(
        {"tone": ["hot", "mild"]}, {"tone": gold}, {"tone": first}, {"tone": second}, np.arange(60)
    )
    _, _, apart, _ = benchmark.honest_choice(noisy, 0.0)
    assert max(noisy.losses(apart).values()) <= 0.0


def test_the_folds_keep_an_article_together(benchmark):
    folds = benchmark.fold_of(["a", "b", "a", "c", "b"])
    assert (folds[0], folds[1]) == (folds[2], folds[4])


def test_the_curve_falls_from_everything_to_nothing(benchmark, answers):
    shares = [row["share"] for row in benchmark.curve(answers, (1.0, 10.0))]
    assert (shares[0], shares[-1]) == (1.0, 0.0)
    assert shares == sorted(shares, reverse=True)


def test_a_temperature_of_two_takes_the_root_of_the_odds(benchmark):
    found = benchmark.tempered(np.array([[0.8, 0.2]]), 2.0)
    assert found[0, 0] / found[0, 1] == pytest.approx(2.0)


def written(tmp_path, monkeypatch, *, most_lost):
    """Two tiny models, 80 labelled statements, and the command line that compares them."""
    words = ["fight", "strike", "burn", "march"], ["talk", "agree", "rest", "mend"]
    rows = [
        {"id": f"{kind}{n}", "article": f"a{n % 7}", "text": f"we {word} on day {n}",
         "stance": ("escalatory", "de-escalatory")[kind]}
        for kind, some in enumerate(words) for n, word in enumerate(some * 10)
    ]  # fmt: skip
    data = tmp_path / "gold.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    for name, strength in (("quick", 1.0), ("good", 100.0)):
        model = BaselineClassifier(C=strength)
        model.fit([r["text"] for r in rows], {"stance": [r["stance"] for r in rows]})
        store.save(model, tmp_path / name, kind="baseline")
    monkeypatch.setattr(sys, "argv", [
        "cascade.py", "--first", str(tmp_path / "quick"), "--second", str(tmp_path / "good"),
        "--data", str(data), "--out", str(tmp_path / "out"), "--keep", "--most-lost", most_lost,
    ])  # fmt: skip


def test_a_setting_that_answers_nothing_is_not_kept(benchmark, tmp_path, monkeypatch):
    written(tmp_path, monkeypatch, most_lost="-1")
    with pytest.raises(SystemExit, match="nothing is kept"):
        benchmark.main()
    assert "cascade" not in store.read_manifest(tmp_path / "good").raw


def test_it_writes_curve_picture_and_the_setting_that_scoring_reads(
    benchmark, tmp_path, monkeypatch, capsys
):
    written(tmp_path, monkeypatch, most_lost="0.005")
    benchmark.main()
    lines = (tmp_path / "out" / "curve.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = json.loads(lines[-1])
    assert chosen["share"] == 1.0  # both models are right everywhere
    assert chosen["lost"] == {"stance": 0.0}
    assert (tmp_path / "out" / "curve.png").read_bytes().startswith(b"\x89PNG")
    kept = load_cascade(tmp_path / "quick", tmp_path / "good")
    assert kept.thresholds.to_dict() == chosen["chosen"]
    assert "kept in" in capsys.readouterr().out
