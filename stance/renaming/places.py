"""Countries in a text, with their people, capitals, places and institutions: find and replace."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from stance import gazetteer as gz
from stance.gazetteer import Country, Form
from stance.renaming.edits import Edit, is_modifier

_S = re.compile(r"[sS]\.?$")
#: Among words in capitals, "US" may as well be "us".
_SHOUTED = re.compile(r"(?<!\w)[A-Z]{3,} $")
_THE = re.compile(r"(?<!\w)[Tt]he[ \u00a0]$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A form at `start:end` of a text; `case` is "upper" or "lower" where unlike the form's."""

    start: int
    end: int
    form: Form
    case: str

    def cased(self, words: str) -> str:
        """Return `words` in the case of this mention."""
        return {"upper": words.upper(), "lower": words.lower()}.get(self.case, words)


@cache
def _known() -> tuple[re.Pattern[str], dict[str, tuple[Form, str]]]:
    known = {text: (form, "") for text, form in gz.forms().items()}
    for text, form in gz.forms().items():
        if text.upper() != text and len(text) >= 4:
            known.setdefault(text.upper(), (form, "upper"))
        # "russian" is a slip of the pen; "turkey", "polish" and "china" are other words.
        if form.kind == gz.ADJECTIVE and re.fullmatch(r"[A-Z][a-z]{2,}(?:ian|ese|can)", text):
            known.setdefault(text.lower(), (form, "lower"))
    return re.compile(rf"(?<![\w$])(?:{_alternatives(known)})(?![\w$])"), known


def _alternatives(words: Iterable[str]) -> str:
    """Return a pattern of `words`, the longest first, that tries only those of the right start.

    Thousands of plain alternatives are tried one by one at every place of a text.
    """
    starts: dict[str, list[str]] = {}
    for word in words:
        starts.setdefault(word[:2], []).append(word[2:])
    parts = []
    for start, rests in sorted(starts.items()):
        longest = sorted(rests, key=lambda rest: (-len(rest), rest))
        parts.append(f"{re.escape(start)}(?:{'|'.join(map(re.escape, longest))})")
    firsts = "".join(re.escape(char) for char in sorted({start[0] for start in starts}))
    return rf"(?=[{firsts}])(?:{'|'.join(parts)})"


def find(text: str, *, taken: Sequence[tuple[int, int]] = ()) -> list[Mention]:
    """Return the mentions in `text` that touch none of the spans in `taken`, in order."""
    pattern, known = _known()
    found = []
    for match in pattern.finditer(gz.fold(text)):
        form, case = known[match.group()]
        clear = all(match.end() <= start or end <= match.start() for start, end in taken)
        shouted = match.group() == "US" and _SHOUTED.search(text[: match.start()])
        if clear and not shouted and form.kind != gz.PROTECTED:
            found.append(Mention(match.start(), match.end(), form, case))
    return found


@dataclass(slots=True)
class Atlas:
    """Which country takes the place of which, chosen by `rng` as countries come up.

    No two countries get the same one, and none of those `mentioned` is handed out. Without
    `rng`, the first to come up gets the first of the stand-ins.
    """

    rng: random.Random | None
    mentioned: frozenset[str]
    chosen: dict[str, Country] = field(default_factory=dict)
    cities: dict[tuple[str, int], str] = field(default_factory=dict)

    def for_country(self, country: Country) -> Country | None:
        """Return the country that replaces `country`; None when all have been handed out."""
        if country.name not in self.chosen:
            if self.rng is None:
                stand_ins = gz.stand_ins()
                if len(self.chosen) >= len(stand_ins):
                    return None
                self.chosen[country.name] = stand_ins[len(self.chosen)]
                return self.chosen[country.name]
            used = {other.name for other in self.chosen.values()} | self.mentioned
            free = [c for c in gz.countries() if c.stands_in and c.name not in used]
            if not free:
                return None
            self.chosen[country.name] = self.rng.choice(free)
        return self.chosen[country.name]

    def for_place(self, country: Country, index: int, new: Country) -> str:
        """Return the place that replaces place `index` of `country`, each time the same."""
        key = (country.name, index)
        if key not in self.cities:
            taken = sum(name == country.name for name, _ in self.cities)
            self.cities[key] = new.places[taken % len(new.places)]
        return self.cities[key]


def mentioned_countries(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of all countries that the texts mention in any form."""
    return frozenset(
        mention.form.country.name
        for text in texts
        for mention in find(text)
        if mention.form.country
    )


def edits(text: str, mentions: Sequence[Mention], atlas: Atlas) -> list[Edit]:
    """Return the edits that replace `mentions` in `text` as `atlas` says.

    "the" goes where the name took it and the new one does not; it stays where it belongs to
    the noun that the name describes ("the US military").
    """
    found = []
    for n, mention in enumerate(mentions):
        form, country = mention.form, mention.form.country
        new = atlas.for_country(country) if country else None
        if country is None or new is None:
            continue
        follower = mentions[n + 1] if n + 1 < len(mentions) else None
        modifies = is_modifier(text, mention.end) or _joined(text, mention, follower)
        the = _THE.search(text, max(0, mention.start - 5), mention.start)
        dual = form.article or gz.fold(text[mention.start : mention.end]) in gz.DUAL
        words = _words(form, country, new, atlas, modifies=modifies, dual=dual, the=the is not None)
        if n and _doubles(text, mentions[n - 1], mention):
            words = words.removeprefix(f"{new.adjectives[0]} ")
        found.append(Edit(mention.start, mention.end, mention.cased(words)))
        drops = form.article or (form.kind == gz.INSTITUTION and words == new.capitals[0])
        if the and drops and not modifies and text[mention.end : mention.end + 1] != "-":
            found.append(Edit(the.start(), the.end(), ""))
        if _S.search(text, mention.start, mention.end) and not words.endswith("s"):
            bare = re.match(r"['’](?!\w)", text[mention.end :])
            if bare and form.kind in (gz.NAME, gz.CAPITAL, gz.PLACE):
                found.append(Edit(mention.end + 1, mention.end + 1, "s"))
    return found


def _joined(text: str, mention: Mention, follower: Mention | None) -> bool:
    """Return whether an adjective is added to the mention ("US and Russian officials")."""
    if follower is None or follower.form.kind != gz.ADJECTIVE:
        return False
    between = text[mention.end : follower.start]
    return re.fullmatch(r"(?:,|,? and|,? or) ", between) is not None and is_modifier(
        text, follower.end
    )


def _doubles(text: str, before: Mention, mention: Mention) -> bool:
    """Return whether an institution follows its own country ("the US State Department")."""
    return (
        mention.form.kind == gz.INSTITUTION
        and before.form.country is mention.form.country
        and before.form.kind in (gz.NAME, gz.ADJECTIVE)
        and text[before.end : mention.start] == " "
    )


def _words(
    form: Form,
    country: Country,
    new: Country,
    atlas: Atlas,
    *,
    modifies: bool,
    dual: bool,
    the: bool,
) -> str:
    if form.kind == gz.INSTITUTION:
        return form.template.format(adjective=new.adjectives[0], capital=new.capitals[0])
    if form.kind == gz.CAPITAL:
        return new.capitals[0]
    if form.kind == gz.PLACE:
        return atlas.for_place(country, form.index, new)
    if form.kind == gz.NAME:
        return new.adjectives[0] if dual and modifies else new.name
    if form.kind == gz.PEOPLE or (form.also_people and the and not modifies):
        return new.people[0]
    return new.adjectives[0]
