"""Aggregates: what counts once, what is left out, corrected shares, intervals that cover."""

import json

import numpy as np
import pytest

from stance.aggregate import Confusion, Gathered, Group, gather, read_confusion, summarise
from stance.aggregate.groups import period
from stance.aggregate.prevalence import adjusted_count, em_prior_shift, unmix
from stance.aggregate.sampling import draw_shares, likeness, units_of_cell
from stance.errors import DataError, UsageError

LABELS = ("escalatory", "neutral", "de-escalatory")
SHORT = {"e": "escalatory", "n": "neutral", "d": "de-escalatory", "": None}
CHANCES = {"e": (0.8, 0.1, 0.1), "n": (0.1, 0.8, 0.1), "d": (0.1, 0.1, 0.8), "": (0.4, 0.3, 0.3)}


def row(label="e", *, article="a1", quote="q1", **more):
    chances = {f"stance_p_{x}": p for x, p in zip(LABELS, CHANCES[label], strict=True)}
    return {
        "article": article, "quote": quote, "group": quote, "text": "We will.", "speaker": "Ada",
        "stance": SHORT[label], **chances, "stance_abstained": not label, "model": "m",
        "duplicate_of": None, "date": "2024-02-29", **more,
    }  # fmt: skip


def rows(labels, **more):
    return [row(x, quote=f"q{n}", article=f"a{n}", **more) for n, x in enumerate(labels)]


def one_cell(found):
    (cell,) = found.cells
    return cell


def gathered(pairs, by=()):
    """Groups of (article, label letter), all of one key."""
    groups = [
        Group(key=(), article=article, label=SHORT[x], chances=CHANCES[x]) for article, x in pairs
    ]
    return Gathered(task="stance", by=by, labels=LABELS, groups=tuple(groups), rows=len(groups),
                    copied=0, off_topic=0, models=("m",))  # fmt: skip


def test_the_index_is_escalatory_less_de_escalatory_of_all():
    cell = one_cell(summarise(gather(rows("eeend"))))
    assert cell.counts == {"escalatory": 3, "neutral": 1, "de-escalatory": 1}
    assert cell.index.value == pytest.approx(0.4)
    assert cell.counted == pytest.approx(0.4)
    assert cell.shares["escalatory"].value == pytest.approx(0.6)
    assert (cell.n, cell.n_articles, cell.abstained) == (5, 5, 0)


def test_pieces_of_one_quotation_count_once():
    pieces = [row("e", quote="q1", group="q1"), row("e", quote="q2", group="q1")]
    found = gather([*pieces, row("d", quote="q3")])
    assert (found.rows, len(found.groups)) == (3, 2)
    assert one_cell(summarise(found)).counts == {
        "escalatory": 1, "neutral": 0, "de-escalatory": 1,
    }  # fmt: skip


def test_a_piece_with_a_speaker_names_the_speaker_of_its_group():
    pieces = [row(group="q1", speaker=None), row(quote="q2", group="q1", speaker="Ada")]
    (group,) = gather(pieces, by=["speaker"]).groups
    assert group.key == ("Ada",)


def test_a_wire_copy_counts_once_even_where_it_comes_first():
    found = gather([
        row("e", article="copy", quote="q1", duplicate_of="wire"),
        row("e", article="wire", quote="q2"),
        row("e", article="copy2", quote="q3", duplicate_of="wire"),
    ])  # fmt: skip
    assert [group.article for group in found.groups] == ["wire"]
    assert found.copied == 2


def test_the_first_of_the_copies_counts_where_the_original_is_not_there():
    found = gather([
        row(article="c1", quote="q1", duplicate_of="wire"),
        row(article="c2", quote="q2", duplicate_of="wire"),
    ])  # fmt: skip
    assert [group.article for group in found.groups] == ["c1"]


def test_of_the_same_quotes_scored_twice_the_first_count():
    found = gather([*rows("eed"), *rows("ddd", model="other")])
    assert [group.label for group in found.groups] == ["escalatory", "escalatory", "de-escalatory"]
    assert (found.rows, found.repeated, found.models) == (6, 3, ("m",))


