"""Changes to a text by offsets, and the grammar around a name that is changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stance.gazetteer import fold, words

_NEXT = re.compile(r"[ \u00a0]+([A-Za-z][\w-]*)")
_ARTICLE = re.compile(r"(?<!\w)([Aa]n?)[ \u00a0]$")
#: Written with a vowel, spoken with a consonant: "a Ukrainian", "a US", "a European".
_YOO = re.compile(r"(?:u[bcfgknrst][aeiou]|uru|eu|us\b|uk\b|u\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the slice `start:end` of a text by `new`."""

    start: int
    end: int
    new: str


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all `edits` made; they must not overlap."""
    parts, last = [], 0
    for edit in sorted(edits):
        parts += [text[last : edit.start], edit.new]
        last = edit.end
    return "".join([*parts, text[last:]])


def origins(length: int, edits: Iterable[Edit]) -> list[range]:
    """Return for each character of the new text which of the `length` old ones it stands for.

    Where an edit only puts something in, that is the character before it, or after at the start.
    """
    found: list[range] = []
    last = 0
    for edit in sorted(edits):
        found += [range(at, at + 1) for at in range(last, edit.start)]
        near = min(max(edit.start - 1, 0), max(length - 1, 0))
        span = range(edit.start, edit.end) if edit.end > edit.start else range(near, near + 1)
        found += [span] * len(edit.new)
        last = edit.end
    return [*found, *(range(at, at + 1) for at in range(last, length))]


def is_modifier(text: str, end: int) -> bool:
    """Return whether a name that ends at `end` stands before a noun that it describes.

    "US troops" and "the US Navy", but not "the US said" nor "the US, and". By the next two
    words alone, so a rare verb is taken for a noun.
    """
    found = _NEXT.match(text, end)
    if not found:
        return False
    word = found.group(1)
    if word.lower() in words("no nouns"):
        return False
    if word[0].isupper():
        return True
    then = _NEXT.match(text, found.end())
    present = word.endswith("s") and then is not None and then.group(1) in words("determiners")
    past = word.endswith("ed") and word not in words("participles")
    return not (present or past or word.endswith("ly"))


def fix_articles(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Return the edits that turn "a" into "an", or back, before what `edits` put in."""
    found = []
    for edit in edits:
        before = _ARTICLE.search(text, max(0, edit.start - 4), edit.start)
        if not before or not edit.new.strip():
            continue
        start = fold(edit.new)
        vowel = start[0].lower() in "aeiou" and not _YOO.match(start)
        right = before.group(1)[0] + ("n" if vowel else "")
        if right != before.group(1):
            found.append(Edit(before.start(1), before.end(1), right))
    return found
