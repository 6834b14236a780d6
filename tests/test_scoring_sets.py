"""Rows with a stated coverage, and rows that say why: `--coverage` and `--explain`."""

import csv
import json

import pytest
from scoring_fakes import LABELS, FakeModel, fake_extract, some_articles

from stance.classifiers.baseline import BaselineClassifier
from stance.errors import UsageError
from stance.explain import explain, explain_all
from stance.records import Article, Statement
from stance.reports.notes import _words
from stance.scoring import row_columns, score, score_frame, score_to

TEXTS = ["We will strike back at dawn", "The ministers met on Monday", "We want to talk again"]
ARTICLE = Article(id="a1", text=" ".join(
    f"“{words},” said Mira Talven." for words in (*TEXTS, "…", "Ships sail")))  # fmt: skip


def calibrated(threshold, *, n=3):
    """A fake model whose sets of stance take what is at least 1 - threshold probable."""
    model = FakeModel()
    table = {"n": n, "n_groups": n, "coverages": [0.8, 0.9], "thresholds": threshold}
    model.manifest = {"calibration": {task: {"conformal": table} for task in LABELS}}
    return model


def rows_of(model, **options):
    return list(score(some_articles(12), model, extract=fake_extract, **options))


def test_a_row_names_its_set_and_has_a_label_only_where_the_set_has_one():
    rows = rows_of(calibrated([0.4, 0.7]), coverage=0.9)
    plain = rows_of(FakeModel())
    sizes = set()
    for row, before in zip(rows, plain, strict=True):
        chances = {name: before[f"stance_p_{name}"] for name in LABELS["stance"]}
        held = [name for name, p in chances.items() if p >= 0.3 or p == max(chances.values())]
        held.sort(key=lambda name: -chances[name])
        sizes.add(len(held))
        assert row["stance_set"] == "|".join(held)
        assert row["stance"] == (held[0] if len(held) == 1 else None)
        assert row["stance_abstained"] is (len(held) > 1)
        assert {name: row[f"stance_p_{name}"] for name in chances} == chances
    assert sizes == {1, 2, 3} or sizes == {1, 2}


def test_a_lower_coverage_abstains_less():
    share = [
        sum(row["stance_abstained"] for row in rows_of(calibrated([0.4, 0.7]), coverage=c))
        for c in (0.8, 0.9, 0.99)
    ]
    assert share[0] < share[1] < share[2] == len(rows_of(FakeModel()))


def test_the_set_stands_after_the_columns_of_its_task_and_only_when_asked_for():
    (row, *_) = rows_of(calibrated([0.4, 0.7]), coverage=0.8)
    columns = list(row)
    assert columns[columns.index("stance_abstained") + 1] == "stance_set"
    assert columns[columns.index("sentiment_abstained") + 1] == "sentiment_set"
    assert [name for name in columns if not name.endswith("_set")] == list(row_columns(LABELS))


def test_coverage_needs_a_calibrated_model_and_no_other_bound():
    with pytest.raises(
        UsageError, match="the model fake keeps no conformal thresholds of 'stance'"
    ):
        rows_of(FakeModel(), coverage=0.9)
    with pytest.raises(UsageError, match="abstain_below and coverage both say when"):
        rows_of(calibrated([0.4, 0.7]), coverage=0.9, abstain_below=0.5)
    with pytest.raises(UsageError, match="coverage 90 came; expected a share between 0 and 1"):
        rows_of(calibrated([0.4, 0.7]), coverage=90)


def test_a_folder_is_not_gone_on_with_under_other_thresholds(tmp_path):
    options = {"extract": fake_extract, "coverage": 0.9, "part_format": "jsonl"}
    score_to(tmp_path / "s", some_articles(6), calibrated([0.4, 0.7]), **options)
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert manifest["thresholds"] == {"stance": 0.7, "sentiment": 0.7}
    assert manifest["options"]["coverage"] == 0.9
    score_to(tmp_path / "s", some_articles(6), calibrated([0.4, 0.7]), **options)
    with pytest.raises(UsageError, match=r"made with thresholds\.stance 0\.7, this run has 0\.6"):
        score_to(tmp_path / "s", some_articles(6), calibrated([0.4, 0.6]), **options)
    (part,) = (tmp_path / "s" / "parts").iterdir()
    assert all("stance_set" in json.loads(line) for line in part.read_text().splitlines())


