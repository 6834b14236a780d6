"""Training the network: heads first on the frozen encoder, then all of it by the Trainer."""

import contextlib
import hashlib
import logging
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from stance.classifiers._memory import keep_freed_memory
from stance.classifiers.inference import represent
from stance.classifiers.network import Network
from stance.classifiers.objective import loss_function
from stance.classifiers.schedule import Schedule
from stance.encoder import Piece, pad

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed random, numpy and torch for a while, and give their states back afterwards."""
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)


def train_heads(
    network: Network, pieces: Sequence[Piece], targets: npt.NDArray[np.float32], *,
    epochs: int, learning_rate: float, seed: int, pad_id: int, batch_size: int = 32,
) -> None:  # fmt: skip
    """Fit the heads alone, on vectors of the frozen encoder that are computed once.

    Random heads would otherwise push the encoder about in its first steps (Kumar et al.
    2022, arXiv:2202.10054).
    """
    if not epochs:
        return
    vectors = represent(network, pieces, pad_id=pad_id)
    wanted = torch.from_numpy(targets).to(vectors.device)
    loss = loss_function(network.blocks())
    optimizer = torch.optim.AdamW(network.heads.parameters(), lr=learning_rate, weight_decay=0.01)
    order = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        mixed = torch.randperm(len(vectors), generator=order)
        for start in range(0, len(mixed), batch_size):
            rows = mixed[start : start + batch_size]
            optimizer.zero_grad()
            loss({"logits": network.heads(vectors[rows])}, wanted[rows]).backward()
            optimizer.step()


def finetune(
    network: Network, pieces: Sequence[Piece], targets: npt.NDArray[np.float32], *,
    schedule: Schedule, pad_id: int,
) -> None:  # fmt: skip
    """Train all parameters that require gradients, in place, with the transformers Trainer."""
    from transformers import Trainer
    from transformers.trainer_callback import PrinterCallback

    from stance.classifiers._trainer import (
        Checkpoints,
        LengthGrouped,
        arguments,
        prepare_checkpoints,
    )

    if schedule.use_cpu:
        keep_freed_memory()
    data = _dataset(pieces, targets)
    lengths = [len(piece.input_ids) for piece in pieces]

    class _Trainer(Trainer):  # type: ignore[misc]
        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            # The built-in grouping draws from the global generator: resuming would reorder.
            step = self.args.train_batch_size * self.args.gradient_accumulation_steps
            step *= self.args.world_size  # N processes see what one with N times the rows does
            return LengthGrouped(lengths, batch_size=step, seed=schedule.seed)

    def collate(rows: list[dict[str, Any]]) -> dict[str, Any]:
        types = [row.get("token_type_ids") for row in rows]
        batch = pad([row["input_ids"] for row in rows], types, pad_id=pad_id)
        return {**batch, "labels": torch.tensor([row["labels"] for row in rows])}

    with tempfile.TemporaryDirectory() as scratch:
        folder = schedule.checkpoint_dir or scratch
        trainer = _Trainer(
            model=network, args=arguments(schedule, folder), train_dataset=data,
            data_collator=collate, compute_loss_func=loss_function(network.blocks()),
            optimizers=(optimizer_for(network, schedule), None),
        )  # fmt: skip
        trainer.remove_callback(PrinterCallback)  # it prints to stdout, which is for data
        started = None
        if schedule.checkpoint_dir:
            run = _run_key(network, pieces, targets, schedule)
            started = prepare_checkpoints(Path(folder), run=run, resume=schedule.resume)
            trainer.add_callback(Checkpoints(schedule.checkpoint_minutes * 60.0, run=run))
            logger.info("training from %s", started or "the beginning")
        began = time.perf_counter()
        trainer.train(resume_from_checkpoint=started)
        logger.info("trained %d pieces in %.1f s", len(pieces), time.perf_counter() - began)
        # In bf16 the Trainer leaves its own forward on the network: scoring and export are exact.
        trainer.accelerator.unwrap_model(network, keep_fp32_wrapper=False)
    network.eval()


def _dataset(pieces: Sequence[Piece], targets: npt.NDArray[np.float32]) -> Any:
    from datasets import Dataset, Features, List, Value

    features = {"input_ids": List(Value("int32")), "labels": List(Value("float32"))}
    columns: dict[str, Any] = {
        "input_ids": [piece.input_ids for piece in pieces],
        "labels": list(targets),
    }
    if pieces[0].token_type_ids is not None:
        features["token_type_ids"] = List(Value("int32"))
        columns["token_type_ids"] = [piece.token_type_ids for piece in pieces]
    return Dataset.from_dict(columns, features=Features(features))


def _run_key(
    network: Network, pieces: Sequence[Piece], targets: npt.NDArray[np.float32], schedule: Schedule
) -> str:
    """Return a hash of all that decides what training computes."""
    local = {"checkpoint_dir", "checkpoint_minutes", "resume", "use_cpu"}
    options = {name: value for name, value in asdict(schedule).items() if name not in local}
    trained = [(name, tuple(p.shape)) for name, p in network.named_parameters() if p.requires_grad]
    digest = hashlib.sha256(repr((sorted(options.items()), trained)).encode())
    digest.update(repr([piece.input_ids for piece in pieces]).encode())
    digest.update(targets.tobytes())
    return digest.hexdigest()


def optimizer_for(network: Network, schedule: Schedule) -> torch.optim.Optimizer:
    """Return AdamW with its own rate for the heads and falling rates down the layers.

    Layer l of n has rate * layer_decay ** (n - l), the embeddings the lowest; biases and
    norms have no weight decay.
    """
    names = [name for name, _ in network.named_parameters()]
    deepest = max((_depth(name) for name in names), default=0)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        rate = schedule.head_learning_rate
        if name.startswith("encoder."):
            depth = deepest if _depth(name) < 0 else _depth(name)
            rate = schedule.learning_rate * schedule.layer_decay ** (deepest - depth)
        decay = schedule.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return torch.optim.AdamW(
        [{"params": g, "lr": rate, "weight_decay": decay} for (rate, decay), g in groups.items()],
        fused=True,
    )


def _depth(name: str) -> int:
    """Return 0 for embeddings, l + 1 for layer l, -1 for what stands above or beside them."""
    layer = re.search(r"\.layers?\.(\d+)\.", name)
    if layer:
        return int(layer.group(1)) + 1
    return 0 if "embeddings" in name else -1
