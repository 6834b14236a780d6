"""Statements that need no finding: a table of sentences in, the columns of a scored row out."""

from collections.abc import Iterator, Sequence
from typing import Any

from stance.records import Statement
from stance.scoring.rows import free_name, own_columns, statement_columns, statement_row

AT_ONCE = 512  # statements asked together; batches within are by length


def score_statements(statements: Sequence[Statement], model: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield rows of `statement_row` in the order of `statements`, some hundreds at a time.

    `model` is a classifier; its `name` and `fingerprint`, where it has them, go into the rows.
    """
    columns = columns_of(model)
    for start in range(0, len(statements), AT_ONCE):
        some = statements[start : start + AT_ONCE]
        yield [
            statement_row(
                one, prediction, columns=columns, model=getattr(model, "name", None),
                model_fingerprint=getattr(model, "fingerprint", None),
            )
            for one, prediction in zip(some, model(some), strict=True)
        ]  # fmt: skip


def columns_of(model: Any, statements: Sequence[Statement] = ()) -> tuple[str, ...]:
    """Return the columns of the rows of `model`; after them those that only `statements` have."""
    fixed = statement_columns({task: model.labels_[task] for task in model.tasks_})
    columns = dict.fromkeys(fixed)
    for name in dict.fromkeys(name for one in statements for name in own_columns(one)):
        columns[free_name(name, columns)] = None
    return tuple(columns)
