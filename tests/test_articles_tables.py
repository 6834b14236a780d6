import csv
import gzip
import json
import re

from stance.articles import InputFailure, ReadOptions, read_articles
from stance.records import Article


def read(path, **options):
    return list(read_articles(path, options=ReadOptions(**options)))


def jsonl(path, *records):
    path.write_text("".join(json.dumps(one) + "\n" for one in records))
    return path


def reasons(items):
    return [item.reason if isinstance(item, InputFailure) else item.id for item in items]


def test_the_same_articles_come_from_every_kind_of_table(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {"id": "007", "headline": "Dam holds", "body": "One, “two”.\nThree.", "desk": "north"},
        {"id": "008", "headline": "Rain", "body": "Four; five.", "desk": "south"},
    ]
    jsonl(tmp_path / "a.jsonl", *rows)
    with gzip.open(tmp_path / "b.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    for name, delimiter in (("c.csv", ","), ("d.tsv", "\t"), ("e.csv", ";")):
        with (tmp_path / name).open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
            writer.writeheader()
            writer.writerows(rows)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "f.parquet")
    expected = [
        Article(id="007", text="One, “two”.\nThree.", title="Dam holds", extra={"desk": "north"}),
        Article(id="008", text="Four; five.", title="Rain", extra={"desk": "south"}),
    ]
    for path in sorted(tmp_path.iterdir()):
        assert read(path) == expected, path.name


def test_columns_named_by_the_caller_come_before_guesses(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"text": "teaser", "full": "Words.", "nr": 12, "id": "x"})
    (article,) = read(path, columns={"text": "full", "id": "nr"})
    assert (article.id, article.text, article.extra) == (
        "12",
        "Words.",
        {"text": "teaser", "id": "x"},
    )


def test_a_record_without_id_is_called_by_its_file_and_line(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"text": "One."}, {"text": "Two.", "id": None})
    assert [article.id for article in read(path)] == ["a:1", "a:2"]


def test_ids_stay_strings_and_whole_numbers_lose_their_point(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", *({"id": i, "text": "One."} for i in ("007", 7, 7.0, 7.5)))
    assert [article.id for article in read(path)] == ["007", "7", "7", "7.5"]


def test_dates_are_normalised_and_the_original_is_kept(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"text": "One.", "pubDate": "26-FEB-1987 15:01:01.79"},
                 {"text": "Two.", "pubDate": "2 days ago"})  # fmt: skip
    one, two = read(path)
    assert (one.date, one.date_original) == (
        "1987-02-26T15:01:01.790000",
        "26-FEB-1987 15:01:01.79",
    )
    assert (two.date, two.date_original) == (None, "2 days ago")


def test_a_nested_source_gives_its_name_and_other_values_pass_through(tmp_path):
    record = {"text": "One.", "source": {"id": None, "name": "The Post"}, "tags": ["a", {"b": 1}]}
    (article,) = read(jsonl(tmp_path / "a.jsonl", record))
    assert (article.source, article.extra) == ("The Post", {"tags": ["a", {"b": 1}]})


def test_each_broken_json_line_is_a_failure_of_its_own(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"text": "One.", "id": "1"}\n{"text": "cut in ha\n\n[1, 2]\n"words"\n{"id": "5"}\n'
        b'{"text": null, "id": "6"}\n{"text": 12}\n{"text": "nul \\u0000"}\n\x00\x01bin\n'
        + b"[" * 100_000 + b'\n{"text": "Last.", "id": "z"}'
    )  # fmt: skip
    found = read(path)
    assert isinstance(found[0], Article)
    assert found[-1] == Article(id="z", text="Last.")
    patterns = [
        "the line is not JSON", "a JSON list; expected", "a JSON str; expected an object",
        r"no column of text \(it has id\); expected text, body", r"its text is missing \(null\)",
        "its text is a int; expected a string", "holds NUL characters", "the line is not text",
        "the line is not JSON",
    ]  # fmt: skip
    assert len(found) == len(patterns) + 2
    for failure, pattern in zip(found[1:-1], patterns, strict=True):
        assert re.search(pattern, failure.reason), failure.reason
    assert [failure.where for failure in found[1:3]] == [f"{path}:2", f"{path}:4"]


def test_a_line_beyond_the_limit_is_a_failure_and_the_next_is_read(tmp_path):
    path = jsonl(tmp_path / "a.jsonl", {"text": "x" * 5_000_000}, {"text": "Two.", "id": "b"})
    failure, article = read(path, max_chars=1000)
    assert (failure.kind, article.id) == ("too-large", "b")


