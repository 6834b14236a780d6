"""What a token is: a part of a name, a verb's form, a possessive."""

from stance.quotes import lexicon as lex
from stance.quotes.tokens import Doc
from stance.quotes.verbs import CUE_FORMS, NOUNS

_CONTRACTED = frozenset(
    "i it he she they we you that there what who here don didn isn won can let where how".split()
)


# Capitalised only because they open a sentence.
_OPENERS = frozenset(
    "outside across among behind beyond throughout nearly officials critics supporters analysts "
    "voters people men women others none nobody everyone somebody something nothing asked adding "
    "speaking told born written based such nearly more most less fewer just yes even only never "
    "maybe perhaps welcome thank please look let's dear watch read click see next new".split()
)


_NO_VERBS = frozenset(
    "united leading training meeting building ruling hearing filing briefing spending polling "
    "being outgoing incoming ranking visiting retired united elected appointed accused wounded "
    "unidentified unnamed seed feed need deed speed red bed led masked armed exiled united "
    "king thing morning evening ring spring string wing ceiling sibling offspring "
    "leaked proposed posting listing standing surviving governing sitting".split()
)


_GIVEN_MONTHS = frozenset("may april june august".split())


def is_name_token(doc: Doc, i: int) -> bool:
    """Say whether token i is capitalised as a name's part would be."""
    word = doc.words[i]
    if not word[0].isupper():
        return False
    low = doc.lower[i]
    if low in lex.MONTHS:
        return i + 1 < len(doc.words) and doc.words[i + 1][0].isupper() and low in _GIVEN_MONTHS
    if verb_like(low) and sentence_start(doc, i):
        return False
    if low in lex.WEEKDAYS or (low in lex.MONTHS and low not in ("may", "april", "june", "august")):
        return False
    if "'" in low and low.split("'")[0] in _CONTRACTED:
        return False
    if low in lex.JOINING or (low in _OPENERS and sentence_start(doc, i)):
        return False
    if word == "I" or low in lex.STOPS or low in lex.DETERMINERS:
        return low == "will" and i > 0 and not sentence_start(doc, i)
    return True


def sentence_start(doc: Doc, i: int) -> bool:
    """Say whether token i is the first of its sentence or follows an opening mark."""
    return i == 0 or doc.sent[i - 1] != doc.sent[i] or doc.words[i - 1] in "\"“'‘``"


def verb_like(word: str) -> bool:
    """Say whether a lower-case word is a verb's form rather than a noun or an adjective."""
    if word in _NO_VERBS or "-" in word:
        return False
    if len(word) > 4 and (word.endswith("ed") or word.endswith("ing")):
        return True
    form = CUE_FORMS.get(word)
    return form is not None and form.tense in ("past", "s") and word not in NOUNS


def wordlike(doc: Doc, j: int) -> bool:
    """Say whether token j is a word or a number, no mark."""
    return doc.words[j][0].isalnum()


def possessive(doc: Doc, i: int) -> bool:
    """Say whether token i owns what follows: "Roe's", "his"."""
    return doc.lower[i].endswith(("'s", "s'")) or doc.lower[i] in lex.POSSESSIVE_PRONOUNS
