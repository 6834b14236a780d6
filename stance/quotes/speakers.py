"""Who a mention is: canonical names, pronouns and unnamed officials within one article."""

from collections import defaultdict
from dataclasses import dataclass, field

from stance.quotes import lexicon as lex
from stance.quotes.phrases import Phrase, is_name_token, phrase_after, phrase_before
from stance.quotes.tokens import Doc


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


def _possessive_cut(word: str) -> str:
    for ending in ("'s", "’s", "'", "’"):
        if word.endswith(ending):
            return word[: -len(ending)]
    return word


def name_runs(doc: Doc) -> list[tuple[int, int]]:
    """Return the runs of capitalised tokens that may be names, as token ranges."""
    runs = []
    i, n = 0, len(doc.words)
    while i < n:
        if not doc.words[i][0].isupper() or not is_name_token(doc, i):
            i += 1
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
        i = max(j, i + 1)
    return runs


def _ends_name(doc: Doc, i: int) -> bool:
    return doc.words[i].endswith(("'s", "’s"))


def person_words(doc: Doc, first: int, last: int) -> list[str] | None:
    """Return the words of a person's name in a run, titles cut off; None for no person."""
    words = [(doc.lower[k], doc.words[k]) for k in range(first, last) if doc.words[k] != ","]
    titled = False
    while words and (words[0][0].rstrip(".") in lex.TITLES or words[0][0] in lex.PEOPLES
                     or words[0][0] in lex.PLACES or words[0][0] in lex.ORGANISATION_WORDS
                     or (_possessive_cut(words[0][0]) != words[0][0] and len(words) > 1)):  # fmt: skip
        bare = words[0][0].rstrip(".")
        if (
            len(words) > 1
            and words[0][0] not in lex.TITLES
            and bare in (lex.MALE_NAMES | lex.FEMALE_NAMES)
        ):
            break
        titled = bare in lex.TITLES or (titled and bare not in lex.ORGANISATION_WORDS)
        words = words[1:]
    if not words:
        return None
    names = [_possessive_cut(w) for _, w in words]
    low = [_possessive_cut(l) for l, _ in words]
    if any(l in lex.ORGANISATION_WORDS or l in lex.PEOPLES for l in low) and not titled:
        return None
    if (low[-1].endswith("s") and low[-1][:-1] in lex.PEOPLES) or low[-1] in lex.GROUP_WORDS:
        return None
    if any(l in lex.ORGANISATION_WORDS for l in low[1:]):
        return None
    if any(w.isupper() and len(w) > 1 and "." not in w for w in names) and not titled:
        return None
    if low[0] in lex.PLACES and len(low) > 1 and low[0] not in lex.MALE_NAMES | lex.FEMALE_NAMES:
        return None
    return names if titled or len(names) > 1 or low[0] not in lex.PLACES else None


def _gender(doc: Doc, first: int, name: str) -> str:
    low = name.lower().split()[0]
    titles = {doc.lower[k].rstrip(".") for k in range(max(0, first - 4), first + 1)}
    if titles & lex.FAMILY_FEMALE:
        return lex.FEMALE
    if titles & (lex.FAMILY_MALE - {"man"}):
        return lex.MALE
    male, female = low in lex.MALE_NAMES, low in lex.FEMALE_NAMES
    if male != female:
        return lex.MALE if male else lex.FEMALE
    return ""


def build_cast(doc: Doc) -> Cast:
    """Collect the people and organisations that the article names in full."""
    cast = Cast()
    runs = name_runs(doc)
    pending: list[tuple[int, int, list[str]]] = []
    by_full: dict[str, Entity] = {}
    for first, last in runs:
        names = person_words(doc, first, last)
        if names is None:
            continue
        core = [n for n in names if n.lower() not in lex.NAME_SUFFIXES]
        if len(core) < 2:
            pending.append((first, last, names))
            continue
        if (
            sentence_opener(doc, first)
            and core[0].lower() not in lex.MALE_NAMES | lex.FEMALE_NAMES
            and len(core) > 2
        ):
            core = core[:]
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
        known = cast.by_last.get(last_name)
        if known:
            earlier = [e for e in known if e.at and e.at[0] <= first]
            entity = (earlier or known)[-1]
        else:
            if (
                sentence_opener(doc, first)
                and first + 1 == last
                and doc.lower[first] not in lex.MALE_NAMES | lex.FEMALE_NAMES
            ):
                continue
            entity = Entity(names[-1], "person", _gender(doc, first, names[-1]))
            cast.people.append(entity)
            cast.by_last[last_name].append(entity)
        if not entity.gender:
            entity.gender = _gender(doc, first, "?")
        _mention(doc, cast, entity, first, last)
    cast.mentions.sort(key=lambda m: m[0])
    return cast


