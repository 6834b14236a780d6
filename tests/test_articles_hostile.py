"""Whatever the bytes: every item is an article or a failure, in time linear in its size."""

import gzip
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stance.articles import InputFailure, ReadOptions, as_articles, read_articles
from stance.articles.decode import DecodeError, decode
from stance.articles.markdown import strip_markdown
from stance.records import Article

SUFFIXES = (".txt", ".md", ".html", ".jsonl", ".csv", ".tsv", ".parquet", ".jsonl.gz", ".csv.gz")
LOOSE = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Bytes that steer the readers somewhere: marks, delimiters, magic numbers, half characters.
PIECES = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(
            [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b\x08", b"PAR1", b"\r", b"\n",
             b'"', b"id,text\n", b"id\ttext\n", b'{"text": "', b'"}\n', b"\\ud800", b"\xe2\x80",
             b"---\n", b"[[[", b"{" * 50, b"null\n", b"NaN", b"1e999", b"," * 9, b"# ",
             "“”".encode(), b'{"id": "../../etc/passwd", "text": "Words."}\n']
        ),
    ),
    max_size=12,
).map(b"".join)  # fmt: skip


def is_sound(item):
    if isinstance(item, InputFailure):
        assert item.where
        assert item.reason
        assert "\n" not in item.reason
        json.dumps(item.to_dict()).encode()
        return True
    assert isinstance(item, Article)
    assert item.id
    assert item.text.strip()
    assert not {"\r", "\0"} & set(item.text)
    json.dumps(item.to_dict(), allow_nan=False, ensure_ascii=False).encode()
    return True


@pytest.mark.parametrize("suffix", SUFFIXES)
@LOOSE
@given(data=PIECES)
def test_any_bytes_under_any_ending_are_articles_or_failures(tmp_path, suffix, data):
    (tmp_path / f"a{suffix}").write_bytes(data)
    found = list(read_articles(tmp_path / f"a{suffix}", options=ReadOptions(max_chars=200)))
    assert all(map(is_sound, found))
    if suffix in (".txt", ".md", ".html"):
        assert len(found) == 1


@LOOSE
@given(data=PIECES, cut=st.integers(0, 60))
def test_any_bytes_in_a_gzip_cut_anywhere_are_articles_or_failures(tmp_path, data, cut):
    whole = gzip.compress(data)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: max(2, len(whole) - cut)])
    assert all(map(is_sound, read_articles(tmp_path / "a.jsonl.gz")))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["text", "id", "date", "title", "source", "url", "Body", "x"]) | st.text()


@LOOSE
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=4))
def test_any_mappings_are_articles_or_failures_one_each(records):
    found = list(as_articles(records))
    assert len(found) == len(records)
    assert all(map(is_sound, found))


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["utf-8", "utf-16", "utf-8-sig"]))
def test_text_survives_every_encoding_that_announces_itself(text, encoding):
    text = text.replace("\r", "").replace("\0", "").lstrip("\ufeff")
    assert decode(text.encode(encoding)) == text


@given(st.binary())
def test_decoding_gives_text_or_says_why_not(data):
    try:
        found = decode(data)
    except DecodeError as error:
        found = f"{error}"
    found.encode()
    assert "\r" not in found


WORST = [
    "[", "![", "[a](", '[a](b "c', "<", "<a ", "<!--", "`", "```\n", "*", "**a", "_", "_a", "~~",
    "# ", "#", "> ", "1. ", "\n", " ", "\t", "\\", "---\n", "a: b\n", "[a][", "[a]: ", "***", "“",
]  # fmt: skip


@pytest.mark.parametrize("unit", WORST)
def test_markdown_takes_time_linear_in_the_worst_of_marks(unit):
    text = unit * (1_000_000 // len(unit))
    begin = time.process_time()
    strip_markdown(text)
    # Linear patterns take half a second; a quadratic one would take an hour.
    assert time.process_time() - begin < 15


def test_a_folder_of_nasties_is_accounted_for_file_by_file(tmp_path):
    nasties = {
        "binary.txt": bytes(range(256)) * 40,
        "nul.txt": b"Words.\0More.",
        "empty.md": b"",
        "marks.txt": "“".encode() * 1_000_000,
        "unbalanced.txt": "“He said ‘no\" ".encode() * 1000,
        "rtl.txt": "The \u202eharbour\u202c of \u200fNorland\u200f is open.".encode(),
        "line.txt": b"The harbour is open. " * 500_000,
        "half.jsonl": b'{"id": "1", "text": "One."}\n{"id": "2", "te',
        "types.csv": b"text;id\n;1\nOne.;2\n",
        "wrong.csv": b"a,b,c\n1,2,3\n",
        "deep.jsonl": b'{"text": ' + b"[" * 100_000,
        "bomb.jsonl.gz": gzip.compress(b" " * 60_000_000),
        "fake.parquet": b"PAR1PAR1",
        "zip.csv": b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    }  # fmt: skip
    for name, data in nasties.items():
        (tmp_path / name).write_bytes(data)
    begin = time.process_time()
    found = list(read_articles(tmp_path))
    assert time.process_time() - begin < 20
    assert all(map(is_sound, found))
    told = {}
    for item in found:
        name = item.where if isinstance(item, InputFailure) else item.id
        told.setdefault(name.rsplit("/", 1)[-1].partition(":")[0], []).append(type(item).__name__)
    good, bad = "Article", "InputFailure"
    assert told == {
        "binary.txt": [bad], "nul.txt": [bad], "empty.md": [bad], "marks": [good],
        "unbalanced": [good], "rtl": [good], "line.txt": [bad], "1": [good], "half.jsonl": [bad],
        "types.csv": [bad], "2": [good], "wrong.csv": [bad], "deep.jsonl": [bad],
        "bomb.jsonl.gz": [bad], "fake.parquet": [bad], "zip.csv": [bad],
    }  # fmt: skip
