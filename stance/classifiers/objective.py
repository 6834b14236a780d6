"""What training minimises: weighted cross-entropy against target distributions, summed over tasks.

Labels, missing labels, class weights, label smoothing and row weights all become one matrix
of targets, so that the loss itself has no cases.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

#: A label that is rare in one stratum: without a bound its few rows would be learnt by heart.
MOST_WEIGHT = 5.0


def target_matrix(
    labels: Mapping[str, npt.NDArray[np.object_]], columns: Mapping[str, Sequence[str]], *,
    row_weights: npt.NDArray[np.float64], class_weights: bool, smoothing: float,
    strata: Sequence[str] | None = None,
) -> npt.NDArray[np.float32]:  # fmt: skip
    """Return targets (n_rows, all labels of all tasks): a scaled distribution for each task.

    Each task's block sums to row weight times class weight; it is zero where the row has no
    label of the task. Class weights are scikit-learn's "balanced": rows / (labels * rows with
    this label), over the rows that have a label; with `strata` (n_rows) over the rows of one
    stratum each, and at most `MOST_WEIGHT` there. `smoothing` in [0, 1) is the share of a row's
    mass that is spread evenly over the task's labels.
    """
    blocks = []
    for task, names in columns.items():
        column = labels[task]
        index = {name: i for i, name in enumerate(names)}
        block = np.zeros((len(column), len(names)))
        rows = np.array([i for i, label in enumerate(column) if label is not None])
        classes = np.array([index[column[i]] for i in rows])
        mass = row_weights[rows].copy()
        if class_weights and strata is None:
            mass *= balance(classes, mass)
        elif class_weights and strata is not None:
            of = np.array([strata[i] for i in rows])
            for stratum in sorted(set(of.tolist())):
                here = of == stratum
                balanced = balance(classes[here], mass[here])
                mass[here] *= np.minimum(balanced, MOST_WEIGHT)
        block[rows] = (smoothing / len(names)) * mass[:, None]
        block[rows, classes] += (1.0 - smoothing) * mass
        blocks.append(block)
    return np.concatenate(blocks, axis=1).astype(np.float32)


def balance(classes: npt.NDArray[np.int_], mass: npt.NDArray[np.float64]) -> Any:
    """Return for each row what makes the classes that occur weigh alike, and sum as before."""
    counts = np.bincount(classes, weights=mass)
    occurring = np.count_nonzero(counts)
    return mass.sum() / (occurring * np.maximum(counts, 1e-12))[classes]


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
