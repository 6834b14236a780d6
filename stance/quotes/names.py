"""Who is in an article: the people that it names, their full names, titles and gender."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from stance.quotes import lexicon as lex
from stance.quotes.tokens import Doc
from stance.quotes.verbs import CUE_FORMS
from stance.quotes.words import is_name_token

#: Last words of an office that stand right before its holder's name.
_TOPICS = frozenset(
    "affairs rights freedom market growth environment human religious internal international "
    "political economic global civilian democracy labor labour commerce agriculture transport "
    "veterans homeland public".split()
)
#: Words that stand after a company's name.
CORPORATE = frozenset("inc corp ag ltd co plc sa nv llc".split())
_CREDITS = frozenset(("/", "via", "getty", "file"))
_NAMESAKES = 30  # people of one surname that are weighed against each other
_FIRST_NAMES = lex.MALE_NAMES | lex.FEMALE_NAMES
_MALE_TITLES = lex.FAMILY_MALE - {"man"}
_ENDINGS = ("'s", "’s", "'", "’")


@dataclass(slots=True)
class Entity:
    """Somebody (or some body) of the article: canonical name, kind, gender, where mentioned."""

    name: str
    kind: str
    gender: str = ""
    at: list[int] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Cast:
    """All named entities of an article, by last name and by token position."""

    people: list[Entity] = field(default_factory=list)
    by_last: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    mentions: list[tuple[int, int, Entity]] = field(default_factory=list)
    at: dict[int, Entity] = field(default_factory=dict)
    companies: set[str] = field(default_factory=set)


def _possessive_cut(word: str) -> str:
    if not word.endswith(_ENDINGS):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending):
            return word[: -len(ending)]
    return word


def name_runs(doc: Doc) -> list[tuple[int, int]]:
    """Return the runs of capitalised tokens that may be names, as token ranges."""
    runs = []
    j, n = 0, len(doc.words)
    for i in [i for i, word in enumerate(doc.words) if word[0].isupper()]:
        if i < j or not is_name_token(doc, i):
            continue
        j = i + 1
        while j < n and j - i < 12 and doc.sent[j] == doc.sent[i] and not _ends_name(doc, j - 1):
            if (is_name_token(doc, j) and doc.inside[j] == doc.inside[i]) or (
                doc.lower[j] in lex.NAME_PARTICLES
                and j + 1 < n
                and is_name_token(doc, j + 1)
                and doc.sent[j + 1] == doc.sent[i]
            ):
                j += 1
            elif doc.words[j] == "," and j + 1 < n and doc.lower[j + 1] in lex.NAME_SUFFIXES:
                j += 2
            else:
                break
        runs.append((i, min(j, n)))
    return runs


def _ends_name(doc: Doc, i: int) -> bool:
    return doc.words[i].endswith(("'s", "’s"))


def person_words(doc: Doc, first: int, last: int) -> Sequence[str] | None:
    """Return the words of a person's name in a run, titles cut off; None for no person."""
    return _person_words(tuple(doc.words[first:last]), tuple(doc.lower[first:last]))


@lru_cache(maxsize=4096)
def _person_words(run: tuple[str, ...], folded: tuple[str, ...]) -> tuple[str, ...] | None:
    words = [(low, word) for low, word in zip(folded, run, strict=True) if word != ","]
    titled = False
    while words and _goes_before(words):
        bare = words[0][0].rstrip(".")
        if len(words) > 1 and bare not in lex.TITLES and bare in _FIRST_NAMES:
            break
        titled = bare in lex.TITLES or (titled and bare not in lex.ORGANISATION_WORDS)
        words = words[1:]
    words = _after_titles(words)
    if not words:
        return None
    names = [_possessive_cut(word) for _, word in words]
    low = [_possessive_cut(word) for word, _ in words]
    if len(names) > 2 and all(word.isupper() for word in names):
        return None  # a headline
    if low[0] in ("u.s.", "u.n.", "u.k.", "e.u."):
        return None
    known = len(low) == 2 and low[0] in _FIRST_NAMES
    if not known and any(w in lex.ORGANISATION_WORDS for w in (low[1:] if titled else low)):
        return None
    if not titled and any(word in lex.PEOPLES for word in low):
        return None
    if low[-1].removesuffix("s") in lex.PEOPLES or low[-1] in lex.GROUP_WORDS:
        return None
    if not titled and any(w.isupper() and len(w) > 1 and "." not in w for w in names):
        return None
    if low[0] in lex.PLACES and low[0] not in _FIRST_NAMES and (len(low) > 1 or not titled):
        return None
    return tuple(names)


