"""The parts that the transformers Trainer is set up with: arguments, sampler, checkpoints."""

import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import Sampler
from transformers import TrainerCallback, TrainingArguments

from stance.classifiers.schedule import Schedule
from stance.errors import UsageError

MARK = "run.txt"  # in a checkpoint: which run it is of, and that it is whole


def arguments(schedule: Schedule, folder: str) -> Any:
    """Return the Trainer's arguments for `schedule`, silent unless stderr is a terminal."""
    return TrainingArguments(
        output_dir=folder,
        num_train_epochs=schedule.epochs,
        per_device_train_batch_size=schedule.batch_size,
        gradient_accumulation_steps=schedule.gradient_accumulation,
        warmup_steps=schedule.warmup,  # below 1, a share of all steps
        lr_scheduler_type="linear",
        seed=schedule.seed,
        data_seed=schedule.seed,
        bf16=schedule.bf16,
        use_cpu=schedule.use_cpu,
        dataloader_pin_memory=not schedule.use_cpu,
        save_strategy="no",  # `Checkpoints` decides
        save_total_limit=1,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=not (sys.stderr is not None and sys.stderr.isatty()),
        log_level="error",
        remove_unused_columns=False,
    )


def prepare_checkpoints(folder: Path, *, run: str, resume: bool) -> str | None:
    """Return the newest whole checkpoint of `run` in `folder` when resuming, else None.

    Without `resume`, checkpoints left by an earlier run are deleted. Raises `UsageError`
    when those that are there belong to another run: other options or other data.
    """
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[-1]))
    if not resume:
        if os.environ.get("RANK", "0") == "0":
            for path in found:
                shutil.rmtree(path)
        return None
    for path in reversed(found):
        mark = path / MARK
        if not mark.is_file():
            continue  # written when all else was: this one is cut short
        if mark.read_text(encoding="utf-8") != run:
            raise UsageError(
                f"{path} belongs to a run with other options or other data; give those again, or "
                "train without resuming"
            )
        return str(path)
    return None


class Checkpoints(TrainerCallback):  # type: ignore[misc]
    """Save when `seconds` have passed since the last time, so that short runs write nothing.

    With several processes at the end of every epoch instead: their clocks may differ. A
    whole checkpoint is marked with `run`, which names options and data.
    """

    def __init__(self, seconds: float, *, run: str) -> None:
        self.seconds = seconds
        self.run = run
        self.last = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        """Ask for a checkpoint when one is due and steps are left."""
        due = args.world_size == 1 and time.monotonic() - self.last >= self.seconds
        if due and state.global_step < state.max_steps:
            control.should_save = True
        return control

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        """Ask for a checkpoint when several processes train."""
        if args.world_size > 1 and state.global_step < state.max_steps:
            control.should_save = True
        return control

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Mark the checkpoint as whole and start the clock again."""
        if args.should_save:
            path = Path(args.output_dir) / f"checkpoint-{state.global_step}" / MARK
            path.write_text(self.run, encoding="utf-8")
        self.last = time.monotonic()


class LengthGrouped(Sampler[int]):
    """Positions in a new random order each epoch, neighbours of near-equal length.

    The order depends on seed and epoch alone. Batches are cut from stretches of 4 to 50
    batches (a quarter of the data, so that their company changes) sorted by length, and come
    in random order; a batch that is not full comes last.
    """

    def __init__(self, lengths: Sequence[int], *, batch_size: int, seed: int) -> None:
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        chance = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(len(self.lengths), generator=chance).tolist()
        size = self.batch_size
        step = size * max(4, min(50, len(order) // (4 * size)))
        batches: list[list[int]] = []
        for start in range(0, len(order), step):
            stretch = sorted(order[start : start + step], key=lambda i: -self.lengths[i])
            batches += [stretch[i : i + size] for i in range(0, len(stretch), size)]
        full = [batch for batch in batches if len(batch) == size]
        mixed = torch.randperm(len(full), generator=chance).tolist()
        rest = [batch for batch in batches if len(batch) < size]
        for batch in [*(full[i] for i in mixed), *rest]:
            yield from batch
