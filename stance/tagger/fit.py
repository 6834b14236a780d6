"""Corpora -> a trained network; the words of a run's weights are its own checkpoint."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import torch

from stance.encoder import load_encoder
from stance.encoder.inputs import plain
from stance.tagger.checkpoint import Checkpoint
from stance.tagger.examples import Corpus, epochs_of
from stance.tagger.learning import learn
from stance.tagger.network import TagNetwork
from stance.tagger.settings import TaggerConfig

logger = logging.getLogger(__name__)
_LOCAL = ("threads", "precision", "checkpoint_minutes")


def fit(
    config: TaggerConfig, corpus: Corpus, *, checkpoint: Path, resume: bool = False
) -> tuple[TagNetwork, Any]:
    """Train a network on `corpus`; return it with its `tokenizers.Tokenizer`.

    With `resume`, a run that was stopped goes on from what it left in `checkpoint`.
    """
    model = config.model
    if model.threads:
        torch.set_num_threads(model.threads)
    torch.manual_seed(config.seed)
    encoder, wrapped = load_encoder(model.encoder, revision=model.revision)
    tokenizer = plain(wrapped)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    network = TagNetwork(encoder, width=model.link_width, dropout=model.dropout)
    run = Checkpoint(checkpoint, run_key(config), minutes=model.checkpoint_minutes)
    if not resume:
        run.forget()
    if not run.finished():
        epochs = epochs_of(corpus, tokenizer, model)
        logger.info("%s windows an epoch", [len(one) for one in epochs])
        learn(
            network, epochs, pad_id=int(wrapped.pad_token_id or 0), batch_size=model.batch_size,
            learning_rate=model.learning_rate, head_learning_rate=model.head_learning_rate,
            warmup=model.warmup, weight_decay=model.weight_decay, bf16=model.bf16,
            seed=config.seed, checkpoint=run,
        )  # fmt: skip
    run.fill(network)
    return network, tokenizer


def run_key(config: TaggerConfig) -> str:
    """Return a hash of the options that decide the weights."""
    told = config.resolved()
    told["model"] = {k: v for k, v in told["model"].items() if k not in _LOCAL}
    told["data"].pop("notice")
    told.pop("description")
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
