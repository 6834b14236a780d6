"""Corrections by hand: where they land, what they change, and how certain they are."""

import json

import numpy as np
import pytest

from stance.aggregate import Confusion, apply, gather, place, read_corrections, summarise
from stance.aggregate.corrections import Correction
from stance.errors import DataError
from stance.records import quote_id

LABELS = ("escalatory", "neutral", "de-escalatory")


def row(start=10, end=30, *, article="a1", stance="neutral", group=None, **more):
    chances = {f"stance_p_{x}": 0.6 if x == stance else 0.2 for x in LABELS}
    quote = quote_id(article, start, end)
    return {
        "article": article, "quote": quote, "group": group or quote, "start": start, "end": end,
        "text": "x" * (end - start), "speaker": "Ada Lund", "speaker_mention": "Lund",
        "speaker_country": "Norland", "stance": stance, "stance_confidence": 0.6, **chances,
        "stance_abstained": False, "model": "m", "target_name": "Sudria", "target_country": "S",
        **more,
    }  # fmt: skip


def correction(start=10, end=30, *, article="a1", **values):
    return Correction(article=article, start=start, end=end, values=values, where="c:1")


def corrected(rows, *corrections):
    placed = place(rows, corrections)
    return placed, list(apply(rows, placed))


def found_by(placed):
    return placed.exact, placed.overlapped, len(placed.missed)


def test_a_label_set_by_hand_is_certain_marked_and_no_abstention():
    rows = [row(stance_abstained=True) | {"stance": None}, row(40, 60)]
    placed, (changed, other) = corrected(rows, correction(stance="escalatory"))
    assert found_by(placed) == (1, 0, 0)
    assert (changed["stance"], changed["stance_confidence"]) == ("escalatory", 1.0)
    assert [changed[f"stance_p_{x}"] for x in LABELS] == [1.0, 0.0, 0.0]
    assert changed["stance_abstained"] is False
    assert (changed["corrected"], other["corrected"]) == ("stance", None)
    assert {k: v for k, v in other.items() if k != "corrected"} == rows[1]


def test_a_span_that_moved_a_little_is_found_by_overlap():
    placed, (changed,) = corrected([row(12, 30)], correction(10, 30, stance="escalatory"))
    assert found_by(placed) == (0, 1, 0)
    assert changed["stance"] == "escalatory"


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        ([(10, 20), (20, 30)], "two that share half each"),
        ([(10, 19)], "less than half of the longer"),
        ([(10, 80)], "less than half of the longer the other way"),
        ([(40, 60)], "elsewhere"),
        ([], "nothing in that article"),
    ],
)
def test_without_one_clear_quote_a_correction_is_missed_and_listed(spans, why):
    rows = [row(*span) for span in spans] or [row(article="other")]
    placed, after = corrected(rows, correction(stance="escalatory"))
    assert found_by(placed) == (0, 0, 1), why
    assert placed.to_dict()["missed"] == [{"article": "a1", "start": 10, "end": 30}]
    assert [r["corrected"] for r in after] == [None] * len(rows)


def test_a_quote_with_a_correction_of_its_own_takes_no_other_by_overlap():
    exact, near = correction(stance="escalatory"), correction(11, 30, stance="neutral")
    placed, (changed,) = corrected([row()], near, exact)
    assert found_by(placed) == (1, 0, 1)
    assert changed["stance"] == "escalatory"
    placed, _ = corrected([row()], near, correction(12, 30, stance="neutral"))
    assert found_by(placed) == (0, 0, 2)


def test_corrections_hold_for_the_scores_of_another_model():
    one = correction(stance="de-escalatory")
    for model in ("m", "better"):
        _, (changed,) = corrected([row(model=model, stance="escalatory")], one)
        assert (changed["stance"], changed["model"]) == ("de-escalatory", model)


def test_a_correction_of_one_piece_holds_for_the_quotation():
    pieces = [row(10, 30, group="g"), row(40, 140, group="g"), row(200, 220)]
    _, after = corrected(pieces, correction(10, 30, stance="escalatory", speaker="Bo Ek"))
    assert [r["stance"] for r in after] == ["escalatory", "escalatory", "neutral"]
    groups = gather(after, by=["speaker"]).groups
    assert [(g.key, g.label, g.certain) for g in groups] == [
        (("Bo Ek",), "escalatory", True), (("Ada Lund",), "neutral", False),
    ]  # fmt: skip


