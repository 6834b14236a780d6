"""The report as Markdown, for papers: the same figures as tables, then every quote."""

import re
from collections.abc import Iterator

from stance.reports.content import Content, web_address
from stance.reports.figures import Figures
from stance.reports.notes import Note, printable
from stance.reports.passages import ArticlePage
from stance.reports.periods import in_words
from stance.reports.words import counted, days_in_words, index_in_words, marks_of, rest_of, word_of

#: What Markdown, its tables and mathematics, or HTML within it, read as markup inside a line.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&$]|:(?=//))")


def markdown_report(content: Content, *, most: int = 20) -> str:
    """Return the report as Markdown; at most `most` speakers stand in its table."""
    return printable("\n".join(_lines(content, most))) + "\n"


def plain(text: str) -> str:
    """Return text in one line that Markdown shows as it is: every sign of markup escaped."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _lines(c: Content, most: int) -> Iterator[str]:
    yield from (f"# {plain(c.title)}", "")
    about = [counted(len(c.articles), "article"), days_in_words(c.days) if c.days else "",
             counted(sum(c.statuses.values()), "quote"),
             counted(len(c.speakers), "named speaker"),
             f"model {', '.join(c.models)}" if c.models else ""]  # fmt: skip
    yield from (plain("; ".join(part for part in about if part)) + ".", "")
    marks = marks_of(c.labels)
    order = [status for status in marks if c.statuses.get(status)]
    counts = (f"{marks[s][1]} {plain(word_of(s))} {c.statuses[s]}" for s in order)
    yield from (", ".join(counts) + ".", "")
    if c.total.index:
        yield from (f"Index of all quotes: {index_in_words(c.total)}.", "")
    yield from ("## Speakers", "")
    yield from _table(c, "speaker", [(s.name, s.figures) for s in c.speakers[:most]])
    if len(c.speakers) > most:
        yield from ("", f"{len(c.speakers) - most} more speakers are left out.")
    if c.nobody and c.nobody.n:
        yield from ("", f"{c.nobody.n} more quotes have no named speaker.")
    if c.periods:
        yield from ("", "## Over time", "")
        yield from _table(c, c.unit, [(p.name, p.figures) for p in c.periods])
    for line in c.remarks:
        yield from ("", plain(line[:1].upper() + line[1:]) + ".")
    yield from ("", "## Articles")
    for page in c.articles:
        yield from _article(page, c)


def _table(c: Content, first: str, rows: list[tuple[str, Figures]]) -> Iterator[str]:
    columns = [first, "quotes", *c.labels, *(["index (interval)"] if c.poles else [])]
    yield f"| {' | '.join(map(plain, columns))} |"
    yield "|---" + "|--:" * (len(columns) - 1) + "|"
    for name, figures in rows:
        index = [index_in_words(figures) + (" few" if figures.few else "")] if c.poles else []
        cells = [plain(name), str(figures.n), *map(str, figures.counts), *index]
        yield f"| {' | '.join(cells)} |"


def _article(page: ArticlePage, c: Content) -> Iterator[str]:
    yield from ("", f"### {plain(page.title)}", "")
    about = [page.source, in_words(page.date)]
    about += [f"near-copy of {page.copy_of}, not counted"] if page.copy_of else []
    line = ", ".join(plain(part) for part in about if part)
    # An address in angle brackets ends at the first of these.
    if web_address(page.url) and not re.search(r"[\s<>]", page.url):
        line += (", " if line else "") + f"<{page.url}>"
    yield from ([line, ""] if line else [])
    for note in page.notes:
        yield _note(note, c)


def _note(note: Note, c: Content) -> str:
    sign = marks_of(c.labels)[note.status][1]
    words = " … ".join(piece.text for piece in note.pieces)
    percents = [f"{label} {p}" for label, p in zip(c.labels, note.percents or (), strict=False)]
    more = "; ".join(part for part in (", ".join(percents), rest_of(note)) if part)
    return (
        f"- {note.number}\\. **{plain(note.speaker or 'Nobody named')}**: “{plain(words)}” "
        f"{plain(sign)} {plain(word_of(note.status))}" + (f" ({plain(more)})" if more else "")
    )
