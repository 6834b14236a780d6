import os
import sys

import pytest

from stance.articles import InputFailure, ReadOptions, as_articles, list_inputs, read_articles
from stance.errors import DataError, UsageError
from stance.records import Article


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def read(*inputs, **options):
    return list(read_articles([str(one) for one in inputs], options=ReadOptions(**options)))


def test_a_text_file_is_one_article_called_after_its_stem(tmp_path):
    (tmp_path / "harbour.txt").write_text("The harbour is open.")
    assert read(tmp_path / "harbour.txt") == [Article(id="harbour", text="The harbour is open.")]


def test_a_folder_is_read_to_any_depth_in_sorted_order_without_hidden_files(tmp_path):
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden.txt", "deep/.cache/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Words.")
    assert [article.id for article in read(tmp_path)] == ["a", "b", "c"]


def test_files_whose_stems_collide_are_called_by_their_path(tmp_path):
    for name in ("north/day.txt", "south/day.txt", "south/other.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Words.")
    assert [article.id for article in read(tmp_path)] == ["north/day.txt", "south/day.txt", "other"]


def test_other_files_of_a_folder_are_counted_and_left_alone(tmp_path):
    for name in ("a.txt", "photo.jpg", "report.pdf", "more.pdf"):
        (tmp_path / name).write_text("Words.")
    listing = list_inputs(tmp_path)
    assert (len(listing), dict(listing.ignored)) == (1, {".jpg": 1, ".pdf": 2})


def test_a_file_of_another_kind_that_was_named_is_a_failure(tmp_path):
    (tmp_path / "report.pdf").write_text("%PDF")
    (failure,) = read(tmp_path / "report.pdf")
    assert "files ending in '.pdf' are not read; expected .txt" in failure.reason


def test_a_glob_is_expanded_in_sorted_order(tmp_path):
    for name in ("y2.txt", "y1.txt", "z.txt"):
        (tmp_path / name).write_text("Words.")
    assert [article.id for article in read(tmp_path / "y*.txt")] == ["y1", "y2"]


def test_a_missing_input_is_a_usage_error_with_a_suggestion(tmp_path):
    (tmp_path / "articles.txt").write_text("Words.")
    with pytest.raises(UsageError, match=r"there is no file or folder .*artcles\.txt; did you mean "
                                         r".*articles\.txt\?"):  # fmt: skip
        read(tmp_path / "artcles.txt")
    with pytest.raises(UsageError, match=r"no file matches .*\*\.csv; check the path"):
        read(tmp_path / "*.csv")
    with pytest.raises(UsageError, match=r"there is no folder .*nowhere either"):
        read(tmp_path / "nowhere" / "x.txt")


def test_a_folder_without_articles_is_a_data_error(tmp_path):
    (tmp_path / "photo.jpg").write_text("")
    with pytest.raises(DataError, match=r"holds no articles \(only 1 \.jpg\); expected files"):
        read(tmp_path)


def test_newlines_are_normalised_and_the_mark_is_dropped(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.\rThree.\n")
    assert read(tmp_path / "a.txt")[0].text == "One.\nTwo.\nThree.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_text_is_the_same_in_every_encoding(tmp_path, encoding):
    text = "“We shan’t go to Düsselberg,” said Zoë — and left.\n" * 3
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert read(tmp_path / "a.txt")[0].text == text


def test_a_damaged_utf8_file_keeps_its_curly_quotes(tmp_path):
    (tmp_path / "a.txt").write_bytes("“One,” she said. “Two.”".encode()[:-1])
    assert read(tmp_path / "a.txt")[0].text == "“One,” she said. “Two.\ufffd"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "its text is empty"),
        (b" \n\t\n", "its text is empty"),
        (b"PK\x03\x04\x00\x00binary", "it holds NUL bytes"),
        ("Это не латиница. ".encode("koi8-r") * 9, "bytes would be accents; convert it to UTF-8"),
        (b"caf\x81 \x8d\x8f", "neither UTF-8 .* nor Windows-1252"),
        (b"x" * 101, r"101 characters, more than the limit of 100 \(max_chars\)"),
        (b"x" * 1000, "larger than 404 bytes"),
    ],
)
def test_a_bad_file_is_a_failure_with_its_reason_and_the_rest_is_read(tmp_path, content, reason):
    (tmp_path / "bad.txt").write_bytes(content)
    (tmp_path / "good.txt").write_text("Words.")
    failure, good = read(tmp_path, max_chars=100)
    assert (failure.where, failure.article) == (str(tmp_path / "bad.txt"), "bad")
    assert_reason(failure, reason)
    assert good.id == "good"


