"""How much each labelled row weighs in training, so that rare labels count like frequent ones."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stance.records import Statement

#: A label that is rare in one stratum: without a bound its few rows would be learnt by heart.
MOST_WEIGHT = 5.0


def strata_of(statements: Sequence[Statement], field: str | None) -> list[str] | None:
    """Return the value of `field` (a field or an unknown column) of each; None without a field."""
    if field is None:
        return None
    rows = [one.to_dict() for one in statements]
    return [str(row.get(field) or "") for row in rows]


def spread_labels(
    column: npt.NDArray[np.object_], mass: npt.NDArray[np.float64], *, balance: bool,
    strata: Sequence[str] | None = None,
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.object_], npt.NDArray[np.float64]]:  # fmt: skip
    """Return the rows of `column` that have a label: (row, label, mass), arrays of one length.

    `column` and `mass` are (n,), as are `strata`. A row with a soft label comes once for each
    label with a share, with that share of its mass. `balance` multiplies the mass of rows with
    a hard label by the weights of `balanced`; a soft label has its own say on what is likely.
    """
    hard = np.array([n for n, label in enumerate(column) if isinstance(label, str)], dtype=int)
    labels, masses = column[hard], mass[hard].copy()
    if balance and len(hard):
        masses = balanced(labels, masses, None if strata is None else [strata[n] for n in hard])
    soft = [
        (n, name, mass[n] * share)
        for n, label in enumerate(column) if isinstance(label, dict)
        for name, share in label.items() if share > 0
    ]  # fmt: skip
    if not soft:
        return hard, labels, masses
    rows, names, shares = zip(*soft, strict=True)
    return (
        np.concatenate([hard, np.array(rows)]),
        np.concatenate([labels, np.array(names, dtype=object)]),
        np.concatenate([masses, np.array(shares)]),
    )


def balanced(
    labels: npt.NDArray[np.object_],
    mass: npt.NDArray[np.float64],
    strata: Sequence[str] | None = None,
) -> npt.NDArray[np.float64]:
    """Return `mass` (n,) times scikit-learn's "balanced" weight of each row's label.

    That is rows / (labels * rows with this label), each row counted with its mass; with
    `strata` (n,) over the rows of one stratum each, and at most `MOST_WEIGHT` there.
    """
    _, classes = np.unique(labels.astype(str), return_inverse=True)
    if strata is None:
        found: npt.NDArray[np.float64] = mass * _weights(classes, mass)
        return found
    found = mass.copy()
    of = np.asarray(strata)
    for stratum in np.unique(of):
        here = of == stratum
        found[here] *= np.minimum(_weights(classes[here], mass[here]), MOST_WEIGHT)
    return found


def _weights(classes: npt.NDArray[np.int_], mass: npt.NDArray[np.float64]) -> Any:
    counts = np.bincount(classes, weights=mass)
    occurring = np.count_nonzero(counts)
    return (mass.sum() / (occurring * np.maximum(counts, 1e-12)))[classes]
