"""One record of the input (a mapping) -> an article, or the reason why it is none."""

import difflib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from stance.articles.dates import normalise_date
from stance.articles.decode import tidy, whole_characters
from stance.articles.options import GUESSES, InputFailure, ReadOptions
from stance.records import Article

_LONGEST_ID = 500
_BREAKS = re.compile(r"[\x00-\x1f\x7f]+")


def to_article(
    record: Mapping[str, Any], *, where: str, default_id: str, options: ReadOptions
) -> Article | InputFailure:
    """Return the article that `record` holds; unknown columns go to `extra`.

    `default_id` is used where the record has no id of its own. `where` names the place in
    the input for the failure's message.
    """
    columns = find_columns(record, options=options)
    id_value = record.get(columns["id"]) if "id" in columns else None
    own_id = _identifier(id_value) or clean_line(default_id)

    def failure(reason: str, kind: str = "no-text") -> InputFailure:
        return InputFailure(where=where, reason=reason, kind=kind, article=own_id[:_LONGEST_ID])

    if len(own_id) > _LONGEST_ID:
        return failure(f"its id has {len(own_id)} characters; at most {_LONGEST_ID} are expected")
    missing = [name for name in options.columns.values() if name not in record]
    if "text" not in columns or (missing and options.columns.get("text") in missing):
        return failure(no_text_column(record, options))
    text = record[columns["text"]]
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    if isinstance(text, str):
        text = tidy(text)
    problem = text_problem(text, options)
    if problem:
        return failure(problem[1], problem[0])
    original = _date_as_it_came(record.get(columns["date"])) if "date" in columns else None
    used = {name for field, name in columns.items() if field != "id" or id_value is not None}
    return Article(
        id=own_id,
        text=text,
        title=_line(record, columns.get("title")),
        date=normalise_date(record[columns["date"]]) if original else None,
        date_original=original,
        source=_line(record, columns.get("source")),
        url=_line(record, columns.get("url")),
        extra={
            whole_characters(str(name)): plain(value)
            for name, value in record.items()
            if name not in used and name is not None
        },
    )


def checked(article: Article, *, where: str, options: ReadOptions) -> Article | InputFailure:
    """Return an article that a caller made, fit to be written, or why it cannot be scored."""
    problem = text_problem(article.text, options)
    own_id = clean_line(str(article.id)) or clean_line(where)
    if problem:
        return InputFailure(where=where, reason=problem[1], kind=problem[0], article=own_id)
    names = ("title", "date", "date_original", "source", "url")
    lines = {name: getattr(article, name) for name in names}
    return replace(
        article,
        id=own_id,
        text=whole_characters(article.text),
        extra={whole_characters(str(name)): plain(value) for name, value in article.extra.items()},
        **{name: value and whole_characters(str(value)) for name, value in lines.items()},
    )


def text_problem(text: Any, options: ReadOptions) -> tuple[str, str] | None:
    """Return (kind, reason) why `text` cannot be an article's text, or None."""
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return "no-text", "its text is missing (null)"
    if not isinstance(text, str):
        return "no-text", f"its text is a {type(text).__name__}; expected a string"
    if not text.strip():
        return "no-text", "its text is empty"
    if len(text) > options.max_chars:
        return "too-large", (
            f"its text has {len(text):,} characters, more than the limit of "
            f"{options.max_chars:,} (max_chars)"
        )
    if "\0" in text:
        return "unreadable", "its text holds NUL characters, so it is binary data"
    return None


def find_columns(record: Mapping[str, Any], *, options: ReadOptions) -> dict[str, str]:
    """Return {field: column}: what the caller named, else the best guess among `record`'s."""
    by_lower: dict[str, str] = {}
    for name in record:
        by_lower.setdefault(str(name).strip().lower().replace(" ", "_").replace("-", "_"), name)
    named = {field: name for field, name in options.columns.items() if name in record}
    found = dict(named)
    for field, guesses in GUESSES.items():
        if field in options.columns:
            continue
        guess = next((by_lower[name] for name in guesses if name in by_lower), None)
        if guess is not None and guess not in named.values():
            found[field] = guess
    return found


def no_text_column(names: Mapping[str, Any] | list[str], options: ReadOptions) -> str:
    """Return the reason for a record or a table without a column of text."""
    shown = (
        ", ".join(clean_line(str(name))[:40] for name in list(names)[:12]) or "no columns at all"
    )
    wanted = options.columns.get("text")
    if wanted:
        near = difflib.get_close_matches(wanted, [str(name) for name in names], n=1)
        cure = f"did you mean '{near[0]}'?" if near else "name the column that holds the text"
        return f"it has no column '{wanted}' (it has {shown}); {cure}"
    guesses = ", ".join(GUESSES["text"][:4])
    return f"it has no column of text (it has {shown}); expected {guesses}, or name the column"


def plain(value: Any) -> Any:
    """Return `value` as JSON can hold it: dates and decimals as strings, NaN as null."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {whole_characters(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a numpy scalar
        return plain(value.item())
    return str(value)


def clean_line(text: str) -> str:
    """Return `text` on one line, without control characters or lone surrogates."""
    return _BREAKS.sub(" ", whole_characters(text)).strip()


def _identifier(value: Any) -> str:
    value = plain(value)
    if value is None or isinstance(value, (list, dict)):
        return ""
    if isinstance(value, float) and value.is_integer():  # pandas makes 12.0 of 12 beside a null
        value = int(value)
    return clean_line(str(value))


def _line(record: Mapping[str, Any], column: str | None) -> str | None:
    value = plain(record.get(column)) if column is not None else None
    if isinstance(value, dict):  # {"source": {"id": null, "name": "The Daily"}}
        value = value.get("name")
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    return clean_line(str(value)) or None


def _date_as_it_came(value: Any) -> str | None:
    if isinstance(value, (str, int, float, date, datetime, Decimal)):
        value = plain(value)
        return clean_line(str(value)) or None if value is not None else None
    return None
