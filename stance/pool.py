"""Which statements a large model should label, for a small one to learn from (distillation)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stance.data import read_statements, text_key
from stance.errors import StatementError
from stance.evaluation.leakage import shared_passages
from stance.records import Statement

_TASK, _WANTED = "relevance", "relevant"
_SHORT = 25  # characters: less is "Yes, of course", and teaches nothing
_KEPT = ("id", "article", "text", "context", "speaker", "kind")


def candidates(path: Path, *, least: float = 0.2) -> list[Statement]:
    """Return the statements of a file that may be about a dispute.

    Of scored rows those of which a model says so with a probability of at least `least`, and that
    have 25 characters; of labelled ones those that are not labelled off topic. Raises
    `StatementError` for a file that says neither, and for a probability that is no number.
    """
    rows = read_statements([path])
    column = f"{_TASK}_p_{_WANTED}"
    if not any(column in one.extra for one in rows):
        if rows and not any(one.labels for one in rows):
            raise StatementError(
                f"{path} has neither a column {column} nor labels; give what stance score wrote "
                "with a model of relevance (such as --model baseline), or labelled statements"
            )
        return [one for one in rows if one.labels.get(_TASK, _WANTED) == _WANTED]
    return [
        one for one in rows
        if len(one.text) >= _SHORT and _chance(one.extra.get(column), path) >= least
    ]  # fmt: skip


def _chance(value: Any, path: Path) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise StatementError(
            f"{path}: {_TASK}_p_{_WANTED} is {value!r}; expected a number, as stance score writes"
        ) from None


def choose(
    parts: Sequence[Sequence[Statement]], *, most: int, apart: Sequence[Statement] = (),
    seed: int = 0,
) -> list[Statement]:  # fmt: skip
    """Return at most `most` statements of each part, drawn at random, in their order.

    None comes twice (the first part keeps it), and none shares a passage with `apart`.
    """
    rng = np.random.default_rng(seed)
    seen: set[str] = set()
    found: list[Statement] = []
    for part in parts:
        barred = {row for row, _ in shared_passages(part, apart)} if apart else set()
        new = []
        for n, one in enumerate(part):
            key = text_key(one.text)
            if n not in barred and key not in seen:
                seen.add(key)
                new.append(one)
        found += [new[n] for n in sorted(rng.permutation(len(new))[:most].tolist())]
    return found


def pool_lines(statements: Iterable[Statement]) -> Iterator[bytes]:
    """Yield a line of JSON a statement: id, article, text, context, speaker, kind; no labels."""
    for one in statements:
        row = {key: getattr(one, key) for key in _KEPT}
        yield json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
