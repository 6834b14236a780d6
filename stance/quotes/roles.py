"""Role and country of a speaker, from the words beside any mention in the article.

Titles before a name ("Ukraine's foreign minister Jane Roe"), appositives after it ("Jane Roe,
a Pentagon spokeswoman,"), one in brackets or between commas before it, and the words of an
unnamed speaker or an organisation themselves.
"""

import re
from collections import Counter
from collections.abc import Iterator

from stance.quotes import lexicon as lex
from stance.quotes.lands import lands, us_states
from stance.quotes.names import Cast, Entity
from stance.quotes.offices import NOTHING, Office, body_country, head_of, office
from stance.quotes.officewords import GLUED
from stance.quotes.tokens import Doc
from stance.quotes.verbs import CUE_FORMS
from stance.quotes.words import is_name_token, verb_like, wordlike

_MENTIONS = 60  # of one speaker, the first ones of the article
_BEFORE = 12
_AFTER = 18
_PARTY = re.compile(r"\(?[RDI][-–][A-Z]")
_CLOSING = frozenset(",.;()—–:?!")
_RELATIVE = frozenset("who which that whose where whom".split())
_TIMES = frozenset("week month year night day morning evening weekend time today".split())
_MODIFYING = frozenset(
    "foreign top senior former acting deputy assistant prime vice chief then-president state "
    "interim outgoing incoming presidential national opposition chief far-right right-wing "
    "left-wing ruling military defence defense finance interior energy health economy press "
    "political security climate human rights special supreme spiritual longtime veteran retired "
    "billionaire campaign city county party police army intelligence executive managing policy "
    "founding public affairs law science environmental government parliamentary house majority "
    "minority junior pro-democracy anti-war independent nuclear air naval navy media news tech "
    "technology trade transport education justice culture agriculture information".split()
)


class Roles:
    """Answers for one article; each speaker is looked up once."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self._doc, self._cast = doc, cast
        self._people: dict[str, list[Entity]] | None = None
        self._known: dict[tuple[str, str], Office] = {}

    def of(self, name: str | None, kind: str | None) -> Office:
        """Return role and country of the speaker with this canonical name and kind."""
        if name is None or kind is None:
            return NOTHING
        found = self._known.get((name, kind))
        if found is None:
            found = self._known[name, kind] = self._look_up(name, kind)
        return found

    def _look_up(self, name: str, kind: str) -> Office:
        if kind == "person":
            if self._people is None:
                self._people = {}
                for entity in self._cast.people:
                    self._people.setdefault(entity.name, []).append(entity)
            entities = self._people.get(name, [])
            return _most_said([said for one in entities for said in self._said_of(one)])
        words = name.split()
        if kind == "organisation":
            return Office(None, body_country(words))
        said = office(words)
        return said if said.role or kind == "unnamed" else Office(None, body_country(words))

    def _said_of(self, entity: Entity) -> Iterator[Office]:
        for first in entity.at[:_MENTIONS]:
            last = self._end_of(first, entity)
            name = self._name_first(first, last, entity)
            if GLUED.search(self._doc.words[name]):
                continue  # "National SecurityJane Roe": its title is cut short
            yield title_before(self._doc, self._cast, name, last)
            yield apposition(self._doc, self._cast, last)

    def _end_of(self, first: int, entity: Entity) -> int:
        last = first + 1
        while last < len(self._doc.words) and self._cast.at.get(last) is entity:
            last += 1
            if last - first > _BEFORE:
                break
        return last

    def _name_first(self, first: int, last: int, entity: Entity) -> int:
        """Return where a mention's name begins, after the titles of its run."""
        doc = self._doc
        names = entity.name.lower().replace("’", "'").split()
        bare = [doc.lower[k].removesuffix("'s").removesuffix("'") for k in range(first, last)]
        if names[0] in bare:
            return first + bare.index(names[0])
        at = last
        while at - 1 > first and (bare[at - 1 - first] in names or doc.words[at - 1] == ","):
            at -= 1
        return at - 1 if at == last else at


