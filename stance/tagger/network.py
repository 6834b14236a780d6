"""The network: one encoder; for each place its tags and where its content points to."""

from typing import Any

import torch
from torch import nn

from stance.errors import ModelError
from stance.tagger.pieces import TYPES

#: Columns of the output before those of the links: three tags for each of three roles.
TAGS = 9


class TagNetwork(nn.Module):
    """An encoder with one linear head: tags of each role, then queries and keys of the links.

    The links are to the source and to the cue, each of `width` columns of query, then of key.
    """

    def __init__(self, encoder: Any, *, width: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.width = width
        prepare(encoder)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.config.hidden_size, TAGS + 4 * width)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return (n_windows, length, TAGS + 4 * width)."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return torch.as_tensor(self.head(self.dropout(hidden)))


def prepare(encoder: Any) -> None:
    """Fit a BERT to the tagger; raises `ModelError` for an encoder of another build.

    It gets a row for each type of a piece, all begun as its first, and attention without
    dropout: drawing that costs as much as the layers themselves on a CPU.
    """
    try:
        _widen_types(encoder)
        encoder.config.attention_probs_dropout_prob = 0.0
        for layer in encoder.encoder.layer:
            layer.attention.self.dropout.p = 0.0
    except AttributeError:
        raise ModelError(
            f"the tagger is built on BERT, but this encoder is a {encoder.config.model_type}; "
            "use minilm, or another BERT"
        ) from None


def _widen_types(encoder: Any) -> None:
    old = encoder.embeddings.token_type_embeddings
    if old.num_embeddings == TYPES:
        return
    new = nn.Embedding(TYPES, old.embedding_dim)
    with torch.no_grad():
        new.weight.copy_(old.weight[0].expand(TYPES, -1))
    encoder.embeddings.token_type_embeddings = new
    encoder.config.type_vocab_size = TYPES


def loss(
    out: torch.Tensor, tags: torch.Tensor, links: tuple[torch.Tensor, torch.Tensor],
    mask: torch.Tensor, *, width: int,
) -> torch.Tensor:  # fmt: skip
    """Return the mean cross-entropy of the tags, and of the links a quarter each.

    `tags` is (n, length, 3), `links` are (n, length, length): which places each one must point
    to; a place that points to none is not counted, and the chance of several is summed.
    """
    total = out.new_zeros(())
    for role in range(3):
        logits = out[..., 3 * role : 3 * role + 3].flatten(0, 1)
        total = total + nn.functional.cross_entropy(
            logits, tags[..., role].flatten(), ignore_index=-100
        ) * (1.0 if role == 0 else 0.5)
    for number, wanted in enumerate(links):
        counted = wanted.any(-1)
        if not counted.any():
            continue
        start = TAGS + 2 * number * width
        query, key = out[..., start : start + width], out[..., start + width : start + 2 * width]
        scores = query @ key.transpose(1, 2) / width**0.5
        scores = scores.masked_fill(~mask[:, None, :], -1e4)
        right = scores.masked_fill(~wanted, -1e4)
        total = total + 0.25 * (scores.logsumexp(-1) - right.logsumexp(-1))[counted].mean()
    return total
