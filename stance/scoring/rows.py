"""Article + quotes + predictions -> the rows of `stance score`, flat in every format."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stance.labels import canonical_order
from stance.records import QUOTE_COLUMNS, Article, Prediction, Quote

#: Goes up when a column is renamed, removed or changes its meaning; each row carries it.
SCHEMA_VERSION = 1
#: The columns after those of the quote and of the model's tasks; the input's own follow.
TAIL_COLUMNS = (
    "truncated", "model", "model_fingerprint", "date", "source", "title", "duplicate_of",
    "date_original", "url", "schema_version",
)  # fmt: skip
_INTEGERS = frozenset(
    ("start", "end", "context_start", "context_end", "cue_start", "cue_end", "speaker_start",
     "speaker_end", "target_start", "target_end", "schema_version")
)  # fmt: skip
_DIGITS = 6


def task_columns(labels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the columns of a model's tasks: label, confidence, p_<label>..., abstained."""
    return tuple(
        column
        for task, names in labels.items()
        for column in (
            task, f"{task}_confidence", *(f"{task}_p_{name}" for name in names), f"{task}_abstained"
        )
    )  # fmt: skip


def tasks_of(columns: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the tasks whose answers are among the columns of rows, with their labels in order.

    The inverse of `task_columns`; a task needs its probabilities beside its label.
    """
    found: dict[str, set[str]] = {}
    for name in columns:
        task, middle, label = name.partition("_p_")
        # A table leaves out cells that are empty, such as the label of a task that abstained.
        if middle and (task in columns or f"{task}_abstained" in columns):
            found.setdefault(task, set()).add(label)
    return {task: canonical_order(task, labels) for task, labels in found.items()}


def row_columns(labels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the fixed columns of a row of a model with these labels, in order."""
    return (*QUOTE_COLUMNS, *task_columns(labels), *TAIL_COLUMNS)


def column_type(column: str, labels: Mapping[str, Sequence[str]]) -> str:
    """Return the type of a column of a row: integer, number, boolean or string."""
    if column in _INTEGERS:
        return "integer"
    tasks = [task for task in labels if column.startswith(f"{task}_")]
    if column == "truncated" or any(column == f"{task}_abstained" for task in tasks):
        return "boolean"
    if column == "confidence" or any(
        column == f"{task}_confidence" or column.startswith(f"{task}_p_") for task in tasks
    ):
        return "number"
    return "string"


def score_row(
    quote: Quote,
    prediction: Prediction,
    article: Article,
    *,
    labels: Mapping[str, Sequence[str]],
    model: str | None,
    model_fingerprint: str | None,
    duplicate_of: str | None = None,
) -> dict[str, Any]:
    """Return one row; probabilities are rounded to six digits.

    Columns of the input that bear the name of a column of the row come as `input_<name>`.
    """
    row = quote.to_dict()
    for name, value in prediction.to_dict().items():
        row[name] = round(value, _DIGITS) if isinstance(value, float) else value
    row.update(
        truncated=prediction.truncated, model=model, model_fingerprint=model_fingerprint,
        date=article.date, source=article.source, title=article.title, duplicate_of=duplicate_of,
        date_original=article.date_original, url=article.url, schema_version=SCHEMA_VERSION,
    )  # fmt: skip
    ordered = {name: row.get(name) for name in row_columns(labels)}
    for name, value in article.extra.items():
        own = name
        while own in ordered:
            own = f"input_{own}"
        ordered[own] = value
    return ordered


def with_abstention(prediction: Prediction, abstain_below: float | None) -> Prediction:
    """Return `prediction` without a label in each task that is less sure than `abstain_below`."""
    if abstain_below is None:
        return prediction
    unsure = [
        task
        for task in prediction.probabilities
        if task in prediction.abstained or prediction.confidence(task) < abstain_below
    ]
    return replace(prediction, abstained=tuple(unsure))


def all_columns(rows: Iterable[Mapping[str, Any]], fixed: Sequence[str]) -> tuple[str, ...]:
    """Return `fixed` and after it every further column of `rows`, in order of appearance."""
    columns = dict.fromkeys(fixed)
    for row in rows:
        if len(row) != len(columns) or row.keys() != columns.keys():
            columns.update(dict.fromkeys(row))
    return tuple(columns)


def as_cell(value: Any) -> str | None:
    """Return a value of an input column as a cell of a table: strings as they are, else JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