def _most_said(said: list[Office]) -> Office:
    """Return the role said most often, or a fuller form of it, and the country where clear."""
    roles = Counter(one.role for one in said if one.role)
    countries = Counter(one.country for one in said if one.country)
    role = max(roles, key=lambda r: roles[r]) if roles else None
    if role is not None:
        fuller = [
            other
            for other in roles
            if other != role
            and (other.endswith(f" {role}") or other.startswith(f"{role} of "))
            and not other.startswith(("former ", "ex-", "vice ", "deputy ", "acting ", "future "))
        ]
        role = max(fuller, key=lambda r: roles[r]) if fuller else role
    country = max(countries, key=lambda c: countries[c]) if countries else None
    if country is not None and 2 * countries[country] <= sum(countries.values()):
        country = None
    return Office(role, country)


def title_before(doc: Doc, cast: Cast, name: int, last: int) -> Office:
    """Return what the words before the name at tokens `name:last` say."""
    if name == 0:
        return NOTHING
    if doc.words[name - 1] == ",":
        return _before_comma(doc, cast, name, last)
    first = _title_first(doc, cast, name)
    return office(doc.words[first:name]) if first < name else NOTHING


def _before_comma(doc: Doc, cast: Cast, name: int, last: int) -> Office:
    """Read "Ukraine's foreign minister, Jane Roe, said": commas on both sides of the name."""
    if last >= len(doc.words) or doc.words[last] not in _CLOSING or doc.words[last] == ":":
        return NOTHING
    end = name - 1
    if end == 0 or head_of(doc.words[end - 1]) is None or doc.words[end - 1][0].isupper():
        return NOTHING
    first = _title_first(doc, cast, end)
    words = doc.words[first:end]
    owned = any(word.endswith(("'s", "’s")) for word in words)
    article = first > 0 and doc.lower[first - 1] in ("the", "its", "his", "her", "their")
    return office(words) if owned or article else NOTHING


def _title_first(doc: Doc, cast: Cast, end: int) -> int:
    """Return the first token of the title that ends before token `end`."""
    k = end
    low = max(0, end - _BEFORE)
    whose = cast.at.get(end)
    while k > low:
        p = k - 1
        word = doc.lower[p]
        if doc.sent[p] != doc.sent[min(end, len(doc.sent) - 1)] or not wordlike(doc, p):
            break
        if doc.inside[p] != doc.inside[min(end, len(doc.inside) - 1)]:
            break
        if word.endswith(("'s", "s'")):
            return _owner_first(doc, cast, p, k)
        if word == "and" and k < end and p > 0:
            if not (
                doc.words[p - 1].islower() and head_of(doc.words[p - 1]) and _small(doc, k, end)
            ):
                break
        elif word in ("of", "for") and k < end:
            if p == 0 or not (head_of(doc.words[p - 1]) or is_name_token(doc, p - 1)):
                break
            if word == "for" and head_of(doc.words[p - 1]) != "spokesperson":
                break
        elif not _of_title(doc, cast, p, whose, small=k < end):
            break
        k = p
    while k < end and doc.lower[k] in lex.JOINING:
        k += 1
    if "and" in doc.lower[k:end] and k > 0 and doc.lower[k - 1] in lex.DETERMINERS:
        return k + doc.lower[k:end].index("and") + 1  # "the president and prime minister Doe"
    return k


def _small(doc: Doc, first: int, last: int) -> bool:
    return all(doc.words[k].islower() for k in range(first, last))


def _of_title(doc: Doc, cast: Cast, p: int, whose: Entity | None, *, small: bool) -> bool:
    """Say whether token p may belong to a title before a name."""
    word = doc.lower[p]
    other = p in cast.at and cast.at[p] is not whose
    if other and not _titled(doc, p):
        return False
    if doc.words[p][0].isupper():
        shouted = doc.words[p].isupper() and len(word) > 5  # a headline
        # A state may look like a verb ("Wyoming") or like the start of a sentence ("New York").
        two = " ".join(doc.words[p : p + 2])
        name = is_name_token(doc, p) or doc.words[p] in us_states() or two in us_states()
        verb = verb_like(word) and not _titled(doc, p)  # a caption's end: "Doecalled"
        return name and not shouted and not verb and word not in _TIMES
    if word in lex.STOPS or word in lex.JOINING or word in lex.DETERMINERS or word in _TIMES:
        return small and word == "the" and doc.lower[p - 1] == "of"
    if word in lex.WEEKDAYS or word in lex.GROUP_WORDS or not word[0].isalpha():
        return False
    return (
        head_of(word) is not None
        or word in _MODIFYING
        or word in lex.TITLES
        or ("-" in word and word.startswith(("vice", "then", "ex", "co", "counter", "anti")))
    )