@pytest.fixture(scope="module")
def baseline():
    return BaselineClassifier(min_df=1).fit(TEXTS * 4, {"stance": list(LABELS["stance"]) * 4})


class Occluded:
    """The baseline without its exact contributions, as a network would answer; counts calls."""

    def __init__(self, model):
        self.model, self.calls = model, []
        self.tasks_, self.labels_ = model.tasks_, model.labels_

    def probabilities(self, statements):
        self.calls.append(len(statements))
        return self.model.probabilities(statements)

    def __call__(self, statements):
        return self.model(statements)


def test_many_statements_are_explained_as_one_by_one(baseline):
    statements = [Statement(text=text, context=f"So: {text}.") for text in (*TEXTS, "…", "Go")]
    for model in (baseline, Occluded(baseline)):
        found = explain_all(model, statements)
        assert found[3] is None
        for statement, one in zip(statements, found, strict=True):
            if one is not None:
                alone = explain(model, statement)
                assert (one.label, one.method, one.against) == (
                    alone.label, alone.method, alone.against
                )  # fmt: skip
                assert [w.text for w in one.words] == [w.text for w in alone.words]
                assert [w.weight for w in one.words] == pytest.approx(
                    [w.weight for w in alone.words], abs=1e-9
                )


def test_occlusion_asks_about_all_statements_in_few_large_batches(baseline):
    model = Occluded(baseline)
    explain_all(model, [Statement(text=text) for text in TEXTS * 300])
    assert sum(model.calls) == 300 * sum(1 + len(text.split()) for text in TEXTS)
    assert len(model.calls) == 3
    assert explain_all(model, []) == []


def test_a_row_says_why_and_the_report_reads_it(baseline, tmp_path):
    out = tmp_path / "s.csv"
    score_to(out, [ARTICLE], baseline, extract=fake_extract, explain=True)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first = json.loads(rows[0]["stance_explanation"])
    assert (first["label"], first["method"]) == ("escalatory", "exact")
    assert {word["text"] for word in first["words"]} <= {
        "We",
        "will",
        "strike",
        "back",
        "at",
        "dawn",
    }
    weights = [abs(word["weight"]) for word in first["words"]]
    assert weights == sorted(weights, reverse=True)
    assert all(rows[0]["text"][w["start"] : w["end"]] == w["text"] for w in first["words"])
    assert [row["stance_explanation"] for row in rows if not row["text"].strip("…, ")] == [""]
    assert _words([rows[0]], "stance")[0].text == first["words"][0]["text"]
    assert "explanation" not in "".join(
        next(iter(score([ARTICLE], baseline, extract=fake_extract)))
    )


def test_no_more_than_the_ten_heaviest_words_stand_in_a_row(baseline):
    words = "We will strike back at dawn and we want to talk again with ministers on Monday"
    text = f"“{words},” said Mira Talven."
    (row,) = score([Article(id="a", text=text)], baseline, extract=fake_extract, explain=True)
    assert len(json.loads(row["stance_explanation"])["words"]) == 10


def test_a_model_that_gives_no_probabilities_cannot_say_why():
    with pytest.raises(UsageError, match="a FakeModel cannot be explained"):
        rows_of(FakeModel(), explain=True)


def test_a_frame_keeps_the_columns_in_their_order(baseline):
    import pandas as pd

    found = score_frame(pd.DataFrame({"text": [ARTICLE.text], "desk": ["north"]}), baseline,
                        extract=fake_extract, explain=True)  # fmt: skip
    assert list(found.columns)[-1] == "desk"
    columns = list(found.columns)
    assert columns[columns.index("stance_abstained") + 1] == "stance_explanation"
