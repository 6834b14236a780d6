"""Texts -> vectors of the bundled encoder, which no training of ours has touched."""

from collections.abc import Sequence

import numpy as np

from stance.encoder.batches import batches, pad
from stance.encoder.sources import BUNDLED, load_encoder
from stance.evaluation.resampling import Floats

_MAX_LENGTH, _BUDGET = 128, 4096  # word pieces a text, and a batch


def embed(texts: Sequence[str]) -> Floats:
    """Return (n, 384) vectors of length 1: the mean over a text's first 128 word pieces.

    Raises `ImportError` where torch or transformers are not installed.
    """
    import torch

    encoder, tokenizer = load_encoder(BUNDLED)
    ids = tokenizer(list(texts), truncation=True, max_length=_MAX_LENGTH)["input_ids"]
    found = np.empty((len(texts), encoder.config.hidden_size))
    with torch.inference_mode():
        for rows in batches([len(one) for one in ids], _BUDGET):
            inputs = pad([ids[n] for n in rows], [None] * len(rows),
                         pad_id=tokenizer.pad_token_id)  # fmt: skip
            hidden = encoder(**inputs).last_hidden_state
            mask = inputs["attention_mask"].unsqueeze(-1)
            found[rows] = ((hidden * mask).sum(1) / mask.sum(1)).double().numpy()
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))
