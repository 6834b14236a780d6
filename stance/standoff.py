"""Labels in standoff: offsets and labels here, the words with whoever holds the corpus.

A row of data/standoff/*.jsonl names a corpus, an article and the sha256 of its text, and
holds offsets and labels but no word of it. `join` gives back full statements from a folder
of the corpora, each article's text verified by its hash.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.articles import ReadOptions, read_articles
from stance.data import mistakes_message, read_rows
from stance.errors import DataError, StatementError
from stance.records import Article, quote_id

#: Words that a row gives only as offsets: field -> fields of its offsets. `speaker` is where the
#: article itself spells the canonical name, `speaker_mention` the words at the statement.
SPANS = {
    "text": ("start", "end"),
    "context": ("context_start", "context_end"),
    "cue": ("cue_start", "cue_end"),
    "speaker_mention": ("speaker_start", "speaker_end"),
    "speaker": ("name_start", "name_end"),
}
_CORPUS = re.compile(r"[A-Za-z0-9_][\w.-]{0,99}")
_REQUIRED = ("corpus", "article", "sha256", "start", "end", "context_start", "context_end")


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Full statements, and how many rows could not be had, by reason and corpus."""

    statements: Sequence[Mapping[str, Any]]
    skipped: Mapping[str, int] = field(default_factory=dict)


def text_hash(text: str) -> str:
    """Return the sha256 of an article's text, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_standoff(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Read standoff rows; raises `StatementError` listing rows that lack a field or carry words."""
    rows, mistakes = [], []
    for path in paths:
        for number, row in read_rows(path):
            missing = [key for key in _REQUIRED if row.get(key) is None]
            if missing:
                mistakes.append(f"{path}:{number}: missing {', '.join(missing)}")
            elif words := [key for key in SPANS if key in row]:
                mistakes.append(f"{path}:{number}: standoff rows hold no words, but has {words}")
            elif wrong := _wrong(row):
                mistakes.append(f"{path}:{number}: {wrong}")
            rows.append(row)
    if mistakes:
        raise StatementError(mistakes_message(mistakes))
    return rows


def _wrong(row: Mapping[str, Any]) -> str | None:
    """Return what a row says that cannot be: another file's path, offsets that are none."""
    if not isinstance(row["corpus"], str) or not _CORPUS.fullmatch(row["corpus"]):
        return f"corpus is {row['corpus']!r:.80}; expected a plain name, without folders"
    if not isinstance(row["article"], (str, int)) or not isinstance(row["sha256"], str):
        return "article and sha256 are expected as text"
    for first, last in SPANS.values():
        start, end = row.get(first), row.get(last)
        if start is None or end is None:
            continue
        good = type(start) is int and type(end) is int  # neither bool nor NaN
        if not good or not 0 <= start <= end:
            return (
                f"{first} and {last} are {start!r:.40} and {end!r:.40}; expected offsets in order"
            )
    return None


def join(rows: Sequence[Mapping[str, Any]], corpus: Path) -> Joined:
    """Return the full statements of `rows`, in their order, from the files in `corpus`.

    The articles of corpus X are read from X.jsonl, .csv, .parquet or a folder X. Rows whose
    corpus, article or very text is not there are skipped and counted. Raises `DataError`
    where `corpus` holds none of the corpora at all.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        wanted[str(row["corpus"])].add(str(row["article"]))
    texts: dict[tuple[str, str], str] = {}
    absent = set()
    for name, ids in wanted.items():
        source = _corpus_files(corpus, name)
        if source is None:
            absent.add(name)
            continue
        for article in _articles(source, ids):
            texts[name, article.id] = article.text
    if absent == set(wanted):
        raise DataError(
            f"{corpus} holds none of the corpora {', '.join(sorted(wanted))}; expected files such "
            f"as {sorted(wanted)[0]}.jsonl (data/README.md says where each is had)"
        )
    skipped: Counter[str] = Counter()
    found = []
    for row in rows:
        name, article_id = str(row["corpus"]), str(row["article"])
        text = texts.get((name, article_id))
        if text is None:
            reason = "corpus not there" if name in absent else "article not there"
            skipped[f"{name}: {reason}"] += 1
        elif text_hash(text) != row["sha256"]:
            skipped[f"{name}: its text is not the labelled one"] += 1
        else:
            found.append(_fill(row, text))
    return Joined(statements=found, skipped=dict(skipped))


def _corpus_files(corpus: Path, name: str) -> Path | None:
    endings = ("", ".jsonl", ".jsonl.gz", ".csv", ".parquet")
    return next((p for p in (corpus / f"{name}{e}" for e in endings) if p.exists()), None)


def _articles(source: Path, ids: set[str]) -> Iterator[Article]:
    for item in read_articles([str(source)], options=ReadOptions()):
        if isinstance(item, Article) and item.id in ids:
            yield item


def _fill(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    filled: dict[str, Any] = {"id": quote_id(row["article"], row["start"], row["end"])}
    for name, (start, end) in SPANS.items():
        if row.get(start) is not None and row.get(end) is not None:
            if row[end] > len(text):
                raise StatementError(
                    f"{row['corpus']} {row['article']}: {end} is {row[end]}, but the article has "
                    f"{len(text)} characters; restore the offsets"
                )
            filled[name] = text[row[start] : row[end]]
    if "speaker" not in filled and "speaker_mention" in filled:
        filled["speaker"] = filled["speaker_mention"]
    return {**filled, **row}


def to_standoff(row: Mapping[str, Any], article: Article, *, corpus: str) -> dict[str, Any]:
    """Return the standoff row of a full statement: its words left out, its article hashed.

    The canonical speaker's name is kept as the offsets of its first place in the article,
    where it is spelled there.
    """
    kept = {key: value for key, value in row.items() if key not in SPANS and key != "id"}
    name = row.get("speaker")
    if name and name != row.get("speaker_mention") and (at := article.text.find(name)) >= 0:
        kept |= {"name_start": at, "name_end": at + len(name)}
    return {"corpus": corpus, "article": article.id, "sha256": text_hash(article.text), **kept}


def write_statements(rows: Iterable[Mapping[str, Any]], out: Path) -> None:
    """Write rows as JSON lines, the folder made where it lacks."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
