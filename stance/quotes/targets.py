"""Whom a statement is directed at: the object of its blame, threat, appeal or praise.

No parser: each country, group or person that the words name is weighed by the words beside it,
as object ("we condemn Arland"), as doer ("Arland must stop", "Arland's aggression") or behind
a preposition ("sanctions on Arland"). The best one counts where it weighs enough; the speaker's
own side never does. A pronoun is resolved where only one candidate stands before it.
"""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, NamedTuple

from stance import gazetteer as gz
from stance.quotes import targetwords as tw
from stance.quotes.names import Cast
from stance.quotes.roles import Roles
from stance.quotes.targetnames import GROUP, HUMAN, Mention, Names, groups_in, leader_country
from stance.quotes.targetweights import (
    AGENT,
    ENOUGH,
    OBJECT,
    OURS,
    modifies,
    phrase_first,
    placed,
    shares,
    weigh,
)
from stance.quotes.tokens import Doc

_CUE_REACH = 8  # tokens between a cue and the statement that may name the one addressed


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a statement is directed at; `start:end` are the offsets of the words that say so."""

    name: str | None = None
    country: str | None = None
    start: int | None = None
    end: int | None = None


NOBODY = Target()


class Said(NamedTuple):
    """One statement: offsets of its words and of its context, and whose words they are.

    `cue` and `mention` (of the speaker) are half-open token ranges.
    """

    start: int
    end: int
    context: int
    cue: tuple[int, int] | None
    kind: str
    name: str | None
    speaker_kind: str | None
    country: str | None
    mention: tuple[int, int] | None


class Targets:
    """Answers for one article."""

    def __init__(self, doc: Doc, cast: Cast, roles: Roles) -> None:
        self._doc = doc
        self._names = Names(doc, cast, roles)
        self._own: dict[tuple[Any, ...], set[str]] = {}
        self._performers: set[str] | None = None
        pointing = tw.PRONOUNS
        self._points = [k for k, word in enumerate(doc.lower) if word in pointing]

    def of(self, said: Said) -> Target:
        """Return the target of a statement, `NOBODY` rather than a guess."""
        doc = self._doc
        low, high = doc.token_range(said.start, said.end)
        addressing = said.cue is not None and _addresses(doc, said.cue, low)
        mentions = self._names.between(low, high)
        points = self._points[bisect_left(self._points, low) : bisect_left(self._points, high)]
        weights = [weigh(doc, one, low, high) for one in mentions]
        named = any(value >= ENOUGH for value in weights)
        if not (named or points or addressing):
            return NOBODY
        own = self._side(said)
        if addressing and (addressed := self._addressed(said, low, high, own)):
            return self._answer(addressed)
        best = self._best(said, high, mentions, weights, own) if named else None
        if best is not None:
            others = [one for one in mentions if one.name not in own and one.country not in own]
            return NOBODY if shares(doc, best, others) else self._answer(best)
        return self._pointed(said, low, high, points, own)

    def _best(
        self, said: Said, high: int, mentions: list[Mention], weights: list[float], own: set[str]
    ) -> Mention | None:
        """Return the first of the heaviest mentions that are not of the speaker's own side.

        Adds to `own` whoever turns out to be on it by what the statement itself performs.
        """
        best, weight = None, 0.0
        for one, value in zip(mentions, weights, strict=True):
            if one.name in own or one.country in own:
                continue
            if _performs(self._doc, one, said, high):
                own.add(one.name)
            elif value >= ENOUGH and value > weight:
                whose = self._names.person(one) if one.kind == HUMAN else one
                if whose is not None and whose.country not in own:
                    best, weight = whose, value
        return best

    def _side(self, said: Said) -> set[str]:
        """Return the names and countries of the speaker's own side."""
        key = (said.name, said.country, said.kind, said.mention)
        found = self._own.get(key)
        if found is None:
            found = {said.country} if said.country else set()
            if said.name:
                found.add(said.name)
                if said.speaker_kind == "person":
                    land = leader_country(said.name)
                    found |= {land} if land and not said.country else set()
                else:
                    found |= groups_in(said.name.split())
            if said.kind == "remark" and not said.country and said.speaker_kind == "person":
                found |= self._performing()
            for one in self._names.between(*said.mention) if said.mention else ():
                found |= {one.name, one.country or one.name}
            self._own[key] = found
        return set(found)

    def _performing(self) -> set[str]:
        """Return whose condemnations and thanks a document gives: its own side."""
        if self._performers is None:
            doc = self._doc
            self._performers = {
                one.name
                for one in self._names.between(0, len(doc.words))
                if one.kind in (gz.NAME, gz.INSTITUTION, GROUP)
                and one.last < len(doc.words)
                and doc.lower[one.last] in tw.PERFORMING
                and not one.owns
            }
            if len(self._performers) > 1:
                self._performers = set()
        return self._performers

    def _addressed(self, said: Said, low: int, high: int, own: set[str]) -> Mention | None:
        """Return the object of the cue itself: "he accused Arland of", "she told Arland"."""
        doc = self._doc
        if said.cue is None:
            return None
        last = said.cue[1]
        limit = min(high, max(low, last) + _CUE_REACH)
        found = self._names.between(last, limit)
        one = self._names.person(found[0]) if found and found[0].kind == HUMAN else None
        one = one or (found[0] if found and found[0].kind != HUMAN else None)
        if one is None or one.name in own or one.country in own:
            return None
        at = phrase_first(doc, one.first, last)
        while at > last and (doc.lower[at - 1] in tw.SKIPPED or doc.lower[at - 1] in ("on", "upon")
                             or doc.lower[at - 1] in "\"“'‘"):  # fmt: skip
            at -= 1
        if at != last or shares(doc, one, found) or modifies(doc, one):
            return None
        return one if one.kind != gz.PLACE else None

    def _answer(self, one: Mention) -> Target:
        doc = self._doc
        end = doc.ends[one.last - 1]
        if one.owns:
            tail = doc.words[one.last - 1]
            end -= 2 if tail[-2:] in ("'s", "’s") else 1
        return Target(one.name, one.country, doc.starts[one.first], end)

    def _pointed(self, said: Said, low: int, high: int, points: list[int], own: set[str]) -> Target:
        """Resolve "they", "you" or "the regime" where one candidate stands before them."""
        doc = self._doc
        for k in points:
            word = doc.lower[k]
            reported = said.kind == "indirect" or (said.kind == "mixed" and doc.inside[k] < 0)
            if word in tw.THEY:
                sort = "" if reported and said.speaker_kind in ("group", "organisation") else "they"
            elif word in tw.HE:
                sort = "" if reported else "he"
            elif word in tw.IT:
                sort = "" if reported and said.speaker_kind in ("group", "organisation") else "it"
            elif word in tw.YOU:
                sort = "you" if said.kind in ("direct", "mixed") else ""
            elif word in tw.POINTING and k > 0 and doc.lower[k - 1] in ("the", "this", "that"):
                sort = "the"
            else:
                continue
            if not sort:
                continue
            last = k + 1
            one = Mention(k, last, GROUP, word, None, word in ("their", "his", "its", "your"))
            if weigh(doc, one, low, high) < (AGENT if sort in ("it", "you") else OBJECT):
                continue
            found = self._before(said, k, own, sort)
            if found is not None:
                start = doc.starts[k - 1] if sort == "the" else doc.starts[k]
                return Target(found.name, found.country, start, doc.ends[k])
        return NOBODY

    def _before(self, said: Said, k: int, own: set[str], sort: str) -> Mention | None:
        """Return the only candidate between the context's start and token k."""
        found: dict[str, Mention] = {}
        own_mention = said.mention or (-1, -1)
        for one in self._names.between(self._doc.token_at(said.context), k):
            if one.name in own or one.country in own or one.kind == gz.PLACE:
                continue
            if own_mention[0] <= one.first < own_mention[1]:
                continue
            if (one.kind == HUMAN) != (sort == "he") and sort != "you":
                continue
            if one.kind == gz.CAPITAL and placed(self._doc, one):
                continue
            whose = self._names.person(one) if one.kind == HUMAN else one
            if whose is not None and whose.country not in own:
                found.setdefault(one.name, whose)
        return next(iter(found.values())) if len(found) == 1 else None


def _addresses(doc: Doc, cue: tuple[int, int], low: int) -> bool:
    """Say whether a cue before the statement has the one addressed for its object."""
    first, last = cue
    if last > low or low - last > _CUE_REACH:
        return False
    words = doc.lower[first : last + 1]
    appeals = any(word[:4] == "call" for word in words) and ("on" in words or "upon" in words)
    return appeals or not tw.ADDRESSING.isdisjoint(words[:-1])


def _performs(doc: Doc, one: Mention, said: Said, high: int) -> bool:
    """Say whether a mention is the speaker's own side: "Arland condemns", in direct speech."""
    if said.country is not None or said.kind == "indirect" or one.last >= high:
        return False
    if one.kind not in (gz.NAME, GROUP):
        return False
    after = doc.lower[one.last]
    if after in tw.PERFORMING and after[-1] == "s":
        return True
    # "By our commitment, Arland will": an official who speaks for "us" and names the country.
    ours = said.kind == "remark" and after in ("will", "has", "is")
    return ours and not OURS.isdisjoint(doc.lower[doc.token_at(said.start) : high])
