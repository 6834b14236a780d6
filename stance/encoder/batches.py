"""Pieces -> batches of near-equal length: little padding, a bounded number of tokens."""

from collections.abc import Iterator, Sequence
from typing import Any

from stance.encoder.inputs import Piece


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


def pad(pieces: Sequence[Piece], pad_id: int, *, device: Any = None) -> dict[str, Any]:
    """Return `pieces` as tensors (n_pieces, longest): input_ids, attention_mask, token_type_ids.

    `token_type_ids` only where the pieces carry them.
    """
    import torch

    longest = max(len(piece.input_ids) for piece in pieces)
    ids = torch.full((len(pieces), longest), pad_id, dtype=torch.long)
    mask = torch.zeros((len(pieces), longest), dtype=torch.long)
    types = torch.zeros((len(pieces), longest), dtype=torch.long)
    for row, piece in enumerate(pieces):
        length = len(piece.input_ids)
        ids[row, :length] = torch.tensor(piece.input_ids)
        mask[row, :length] = 1
        if piece.token_type_ids is not None:
            types[row, :length] = torch.tensor(piece.token_type_ids)
    found = {"input_ids": ids, "attention_mask": mask}
    if pieces[0].token_type_ids is not None:
        found["token_type_ids"] = types
    return {name: tensor.to(device) for name, tensor in found.items()}
