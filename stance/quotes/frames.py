"""Frames: which words after a cue begin its content (that, a clause, an object, to, about...)."""

from stance.quotes import lexicon as lex
from stance.quotes.ahead import phrase_after
from stance.quotes.contents import title_like
from stance.quotes.cues import Cue
from stance.quotes.frametable import CLAUSAL, known_frame
from stance.quotes.tokens import Doc
from stance.quotes.verbs import AUXILIARIES, BARE, QUOTING, TELLING
from stance.quotes.words import verb_like

_WH = frozenset("whether how what why if where who when which".split())
_SUBJECTS = frozenset("he she they it we i you there nothing everything nobody everyone".split())
_WITHHELD = frozenset("identify disclose specify name reveal list".split())
_TIME_PREPOSITIONS = frozenset(
    "on in at during to via after before last this earlier of by late from".split()
)


def complement(doc: Doc, cue: Cue) -> tuple[int, str, str] | None:
    """Return where the content after the cue begins, of what sort it is, and its frame's key."""
    _, last = doc.sentence_tokens(doc.sent[cue.verb])
    j = cue.last
    if j >= last:
        return None
    if cue.base in TELLING and not cue.passive:
        person = phrase_after(doc, j, last)
        if person is not None and doc.lower[j] in ("reuters", "afp"):
            j += 1
        elif person is not None and person.last < last:
            after = doc.lower[person.last]
            if after in ("that", "to") or after in _WH or after in _SUBJECTS or cue.base == "tell":
                j = person.last
            else:
                j = _after_aside(doc, person.last, last) or _that_after(doc, person.last, last) or j
    while j < last - 1 and doc.lower[j] in _ADVERBS and doc.inside[j] < 0:
        j += 1
    skipped = _skip_adverbial(doc, j, last, cue.base in BARE)
    if skipped is not None:
        j = skipped
    if j >= last:
        return None
    sort, step = sort_of(doc, j)
    key = doc.lower[j] if sort == "prep" else sort
    if sort == "np" and cue.base in CLAUSAL and cue.sort != "noun" and _clause_at(doc, j, last):
        return j, "bare", "bare"
    if sort == "np" and cue.base in _WITHHELD and _negated(doc, cue):
        return None  # "did not disclose the price"
    if sort == "np" and cue.base in BARE:
        sort = key = "bare"
    if key == "quote" and cue.sort == "noun" and _in_title(doc, j):
        return None
    infinitive = cue.sort == "base" and any(
        doc.lower[k] == "to" for k in range(cue.first, cue.verb)
    )
    if infinitive and (sort == "np" or (sort == "bare" and not _clause_at(doc, j, last))):
        return None  # "not allowed to discuss the matter": nothing is said
    if key == "quote" and cue.base in QUOTING:
        return j, sort, key
    if key == "bare" and cue.base in _NEEDS_VERB and not _has_verb(doc, j, last):
        return None
    if not known_frame(cue.base, cue.sort, key):
        quotes = cue.base in QUOTING and cue.sort in ("finite", "ing", "base") and sort != "mark"
        return (j + step, "quote", "near") if quotes and _fragment_near(doc, j, last) else None
    return j + step, sort, key


def _negated(doc: Doc, cue: Cue) -> bool:
    group = doc.lower[cue.first : cue.verb]
    return any(word in ("not", "never", "cannot") or word.endswith("n't") for word in group)


def _after_aside(doc: Doc, j: int, last: int) -> int | None:
    """Return where "to" or "that" goes on after words between commas that follow the listener."""
    if doc.words[j] != ",":
        return None
    for k in range(j + 1, min(last - 1, j + 10)):
        if doc.words[k] == ",":
            return k + 1 if doc.lower[k + 1] in ("to", "that") else None
    return None


def _that_after(doc: Doc, j: int, last: int) -> int | None:
    """Return where "that" follows the listener and what is said of place and time."""
    for k in range(j, min(last, j + 14)):
        if doc.inside[k] >= 0 or doc.words[k] in ".;:":
            return None
        if doc.lower[k] == "that" and (doc.lower[j] in lex.JOINING or doc.words[j] == ","):
            return k
    return None


def _in_title(doc: Doc, k: int) -> bool:
    stretch = doc.stretches[doc.inside[k]]
    return title_like(doc.text[stretch.start : stretch.end])


def _fragment_near(doc: Doc, j: int, last: int) -> bool:
    """Say whether a quoted fragment follows within a few words of the same clause."""
    for k in range(j, min(last, j + 12)):
        if doc.inside[k] >= 0:
            return not _in_title(doc, k)
        if doc.words[k] in ",;:—":
            return False
    return False


