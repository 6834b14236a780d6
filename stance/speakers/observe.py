"""Rows of a run -> who speaks in it: each name with its articles, roles and countries."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stance.errors import DataError
from stance.quotes import lexicon as lex
from stance.speakers.names import plain

_FIRST_NAMES = lex.MALE_NAMES | lex.FEMALE_NAMES
_FULL = re.compile(r"(?<![\w.])([A-Z][a-zà-ÿ]+) (?=([A-Z][\w'’-]+))")
_SMALL = re.compile(r"(?<![\w’'-])[a-z]{2,}(?![\w’'-])")


@dataclass(slots=True)
class Seen:
    """One name of a run, however it is spelled: its kinds, roles and countries, counted."""

    spelled: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    articles: set[str] = field(default_factory=set)
    groups: set[tuple[str, str]] = field(default_factory=set)
    roles: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The usual spelling, in capitals only where there is no other."""
        return min(self.spelled, key=lambda name: (name.isupper(), -self.spelled[name], name))

    @property
    def kind(self) -> str:
        """The kind that the name has most often."""
        return most(self.kinds) or ""


@dataclass(slots=True)
class Run:
    """The named speakers of a run by their plain names, and what its contexts tell of names.

    `mentioned` maps a surname, plain, to the first names that stand before it anywhere;
    `words` are those in lower case: a surname among them is a word as well.
    """

    speakers: dict[str, Seen] = field(default_factory=dict)
    mentioned: dict[str, set[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


def most(counts: Counter[str]) -> str | None:
    """Return what was counted most often, the first by alphabet where two were."""
    return min(counts, key=lambda key: (-counts[key], key)) if counts else None


def observe(rows: Iterable[Mapping[str, Any]]) -> Run:
    """Collect the speakers of the rows of `stance score` or `stance quotes`.

    Unnamed speakers are left out: they are nobody beyond their article. Rows without kind,
    role or country are read. Raises `DataError` for rows without an article.
    """
    run = Run()
    read: set[tuple[str, Any]] = set()
    number = 0
    for number, row in enumerate(rows, start=1):
        article = row.get("article")
        if article in (None, ""):
            raise DataError(
                f"row {number} has no article (columns: {', '.join(row)}); give rows of stance "
                "score or stance quotes"
            )
        _mentioned(run, row, read)
        name, kind = row.get("speaker"), row.get("speaker_kind") or "person"
        if not name or kind == "unnamed" or not plain(str(name)):
            continue
        seen = run.speakers.setdefault(plain(str(name)), Seen())
        seen.spelled[str(name)] += 1
        group = (str(article), str(row.get("group") or row.get("quote") or number))
        if group in seen.groups:
            continue
        seen.groups.add(group)
        seen.kinds[str(kind)] += 1
        seen.articles.add(str(article))
        for counts, column in ((seen.roles, "speaker_role"), (seen.countries, "speaker_country")):
            if row.get(column):
                counts[str(row[column])] += 1
    if not number:
        raise DataError("the scores hold no rows; score articles with quotes first")
    return run


def _mentioned(run: Run, row: Mapping[str, Any], read: set[tuple[str, Any]]) -> None:
    """Note the full names in a row's context, once for each context."""
    context = row.get("context")
    key = (str(row["article"]), row.get("context_start"))
    if not context or key in read:
        return
    read.add(key)
    run.words.update(_SMALL.findall(str(context)))
    for match in _FULL.finditer(str(context)):
        first = match.group(1).lower()
        if first in _FIRST_NAMES:
            run.mentioned.setdefault(plain(match.group(2)), set()).add(first)
