"""Who a mention is: canonical names, pronouns and unnamed officials within one article."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import takewhile

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.names import CORPORATE, Cast, Entity, sentence_opener
from stance.quotes.phrases import Phrase, phrase_before
from stance.quotes.tokens import Doc
from stance.quotes.words import is_name_token

_BELOW = 120  # tokens to read on for the name of somebody introduced by role
_FAR = 400  # mentions to look back for who holds an office
_INTRODUCED = lex.ROLES - lex.GROUP_WORDS
_FIRMS = frozenset("company firm group".split())
_NAMED_BODIES = frozenset(
    "department ministry agency bank board commission committee union".split()
)
_NEAR = 8  # sentences over which "he" is still the official who spoke last
_NO_PERSON = lex.PLACES | lex.ORGANISATION_WORDS | lex.PEOPLES | lex.GROUP_WORDS


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
        self.organisations: dict[str, str] = {}  # first word -> the name that has spoken so far
        self._heard = 0
        self.unnamed: dict[str, list[tuple[int, str]]] = {}  # head noun -> (token, name)
        for i in [i for i, word in enumerate(doc.lower) if word in _INTRODUCED]:
            if doc.inside[i] < 0:
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
        known = self.unnamed.setdefault(doc.lower[i], [])
        known.append((phrase.first, self.phrase_text(whole)))

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
        words = [doc.lower[k] for k in range(phrase.head_first, phrase.head_last)]
        if not entities or " " not in entities[-1].name:
            body = [w for w in words if w in lex.ORGANISATION_WORDS and w not in lex.TITLES]
            if body and "and" not in words:
                return Resolved(self.phrase_text(phrase), "organisation")
        of = next((k for k, w in enumerate(words) if k and w in lex.JOINING), None)
        if of is not None and "and" not in words:
            holder = self.cast.at.get(phrase.head_first + of - 1)
            titled = words[of - 1] in lex.TITLES or any(w in lex.TITLES for w in words[of + 1 : -1])
            if holder is None and titled and entities:
                holder = entities[-1]  # "Secretary of Defence Jane Roe"
            if holder is not None:
                return Resolved(holder.name, holder.kind)  # "Minister Jane Roe of Arland"
            return self._office_holder(phrase, words) or Resolved(
                self.phrase_text(phrase), "organisation"
            )
        joined = any(doc.lower[k] == "and" for k in range(phrase.head_first, phrase.head_last))
        if joined:
            partners = self._partners(phrase, words, entities)
            if partners is not None:
                return partners
        if joined and len(entities) > 1:
            return Resolved(" and ".join(e.name for e in entities), "group")
        if entities:
            return Resolved(entities[-1].name, entities[-1].kind)
        office = self._office_holder(phrase, words)
        if office is not None:
            return office
        text = self.phrase_text(phrase)
        first = phrase.head_first
        # A surname alone, as first names and titles are missing; "GitHub" and "the ODNI" are none.
        alone = len(words) == 1 and phrase.first == first and words[0].isalpha()
        firm = words[0] in self.cast.companies
        if alone and doc.words[first][1:].islower() and words[0] not in _NO_PERSON and not firm:
            return Resolved(text, "person")
        kind = "group" if doc.lower[phrase.last - 1] in lex.GROUP_WORDS else "organisation"
        return Resolved(text, kind)

    def _partners(
        self, phrase: Phrase, words: list[str], entities: list[Entity]
    ) -> Resolved | None:
        """Return the company that two names joined by "and" are: "Roe and Brandt Corp"."""
        firm = words[-1] in lex.ORGANISATION_WORDS or words[-1] in CORPORATE
        titled = not firm and any(word in lex.TITLES for word in words)
        if titled or sum(" " in entity.name for entity in entities) > 1:
            return None
        people = [entity for entity in entities if entity.kind == "person"]
        if firm or not people:
            return Resolved(self.phrase_text(phrase), "organisation")
        return None if len(entities) > 1 else Resolved(self.phrase_text(phrase), "group")

    def _sole_organisation(self, head: str) -> Resolved | None:
        """Return the one organisation that has spoken so far, for "the company"."""
        for _, who in self.last_speakers[self._heard :]:
            if who.kind == "organisation" and who.name and who.name[0].isupper():
                known = self.organisations.setdefault(who.name.split()[0].lower(), who.name)
                if len(who.name) > len(known):
                    self.organisations[who.name.split()[0].lower()] = who.name
        self._heard = len(self.last_speakers)
        if len(self.organisations) != 1:
            return None
        (name,) = self.organisations.values()
        if head in _FIRMS or (head in _NAMED_BODIES and head in name.lower().split()):
            return Resolved(name, "organisation")
        return None

    def _office_holder(self, phrase: Phrase, words: list[str]) -> Resolved | None:
        """Return who holds an office that is named alone: "the Deputy Secretary"."""
        if words[-1] not in lex.OFFICE or not all(
            w in lex.TITLES or w in lex.PEOPLES or w in lex.PLACES or w == "of" for w in words
        ):
            return None
        for _, _, entity in self._mentions_before(phrase.first, _FAR):
            if words[-1] in entity.roles:
                return Resolved(entity.name, "person")
        return Resolved(self.phrase_text(phrase), "unnamed")

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
        people = {"leaders", "presidents", "men", "pair", "ministers", "two", "both", "chiefs"}
        if pair & {"both", "two", "pair"} and head in people and len(pair) <= 4:
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
            bare = phrase.last - phrase.first == (2 if doc.lower[phrase.first] == "the" else 1)
            sole = self._sole_organisation(head) if bare else None
            if sole is not None:
                return sole
            return Resolved(text, "organisation")
        if head in lex.GROUP_WORDS:
            return Resolved(text, "group")
        if definite:
            introduced = self.unnamed.get(head, [])
            at = bisect_left(introduced, (phrase.first, ""))
            if at:
                return Resolved(introduced[at - 1][1], "unnamed")
            if head in lex.OFFICE:
                for _, _, entity in self._mentions_before(phrase.first, _FAR):
                    if head in entity.roles:
                        return Resolved(entity.name, "person")
        named = self._named_later(phrase) if len(text.split()) > 1 else None
        return named or Resolved(text, "unnamed")

    def _named_later(self, phrase: Phrase) -> Resolved | None:
        """Return who "a Kremlin adviser" turns out to be: "Russian adviser Jane Roe said" below.

        Only where the role is the same, the seats of government agree, and nobody else of that
        role is introduced in between.
        """
        doc = self.doc
        role = doc.lower[phrase.head_first]
        seat = {lex.SEATS.get(doc.lower[k]) for k in range(phrase.first, phrase.last)} - {None}
        if not seat or doc.lower[phrase.first] not in ("a", "an") or role not in lex.OFFICE:
            return None
        for k in range(phrase.last, min(len(doc.words) - 1, phrase.last + _BELOW)):
            if doc.lower[k] != role or doc.inside[k] >= 0:
                continue
            entity = self.cast.at.get(k + 1)
            around = {lex.SEATS.get(doc.lower[m]) for m in range(max(0, k - 3), k)} - {None}
            if entity is not None and entity.at[0] > phrase.last and around == seat:
                return Resolved(entity.name, entity.kind)
            return None
        return None

    def _pronoun(self, phrase: Phrase) -> Resolved:
        doc = self.doc
        word = doc.lower[phrase.first].split("'")[0]
        gender = lex.PRONOUNS.get(word, "")
        if gender == "it":
            for _, who in reversed(self.last_speakers[-3:]):
                if who.kind == "organisation":
                    return who
        if gender == lex.PLURAL and word != "we":
            for _, who in reversed(self.last_speakers[-2:]):
                if who.kind in ("unnamed", "group", "organisation"):
                    return who
        if gender not in (lex.MALE, lex.FEMALE):
            return Resolved(None, None)
        return self._official_before(phrase.first, gender) or self._person_before(
            phrase.first, gender
        )

    def _official_before(self, token: int, gender: str) -> Resolved | None:
        """Return the unnamed official who spoke last, where nobody is named as subject since."""
        if not self.last_speakers:
            return None
        doc = self.doc
        at, who = self.last_speakers[-1]
        if who.kind != "unnamed" or not who.name or doc.sent[token] - doc.sent[at] > _NEAR:
            return None
        words = set(who.name.lower().split())
        other = lex.FAMILY_FEMALE if gender == lex.MALE else lex.FAMILY_MALE
        main = list(takewhile(lambda word: word not in lex.JOINING, who.name.lower().split()))
        if words & (lex.GROUP_WORDS | other) or not main or main[-1] not in _INTRODUCED:
            return None
        for first, _, entity in self._mentions_before(token, 60):
            if first <= at:
                break
            if entity.kind == "person" and " " in entity.name and self._subject_place(first):
                return None
        return who

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
            if self._subject_place(first):
                score += 0.8
            if last < token and doc.lower[last] in lex.ROLES and doc.words[last].islower():
                score -= 1.0
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

    def _subject_place(self, first: int) -> bool:
        """Say whether a mention opens its sentence, but for "But" or a title."""
        doc = self.doc
        if sentence_opener(doc, first):
            return True
        return sentence_opener(doc, first - 1) and doc.lower[first - 1] in ("but", "and", "the")

    def _mentions_before(self, token: int, count: int) -> list[tuple[int, int, Entity]]:
        at = bisect_left(self.cast.mentions, token, key=lambda m: m[0])
        return self.cast.mentions[max(0, at - count) : at][::-1]
