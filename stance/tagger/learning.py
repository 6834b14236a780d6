"""Training the network on windows: one pass an epoch, batches of near-equal length."""

import itertools
import logging
import random
import time
from collections.abc import Sequence
from typing import Any

import torch

from stance.classifiers._memory import keep_freed_memory
from stance.encoder import batches, padded
from stance.tagger.checkpoint import Checkpoint
from stance.tagger.network import TagNetwork, loss
from stance.tagger.targets import IGNORED, Example

logger = logging.getLogger(__name__)
_STRETCH = 32  # batches whose windows are sorted by length together
_SAID = 20  # steps between two lines of the log


def learn(
    network: TagNetwork, epochs: Sequence[Sequence[Example]], *, pad_id: int, batch_size: int,
    learning_rate: float, head_learning_rate: float, warmup: float, weight_decay: float,
    bf16: bool, seed: int, checkpoint: Checkpoint,
) -> None:  # fmt: skip
    """Train `network` in place on the windows of each of `epochs`, once and in a new order.

    The word embeddings stay as they are: they are half of the weights, and rare words would
    only learn the articles by heart. The rate rises over the share `warmup` of the steps and
    falls to zero. Goes on from `checkpoint` where that holds a part of the same run.
    """
    keep_freed_memory()
    network.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    rng = random.Random(seed)
    plan = [_batches(examples, batch_size, rng) for examples in epochs]
    steps = max(1, sum(map(len, plan)))
    optimizer = torch.optim.AdamW(
        _groups(network, learning_rate, head_learning_rate, weight_decay), fused=True
    )
    rising = max(1, round(warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min((n + 1) / rising, max(0.0, (steps - n) / max(1, steps - rising)))
    )
    done = checkpoint.resume(network, optimizer, schedule)
    before, recent, began = done, 0.0, time.perf_counter()
    network.train()
    for batch in itertools.islice(itertools.chain.from_iterable(plan), done, None):
        mask, inputs, tags, links = _tensors(batch, pad_id)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            out = network(**inputs)
        value = loss(out.float(), tags, links, mask, width=network.width)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        done, recent = done + 1, recent + float(value.detach())
        if done % _SAID == 0:
            left = (time.perf_counter() - began) / (done - before) * (steps - done) / 60
            logger.info("step %d of %d, loss %.3f, %.0f min left", done, steps,
                        recent / min(_SAID, done - before), left)  # fmt: skip
            recent = 0.0
        checkpoint.save(network, optimizer, schedule, steps=done, last=done == steps)
    network.eval()


def _batches(examples: Sequence[Example], size: int, rng: random.Random) -> list[list[Example]]:
    order = list(examples)
    rng.shuffle(order)
    found = []
    for start in range(0, len(order), _STRETCH * size):
        near = sorted(order[start : start + _STRETCH * size], key=lambda one: len(one.ids))
        found += [near[i : i + size] for i in range(0, len(near), size)]
    rng.shuffle(found)
    return found


def _groups(
    network: TagNetwork, rate: float, head_rate: float, decay: float
) -> list[dict[str, Any]]:
    groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            own = rate if name.startswith("encoder.") else head_rate
            groups.setdefault((own, decay if parameter.ndim > 1 else 0.0), []).append(parameter)
    return [{"params": g, "lr": lr, "weight_decay": d} for (lr, d), g in groups.items()]


def _tensors(batch: Sequence[Example], pad_id: int) -> tuple[Any, ...]:
    arrays = padded([one.ids for one in batch], [one.types for one in batch], pad_id=pad_id)
    inputs = {name: torch.from_numpy(array) for name, array in arrays.items()}
    count, length = inputs["input_ids"].shape
    tags = torch.full((count, length, 3), IGNORED)
    links = [torch.zeros((count, length, length), dtype=torch.bool) for _ in range(2)]
    for n, one in enumerate(batch):
        tags[n, : len(one.tags)] = torch.tensor(one.tags)
        for link, wanted in zip(links, (one.to_source, one.to_cue), strict=True):
            for place, targets in wanted.items():
                link[n, place, targets] = True
    return inputs["attention_mask"].bool(), inputs, tags, tuple(links)


@torch.no_grad()
def torch_answers(
    network: TagNetwork, ids: Sequence[list[int]], types: Sequence[list[int]], *, pad_id: int
) -> list[Any]:
    """Return what `Tagger.answers` does, by the network in 32 bit."""
    network.eval()
    found: list[Any] = [None] * len(ids)
    for batch in batches([len(one) for one in ids], 4_096):
        arrays = padded([ids[i] for i in batch], [types[i] for i in batch], pad_id=pad_id)
        out = network(**{name: torch.from_numpy(array) for name, array in arrays.items()}).numpy()
        for row, i in enumerate(batch):
            found[i] = out[row, : len(ids[i])]
    return found
