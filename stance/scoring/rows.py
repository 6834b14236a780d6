"""Article + quotes + predictions -> the rows of `stance score`, flat in every format."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stance.evaluation.conformal import ConformalSets
from stance.labels import canonical_order
from stance.records import QUOTE_COLUMNS, Article, Prediction, Quote, Statement

#: Goes up when a column is renamed, removed or changes its meaning; each row carries it.
SCHEMA_VERSION = 1
#: The columns after those of the quote and of the model's tasks; the input's own follow.
TAIL_COLUMNS = (
    "truncated", "model", "model_fingerprint", "date", "source", "title", "duplicate_of",
    "date_original", "url", "schema_version",
)  # fmt: skip
#: What a task has after its own columns where it was asked for: the labels of its set, joined
#: by `SET_MARK`, and the words that speak for the label, as JSON.
SET, EXPLANATION = "set", "explanation"
SET_MARK = "|"
#: After the tasks' columns in the rows of a cascade: which of its two models answered.
STAGE = "stage"
_STATEMENT = ("text", "context", "speaker", "id", "article", "kind")
_STATEMENT_TAIL = ("truncated", "model", "model_fingerprint", "schema_version")
_INTEGERS = frozenset(
    ("start", "end", "context_start", "context_end", "cue_start", "cue_end", "speaker_start",
     "speaker_end", "target_start", "target_end", "schema_version")
)  # fmt: skip
_DIGITS = 6


def task_columns(
    labels: Mapping[str, Sequence[str]], *, more: Mapping[str, Sequence[str]] | None = None
) -> tuple[str, ...]:
    """Return the columns of a model's tasks: label, confidence, p_<label>..., abstained.

    `more` names what some tasks have beside these (`SET`, `EXPLANATION`).
    """
    return tuple(
        column
        for task, names in labels.items()
        for column in (
            task, f"{task}_confidence", *(f"{task}_p_{name}" for name in names),
            f"{task}_abstained", *(f"{task}_{name}" for name in (more or {}).get(task, ())),
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


def row_columns(
    labels: Mapping[str, Sequence[str]],
    *,
    more: Mapping[str, Sequence[str]] | None = None,
    staged: bool = False,
) -> tuple[str, ...]:
    """Return the fixed columns of a row of a model with these labels, in order.

    `staged`: of a cascade, whose rows say which model answered.
    """
    stage = (STAGE,) if staged else ()
    return (*QUOTE_COLUMNS, *task_columns(labels, more=more), *stage, *TAIL_COLUMNS)


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
    columns: Sequence[str],
    model: str | None,
    model_fingerprint: str | None,
    duplicate_of: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return one row with `columns`; probabilities are rounded to six digits.

    `more` are further values, under the names of their columns. Columns of the input that bear
    the name of a column of the row come as `input_<name>`.
    """
    row = {**quote.to_dict(), **_answer(prediction)}
    row.update(
        truncated=prediction.truncated, model=model, model_fingerprint=model_fingerprint,
        date=article.date, source=article.source, title=article.title, duplicate_of=duplicate_of,
        date_original=article.date_original, url=article.url, schema_version=SCHEMA_VERSION,
    )  # fmt: skip
    row.update(more or {})
    return _with_input({name: row.get(name) for name in columns}, article.extra)


def statement_columns(labels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the fixed columns of `statement_row` for a model with these labels, in order."""
    return (*_STATEMENT, *task_columns(labels), *_STATEMENT_TAIL)


def statement_row(
    statement: Statement, prediction: Prediction, *, columns: Sequence[str],
    model: str | None, model_fingerprint: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Return the row of a statement that came by itself: a `score_row` without an article's."""
    fields = statement.to_dict()
    row = {**{name: fields.get(name) for name in _STATEMENT}, **_answer(prediction)}
    row.update(
        truncated=prediction.truncated, model=model, model_fingerprint=model_fingerprint,
        schema_version=SCHEMA_VERSION,
    )  # fmt: skip
    own = {name: fields[name] for name in own_columns(statement)}
    return _with_input({name: row.get(name) for name in columns}, own)


def own_columns(statement: Statement) -> list[str]:
    """Return the names of what a statement has beside the fields that every row has."""
    return [name for name in statement.to_dict() if name not in _STATEMENT]


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, or `input_<name>` where a column of the row bears it."""
    while name in taken:
        name = f"input_{name}"
    return name


def _answer(prediction: Prediction) -> dict[str, Any]:
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value
        for name, value in prediction.to_dict().items()
    }


def _with_input(row: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Add the input's own columns to `row`, those whose name is taken as `input_<name>`."""
    for name, value in extra.items():
        row[free_name(name, row)] = value
    return row


def with_abstention(
    prediction: Prediction,
    abstain_below: float | None,
    rules: Mapping[str, ConformalSets] | None = None,
) -> Prediction:
    """Return `prediction` without a label in each task in which it is not sure enough.

    That is: less sure than `abstain_below`, or where the set of the task's rule holds more than
    one label.
    """
    if abstain_below is None and not rules:
        return prediction
    rules = rules or {}
    unsure = [
        task
        for task, chances in prediction.probabilities.items()
        if task in prediction.abstained
        or (abstain_below is not None and prediction.confidence(task) < abstain_below)
        or (task in rules and len(rules[task].labels(chances)) > 1)
    ]
    return replace(prediction, abstained=tuple(unsure))


def set_cells(prediction: Prediction, rules: Mapping[str, ConformalSets]) -> dict[str, str]:
    """Return the cell `<task>_set` of each rule: the labels of the set, most probable first."""
    found = {}
    for task, rule in rules.items():
        chances = prediction.probabilities[task]
        held = sorted(rule.labels(chances), key=lambda label: -chances[label])
        found[f"{task}_{SET}"] = SET_MARK.join(held)
    return found


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
