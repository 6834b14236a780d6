"""Verb groups: whether a word is a verb where it stands, and which words belong to it."""

from stance.quotes import lexicon as lex
from stance.quotes.tokens import Doc
from stance.quotes.verbs import AUXILIARIES, NOUNS

_GROUP_REACH = 6  # auxiliaries and adverbs before a cue verb


BE = frozenset("is are was were be been being".split())


def has_particle(doc: Doc, i: int) -> bool:
    """Say whether a particle follows that makes a verb one of speech ("shot back")."""
    return i + 1 < len(doc.words) and doc.lower[i + 1] in ("back", "on", "out", "off", "it", "in")


_MODALS = frozenset(
    "to would will could can may might must should shall do did does not n't never don't didn't "
    "doesn't won't wouldn't couldn't can't cannot 'd 'll let".split()
)


def base_form(doc: Doc, i: int, first: int, low: int) -> bool:
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
        before.endswith("s") and not before.endswith(("ss", "'s", "us", "is", ".s"))
    )


# Forms that are nouns more often than verbs.
NOUN_FORMS = NOUNS | frozenset(
    (
        "report reports state states question questions claim claims comment comments name call "
        "calls offer offers order orders demand demands project projects post posts title press "
        "fire text phone speak rule rules find charge charges attack attacks plan plans quote "
        "quotes remark remarks request notes note reply replies praise blame label press estimate "
        "estimates sum start open finish begin name names advertise message messages estimate "
        "promise promises object objects counter mean express reason signal signals reflect "
        "title term terms forecast forecasts plead address tout text project read sing cheer joke "
        "jokes laugh tweet tweets email emails e-mail blog blogs voice answer answers cry protest "
        "protests side sides focus list lists share shares credit target targets fault lobby "
        "challenge challenges echo echoes vote votes sign signs document documents stand back "
        "view views aim aims decline look looks support supports interest compare "
        "hammer cast block seek boo trash shame highlight highlights command pledge pledges "
        "gripe gripes query lament rebuke roar sigh smile whisper murmur snap lecture lash "
        "probe find hit chide brand knock vent"
    ).split()
)


def is_verb(doc: Doc, i: int, low: int) -> bool:
    """Say whether token i, a noun as well as a verb, is a verb by the word before it."""
    if i == low:
        return False
    k = i - 1
    while k > low and (doc.lower[k] in lex.ADVERBS or doc.lower[k] in ("n't", "not")):
        k -= 1
    before = doc.lower[k]
    if before in _MODALS:
        return True
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
    if before in lex.PEOPLES:
        return False
    if doc.lower[i].endswith("s"):
        if i + 1 < len(doc.words) and doc.lower[i + 1] in (
            "it",
            "him",
            "them",
            "himself",
            "herself",
        ):
            return True
        if before in (",", "—", "–", ")") and i + 1 < len(doc.words):
            after = doc.lower[i + 1]
            return doc.words[i + 1][0].isupper() or after in lex.DETERMINERS or after == "that"
        return doc.words[k][0].isupper() or before in lex.ROLES or before in lex.BODIES
    return before in lex.GROUP_WORDS


def group_start(doc: Doc, verb: int, low: int) -> int:
    """Return the first token of the verb group: auxiliaries and adverbs before the verb."""
    first = verb
    while first > low and verb - first < _GROUP_REACH:
        before = doc.lower[first - 1]
        if (
            before in AUXILIARIES
            or (before in lex.ADVERBS and before != "both")
            or (before == "last" and first == verb and doc.words[first - 2][0].isupper())
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
