"""Pieces -> batches of near-equal length: little padding, a bounded number of tokens."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield lists of positions into `lengths`, longest first, each at most `budget` padded tokens.

    Every position comes exactly once; an item longer than `budget` comes alone. The longest
    go first, so that memory that does not suffice shows at once and later batches reuse it.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])  # stable: ties in input order
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * lengths[batch[0]] > budget:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def padded(
    ids: Sequence[Sequence[int]], types: Sequence[Sequence[int] | None], *, pad_id: int
) -> dict[str, npt.NDArray[np.int64]]:
    """Return token `ids` as arrays (n, longest): input_ids, attention_mask, token_type_ids.

    `token_type_ids` only where the pieces carry them.
    """
    shape = (len(ids), max(map(len, ids)))
    tokens = np.full(shape, pad_id, dtype=np.int64)
    mask, segments = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, (one, kind) in enumerate(zip(ids, types, strict=True)):
        tokens[row, : len(one)] = one
        mask[row, : len(one)] = 1
        if kind is not None:
            segments[row, : len(one)] = kind
    found = {"input_ids": tokens, "attention_mask": mask}
    if types[0] is not None:
        found["token_type_ids"] = segments
    return found


def pad(
    ids: Sequence[Sequence[int]],
    types: Sequence[Sequence[int] | None],
    *,
    pad_id: int,
    device: Any = None,
) -> dict[str, Any]:
    """Return what `padded` returns as tensors on `device`."""
    import torch

    arrays = padded(ids, types, pad_id=pad_id)
    return {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
