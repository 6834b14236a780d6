"""People named in a text: where, by which tokens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stance import gazetteer as gz

_NAME = r"[^\W\d_a-z][^\W\d_]*(?:['-](?!s\b)[^\W\d_]+)*\.?"
_PARTICLE = r"(?:al|el|bin|bint|ben|ibn|abu|van|von|der|den|de|del|della|da|dos|du|di|la|le|ul|ter)"
_RUN = re.compile(
    rf"(?<![\w'-])(?<!\w\.){_NAME}(?!\w)"
    rf"(?:[ \u00a0](?:{_PARTICLE}[ \u00a0]){{0,2}}{_NAME}(?!\w))*"
)
_TOKEN = re.compile(r"[^ \u00a0]+")

_SPEECH = (
    r"(?:said|says|told|added|warned|warns|argued|noted|insisted|stressed|tweeted|wrote|explained|"
    r"claimed|declared|announced|stated|replied|vowed|accused|urged|called|demanded|asked)"
)
_ROLE = (
    r"(?:spokes\w+|minister|president|director|analyst|ambassador|professor|fellow|expert|leader|"
    r"chief|head|official|commander|general|officer|adviser|advisor|secretary|lawmaker|senator|"
    r"envoy|diplomat|researcher|scholar|historian|governor|mayor|member|author|deputy|editor|"
    r"chairman|chairwoman|founder|journalist|lawyer|commentator|coordinator)"
)
_AFTER = re.compile(rf"(?:,? {_SPEECH}\b|, (?:[\w'-]+ ){{0,6}}?{_ROLE}\b)")
_BEFORE = re.compile(rf"(?:\b{_SPEECH}|according to|\b{_ROLE}) $", re.IGNORECASE)


Tokens = list[tuple[str, int]]  # words with their offsets


@dataclass(frozen=True, slots=True)
class Span:
    """A person's name at `start:end` of a text: its tokens, folded, and a gender if told."""

    start: int
    end: int
    tokens: tuple[str, ...]
    gender: str


def is_given(token: str) -> bool:
    """Return whether `token` is a known given name."""
    return token in gz.genders()


def names_in(text: str, *, speaker: bool = False) -> list[Span]:
    """Return the people that `text` names in full, or by surname after a title.

    A run of capitalised words is a person after a title, when it begins with a known given
    name, or when words of speech or a role stand beside it; not when it holds a word of an
    organisation. With `speaker`, the text is what a speaker is called, and one of capitalised
    words alone needs no such sign.
    """
    folded = gz.fold(text)
    speaker = speaker and all(
        word[0].isupper() or word in gz.titles() or re.fullmatch(_PARTICLE, word)
        for word in folded.split()
    )
    found = []
    for titles, tokens in (part for run in _RUN.finditer(folded) for part in _parts(run)):
        words = tuple(token for token, _ in tokens)
        if not 1 <= len(words) <= 5 or not any(re.search("[a-z]", word) for word in words):
            continue
        start = tokens[0][1]
        end = tokens[-1][1] + len(words[-1])
        famous = words in gz.full_names()
        other = any(_bare(word) in gz.words("no people") for word in words) or _holds_place(words)
        if other and not famous:
            continue
        titled = bool(titles) and (len(words) > 1 or titles[-1] not in gz.words("titles, weak"))
        known = is_given(words[0]) and len(words) > 1
        beside = len(words) > 1 and (
            _AFTER.match(folded, end) or _BEFORE.search(folded[max(0, start - 25) : start])
        )
        alone = speaker and (len(words) > 1 or end == len(folded))
        if famous or titled or known or beside or alone:
            told = next((gz.titles()[title] for title in titles if gz.titles()[title]), "")
            found.append(Span(start, end, words, told))
    return found


def _parts(run: re.Match[str]) -> Iterator[tuple[list[str], Tokens]]:
    """Yield the parts of a run of capitalised words: the titles of each, and its name.

    A title begins a part ("Transport | Minister Smith", "Ann Hale | President Smith").
    """
    titles: list[str] = []
    tokens: Tokens = []
    for match in _TOKEN.finditer(run.group()):
        word = _bare(match.group())
        if word not in gz.titles():
            tokens.append((match.group(), run.start() + match.start()))
            continue
        if tokens:
            yield titles, _trim(tokens, titled=bool(titles))
            titles, tokens = [], []
        titles.append(word)
    yield titles, _trim(tokens, titled=bool(titles))


def _trim(tokens: Tokens, *, titled: bool) -> Tokens:
    """Return the tokens of a name without what stands around it.

    Words that begin a sentence and adjectives of countries go, but not "Jordan" before a
    surname; so does what follows a full stop, such a word, a country, or a change to capitals
    throughout ("Smith. Then", "Smith QUESTION"). After a title, such a word ends the name.
    """
    while tokens:
        word = tokens[0][0]
        common = _bare(word) in gz.words("common") and word not in gz.leaders()
        if (common and titled) or (word in gz.forms() and is_given(word) and len(tokens) > 1):
            break
        if not common and word not in gz.forms():
            break
        tokens = tokens[1:]
    kept: Tokens = []
    for token, start in tokens:
        shouted = len(token) > 2 and token.isupper() and "." not in token
        common = _bare(token) in gz.words("common") and token not in gz.leaders()
        if common or (kept and (shouted or token in gz.forms())):
            break
        ends = token.endswith(".") and len(token) > 2
        kept.append((token.rstrip(".") if ends else token, start))
        if ends:
            break
    return kept


def _bare(token: str) -> str:
    return token.rstrip(".").lower()


def _holds_place(words: Sequence[str]) -> bool:
    """Return whether a country or place is in the run, but for a given name at its start."""
    start = 1 if is_given(words[0]) and len(words) > 1 else 0
    return not (start and len(words) == 2) and any(
        " ".join(words[first:last]) in gz.forms()
        for first in range(start, len(words))
        for last in range(first + 1, len(words) + 1)
    )


def wordlike(token: str) -> bool:
    """Return whether a surname is also a word, so that alone it may name nobody."""
    return token.lower() in gz.words("common") | gz.words("wordlike surnames")


def leaders_in(text: str) -> list[Span]:
    """Return well-known people whom `text` names by surname alone."""
    found = []
    for match in re.finditer(r"(?<![\w-])[A-Z][\w'-]*?(?='s\b|(?!['\w-])|-)", gz.fold(text)):
        token = match.group()
        if token in gz.leaders() and not wordlike(token) and not is_given(token):
            found.append(Span(match.start(), match.end(), (token,), ""))
    return found