def test_lone_surrogates_become_replacement_characters(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a\\ud83dz", "id": "i\\udc00", "x": {"\\ud800": "\\udfff"}}')
    (article,) = read(path)
    assert (article.text, article.id) == ("a\ufffdz", "i\ufffd")
    assert article.extra == {"x": {"\ufffd": "\ufffd"}}


def test_a_truncated_gzip_gives_what_it_holds_and_says_where_it_breaks_off(tmp_path):
    import random

    letters = random.Random(1)
    lines = [json.dumps({"id": str(n), "text": f"Words {letters.random()}"}) for n in range(9000)]
    whole = gzip.compress("\n".join(lines).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    *articles, failure = read(tmp_path / "a.jsonl.gz")
    assert len(articles) > 1000
    assert failure.where == f"{tmp_path / 'a.jsonl.gz'}:{len(articles) + 1}"
    assert re.search("reading failed .*; the rest is not read", failure.reason)


def test_a_gzip_bomb_is_stopped(tmp_path):
    with gzip.open(tmp_path / "a.jsonl.gz", "wb") as file:
        file.write(b'{"text": "' + b"x" * 3_000_000 + b'"}')
    (failure,) = read(tmp_path / "a.jsonl.gz", expansion_floor=1_000_000)
    assert "more than 200 times its size (max_expansion)" in failure.reason


def test_rows_with_too_few_or_too_many_fields_are_failures(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,One.\n2\n3,Three.,more\n\n4,Four.\n")
    found = read(tmp_path / "a.csv")
    assert reasons(found)[0] == "1"
    assert reasons(found)[-1] == "4"
    assert reasons(found)[1].startswith("the row has 1 fields where the header has 2")
    assert reasons(found)[2].startswith("the row has 3 fields where the header has 2")
    assert [failure.where.rsplit(":", 1)[1] for failure in found[1:3]] == ["3", "4"]


def test_an_unclosed_quotation_mark_is_a_failure_at_the_line_where_it_opens(tmp_path):
    rows = "".join(f"{n},Words of row {n}.\n" for n in range(2000))
    (tmp_path / "a.csv").write_text('id,text\na,One.\nb,"Two.\n' + rows)
    one, failure = read(tmp_path / "a.csv")
    assert one.id == "a"
    assert failure.where == f"{tmp_path / 'a.csv'}:3"
    assert failure.reason == "the row is not CSV (unexpected end of data)"


def test_a_field_beyond_the_limit_is_a_failure_and_later_rows_are_read(tmp_path):
    (tmp_path / "a.csv").write_text(f"id,text\na,{'x' * 3_000}\nb,Two.\n")
    failure, article = read(tmp_path / "a.csv", max_chars=1_000)
    assert (failure.kind, failure.article, article.id) == ("too-large", "a", "b")


def test_a_csv_line_far_beyond_the_limit_is_cut_short_in_reading(tmp_path):
    (tmp_path / "a.csv").write_text(f"id,text\na,{'x' * 5_000_000}\nb,Two.\n")
    failure, article = read(tmp_path / "a.csv", max_chars=1_000)
    assert (failure.where, article.id) == (f"{tmp_path / 'a.csv'}:2", "b")


def test_a_table_without_a_column_of_text_is_one_failure_that_lists_its_columns(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / "a.csv").write_text("nr,words\n1,One.\n2,Two.\n")
    pq.write_table(pa.table({"nr": [1, 2]}), tmp_path / "b.parquet")
    assert reasons(read(tmp_path)) == [
        "it has no column of text (it has nr, words); expected text, body, content, "
        "article_text, or name the column",
        "it has no column of text (it has nr); expected text, body, content, "
        "article_text, or name the column",
    ]
    assert [item.text for item in read(tmp_path / "a.csv", columns={"text": "words"})] == [
        "One.", "Two."
    ]  # fmt: skip
    (failure,) = read(tmp_path / "a.csv", columns={"text": "wrods"})
    assert "it has no column 'wrods' (it has nr, words)" in failure.reason


def test_a_csv_in_windows_1252_and_one_in_utf16_are_read(tmp_path):
    text = "id,text\n1,“Zoë’s café”\n"
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    (tmp_path / "b.csv").write_bytes(text.encode("utf-16"))
    assert [item.text for item in read(tmp_path)] == ["“Zoë’s café”"] * 2


def test_columns_of_the_same_name_are_kept_apart(tmp_path):
    (tmp_path / "a.csv").write_text("id,text,note,note\n1,One.,a,b\n")
    assert read(tmp_path / "a.csv")[0].extra == {"note": "a", "note#2": "b"}


def test_a_parquet_with_other_types_gives_strings_and_plain_values(tmp_path):
    import datetime as dt

    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({
        "id": [7, 8], "text": pa.array(["One.", None]).dictionary_encode(),
        "date": [dt.datetime(2024, 5, 1, 12), None], "share": [0.5, float("nan")],
        "raw": [b"ab", None], "list": [[1], None],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    article, failure = read(tmp_path / "a.parquet")
    assert (article.id, article.date) == ("7", "2024-05-01T12:00:00")
    assert article.extra == {"share": 0.5, "raw": "ab", "list": [1]}
    assert (failure.article, failure.reason) == ("8", "its text is missing (null)")


def test_a_parquet_of_numbers_and_one_that_is_none_are_failures(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 this is no table")
    found = reasons(read(tmp_path))
    assert found[:2] == ["its text is a int; expected a string"] * 2
    assert found[2].startswith("reading failed (")


def test_reading_a_long_table_holds_only_a_few_rows_in_memory(tmp_path):
    import tracemalloc

    with (tmp_path / "a.jsonl").open("w") as file:
        for n in range(3000):
            file.write(json.dumps({"id": n, "text": f"{n} " * 2000}) + "\n")
    tracemalloc.start()
    assert sum(1 for _ in read_articles(tmp_path / "a.jsonl")) == 3000
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