def _after_titles(words: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Cut off what stands before a title or a first name: "Arlen Mayor Jane Roe"."""
    for k in range(len(words) - 2, 0, -1):
        rest = words[k + 1 :]
        if words[k][0].rstrip(".") in lex.TITLES and rest[0][0] not in lex.NAME_SUFFIXES:
            return rest
    if len(words) > 3 and words[0][0] not in _FIRST_NAMES:
        for k in range(1, len(words) - 1):
            if words[k][0] in _FIRST_NAMES:
                return words[k:]
    return words


def _goes_before(words: list[tuple[str, str]]) -> bool:
    """Say whether the first word is no name itself: a title, a people, a place, a possessive."""
    low = words[0][0]
    return (
        low.rstrip(".") in lex.TITLES
        or (len(words) > 2 and (low in lex.ROLES or low in _TOPICS))
        or low in lex.PEOPLES
        or low in lex.PLACES
        or low in lex.ORGANISATION_WORDS
        or (_possessive_cut(low) != low and len(words) > 1)
    )


def _gender(doc: Doc, first: int, name: str) -> str:
    low = name.lower().split()[0]
    titles = [word.rstrip(".") for word in doc.lower[max(0, first - 4) : first + 1]]
    if not lex.FAMILY_FEMALE.isdisjoint(titles):
        return lex.FEMALE
    if not _MALE_TITLES.isdisjoint(titles):
        return lex.MALE
    male, female = low in lex.MALE_NAMES, low in lex.FEMALE_NAMES
    if male != female:
        return lex.MALE if male else lex.FEMALE
    return ""


def build_cast(doc: Doc) -> Cast:
    """Collect the people and organisations that the article names in full."""
    cast = Cast(companies=_companies(doc))
    credits = _credits(doc)
    runs = [(first, last) for first, last in name_runs(doc) if first not in credits]
    pending: list[tuple[int, int, Sequence[str]]] = []
    by_full: dict[str, Entity] = {}
    for first, last in runs:
        names = person_words(doc, first, last)
        if names is None:
            continue
        core = [n for n in names if n.lower() not in lex.NAME_SUFFIXES]
        if len(core) > 2 and core[0] == doc.words[first] and _after_office(doc, first):
            core = _without_office(core)
        if len(core) < 2:
            pending.append((first, last, names))
            continue
        key = core[0].lower() + " " + core[-1].lower()
        entity = by_full.get(key)
        if entity is None:
            entity = Entity(" ".join(core), "person", _gender(doc, first, " ".join(core)))
            by_full[key] = entity
            cast.people.append(entity)
            cast.by_last[core[-1].lower()].append(entity)
        elif not entity.gender:
            entity.gender = _gender(doc, first, entity.name)
        _mention(doc, cast, entity, first, last)
    for first, last, names in pending:
        last_name = (
            names[-1].lower()
            if names[-1].lower() not in lex.NAME_SUFFIXES or len(names) == 1
            else names[-2].lower()
        )
        known = cast.by_last.get(last_name, [])[-_NAMESAKES:]
        if known:
            earlier = [e for e in known if e.at and e.at[0] <= first]
            entity = max(earlier or known[:1], key=lambda e: (len(e.at), e.at[-1] if e.at else 0))
        else:
            if (
                sentence_opener(doc, first)
                and first + 1 == last
                and doc.lower[first] not in _FIRST_NAMES
                and not (last < len(doc.words) and doc.lower[last] in CUE_FORMS)
            ):
                continue
            short = names[-1] if names[-1].lower() == last_name else " ".join(names[-2:])
            entity = Entity(short, "person", _gender(doc, first, names[-1]))
            cast.people.append(entity)
            cast.by_last[last_name].append(entity)
        if not entity.gender:
            entity.gender = _gender(doc, first, "?")
        _mention(doc, cast, entity, first, last)
    for entity in cast.people:
        low = entity.name.lower()
        person = " " in low and low.split()[0] in _FIRST_NAMES  # and "Otto Varga Ltd" is his
        if (low in cast.companies and not person) or low.split()[-1] in CORPORATE:
            entity.kind, entity.gender = "organisation", ""
    cast.mentions.sort(key=lambda m: m[0])
    return cast


def _companies(doc: Doc) -> set[str]:
    """Return the names that the article gives to companies, in lower case: "torv" of "Torv AG"."""
    found: set[str] = set()
    for i in [i for i, word in enumerate(doc.lower) if word in CORPORATE]:
        if not (doc.words[i][0].isupper() or doc.lower[i] == "plc"):
            continue
        k = i
        while k > 0 and i - k < 6 and doc.sent[k - 1] == doc.sent[i] and is_name_token(doc, k - 1):
            k -= 1
        run = doc.lower[k:i]
        found.update(" ".join(run[m:]) for m in range(len(run)))
        if run and run[0] not in _FIRST_NAMES:
            found.update(" ".join(run[:m]) for m in range(1, len(run)))
    return found


def _credits(doc: Doc) -> set[int]:
    """Return the tokens of brackets that say whose a picture is: "(Otto Varga/Arlen Press)"."""
    found: set[int] = set()
    for i in [i for i, word in enumerate(doc.words) if word == "("]:
        near = range(i + 1, min(len(doc.words), i + 25))
        end = next((k for k in near if doc.words[k] in "()"), i)
        inside = doc.lower[i + 1 : end]
        if not _CREDITS.isdisjoint(inside) or inside[:2] == ["ap", "photo"]:
            found.update(range(i, end))
    return found


def _after_office(doc: Doc, first: int) -> bool:
    """Say whether a run goes on with an office: "Secretary for Trade and Resources Ann Roe"."""
    before = first - 2 if doc.lower[first - 1] == "the" else first - 1
    if before < 1 or doc.lower[before] not in ("of", "for", "and"):
        return False
    return any(
        doc.lower[k] in lex.TITLES and doc.words[k][0].isupper()
        and doc.lower[k + 1] in ("of", "for") and doc.sent[k] == doc.sent[first]
        for k in range(max(0, first - 6), before)
    )  # fmt: skip


def _without_office(core: list[str]) -> list[str]:
    given = (k for k in range(len(core) - 1) if core[k].lower() in _FIRST_NAMES)
    at = next(given, len(core) - 2)
    while at > 0 and core[at].endswith("."):  # an initial
        at -= 1
    return core[at:]


def sentence_opener(doc: Doc, i: int) -> bool:
    """Say whether token i is the first of its sentence."""
    return i == 0 or doc.sent[i - 1] != doc.sent[i]


def _mention(doc: Doc, cast: Cast, entity: Entity, first: int, last: int) -> None:
    entity.at.append(first)
    cast.mentions.append((first, last, entity))
    for k in range(first, last):
        cast.at[k] = entity
    begin = max(0, first - 3)
    if lex.OFFICE.isdisjoint(doc.lower[begin:last]):
        return
    for k in range(begin, last):
        if doc.lower[k] in lex.OFFICE and (k >= first or doc.sent[k] == doc.sent[first]):
            entity.roles.add(doc.lower[k])
