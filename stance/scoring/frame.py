"""pandas in, pandas out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stance.articles import InputFailure, ReadOptions, as_articles
from stance.articles.options import FIELDS
from stance.errors import UsageError
from stance.records import Article
from stance.scoring.rows import TAIL_COLUMNS, all_columns, row_columns
from stance.scoring.run import score

if TYPE_CHECKING:
    import pandas as pd

SOURCE_ROW = "source_row"
_PLACE = "\0place"  # no column of a frame that pandas prints bears this name


def score_frame(
    frame: "pd.DataFrame", model: Any = None, *, text: str | None = None, **options: Any
) -> "pd.DataFrame":
    """Return a frame with one row a quote, for a frame with one article a row.

    `text` (and `id`, `title`, `date`, `source`, `url`) name columns where the guess would be
    wrong; the other columns pass through. Column `source_row` holds the index label of the
    article's row in `frame`, so that `frame.join` works. `model` is a classifier or a name
    for `stance.load` (default: the shipped transformer). Further options are those of `score`.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise UsageError(f"a {type(frame).__name__} came where a pandas DataFrame was expected")
    if model is None or isinstance(model, str):
        from stance.store import load

        model = load(model or "transformer")
    named = {"text": text, **{name: options.pop(name, None) for name in FIELDS if name != "text"}}
    columns = {name: column for name, column in named.items() if column is not None}
    missing = [column for column in columns.values() if column not in frame.columns]
    if missing:
        raise UsageError(
            f"the frame has no column '{missing[0]}' (it has {', '.join(map(str, frame.columns))})"
        )
    fixed = row_columns({task: model.labels_[task] for task in model.tasks_})
    rows = list(score(_placed(frame, columns), model, **options))
    if rows:  # options add columns to those of the tasks
        first = list(rows[0])
        fixed = tuple(first[: first.index(TAIL_COLUMNS[-1]) + 1])
    places = [row.pop(_PLACE) for row in rows]
    found = pd.DataFrame(rows, columns=list(all_columns(rows, fixed)))
    found.insert(0, SOURCE_ROW, frame.index[places], allow_duplicates=True)
    return found


def _placed(frame: "pd.DataFrame", columns: dict[str, str]) -> Iterator[Article | InputFailure]:
    items = as_articles(frame, options=ReadOptions(columns=columns))
    for place, item in enumerate(items):
        if isinstance(item, Article):
            yield replace(item, extra={**item.extra, _PLACE: place})
        else:
            yield item
