"""Where a text attributes words: every cue outside quotation marks, with its subject."""

from bisect import bisect_right
from dataclasses import dataclass, replace

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.phrases import Phrase, phrase_before
from stance.quotes.subjects import object_place, sentence_subject, subject_before
from stance.quotes.tokens import Doc
from stance.quotes.verbgroups import BE, NOUN_FORMS, base_form, group_start, has_particle, is_verb
from stance.quotes.verbs import (
    ADJECTIVES,
    CUE_FORMS,
    EVIDENTIAL,
    FEELING,
    INVERTING,
    NAMING,
    NOUNS,
    OPINION,
    PEOPLE,
    QUOTING,
    WITH_PARTICLE,
    Form,
)
from stance.quotes.words import wordlike

_ALL_CUES = frozenset(CUE_FORMS) | ADJECTIVES | NOUNS


_DOCUMENTS = frozenset(
    "statement email e-mail message letter memo tweet post note release text video".split()
)
_LINKING = BE | frozenset(
    "seem seems seemed feel feels felt remain remains remained sounded appeared became".split()
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue verb: token `verb`, its group `first:last`, base form and tense.

    `low` is the first token that its subject may be read from: the start of its sentence, or
    the end of the quoted stretch before it.
    """

    verb: int
    first: int
    last: int
    base: str
    tense: str
    low: int
    passive: bool = False
    attribution: str = "speech"
    subject: Phrase | None = None
    sort: str = ""


def find_cues(doc: Doc) -> list[Cue]:
    """Return the cues of `doc` that lie outside quoted stretches, in order."""
    cues: list[Cue] = []
    quoted = [doc.token_range(0, s.outer_end)[1] for s in doc.stretches]
    for i in [i for i, word in enumerate(doc.lower) if word in _ALL_CUES]:
        if doc.inside[i] >= 0:
            continue
        sentence = doc.sent[i]
        at = bisect_right(quoted, i) - 1
        low = max(doc.sentence_first[sentence], quoted[at] if at >= 0 else 0)
        if i != low and doc.words[i][0].isupper():
            continue
        before = _cue_before(doc, cues, sentence)
        cue = _cue(doc, i, low, CUE_FORMS.get(doc.lower[i]), before)
        if cue is not None:
            cues.append(cue)
    return cues


def _cue_before(doc: Doc, cues: list[Cue], sentence: int) -> Cue | None:
    """Return the last cue of the sentence so far, by choice a finite verb of speech."""
    last: Cue | None = None
    for cue in reversed(cues[-4:]):
        if doc.sent[cue.verb] != sentence:
            break
        if cue.sort == "finite" and cue.base in QUOTING and cue.subject is not None:
            return cue
        last = last or cue
    return last


def _by(cue: Cue, subject: Phrase | None) -> Cue:
    """Return `cue` with its subject: `replace` takes three times as long."""
    if subject is None:
        return cue
    return Cue(cue.verb, cue.first, cue.last, cue.base, cue.tense, cue.low, cue.passive,
               cue.attribution, subject, cue.sort)  # fmt: skip


def _cue(doc: Doc, i: int, low: int, form: Form | None, before: Cue | None) -> Cue | None:
    """Read token i as a verb, an adjective or a noun that attributes."""
    word = doc.lower[i]
    if form is not None and form.tense in ("past", "ing") and _modifies(doc, i, low):
        form = None
    if form is not None and (word not in NOUN_FORMS or is_verb(doc, i, low)):
        first = group_start(doc, i, low)
        passive = form.tense == "past" and any(doc.lower[k] in BE for k in range(first, i))
        sort = "passive" if passive else "finite" if form.tense in ("past", "s") else form.tense
        attribution = "opinion" if form.base in OPINION else "speech"
        cue = Cue(i, first, i + 1, form.base, form.tense, low, passive, attribution, None, sort)
        if form.base in WITH_PARTICLE and not has_particle(doc, i):
            return None
        if form.tense == "base" and not base_form(doc, i, first, low):
            return None
        if form.base in EVIDENTIAL:
            return cue
        if passive and i + 2 < len(doc.words) and doc.lower[i + 1] == "by":
            agent = phrase_after(doc, i + 2, doc.sentence_tokens(doc.sent[i])[1])
            if agent is not None:
                return replace(cue, last=agent.last, passive=False, subject=agent)
        if passive and form.base in FEELING:
            cue = replace(cue, passive=False)
        subject = _subject(doc, cue, before)
        if form.base in NAMING and subject is not None and _named_thing(doc, cue, subject):
            return None
        return _by(cue, subject)
    if word in ADJECTIVES:
        first = group_start(doc, i, low)
        if any(doc.lower[k] in _LINKING for k in range(max(low, first - 1), i)):
            cue = Cue(i, first, i + 1, word, "", low, False, "opinion", None, "adjective")
            return _by(cue, _subject(doc, cue, before))
    if word in NOUNS:
        owner = phrase_before(doc, i + 1, low) if word in PEOPLE else _owner(doc, i, low)
        last = i + 1
        if owner is None and last + 1 < len(doc.words) and doc.lower[last] in ("from", "by"):
            owner = phrase_after(doc, last + 1, doc.sentence_tokens(doc.sent[i])[1])
            last = owner.last if owner is not None else last
        if owner is None:
            owner = _holder(doc, i, low)
        if owner is None:
            return None
        attribution = "opinion" if word in OPINION else "speech"
        return Cue(i, i, last, word, "noun", low, False, attribution, owner, "noun")
    return None


#: Verbs that with a noun of speech say what the noun says: "made the claim that".
_LIGHT = frozenset(
    "make makes made making issue issues issued issuing give gives gave given giving offer "
    "offers offered offering repeat repeats repeated repeating renew renewed renewing voice "
    "voices voiced voicing express expresses expressed expressing share shares shared sharing "
    "raise raises raised raising deliver delivered delivering send sent sending release released "
    "reiterate reiterated reiterating have has had take takes took taken announce announced".split()
)


def _holder(doc: Doc, i: int, low: int) -> Phrase | None:
    """Return who makes the claim in "Smith made the (bold) claim that"."""
    for k in range(i - 1, max(low, i - 6), -1):
        word = doc.lower[k]
        if word in _LIGHT or (word in ("with", "in") and k < i - 1):
            first = group_start(doc, k, low)
            subject = subject_before(doc, first, low) if word in _LIGHT else None
            return subject or sentence_subject(doc, first, low)
        if word in lex.STOPS or word in lex.JOINING or not wordlike(doc, k):
            return None
    return None


_GERUND_NOUNS = frozenset("ruling finding warning understanding offering reading".split())
_ARTICLES = lex.POSSESSIVE_PRONOUNS | {"the", "a", "an"}


def _modifies(doc: Doc, i: int, low: int) -> bool:
    """Say whether a participle stands before its noun: "the proposed ban", "400 pledged men"."""
    if i == low or i + 1 >= len(doc.words):
        return False
    before, after = doc.lower[i - 1], doc.words[i + 1]
    if before == "newly" and i - 1 > low:
        owner = doc.lower[i - 2]
        return owner in _ARTICLES or owner.endswith(("'s", "s'"))
    if before in ("same", "first", "new", "only", "next") and i - 1 > low:
        before = doc.lower[i - 2]
    if doc.lower[i] in _GERUND_NOUNS:
        for k in range(i - 1, max(low, i - 5), -1):
            if doc.lower[k] in _ARTICLES:
                return True
            if doc.lower[k] in lex.STOPS or not wordlike(doc, k) or doc.lower[k] in lex.JOINING:
                break
    return before in _ARTICLES and after[0].islower() and doc.lower[i + 1] not in lex.STOPS


def _named_thing(doc: Doc, cue: Cue, subject: Phrase) -> bool:
    """Say whether "a film called ..." names the film: nobody speaks."""
    adjoins = subject.last == cue.first and cue.first == cue.verb
    return adjoins and cue.sort == "finite" and doc.lower[subject.first] in ("a", "an")


def _owner(doc: Doc, i: int, low: int) -> Phrase | None:
    """Return whose noun it is: "Smith's (latest) claim", "his claim"."""
    for k in range(i - 1, max(low, i - 4) - 1, -1):
        word = doc.lower[k]
        if word in ("his", "her", "their", "its"):
            return Phrase(k, k + 1, k, k + 1, "pronoun")
        if word.endswith(("'s", "s'")):
            return phrase_before(doc, k + 1, low)
        if word in lex.STOPS or word in lex.DETERMINERS or word in lex.JOINING:
            return None
    return None


def _subject(doc: Doc, cue: Cue, before: Cue | None) -> Phrase | None:
    """Return who speaks by the words before the cue, or the subject of its sentence.

    Participles ("..., saying that") and second verbs ("... and added") take the subject of
    the cue before them in the sentence, or of the sentence's first verb.
    """
    if cue.passive:
        return None
    group: list[str] = []
    if cue.tense != "ing":
        group = [doc.lower[k] for k in range(cue.first, cue.verb)]
        subject = None
        if "to" not in group:
            subject = subject_before(doc, cue.first, cue.low)
            steps = 0
            while subject is not None and steps < 3 and object_place(doc, subject, cue.low):
                steps += 1
                outer = subject_before(doc, subject.first - 1, cue.low)
                if outer is None:
                    subject = sentence_subject(doc, subject.first, cue.low) or subject
                    break
                subject = outer
        word = doc.lower[cue.first - 1] if cue.first > cue.low else ""
        if "to" in group:
            word = "to"
        if subject is not None or word not in ("and", "but", "then", ",", "or", "to", "also"):
            return subject
    elif cue.first > cue.low:
        word = doc.lower[cue.first - 1]
        if word in lex.JOINING:
            return sentence_subject(doc, cue.first, cue.low)
        if word[0].isalnum() and word not in ("and", "but", "or", "then"):
            nearest = phrase_before(doc, cue.first, cue.low)
            if nearest is not None and doc.lower[nearest.head_last - 1] in _DOCUMENTS:
                sender = sentence_subject(doc, nearest.first, cue.low)
                nearest = sender if sender is not None and sender.last < nearest.first else nearest
                return nearest  # "she released a statement saying"
            if (nearest is not None and nearest.first < cue.first - 1) or (
                nearest is not None and nearest.sort == "name"
            ):
                return nearest
    agrees = before is not None and (
        cue.tense == "ing" or before.tense == cue.tense or "to" in group
    )
    if before is not None and agrees and before.sort == "finite" and before.subject is not None:
        return before.subject
    subject = sentence_subject(doc, cue.first, cue.low)
    if subject is None and before is not None and before.base in INVERTING:
        return phrase_after(doc, before.last, cue.first)  # "..., said Roe, adding that"
    return subject