_PREPOSITIONS = ("about", "over", "as", "out", "into", "toward", "off", "up", "during")


def sort_of(doc: Doc, j: int) -> tuple[str, int]:
    """Return the sort of complement that token j begins, and how many tokens to leave out."""
    word = doc.lower[j]
    if doc.inside[j] >= 0:
        return "quote", 0
    if word == "that":
        return "that", 0 if j + 1 < len(doc.words) and _verb(doc, j + 1) else 1
    if word == "to":
        return "to", 0
    if word in _WH:
        return "wh", 0
    if word in _SUBJECTS:
        return "subj", 0
    if word in lex.JOINING or word in _PREPOSITIONS:
        return "prep", 1
    if word.endswith("ing") and len(word) > 5:
        return "ing", 0
    if not word[0].isalnum() and word[0] not in "$€£":
        return "mark", 0
    return "np", 0


_NEEDS_VERB = frozenset("claim tell add believe think warn declare".split())


def _has_verb(doc: Doc, j: int, last: int) -> bool:
    """Say whether anything like a verb follows in the clause: "declared war on it" has none."""
    return any(
        doc.lower[k] in AUXILIARIES or verb_like(doc.lower[k]) or "'" in doc.lower[k]
        or doc.inside[k] >= 0
        for k in range(j, min(last, j + 40))
    )  # fmt: skip


_ADVERBS = frozenset(
    "again repeatedly also only instead privately publicly openly bluntly flatly simply then "
    "explicitly clearly sharply strongly further moreover afterward afterwards".split()
)
_FINITE = frozenset(
    "is are was were will would has have had can could may might must should did does isn't "
    "aren't wasn't weren't won't wouldn't hasn't haven't hadn't can't couldn't shouldn't didn't "
    "doesn't cannot".split()
)


def _clause_at(doc: Doc, j: int, last: int) -> bool:
    """Say whether a noun phrase with its finite verb begins at j: a clause without "that"."""
    subject = phrase_after(doc, j, last)
    return subject is not None and subject.last < last and doc.lower[subject.last] in _FINITE


def _verb(doc: Doc, k: int) -> bool:
    """Say whether a verb stands at k, so that a "that" before it is its subject."""
    word = doc.lower[k]
    return word in AUXILIARIES - {"not", "never", "to"} or (
        verb_like(word) and doc.words[k].islower() and not word.endswith("ing")
    )


def _skip_adverbial(doc: Doc, j: int, last: int, clausal: bool) -> int | None:
    """Step over "on Monday", "in a statement that", "Tuesday": return the content's start."""
    word = doc.lower[j]
    if (
        word in lex.WEEKDAYS
        or word in ("yesterday", "today", "earlier", "later", "recently", "last", "this", "late")
        or word in _TIME_PREPOSITIONS
        or (clausal and word in ("for", "with", "about", "through"))
    ):
        k = j
        while k < last and k - j < 16:
            if doc.lower[k] == "that" and doc.inside[k] < 0:
                if k > j and doc.lower[k - 1] in lex.JOINING:
                    break  # "spoke to that audience"
                if k > j and k + 1 < last and _verb(doc, k + 1):
                    break  # "in a call that ended with": the call ended
                return k
            if doc.words[k] in ".;:" or (doc.inside[k] >= 0 and not _in_title(doc, k)):
                break
            k += 1
        if word in lex.WEEKDAYS:
            k = j + 1
            while k < last and doc.lower[k] in ("morning", "evening", "night", "afternoon"):
                k += 1
            return k
        if word == "on" and j + 1 < last and doc.lower[j + 1] in lex.WEEKDAYS:
            return j + 2
        if (
            word == "last"
            and j + 1 < last
            and doc.lower[j + 1]
            in ("week", "month", "year", "night", "fall", "summer", "spring", "winter")
        ):
            return j + 2
        if (
            word == "this"
            and j + 1 < last
            and doc.lower[j + 1] in ("week", "month", "year", "morning", "fall", "summer")
        ):
            return j + 2
        if (
            word in ("earlier", "late", "later")
            and j + 2 < last
            and doc.lower[j + 1] in ("this", "last")
        ):
            return j + 3
        if word in ("yesterday", "today"):
            return j + 1
    if doc.words[j] == "," and j + 1 < last and doc.lower[j + 1] == "that":
        return j + 1
    return None
