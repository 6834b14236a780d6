"""Temperatures and label sets for a trained model, from answers to statements not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from stance import store
from stance.cards import write_card
from stance.data import read_rows
from stance.errors import StatementError
from stance.evaluation.calibration import (
    ReliabilityBin,
    apply_temperature,
    as_logits,
    cross_fit_temperature,
    fit_temperature,
    perfect_ece,
    reliability_curve,
)
from stance.evaluation.conformal import ConformalTable, conformal_table
from stance.evaluation.metrics import evaluate_task
from stance.evaluation.resampling import Estimate, Floats, Ints, group_codes, plain
from stance.evaluation.selective import SetScores, set_scores

#: Stated coverages that are measured, each round by the thresholds of the other rounds.
COVERAGES = (0.8, 0.9, 0.95)
_LEAST = 50  # fewer answers fix a temperature no better than a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One task's temperature and conformal thresholds, from `n` answers in `folds` rounds.

    Figures before and after are on those answers, each round's scaled by the temperature of
    the other rounds: expected calibration error (15 bins), Brier score and log-loss.
    `reliability_before` and `reliability_after` are the bins of that error that hold answers.
    `perfect_ece` is what the one after would be if the probabilities were exactly right.
    `conformal` are the thresholds of sets with a stated coverage, for statements of a new
    `group`; `sets` is what such sets hold, each round's by the thresholds of the other rounds.
    """

    task: str
    n: int
    folds: int
    temperature: float
    ece_before: float
    ece_after: float
    brier_before: float
    brier_after: float
    log_loss_before: float
    log_loss_after: float
    reliability_before: tuple[ReliabilityBin, ...]
    reliability_after: tuple[ReliabilityBin, ...]
    perfect_ece: Estimate
    group: str
    conformal: ConformalTable
    sets: tuple[SetScores, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def calibrate(folder: Path, answers: Path, *, group: str = "article") -> list[Calibration]:
    """Fit each task's temperature and conformal thresholds, and store them in the model `folder`.

    `answers` is what `stance crossval --out` wrote for the same config: gold labels, folds
    and out-of-fold probabilities. `group` is the column whose groups the coverage of sets is
    to hold for as a whole ("article", "dispute"); a row without it stands alone. The model's
    earlier temperatures and thresholds are replaced. Raises `StatementError` when the file has
    no such columns, other labels, or too few rows.
    """
    store.check_target(folder, force=True)
    manifest = store.verify(folder, card=False)
    rows = [row for _, row in read_rows(answers)]
    if group != "article" and not any(row.get(group) for row in rows):
        raise StatementError(
            f"{answers} has no column '{group}' to group by (it has "
            f"{', '.join(sorted({key for row in rows[:100] for key in row})[:40])}); name another"
        )
    found = [
        _calibrate_task(rows, task, names, answers, group=group)
        for task, names in manifest.tasks.items()
    ]
    information = dict(manifest.raw["classifier"])
    information["temperature"] = {one.task: one.temperature for one in found}
    blocks: dict[str, Any] = {
        "classifier": information, "calibration": {one.task: one.to_dict() for one in found},
        "evaluations": [],  # they were of the probabilities before
    }  # fmt: skip
    if store.card_is_intact(folder, manifest):
        write_card(folder, **blocks)
    else:  # what its user wrote there stays
        store.rewrite_manifest(folder, **blocks)
    return found


def _calibrate_task(
    rows: Sequence[Mapping[str, Any]], task: str, names: Sequence[str], where: Path, *, group: str
) -> Calibration:
    ordered = sorted(names)
    useful = [r for r in rows if r.get(task) is not None and f"{task}_p_{ordered[0]}" in r]
    chances, gold, folds = _answers(useful, task, ordered, where)
    groups = [row.get(group) or None for row in useful]
    logits = as_logits(chances)
    after, temperatures = cross_fit_temperature(logits, gold, folds)
    temperature = fit_temperature(logits, gold)
    labels = [ordered[n] for n in gold]
    before = evaluate_task(labels, chances, ordered, task=task, n_boot=0)
    scaled = evaluate_task(labels, after, ordered, task=task, n_boot=0)
    return Calibration(
        task=task,
        n=len(gold),
        folds=len(np.unique(folds)),
        temperature=temperature,
        ece_before=before.ece.value,
        ece_after=scaled.ece.value,
        brier_before=before.brier.value,
        brier_after=scaled.brier.value,
        log_loss_before=before.log_loss.value,
        log_loss_after=scaled.log_loss.value,
        reliability_before=reliability_curve(chances, gold),
        reliability_after=reliability_curve(after, gold),
        perfect_ece=perfect_ece(after),
        group=group,
        conformal=conformal_table(apply_temperature(logits, temperature), gold, groups=groups),
        sets=_cross_fitted_sets(logits, gold, folds, temperatures, ordered, groups, group),
    )


def _cross_fitted_sets(
    logits: Floats, gold: Ints, folds: Ints, temperatures: Mapping[int, float],
    labels: Sequence[str], groups: Sequence[Any], group: str,
) -> tuple[SetScores, ...]:  # fmt: skip
    """Return the figures of sets that owe nothing to the round in which they are measured."""
    codes = group_codes(groups)
    held = {stated: np.zeros(logits.shape, dtype=bool) for stated in COVERAGES}
    for fold, temperature in temperatures.items():
        here = folds == fold
        # A group that a round shares with another must not teach what is measured on it.
        taught = ~here & ~np.isin(codes, codes[here])
        if not taught.any():
            taught = ~here
        chances = apply_temperature(logits, temperature)
        table = conformal_table(chances[taught], gold[taught], groups=codes[taught].tolist())
        for stated, sets in held.items():
            sets[here] = table.at(stated).sets(chances[here])
    return tuple(
        set_scores(sets, gold, labels, stated=stated, groups=groups, group_name=f"{group}s")
        for stated, sets in held.items()
    )


def _answers(
    useful: Sequence[Mapping[str, Any]], task: str, ordered: Sequence[str], where: Path
) -> tuple[Floats, Ints, Ints]:
    columns = [f"{task}_p_{name}" for name in ordered]
    if len(useful) < _LEAST:
        raise StatementError(
            f"{where} has {len(useful)} rows with a gold '{task}' and {columns[0]}; expected "
            f"at least {_LEAST}, as 'stance crossval CONFIG --out FILE' writes them"
        )
    strange = sorted({str(row[task]) for row in useful} - set(ordered))
    missing = [column for column in columns if any(column not in row for row in useful)]
    if strange or missing:
        raise StatementError(
            f"{where} does not fit this model's '{task}': "
            + "; ".join(
                [f"unknown label {name}" for name in strange]
                + [f"no column {column}" for column in missing]
            )
            + "; give the answers of the config that the model was trained by"
        )
    folds = np.array([int(row.get("fold", 0)) for row in useful], dtype=np.int64)
    if len(np.unique(folds)) < 2:
        raise StatementError(f"{where} holds one fold; calibration needs at least two rounds")
    try:
        chances = np.array([[float(row[c]) for c in columns] for row in useful])
    except (TypeError, ValueError) as error:
        raise StatementError(f"{where} has a probability that is no number ({error})") from None
    gold = np.array([ordered.index(row[task]) for row in useful], dtype=np.int64)
    return chances, gold, folds
