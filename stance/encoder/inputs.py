"""Statements -> pieces that fit the encoder: the text first, `speaker: context` second.

Room is found by cutting the context, around the text's place in it. Only a text that alone
is longer than the encoder is read in several pieces, whole sentences where they fit, and
its pieces' probabilities are averaged; it is truncated only beyond `MAX_PIECES`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance import renaming
from stance.errors import UsageError
from stance.records import Statement

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Span = tuple[int, int]
Splitter = Callable[[str], Sequence[Span]]

MAX_PIECES = 64  # bounds the cost of one statement: at 256 word pieces, some 12,000 words
MIN_CONTEXT = 8  # fewer word pieces of context than this tell nothing
_AT_ONCE = 512  # statements; the places of their contexts' word pieces take the most memory
_SLACK = 2  # a slice can tokenise to slightly more word pieces than it had inside its text


@dataclass(frozen=True, slots=True)
class Piece:
    """One input of the encoder: its statement's row, its share of that row, its token ids."""

    row: int
    share: float
    input_ids: list[int]
    token_type_ids: list[int] | None


@dataclass(frozen=True, slots=True)
class Encoded:
    """Pieces in the order of their statements, and for each statement whether words were lost."""

    pieces: list[Piece]
    truncated: list[bool]


def encode_statements(
    statements: Sequence[Statement], tokenizer: Any, *, max_length: int, split: Splitter,
    use_context: bool = True, use_speaker: bool = True, segments: bool = False,
    hide_names: bool = False,
) -> Encoded:  # fmt: skip
    """Tokenise `statements` into pieces of at most `max_length` word pieces.

    With `hide_names` people and countries have stand-ins (`stance.renaming`). `tokenizer` is a
    `tokenizers.Tokenizer`, or transformers' wrapper of one. `split` gives the sentence spans of
    a text. `segments` asks for `token_type_ids`. The shares of one statement's pieces sum to 1,
    by length. Raises `UsageError` for a `max_length` that leaves no room for words.
    """
    tokenizer = plain(tokenizer)
    room = max_length - tokenizer.num_special_tokens_to_add(False) - _SLACK
    if room < MIN_CONTEXT:
        raise UsageError(f"max_length {max_length} leaves no room for words; give at least 16")
    pieces: list[Piece] = []
    truncated: list[bool] = []
    for first in range(0, len(statements), _AT_ONCE):
        some = statements[first : first + _AT_ONCE]
        if hide_names:
            some = [renaming.hide_names(statement) for statement in some]
        found = _encode(
            some, tokenizer, first=first, room=room, max_length=max_length, split=split,
            use_context=use_context, use_speaker=use_speaker, segments=segments,
        )  # fmt: skip
        pieces += found.pieces
        truncated += found.truncated
    return Encoded(pieces, truncated)


def _encode(
    statements: Sequence[Statement], tokenizer: "Tokenizer", *, first: int, room: int,
    max_length: int, split: Splitter, use_context: bool, use_speaker: bool, segments: bool,
) -> Encoded:  # fmt: skip
    counts = [len(ids) for ids in _ids(tokenizer, [s.text for s in statements])]
    parts: list[tuple[int, float, str, int]] = []  # row, share, words, number of word pieces
    truncated = [False] * len(statements)
    for row, (statement, count) in enumerate(zip(statements, counts, strict=True)):
        if count <= room:
            parts.append((row, 1.0, statement.text, count))
            continue
        spans = split_text(statement.text, tokenizer, room=room, split=split)
        truncated[row] = len(spans) > MAX_PIECES
        total = sum(n for _, _, n in spans[:MAX_PIECES])
        parts += [
            (row, n / total, statement.text[start:end], n) for start, end, n in spans[:MAX_PIECES]
        ]
    seconds = _seconds(
        [(statements[row], words, n) for row, _, words, n in parts], tokenizer,
        max_length=max_length, use_context=use_context, use_speaker=use_speaker,
    )  # fmt: skip
    inputs = _assemble([words for _, _, words, _ in parts], seconds, tokenizer, max_length)
    pieces = [
        Piece(first + row, share, ids, types if segments else None)
        for (row, share, _, _), (ids, types) in zip(parts, inputs, strict=True)
    ]
    return Encoded(pieces, truncated)


