"""Where a text attributes words: every cue verb outside quotation marks, with its subject."""

from bisect import bisect_right
from dataclasses import dataclass, replace

from stance.quotes import lexicon as lex
from stance.quotes.phrases import Phrase, phrase_after, phrase_before, subject_before
from stance.quotes.tokens import Doc
from stance.quotes.verbs import (
    ADJECTIVES,
    AUXILIARIES,
    CUE_FORMS,
    EVIDENTIAL,
    FEELING,
    NOUNS,
    OPINION,
    PEOPLE,
    WITH_PARTICLE,
    Form,
)

_GROUP_REACH = 6  # auxiliaries and adverbs before a cue verb
_SUBJECT_REACH = 90  # tokens from a sentence's start to the end of its subject
_ALL_CUES = frozenset(CUE_FORMS) | ADJECTIVES | NOUNS
_BE = frozenset("is are was were be been being".split())


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
    for i, word in enumerate(doc.lower):
        if word not in _ALL_CUES or doc.inside[i] >= 0:
            continue
        sentence = doc.sent[i]
        at = bisect_right(quoted, i) - 1
        low = max(doc.sentence_first[sentence], quoted[at] if at >= 0 else 0)
        if i != low and doc.words[i][0].isupper():
            continue
        before = cues[-1] if cues and doc.sent[cues[-1].verb] == sentence else None
        cue = _cue(doc, i, low, CUE_FORMS.get(word), before)
        if cue is not None:
            cues.append(cue)
    return cues


def _cue(doc: Doc, i: int, low: int, form: Form | None, before: Cue | None) -> Cue | None:
    """Read token i as a verb, an adjective or a noun that attributes."""
    word = doc.lower[i]
    if form is not None and (word not in _NOUN_FORMS or _verbal(doc, i, low)):
        first = group_start(doc, i, low)
        passive = form.tense == "past" and any(doc.lower[k] in _BE for k in range(first, i))
        sort = "passive" if passive else "finite" if form.tense in ("past", "s") else form.tense
        attribution = "opinion" if form.base in OPINION else "speech"
        cue = Cue(i, first, i + 1, form.base, form.tense, low, passive, attribution, None, sort)
        if form.base in WITH_PARTICLE and not _particle(doc, i):
            return None
        if form.tense == "base" and not _base_form(doc, i, first, low):
            return None
        if form.base in EVIDENTIAL:
            return cue
        if passive and i + 2 < len(doc.words) and doc.lower[i + 1] == "by":
            agent = phrase_after(doc, i + 2, doc.sentence_tokens(doc.sent[i])[1])
            if agent is not None:
                return replace(cue, last=agent.last, passive=False, subject=agent)
        if passive and form.base in FEELING:
            cue = replace(cue, passive=False)
        return replace(cue, subject=_subject(doc, cue, before))
    if word in ADJECTIVES:
        first = group_start(doc, i, low)
        if any(doc.lower[k] in _LINKING for k in range(max(low, first - 1), i)):
            cue = Cue(i, first, i + 1, word, "", low, False, "opinion", None, "adjective")
            return replace(cue, subject=_subject(doc, cue, before))
    if word in NOUNS:
        owner = _owner(doc, i, low)
        if word in PEOPLE:
            owner = phrase_before(doc, i + 1, low)
        elif owner is None and i - low >= 3:
            owner = sentence_subject(doc, i, low)
        first = i
        attribution = "opinion" if word in OPINION else "speech"
        return Cue(i, first, i + 1, word, "noun", low, False, attribution, owner, "noun")
    return None


def _particle(doc: Doc, i: int) -> bool:
    return i + 1 < len(doc.words) and doc.lower[i + 1] in ("back", "on", "out", "off", "it", "in")


_MODALS = frozenset(
    "to would will could can may might must should shall do did does not n't never don't didn't "
    "doesn't won't wouldn't couldn't can't cannot 'd 'll let".split()
)


def _base_form(doc: Doc, i: int, first: int, low: int) -> bool:
    """Say whether a bare form is a verb: after a modal or "to", or with a plural subject."""
    if i == low:
        return True
    if any(doc.lower[k] in _MODALS for k in range(first, i)):
        return True
    if first == low:
        return True
    before = doc.lower[first - 1]
    if before in (
        "they",
        "we",
        "i",
        "you",
        "who",
        "that",
        "which",
        "and",
        "or",
        "both",
        "many",
        "some",
        "most",
        "others",
        "all",
        "few",
    ):
        return True
    if before in (",", ")", "—", "–"):
        return True
    return before in lex.GROUP_WORDS or (
        before.endswith("s") and not before.endswith(("ss", "'s", "us", "is"))
    )


_LINKING = _BE | {"seem", "seems", "seemed", "feel", "feels", "felt", "remain", "remains", "remained",
                  "sounded", "appeared", "became"}  # fmt: skip


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


# Forms that are nouns more often than verbs.
_NOUN_FORMS = NOUNS | frozenset(
    (
        "report reports state states question questions claim claims comment comments name call "
        "calls offer offers order orders demand demands project projects post posts title press "
        "fire text phone speak rule rules find charge charges attack attacks plan plans quote "
        "quotes remark remarks request notes note reply replies praise blame label press estimate "
        "estimates sum start open finish begin name names advertise message messages estimate "
        "promise promises object objects counter mean express reason signal signals reflect "
        "title term terms forecast forecasts plead address tout text project read sing cheer joke "
        "jokes laugh tweet tweets email emails e-mail blog blogs voice answer answers cry protest "
        "protests"
    ).split()
)


