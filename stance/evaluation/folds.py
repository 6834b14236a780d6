"""Which groups are tested in which round, and what that round may be trained on."""

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stance.errors import StatementError, UsageError
from stance.evaluation.breakdown import column
from stance.evaluation.leakage import NearDuplicate, across, merge_groups, near_duplicates
from stance.evaluation.resampling import Ints
from stance.records import Statement

#: Up to this many groups, each is left out once; above it, five folds of whole groups.
LEAVE_ONE_OUT_UP_TO = 10
DUPLICATES = ("merge", "drop", "keep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rounds over `n` tested rows, followed by rows that are only trained on.

    `groups` (n,) are the groups kept together, `fold_of` (n,) the round that tests each row.
    `keys` names the group of every row before merging, of the extra ones too (None: shares
    it with no other). `twins` lists for each row the rows that must not be trained on when
    it is tested. `leaks` are near-duplicates across groups, `merged` the groups made one.
    """

    name: str
    groups: tuple[str, ...]
    fold_of: Ints
    keys: tuple[str | None, ...]
    twins: Mapping[int, Sequence[int]]
    leaks: tuple[NearDuplicate, ...]
    merged: tuple[tuple[str, ...], ...]

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return int(self.fold_of.max()) + 1

    def split(self, number: int) -> tuple[Ints, Ints]:
        """Return the rows to train on (tested ones, then extra ones) and to test in a round."""
        n = len(self.fold_of)
        test = np.flatnonzero(self.fold_of == number)
        keys = {self.keys[row] for row in test} - {None}
        barred = {twin for row in test for twin in self.twins.get(int(row), ())}
        train = [
            row
            for row in range(len(self.keys))
            if row not in barred
            and (self.fold_of[row] != number if row < n else self.keys[row] not in keys)
        ]
        return np.array(train, dtype=np.int64), test


def plan_rounds(
    rows: Sequence[Statement],
    extra: Sequence[Statement],
    *,
    group: str,
    strata: Sequence[str],
    folds: int | None = None,
    duplicates: str = "merge",
    threshold: float = 0.8,
    seed: int = 0,
) -> Plan:
    """Return the rounds of a cross-validation of `rows`, with `extra` always trained on.

    See `crossval` for the options. Raises `UsageError` and `StatementError` as it does.
    """
    if duplicates not in DUPLICATES:
        raise UsageError(f"duplicates='{duplicates}' came; expected one of {', '.join(DUPLICATES)}")
    keys = column([*rows, *extra], group)
    # One without its key goes by its article, so that no article is on both sides.
    names = [
        key or (f"(article {row.article})" if row.article else f"(row {n})")
        for n, (key, row) in enumerate(zip(keys, rows, strict=False))
    ]
    pairs = near_duplicates([row.text for row in (*rows, *extra)], threshold=threshold)
    inner = [pair for pair in pairs if pair.second < len(rows)]
    outer = [pair for pair in pairs if pair.first < len(rows) <= pair.second]
    groups, merged = merge_groups(names, inner if duplicates == "merge" else [])
    fold_of, plan_name = assign_folds(groups, strata, folds=folds, seed=seed)
    twins: dict[int, list[int]] = defaultdict(list)
    for pair in pairs if duplicates != "keep" else []:
        twins[pair.first].append(pair.second)
        twins[pair.second].append(pair.first)
    return Plan(
        name=plan_name,
        groups=tuple(groups),
        fold_of=fold_of,
        keys=tuple(keys) if duplicates != "keep" else (*names, *[None] * len(extra)),
        twins={row: list(found) for row, found in twins.items()},
        leaks=(*across(inner, names), *outer),
        merged=tuple(merged),
    )


def assign_folds(
    groups: Sequence[str], strata: Sequence[str], *, folds: int | None = None, seed: int = 0
) -> tuple[Ints, str]:
    """Return (n,) the fold that tests each row, and the plan's name.

    `folds=None` leaves each group out once when there are at most ten, else makes five folds
    of whole groups that keep the shares of `strata` as even as groups allow (scikit-learn's
    StratifiedGroupKFold); so do fewer `folds` than groups. Raises `StatementError` for a
    single group, `UsageError` for fewer than two folds.
    """
    names = list(dict.fromkeys(groups))
    if folds is not None and folds < 2:
        raise UsageError(f"folds={folds} came; expected 2 or more, or none to choose by the data")
    if len(names) < 2:
        raise StatementError(
            f"all {len(groups)} statements fall into one group ({', '.join(names) or 'none'}); "
            "cross-validation leaves groups out, so at least two are needed: choose another "
            "column to group by"
        )
    if len(names) <= (folds or LEAVE_ONE_OUT_UP_TO):
        index = {name: n for n, name in enumerate(names)}
        return np.array([index[name] for name in groups], dtype=np.int64), "leave one group out"
    from sklearn.model_selection import StratifiedGroupKFold

    most = max(strata.count(stratum) for stratum in set(strata))
    splits = max(2, min(folds or 5, most))
    splitter = StratifiedGroupKFold(splits, shuffle=True, random_state=seed)
    # More splits than the commonest stratum has rows is an error there: then do without.
    layers = list(strata) if most >= splits else ["" for _ in strata]
    with warnings.catch_warnings():
        # A label rarer than the folds is no mistake here: columns are aligned afterwards.
        warnings.simplefilter("ignore", UserWarning)
        tests = [test for _, test in splitter.split(layers, layers, list(groups)) if len(test)]
    fold_of = np.zeros(len(groups), dtype=np.int64)
    for number, test in enumerate(tests):
        fold_of[test] = number
    return fold_of, "stratified groups"
