"""Temperatures for a trained model, from its recipe's answers to statements not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from stance import store
from stance.data import read_rows
from stance.errors import StatementError
from stance.evaluation.calibration import as_logits, cross_fit_temperature, fit_temperature
from stance.evaluation.metrics import evaluate_task
from stance.evaluation.resampling import Floats, Ints

_LEAST = 50  # fewer answers fix a temperature no better than a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One task's temperature, from `n` answers in `folds` rounds, and what it changes.

    Figures before and after are on those answers, each round's scaled by the temperature of
    the other rounds: expected calibration error (15 bins), Brier score and log-loss.
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

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def calibrate(folder: Path, answers: Path) -> list[Calibration]:
    """Fit each task's temperature on out-of-fold `answers` and store it in the model `folder`.

    `answers` is what `stance crossval --out` wrote for the same config: gold labels, folds
    and out-of-fold probabilities. The model's earlier temperatures are replaced. Raises
    `StatementError` when the file has no such columns, other labels, or too few rows.
    """
    store.check_target(folder, force=True)
    manifest = store.verify(folder, card=False)
    rows = [row for _, row in read_rows(answers)]
    found = [_calibrate_task(rows, task, names, answers) for task, names in manifest.tasks.items()]
    information = dict(manifest.raw["classifier"])
    information["temperature"] = {one.task: one.temperature for one in found}
    store.rewrite_manifest(
        folder, classifier=information, calibration={one.task: one.to_dict() for one in found}
    )
    return found


def _calibrate_task(
    rows: Sequence[Mapping[str, Any]], task: str, names: Sequence[str], where: Path
) -> Calibration:
    chances, gold, folds = _answers(rows, task, names, where)
    logits = as_logits(chances)
    after, _ = cross_fit_temperature(logits, gold, folds)
    ordered = sorted(names)
    labels = [ordered[n] for n in gold]
    before = evaluate_task(labels, chances, ordered, task=task, n_boot=0)
    scaled = evaluate_task(labels, after, ordered, task=task, n_boot=0)
    return Calibration(
        task=task,
        n=len(gold),
        folds=len(np.unique(folds)),
        temperature=fit_temperature(logits, gold),
        ece_before=before.ece.value,
        ece_after=scaled.ece.value,
        brier_before=before.brier.value,
        brier_after=scaled.brier.value,
        log_loss_before=before.log_loss.value,
        log_loss_after=scaled.log_loss.value,
    )


def _answers(
    rows: Sequence[Mapping[str, Any]], task: str, names: Sequence[str], where: Path
) -> tuple[Floats, Ints, Ints]:
    ordered = sorted(names)
    columns = [f"{task}_p_{name}" for name in ordered]
    useful = [row for row in rows if row.get(task) is not None and columns[0] in row]
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
