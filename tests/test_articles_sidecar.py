"""A folder's metadata file tells title, date and source of the files in it."""

import json

from stance.articles import read_articles


def folder_with(tmp_path, name, content):
    (tmp_path / "a1.txt").write_text("Talks went on.")
    (tmp_path / "a2.txt").write_text("Rain fell.")
    (tmp_path / name).write_text(content)
    return list(read_articles([str(tmp_path)]))


def test_metadata_in_json_lines_fills_the_fields_and_extra_columns(tmp_path):
    row = {"id": "a1", "title": "Talks", "date": "5 March 2022", "source": "Wire", "desk": "world"}
    first, second = folder_with(tmp_path, "metadata.jsonl", json.dumps(row) + "\n")
    assert (first.id, first.title, first.date, first.source) == (
        "a1",
        "Talks",
        "2022-03-05",
        "Wire",
    )
    assert first.extra == {"desk": "world"}
    assert (second.id, second.title) == ("a2", None)


def test_metadata_in_csv_is_read_too(tmp_path):
    first, second = folder_with(tmp_path, "metadata.csv", "id,outlet\na1,Wire\na2,Post\n")
    assert (first.source, second.source) == ("Wire", "Post")


def test_a_file_of_that_name_with_texts_is_a_table_of_articles(tmp_path):
    row = {"id": "b", "text": "Words."}
    found = folder_with(tmp_path, "metadata.jsonl", json.dumps(row) + "\n")
    assert [article.id for article in found] == ["a1", "a2", "b"]


def test_a_metadata_file_named_as_the_input_itself_is_read_as_articles(tmp_path):
    path = tmp_path / "metadata.jsonl"
    path.write_text(json.dumps({"id": "b", "text": "Words."}) + "\n")
    (article,) = read_articles([str(path)])
    assert article.text == "Words."
