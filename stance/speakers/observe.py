"""Rows of a run -> who speaks in it: each name with its articles, roles and countries."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stance.errors import DataError
from stance.quotes import lexicon as lex
from stance.quotes.offices import head_of
from stance.speakers.names import organisation, plain

_FIRST_NAMES = lex.MALE_NAMES | lex.FEMALE_NAMES
_FULL = re.compile(r"(?<![\w.])([A-Z][a-zà-ÿ]+) (?=([A-Z][\w'’-]+))")
_INITIALS = re.compile(r"((?:[\w'’-]+ ){1,3})\(([A-Z]{3,6})\)")
_JOINING = lex.JOINING | {"and", "the"}
_NO_NAMES = lex.DETERMINERS - {"the", "one", "all"}
_ACRONYM = 6  # letters of one at most
_SMALL = re.compile(r"(?<![\w’'-])[a-z]{2,}(?![\w’'-])")


@dataclass(slots=True)
class Seen:
    """One name of a run, however it is spelled: its kinds, roles and countries, counted.

    `before` holds, for a name of one word, the words that stand before it in its contexts.
    """

    spelled: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    articles: set[str] = field(default_factory=set)
    groups: set[tuple[str, str]] = field(default_factory=set)
    roles: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    before: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The usual spelling, but no possessive or capitals throughout where there is another."""

        def rank(name: str) -> tuple[bool, bool, int, str]:
            shouted = name.isupper() and len(name) > _ACRONYM
            return name.endswith(("'s", "’s")), shouted, -self.spelled[name], name

        return min(self.spelled, key=rank)

    @property
    def kind(self) -> str:
        """The kind that the name has most often."""
        return most(self.kinds) or ""


@dataclass(slots=True)
class Run:
    """The named speakers of a run by their plain names, and what its contexts tell of names.

    `mentioned` maps a surname, plain, to the first names that stand before it anywhere;
    `words` are those in lower case: a surname among them is a word as well. `initials` has the
    plain words before letters in brackets: "Amber Coast Union (ACU)".
    """

    speakers: dict[str, Seen] = field(default_factory=dict)
    mentioned: dict[str, set[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    initials: dict[str, set[str]] = field(default_factory=dict)


def most(counts: Counter[str]) -> str | None:
    """Return what was counted most often, the first by alphabet where two were."""
    return min(counts, key=lambda key: (-counts[key], key)) if counts else None


def observe(rows: Iterable[Mapping[str, Any]]) -> Run:
    """Collect the speakers of the rows of `stance score` or `stance quotes`.

    Unnamed speakers, with groups and organisations that have no name, are left out: they are
    nobody beyond their article. Rows without kind,
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
        if not name or not names_somebody(str(name), str(kind)):
            continue
        seen = run.speakers.setdefault(plain(str(name)), Seen())
        seen.spelled[str(name)] += 1
        if " " not in str(name):
            first = re.compile(rf"([A-Z][\w’'-]*) ?{re.escape(str(name))}")
            seen.before.update(map(plain, first.findall(str(row.get("context") or ""))))
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


def names_somebody(name: str, kind: str) -> bool:
    """Say whether a speaker is somebody beyond one article: not "officials", "his statement"."""
    if kind == "person":
        return bool(plain(name))
    words = [word for word in name.split() if word.lower() not in _JOINING]
    capitals = bool(words) and all(word[0].isupper() for word in words)
    if (kind == "group" and not capitals) or (words and words[0].lower() in _NO_NAMES):
        return False
    return kind != "unnamed" and head_of(name.split()[-1]) is None and bool(organisation(name))


def _mentioned(run: Run, row: Mapping[str, Any], read: set[tuple[str, Any]]) -> None:
    """Note the full names in a row's context, once for each context."""
    context = row.get("context")
    key = (str(row["article"]), row.get("context_start"))
    if not context or key in read:
        return
    read.add(key)
    for words, short in _INITIALS.findall(str(context)):
        run.initials.setdefault(short, set()).add(plain(words))
    run.words.update(_SMALL.findall(str(context)))
    for match in _FULL.finditer(str(context)):
        first = match.group(1).lower()
        if first in _FIRST_NAMES:
            run.mentioned.setdefault(plain(match.group(2)), set()).add(first)
