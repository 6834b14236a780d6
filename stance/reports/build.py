"""Rows of `stance score` -> the content of a report, its three summaries made on the way."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stance.aggregate import Confusion, Summary, gather, summarise
from stance.errors import UsageError
from stance.reports.content import Content, content_of
from stance.reports.periods import UNITS, choose_unit, period_of

Row = Mapping[str, Any]
_TITLES = {"stance": "Who escalates, who calms"}


def build(
    rows: Sequence[Row], *, task: str = "stance", title: str = "", unit: str = "auto",
    texts: Mapping[str, str] | None = None, confusion: Confusion | None = None,
    correct: str = "auto", min_n: int = 10,
    remarks: Callable[[Summary], Sequence[str]] = lambda summary: (),
) -> Content:  # fmt: skip
    """Return what a report shows of `rows`.

    `unit` is that of the timeline: day, week, month, year, or auto. `texts` are articles by
    id. `remarks` turns the summary over all into the sentences below the figures. Raises
    `UsageError` for another unit, `DataError` where the rows carry no labels of `task`.
    """
    if unit not in (*UNITS, "auto"):
        raise UsageError(f"--period {unit} came; expected auto, {', '.join(UNITS)}")

    def summary(by: Sequence[str], of: Sequence[Row]) -> Summary:
        return summarise(gather(of, by=by, task=task), method=correct, confusion=confusion,
                         min_n=min_n)  # fmt: skip

    overall = summary((), rows)
    chosen = choose_unit(row.get("date") for row in rows) if unit == "auto" else unit
    by_period = None
    if chosen:
        # A column of our own: `gather` knows no days, and dates may carry times.
        dated = [{**row, "_period": period_of(row.get("date"), chosen)} for row in rows]
        by_period = summary(("_period",), dated)
    return content_of(
        rows, overall=overall, by_speaker=summary(("speaker",), rows), by_period=by_period,
        title=title or _TITLES.get(task, f"Who said what: {task}"), unit=chosen, texts=texts,
        remarks=remarks(overall),
    )  # fmt: skip