def test_pieces_with_corrections_of_their_own_keep_them():
    pieces = [row(10, 30, group="g"), row(40, 140, group="g")]
    _, after = corrected(
        pieces, correction(10, 30, stance="escalatory"), correction(40, 140, stance="neutral")
    )
    assert [r["stance"] for r in after] == ["escalatory", "neutral"]


def test_another_speaker_empties_what_was_known_of_the_former_one():
    _, (changed,) = corrected([row()], correction(speaker="Bo Ek"))
    assert [changed[f"speaker{x}"] for x in ("", "_mention", "_country")] == ["Bo Ek", None, None]
    _, (changed,) = corrected([row()], correction(speaker="Bo Ek", speaker_country="Sudria"))
    assert (changed["speaker_country"], changed["corrected"]) == (
        "Sudria", "speaker,speaker_country",
    )  # fmt: skip
    _, (same,) = corrected([row()], correction(speaker="Ada Lund"))
    assert same["speaker_country"] == "Norland"


def test_nobody_and_no_target_are_said_in_a_word():
    _, (changed,) = corrected([row()], correction(speaker="(none)", target_name="(none)"))
    assert (changed["speaker"], changed["target_name"], changed["target_country"]) == (None,) * 3


def test_a_quote_set_off_topic_by_hand_no_longer_counts_even_in_pieces():
    pieces = [row(10, 30, group="g"), row(40, 60, group="g"), row(80, 90)]
    _, after = corrected(pieces, correction(relevance="off-topic"))
    found = gather(after)
    assert (found.off_topic, len(found.groups)) == (1, 1)


def test_the_file_may_be_csv_or_json_lines_and_empty_cells_say_nothing(tmp_path):
    (tmp_path / "c.csv").write_text(
        "article,start,end,stance,speaker,note,by\n007,10,30,escalatory,,checked,AL\n"
    )
    (tmp_path / "c.jsonl").write_text(
        '{"article": "007", "start": 10.0, "end": 30, "stance": "escalatory", "speaker": null}\n'
    )
    for name in ("c.csv", "c.jsonl"):
        (one,) = read_corrections(tmp_path / name)
        assert (one.article, one.start, one.end) == ("007", 10, 30)
        assert one.values == {"stance": "escalatory"}


