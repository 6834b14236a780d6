"""What annotators agree on, and how much of it is more than chance.

Any number of annotators, any labels missing. A unit is what they labelled, as a statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any

import numpy as np

from stance.errors import StatementError
from stance.evaluation.coefficients import coefficients, unit_features
from stance.evaluation.resampling import (
    Estimate,
    Floats,
    Ints,
    estimate,
    plain,
    resample_sums,
    sums_by_unit,
    units_of,
)
from stance.labels import KNOWN_TASKS, canonical_order

Ratings = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """Two annotators on the `n` units that both labelled."""

    first: str
    second: str
    n: int
    percent: Estimate
    kappa: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of all annotators on one task; figures are shares or coefficients up to 1.

    `n_units` have a label, `n_pairable` at least two. A coefficient is NaN (None in
    `to_dict`) where it is undefined: nobody used a second label, so chance explains all.
    `resampled` says what the intervals drew with replacement.
    """

    task: str
    labels: tuple[str, ...]
    annotators: tuple[str, ...]
    n_units: int
    n_pairable: int
    percent: Estimate
    fleiss_kappa: Estimate
    krippendorff_nominal: Estimate
    krippendorff_ordinal: Estimate
    gwet_ac1: Estimate
    pairs: tuple[PairAgreement, ...]
    resampled: str
    n_boot: int
    coverage: float
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return the agreement as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def agreement(
    ratings: Ratings,
    *,
    task: str = "",
    labels: Sequence[str] | None = None,
    groups: Sequence[Any] | None = None,
    n_boot: int = 2000,
    seed: int = 0,
    coverage: float = 0.95,
) -> Agreement:
    """Return every coefficient with a bootstrap interval over units.

    `ratings` maps each annotator to a column of labels (None where missing), all columns of
    one length. `labels` are all that could have been given, in order: by default the task's
    known set, else those that occur, sorted; the ordinal alpha reads its ranks from this
    order, and AC1 counts them. With `groups` (articles) of eight or more, groups are
    resampled. Raises `StatementError` for fewer than two annotators, columns of different
    lengths, unknown labels, and when no unit has two labels.
    """
    names = tuple(ratings)
    order = _label_order(ratings, task, labels)
    codes = _codes(ratings, order)
    k = len(order)
    counts = np.stack([(codes == label).sum(1) for label in range(k)], axis=1).astype(np.float64)
    pairable = counts.sum(1) >= 2
    if not pairable.any():
        raise StatementError(
            f"no statement has labels of '{task}' from two annotators ({', '.join(names)}); "
            "agreement needs statements that at least two labelled"
        )
    pairs = list(combinations(range(len(names)), 2))
    tables = np.stack([_pair_table(codes[:, a], codes[:, b], k) for a, b in pairs], axis=1)
    features = np.hstack([unit_features(counts), tables.reshape(len(codes), -1)])
    units = units_of(len(codes), groups)
    sums = sums_by_unit(features, units)
    values = coefficients(sums.sum(0), k, len(pairs))
    draws = None
    if n_boot and units.count > 1:
        draws = coefficients(resample_sums(sums, n_boot=n_boot, seed=seed), k, len(pairs))

    def figure(name: str) -> Estimate:
        samples = None if draws is None else draws[name]
        return estimate(float(values[name]), samples, coverage=coverage)

    return Agreement(
        task=task,
        labels=order,
        annotators=names,
        n_units=int((counts.sum(1) >= 1).sum()),
        n_pairable=int(pairable.sum()),
        percent=figure("percent"),
        fleiss_kappa=figure("fleiss_kappa"),
        krippendorff_nominal=figure("krippendorff_nominal"),
        krippendorff_ordinal=figure("krippendorff_ordinal"),
        gwet_ac1=figure("gwet_ac1"),
        pairs=tuple(
            PairAgreement(
                first=names[a],
                second=names[b],
                n=int(tables[:, n].sum()),
                percent=figure(f"pair {n} percent"),
                kappa=figure(f"pair {n} kappa"),
            )
            for n, (a, b) in enumerate(pairs)
        ),
        resampled=units.resampled,
        n_boot=n_boot if draws is not None else 0,
        coverage=coverage,
        seed=seed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A unit, by its row, on which at least two annotators differ, and who said what."""

    row: int
    labels: Mapping[str, str]
    distance: int


def disagreements(
    ratings: Ratings, *, task: str = "", labels: Sequence[str] | None = None
) -> list[Disagreement]:
    """Return the units with differing labels, those farthest apart in the labels' order first."""
    order = _label_order(ratings, task, labels)
    codes = _codes(ratings, order)
    found = []
    for row, given in enumerate(codes):
        seen = given[given >= 0]
        if len(set(seen.tolist())) > 1:
            said = {name: column[row] for name, column in ratings.items()}
            found.append(
                Disagreement(
                    row=row,
                    labels={name: label for name, label in said.items() if label is not None},
                    distance=int(seen.max() - seen.min()),
                )
            )
    return sorted(found, key=lambda one: (-one.distance, one.row))


def _label_order(ratings: Ratings, task: str, labels: Sequence[str] | None) -> tuple[str, ...]:
    seen = {label for column in ratings.values() for label in column if label is not None}
    if labels is None:
        known = KNOWN_TASKS.get(task, ())
        return tuple(known) if seen <= set(known) else canonical_order(task, seen)
    unknown = sorted(seen - set(labels))
    if unknown:
        raise StatementError(
            f"annotators gave '{task}' labels that are not in the set: {', '.join(unknown)}; "
            f"expected {', '.join(labels)}"
        )
    return tuple(labels)


def _codes(ratings: Ratings, order: Sequence[str]) -> Ints:
    """Return (units, annotators) positions in `order`, -1 where missing."""
    lengths = {name: len(column) for name, column in ratings.items()}
    if len(ratings) < 2:
        raise StatementError(
            f"labels of {len(ratings)} annotator came ({', '.join(ratings) or 'none'}); agreement "
            "needs at least two"
        )
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise StatementError(
            f"the annotators' columns differ in length ({listed}); give each a label or None for "
            "every statement"
        )
    index: dict[str | None, int] = {label: n for n, label in enumerate(order)}
    columns = [[index.get(label, -1) for label in column] for column in ratings.values()]
    return np.array(columns, dtype=np.int64).reshape(len(ratings), -1).T


def _pair_table(first: Ints, second: Ints, k: int) -> Floats:
    """Return (units, k * k): a one in the cell of the two labels, nothing where one is missing."""
    table = np.zeros((len(first), k * k))
    both = np.flatnonzero((first >= 0) & (second >= 0))
    table[both, first[both] * k + second[both]] = 1
    return table
