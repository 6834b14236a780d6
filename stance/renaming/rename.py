"""Other names in a statement, consistently in its text, context and speaker."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stance.records import Statement
from stance.renaming import directory, persons, places
from stance.renaming.edits import Edit, apply, fix_articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A statement with other names; who and which country became which.

    `edits` turn the old text into the new one, in order, by offsets into the old.
    """

    statement: Statement
    edits: tuple[Edit, ...]
    people: Mapping[str, str]
    countries: Mapping[str, str]

    @property
    def changed(self) -> bool:
        """Whether anything was renamed."""
        return bool(self.people or self.countries)


def swap_names(statement: Statement, *, seed: int = 0) -> Statement:
    """Return `statement` with people swapped for people and countries for countries.

    See `exchange`. Offsets are dropped, for they point into the article as it was.
    """
    return exchange(statement, seed=seed).statement


def exchange(statement: Statement, *, seed: int = 0) -> Renamed:
    """Return `statement` with other names, consistently in text, context and speaker.

    Titles, pronouns and organisations stay; a first name keeps its gender where known; a
    country brings its capital, places, people and institutions along. Where the text stands
    in the context it does so afterwards. The same statement and seed give the same names.
    """
    return _rename(statement, random.Random(f"{seed}\0{statement.text}\0{statement.speaker}"))


def hide_names(statement: Statement) -> Statement:
    """Return `statement` with the same few stand-ins for whatever people and countries it names.

    The first country that comes up is always one country, the second another, and so on; of
    people likewise. What differs only in its names reads alike, as far as names are found.
    """
    return renamed(statement).statement


def renamed(statement: Statement) -> Renamed:
    """Return what `hide_names` does, with the edits of the text."""
    return _rename(statement, None)


def _rename(statement: Statement, rng: random.Random | None) -> Renamed:
    texts = [statement.context, statement.text, statement.speaker or ""]
    people = directory.Directory(rng)
    spans = [persons.names_in(text, speaker=n == 2) for n, text in enumerate(texts)]
    for span in sorted((s for found in spans for s in found), key=lambda s: -len(s.tokens)):
        people.learn(span)
    for text in texts:
        for span in persons.leaders_in(text):
            people.learn(span)
    people.give_names(texts)
    mentioned = places.mentioned_countries(texts) if rng else frozenset()
    atlas = places.Atlas(rng, mentioned)

    def edits_of(text: str, named: Sequence[persons.Span]) -> list[Edit]:
        found = directory.edits(text, named, people)
        taken = [(edit.start, edit.end) for edit in found]
        found += places.edits(text, places.find(text, taken=taken), atlas)
        return sorted([*found, *fix_articles(text, found)])

    context_edits = edits_of(texts[0], spans[0])
    context = apply(texts[0], context_edits)
    text_edits = _inside(texts[1], texts[0], context_edits)
    if text_edits is None:
        text_edits = edits_of(texts[1], spans[1])
    text = apply(texts[1], text_edits)
    speaker = apply(texts[2], edits_of(texts[2], spans[2]))
    return Renamed(
        statement=replace(
            statement,
            text=text,
            context=context,
            speaker=speaker if statement.speaker is not None else None,
            start=None,
            end=None,
        ),
        edits=tuple(text_edits),
        people={
            " ".join(one.tokens): f"{one.new_given} {one.new_surname}" for one in people.people
        },
        countries={old: new.name for old, new in atlas.chosen.items()},
    )


def _inside(text: str, context: str, edits: Sequence[Edit]) -> list[Edit] | None:
    """Return the edits of `context` that lie in `text`; None where it has no whole place there."""
    start = context.find(text) if text else -1
    if start < 0:
        return None
    end = start + len(text)
    if any(edit.start < cut < edit.end for edit in edits for cut in (start, end)):
        return None
    inner = [edit for edit in edits if start < edit.end and edit.start < end]
    return [Edit(edit.start - start, edit.end - start, edit.new) for edit in inner]