def assert_reason(failure, pattern):
    import re

    assert isinstance(failure, InputFailure)
    assert re.search(pattern, failure.reason), failure.reason


def test_markdown_gives_its_title_its_front_matter_and_plain_words(tmp_path):
    (tmp_path / "a.md").write_text(
        "---\ntitle: 'Dam holds'\ndate: March 5, 2022\noutlet: The Halden Post\n---\n"
        "## Flood\n\n> The **dam** [holds](http://x.example/a_(b)), *she* said.\n\n"
        "- one ~~two~~ `three`\n\n```\ncode\n```\n<!-- no -->![pic](p.png)\nsnake_case_name\n"
    )
    (article,) = read(tmp_path / "a.md")
    assert (
        article.text
        == "Flood\n\nThe dam holds, she said.\n\none two three\n\n\nsnake_case_name".replace(
            "\n\n\n", "\n\n"
        )
    )
    assert (article.title, article.date, article.source) == (
        "Dam holds", "2022-03-05", "The Halden Post"
    )  # fmt: skip


def test_the_first_heading_of_markdown_is_the_title(tmp_path):
    (tmp_path / "a.md").write_text("# The *dam* holds #\n\nWords.")
    (article,) = read(tmp_path / "a.md")
    assert (article.title, article.text) == ("The dam holds", "Words.")


def test_html_without_trafilatura_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (tmp_path / "a.html").write_text("<p>Words.</p>")
    assert_reason(read(tmp_path / "a.html")[0], r"pip install 'stance\[web\]'")


def test_a_page_that_would_take_minutes_to_clean_is_too_large(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>" * 2_000_000)
    (failure,) = read(tmp_path / "a.html")
    assert failure.kind == "too-large"
    assert failure.reason == (
        "it is larger than 5,000,000 bytes, more than a page may take (max_html_bytes)"
    )


def test_html_gives_the_article_without_the_page_around_it(tmp_path):
    pytest.importorskip(
        "trafilatura", reason="the extra web is not installed", exc_type=ImportError
    )
    body = "".join(f"<p>The council of Norland met on day {n} and heard the report.</p>"
                   for n in range(9))  # fmt: skip
    (tmp_path / "a.html").write_text(
        "<html><head><title>Dam holds</title><meta property='og:site_name' content='The Post'>"
        f"</head><body><nav><a href='/'>Home</a></nav><article><h1>Dam holds</h1>{body}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )
    (article,) = read(tmp_path / "a.html")
    assert "day 3 and heard" in article.text
    assert "Home" not in article.text
    assert article.title == "Dam holds"


def test_stdin_is_one_text_or_json_lines(tmp_path, monkeypatch):
    import io

    def stdin(data):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))

    stdin(b"Some words.")
    assert read("-") == [Article(id="stdin", text="Some words.")]
    stdin(b'{"id": "x", "text": "One."}\n{"text": "Two."}\n')
    assert [(a.id, a.text) for a in read("-")] == [("x", "One."), ("stdin:2", "Two.")]
    stdin(b"id,text\n007,Three.\n")
    assert [(a.id, a.text) for a in read("-", kind="csv")] == [("007", "Three.")]


def test_links_in_circles_and_to_folders_are_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Words.")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "loop.txt").symlink_to("loop.txt")
    article, failure = read(tmp_path / "in")
    assert article.id == "a"
    assert_reason(failure, r"it cannot be opened \(Too many levels of symbolic links\)")
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "in" / "loop.txt")


def test_a_pipe_in_a_folder_is_a_failure_and_nothing_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    assert_reason(read(tmp_path)[0], "not a plain file")


def test_articles_come_from_strings_mappings_records_and_frames():
    import pandas as pd

    given = ["Words.", {"body": "More.", "id": 7}, Article(id="x", text="Last.")]
    assert [(a.id, a.text) for a in as_articles(given)] == [
        ("article-1", "Words."), ("7", "More."), ("x", "Last.")
    ]  # fmt: skip
    frame = pd.DataFrame({"content": ["Words."], "lang": ["en"]})
    (article,) = as_articles(frame)
    assert (article.text, article.extra) == ("Words.", {"lang": "en"})


def test_one_bare_string_is_refused_as_articles():
    with pytest.raises(UsageError, match=r"a single str came .*; pass \[article\]"):
        as_articles("Words.")
    with pytest.raises(UsageError, match="article 2 is a int; expected"):
        list(as_articles(["Words.", 5]))


def test_options_name_their_mistakes():
    with pytest.raises(UsageError, match="no field of an article is called txt; columns can be"):
        ReadOptions(columns={"txt": "body"})
    with pytest.raises(UsageError, match="'xml' is no kind of input; expected txt, md"):
        ReadOptions(kind="xml")
