"""The report as one HTML file: no network, no script but its own, nothing that a text can inject.

Text of articles and names of speakers pass Jinja2's autoescape (see `stance.reports.page`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape
from itertools import pairwise
from typing import Any

from stance.labels import DE_ESCALATORY, ESCALATORY, NEGATIVE, OFF_TOPIC, POSITIVE
from stance.reports.content import Content
from stance.reports.figures import Figures
from stance.reports.notes import OFF, Note
from stance.reports.page import part, render
from stance.reports.passages import ArticlePage
from stance.reports.periods import MONTHS, in_words, start_of
from stance.reports.words import (
    counted,
    days_in_words,
    index_in_words,
    marks_of,
    rest_of,
    signed,
    word_of,
)

#: The class of a bar that may be chance.
_PALE = {ESCALATORY: "p0", DE_ESCALATORY: "p2", POSITIVE: "p2", NEGATIVE: "p0"}
#: Above the speakers with the highest and the lowest index.
_HEADINGS = {"stance": ("Who escalates", "Who calms"),
             "sentiment": ("Most positive", "Most negative")}  # fmt: skip
#: The style that names the task of a note's second line, which spares 10 bytes a quote.
_SAYS = {
    task: f'.cols li p:first-of-type::before,#pop p:first-of-type::before{{content:"{task} "}}'
    for task in ("stance", "sentiment")
}
_DRAWN = 60  # speakers with few quotes whose bars the file itself draws
_CHART = (8.0, 92.0)  # where +1 and -1 lie in the chart, in percent of its height
Bars = Iterator[tuple[str, float, float]]
Run = tuple[str, Note | None, bool, int]


def html_report(content: Content) -> str:
    """Return the report as one HTML document, the same for the same content."""
    from markupsafe import Markup

    marks = marks_of(content.labels)
    order = list(marks)
    second = _second_task(content)
    return render(
        "report.html.j2",
        style=part("report.css") + _signs(content.labels, marks) + _SAYS.get(second, ""),
        script=part("report.js"), c=content, headings=_HEADINGS.get(content.task, content.poles),
        mark=lambda status: marks[status][0], glyph=lambda status: marks[status][1],
        word=word_of, in_words=in_words, days=days_in_words,
        signed=signed, index=index_in_words, counted=counted,
        small=lambda note: rest_of(note, second),
        body=lambda text: Markup(escape(text, quote=False)), introduced=_introduced,
        pale=_PALE.get, drawn=_DRAWN, numbered=_numbered,
        pairs=lambda note: _pairs(note, content.labels),
        bars=lambda figures: _bars(figures, content.labels, marks),
        shares=lambda statuses: _stacked([statuses.get(s, 0) for s in order], order, marks),
        statuses=lambda found: [(s, found[s]) for s in order if found.get(s)],
        points=_points(content, marks), trend=_trend(content), ticks=_ticks(content),
    )  # fmt: skip


def _second_task(content: Content) -> str:
    """Return the task with which the second line of every note begins, if the style can say it."""
    first = next((n.others for page in content.articles for n in page.notes if n.others), ())
    return first[0][0] if first and first[0][0] in _SAYS else ""


def _pairs(note: Note, labels: Sequence[str]) -> list[tuple[str, int]]:
    """Return the probabilities in percent: of the labels, and of being off-topic where it is."""
    found = list(zip(labels, note.percents, strict=True)) if note.percents else []
    if note.status == OFF:
        found += [(OFF, percent) for _, label, percent in note.others
                  if label == OFF_TOPIC and percent is not None]  # fmt: skip
    return found


def _numbered(page: ArticlePage) -> Iterator[tuple[bool, list[list[Run]]]]:
    """Yield each passage as (gap, paragraphs of runs).

    A run is (text, note, counts, number). The style counts quotes that come in the order of
    their notes, which spares 13 bytes a quote; the others bear their number.
    """
    at = 0
    for passage in page.passages:
        paragraphs = []
        for paragraph in passage.paragraphs:
            runs: list[Run] = []
            for segment in paragraph:
                number = segment.note.number if segment.note and segment.last else 0
                counts = number == at + 1
                at += counts
                runs.append((segment.text, segment.note, counts, 0 if counts else number))
            paragraphs.append(runs)
        yield passage.gap, paragraphs


def _signs(labels: Sequence[str], marks: Mapping[str, tuple[str, str]]) -> str:
    """Return the style that puts a label's sign beside its counts, where a phone has no columns."""
    rules = (
        f'td:nth-child({n})::before{{content:"{marks[label][1]} "}}'
        for n, label in enumerate(labels, start=4)
    )
    return f"@media (max-width:640px){{{''.join(rules)}}}"