def test_off_topic_quotes_are_left_out_and_counted():
    about = {"relevance": "relevant", "relevance_p_relevant": 0.9, "relevance_p_off-topic": 0.1}
    off = {"relevance": "off-topic", "relevance_p_relevant": 0.1, "relevance_p_off-topic": 0.9}
    found = gather([row("e", quote="q1", **about), row("d", quote="q2", **off)])
    assert (len(found.groups), found.off_topic) == (1, 1)
    assert one_cell(summarise(found)).index.value == 1.0


def test_abstained_quotes_are_counted_apart():
    cell = one_cell(summarise(gather(rows(["e", "d", "d", "", ""]))))
    assert (cell.n, cell.abstained) == (3, 2)
    assert cell.index.value == pytest.approx(-1 / 3)


def test_a_cell_where_all_abstained_has_no_index():
    cell = one_cell(summarise(gather(rows(["", ""]))))
    assert (cell.n, cell.index, cell.counted, cell.rank) == (0, None, None, None)


@pytest.mark.parametrize(
    ("date", "year", "month", "week"),
    [
        ("2024-12-30", "2024", "2024-12", "2025-W01"),
        ("2021-12-07T10:30:00Z", "2021", "2021-12", "2021-W49"),
        ("2021-12", "2021", "2021-12", None),
        ("2021", "2021", None, None),
        ("2021-02-31", "2021", "2021-02", None),
        ("7 December", None, None, None),
        (None, None, None, None),
    ],
)
def test_periods_come_from_the_date_and_are_empty_rather_than_guessed(date, year, month, week):
    assert [period(date, name) for name in ("year", "month", "week")] == [year, month, week]


def test_a_column_of_the_rows_goes_before_a_period_of_that_name():
    (group,) = gather([row(month="spring")], by=["month", "year"]).groups
    assert group.key == ("spring", "2024")


def test_cells_below_min_n_are_marked_and_not_ranked():
    many = [row("d", quote=f"d{n}", article=f"d{n}", speaker="Bo") for n in range(4)]
    few = [row("e", quote="e1", speaker="Cy")]
    unnamed = [row("e", quote=f"u{n}", article=f"u{n}", speaker=None) for n in range(9)]
    more = [row("e", quote=f"a{n}", article=f"a{n}") for n in range(3)]
    found = summarise(gather([*few, *many, *unnamed, *more], by=["speaker"]), min_n=3)
    assert [(c.key[0], c.rank, c.below_min_n) for c in found.cells] == [
        ("Ada", 1, False), ("Bo", 2, False), (None, None, False), ("Cy", None, True),
    ]  # fmt: skip


def test_with_a_period_the_cells_come_in_its_order():
    dates = [("2024-03-01", "e"), ("2024-01-01", "d"), ("2024-02-01", "n")]
    given = [row(x, quote=f"q{n}", date=day) for n, (day, x) in enumerate(dates)]
    found = summarise(gather(given, by=["month"]), min_n=1)
    assert [(c.key[0], c.rank) for c in found.cells] == [
        ("2024-01", 3), ("2024-02", 2), ("2024-03", 1),
    ]  # fmt: skip


def test_other_labels_have_shares_and_no_index():
    given = [
        {"article": "a", "quote": f"q{n}", "text": "x", "mood": m, "mood_p_up": 0.5,
         "mood_p_down": 0.5}
        for n, m in enumerate(["up", "up", "down", "up"])
    ]  # fmt: skip
    cell = one_cell(summarise(gather(given, task="mood")))
    assert (cell.index, cell.counted) == (None, None)
    assert cell.shares["up"].value == pytest.approx(0.75)


def test_what_is_no_score_is_refused_with_its_columns():
    with pytest.raises(DataError, match="no rows"):
        gather([])
    with pytest.raises(DataError, match=r"row 1 has no quote \(columns: article, text\)"):
        gather([{"article": "a", "text": "x"}])
    with pytest.raises(DataError, match="no column 'mood'"):
        gather(rows("e"), task="mood")
    with pytest.raises(UsageError, match=r"--by speeker: .* did you mean 'speaker'"):
        gather(rows("e"), by=["speeker"])


RATES = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.0, 0.2, 0.8]])


def test_the_adjusted_count_undoes_the_confusion():
    truth = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(adjusted_count(truth @ RATES, RATES, unmix(RATES)), [truth])


def test_an_impossible_adjusted_count_becomes_the_likeliest_possible_one():
    # All answered escalatory is more than the 80 % that even all-escalatory quotes would give.
    np.testing.assert_allclose(
        adjusted_count([[1.0, 0.0, 0.0]], RATES, unmix(RATES)), [[1, 0, 0]], atol=0.01
    )


