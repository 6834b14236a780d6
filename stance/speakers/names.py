"""Names made comparable: case, marks and titles off; given names, surname; organisations."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from stance import gazetteer as gz
from stance.quotes import lexicon as lex
from stance.quotes.lands import lands
from stance.quotes.officewords import STATE_BODIES

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe",
                          "ð": "d", "þ": "th"})  # fmt: skip
_MARKS = re.compile(r"[.'’‘ʼ`\"“”]")
_GAPS = re.compile(r"[\W_]+")
_HYPHEN = re.compile(r"(?<=\w\w\w)-(?=\w+$)")
_PARTICLES = frozenset(
    "al el bin bint ibn van von de der den del della di da dos du la le ul".split()
)
_SUFFIXES = frozenset("jr sr ii iii iv".split())


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """Return `name` in lower case, without accents, marks or a leading "the": "U.S." -> "us"."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = _GAPS.sub(" ", _MARKS.sub("", re.sub(r"['’]s\b", "", text))).strip()
    return text.removeprefix("the ")


@cache
def _given() -> frozenset[str]:
    return frozenset(map(str.lower, gz.genders())) | lex.MALE_NAMES | lex.FEMALE_NAMES


@cache
def _countries() -> frozenset[str]:
    kinds = (gz.NAME, gz.ADJECTIVE, gz.CAPITAL)
    return frozenset(plain(text) for text, form in gz.forms().items() if form.kind in kinds)


@cache
def _before() -> frozenset[str]:
    """Return the words that stand before a name and are no part of it."""
    titles = {title.rstrip(".") for title in lex.TITLES} | set(gz.titles())
    return frozenset(titles | lex.ORGANISATION_WORDS | gz.words("no people") | {"then", "elect"})


@lru_cache(maxsize=65536)
def untitled(name: str) -> str:
    """Return `plain(name)` without titles, offices and countries before the name itself."""
    words = plain(name).split()
    while len(words) > 1:
        two = " ".join(words[:2])
        if len(words) > 2 and two in _countries():
            words = words[2:]
        elif words[0] in _before() or words[0] in _countries():
            if len(words) == 2 and words[0] in _given():
                break  # "Jordan Hale", "Israel Doe"
            words = words[1:]
        else:
            break
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name in parts, all plain.

    `given` holds first and further names, `initials` single letters after the first name;
    `east` says that the surname stands first. A name of one word has no `given`.
    """

    given: tuple[str, ...]
    surname: str
    initials: frozenset[str] = frozenset()
    suffix: str = ""
    east: bool = False


@lru_cache(maxsize=65536)
def person(name: str) -> Person:
    """Take a person's name apart."""
    # "Miller-Day" is one surname, but "al-Day" is "Day".
    words = untitled(_HYPHEN.sub("", name)).split()
    suffix = ""
    while len(words) > 1 and words[-1] in _SUFFIXES:
        suffix = words.pop()
    words = _joined_letters(words)
    words = [word for k, word in enumerate(words) if k == 0 or word not in _PARTICLES] or words
    if len(words) < 2:
        return Person((), words[0] if words else "", suffix=suffix)
    if _surname_first(words, name):
        return Person(tuple(words[1:]), words[0], east=True)
    middle = words[1:-1]
    return Person(
        given=(words[0], *(word for word in middle if len(word) > 1)),
        surname=words[-1],
        initials=frozenset(word for word in middle if len(word) == 1),
        suffix=suffix,
    )


def _joined_letters(words: Sequence[str]) -> list[str]:
    """Join letters at the front that are one first name: "J. D. Hale" -> "jd hale"."""
    count = 0
    while count < len(words) - 1 and len(words[count]) == 1:
        count += 1
    return ["".join(words[:count]), *words[count:]] if count > 1 else list(words)


def _surname_first(words: Sequence[str], name: str) -> bool:
    first = words[0].capitalize()
    if first not in gz.words("surname first"):
        return False
    tokens = tuple(gz.fold(name).split())
    if tokens in gz.full_names() or len(words) > 2 or "-" in name:
        return True
    return words[0] not in _given() and words[-1] not in _given()


@lru_cache(maxsize=65536)
def sound(word: str) -> str:
    """Return a plain word as transcriptions share it: "zelenskyy", "zelenskiy" -> "zelenski"."""
    for old, new in (("ph", "f"), ("kh", "h"), ("gh", "g"), ("ck", "k"), ("q", "k"), ("tz", "z"),
                     ("w", "v"), ("y", "i"), ("j", "i"), ("ei", "i"), ("ai", "i"), ("ou", "u"),
                     ("oo", "u"), ("ie", "i")):  # fmt: skip
        word = word.replace(old, new)
    return re.sub(r"(.)\1+", r"\1", word)


_SPELLINGS = {
    "defense": "defence", "center": "centre", "organization": "organisation", "labor": "labour",
    "program": "programme", "affairs": "", "of": "", "the": "", "for": "", "and": "", "in": "",
    "force": "forces", "services": "service", "federation": "", "armed": "", "dept": "department",
}  # fmt: skip
_GENERIC = (
    lex.BODIES
    | STATE_BODIES
    | frozenset(
        "foreign defence health interior finance national security public official state local "
        "justice trade central supreme general energy education economy new us commerce "
        "agriculture environment transport labour culture tourism industry information human "
        "rights veterans external internal home social affairs".split()
    )
    | frozenset("house times journal news press star post council media fund".split())
)
_COMMON = frozenset(
    "smith johnson williams brown jones miller davis wilson moore taylor anderson jackson white "
    "harris thompson robinson clark lewis walker hall allen young wright scott green baker adams "
    "nelson carter mitchell roberts turner phillips campbell parker evans edwards collins stewart "
    "morris rogers reed cook morgan bell murphy bailey cooper richardson cox ward garcia martinez "
    "rodriguez lopez gonzalez hernandez perez sanchez ramirez torres flores rivera gomez diaz "
    "khan ali ahmed hussein hassan ibrahim mohammed abdullah rahman singh kumar sharma patel gupta "
    "silva santos muller schmidt fischer weber ivanov petrov popov cohen levy wood watson brooks "
    "price bennett gray hughes long ross foster powell jenkins perry butler russell fisher".split()
)
_KNOWN = {
    "un": "united nations", "eu": "european union", "uk": "united kingdom",
    "nato": "north atlantic treaty organisation", "ap": "associated press",
}  # fmt: skip


@lru_cache(maxsize=65536)
def organisation(name: str) -> tuple[str, ...]:
    """Return what names of one organisation share, sorted; empty where that names none.

    Countries come in one form, so that "Russia's Foreign Ministry" and "the Russian Ministry
    of Foreign Affairs" agree. "The ministry" and "a report" name none.
    """
    words = name.split()
    if not any(word[0].isupper() for word in words):
        return ()
    whole = _KNOWN.get(plain(name), "")
    if whole:
        return tuple(sorted(whole.split()))
    found: list[str] = []
    taken = 0
    for k, word in enumerate(words):
        if k < taken:
            continue
        land = next(
            (one for n in (4, 3, 2, 1) for one in lands(words[k : k + n])[:1]
             if one.first == 0 and one.kind in (gz.NAME, gz.ADJECTIVE) and one.country), None
        )  # fmt: skip
        if land is not None and land.country is not None:
            if not (land.kind == gz.ADJECTIVE and len(words) == 1):
                found.append(f"@{land.country}")
            taken = k + land.last
            continue
        for part in plain(word).split():
            part = _SPELLINGS.get(part, part)
            if part:
                found.append(part)
    named = [part for part in found if part not in _GENERIC]
    return tuple(sorted(found)) if named else ()


@cache
def common_surnames() -> frozenset[str]:
    """Return surnames so frequent that one alone, without more, names nobody."""
    return frozenset(map(str.lower, gz.words("surname first"))) | _given() | _COMMON


@cache
def no_surnames() -> frozenset[str]:
    """Return plain words that stand where a surname would, but are none."""
    words = lex.ORGANISATION_WORDS | lex.ROLES | lex.BODIES | gz.words("no people")
    outlets = "spectator observer gazette chronicle globe mirror telegraph examiner monitor courier"
    return frozenset(words | gz.words("common") | _countries() | set(outlets.split()))


def acronym(name: str) -> str:
    """Return the capital initials of a name of three words or more, else nothing."""
    initials = "".join(word[0] for word in re.split(r"[\s-]+", name) if word[:1].isupper())
    return initials if len(initials) > 2 else ""
