"""The network: one encoder, one pooled vector a piece, one linear head for each task."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from torch import nn

from stance.classifiers.pieces import blocks

Pooling = Literal["mean", "text", "cls"]


class Network(nn.Module):
    """An encoder with a linear head for each task, side by side in one matrix.

    `columns` maps each task to its labels in sorted order; the logits of the tasks follow
    one another in this order.
    """

    def __init__(
        self, encoder: Any, columns: Mapping[str, Sequence[str]], *,
        pooling: Pooling = "mean", dropout: float = 0.1,
    ) -> None:  # fmt: skip
        super().__init__()
        self.encoder = encoder
        self.columns = {task: tuple(names) for task, names in columns.items()}
        self.pooling = pooling
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(
            encoder.config.hidden_size, sum(len(names) for names in self.columns.values())
        )

    def represent(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
    ) -> torch.Tensor:  # fmt: skip
        """Return one vector a piece (n_pieces, width).

        The mean over its tokens, over those of its first segment (`text`), or the first token's.
        """
        segments = {} if token_type_ids is None else {"token_type_ids": token_type_ids}
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, **segments
        ).last_hidden_state
        if self.pooling == "cls":
            return torch.as_tensor(hidden[:, 0])
        mask = attention_mask
        if self.pooling == "text" and token_type_ids is not None:
            mask = mask * (token_type_ids == 0)
        mask = mask.unsqueeze(-1).to(hidden.dtype)
        return torch.as_tensor((hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:  # fmt: skip
        """Return `logits` (n_pieces, all labels of all tasks)."""
        # No **kwargs here: the Trainer would take them for a model that scales its own loss.
        vectors = self.represent(input_ids, attention_mask, token_type_ids)
        return {"logits": self.heads(self.dropout(vectors))}

    def blocks(self) -> dict[str, slice]:
        """Return the columns of the logits that belong to each task."""
        return blocks(self.columns)
