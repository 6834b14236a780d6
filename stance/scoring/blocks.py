"""Cut the stream of admitted items into parts, and parts into the blocks that are scored.

Parts depend only on the input and the options, blocks only on their part, so that the rows
of a part are the same whoever scores it, whenever and beside what.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stance.records import Article
from stance.scoring.admission import Admitted
from stance.scoring.options import ScoreOptions

#: Articles in the blocks of a part: small ones first, so that the first row comes soon.
_RAMP = (1, 4, 16, 64)
_BLOCK_CHARS = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some successive items: `number` within the part, which begins at item `first`.

    `last` says that the part ends with this block.
    """

    part: int
    first: int
    number: int
    items: tuple[Admitted, ...]
    last: bool


def cut(
    items: Iterable[Admitted], *, options: ScoreOptions, first: int = 0, part: int = 0
) -> Iterator[Block]:
    """Yield the blocks of `items`, whose first is number `first` of the input."""
    held: list[Admitted] = []
    block_chars = part_chars = number = count = 0
    for item in items:
        if held and _is_full(held, block_chars, number):
            yield Block(part=part, first=first, number=number, items=tuple(held), last=False)
            held, block_chars, number = [], 0, number + 1
        held.append(item)
        size = len(item.item.text) if isinstance(item.item, Article) else 0
        block_chars, part_chars, count = block_chars + size, part_chars + size, count + 1
        if count >= options.part_articles or part_chars >= options.part_chars:
            yield Block(part=part, first=first, number=number, items=tuple(held), last=True)
            part, first = part + 1, first + count
            held, block_chars, part_chars, number, count = [], 0, 0, 0, 0
    if held:
        yield Block(part=part, first=first, number=number, items=tuple(held), last=True)


def _is_full(held: list[Admitted], chars: int, number: int) -> bool:
    return len(held) >= _RAMP[min(number, len(_RAMP) - 1)] or chars >= _BLOCK_CHARS
