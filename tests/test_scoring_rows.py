import csv
import json
import types

import pytest
from scoring_fakes import LABELS, FakeModel, fake_extract, some_articles, words_of

from stance.articles import InputFailure
from stance.errors import StanceError, UsageError
from stance.records import QUOTE_COLUMNS, Article, Prediction
from stance.scoring import SCHEMA_VERSION, ArticleWarning, format_of, row_columns, score, score_to
from stance.scoring.rows import with_abstention
from stance.scoring.summary import speaker_counts, summarise
from stance.scoring.tally import Tally, group_label


def rows_of(articles, model=None, **options):
    return list(score(articles, model or FakeModel(), extract=fake_extract, **options))


def test_a_row_has_the_documented_columns_in_order():
    (row,) = rows_of([Article(id="a1", text=words_of(1), extra={"desk": "north"})])
    assert tuple(row) == (
        *QUOTE_COLUMNS,
        "stance", "stance_confidence", "stance_p_escalatory", "stance_p_neutral",
        "stance_p_de-escalatory", "stance_abstained",
        "sentiment", "sentiment_confidence", "sentiment_p_negative", "sentiment_p_neutral",
        "sentiment_p_positive", "sentiment_abstained",
        "truncated", "model", "model_fingerprint", "date", "source", "title", "duplicate_of",
        "date_original", "url", "schema_version", "desk",
    )  # fmt: skip
    assert row_columns(LABELS) == tuple(row)[:-1]
    assert (row["article"], row["model"], row["model_fingerprint"]) == ("a1", "fake", "f00d")
    assert (row["schema_version"], row["desk"]) == (SCHEMA_VERSION, "north")


def test_the_columns_follow_the_tasks_of_the_model():
    class Other(FakeModel):
        tasks_ = ("tone",)
        labels_ = types.MappingProxyType({"tone": ("hot", "cold")})

        def __call__(self, statements):
            return [Prediction(probabilities={"tone": {"hot": 0.25, "cold": 0.75}})] * len(
                statements
            )

    row = rows_of(some_articles(2), Other())[0]
    assert [name for name in row if name.startswith("tone")] == [
        "tone", "tone_confidence", "tone_p_hot", "tone_p_cold", "tone_abstained"
    ]  # fmt: skip
    assert (row["tone"], row["tone_confidence"]) == ("cold", 0.75)


def test_an_input_column_named_like_one_of_the_row_is_renamed():
    extra = {"speaker": "me", "stance": "mine", "text": "t", "input_text": "u", "other": 1}
    row = rows_of([Article(id="a1", text=words_of(1), extra=extra)])[0]
    assert row["speaker"] != "me"
    assert (row["input_speaker"], row["input_stance"], row["other"]) == ("me", "mine", 1)
    assert {row["input_text"], row["input_input_text"]} == {"t", "u"}


def test_a_task_below_the_bound_gets_no_label_but_keeps_its_probabilities():
    chances = {"stance": {"escalatory": 0.5, "neutral": 0.3, "de-escalatory": 0.2},
               "sentiment": {"negative": 0.1, "neutral": 0.8, "positive": 0.1}}  # fmt: skip
    row = with_abstention(Prediction(probabilities=chances), 0.6).to_dict()
    assert (row["stance"], row["stance_abstained"], row["stance_p_escalatory"]) == (None, True, 0.5)
    assert (row["sentiment"], row["sentiment_abstained"]) == ("neutral", False)
    with pytest.raises(UsageError, match="abstain_below is 60; expected a probability from 0 to 1"):
        score([], FakeModel(), abstain_below=60)


def test_a_group_takes_the_label_that_its_words_speak_for():
    pieces = [
        {"text": "x" * 30, "stance": "neutral", "stance_p_neutral": 0.6,
         "stance_p_escalatory": 0.4},
        {"text": "x" * 10, "stance": "escalatory", "stance_p_neutral": 0.1,
         "stance_p_escalatory": 0.9},
    ]  # fmt: skip
    assert group_label(pieces, "stance") == "escalatory"  # 0.525 against 0.475
    assert group_label(pieces[:1], "stance") == "neutral"
    assert group_label([{**piece, "stance": None} for piece in pieces], "stance") is None


def test_articles_that_cannot_be_scored_are_warned_of_or_handed_over():
    articles = [words_of(1), "", "CRASH " + words_of(2)]
    with pytest.warns(ArticleWarning) as warned:
        assert len(rows_of(articles)) == 1
    assert [str(one.message) for one in warned] == [
        "article 2: its text is empty",
        "article-3: extracting its quotes failed (RuntimeError: the extractor met its end)",
    ]
    found = []
    rows_of(articles, on_failure=found.append)
    assert [failure.kind for failure in found] == ["no-text", "extraction"]


