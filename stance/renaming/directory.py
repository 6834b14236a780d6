"""Who is who among the names of a statement, and the other names they get."""

import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from stance import gazetteer as gz
from stance.renaming.edits import Edit
from stance.renaming.persons import Span, is_given, wordlike


@dataclass(slots=True)
class Person:
    """One person: the tokens of the fullest name, which of them is the surname, a new name."""

    tokens: tuple[str, ...]
    surname: str
    gender: str
    new_given: str = ""
    new_surname: str = ""


@dataclass(slots=True)
class Directory:
    """The people of a statement, and the names that they get, none given twice.

    `rng` draws them; without it the first to come up gets the first of the stand-ins.
    """

    rng: random.Random | None
    people: list[Person] = field(default_factory=list)

    def learn(self, span: Span) -> None:
        """Add the person of `span`, or add to what is known of them."""
        known = self.find(span.tokens)
        if known is None:
            tokens, gender = span.tokens, span.gender
            if len(tokens) == 1:
                tokens, gender = gz.leaders().get(tokens[0], (tokens, gender))
            self.people.append(
                Person(tokens=tokens, surname=surname_of(tokens), gender=gender or _gender(tokens))
            )
            return
        known.gender = span.gender or known.gender
        if len(span.tokens) > len(known.tokens):
            known.tokens, known.surname = span.tokens, surname_of(span.tokens)
            known.gender = span.gender or known.gender or _gender(span.tokens)

    def find(self, tokens: Sequence[str]) -> Person | None:
        """Return the person of this name: the same surname, and no other given name."""
        surname = surname_of(tokens)
        return next(
            (one for one in self.people if one.surname == surname and _agree(one.tokens, tokens)),
            None,
        )

    def give_names(self, texts: Sequence[str]) -> None:
        """Choose a new name for everyone whom `texts` name.

        One drawn is of the same gender, and none of its words is in the texts. The stand-ins
        tell no gender: a name may tell one that the pronouns do not.
        """
        if self.rng is None:
            self._stand_in(texts)
            return
        used = set(re.findall(r"\w+", gz.fold(" ".join(texts))))
        lists = gz.lists()
        for person in self.people:
            gender = person.gender or self.rng.choice(["male", "female"])
            given = [name for name in lists[f"new given, {gender}"] if name not in used]
            surnames = [name for name in lists["new surname"] if name not in used]
            person.new_given, person.new_surname = self.rng.choice(given), self.rng.choice(surnames)
            used |= {person.new_given, person.new_surname}

    def _stand_in(self, texts: Sequence[str]) -> None:
        places: dict[str, int] = {}
        for match in re.finditer(r"[\w-]+", gz.fold("\n".join(texts))):
            places.setdefault(match.group(), match.start())

        def place(person: Person) -> int:
            return places.get(person.surname, sys.maxsize)

        names = list(zip(gz.lists()["stand-in given"], gz.lists()["stand-in surname"], strict=True))
        for n, person in enumerate(sorted(self.people, key=place)):
            person.new_given, person.new_surname = names[n % len(names)]


def surname_of(tokens: Sequence[str]) -> str:
    """Return the token that alone names the person: the last, or the first where that is usual."""
    if len(tokens) == 1 or tokens[0] not in gz.words("surname first"):
        return tokens[-1]
    # "Kim Jong-un" but "Kim Hunter": some of these surnames are given names elsewhere.
    usual = not is_given(tokens[0]) or len(tokens) == 3 or "-" in tokens[1]
    return tokens[0] if usual else tokens[-1]


def _agree(one: Sequence[str], two: Sequence[str]) -> bool:
    """Return whether two names of one surname can be one person's: "J. Hale", "John Hale"."""
    if len(one) == 1 or len(two) == 1:
        return True
    first, second = one[0].rstrip("."), two[0].rstrip(".")
    return first.startswith(second) or second.startswith(first)


def _gender(tokens: Sequence[str]) -> str:
    famous = gz.full_names().get(tuple(tokens))
    if famous:
        return famous
    given = tokens[1:] if surname_of(tokens) == tokens[0] and len(tokens) > 1 else tokens[:-1]
    return next((gz.genders()[token] for token in given if is_given(token)), "")


def edits(text: str, spans: Sequence[Span], directory: Directory) -> list[Edit]:
    """Return the edits that give everyone in `text` their new name.

    `spans` are the names in full; a surname or given name of the same people that stands
    alone is found here. A word-like surname ("May", "Price") alone is left as it is.
    """
    found = []
    for span in spans:
        person = directory.find(span.tokens)
        if person is not None:
            found.append(Edit(span.start, span.end, _full(span, person)))
    folded = gz.fold(text)
    for person in directory.people:
        full = r"[ \u00a0]".join(map(re.escape, person.tokens))
        # Compiling a pattern costs more than all else here: only where there is something.
        if len(person.tokens) > 1 and all(token in folded for token in person.tokens):
            for match in re.finditer(rf"(?<![\w'-]){full}(?!\w)", folded):
                span = Span(match.start(), match.end(), person.tokens, "")
                if _clear(match, found):
                    found.append(Edit(match.start(), match.end(), _full(span, person)))
    for person in directory.people:
        alone = {person.surname: person.new_surname}
        if len(person.tokens) > 1 and person.tokens[0] != person.surname:
            alone[person.tokens[0]] = person.new_given
        for token, new in alone.items():
            if len(token) < 2 or wordlike(token) or token in gz.forms():
                continue
            if token not in folded and token.upper() not in folded:
                continue
            shout = f"|{re.escape(token.upper())}" if len(token) > 3 else ""
            for match in re.finditer(rf"(?<![\w'])(?:{re.escape(token)}{shout})(?!\w)", folded):
                if _clear(match, found):
                    upper = match.group().isupper() and len(token) > 3
                    found.append(Edit(match.start(), match.end(), new.upper() if upper else new))
    return found


def _clear(match: re.Match[str], found: Sequence[Edit]) -> bool:
    return all(match.end() <= edit.start or edit.end <= match.start() for edit in found)


def _full(span: Span, person: Person) -> str:
    if len(span.tokens) == 1:
        is_first = span.tokens[0] != person.surname and span.tokens[0] == person.tokens[0]
        return person.new_given if is_first else person.new_surname
    if len(span.tokens[0].rstrip(".")) == 1:
        return f"{person.new_given[0]}. {person.new_surname}"
    return f"{person.new_given} {person.new_surname}"
