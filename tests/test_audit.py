"""The audit of a run: what is drawn, what is read back, and intervals that cover."""

import csv
import json
from collections import Counter

import numpy as np
import pytest

from stance import audit as audits
from stance.aggregate import read_confusion
from stance.errors import DataError, UsageError
from stance.evaluation.proportions import Design, macro_f1_interval, proportion, wilson
from stance.records import quote_id

LABELS = ("escalatory", "neutral", "de-escalatory")
SPELLED = {x[0]: x for x in LABELS}


def row(n, letter="n", *, start=10, group=None, **more):
    label = SPELLED.get(letter)
    quote = quote_id(f"a{n}", start, start + 20)
    return {
        "article": f"a{n}", "quote": quote, "group": group or quote, "start": start,
        "end": start + 20, "text": f"We will not, said {n}.", "context": "In the hall.",
        "speaker": "Ada Lund" if n % 5 else None, "stance": label, "stance_confidence": 0.6,
        **{f"stance_p_{x}": 0.6 if x == label else 0.2 for x in LABELS},
        "stance_abstained": label is None, "model": "m", "model_fingerprint": "f00d",
        "duplicate_of": None, **more,
    }  # fmt: skip


def rows(letters):
    return [row(n, letter) for n, letter in enumerate(letters)]


def filled(units, found, path, answer, *, by=None):
    """Write a sheet whose rows are filled by `answer(unit)`."""
    sheet = audits.sheet(units, found, by=by)
    audits.write_sheet([{**r, **answer(u)} for r, u in zip(sheet, units, strict=True)], path)
    return path


def test_a_sheet_hides_the_labels_and_holds_what_is_needed_to_judge():
    found = audits.population(rows("eend"))
    (first, *_) = audits.sheet(audits.draw(found, 4), found)
    assert list(first)[:6] == ["scores", "drawn", "key", "article", "start", "end"]
    assert list(first)[-5:] == [
        "true_stance", "true_relevance", "true_speaker", "span_ok", "note",
    ]  # fmt: skip
    assert "stance" not in first
    assert set(first.values()) & set(LABELS) == set()
    shown = audits.sheet(audits.draw(found, 4), found, show_labels=True)
    assert Counter(r["stance"] for r in shown) == Counter(SPELLED[x] for x in "eend")


def test_pieces_of_one_quotation_are_one_row_and_copies_none():
    found = audits.population([
        row(1, "e", start=50, group="g", text="and nor will you."),
        row(1, "e", start=10, group="g", text="We will not,"),
        row(2, "n"), row(3, "n", duplicate_of="a2"),
    ])  # fmt: skip
    assert (len(found.units), found.copied) == (2, 1)
    assert found.units[0].text == "We will not, […] and nor will you."
    assert (found.units[0].start, found.units[0].end) == (10, 30)


def test_the_fingerprint_is_of_quotes_and_labels_not_of_their_order():
    one = audits.population(rows("eend")).fingerprint
    assert audits.population(rows("eend")[::-1]).fingerprint == one
    assert audits.population(rows("eenn")).fingerprint != one


def test_the_same_seed_draws_the_same_quotes_and_each_as_often():
    found = audits.population(rows("e" * 20))
    assert audits.draw(found, 5, seed=3) == audits.draw(found, 5, seed=3)
    drawn = Counter(u.key for s in range(2000) for u in audits.draw(found, 5, seed=s))
    assert len(drawn) == 20
    assert all(abs(n - 500) < 90 for n in drawn.values())  # 4.6 standard deviations


