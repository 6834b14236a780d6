"""The index and the shares of labels by key, each with an interval that says how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stance.aggregate import sampling
from stance.aggregate.confusion import Confusion
from stance.aggregate.estimates import Estimator, answers_of
from stance.aggregate.groups import PERIODS, Gathered, Group, Key
from stance.errors import DataError, UsageError
from stance.evaluation.resampling import Estimate, plain
from stance.labels import DE_ESCALATORY, ESCALATORY, NEGATIVE, POSITIVE

#: How `summarise` corrects: "auto" is adjusted with a confusion matrix, else none.
METHODS = ("auto", "none", "adjusted", "em")
#: The two ends of each task's index; a task that is not here has shares alone.
POLES = {"stance": (ESCALATORY, DE_ESCALATORY), "sentiment": (POSITIVE, NEGATIVE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value of the key: counts, and estimates by the summary's method.

    `n` groups have a label and are in `counts`, `corrected` of them one set by hand;
    `abstained` ones have none. `counted` is the
    index of the counts; `index` and `shares` are corrected where the method corrects. They
    are None where there is nothing to estimate from. `rank` 1 has the highest index;
    cells below `min_n` and those whose key has a hole have none.
    """

    key: Key
    n: int
    n_articles: int
    abstained: int
    counts: Mapping[str, int]
    counted: float | None
    index: Estimate | None
    shares: Mapping[str, Estimate] | None
    resampled: str
    below_min_n: bool
    rank: int | None = None
    corrected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All cells, and how they were made.

    `method` is "none", "adjusted" or "em"; `likeness` how alike labels of one article are.
    """

    task: str
    by: tuple[str, ...]
    labels: tuple[str, ...]
    method: str
    min_n: int
    coverage: float
    likeness: float
    groups: int
    rows: int
    copied: int
    off_topic: int
    abstained: int
    models: tuple[str, ...]
    repeated: int
    cells: tuple[Cell, ...]

    @property
    def corrected(self) -> int:
        """The number of groups whose label was set by hand."""
        return sum(cell.corrected for cell in self.cells)

    def columns(self) -> tuple[str, ...]:
        """Return the columns of `records`, in order."""
        bounds = ("", "_low", "_high")
        return (
            *self.by, "rank", "n", "articles", "abstained", "corrected",
            *(f"n_{x}" for x in self.labels), "index_counted", *(f"index{b}" for b in bounds),
            *(f"share_{x}{b}" for x in self.labels for b in bounds),
            "method", "resampled", "below_min_n",
        )  # fmt: skip

    def records(self) -> list[dict[str, Any]]:
        """Return the cells as flat rows: integers, floats, strings, booleans and None."""
        return [dict(zip(self.columns(), self._values(cell), strict=True)) for cell in self.cells]

    def _values(self, cell: Cell) -> list[Any]:
        def three(value: Estimate | None) -> list[Any]:
            return [None] * 3 if value is None else [value.value, value.low, value.high]

        shares = [three(cell.shares[x] if cell.shares else None) for x in self.labels]
        values = [
            *cell.key, cell.rank, cell.n, cell.n_articles, cell.abstained, cell.corrected,
            *(cell.counts[label] for label in self.labels), cell.counted, *three(cell.index),
            *(value for share in shares for value in share),
            self.method, cell.resampled, cell.below_min_n,
        ]  # fmt: skip
        return [plain(value) for value in values]

    def to_dict(self) -> dict[str, Any]:
        """Return how the summary was made and its records, as JSON holds them."""
        names = ("task", "by", "labels", "method", "min_n", "coverage", "likeness", "groups",
                 "rows", "repeated", "copied", "off_topic", "abstained", "corrected",
                 "models")  # fmt: skip
        return {**{name: plain(getattr(self, name)) for name in names}, "cells": self.records()}


def summarise(
    gathered: Gathered,
    *,
    method: str = "auto",
    confusion: Confusion | None = None,
    min_n: int = 10,
    n_boot: int = 1000,
    seed: int = 0,
    coverage: float = 0.95,
) -> Summary:
    """Return the index and shares of every cell of `gathered`, with intervals.

    "none" counts labels; its interval spans the doubt of the counts and that of the mean
    probabilities, so that it shows how far the two disagree, and knows no other
    error of the classifier. "adjusted" and "em" need `confusion`: the intervals then carry its
    own doubt too. Labels set by hand are certain in all three. Both
    read the most probable label or the probabilities of abstained groups
    as well, since the matrix was measured on a model that answers always. Raises `UsageError`
    for options that do not fit together, `DataError` where labels or probabilities are missing.
    """
    chosen = _method(method, confusion)
    matrix = confusion.in_order(gathered.labels) if confusion and chosen != "none" else None
    _check(gathered, chosen)
    cells: dict[Key, list[Group]] = {}
    for group in gathered.groups:
        cells.setdefault(group.key, []).append(group)
    known = [answers_of(groups, gathered.labels) for groups in cells.values()]
    rho = sampling.likeness(known, len(gathered.labels))
    estimator = Estimator(
        gathered.labels, POLES.get(gathered.task, ()), method=chosen, matrix=matrix, likeness=rho,
        n_boot=n_boot, seed=seed, coverage=coverage,
    )  # fmt: skip
    found = [_cell(key, groups, estimator, min_n=min_n) for key, groups in cells.items()]
    return Summary(
        task=gathered.task, by=gathered.by, labels=gathered.labels, method=chosen, min_n=min_n,
        coverage=coverage, likeness=rho, groups=len(gathered.groups), rows=gathered.rows,
        repeated=gathered.repeated, copied=gathered.copied, off_topic=gathered.off_topic,
        abstained=sum(cell.abstained for cell in found), models=gathered.models,
        cells=tuple(_ordered(found, gathered.by)),
    )  # fmt: skip


def _method(method: str, confusion: Confusion | None) -> str:
    if method not in METHODS:
        raise UsageError(f"method '{method}' came; expected {', '.join(METHODS)}")
    if method == "auto":
        return "none" if confusion is None else "adjusted"
    if method != "none" and confusion is None:
        raise UsageError(
            f"the correction '{method}' needs to know the model's errors; give the evaluation "
            "that stance evaluate or stance crossval writes with --json"
        )
    return method


def _check(gathered: Gathered, method: str) -> None:
    own = {"rank", "n", "articles", "abstained", "corrected", "method", "resampled", "below_min_n"}
    taken = sorted(own & set(gathered.by))
    if taken:
        raise UsageError(f"--by {taken[0]}: that is a column of the summary itself; rename yours")
    bare = sum(group.chances is None for group in gathered.groups)
    if method == "em" and bare:
        raise DataError(
            f"{bare} of {len(gathered.groups)} quotes carry no probabilities of "
            f"'{gathered.task}', which the correction 'em' reads; use 'adjusted'"
        )


def _cell(key: Key, groups: Sequence[Group], estimator: Estimator, *, min_n: int) -> Cell:
    counts = {x: sum(g.label == x for g in groups) for x in estimator.labels}
    n = sum(counts.values())
    balance = estimator.signs @ np.array(list(counts.values()))
    found = estimator.estimates(groups)
    return Cell(
        key=key, n=n, n_articles=len({g.article for g in groups}), abstained=len(groups) - n,
        counts=counts, counted=float(balance / n) if n and estimator.signs.any() else None,
        index=found.index if found else None, shares=found.shares if found else None,
        resampled=found.resampled if found else "", below_min_n=n < min_n,
        corrected=sum(g.certain and g.label is not None for g in groups),
    )  # fmt: skip


def _ordered(cells: list[Cell], by: Sequence[str]) -> list[Cell]:
    """Return the cells with ranks: by key where a period is in it, else best rank first."""
    whole = [c for c in cells if c.index and not c.below_min_n and None not in c.key]
    whole.sort(key=lambda c: (-c.index.value if c.index else 0.0, -c.n))
    ranks = {cell.key: n for n, cell in enumerate(whole, start=1)}
    ranked = [replace(cell, rank=ranks.get(cell.key)) for cell in cells]
    names = [tuple((value is None, value or "") for value in cell.key) for cell in ranked]
    pairs = sorted(zip(names, ranked, strict=True), key=lambda pair: pair[0])
    if not set(by) & {*PERIODS, "date"}:
        pairs.sort(key=lambda pair: (pair[1].rank or len(cells) + 1, -pair[1].n))
    return [cell for _, cell in pairs]
