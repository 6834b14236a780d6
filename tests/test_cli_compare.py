"""`stance compare` and `--swap-names`: what they print, and the words for a difference."""

import json

import pytest

from stance.cli.compare import in_words
from stance.evaluation.comparison import Difference
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
    assert second == "Only A is right on 3, only B on 9 (exact McNemar p = 0.146)."


def test_the_better_model_is_named_first_whichever_came_first():
    (first, _) = in_words(difference(macro_f1=Estimate(value=-0.05, low=-0.09, high=0.01)))
    assert first.startswith(
        "A is better than B by 5.0 points of macro-F1 (95 % interval -1.0 to 9.0)"
    )


def test_data_too_small_to_say_anything_is_said():
    lines = in_words(difference(detectable=0.2, p_holm=0.001))
    assert "it could miss a true difference of 20 points" in lines[-1]
    assert "less than once in 100 times" in lines[0]


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