def test_labels_answered_alike_share_what_cannot_be_told():
    rates = np.array([[0.5, 0.5], [0.5, 0.5]])
    np.testing.assert_allclose(adjusted_count([[0.5, 0.5]], rates, unmix(rates)), [[0.5, 0.5]])


def test_em_finds_the_shares_behind_probabilities_made_for_others():
    # Two kinds of evidence: seen in 80 % of the first label and 30 % of the second.
    seen = np.array([0.8, 0.3])
    prior, truth = np.array([0.5, 0.5]), np.array([0.1, 0.9])
    share_seen = seen @ truth
    yes, no = seen * prior, (1 - seen) * prior
    chances = np.array([yes / yes.sum(), no / no.sum()])
    weights = np.array([[share_seen], [1 - share_seen]])
    np.testing.assert_allclose(em_prior_shift(chances, prior, weights), [truth], atol=1e-3)


def test_em_leaves_probabilities_alone_that_fit_their_prior():
    chances = [[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]]
    np.testing.assert_allclose(em_prior_shift(chances, [0.5, 0.5]), [[0.5, 0.5]], atol=1e-6)


def test_likeness_is_one_where_articles_speak_with_one_voice_and_none_where_they_do_not():
    one_voice = [(list("aabbcc"), np.array([0, 0, 1, 1, 0, 0]))]
    each_mixed = [(list("aabbcc"), np.array([0, 1, 0, 1, 0, 1]))]
    assert likeness(one_voice, 2) == pytest.approx(1)
    assert likeness(each_mixed, 2) == 0
    assert likeness([(list("abc"), np.array([0, 1, 1]))], 2) == 0  # one quote an article


def test_two_quotes_that_agree_are_not_all_of_them_surely():
    cell = one_cell(summarise(gathered([("a", "e"), ("b", "e")])))
    assert cell.index.value == 1.0
    assert cell.index.low < 0
    assert cell.index.high == 1.0


def test_without_articles_the_draws_are_the_dirichlet_posterior():
    units = units_of_cell([str(n) for n in range(20)], 0.0)
    onehot = np.eye(2)[[0] * 15 + [1] * 5]
    (drawn,) = draw_shares([onehot], units, 20_000, np.random.default_rng(0))
    # Beta(15.5, 5.5): mean 0.738, standard deviation 0.0937.
    assert drawn[:, 0].mean() == pytest.approx(0.738, abs=0.003)
    assert drawn[:, 0].std() == pytest.approx(0.0937, abs=0.003)


def test_quotes_alike_within_few_articles_widen_the_interval():
    alike = [(article, x) for article, x in zip("abcdef", "eededd", strict=True) for _ in range(6)]
    mixed = [(article, x) for article in "abcdef" for x in "eededd"]
    wide, narrow = (one_cell(summarise(gathered(p))).index for p in (alike, mixed))
    assert wide.value == narrow.value == pytest.approx(0)
    assert wide.high - wide.low > 1.6 * (narrow.high - narrow.low)


def test_articles_are_resampled_from_eight_on():
    few, many = ([(str(n % k), "en"[n % 2]) for n in range(24)] for k in (7, 8))
    assert one_cell(summarise(gathered(few))).resampled == "quotes"
    assert one_cell(summarise(gathered(many))).resampled == "articles"


def test_corrections_say_what_they_need():
    data = gathered([("a", "e"), ("b", "d")])
    matrix = Confusion(labels=LABELS, counts=100 * RATES)
    with pytest.raises(UsageError, match="the correction 'em' needs to know the model's errors"):
        summarise(data, method="em")
    with pytest.raises(UsageError, match="method 'magic' came"):
        summarise(data, method="magic")
    with pytest.raises(DataError, match="the evaluation is of the labels up, down"):
        summarise(data, confusion=Confusion(labels=("up", "down"), counts=np.eye(2)))
    unseen = Confusion(labels=LABELS, counts=np.diag([3.0, 0.0, 4.0]))
    with pytest.raises(DataError, match="holds no statement that is neutral"):
        summarise(data, confusion=unseen)
    bare = [{k: v for k, v in r.items() if "_p_" not in k} for r in rows("eed")]
    assert summarise(gather(bare)).method == "none"
    with pytest.raises(DataError, match="carry no probabilities"):
        summarise(gather([*rows("eend"), {**bare[0], "quote": "b"}]), method="em", confusion=matrix)