def _titled(doc: Doc, p: int) -> bool:
    low = doc.lower[p].rstrip(".")
    state = p > 0 and f"{doc.words[p - 1]} {doc.words[p]}" in us_states()
    return (
        low in lex.TITLES
        or low in lex.PEOPLES
        or doc.words[p] in us_states()
        or state
        or bool(lands((doc.words[p],)))
    )


def _owner_first(doc: Doc, cast: Cast, p: int, k: int) -> int:
    """Return where a title begins whose owner ends at token p: a country, or none of it."""
    for first in (p - 3, p - 2, p - 1, p):
        if first < 0 or doc.sent[first] != doc.sent[p]:
            continue
        found = lands(doc.words[first : p + 1])
        if found and (found[0].first, found[0].last) == (0, p + 1 - first):
            return first
    if p in cast.at or not doc.words[p][0].isupper():
        return k
    return p


def apposition(doc: Doc, cast: Cast, last: int) -> Office:
    """Return what stands after the name that ends before token `last`."""
    n = len(doc.words)
    if last + 1 >= n or doc.lower[last - 1].endswith("'s"):
        return NOTHING
    mark, begin = doc.words[last], last + 1
    if mark in ("is", "was") and doc.inside[last] < 0 and doc.lower[begin] in ("a", "an", "the"):
        return _read(doc, cast, begin, last) if mark == "is" else NOTHING
    if mark not in (",", "(", "—", "–"):
        return NOTHING
    if _PARTY.match(doc.text, doc.starts[begin]):
        return Office(None, "United States")
    if doc.words[begin].isdigit() and begin + 2 < n and doc.words[begin + 1] == ",":
        begin += 2  # "Jane Roe, 45, a teacher"
    if doc.lower[begin] == "who" and begin + 2 < n and doc.lower[begin + 1] in ("is", "serves"):
        begin += 2 + (doc.lower[begin + 2] == "as")
    return _read(doc, cast, begin, last)


def _joins(doc: Doc, i: int, *, complement: bool) -> bool:
    """Say whether "and" at token i joins two roles, or two words of an institution's name."""
    if complement and doc.lower[i + 1] not in lex.DETERMINERS:
        return doc.words[i - 1][0].isupper() == doc.words[i + 1][0].isupper()
    return head_of(doc.words[i + 1]) is not None


def _read(doc: Doc, cast: Cast, begin: int, name: int) -> Office:
    """Read the noun phrase from token `begin`; it must end where its sentence lets it."""
    end, head = begin, -1
    limit = min(len(doc.words), begin + _AFTER)
    while end < limit:
        word = doc.lower[end]
        goes_on = word == "and" and end + 1 < limit and _joins(doc, end, complement=head >= 0)
        if doc.words[end] in _CLOSING or word in _RELATIVE or (word == "and" and not goes_on):
            break
        if doc.sent[end] != doc.sent[name] or doc.inside[end] != doc.inside[name]:
            break
        if word in CUE_FORMS and doc.words[end].islower() and verb_like(word):
            return NOTHING  # "..., the minister of Arland said": a clause of its own
        if head < 0 and word in lex.JOINING:
            head = end
        owner = word.endswith(("'s", "s'"))
        if head < 0 and end in cast.at and not owner and not _titled(doc, end):
            return NOTHING  # somebody else: "Jane Roe, President John Doe and"
        if owner and end in cast.at and not lands((doc.words[end],)):
            begin = end + 1  # "Doe's chief of staff"
        end += 1
    else:
        if head < 0:
            return NOTHING
    if end <= begin:
        return NOTHING
    words = doc.words[begin:end]
    core = words[: head - begin] if head - begin >= 0 else words
    if not core or head_of(core[-1]) is None or core[0].lower() in lex.STOPS - {"former"}:
        return NOTHING
    if core[-1].lower().endswith("s") and not core[-1].lower().endswith("ss"):
        return NOTHING  # "Jane Roe, Arlish officials and others"
    return office(words)
