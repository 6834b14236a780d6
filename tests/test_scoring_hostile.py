"""Whatever comes in: no traceback, nothing outside --out, every item accounted for."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scoring_fakes import FakeModel, fake_extract, words_of

from stance.errors import UsageError
from stance.records import Article
from stance.scoring import score, score_to

LOOSE = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXTS = st.lists(
    st.text(max_size=30)
    | st.sampled_from(
        [
            "“We will wait,” said Lea Quorn. ",
            "\ud800",
            "\0",
            "“",
            "\u202e",
            "CRASH",
            "\r\n\r\n",
            "\ufeff",
            "0",
            "„Nein“ ",
            '"' * 40,
        ]
    ),
    max_size=8,
).map("".join)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS | st.none() | st.integers()},
        optional={"id": st.sampled_from(["a", "../b", "a#2", ""]) | st.integers(),
                  "date": st.text(max_size=9), "speaker": st.floats(), "\ud800": st.text()},
    ),
    max_size=12,
)  # fmt: skip


@LOOSE
@given(items=ITEMS, kind=st.sampled_from(["a.jsonl", "a.csv", "a.parquet", "folder"]))
def test_any_articles_are_scored_or_listed_with_a_reason(tmp_path_factory, items, kind):
    tmp = tmp_path_factory.mktemp("hostile")
    summary = score_to(tmp / kind, items, FakeModel(), extract=fake_extract, part_articles=5)
    assert summary.articles == len(items)
    assert summary.scored + summary.without_quotes + summary.failed == len(items)
    listed = tmp / ("folder/errors.jsonl" if kind == "folder" else "a.errors.jsonl")
    lines = listed.read_text().splitlines() if listed.exists() else []
    assert len(lines) == summary.failed
    assert all(json.loads(line)["reason"] for line in lines)
    assert {path.name for path in tmp.iterdir()} <= {kind, "a.errors.jsonl"}


@LOOSE
@given(items=ITEMS)
def test_rows_of_any_articles_can_be_written_and_their_ids_are_unique(items):
    rows = list(score(items, FakeModel(), extract=fake_extract, on_failure=lambda _: None))
    for row in rows:
        json.dumps(row, allow_nan=False, ensure_ascii=False).encode()
    assert len({(row["article"], row["start"]) for row in rows}) == len(rows)


def test_records_that_a_caller_made_are_checked_too():
    found = []
    articles = [
        Article(id="a", text=""), Article(id="b", text="x\0y"), Article(id="\ud800", text="\udfff"),
        Article(id="d", text=words_of(1) + "\ud800", title="\ud83d", extra={"k": b"\xff"}),
    ]  # fmt: skip
    (row,) = score(articles, FakeModel(), extract=fake_extract, on_failure=found.append)
    assert (row["article"], row["title"], row["k"]) == ("d", "\ufffd", "\ufffd")
    assert [(one.where, one.reason) for one in found] == [
        ("article 1 (a)", "its text is empty"),
        ("article 2 (b)", "its text holds NUL characters, so it is binary data"),
    ]


def test_ids_that_look_like_paths_are_never_used_as_paths(tmp_path):
    out = tmp_path / "in" / "s"
    out.parent.mkdir()
    articles = [
        Article(id=name, text=words_of(3), title="../../t", source="/etc/x")
        for name in ("../../up", "/etc/passwd", "..", "C:\\x", "a\nb", "~", "$HOME", "x" * 400)
    ]
    summary = score_to(out, articles, FakeModel(), extract=fake_extract)
    assert summary.failed == 0
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and out not in
            path.parents] == []  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == [
        "errors.jsonl", "manifest.json", "parts", "state"
    ]  # fmt: skip


def test_a_link_in_the_place_of_a_part_is_replaced_not_followed(tmp_path):
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "s" / "parts").mkdir(parents=True)
    articles = [Article(id="a", text=words_of(3))]
    score_to(tmp_path / "a.csv", articles, FakeModel(), extract=fake_extract)
    (tmp_path / "a.csv").unlink()
    (tmp_path / "a.csv").symlink_to(tmp_path / "victim")
    score_to(tmp_path / "a.csv", articles, FakeModel(), extract=fake_extract)
    assert (tmp_path / "victim").read_text() == "mine"


def test_the_worst_of_marks_go_through_extraction_by_rules_in_bounded_time(tmp_path):
    articles = [
        Article(id=f"n{n}", text=unit * (100_000 // len(unit)))
        for n, unit in enumerate(["“", "”", '"', "“a” ", "he said ", "‘", ". ", "\n", "(", "Mr. "])
    ]
    summary = score_to(tmp_path / "a.jsonl", articles, FakeModel(), workers=2, english_only=False,
                       seconds_per_article=30)  # fmt: skip
    assert summary.failed == 1  # the one of newlines alone


@pytest.mark.parametrize("name", ["parts", "state", "state/.lock"])
def test_a_link_inside_the_folder_of_scores_leads_nowhere(tmp_path, name):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "s" / "state").mkdir(parents=True)
    (tmp_path / "victim").write_text("mine")
    if name == "state":
        (tmp_path / "s" / "state").rmdir()
    target = "victim" if name.endswith(".lock") else "elsewhere"
    (tmp_path / "s" / name).symlink_to(tmp_path / target)
    with pytest.raises(UsageError, match="is a symbolic link; give --out a new folder"):
        score_to(tmp_path / "s", [Article(id="a", text=words_of(3))], FakeModel(),
                 extract=fake_extract)  # fmt: skip
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (tmp_path / "victim").read_text() == "mine"
