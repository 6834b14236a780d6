"""What training minimises: weighted cross-entropy against target distributions, summed over tasks.

Labels, missing labels, class weights, label smoothing and row weights all become one matrix
of targets, so that the loss itself has no cases.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.classifiers.weighing import spread_labels


def target_matrix(
    labels: Mapping[str, npt.NDArray[np.object_]], columns: Mapping[str, Sequence[str]], *,
    row_weights: npt.NDArray[np.float64], class_weights: bool, smoothing: float,
    strata: Sequence[str] | None = None,
) -> npt.NDArray[np.float32]:  # fmt: skip
    """Return targets (n_rows, all labels of all tasks): a scaled distribution for each task.

    Each task's block sums to row weight times class weight; it is zero where the row has no
    label of the task. A soft label is its own distribution. Class weights are those of
    `weighing.balanced` over the rows that have a hard label, within `strata` (n_rows); of these
    `smoothing` in [0, 1) is the share of a row's mass that is spread evenly over the labels.
    """
    blocks = []
    for task, names in columns.items():
        column = labels[task]
        index = {name: i for i, name in enumerate(names)}
        block = np.zeros((len(column), len(names)))
        rows, found, mass = spread_labels(column, row_weights, balance=class_weights, strata=strata)
        classes = np.array([index[name] for name in found], dtype=int)
        hard = np.array([isinstance(column[row], str) for row in rows], dtype=bool)
        share = np.where(hard, 1.0 - smoothing, 1.0)
        np.add.at(block, (rows, classes), share * mass)
        block[rows[hard]] += (smoothing / len(names)) * mass[hard][:, None]
        blocks.append(block)
    return np.concatenate(blocks, axis=1).astype(np.float32)


def loss_function(blocks: Mapping[str, slice]) -> Callable[..., Any]:
    """Return the Trainer's `compute_loss_func`: mean over rows, sum over tasks.

    The Trainer counts every element of the targets as an item and takes the result as
    already scaled over gradient accumulation and devices; so the sum is divided by the
    items of the whole step, not by the rows of this batch.
    """
    import torch

    def loss(outputs: Any, labels: Any, num_items_in_batch: Any = None) -> Any:
        logits = outputs["logits"].float()
        total = sum(
            -(labels[:, block] * torch.log_softmax(logits[:, block], dim=1)).sum()
            for block in blocks.values()
        )
        items = labels.numel() if num_items_in_batch is None else num_items_in_batch
        return total * labels.shape[1] / items

    return loss