def test_an_article_in_another_language_is_flagged_and_not_scored():
    german = (
        "Der Rat hat am Montag gesagt, dass die Brücke nicht für alle ist und im Herbst auf ist."
    )
    found = []
    assert rows_of([german], on_failure=found.append) == []
    assert (found[0].kind, found[0].reason) == (
        "not-English", "not English; only English articles are scored"
    )  # fmt: skip
    assert rows_of([german + " “Nein,” said Mira Talven"], english_only=False) != []


def test_repeated_ids_are_numbered_in_the_order_of_the_input():
    text = words_of(1)
    articles = [Article(id=name, text=f"{text} {n}") for n, name in enumerate("aab#a")]
    rows = rows_of(articles, english_only=False)
    assert [row["article"] for row in rows] == ["a", "a#2", "b", "#", "a#3"]


def test_identical_statements_are_asked_once():
    model = FakeModel()
    same = "“We will wait,” said Lea Quorn to the hall."
    rows = rows_of([Article(id=str(n), text=same) for n in range(9)], model)
    assert len(rows) == 9
    assert [text for batch in model.asked for text in batch] == ["We will wait,"]


def test_a_statement_that_the_model_cannot_read_costs_one_article():
    found = []
    articles = [*some_articles(8), Article(id="bad", text="“Poison,” said Lea Quorn today.")]
    rows = rows_of(articles, FakeModel(fails_on="Poison"), on_failure=found.append)
    assert {row["article"] for row in rows} == {"a001", "a002", "a003", "a005", "a006", "a007"}
    assert (found[0].article, found[0].kind) == ("bad", "model")
    assert "ValueError: this model cannot read that" in found[0].reason


def test_a_model_that_fails_on_everything_is_an_error_not_a_list_of_failures():
    with pytest.raises(StanceError, match="the model fake failed on each of the first 15 articles"):
        rows_of(some_articles(30), FakeModel(fails_on="will"), on_failure=print)


def test_a_model_without_tasks_and_an_unknown_option_are_refused_at_once():
    with pytest.raises(UsageError, match="the model is a str without tasks; pass a fitted"):
        score([], "transformer")
    with pytest.raises(UsageError, match=r"unknown option .*wrokers.*; expected by, attribution"):
        score([], FakeModel(), wrokers=2)


def test_the_first_row_comes_before_the_second_article_is_scored():
    seen = []

    def slowly():
        for article in some_articles(40)[1:]:
            seen.append(article.id)
            yield article

    next(score(slowly(), FakeModel(), extract=fake_extract))
    assert len(seen) == 2


def read_back(path):
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text().splitlines()]
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file, strict=True))
    import pyarrow.parquet as pq

    return pq.read_table(path).to_pylist()


def test_every_format_holds_the_same_rows(tmp_path):
    articles = some_articles(30)
    articles[5] = Article(id='é,"\n', text=words_of(5), extra={"late": [1, "ü"], "flag": True})
    rows = rows_of(articles)
    for name in ("a.jsonl", "a.csv", "a.parquet"):
        score_to(tmp_path / name, articles, FakeModel(), extract=fake_extract)
    assert read_back(tmp_path / "a.jsonl") == rows
    columns = [*row_columns(LABELS), "late", "flag"]
    as_text = {True: "true", False: "false", None: ""}
    expected = [
        {name: as_text[row.get(name)] if (row.get(name) in (None, True, False) and
         not isinstance(row.get(name), (int, float))) or isinstance(row.get(name), bool)
         else json.dumps(row[name], ensure_ascii=False) if isinstance(row[name], list)
         else str(row[name]) for name in columns}
        for row in rows
    ]  # fmt: skip
    assert read_back(tmp_path / "a.csv") == expected
    cells = [{name: row.get(name) for name in columns} for row in rows]
    for row in cells:
        if row["late"]:
            row.update(late='[1, "ü"]', flag="true")
    assert read_back(tmp_path / "a.parquet") == cells


def test_a_csv_has_no_mark_and_ends_its_lines_as_rfc_4180_asks(tmp_path):
    score_to(tmp_path / "a.csv", some_articles(2), FakeModel(), extract=fake_extract)
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"article,quote,group,")
    assert data.count(b"\r\n") == 2