def test_all_mistakes_of_a_file_come_in_one_message(tmp_path):
    path = tmp_path / "c.jsonl"
    lines = [
        {"article": "a", "start": 5, "stance": "neutral"},
        {"article": "a", "start": -1, "end": 4},
        {"article": "a", "start": 9, "end": 4},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(DataError) as caught:
        read_corrections(path)
    message = str(caught.value)
    assert "3 mistakes" in message
    assert "c.jsonl:1: no end (columns: article, start, stance)" in message
    assert "c.jsonl:2: start is -1; expected a whole number of code points" in message
    assert "c.jsonl:3: start 9 is not before end 4" in message
    path.write_text("\n")
    with pytest.raises(DataError, match="holds no corrections"):
        read_corrections(path)


def test_wrong_labels_columns_and_contradictions_are_refused():
    with pytest.raises(DataError, match=r"c:1: unknown label 'hawkish' of 'stance'; expected one"):
        place([row()], [correction(stance="hawkish")])
    with pytest.raises(DataError, match=r"unknown column 'stnace'; did you mean 'stance'\?"):
        place([row()], [correction(stnace="neutral")])
    with pytest.raises(DataError, match=r"stance is 'neutral', but 'escalatory' in c:1"):
        place([row()], [correction(stance="escalatory"), correction(stance="neutral")])
    bare = {"article": "a1", "text": "x"}
    with pytest.raises(DataError, match="row 1 has no start, end and quote"):
        place([bare], [correction(stance="neutral")])


def test_labels_of_a_task_of_ones_own_can_be_corrected():
    mood = {"mood": "up", "mood_p_up": 0.7, "mood_p_down": 0.3}
    _, (changed,) = corrected([row(**mood)], correction(mood="down"))
    assert (changed["mood"], changed["mood_p_up"], changed["mood_p_down"]) == ("down", 0.0, 1.0)


def many(letters, *, by_hand=0):
    """A quote an article, the first `by_hand` of them confirmed by hand."""
    spelled = {x[0]: x for x in LABELS}
    rows = [row(article=f"a{n}", stance=spelled[x]) for n, x in enumerate(letters)]
    confirmed = [correction(article=f"a{n}", stance=rows[n]["stance"]) for n in range(by_hand)]
    return corrected(rows, *confirmed)[1] if confirmed else rows


@pytest.mark.parametrize("method", ["adjusted", "em"])
def test_the_more_is_set_by_hand_the_narrower_the_interval(method):
    matrix = Confusion(labels=LABELS, counts=np.array([[30, 10, 5], [10, 30, 10], [5, 10, 30.0]]))
    widths = []
    for by_hand in (0, 30, 60):
        data = gather(many("eend" * 15, by_hand=by_hand))
        (cell,) = summarise(data, method=method, confusion=matrix).cells
        widths.append(cell.index.high - cell.index.low)
        assert cell.corrected == by_hand
    assert widths[0] > widths[1] > widths[2]


def test_with_all_set_by_hand_no_method_moves_the_counts():
    matrix = Confusion(labels=LABELS, counts=np.array([[30, 10, 5], [10, 30, 10], [5, 10, 30.0]]))
    data = gather(many("eeend" * 4, by_hand=20))
    for method in ("none", "adjusted", "em"):
        (cell,) = summarise(data, method=method, confusion=matrix).cells
        assert cell.index.value == pytest.approx(0.4)
        assert cell.index.low < 0.4 < cell.index.high  # sampling stays


def test_intervals_cover_the_truth_where_a_random_third_was_set_by_hand():
    rates = np.array([[0.7, 0.2, 0.1], [0.15, 0.7, 0.15], [0.1, 0.3, 0.6]])
    truth = np.array([0.5, 0.3, 0.2])
    covered = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        evaluated = rng.choice(3, size=300, p=[0.3, 0.4, 0.3])
        counts = np.zeros((3, 3))
        np.add.at(counts, (evaluated, [rng.choice(3, p=rates[g]) for g in evaluated]), 1)
        gold = rng.choice(3, size=60, p=truth)
        rows = [row(article=f"a{n}", stance=LABELS[rng.choice(3, p=rates[g])])
                for n, g in enumerate(gold)]  # fmt: skip
        by_hand = [correction(article=f"a{n}", stance=LABELS[gold[n]]) for n in range(20)]
        data = gather(corrected(rows, *by_hand)[1])
        matrix = Confusion(labels=LABELS, counts=counts)
        found = summarise(data, confusion=matrix, n_boot=300, seed=seed)
        share = found.cells[0].shares["de-escalatory"]
        covered += share.low <= truth[2] <= share.high
    assert 0.90 <= covered / 200 <= 0.99


def write(path, rows):
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def test_summarize_and_report_take_corrections_and_say_how_they_matched(stance_command, tmp_path):
    rows = [row(10, 30), row(50, 72), row(100, 120, article="a2")]
    scores = write(tmp_path / "s.jsonl", rows)
    fixes = write(tmp_path / "c.jsonl", [
        {"article": "a1", "start": 10, "end": 30, "stance": "escalatory"},
        {"article": "a1", "start": 50, "end": 70, "speaker": "Bo Ek"},
        {"article": "gone", "start": 1, "end": 9, "stance": "neutral"},
    ])  # fmt: skip
    out = tmp_path / "o.json"
    done = stance_command("summarize", scores, "--corrections", fixes, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "corrections: 1 matched exactly, 1 by overlap, 1 not at all" in done.stderr
    assert f"no quote at gone 1-9 ({fixes}:3); not corrected" in done.stderr
    assert "1 with a label set by hand" in done.stderr
    document = json.loads(out.read_text())
    assert document["corrections"]["missed"] == [{"article": "gone", "start": 1, "end": 9}]
    cells = {c["speaker"]: (c["n"], c["corrected"], c["n_escalatory"]) for c in document["cells"]}
    assert cells == {"Ada Lund": (2, 1, 1), "Bo Ek": (1, 0, 0)}
    done = stance_command("report", scores, "--corrections", fixes, "--out", tmp_path / "p.svg")
    assert done.returncode == 0, done.stderr
    assert "1 matched exactly, 1 by overlap" in done.stderr
