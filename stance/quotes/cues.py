"""Where a text attributes words: every cue verb outside quotation marks, with its subject."""

from dataclasses import dataclass, replace

from stance.quotes import lexicon as lex
from stance.quotes.phrases import Phrase, phrase_after, subject_before
from stance.quotes.tokens import Doc
from stance.quotes.verbs import AUXILIARIES, OPINION, SPEECH_FORMS

_GROUP_REACH = 6  # auxiliaries and adverbs before a cue verb
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


def find_cues(doc: Doc) -> list[Cue]:
    """Return the cue verbs of `doc` that lie outside quoted stretches, in order."""
    cues = []
    low, sentence = 0, -1
    for i, word in enumerate(doc.lower):
        if doc.sent[i] != sentence:
            sentence, low = doc.sent[i], i
        if doc.inside[i] >= 0:
            low = i + 1
            continue
        form = SPEECH_FORMS.get(word)
        if form is None or (doc.words[i][0].isupper() and not _capital_cue(doc, i, low)):
            continue
        if word in _NOUNS and not _verbal(doc, i, low):
            continue
        first = group_start(doc, i, low)
        passive = form.tense == "past" and any(doc.lower[k] in _BE for k in range(first, i))
        attribution = "opinion" if form.base in OPINION else "speech"
        cue = Cue(i, first, i + 1, form.base, form.tense, low, passive, attribution)
        before = cues[-1] if cues and doc.sent[cues[-1].verb] == sentence else None
        cues.append(replace(cue, subject=_subject(doc, cue, before)))
    return cues


# Forms that are nouns more often than verbs.
_NOUNS = frozenset(
    (
        "report reports state states question questions claim claims comment comments name call "
        "calls offer offers order orders demand demands project projects post posts title press "
        "fire text phone speak rule rules find charge charges attack attacks plan plans quote "
        "quotes remark remarks request notes note reply replies praise blame label press estimate "
        "estimates sum start open finish begin name names advertise message messages estimate "
        "promise promises object objects counter mean shot express reason signal signals reflect "
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
    if cue.tense != "ing":
        subject = subject_before(doc, cue.first, cue.low)
        word = doc.lower[cue.first - 1] if cue.first > cue.low else ""
        if subject is not None or word not in ("and", "but", "then", ",", "or", "to", "also"):
            return subject
    elif cue.first > cue.low and doc.lower[cue.first - 1] in lex.JOINING:
        return sentence_subject(doc, cue.first, cue.low)
    if before is not None and before.subject is not None and not before.passive:
        return before.subject
    return sentence_subject(doc, cue.first, cue.low)


def sentence_subject(doc: Doc, end: int, low: int) -> Phrase | None:
    """Return the subject of the clause that token `end` goes on: its first phrase with a verb.

    Steps over an adverbial at the start ("In a statement on Monday, ").
    """
    first = doc.sentence_first[doc.sent[low]] if doc.sent[low] >= 0 else low
    i = first
    if doc.inside[i] >= 0 and low > i:
        i = low
    while i < end and not doc.words[i][0].isalnum():
        i += 1
    while i < end and doc.lower[i] in ("but", "and", "so", "still", "yet", "then", "now"):
        i += 1
    if i < end and doc.lower[i] in _FRONTED:
        j = i
        while j < end and doc.words[j] != ",":
            j += 1
        if j < end:
            i = j + 1
    return phrase_after(doc, i, end)


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
