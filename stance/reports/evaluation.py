"""An evaluation as one HTML page: figures, confusion, reliability, risk-coverage, wrong answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from stance.evaluation.calibration import (
    ReliabilityBin,
    RiskCoverage,
    reliability_curve,
    risk_coverage,
)
from stance.evaluation.evaluate import Evaluation, TaskAnswers, TaskEvaluation
from stance.evaluation.metrics import TaskScores
from stance.evaluation.resampling import Estimate
from stance.records import Statement
from stance.reports.page import part, render

#: Figures in points of a hundred, and those that have a scale of their own.
_POINTS = {"macro_f1": "macro-F1", "accuracy": "accuracy", "mcc": "MCC", "ece": "ECE"}
_OTHERS = {"log_loss": "log-loss", "brier": "Brier"}
_BINS, _MOST_POINTS = 10, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """One task's bins of confidence, and its accuracy by share of the answers kept."""

    reliability: tuple[ReliabilityBin, ...]
    risk: RiskCoverage


def curves_of(
    answers: Mapping[str, TaskAnswers], statements: Sequence[Statement]
) -> dict[str, Curves]:
    """Return the curves of every task for which some of `statements` carry gold labels."""
    found = {}
    for task, answer in answers.items():
        rows = [n for n, one in enumerate(statements) if one.labels.get(task) in answer.labels]
        if rows:
            gold = [answer.labels.index(statements[n].labels[task]) for n in rows]
            codes = np.array(gold, dtype=np.int64)
            chances = answer.probabilities[rows]
            found[task] = Curves(reliability=reliability_curve(chances, codes, bins=_BINS),
                                 risk=risk_coverage(chances, codes))  # fmt: skip
    return found


def evaluation_report(
    evaluation: Evaluation, curves: Mapping[str, Curves], *, title: str,
    warning: str = "", wrong: int = 50,
) -> str:  # fmt: skip
    """Return the evaluation as an HTML page that needs no network.

    `warning` stands above all figures; at most `wrong` wrong answers a task are listed.
    """
    return render(
        "evaluation.html.j2", style=part("report.css") + part("evaluation.css"), title=title,
        warning=warning, wrong=wrong, skipped=evaluation.skipped,
        across=[(_x(share), f"{100 * share:g}") for share in (0, 0.5, 1)],
        tasks=[_task(name, found, curves[name]) for name, found in evaluation.tasks.items()],
    )  # fmt: skip


def _task(name: str, found: TaskEvaluation, curves: Curves) -> dict[str, Any]:
    scores = found.scores
    figures = [(label, _interval(getattr(scores, key), 100, 1)) for key, label in _POINTS.items()]
    if found.perfect_ece is not None:  # beside the ECE, which is the last of them
        band = (
            f"{100 * (found.perfect_ece.low or 0):.1f} to {100 * (found.perfect_ece.high or 0):.1f}"
        )
        figures.append(("ECE if the probabilities were exactly right", band))
    figures += [(label, _interval(getattr(scores, key), 1, 3)) for key, label in _OTHERS.items()]
    return {
        "name": name, "n": scores.n, "figures": figures, "labels": scores.labels,
        "basis": f"{100 * scores.coverage:g} % intervals, resampling {scores.resampled}"
        if scores.n_boot else "", "rows": _confusion(scores),
        "bins": [
            {
                "x": _x(b.confidence), "y": _y(b.accuracy.value), "low": _y(b.accuracy.low or 0),
                "high": _y(1 if b.accuracy.high is None else b.accuracy.high), "n": b.n,
                "text": f"confidence {100 * b.confidence:.0f} %, right "
                f"{_interval(b.accuracy, 100, 0)} % of {b.n}",
            }
            for b in curves.reliability
        ],
        "risk": _risk(curves.risk),
        "kept": [(f"{100 * share:.0f}", *(f"{100 * v:.0f}" for v in curves.risk.at(share)))
                 for share in (1.0, 0.9, 0.7, 0.5, 0.3)],
        "sets": [
            (f"{100 * s.stated:g}", _interval(s.covered_by_group, 100, 1),
             _interval(s.mean_size, 1, 2), _interval(s.answered, 100, 1),
             _interval(s.accuracy, 100, 1) if s.answered.value else "-")
            for s in found.sets
        ],
        "breakdowns": [
            (column, [(row.value or "(none)", row.n, _interval(row.macro_f1, 100, 1),
                       _interval(row.accuracy, 100, 1)) for row in table.rows[:15]],
             max(len(table.rows) - 15, 0))
            for column, table in found.breakdowns.items()
        ],
        "wrong": found.wrong,
    }  # fmt: skip


def _confusion(scores: TaskScores) -> list[dict[str, Any]]:
    """Return a row a gold label: its figures, and each cell with its shade from 0 to 9."""
    rows = []
    for one, counts in zip(scores.classes, scores.confusion, strict=True):
        whole = max(sum(counts), 1)
        cells = [(n, min(9, round(10 * n / whole))) for n in counts]
        rows.append({"label": one.label, "n": one.support, "cells": cells,
                     "figures": [f"{100 * v:.1f}" for v in (one.precision, one.recall, one.f1)]
                     })  # fmt: skip
    return rows


def _risk(risk: RiskCoverage) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the curve as straight pieces between at most `_MOST_POINTS` points."""
    count = len(risk.kept)
    chosen = sorted({round(n) for n in np.linspace(0, count - 1, min(count, _MOST_POINTS))})
    points = [(_x(float(risk.kept[n])), _y(float(risk.accuracy[n]))) for n in chosen]
    return list(pairwise(points))


def _interval(estimate: Estimate, scale: float, digits: int) -> str:
    def one(value: float) -> str:
        return f"{scale * value:.{digits}f}"

    if estimate.low is None or estimate.high is None:
        return one(estimate.value)
    return f"{one(estimate.value)} ({one(estimate.low)} to {one(estimate.high)})"


def _x(share: float) -> float:
    return round(10 + 86 * share, 1)


def _y(share: float) -> float:
    return round(90 - 84 * share, 1)
