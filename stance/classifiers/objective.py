"""What training minimises: weighted cross-entropy against target distributions, summed over tasks.

Labels, missing labels, class weights, label smoothing and row weights all become one matrix
of targets, so that the loss itself has no cases.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.classifiers.weighing import balanced


def target_matrix(
    labels: Mapping[str, npt.NDArray[np.object_]], columns: Mapping[str, Sequence[str]], *,
    row_weights: npt.NDArray[np.float64], class_weights: bool, smoothing: float,
    strata: Sequence[str] | None = None,
) -> npt.NDArray[np.float32]:  # fmt: skip
    """Return targets (n_rows, all labels of all tasks): a scaled distribution for each task.

    Each task's block sums to row weight times class weight; it is zero where the row has no
    label of the task. Class weights are those of `weighing.balanced` over the rows that have a
    label, within `strata` (n_rows). `smoothing` in [0, 1) is the share of a row's mass that is
    spread evenly over the task's labels.
    """
    blocks = []
    for task, names in columns.items():
        column = labels[task]
        index = {name: i for i, name in enumerate(names)}
        block = np.zeros((len(column), len(names)))
        rows = np.array([i for i, label in enumerate(column) if label is not None])
        classes = np.array([index[column[i]] for i in rows])
        mass = row_weights[rows].copy()
        if class_weights:
            among = None if strata is None else [strata[i] for i in rows]
            mass = balanced(column[rows], mass, among)
        block[rows] = (smoothing / len(names)) * mass[:, None]
        block[rows, classes] += (1.0 - smoothing) * mass
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
