"""Running the network: pieces in batches of near-equal length, answers in input order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from stance.classifiers.network import Network
from stance.encoder import Piece, batches, pad

#: Padded tokens a batch: on two cores larger ones are no faster, on a GPU they are.
CPU_TOKENS, GPU_TOKENS = 4_096, 65_536


def represent(network: Network, pieces: Sequence[Piece], *, pad_id: int) -> torch.Tensor:
    """Return the pooled vectors (n_pieces, width) of the encoder, without dropout or gradients."""
    return _run(network, pieces, pad_id=pad_id, bf16=False, what=network.represent)


def piece_logits(
    network: Network, pieces: Sequence[Piece], *, pad_id: int, bf16: bool = False
) -> npt.NDArray[np.float32]:
    """Return the logits (n_pieces, all labels of all tasks) of `pieces`, in their order."""
    logits = _run(network, pieces, pad_id=pad_id, bf16=bf16, what=network)
    return np.asarray(logits.cpu().numpy(), dtype=np.float32)


@torch.no_grad()
def _run(
    network: Network, pieces: Sequence[Piece], *, pad_id: int, bf16: bool, what: Any
) -> torch.Tensor:
    network.eval()
    device = next(network.parameters()).device
    budget = GPU_TOKENS if device.type == "cuda" else CPU_TOKENS
    parts, order = [], []
    for batch in batches([len(piece.input_ids) for piece in pieces], budget):
        chosen = [pieces[i] for i in batch]
        ids, types = [p.input_ids for p in chosen], [p.token_type_ids for p in chosen]
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            out = what(**pad(ids, types, pad_id=pad_id, device=device))
        parts.append((out["logits"] if isinstance(out, dict) else out).float())
        order += batch
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(parts)[back.to(device)]
