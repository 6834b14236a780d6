"""Whom a statement is directed at: the object of its blame, threat, appeal or praise.

No parser: each country, group or person that the words name is weighed by the words beside it,
as object ("we condemn Arland"), as doer ("Arland must stop", "Arland's aggression") or behind
a preposition ("sanctions on Arland"). The best one counts where it weighs enough; the speaker's
own side never does. A pronoun is resolved where only one candidate stands before it.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from stance import gazetteer as gz
from stance.quotes import targetwords as tw
from stance.quotes.names import Cast
from stance.quotes.targetnames import GROUP, HUMAN, Mention, Names, groups_in, leader_country
from stance.quotes.targetweights import (
    AGENT,
    ENOUGH,
    OBJECT,
    OURS,
    mere,
    modifies,
    phrase_first,
    placed,
    shares,
    weigh,
)
from stance.quotes.tokens import Doc

_OWNING = frozenset(("their", "his", "its", "your"))
_POINTS = tw.THEY | tw.HE | tw.IT | tw.YOU | tw.POINTING
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
    """One statement: its tokens `low:high`, its context's offset, and whose words they are.

    `cue` and `mention` (of the speaker) are half-open token ranges.
    """

    low: int
    high: int
    context: int
    cue: tuple[int, int] | None
    kind: str
    name: str | None
    speaker_kind: str | None
    country: str | None
    mention: tuple[int, int] | None


class Targets:
    """Answers for one article."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self._doc = doc
        self._names = Names(doc, cast)
        self._own: dict[tuple[Any, ...], set[str]] = {}
        self._performers: set[str] | None = None

    def of(self, said: Said) -> Target:
        """Return the target of a statement, `NOBODY` rather than a guess."""
        doc = self._doc
        low, high = said.low, said.high
        addressing = said.cue is not None and _addresses(doc, said.cue, low)
        mentions = self._names.between(low, high)
        weights = [weigh(doc, one, low, high) for one in mentions]
        named = bool(weights) and max(weights) >= ENOUGH
        points = [] if named else self._points(low, high)
        if not (named or points or addressing):
            return NOBODY
        own = self._side(said)
        if addressing and (addressed := self._addressed(said, low, high, own)):
            return self._answer(addressed)
        best = self._best(said, high, mentions, weights, own) if named else None
        if best is not None:
            others = [one for one in mentions if one.name not in own and one.country not in own]
            return NOBODY if shares(doc, best, others) else self._answer(best)
        return self._pointed(said, points or self._points(low, high), own)

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
                    found |= groups_in(said.name)
            if said.kind == "remark" and not said.country and said.speaker_kind == "person":
                found |= self._performing()
            for one in self._names.between(*said.mention) if said.mention else ():
                found |= {one.name, one.country or one.name}
            self._own[key] = found
        return set(found)

    def _performing(self) -> set[str]:
        """Return whose condemnations and thanks a document gives: its own side."""
        if self._performers is None:
            self._performers = {
                one.name
                for one in self._names.subjects(tw.PERFORMING)
                if one.kind in (gz.NAME, gz.INSTITUTION, GROUP) and not one.owns
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

    def _points(self, low: int, high: int) -> list[int]:
        """Return the pronouns and pointing nouns among `low:high` that it is directed at."""
        words = self._doc.lower
        if _POINTS.isdisjoint(words[low:high]):
            return []
        return [
            k
            for k in range(low, high)
            if words[k] in _POINTS
            and (words[k] in _OWNING or not mere(words, k, k + 1))
            and self._points_at(k, low, high)
        ]

    def _points_at(self, k: int, low: int, high: int) -> bool:
        """Say whether the pronoun or noun at token k is one that the statement is directed at."""
        doc = self._doc
        word = doc.lower[k]
        if word in tw.POINTING and (k == 0 or doc.lower[k - 1] not in ("the", "this", "that")):
            return False
        one = Mention(k, k + 1, GROUP, word, None, word in _OWNING)
        return weigh(doc, one, low, high) >= (AGENT if word in tw.IT or word in tw.YOU else OBJECT)

    def _pointed(self, said: Said, points: list[int], own: set[str]) -> Target:
        """Resolve "they", "you" or "the regime" where one candidate stands before them."""
        doc = self._doc
        for k in points:
            word = doc.lower[k]
            reported = said.kind == "indirect" or (said.kind == "mixed" and doc.inside[k] < 0)
            if reported and (word in tw.HE or said.speaker_kind in ("group", "organisation")):
                continue  # the speaker, as a rule
            if word in tw.YOU and said.kind not in ("direct", "mixed"):
                continue
            found = self._before(said, k, own)
            if found is not None:
                start = doc.starts[k - 1] if word in tw.POINTING else doc.starts[k]
                return Target(found.name, found.country, start, doc.ends[k])
        return NOBODY

    def _before(self, said: Said, k: int, own: set[str]) -> Mention | None:
        """Return the only candidate between the context's start and token k."""
        word = self._doc.lower[k]
        found: dict[str, Mention] = {}
        own_mention = said.mention or (-1, -1)
        for one in self._names.between(self._doc.token_at(said.context), k):
            if one.name in own or one.country in own or one.kind == gz.PLACE:
                continue
            if own_mention[0] <= one.first < own_mention[1]:
                continue
            if (one.kind == HUMAN) != (word in tw.HE) and word not in tw.YOU:
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
    if not tw.ADDRESSING.isdisjoint(words[:-1]):
        return True
    return ("on" in words or "upon" in words) and any(word[:4] == "call" for word in words)


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
    return ours and not OURS.isdisjoint(doc.lower[said.low : high])
