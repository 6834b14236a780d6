"""INPUT -> what is to be labelled, with every label and model answer taken out of sight."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.articles import InputFailure, ReadOptions, read_articles
from stance.data import SUFFIXES, read_rows
from stance.errors import DataError, StanceError
from stance.labels import KNOWN_TASKS
from stance.quotes import extract
from stance.records import Article, Statement
from stance.scoring.rows import EXPLANATION, SET, TAIL_COLUMNS, task_columns, tasks_of

#: Columns by which a table is known to hold quotes or statements rather than articles.
_MARKS = frozenset(("quote", "context", "kind", "speaker", "group", "found_by", *KNOWN_TASKS))
_KEPT_OF_SCORES = frozenset(("date", "source", "title", "url", "date_original"))
Chances = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One statement to label: `row` is written with the labels, `chances` is what a model said.

    `chances` maps tasks to their labels' probabilities, empty without a model.
    """

    id: str
    row: Mapping[str, Any]
    chances: Chances = field(default_factory=dict)

    @property
    def statement(self) -> Statement:
        """The statement that a classifier reads."""
        return Statement.from_dict(self.row, tasks=())

    @property
    def article(self) -> str:
        """The article's id, empty where there is none."""
        return str(self.row.get("article") or "")

    @property
    def unit(self) -> tuple[str, str]:
        """Article and group: pieces of one quotation share it and are asked together."""
        return self.article, str(self.row.get("group") or self.id)

    def parts(self) -> tuple[str, str, str]:
        """Return context before, text, and context after; the text alone where it is not found."""
        text, context = str(self.row["text"]), str(self.row.get("context") or "")
        start, first = self.row.get("start"), self.row.get("context_start")
        at = start - first if isinstance(start, int) and isinstance(first, int) else -1
        if at < 0 or context[at : at + len(text)] != text:
            at = context.find(text)
        if at < 0:
            return "", text, f"\n\n{context}" if context else ""
        return context[:at], text, context[at + len(text) :]


def read_items(
    inputs: Sequence[str], *, options: ReadOptions | None = None, attribution: str = "speech"
) -> tuple[list[Item], list[InputFailure]]:
    """Read articles (their quotes are found), quotes, scores or statements; and what failed.

    A table whose columns are those of quotes or statements is read as such, a folder of
    `stance score` too. Labels, other annotators' columns and notes are left out; a model's
    probabilities come as `chances`. Of items with one id the first stays. Raises `DataError`
    for rows without text and when there is nothing to label.
    """
    items: dict[str, Item] = {}
    failures: list[InputFailure] = []
    for given in inputs:
        files = _tables(Path(given))
        if files:
            found = [_item(row, f"{file}:{n}") for file in files for n, row in read_rows(file)]
        else:
            found = []
            for article in read_articles([given], options=options or ReadOptions()):
                if isinstance(article, InputFailure):
                    failures.append(article)
                else:
                    found += _quotes(article, attribution)
        for item in found:
            items.setdefault(item.id, item)
    if not items:
        reasons = "; ".join(f"{f.where}: {f.reason}" for f in failures[:3])
        raise DataError(
            f"{', '.join(inputs)}: nothing to label ({reasons or 'no quotes were found'}); give "
            "articles, or a file of quotes, scores or statements"
        )
    return list(items.values()), failures


def _tables(path: Path) -> list[Path]:
    parts = path / "parts"
    if parts.is_dir():
        return sorted(p for p in parts.iterdir() if p.suffix in SUFFIXES)
    if path.suffix not in SUFFIXES or not path.is_file():
        return []
    try:
        first = next(iter(read_rows(path)), (0, {}))[1]
    except StanceError:
        return []  # the reader of articles takes more kinds of tables, and says what is wrong
    return [path] if "text" in first and _MARKS & set(first) else []


def _quotes(article: Article, attribution: str) -> list[Item]:
    found = []
    for quote in extract(article, attribution=attribution):
        row = {k: v for k, v in quote.to_dict().items() if v is not None}
        about = {k: v for k in ("date", "source", "title") if (v := getattr(article, k))}
        row = {"id": row.pop("quote"), **row, **about}
        found.append(Item(id=row["id"], row=row))
    return found


def _item(row: Mapping[str, Any], where: str) -> Item:
    if not isinstance(row.get("text"), str) or not row["text"].strip():
        raise DataError(f"{where}: no text; expected a column 'text' with the words to label")
    labels = tasks_of(row.keys())
    chances = {
        task: {name: float(row[f"{task}_p_{name}"]) for name in names
               if row.get(f"{task}_p_{name}") is not None}
        for task, names in labels.items()
    }  # fmt: skip
    if "quote" in row and "id" not in row:
        row = {"id": row["quote"], **row}
    more = dict.fromkeys(labels, (SET, EXPLANATION))
    hidden = {*KNOWN_TASKS, *task_columns(labels, more=more), "off_topic", "note", "quote"}
    if labels or "schema_version" in row:
        hidden |= set(TAIL_COLUMNS) - _KEPT_OF_SCORES
    kept = {
        key: value
        for key, value in row.items()
        if value is not None and key not in hidden and "@" not in str(key)
    }
    kept["id"] = str(kept.get("id") or row_id(kept))
    for name in ("start", "end", "context_start", "context_end"):
        if isinstance(kept.get(name), str) and kept[name].isdigit():
            kept[name] = int(kept[name])  # CSV has text only
    return Item(id=kept["id"], row=kept, chances={t: c for t, c in chances.items() if c})


def row_id(row: Mapping[str, Any]) -> str:
    """Return 12 hex digits that name a statement that has no id: of its words and speaker."""
    words = json.dumps([row.get(k) for k in ("text", "context", "speaker")], ensure_ascii=False)
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def with_chances(items: Sequence[Item], predictions: Iterable[Any]) -> list[Item]:
    """Return the items with what a model said of each, in order."""
    return [
        Item(id=item.id, row=item.row, chances=prediction.probabilities)
        for item, prediction in zip(items, predictions, strict=True)
    ]