def test_by_label_the_rare_ones_are_drawn_as_often_as_there_are():
    found = audits.population(rows("e" * 5 + "n" * 80 + "d" * 40 + "-" * 2))
    drawn = audits.draw(found, 60, by="stance")
    assert Counter(u.labels["stance"] for u in drawn) == {
        "escalatory": 5, "neutral": 27, "de-escalatory": 26, None: 2,
    }  # fmt: skip
    assert len(audits.draw(found, 999, by="stance")) == 127
    with pytest.raises(UsageError, match="--by stanze: the scores have no such task; did you mean"):
        audits.draw(found, 5, by="stanze")


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_answers_are_read_back_from_the_filled_sheet(tmp_path, ending):
    found = audits.population(rows("eeeennnndd"))
    said = {"e": "escalatory", "n": "Neutral ", "d": "neutral"}

    def answer(unit):
        letter = unit.labels["stance"][0]
        return {"true_stance": said[letter], "span_ok": "Y", "true_speaker": "ada  lund"}

    path = filled(audits.draw(found, 10), found, tmp_path / f"s.{ending}", answer)
    got = audits.audit(audits.read_answers(path, found), found)
    task = got.tasks["stance"]
    assert (task.accuracy.hits, task.accuracy.n, got.checked) == (8, 10, 10)
    assert task.confusion == ((4, 0, 0), (0, 4, 2), (0, 0, 0))
    assert task.few == LABELS
    assert (got.speaker.value, got.speaker.n) == (1.0, 8)  # two quotes have no speaker to be right
    assert (got.span.value, got.span.n) == (1.0, 10)
    # All quotes of the run are checked, so that nothing is left to chance.
    assert task.accuracy.low == task.accuracy.value == task.accuracy.high == 0.8


def test_rows_without_answers_are_left_out_and_abstained_ones_counted_apart(tmp_path):
    found = audits.population(rows("eenn--"))
    answers = {"a0": "escalatory", "a1": "neutral", "a4": "neutral"}

    def answer(unit):
        return {"true_stance": answers.get(unit.article, ""), "note": "hm"}

    path = filled(audits.draw(found, 6), found, tmp_path / "s.csv", answer)
    got = audits.audit(audits.read_answers(path, found), found)
    assert (got.checked, got.drawn, got.quotes) == (3, 6, 6)
    task = got.tasks["stance"]
    assert (task.accuracy.hits, task.accuracy.n, task.abstained) == (1, 2, 1)


def test_a_stratified_sample_is_weighted_to_the_whole_run(tmp_path):
    # 90 neutral ones that are all right, 10 escalatory ones that are all wrong: 90 % right.
    found = audits.population(rows("n" * 90 + "e" * 10))
    units = audits.draw(found, 20, by="stance")
    path = filled(
        units, found, tmp_path / "s.csv", lambda unit: {"true_stance": "neutral"}, by="stance"
    )
    got = audits.audit(audits.read_answers(path, found), found)
    accuracy = got.tasks["stance"].accuracy
    assert (accuracy.hits, accuracy.n, accuracy.value) == (10, 20, pytest.approx(0.9))
    assert accuracy.low < 0.9 < accuracy.high
    np.testing.assert_allclose(got.tasks["stance"].weighted[1], [0.1, 0.9, 0.0])
    assert got.by == "stance"


def test_a_label_that_nobody_checked_is_said_to_be_left_out(tmp_path):
    found = audits.population(rows("n" * 9 + "e" * 4))

    def answer(unit):
        return {"true_stance": "neutral" if unit.labels["stance"] == "neutral" else ""}

    path = filled(audits.draw(found, 8, by="stance"), found, tmp_path / "s.csv", answer,
                  by="stance")  # fmt: skip
    got = audits.audit(audits.read_answers(path, found), found)
    assert got.uncovered == {"escalatory": 4}


def test_the_figures_serve_as_the_confusion_matrix_of_summarize(tmp_path):
    found = audits.population(rows("eeeennnndd"))
    path = filled(audits.draw(found, 10), found, tmp_path / "s.csv",
                  lambda u: {"true_stance": u.labels["stance"]})  # fmt: skip
    document = audits.audit(audits.read_answers(path, found), found).to_dict()
    (tmp_path / "a.json").write_text(json.dumps(document))
    matrix = read_confusion(tmp_path / "a.json", "stance")
    assert matrix.labels == LABELS
    np.testing.assert_allclose(matrix.counts, np.diag([4, 4, 2]))
    assert matrix.fingerprint == "f00d"


