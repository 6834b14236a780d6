"""Dates as newspapers and agencies write them -> ISO 8601; never a guess."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip
_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "bst": 1, "cet": 1, "cest": 2,
}  # fmt: skip
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4})"
_CLOCK = (
    r"(?:,?\s*(?:at\s+|t)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?P<part>\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*\(?(?P<zone>[a-z]{1,4}|(?:utc|gmt)?[+-]\d{2}:?\d{2})?\)?)?"
)
_PATTERNS = tuple(
    re.compile(rf"(?:[a-z]{{3,9}}\.?,?\s+)?{days}{_CLOCK}", re.I)
    for days in (
        rf"{_DAY}[\s-]+{_MONTH}[\s,-]+{_YEAR}",
        rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}",
        rf"{_YEAR}[/.](?P<month>\d{{1,2}})[/.]{_DAY}",
        r"(?P<first>\d{1,2})[/.](?P<second_of_two>\d{1,2})[/.](?P<year>\d{4})" + _CLOCK[:0],
    )
)
_REDUCED = re.compile(r"(?:1[5-9]|20|21)\d{2}(?:-(?:0[1-9]|1[0-2]))?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def normalise_date(value: Any) -> str | None:
    """Return `value` in ISO 8601, as precise as it came, or None when it does not say.

    Reads ISO 8601 (also a year or a month alone), RFC 2822, "26-FEB-1987 15:01:01.79",
    "March 5, 2022", "5 March 2022", dates and datetimes, and Unix time in seconds or
    milliseconds. "2 days ago", "October 4" and "03/05/2022" (March or May?) are None.
    """
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip() if isinstance(value, (str, int)) else ""
    if not text or len(text) > 60 or not text.isascii() or isinstance(value, bool):
        return None
    if _REDUCED.fullmatch(text):
        return text
    if _EPOCH.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), tz=UTC)
        return moment.isoformat()
    return _iso(text) or _written(text)


def _iso(text: str) -> str | None:
    if not re.match(r"\d{4}-?\d{2}-?\d{2}(?!\d)", text):
        return None
    try:
        if len(text) <= 10:
            return date.fromisoformat(text).isoformat()
        return datetime.fromisoformat(text.replace(" UTC", "+00:00")).isoformat()
    except ValueError:
        return None


def _written(text: str) -> str | None:
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match:
            try:
                return _from_groups(match.groupdict())
            except ValueError:  # the 31st of February, 25:61
                return None
    return None


def _from_groups(found: dict[str, str | None]) -> str | None:
    year = int(found["year"] or 0)
    if found.get("first"):
        first, second = int(found["first"] or 0), int(found["second_of_two"] or 0)
        if first <= 12 and second <= 12 and first != second:
            return None  # day first or month first? Both are in use.
        day, month = (first, second) if first > 12 else (second, first)
    else:
        name = (found["month"] or "").lower()
        month = int(name) if name.isdigit() else _MONTHS.get(name, 0)
        day = int(found["day"] or 0)
    whole = date(year, month, day)
    if not found.get("hour"):
        return whole.isoformat()
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    micro = round(float(f"0{found['part'] or '.0'}") * 1e6) % 1_000_000
    moment = datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0),
                      micro, tzinfo=_zone(found["zone"]))  # fmt: skip
    return moment.isoformat()


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    offset = re.search(r"([+-])(\d{2}):?(\d{2})$", name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    hours = _ZONES.get(name.lower())
    return None if hours is None else timezone(timedelta(hours=hours))
