"""Scored rows and, where given, the articles -> all that a report shows, whatever its format."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from stance.aggregate.groups import originals, pieces_of
from stance.aggregate.summary import Summary
from stance.reports.figures import Figures, figures_of
from stance.reports.notes import OFF, Note, about, note_of, printable
from stance.reports.passages import ArticlePage, Passage, in_context, in_place
from stance.reports.periods import Period, period_of, periods_of
from stance.scoring.rows import tasks_of

_MOST_LEADS = 5
_SPEAKER = ("speaker", "speaker_role", "speaker_country")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A speaker's name, what the articles say of him, and his figures."""

    name: str
    about: str
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A report: figures over all, by speaker and by period, and then every article.

    `up` and `down` are the speakers with enough quotes whose index is furthest from zero;
    `nobody` are the figures of quotes without a named speaker. `remarks` say in words what was
    counted and left out.
    """

    title: str
    task: str
    labels: tuple[str, ...]
    poles: tuple[str, ...]
    total: Figures
    speakers: tuple[Speaker, ...]
    nobody: Figures | None
    up: tuple[Speaker, ...]
    down: tuple[Speaker, ...]
    unit: str
    periods: tuple[Period, ...]
    articles: tuple[ArticlePage, ...]
    models: tuple[str, ...]
    statuses: Mapping[str, int]
    min_n: int
    coverage: float
    remarks: tuple[str, ...]

    @property
    def days(self) -> tuple[str, str] | None:
        """The first and the last date of the articles; None where none has one."""
        found = sorted(page.date for page in self.articles if page.date)
        return (found[0], found[-1]) if found else None


def content_of(
    rows: Sequence[Row], *, overall: Summary, by_speaker: Summary, by_period: Summary | None,
    title: str, unit: str = "", texts: Mapping[str, str] | None = None,
    remarks: Sequence[str] = (),
) -> Content:  # fmt: skip
    """Put a report together from rows of `stance score` and their three summaries.

    `unit` is what `by_period` is by (day, week, month or year). `texts` are the articles' own
    texts by id: articles that are not among them are shown in the contexts of their quotes.
    """
    pieces, columns, _ = pieces_of(rows)
    tasks = tasks_of(columns)
    pages = _pages(pieces, overall, tasks, texts or {})
    speakers = _speakers(rows, by_speaker)
    named = tuple(one for one in speakers if one.name)
    ranked = sorted((s for s in named if s.figures.index and not s.figures.few),
                    key=lambda s: -s.figures.value)  # fmt: skip
    statuses: Counter[str] = Counter()
    for page in pages:
        statuses.update(page.statuses)
    total = figures_of(overall.cells[0], overall) if overall.cells else Figures.none(overall)
    return Content(
        title=title, task=overall.task, labels=overall.labels, poles=total.poles, total=total,
        speakers=named, nobody=next((s.figures for s in speakers if not s.name), None),
        up=tuple(s for s in ranked if s.figures.value > 0)[:_MOST_LEADS],
        down=tuple(s for s in ranked[::-1] if s.figures.value < 0)[:_MOST_LEADS],
        unit=unit, periods=periods_of(by_period, _behind(pages, unit), unit),
        articles=tuple(pages), models=overall.models, statuses=statuses, min_n=overall.min_n,
        coverage=overall.coverage, remarks=tuple(remarks),
    )  # fmt: skip


def _speakers(rows: Sequence[Row], summary: Summary) -> list[Speaker]:
    said: dict[str, Counter[str]] = {}
    for row in rows:
        name, *more = (printable(row.get(x) or "") for x in _SPEAKER)
        if found := about(name, *more):
            said.setdefault(str(row["speaker"]), Counter())[found] += 1
    speakers = []
    for cell in summary.cells:
        name = cell.key[0] or ""
        most = said.get(name, Counter()).most_common(1)
        speakers.append(Speaker(name=" ".join(printable(name).split()), about=most[0][0] if most
                                else "", figures=figures_of(cell, summary)))  # fmt: skip
    return sorted(speakers, key=lambda s: (-s.figures.n, -s.figures.value, s.name))


def _pages(
    pieces: Mapping[tuple[str, str], Sequence[Row]], summary: Summary,
    tasks: Mapping[str, Sequence[str]], texts: Mapping[str, str],
) -> list[ArticlePage]:  # fmt: skip
    by_article: dict[str, list[Sequence[Row]]] = {}
    for (article, _), parts in pieces.items():
        by_article.setdefault(article, []).append(parts)
    counted = originals(pieces)
    # Newest first, as news is read; articles without a date come last.
    order = sorted(by_article, key=lambda a: str(by_article[a][0][0].get("title") or a))
    order.sort(key=lambda a: str(by_article[a][0][0].get("date") or ""), reverse=True)
    pages, ident = [], 0
    for number, article in enumerate(order, start=1):
        groups = sorted(by_article[article], key=_where)
        notes = []
        for n, parts in enumerate(groups, start=1):
            ident += 1
            notes.append(note_of(parts, ident=ident, number=n, task=summary.task,
                                 labels=summary.labels, tasks=tasks))  # fmt: skip
        text = texts.get(article)
        passages, lost = in_place(text, notes) if text is not None else (in_context(notes), ())
        copied = article not in counted
        pages.append(_page(number, article, groups[0][0], notes, passages, lost,
                           whole=text is not None, copied=copied))  # fmt: skip
    return pages


def _page(
    ident: int, article: str, row: Row, notes: Sequence[Note], passages: tuple[Passage, ...],
    lost: tuple[Note, ...], *, whole: bool, copied: bool,
) -> ArticlePage:  # fmt: skip
    def known(name: str) -> str:
        return " ".join(printable(row.get(name) or "").split())

    return ArticlePage(
        ident=ident, id=printable(article), title=known("title") or printable(article),
        source=known("source"), date=known("date"), url=web_address(known("url")),
        copy_of=(known("duplicate_of") or "another article") if copied else "",
        passages=passages, notes=tuple(notes), lost=lost,
        statuses=Counter(note.status for note in notes), whole=whole,
    )  # fmt: skip


def _where(parts: Sequence[Row]) -> tuple[float, str]:
    try:
        return float(str(parts[0].get("start"))), str(parts[0]["quote"])
    except ValueError:
        return float("inf"), str(parts[0]["quote"])


def _behind(pages: Sequence[ArticlePage], unit: str) -> dict[str, list[ArticlePage]]:
    """Return the articles that count in each period: no copies, none that is all off-topic."""
    found: dict[str, list[ArticlePage]] = {}
    for page in pages:
        key = period_of(page.date, unit) if unit else None
        if key and not page.copy_of and any(note.status != OFF for note in page.notes):
            found.setdefault(key, []).append(page)
    return found


def web_address(url: str) -> str:
    """Return `url` where it is an http or https address, else "": no other scheme is linked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
