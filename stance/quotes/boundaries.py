"""Where an attributed clause ends inside its sentence.

The cuts were chosen on labelled news: at each kind of boundary, how often the content ended
there against how often it went on. Words after the boundary decide.
"""

from stance.quotes import lexicon as lex
from stance.quotes.tokens import Doc
from stance.quotes.verbs import AUXILIARIES, INVERTING, SPEECH_FORMS
from stance.quotes.words import verb_like

_ALL = frozenset(
    {", cue-ing", ", cue-past", ", cue-s", "and cue-past", "and cue-s", ", and cue-past",
     ", and cue-s", ", and pronoun", ", but", "but cue-past", "according", ", although", ", though",
     ", according"}
)  # fmt: skip
_OBJECT = _ALL | {
    "and cue-ing", ", which", ", pronoun", ", while", ", so", ", when", ", where", ", even",
    ", determiner", ", ing", ";", "—", ", who", ", and determiner", ", because", "- ",
    ", and name",
}  # fmt: skip
#: Sort of content -> the boundaries that end it.
CUTS = {
    "that": _ALL | {";", "--"},
    "bare": _ALL | {";", "—", ", and determiner"},
    "subj": _ALL | {", which", ", while", ", pronoun", ";", "—", ", and determiner", "and cue-ing"},
    "wh": _ALL | {", which", ", while", ";", "—"},
    "to": _OBJECT,
    "np": _OBJECT,
    "prep": _OBJECT,
    "ing": _OBJECT,
    "quote": _OBJECT | {", x", ", name"},
}

_CLAUSES = frozenset(("that", "bare", "subj", "wh"))
_FINITE = AUXILIARIES - {"not", "never", "n't", "to", "be", "been", "being"}
_TAGGING = INVERTING | {"tell"}
_LONGEST = 160  # tokens of one content
_SELF = frozenset(
    "which who whom whose where while although though when even so because despite "
    "according".split()
)


def content_end(
    doc: Doc, begin: int, last: int, sort: str, starts: frozenset[int] | set[int] = frozenset()
) -> int:
    """Return the token after the content that begins at `begin`; at most `last`."""
    cuts = CUTS[sort]
    last = min(last, begin + _LONGEST)
    closing = -1  # the second dash of an aside
    for j in range(begin + 1, last - 1):
        if doc.inside[j] >= 0 and not (doc.inside[j - 1] >= 0 and doc.inside[j + 1] < 0):
            continue
        word = doc.lower[j]
        if word in (",", "and", "but", ";", "—", "--", "–", "according"):
            if doc.inside[j] >= 0:
                continue
            if j == closing:
                continue
            kind = boundary(doc, j, last)
            if kind == "—" and _dash_after(doc, j, last) >= 0:
                closing = _dash_after(doc, j, last)
                continue
            if sort in _CLAUSES and _still_open(doc, kind, begin, j, last):
                continue
            if kind in cuts or _next_word(doc, j, last) in starts or _calls(doc, j, last):
                return j
        elif (
            doc.inside[j] >= 0
            and doc.text[doc.stretches[doc.inside[j]].end - 1] == ","
            and boundary_after_comma(doc, j, last) in cuts
        ):
            return j + 1
    return last


def _calls(doc: Doc, j: int, last: int) -> bool:
    """Say whether ", which he called" and a quoted fragment follow: an attribution of its own."""
    if doc.words[j] != "," or j + 4 >= last or doc.lower[j + 1] != "which":
        return False
    for k in range(j + 2, min(j + 9, last - 1)):
        form = SPEECH_FORMS.get(doc.lower[k])
        if form is not None and form.tense in ("past", "s") and doc.inside[k] < 0:
            return doc.inside[k + 1] >= 0
    return False


def _still_open(doc: Doc, kind: str, begin: int, j: int, last: int) -> bool:
    """Say whether the clause goes on over a boundary at j that only looks like its end.

    So before a verb that is no tag ("if the bridge, opened in May, ...") and, as long as the
    clause has no verb, before the next of its subjects ("the mayor, and the town, were").
    """
    if kind in (", cue-past", ", cue-s"):
        words = (doc.lower[k] for k in range(j + 1, min(last, j + 4)))
        form = next((SPEECH_FORMS[w] for w in words if w in SPEECH_FORMS), None)
        return form is not None and form.base not in _TAGGING
    return kind == ", and determiner" and not any(
        doc.lower[k] in _FINITE or (verb_like(doc.lower[k]) and doc.words[k].islower())
        for k in range(begin, j)
    )


def _dash_after(doc: Doc, j: int, last: int) -> int:
    """Return the second dash that closes what the dash at j opens, or -1."""
    dashes = (k for k in range(j + 1, min(last, j + 40)) if doc.words[k] in ("—", "–", "--"))
    return next(dashes, -1)


def _next_word(doc: Doc, j: int, last: int) -> int:
    """Return the token after a comma and a conjunction."""
    j += 1
    while j < last - 1 and doc.lower[j] in ("and", "but", "while", "though", "as", "although"):
        j += 1
    return j


def boundary_after_comma(doc: Doc, j: int, last: int) -> str:
    """Return the kind of boundary at a closing mark that has the comma before it."""
    following = _sort(doc, j + 1, last)
    if following in ("and", "but"):
        return ", but" if following == "but" else f", and {_sort(doc, j + 2, last)}"
    return f", {following}"


def boundary(doc: Doc, j: int, last: int) -> str:
    """Return the kind of boundary at token j, a comma, a conjunction or a dash."""
    word = doc.lower[j]
    if word == "according":
        return "according"
    if word in ("—", "–", "--"):
        return "—"
    if word == ";":
        return ";"
    if word == ",":
        return boundary_after_comma(doc, j, last)
    return f"{word} {_sort(doc, j + 1, last)}"


def _sort(doc: Doc, j: int, last: int) -> str:
    """Return what sort of word token j is, for the table of cuts."""
    while j < last - 1 and (
        doc.lower[j] in ("also", "then", "later")
        or (doc.lower[j] in ("has", "have", "had") and doc.lower[j + 1] in SPEECH_FORMS)
    ):
        j += 1
    if j >= last:
        return "end"
    if doc.inside[j] >= 0:
        return "quoted"
    word = doc.lower[j]
    form = SPEECH_FORMS.get(word)
    if form is not None and form.tense != "base":
        return f"cue-{form.tense}"
    if word in _SELF or word in ("and", "but"):
        return word
    if word in lex.PRONOUNS or word == "there":
        return "pronoun"
    if word.endswith("ing"):
        return "ing"
    if word in lex.DETERMINERS:
        return "determiner"
    if doc.words[j][0].isupper():
        return "name"
    return "x"
