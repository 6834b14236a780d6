"""Countries among the words of a title, an appositive or an organisation's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from stance import gazetteer as gz

POSSESSIVE = ("'s", "s'")
_LONGEST = 6  # words of one form
#: Adjectives and names of more than one country: null rather than a guess.
_SHARED = frozenset("Congolese Congo Dominican Korean Korea".split())
_STATES = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia "
    "Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts "
    "Michigan Minnesota Mississippi Missouri Montana Nebraska Nevada New_Hampshire New_Jersey "
    "New_Mexico New_York North_Carolina North_Dakota Ohio Oklahoma Oregon Pennsylvania "
    "Rhode_Island South_Carolina South_Dakota Tennessee Texas Utah Vermont Virginia Washington "
    "West_Virginia Wisconsin Wyoming"
)


@dataclass(frozen=True, slots=True)
class Land:
    """Words `first:last` that stand for a country: how (`kind` of the gazetteer), and which.

    `country` is None for what is left alone ("South China Sea") or is shared by several.
    """

    first: int
    last: int
    kind: str
    country: str | None
    owns: bool
    dual: bool


@cache
def _starts() -> dict[str, int]:
    """Return the first words of all forms with the number of words of the longest."""
    found: dict[str, int] = {}
    for form in gz.forms():
        first, *more = form.split()
        found[first] = max(found.get(first, 0), 1 + len(more))
    return found


@cache
def us_states() -> frozenset[str]:
    """Return the names of the states of the United States."""
    return frozenset(name.replace("_", " ") for name in _STATES.split())


def bare(word: str) -> str:
    """Return `word` folded and without a possessive ending: "Ukraine’s" -> "Ukraine"."""
    base = folded(word)
    return base[:-2] if base.endswith("'s") else base.removesuffix("'")


def folded(word: str) -> str:
    """Return `gz.fold(word)`, which plain words are already."""
    return word if word.isascii() else gz.fold(word)


def lands(words: Sequence[str]) -> tuple[Land, ...]:
    """Return the countries that `words` mention, the longest form at each place, in order."""
    return _lands(tuple(words))


@lru_cache(maxsize=4096)
def _lands(words: tuple[str, ...]) -> tuple[Land, ...]:
    found = []
    starts, forms = _starts(), gz.forms()
    i = 0
    while i < len(words):
        most = starts.get(bare(words[i]), 0)
        for length in range(min(most, _LONGEST, len(words) - i), 0, -1):
            parts = [folded(word) for word in words[i : i + length]]
            parts[-1] = bare(parts[-1])
            text = " ".join(parts)
            form = forms.get(text)
            if form is None:
                continue
            known = form.country is not None and text not in _SHARED
            last = folded(words[i + length - 1])
            owns = last.endswith(POSSESSIVE) and parts[-1] != last
            found.append(
                Land(
                    i, i + length, form.kind,
                    form.country.name if known and form.country else None,
                    owns, text in gz.DUAL,
                )
            )  # fmt: skip
            i += length - 1
            break
        i += 1
    return tuple(found)
