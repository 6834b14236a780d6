"""Dates -> the periods of a timeline: the finest unit that stays readable, and their names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stance.aggregate.groups import PERIODS, period
from stance.aggregate.summary import Summary
from stance.reports.figures import Figures, figures_of
from stance.reports.passages import ArticlePage

#: The units of a timeline, finest first, and the longest span of days that each serves.
UNITS: Mapping[str, int] = {"day": 45, "week": 400, "month": 2200, "year": 10**9}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A point of the timeline: `at` is its place from 0 to 1, `articles` those that count in it."""

    key: str
    name: str
    at: float
    figures: Figures
    articles: "tuple[ArticlePage, ...]"


def choose_unit(dates: Iterable[Any]) -> str:
    """Return day, week, month or year, whichever suits the span of `dates`; "" without any."""
    texts = [str(value) for value in dates if value]
    days = [found for text in texts if (found := _day(text))]
    coarse = [unit for unit in ("month", "year") if any(period(text, unit) for text in texts)]
    if not days:
        return coarse[0] if coarse else ""
    span = (max(days) - min(days)).days
    return next(unit for unit, longest in UNITS.items() if span <= longest)


def period_of(value: Any, unit: str) -> str | None:
    """Return the day, week, month or year of an ISO 8601 date; None where it does not say."""
    if unit in PERIODS:
        return period(value, unit)
    found = _day(str(value or ""))
    return found.isoformat() if found else None


def periods_of(
    summary: Summary | None, behind: Mapping[str, Sequence[ArticlePage]], unit: str
) -> tuple[Period, ...]:
    """Return the periods of a summary in order of time, each with the articles behind it."""
    if summary is None:
        return ()
    cells = {str(cell.key[0]): cell for cell in summary.cells}
    cells = {key: cell for key, cell in cells.items() if is_period(key, unit)}
    if not cells:
        return ()
    keys = sorted(cells)
    first, last = start_of(keys[0], unit), start_of(keys[-1], unit)
    span = (last - first).days or 1
    return tuple(
        Period(key=key, name=name_of(key, unit),
               at=(start_of(key, unit) - first).days / span if len(keys) > 1 else 0.5,
               figures=figures_of(cells[key], summary), articles=tuple(behind.get(key, ())))
        for key in keys
    )  # fmt: skip


def is_period(key: str, unit: str) -> bool:
    """Return whether the calendar knows the period: it does not know "2024-13"."""
    try:
        return bool(start_of(key, unit))
    except ValueError:
        return False


def start_of(key: str, unit: str) -> date:
    """Return the first day of a period: "2024-W07" -> 12 February 2024."""
    if unit == "week":
        year, week = key.split("-W")
        return date.fromisocalendar(int(year), int(week), 1)
    parts = [int(part) for part in key.split("-")]
    return date(parts[0], *[*parts[1:], 1, 1][:2])


def name_of(key: str, unit: str) -> str:
    """Return a period in words: "2024-W07" -> "week of 12 February 2024"."""
    start = start_of(key, unit)
    if unit == "year":
        return key
    if unit == "month":
        return f"{MONTHS[start.month - 1]} {start.year}"
    return f"{'week of ' if unit == 'week' else ''}{in_words(start.isoformat())}"


def in_words(iso: str) -> str:
    """Return an ISO date as people write it: "2024-02-12T08:00" -> "12 February 2024"."""
    if found := _day(iso):
        return f"{found.day} {MONTHS[found.month - 1]} {found.year}"
    month = period(iso, "month")
    if month and 1 <= int(month[5:]) <= 12:
        return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"
    return iso


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date.fromisoformat(found.group()) if found else None
    except ValueError:
        return None
