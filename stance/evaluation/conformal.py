"""Sets of labels that hold the right one with a stated chance, for statements of new articles."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from stance.errors import ManifestError, StatementError, UsageError
from stance.evaluation.resampling import Ints, group_codes, plain

#: What is added to a threshold, so that rounding shuts no label out.
_SLACK = 1e-12
#: Coverages that a model keeps a threshold of; one in between takes the next higher one.
STEPS: tuple[float, ...] = tuple(n / 200 for n in range(100, 200))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformalSets:
    """A rule fitted on held-out articles: keep each label whose 1 - probability is at most it.

    `threshold` is infinite (None in `to_dict`) where the articles are too few for the stated
    `coverage`: then a set holds every label.
    """

    coverage: float
    threshold: float
    n: int
    n_groups: int

    def sets(
        self, probabilities: npt.ArrayLike, *, allow_empty: bool = False
    ) -> npt.NDArray[np.bool_]:
        """Return (n, k) booleans: which labels each set holds.

        The most probable label is always in, unless `allow_empty`; that can only add coverage.
        """
        chances = np.asarray(probabilities, dtype=np.float64)
        held = np.asarray(1 - chances <= self.threshold + _SLACK)
        if not allow_empty:
            held[np.arange(len(chances)), chances.argmax(1)] = True
        return held

    def labels(self, chances: Mapping[str, float]) -> tuple[str, ...]:
        """Return the labels of the set of one answer, in the order of `chances`."""
        top = max(chances, key=lambda label: chances[label])
        least = 1 - self.threshold - _SLACK
        return tuple(label for label, p in chances.items() if p >= least or label == top)

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as JSON holds it."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def fit_conformal(
    probabilities: npt.ArrayLike,
    gold: Ints,
    *,
    coverage: float = 0.9,
    groups: Sequence[Any] | None = None,
) -> ConformalSets:
    """Return the rule whose sets hold the gold label of a new article's statement.

    `probabilities` (n, k) must come from statements that the model never learnt from, `gold`
    (n,) are column positions. Scores are 1 - probability of the gold label (LAC: Sadinle, Lei
    and Wasserman, 2019, Least ambiguous set-valued classifiers with bounded error levels,
    Journal of the American Statistical Association 114). Each of K articles has the same
    weight 1 / (K + 1), shared among its statements, and the rest lies at infinity, so that
    the coverage holds for a statement of a new article however its statements resemble each
    other: Lee, Barber and Willett (2023), Distribution-free inference with hierarchical
    data. Without groups this is plain split conformal prediction.
    """
    return conformal_table(probabilities, gold, groups=groups, coverages=(coverage,)).at(coverage)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformalTable:
    """The thresholds of many coverages, rising, from `n` held-out statements of `n_groups` groups.

    What a model folder keeps, so that the coverage may be chosen when articles are scored.
    """

    n: int
    n_groups: int
    coverages: tuple[float, ...]
    thresholds: tuple[float, ...]

    def at(self, coverage: float) -> ConformalSets:
        """Return the rule of a coverage, or of the next higher one that the table has.

        Beyond the last one every label is in every set. Raises `UsageError` outside (0, 1).
        """
        check_coverage(coverage)
        row = int(np.searchsorted(np.asarray(self.coverages), coverage - 1e-9))
        threshold = self.thresholds[row] if row < len(self.thresholds) else math.inf
        return ConformalSets(
            coverage=coverage, threshold=threshold, n=self.n, n_groups=self.n_groups
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the table as JSON holds it; an infinite threshold is None."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_dict(cls, row: Any) -> Self:
        """Build the table from what `to_dict` returned; raises `ManifestError` for all else."""
        try:
            thresholds = tuple(math.inf if t is None else float(t) for t in row["thresholds"])
            table = cls(n=int(row["n"]), n_groups=int(row["n_groups"]), thresholds=thresholds,
                        coverages=tuple(float(c) for c in row["coverages"]))  # fmt: skip
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ManifestError(
                f"the manifest's conformal thresholds cannot be read ({error!r:.80}); calibrate "
                "the model again"
            ) from None
        rising = all(
            list(values) == sorted(values) and all(v > low for v in values)
            for values, low in ((table.coverages, 0.0), (table.thresholds, -1e-9))
        )
        if not rising or not table.coverages or len(thresholds) != len(table.coverages):
            raise ManifestError(
                "the manifest's conformal thresholds are not one rising number a coverage; "
                "calibrate the model again"
            )
        return table


def check_coverage(coverage: float) -> None:
    """Raise `UsageError` for a coverage that is no share between 0 and 1."""
    if not 0 < coverage < 1:
        raise UsageError(f"coverage {coverage} came; expected a share between 0 and 1, as 0.9")


def conformal_table(
    probabilities: npt.ArrayLike,
    gold: Ints,
    *,
    groups: Sequence[Any] | None = None,
    coverages: Sequence[float] = STEPS,
) -> ConformalTable:
    """Return the threshold of each of `coverages`, as `fit_conformal` explains it."""
    for coverage in coverages:
        check_coverage(coverage)
    chances = np.asarray(probabilities, dtype=np.float64)
    if len(chances) == 0:
        raise StatementError("no held-out statement came; conformal sets need some to learn from")
    scores = 1 - chances[np.arange(len(gold)), gold]
    codes = group_codes([None] * len(gold) if groups is None else groups)
    sizes = np.bincount(codes)
    weights = 1 / (sizes[codes] * (len(sizes) + 1))
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(weights[order])
    # Rounding must not turn "exactly 90 %" into "not yet".
    rows = np.searchsorted(reached, np.asarray(coverages) - 1e-9)
    found = np.append(scores[order], math.inf)[np.minimum(rows, len(scores))]
    return ConformalTable(n=len(scores), n_groups=len(sizes), coverages=tuple(coverages),
                          thresholds=tuple(found.tolist()))  # fmt: skip


def conformal_rules(model: Any, coverage: float) -> dict[str, ConformalSets]:
    """Return the rule of each task of a loaded model that was calibrated.

    Raises `UsageError` for a model whose manifest keeps no thresholds.
    """
    check_coverage(coverage)
    manifest = getattr(model, "manifest", None) or {}
    kept = manifest.get("calibration") if isinstance(manifest, Mapping) else None
    rules = {}
    for task in model.tasks_:
        about = kept.get(task) if isinstance(kept, Mapping) else None
        if not isinstance(about, Mapping) or about.get("conformal") is None:
            raise UsageError(
                f"the model {getattr(model, 'name', type(model).__name__)} keeps no conformal "
                f"thresholds of '{task}', so no coverage can be stated; calibrate it first: stance "
                "models calibrate FOLDER ANSWERS"
            )
        rules[task] = ConformalTable.from_dict(about["conformal"]).at(coverage)
    return rules
