"""Pieces -> batches of near-equal length: little padding, a bounded number of tokens."""

from collections.abc import Iterator, Sequence
from typing import Any


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


def pad(
    ids: Sequence[Sequence[int]],
    types: Sequence[Sequence[int] | None],
    *,
    pad_id: int,
    device: Any = None,
) -> dict[str, Any]:
    """Return token `ids` as tensors (n, longest): input_ids, attention_mask, token_type_ids.

    `token_type_ids` only where the pieces carry them.
    """
    import torch

    longest = max(map(len, ids))
    tokens = torch.full((len(ids), longest), pad_id, dtype=torch.long)
    mask = torch.zeros((len(ids), longest), dtype=torch.long)
    segments = torch.zeros((len(ids), longest), dtype=torch.long)
    for row, (one, kind) in enumerate(zip(ids, types, strict=True)):
        tokens[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
        if kind is not None:
            segments[row, : len(one)] = torch.tensor(kind)
    found = {"input_ids": tokens, "attention_mask": mask}
    if types[0] is not None:
        found["token_type_ids"] = segments
    return {name: tensor.to(device) for name, tensor in found.items()}
