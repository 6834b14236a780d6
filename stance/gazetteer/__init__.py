"""What news text calls countries, their people and places, and known names of persons.

The lists are plain text under `resources/`, so that they can be read and extended.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

NAME, ADJECTIVE, PERSON, PEOPLE = "name", "adjective", "person", "people"
CAPITAL, PLACE, INSTITUTION, PROTECTED = "capital", "place", "institution", "protected"

#: Names that are also written before a noun, where other countries have an adjective.
DUAL = frozenset(
    {
        *"US U.S. USA U.S.A. UK U.K. UAE DPRK PRC DRC Vatican".split(),
        *("United States", "United Kingdom", "United Arab Emirates", "New Zealand"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country's forms, the usual one first; `stands_in` if it may replace another."""

    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    persons: tuple[str, ...]
    people: tuple[str, ...]
    capitals: tuple[str, ...]
    places: tuple[str, ...]
    stands_in: bool

    @property
    def name(self) -> str:
        """The usual name, without "the"."""
        return without_article(self.names[0])

    @property
    def forms(self) -> tuple[str, ...]:
        """All that names the country, its people or its places."""
        return (
            *self.names, *self.adjectives, *self.persons, *self.people, *self.capitals,
            *self.places,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a string stands for: `kind`, and of which country (None: protected).

    `article` says that as a noun it takes "the"; `index` numbers places; `also_people` marks
    an adjective that names the people too ("Chinese"); `template` is an institution's.
    """

    kind: str
    country: Country | None
    article: bool = False
    index: int = 0
    also_people: bool = False
    template: str = ""


def fold(text: str) -> str:
    """Return `text` with accents and typographic apostrophes off, code point by code point.

    The length never changes, so that offsets into the result are offsets into `text`.
    """
    return text if text.isascii() else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """Code point -> what it is without accent, worked out when first met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        base = "'" if char in "’ʼ‘" else unicodedata.normalize("NFD", char)[0]
        self[point] = base if base.isascii() else char
        return self[point]


_FOLDED = _Folded()


def without_article(name: str) -> str:
    """Return `name` without a leading "the"."""
    return name[4:] if name.lower().startswith("the ") else name


def _read(name: str) -> list[str]:
    text = (resources.files(__package__) / "resources" / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]


@cache
def countries() -> tuple[Country, ...]:
    """Return all countries of `resources/countries.txt`."""
    found = []
    for line in _read("countries.txt"):
        fields = [
            tuple(form.strip().replace("|", ",") for form in field.split(",") if form.strip())
            for field in line.removeprefix("+").split(";")
        ]
        if len(fields) != 6:
            raise ValueError(f"resources/countries.txt: expected six fields in {line!r}")
        names, adjectives, persons, people, capitals, places = fields
        found.append(
            Country(
                names=names, adjectives=adjectives, persons=persons, people=people,
                capitals=capitals, places=places, stands_in=line.startswith("+"),
            )
        )  # fmt: skip
    return tuple(found)


@cache
def stand_ins() -> tuple[Country, ...]:
    """Return the countries that stand for whatever countries a statement names, in order."""
    by_name = {country.name: country for country in countries()}
    return tuple(by_name[name] for name in lists()["stand-in country"])


@cache
def forms() -> Mapping[str, Form]:
    """Return every form, folded, with what it stands for; where two share one, the first."""
    found: dict[str, Form] = {}

    def add(text: str, form: Form) -> None:
        found.setdefault(fold(without_article(text)), form)

    by_name = {country.names[0]: country for country in countries()}
    by_name |= {name: country for country in countries() for name in country.names}
    for line in _read("institutions.txt"):
        if line.startswith("-"):
            add(line[1:].strip(), Form(kind=PROTECTED, country=None))
            continue
        name, of, template = (part.strip() for part in line.split(":"))
        add(name, Form(kind=INSTITUTION, country=by_name[of], template=template))
    for country in countries():
        shared = set(country.adjectives) & set(country.people)
        for kind, values in (
            (NAME, country.names), (ADJECTIVE, country.adjectives), (PERSON, country.persons),
            (PEOPLE, country.people), (CAPITAL, country.capitals),
        ):  # fmt: skip
            article = any(value.lower().startswith("the ") for value in values)
            for value in values:
                takes = article if kind == CAPITAL else value.lower().startswith("the ")
                form = Form(
                    kind=kind, country=country, article=takes, also_people=value in shared
                )  # fmt: skip
                add(value, form)
        for index, value in enumerate(country.places):
            takes = value.lower().startswith("the ") or f"the {value}" in country.places
            add(value, Form(kind=PLACE, country=country, article=takes, index=index))
    return found


@cache
def lists() -> Mapping[str, tuple[str, ...]]:
    """Return the sections of `people.txt` and `words.txt`: name of the section -> its entries."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in _read("people.txt") + _read("words.txt"):
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif section.startswith("leaders"):
            found[section] += [name.strip() for name in line.split(",") if name.strip()]
        else:
            found[section] += line.split()
    return {section: tuple(entries) for section, entries in found.items()}


@cache
def words(section: str) -> frozenset[str]:
    """Return one section of `lists` as a set."""
    return frozenset(lists()[section])


@cache
def titles() -> Mapping[str, str]:
    """Return titles, lower-case and without full stop, with the gender they tell or ""."""
    return {
        **dict.fromkeys(lists()["titles"] + lists()["titles, weak"], ""),
        **dict.fromkeys(lists()["titles, male"], "male"),
        **dict.fromkeys(lists()["titles, female"], "female"),
    }


@cache
def genders() -> Mapping[str, str]:
    """Return known given names, folded, with "male" or "female"."""
    found: dict[str, str] = {}
    for gender in ("male", "female"):
        for name in lists()[f"given, {gender}"]:
            found.setdefault(fold(name), gender)
    return found


@cache
def full_names() -> Mapping[tuple[str, ...], str]:
    """Return the full names of known people, folded, as tokens -> "male" or "female"."""
    return {
        tuple(fold(name).split()): gender
        for gender in ("male", "female")
        for name in lists()[f"leaders, {gender}"]
    }


@cache
def leaders() -> Mapping[str, tuple[tuple[str, ...], str]]:
    """Return surnames that name a known person alone -> (tokens of the full name, gender)."""
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    first = words("surname first")
    for tokens, gender in full_names().items():
        found.setdefault(tokens[0] if tokens[0] in first else tokens[-1], (tokens, gender))
    return found