def test_a_parquet_without_rows_keeps_its_columns_types_and_schema_version(tmp_path):
    import pyarrow.parquet as pq

    score_to(
        tmp_path / "a.parquet", ["Nobody spoke of the dam."], FakeModel(), extract=fake_extract
    )
    table = pq.read_table(tmp_path / "a.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert table.num_rows == 0
    assert (types["start"], types["speaker"], types["stance_p_neutral"], types["truncated"]) == (
        "int64", "string", "double", "bool"
    )  # fmt: skip
    assert table.schema.metadata[b"stance.schema_version"] == b"1"
    assert pq.ParquetFile(tmp_path / "a.parquet").metadata.num_columns == len(row_columns(LABELS))


def test_the_summary_accounts_for_every_article_and_counts_groups_once(tmp_path):
    articles = [*some_articles(9), "", "CRASH"]
    summary = score_to(tmp_path / "a.jsonl", articles, FakeModel(), extract=fake_extract)
    assert (summary.articles, summary.scored, summary.without_quotes, summary.failed) == (
        11,
        6,
        3,
        2,
    )
    assert summary.failures == {"no-text": 1, "extraction": 1}
    assert summary.exit_status == 5
    assert sum(one.groups for one in summary.speakers) == summary.groups == summary.rows == 12
    for one in summary.speakers:
        assert sum(one.labels["stance"].values()) == one.groups
    errors = [json.loads(line) for line in (tmp_path / "a.errors.jsonl").read_text().splitlines()]
    assert [(e["article"], e["kind"]) for e in errors] == [
        ("article-10", "no-text"), ("article-11", "extraction")
    ]  # fmt: skip


def test_a_run_without_failures_removes_the_list_of_an_earlier_one(tmp_path):
    (tmp_path / "a.errors.jsonl").write_text("old")
    summary = score_to(tmp_path / "a.jsonl", some_articles(3), FakeModel(), extract=fake_extract)
    assert (summary.exit_status, summary.errors) == (0, None)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.parquet"])
def test_a_run_that_breaks_leaves_the_old_file_and_no_other(tmp_path, name):
    (tmp_path / name).write_text("old")

    def broken():
        yield from some_articles(20)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_to(tmp_path / name, broken(), FakeModel(), extract=fake_extract)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "old")]


def test_a_full_disk_is_told_in_one_line_and_leaves_no_half_file(tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stance.scoring.writers.os.fsync", full)
    with pytest.raises(StanceError, match=r"a\.csv cannot be written \(No space left on device\)"):
        score_to(tmp_path / "a.csv", some_articles(3), FakeModel(), extract=fake_extract)
    assert list(tmp_path.iterdir()) == []


def test_the_ending_of_out_names_the_format(tmp_path):
    assert [format_of(name) for name in ("a.JSONL", "b.csv", "c.parquet", "-", "scores")] == [
        "jsonl", "csv", "parquet", "jsonl", None
    ]  # fmt: skip
    with pytest.raises(UsageError, match=r"ends in '\.xlsx'; expected \.jsonl, \.csv, \.parquet"):
        format_of("a.xlsx")
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere to write a\.csv into"):
        score_to(tmp_path / "nowhere" / "a.csv", [], FakeModel())


def test_stdout_gets_json_lines_and_failures_go_elsewhere(capfdbinary):
    import io

    errors = io.BytesIO()
    articles = [*some_articles(3), ""]
    summary = score_to("-", articles, FakeModel(), extract=fake_extract, errors=errors)
    lines = capfdbinary.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == rows_of(some_articles(3))
    assert json.loads(errors.getvalue())["reason"] == "its text is empty"
    assert (summary.out, summary.failed) == ("-", 1)


def test_failures_that_reading_found_pass_through(tmp_path):
    failure = InputFailure(where="x.txt", reason="it holds NUL bytes")
    summary = score_to(tmp_path / "a.jsonl", [failure], FakeModel(), extract=fake_extract)
    assert summary.examples == (failure.to_dict(),)


def test_off_topic_groups_count_for_no_task_but_relevance():
    def row(group, stance, relevance):
        return {
            "article": "a1", "quote": group, "group": group, "speaker": "Ada Lund", "text": "x",
            "stance": stance, "stance_p_escalatory": 1.0, "relevance": relevance,
            "relevance_p_relevant": float(relevance == "relevant"),
            "relevance_p_off-topic": float(relevance == "off-topic"),
        }  # fmt: skip

    rows = [row("g1", "escalatory", "relevant"), row("g2", "neutral", "off-topic")]
    tally = Tally()
    tally.add_rows(rows, ["stance", "relevance"])
    (speaker,) = summarise(tally).speakers
    assert speaker.groups == 2
    assert dict(speaker.labels["stance"]) == {"escalatory": 1}
    assert dict(speaker.labels["relevance"]) == {"relevant": 1, "off-topic": 1}
    assert speaker.index == 1.0
    counts, _ = speaker_counts(rows, "stance")
    assert counts == {"Ada Lund": {"escalatory": 1}}
