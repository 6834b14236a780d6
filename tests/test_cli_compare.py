"""`stance compare` and `--swap-names`: what they print, and the words for a difference."""

import json

import numpy as np
import pytest

from stance.cli.compare import in_words, print_comparison
from stance.evaluation.comparison import Difference, compare_task
from stance.evaluation.evaluate import TaskAnswers
from stance.evaluation.resampling import Estimate


def difference(**changes):
    values = {
        "first": "A", "second": "B", "macro_f1": Estimate(value=0.031, low=0.004, high=0.059),
        "p": 0.02, "p_holm": 0.02, "accuracy": Estimate(value=0.02), "only_first_right": 3,
        "only_second_right": 9, "mcnemar_p": 0.1, "mcnemar_p_holm": 0.146, "detectable": 0.05,
    }  # fmt: skip
    return Difference(**{**values, **changes})


def test_a_difference_is_told_in_plain_words():
    first, second = in_words(difference())
    assert first == (
        "B is better than A by 3.1 points of macro-F1 (95 % interval 0.4 to 5.9); "
        "chance alone would show this 2 times in 100."
    )
    assert second == "Only A is right on 3 statements, only B on 9 (exact McNemar p = 0.146)."


def test_the_better_model_is_named_first_whichever_came_first():
    (first, _) = in_words(difference(macro_f1=Estimate(value=-0.05, low=-0.09, high=0.01)))
    assert first.startswith(
        "A is better than B by 5.0 points of macro-F1 (95 % interval -1.0 to 9.0)"
    )


def test_data_too_small_to_say_anything_is_said():
    lines = in_words(difference(detectable=0.2, p_holm=0.001))
    assert "it could miss a true difference of 20 points" in lines[-1]
    assert "less than once in 100 times" in lines[0]


def test_a_difference_that_chance_would_show_settles_nothing_and_says_so():
    lines = in_words(difference(p_holm=0.15, mcnemar_p_holm=0.0001, detectable=0.2))
    assert lines[0].endswith("15 times in 100: this data does not settle which is better.")
    assert lines[1].endswith("(exact McNemar p < 0.001).")
    assert lines[2].startswith("This data is too small to say much: it could miss")


def test_a_sure_difference_on_small_data_is_sure_but_vague():
    lines = in_words(difference(detectable=0.12, p_holm=0.01))
    assert lines[-1] == (
        "This data is small: how large the difference is stays vague, and it could miss a true "
        "difference of 12 points."
    )


def test_models_that_never_differ_are_not_ranked():
    gain = Estimate(value=0.0, low=0.0, high=0.0)
    assert in_words(difference(macro_f1=gain, p_holm=1.0, detectable=float("nan"))) == [
        "A and B do equally well whichever statements are drawn: nothing in this data tells them "
        "apart."
    ]


def test_several_comparisons_are_said_to_be_corrected(capsys):
    gold = ["a", "b"] * 20
    sharp, blunt = [[0.9, 0.1], [0.1, 0.9]] * 20, [[0.9, 0.1], [0.6, 0.4]] * 20
    answers = {
        name: TaskAnswers(labels=("a", "b"), probabilities=np.array(rows))
        for name, rows in (("x", sharp), ("y", blunt), ("z", sharp[::-1]))
    }
    print_comparison("stance", compare_task(gold, answers, n_boot=100))
    assert "corrected for these 3 comparisons (Holm)" in capsys.readouterr().out


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "s.jsonl"
    rows = [
        {"text": "President Biden vowed that Russia would pay a price.", "stance": "escalatory",
         "sentiment": "negative", "article": "x1"},
        {"text": "Ukraine would welcome talks with Germany.", "stance": "de-escalatory",
         "sentiment": "positive", "article": "x2"},
    ] * 2  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_two_shipped_models_are_compared_side_by_side(stance_command, labelled):
    done = stance_command("compare", "baseline", "transformer", "--data", labelled)
    assert done.returncode == 0, done.stderr
    assert "points of macro-F1" in done.stdout
    assert "This data is too small to say much" in done.stdout


def test_one_model_named_twice_is_a_mistake(stance_command, labelled):
    done = stance_command("compare", "baseline", "baseline", "--data", labelled)
    assert done.returncode == 2
    assert "a model is named twice" in done.stderr


def test_swapping_names_reports_the_share_of_labels_that_stay(stance_command, labelled):
    done = stance_command("evaluate", "baseline", "--data", labelled, "--swap-names")
    assert done.returncode == 0, done.stderr
    assert "people exchanged with people, countries with countries" in done.stdout