def _verbal(doc: Doc, i: int, low: int) -> bool:
    """Say whether token i, a noun as well as a verb, is a verb by the word before it."""
    if i == low:
        return False
    before = doc.lower[i - 1]
    if before in lex.DETERMINERS and before not in (
        "many",
        "some",
        "most",
        "others",
        "all",
        "both",
    ):
        return False
    if before in lex.JOINING or before.endswith(("'s", "s'")) or before == "and":
        return False
    if before in lex.PRONOUNS or before in ("to", "who", "which", "not", "would", "will", "could"):
        return True
    if doc.lower[i].endswith("s"):
        if i + 1 < len(doc.words) and doc.lower[i + 1] in (
            "it",
            "him",
            "them",
            "himself",
            "herself",
        ):
            return True
        return doc.words[i - 1][0].isupper() or before in lex.ROLES or before in lex.BODIES
    return before in lex.GROUP_WORDS


def _capital_cue(doc: Doc, i: int, low: int) -> bool:
    """A capitalised verb counts right after a quotation or at the start ("Said Smith: ...")."""
    return i == low


def group_start(doc: Doc, verb: int, low: int) -> int:
    """Return the first token of the verb group: auxiliaries and adverbs before the verb."""
    first = verb
    while first > low and verb - first < _GROUP_REACH:
        before = doc.lower[first - 1]
        if (
            before in AUXILIARIES
            or (before in lex.ADVERBS and before != "both")
            or (
                before.endswith("ly")
                and doc.words[first - 1][0].islower()
                and before not in ("family", "rally", "ally", "only", "assembly", "july", "italy")
            )
        ):
            first -= 1
        else:
            break
    return first


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
            while subject is not None and steps < 3 and _object_place(doc, subject, cue.low):
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
            if (nearest is not None and nearest.first < cue.first - 1) or (
                nearest is not None and nearest.sort == "name"
            ):
                return nearest
    if before is not None and before.sort == "finite" and before.subject is not None:
        if cue.tense == "ing" or before.tense == cue.tense or "to" in group:
            return before.subject
    return sentence_subject(doc, cue.first, cue.low)


_PREPOSITIONS = lex.JOINING | frozenset(
    "about over into toward towards as during after before".split()
)


def _object_place(doc: Doc, phrase: Phrase, low: int) -> bool:
    """Say whether a phrase is what a preposition or a participle governs, no subject."""
    k = phrase.first - 1
    if (
        phrase.sort == "relative"
        or k <= low
        or (phrase.sort == "pronoun" and doc.lower[phrase.first] not in ("it", "both"))
    ):
        return False
    word = doc.lower[k]
    if word in _PREPOSITIONS:
        return not (doc.words[k][0].isupper() or doc.words[k - 1] == ",")
    return word.endswith("ing") and len(word) > 5 and doc.words[k - 1] != ","


def after_dateline(doc: Doc, i: int, end: int) -> int:
    """Return the token after a dateline ("SPRINGFIELD, Ill. (AP) — ") that begins at token i."""
    if i >= len(doc.words) or not (doc.words[i].isupper() and len(doc.words[i]) > 2):
        return i
    for k in range(i, min(end, i + 14)):
        if doc.words[k] in ("—", "–", "-", "--", "―"):
            return k + 1
        if doc.words[k].islower():
            break
    return i


def sentence_subject(doc: Doc, end: int, low: int) -> Phrase | None:
    """Return the subject of the clause that token `end` goes on: its first phrase with a verb.

    Steps over an adverbial at the start ("In a statement on Monday, ").
    """
    first = doc.sentence_first[doc.sent[low]] if doc.sent[low] >= 0 else low
    i = first
    end = min(end, first + _SUBJECT_REACH)
    if doc.inside[i] >= 0 and low > i:
        i = low
    i = after_dateline(doc, i, end)
    while i < end and not doc.words[i][0].isalnum():
        i += 1
    while i < end and doc.lower[i] in (
        "but",
        "and",
        "so",
        "still",
        "yet",
        "then",
        "now",
        "about",
        "nearly",
        "even",
    ):
        i += 1
    if i < end and doc.lower[i] in _FRONTED:
        j = i
        while j < end and doc.words[j] != ",":
            j += 1
        if j < end:
            i = j + 1
    phrase = phrase_after(doc, i, end)
    if (
        phrase is not None
        and phrase.last < end
        and (doc.lower[phrase.last] in ("later", "ago", "earlier", "before", "after", "afterward"))
    ):
        j = phrase.last
        while j < end and doc.words[j] != ",":
            j += 1
        if j + 1 < end:
            return phrase_after(doc, j + 1, end)
    return phrase


_FRONTED = (
    frozenset(
        (
            "in on at when after before as while during since with for by from if although though "
            "despite under over amid because until once following speaking asked via through "
            "unlike like"
        ).split()
    )
    | lex.ADVERBS
)