def _introduced(notes: Sequence[Note]) -> Iterator[tuple[Note, str]]:
    """Yield the notes with what is said of their speaker, each thing once, as articles do."""
    said = set()
    for note in notes:
        about = (note.speaker, note.about_speaker)
        yield note, "" if about in said else note.about_speaker
        said.add(about)


def _bars(figures: Figures, labels: Sequence[str], marks: Mapping[str, tuple[str, str]]) -> Bars:
    """Yield the rectangles of a speaker's bar: class, left edge and width in percent."""
    if not figures.poles:
        yield from _stacked(figures.counts, labels, marks)
        return
    if not figures.index:
        return
    value = figures.index.value
    pole = figures.poles[0] if value >= 0 else figures.poles[1]
    sure = figures.leaning and not figures.few
    at = 50 + 50 * value
    yield marks[pole][0] if sure else _PALE[pole], _short(min(50.0, at)), _short(abs(at - 50))
    if figures.index.low is not None and figures.index.high is not None:
        low, high = 50 + 50 * figures.index.low, 50 + 50 * figures.index.high
        yield "i", _short(low), _short(high - low)


def _stacked(
    counts: Sequence[int], labels: Sequence[str], marks: Mapping[str, tuple[str, str]]
) -> Bars:
    whole, at = sum(counts), 0.0
    for label, n in zip(labels, counts, strict=True):
        if n:
            width = 100 * n / whole
            yield marks[label][0], _short(at), _short(width)
            at += width


def _short(value: float) -> float:
    """Return a percentage with one digit, as a whole number where it is one."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _places(content: Content) -> list[tuple[int, float, float]]:
    """Return the (number, x, y) of the periods with an index, in percent of the chart."""
    return [
        (n, _short(_at(p.at)), _y(p.figures.value))
        for n, p in enumerate(content.periods, start=1)
        if p.figures.index
    ]


def _at(share: float) -> float:
    """Return the x of a share of the time, in percent of the chart's width."""
    return 8 + 86 * share


def _y(value: float) -> float:
    top, bottom = _CHART
    return _short(top + (1 - value) / 2 * (bottom - top))


def _trend(content: Content) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    places = [(x, y) for _, x, y in _places(content)]
    return list(pairwise(places))


def _ticks(content: Content) -> list[tuple[float, str]]:
    """Return up to six (x, date) marks of the time axis, each where its date lies."""
    if not content.periods:
        return []
    first, last = (start_of(content.periods[n].key, content.unit) for n in (0, -1))
    span = (last - first).days
    if not span:
        return [(_short(_at(0.5)), content.periods[0].name)]
    days = [first + timedelta(days=n) for n in range(span + 1)]
    months = [day for day in days if day.day == 1]
    if content.unit == "year":
        found = [(day, str(day.year)) for day in months if day.month == 1]
    elif content.unit == "month" or (content.unit == "week" and len(months) > 2):
        found = [(day, f"{MONTHS[day.month - 1][:3]} {day.year}") for day in months]
    else:
        step = 7 if content.unit == "week" else 1
        found = [(day, f"{day.day} {MONTHS[day.month - 1][:3]}") for day in days[::step]]
    shown = found[:: -(-len(found) // 6)]
    return [(_short(_at((day - first).days / span)), text) for day, text in shown]


def _points(content: Content, marks: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    most = max((p.figures.n for p in content.periods), default=1) or 1
    points = []
    for number, x, y in _places(content):
        period = content.periods[number - 1]
        figures, index = period.figures, period.figures.index
        assert index is not None  # `_places` leaves those without out
        quotes = f"{counted(figures.n, 'quote')}, {counted(len(period.articles), 'article')}"
        low = index.low if index.low is not None else index.value
        high = index.high if index.high is not None else index.value
        leaning = marks[figures.leaning][0] if figures.leaning else "k1"
        points.append({
            "number": number, "x": x, "y": y, "low": _y(low), "high": _y(high),
            "r": _short(4 + 5 * (figures.n / most) ** 0.5),
            "cls": "few" if figures.few else leaning,
            "label": f"{period.name}: {index_in_words(figures)}, {quotes}",
        })  # fmt: skip
    return points
