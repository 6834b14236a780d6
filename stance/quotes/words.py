"""What a token is: a part of a name, a verb's form, a possessive."""

from functools import lru_cache

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

# When a capitalised word may be a name's part: what is known of the word alone.
_ALWAYS, _NEVER, _AMID, _BEFORE_NAME = range(4)
_WORDS = 1 << 14  # kept in memory: most of what a text says is said by fewer


def is_name_token(doc: Doc, i: int) -> bool:
    """Say whether token i is capitalised as a name's part would be."""
    if not doc.words[i][0].isupper():
        return False
    when = _as_name(doc.lower[i])
    if when in (_ALWAYS, _NEVER):
        return when == _ALWAYS
    if when == _BEFORE_NAME:
        return i + 1 < len(doc.words) and doc.words[i + 1][0].isupper()
    return not sentence_start(doc, i)


@lru_cache(maxsize=_WORDS)
def _as_name(low: str) -> int:
    """Return when a capitalised word, here in lower case, may be a part of a name."""
    if low in lex.MONTHS:
        return _BEFORE_NAME if low in _GIVEN_MONTHS else _NEVER
    if low in lex.WEEKDAYS or low in lex.JOINING:
        return _NEVER
    if "'" in low and low.split("'")[0] in _CONTRACTED:
        return _NEVER
    if low == "i" or low in lex.STOPS or low in lex.DETERMINERS:
        return _AMID if low == "will" else _NEVER
    return _AMID if verb_like(low) or low in _OPENERS else _ALWAYS


def sentence_start(doc: Doc, i: int) -> bool:
    """Say whether token i is the first of its sentence or follows an opening mark."""
    return i == 0 or doc.sent[i - 1] != doc.sent[i] or doc.words[i - 1] in "\"“'‘``"


@lru_cache(maxsize=_WORDS)
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