def sentence_opener(doc: Doc, i: int) -> bool:
    return i == 0 or doc.sent[i - 1] != doc.sent[i]


def _mention(doc: Doc, cast: Cast, entity: Entity, first: int, last: int) -> None:
    entity.at.append(first)
    cast.mentions.append((first, last, entity))
    for k in range(first, last):
        cast.at[k] = entity
        if doc.lower[k] in lex.OFFICE:
            entity.roles.add(doc.lower[k])
    for k in range(max(0, first - 3), first):
        if doc.lower[k] in lex.OFFICE and doc.sent[k] == doc.sent[first]:
            entity.roles.add(doc.lower[k])


@dataclass(slots=True)
class Resolved:
    """A speaker: canonical name or None, and kind."""

    name: str | None
    kind: str | None


class Resolver:
    """Resolves the mentions of one article in reading order."""

    def __init__(self, doc: Doc, cast: Cast) -> None:
        self.doc = doc
        self.cast = cast
        self.last_speakers: list[tuple[int, Resolved]] = []
        self.unnamed: list[tuple[int, str, str]] = []  # (token, head noun, name)
        for i, word in enumerate(doc.lower):
            if word in lex.ROLES and word not in lex.GROUP_WORDS and doc.inside[i] < 0:
                self._introduce(i)

    def _introduce(self, i: int) -> None:
        """Remember an unnamed person that the text introduces: "a senior official"."""
        doc = self.doc
        low = doc.sentence_first[doc.sent[i]]
        after = doc.words[i + 1] if i + 1 < len(doc.words) else "."
        if after[0].isupper() and doc.sent[min(i + 1, len(doc.words) - 1)] == doc.sent[i]:
            return
        phrase = phrase_before(doc, i + 1, low)
        if phrase is None or doc.lower[phrase.first] not in ("a", "an", "one", "another"):
            return
        last = i + 1
        tail = phrase_after(doc, phrase.first, min(len(doc.words), i + 8))
        if tail is not None and tail.last > last and doc.lower[last] in ("to", "for", "of", "at"):
            last = tail.last
        whole = Phrase(phrase.first, last, i, i + 1, "noun")
        self.unnamed.append((phrase.first, doc.lower[i], self.phrase_text(whole)))

    def resolve(self, phrase: Phrase | None) -> Resolved:
        """Return who `phrase` names or points to."""
        if phrase is None:
            return Resolved(None, None)
        if phrase.refers is not None:
            return self.resolve(phrase.refers)
        if phrase.sort == "pronoun":
            return self._pronoun(phrase)
        if phrase.sort == "name":
            return self._name(phrase)
        return self._noun(phrase)

    def _name(self, phrase: Phrase) -> Resolved:
        doc = self.doc
        entities = []
        for k in range(phrase.head_first, phrase.head_last):
            entity = self.cast.at.get(k)
            if entity is not None and entity not in entities:
                entities.append(entity)
        joined = any(doc.lower[k] == "and" for k in range(phrase.head_first, phrase.head_last))
        if joined and len(entities) > 1:
            return Resolved(" and ".join(e.name for e in entities), "group")
        if entities:
            return Resolved(entities[-1].name, entities[-1].kind)
        text = self.phrase_text(phrase)
        kind = "group" if doc.lower[phrase.last - 1] in lex.GROUP_WORDS else "organisation"
        return Resolved(text, kind)

    def phrase_text(self, phrase: Phrase) -> str:
        """Return the phrase's words without article or number at the front."""
        doc = self.doc
        first = phrase.first
        while first < phrase.last - 1 and doc.lower[first] in (
            "the",
            "a",
            "an",
            "one",
            "this",
            "that",
            "another",
            "some",
            "these",
            "those",
        ):
            first += 1
        return " ".join(doc.text[doc.starts[first] : doc.ends[phrase.last - 1]].split())

    def _noun(self, phrase: Phrase) -> Resolved:
        doc = self.doc
        head = doc.lower[phrase.head_first]
        definite = (
            doc.lower[phrase.first] in ("the", "this", "that") and phrase.last - phrase.first <= 3
        )
        text = self.phrase_text(phrase)
        pair = {doc.lower[k] for k in range(phrase.first, phrase.last)}
        if (
            pair & {"both", "two", "pair"}
            and pair
            & {
                "leaders",
                "presidents",
                "men",
                "pair",
                "ministers",
                "two",
                "both",
                "sides",
                "chiefs",
            }
            and len(pair) <= 4
        ):
            two = self._last_two(phrase.first)
            return Resolved(two, "group") if two else Resolved(text, "group")
        outlet = head in ("agency", "newspaper", "magazine", "website", "network", "channel")
        if outlet and phrase.head_first > phrase.first:
            names = [
                doc.words[k]
                for k in range(phrase.first, phrase.head_first)
                if is_name_token(doc, k)
            ]
            if names:
                return Resolved(" ".join(names), "organisation")
        if head in lex.BODIES and head not in lex.GROUP_WORDS and head not in lex.ROLES:
            return Resolved(text, "organisation")
        if head in lex.GROUP_WORDS:
            return Resolved(text, "group")
        if definite:
            for token, noun, name in reversed(self.unnamed):
                if noun == head and token < phrase.first:
                    return Resolved(name, "unnamed")
            if head in lex.OFFICE:
                for first, _, entity in reversed(self.cast.mentions):
                    if first < phrase.first and head in entity.roles:
                        return Resolved(entity.name, "person")
        return Resolved(text, "unnamed")

    def _pronoun(self, phrase: Phrase) -> Resolved:
        doc = self.doc
        word = doc.lower[phrase.first]
        gender = lex.PRONOUNS.get(word, "")
        if gender == lex.PLURAL and word != "we":
            for _, who in reversed(self.last_speakers[-2:]):
                if who.kind in ("unnamed", "group", "organisation"):
                    return who
        if gender not in (lex.MALE, lex.FEMALE):
            return Resolved(None, None)
        return self._person_before(phrase.first, gender)

    def _person_before(self, token: int, gender: str) -> Resolved:
        doc = self.doc
        best, best_score = None, 0.0
        sentence = doc.sent[token]
        for first, last, entity in self._mentions_before(token, 60):
            if entity.kind != "person" or (entity.gender and entity.gender != gender):
                continue
            distance = sentence - doc.sent[first]
            score = 3.0 - 0.6 * min(distance, 6)
            if doc.para[first] == doc.para[token]:
                score += 0.5
            if doc.inside[first] >= 0:
                score -= 2.0
            if sentence_opener(doc, first) or (first > 0 and sentence_opener(doc, first - 1)):
                score += 0.8
            if doc.words[last - 1].endswith(("'s", "’s")):
                score -= 0.8
            if first > 0 and doc.lower[first - 1] in lex.JOINING:
                score -= 0.6
            if entity.gender == gender:
                score += 0.4
            for at, who in self.last_speakers[-3:]:
                if who.name == entity.name:
                    score += 0.7 if at == self.last_speakers[-1][0] else 0.2
            if best is None or score > best_score:
                best, best_score = entity, score
        return Resolved(best.name, best.kind) if best is not None else Resolved(None, None)

    def _last_two(self, token: int) -> str | None:
        """Return the two people named last before `token`, in the order of their names."""
        found: dict[str, int] = {}  # name -> where the article names it first
        for _, _, entity in self._mentions_before(token, 12):
            found.setdefault(entity.name, entity.at[0])
            if len(found) == 2:
                return " and ".join(sorted(found, key=lambda name: found[name]))
        return None

    def _mentions_before(self, token: int, count: int) -> list[tuple[int, int, Entity]]:
        import bisect

        at = bisect.bisect_left(self.cast.mentions, token, key=lambda m: m[0])
        return self.cast.mentions[max(0, at - count) : at][::-1]