def test_answers_become_corrections_with_speakers_and_confirmed_labels(tmp_path):
    found = audits.population([row(n, "e") for n in range(1, 6)])
    said = {
        "a1": {"true_stance": "escalatory", "true_speaker": "yes"},
        "a2": {"true_stance": "neutral", "true_speaker": "Bo Ek", "note": "a pun"},
        "a3": {"true_relevance": "off-topic", "true_speaker": "(none)"},
        "a4": {"true_speaker": "no", "span_ok": "no"},
        "a5": {"span_ok": "no"},  # has no speaker, and says nothing to set
    }
    path = filled(audits.draw(found, 5), found, tmp_path / "s.csv", lambda u: said[u.article])
    answers = audits.read_answers(path, found)
    got = sorted(audits.corrections(answers), key=lambda r: r["article"])
    assert got == [
        {"article": "a1", "start": 10, "end": 30, "stance": "escalatory", "speaker": "Ada Lund"},
        {"article": "a2", "start": 10, "end": 30, "stance": "neutral", "speaker": "Bo Ek",
         "note": "a pun"},
        {"article": "a3", "start": 10, "end": 30, "relevance": "off-topic", "speaker": "(none)"},
        {"article": "a4", "start": 10, "end": 30, "speaker": "(none)"},
    ]  # fmt: skip
    assert audits.audit(answers, found).speaker.value == 0.25
    audits.write_sheet(got, tmp_path / "c.csv")
    with (tmp_path / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        columns = csv.DictReader(file).fieldnames
    assert columns == ["article", "start", "end", "stance", "speaker", "note", "relevance"]


def test_all_wrong_answers_of_a_sheet_come_in_one_message(tmp_path):
    found = audits.population(rows("eeee"))
    sheet = audits.sheet(audits.draw(found, 4), found)
    sheet[0]["true_stance"] = "hawkish"
    sheet[1]["span_ok"] = "maybe"
    sheet[2]["key"] = "q-000000000000"
    sheet[3]["key"] = sheet[0]["key"]
    audits.write_sheet(sheet, tmp_path / "s.csv")
    with pytest.raises(DataError) as caught:
        audits.read_answers(tmp_path / "s.csv", found)
    message = str(caught.value)
    assert "4 mistakes" in message
    assert "s.csv:2: true_stance is 'hawkish', no label; expected one of escalatory" in message
    assert "s.csv:3: span_ok is 'maybe', no label; expected one of yes, no" in message
    assert "s.csv:4: quote 'q-000000000000' is not in the scores" in message
    assert "came before on line 2; keep one" in message


def test_sheets_of_other_scores_and_other_files_are_refused(tmp_path):
    found, other = audits.population(rows("eeee")), audits.population(rows("eeen"))
    path = filled(audits.draw(found, 4), found, tmp_path / "s.csv",
                  lambda u: {"true_stance": "neutral"})  # fmt: skip
    with pytest.raises(DataError, match=rf"other scores \({found.fingerprint}\)"):
        audits.read_answers(path, other)
    empty = filled(audits.draw(found, 4), found, tmp_path / "e.csv", lambda u: {})
    with pytest.raises(DataError, match="holds no answers; fill in true_stance"):
        audits.read_answers(empty, found)
    (tmp_path / "semi.csv").write_text(path.read_text("utf-8-sig").replace(",", ";"))
    with pytest.raises(DataError, match=r"no column 'scores'.*another delimiter"):
        audits.read_answers(tmp_path / "semi.csv", found)
    with pytest.raises(DataError, match="row 1 has no quote"):
        audits.population([{"article": "a", "text": "x"}])


def test_wilson_gives_the_published_bounds():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for hits, n, low, high in [
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:  # fmt: skip
        assert wilson(hits / n, n) == pytest.approx((low, high), abs=5e-5)


def test_a_simple_sample_of_a_large_run_has_wilsons_interval():
    design = Design(strata=np.zeros(29, dtype=np.int64), sizes=np.array([1e9]))
    found = proportion([True] + [False] * 28, design)
    assert (found.low, found.high) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert found.se == pytest.approx((1 / 29 * 28 / 29 / 28) ** 0.5)


def test_the_stratified_standard_error_is_cochrans():
    # Two strata of 300 and 100, ten drawn of each, 8 and 4 hits: weights 3/4 and 1/4.
    design = Design(strata=np.repeat([0, 1], 10), sizes=np.array([300.0, 100.0]))
    hits = [True] * 8 + [False] * 2 + [True] * 4 + [False] * 6
    found = proportion(hits, design)
    variance = 0.75**2 * (290 / 299) * 0.16 / 9 + 0.25**2 * (90 / 99) * 0.24 / 9
    assert found.value == pytest.approx(0.7)
    assert found.se == pytest.approx(variance**0.5)


def simulated(seed, *, size, n, accuracy, by):
    """True and predicted labels of a run, and a sample of it."""
    rng = np.random.default_rng(seed)
    gold = rng.choice(3, size=size, p=[0.3, 0.5, 0.2])
    predicted = np.where(rng.random(size) < accuracy, gold, rng.choice(3, size=size))
    strata = predicted if by else np.zeros(size, dtype=np.int64)
    each = n // 3 if by else n
    picked = np.concatenate([
        rng.permutation(np.flatnonzero(strata == h))[:each] for h in range(3 if by else 1)
    ])  # fmt: skip
    sizes = np.bincount(strata).astype(np.float64)
    return gold, predicted, picked, Design(strata=strata[picked], sizes=sizes)


@pytest.mark.parametrize("by", [False, True], ids=["simple", "stratified"])
@pytest.mark.parametrize("accuracy", [0.5, 0.9])
@pytest.mark.parametrize(("size", "n"), [(250, 99), (4000, 99), (4000, 42)])
def test_intervals_of_accuracy_and_macro_f1_cover_those_of_the_run(by, accuracy, size, n):
    from stance.evaluation.formulas import macro_f1
    from stance.evaluation.proportions import weighted_confusion

    covered, f1_covered, error, tries = 0, 0, 0.0, 300
    for seed in range(tries):
        gold, predicted, picked, design = simulated(seed, size=size, n=n, accuracy=accuracy, by=by)
        right = gold == predicted
        found = proportion(list(right[picked]), design)
        covered += found.low <= right.mean() <= found.high
        error += (found.value - right.mean()) / tries
        f1 = macro_f1_interval(gold[picked], predicted[picked], 3, design, n_draws=300, seed=seed)
        truth = macro_f1(weighted_confusion(gold, predicted, 3, np.ones(size)))
        f1_covered += f1.low <= truth <= f1.high
    assert abs(error) < 0.01
    assert 0.92 <= covered / tries <= 0.99
    assert 0.90 <= f1_covered / tries <= 0.99


def test_the_command_draws_a_sheet_and_reads_it_back(stance_command, tmp_path):
    scores = tmp_path / "s.jsonl"
    scores.write_text("".join(json.dumps(r) + "\n" for r in rows("eeeennnnnndd" * 4)))
    sheet = tmp_path / "sheet.csv"
    done = stance_command("data", "audit", scores, "--n", 30, "--out", sheet)
    assert done.returncode == 0, done.stderr
    assert "30 of 48 quotes drawn at random" in done.stderr
    again = stance_command("data", "audit", scores, "--n", 30, "--out", sheet)
    assert (again.returncode, "may hold answers" in again.stderr) == (2, True)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines[:20]:
        line.update(true_stance="neutral", true_speaker="yes", span_ok="yes")
    audits.write_sheet(lines, sheet)
    figures, fixes = tmp_path / "f.json", tmp_path / "c.jsonl"
    done = stance_command("data", "audit", scores, "--answers", sheet, "--json", figures,
                          "--corrections-out", fixes)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "20 of 30 rows have answers" in done.stderr
    assert "stance: accuracy" in done.stdout
    document = json.loads(figures.read_text())
    assert document["tasks"]["stance"]["accuracy"]["n"] == 20
    done = stance_command("summarize", scores, "--confusion", figures, "--corrections", fixes,
                          "--by", "", "--correct", "none")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "corrections: 20 matched exactly, 0 by overlap, 0 not at all" in done.stderr
    done = stance_command("data", "audit", scores)
    assert (done.returncode, "give --out FILE to draw a sheet" in done.stderr) == (2, True)