def plain(tokenizer: Any) -> "Tokenizer":
    """Return the `tokenizers.Tokenizer` inside transformers' wrapper, or `tokenizer` itself."""
    found: Tokenizer = getattr(tokenizer, "backend_tokenizer", tokenizer)
    return found


def split_text(
    text: str, tokenizer: Any, *, room: int, split: Splitter
) -> list[tuple[int, int, int]]:
    """Return (start, end, word pieces) of parts of `text` with at most `room` word pieces each.

    Whole sentences are joined as long as they fit; a sentence that alone does not fit is cut
    between word pieces.
    """
    offsets = _offsets(plain(tokenizer), [text])[0]
    parts: list[tuple[int, int, int]] = []
    at = 0  # the first word piece not yet in a part
    open_part = False  # whether the last part may still take a sentence
    for _, end in split(text):
        count = 0
        while at + count < len(offsets) and offsets[at + count][0] < end:
            count += 1
        while count:
            if open_part and parts[-1][2] + count <= room:
                start, _, before = parts.pop()
                taken = count
                parts.append((start, offsets[at + taken - 1][1], before + taken))
            else:
                taken = min(count, room)
                parts.append((offsets[at][0], offsets[at + taken - 1][1], taken))
            open_part = parts[-1][2] < room
            at, count = at + taken, count - taken
    return parts


def window(context: str, around: str, offsets: Sequence[Span], size: int) -> str:
    """Return the slice of `context` of at most `size` word pieces centred on `around`.

    The beginning where `around` does not occur. Cut words at the edges are left out.
    """
    if len(offsets) <= size:
        return context
    if size <= 0:
        return ""
    place = context.find(around)
    middle = place + len(around) // 2 if place >= 0 else 0
    centre = next((i for i, (_, end) in enumerate(offsets) if end > middle), len(offsets) - 1)
    first = max(0, min(centre - size // 2, len(offsets) - size))
    start, end = offsets[first][0], offsets[first + size - 1][1]
    if start > 0 and not context[start - 1].isspace() and " " in context[start:end]:
        start = context.index(" ", start)
    if end < len(context) and not context[end].isspace() and " " in context[start:end]:
        end = context.rindex(" ", start, end)
    return context[start:end].strip()


def _seconds(
    parts: Sequence[tuple[Statement, str, int]], tokenizer: "Tokenizer", *,
    max_length: int, use_context: bool, use_speaker: bool,
) -> list[str]:  # fmt: skip
    """Return the second segment of each part: `speaker: context`, cut to the room there is."""
    special = tokenizer.num_special_tokens_to_add(True)
    prefixes = [f"{s.speaker}:" if use_speaker and s.speaker else "" for s, _, _ in parts]
    contexts = [s.context if use_context else "" for s, _, _ in parts]
    heads = [len(ids) for ids in _ids(tokenizer, prefixes)]
    found = []
    for (_, words, count), prefix, context, head, offsets in zip(
        parts, prefixes, contexts, heads, _offsets(tokenizer, contexts), strict=True
    ):
        room = max_length - special - count - _SLACK
        if room < MIN_CONTEXT:
            found.append("")
            continue
        found.append(f"{prefix} {window(context, words, offsets, room - head)}".strip())
    return found


def _assemble(
    firsts: Sequence[str], seconds: Sequence[str], tokenizer: "Tokenizer", max_length: int
) -> list[tuple[list[int], list[int]]]:
    """Return (input_ids, token_type_ids) of each pair, in order; an empty second leaves one."""
    found: list[tuple[list[int], list[int]]] = [([], [])] * len(firsts)
    for paired in (False, True):
        rows = [i for i, second in enumerate(seconds) if bool(second) is paired]
        inputs = [(firsts[i], seconds[i]) if paired else firsts[i] for i in rows]
        tokenizer.enable_truncation(
            max_length, strategy="only_second" if paired else "longest_first"
        )
        try:
            encoded = tokenizer.encode_batch_fast(inputs)
        finally:
            tokenizer.no_truncation()  # a setting of the tokenizer, which callers share
        for i, one in zip(rows, encoded, strict=True):
            found[i] = (one.ids, one.type_ids)
    return found


def _ids(tokenizer: "Tokenizer", texts: list[str]) -> list[list[int]]:
    encoded: list[Encoding] = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    return [one.ids for one in encoded]


def _offsets(tokenizer: "Tokenizer", texts: list[str]) -> list[list[Span]]:
    encoded: list[Encoding] = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [one.offsets for one in encoded]