def test_the_corrected_count_reads_the_likeliest_label_of_abstained_quotes():
    matrix = Confusion(labels=LABELS, counts=1000 * np.eye(3))
    cell = one_cell(summarise(gather(rows(["e", "d", "", ""])), confusion=matrix))
    assert cell.counted == 0
    assert cell.index.value == pytest.approx(0.5)  # the abstained lean to escalatory


def test_a_confusion_matrix_is_read_from_evaluate_and_from_crossval(tmp_path):
    scores = {"labels": list(LABELS), "confusion": [[8, 1, 1], [2, 7, 1], [0, 2, 8]]}
    tasks = {"tasks": {"stance": {"scores": scores}}}
    for name, document in {"e": {"trained_on": 3, **tasks}, "c": {"evaluation": tasks}}.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document))
        found = read_confusion(path, "stance")
        np.testing.assert_allclose(found.rates, RATES)
        assert found.trained_on == (3 if name == "e" else 0)
    with pytest.raises(DataError, match="holds no evaluation of 'sentiment'"):
        read_confusion(tmp_path / "e.json", "sentiment")
    (tmp_path / "bad.json").write_text("[")
    with pytest.raises(DataError, match="is not JSON"):
        read_confusion(tmp_path / "bad.json", "stance")
    with pytest.raises(DataError, match="cannot be read"):
        read_confusion(tmp_path / "none.json", "stance")


def test_the_order_of_the_evaluations_labels_does_not_matter():
    swapped = Confusion(labels=LABELS[::-1], counts=100 * RATES[::-1, ::-1])
    np.testing.assert_allclose(swapped.in_order(LABELS).rates, RATES)


def simulated(seed, *, truth, n_articles, per_article, likeness, evaluated):
    """A noisy calibrated classifier, its evaluation on other shares, and clustered quotes."""
    rng, base = np.random.default_rng(seed), np.array([0.3, 0.5, 0.2])
    centres = 1.6 * np.eye(3)

    def probabilities(gold):
        points = centres[gold] + rng.normal(size=(len(gold), 3))
        logs = points @ centres.T + np.log(base)
        powers = np.exp(logs - logs.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    gold = rng.choice(3, size=evaluated, p=base)
    counts = np.zeros((3, 3))
    np.add.at(counts, (gold, probabilities(gold).argmax(1)), 1)
    groups = []
    for article in range(n_articles):
        own = rng.dirichlet(np.array(truth) * (1 / likeness - 1))
        groups += [
            Group(key=(), article=str(article), label=LABELS[p.argmax()], chances=tuple(p))
            for p in probabilities(rng.choice(3, size=per_article, p=own))
        ]
    data = Gathered(task="stance", by=(), labels=LABELS, groups=tuple(groups), rows=0,
                    copied=0, off_topic=0, models=())  # fmt: skip
    return data, Confusion(labels=LABELS, counts=counts)


@pytest.mark.parametrize(
    ("truth", "n_articles", "per_article"),
    [((0.6, 0.3, 0.1), 20, 3), ((0.2, 0.2, 0.6), 5, 4)],
    ids=["many articles", "few articles"],
)
def test_corrected_intervals_cover_the_truth_and_plain_counts_do_not(
    truth, n_articles, per_article
):
    options = {"truth": truth, "n_articles": n_articles, "per_article": per_article}
    wanted = truth[0] - truth[2]
    covered, error = dict.fromkeys(["none", "adjusted", "em"], 0), dict.fromkeys(["none", "em"], 0)
    for seed in range(200):
        data, matrix = simulated(seed, likeness=0.15, evaluated=300, **options)
        for method in covered:
            found = summarise(data, method=method, confusion=matrix, n_boot=300, seed=seed)
            index = one_cell(found).index
            covered[method] += index.low <= wanted <= index.high
            if method in error:
                error[method] += (index.value - wanted) / 200
    assert 0.90 <= covered["adjusted"] / 200 <= 0.99
    assert 0.90 <= covered["em"] / 200 <= 0.99
    assert covered["none"] < covered["adjusted"] - 10
    assert abs(error["em"]) < abs(error["none"]) / 3
