"""Answers of a checked sample -> what holds for the whole run, with intervals."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.aggregate.corrections import NOBODY
from stance.audit.population import Population, Unit
from stance.audit.sheet import NO, YES, Answers, stratum
from stance.evaluation.proportions import (
    Design,
    Proportion,
    macro_f1_interval,
    proportion,
    weighted_confusion,
)
from stance.evaluation.resampling import Estimate, Floats, plain
from stance.labels import canonical_order

#: A label with fewer checked statements than this makes macro-F1 and its interval rough.
FEW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskAudit:
    """One task among the checked quotes that have a true label and were answered.

    `confusion` counts them, true labels in rows; `weighted` are the shares of the run that they
    stand for. `abstained` ones have a true label and no answer. `few` are labels that are
    true of fewer than ten.
    """

    labels: tuple[str, ...]
    accuracy: Proportion
    macro_f1: Estimate
    confusion: tuple[tuple[int, ...], ...]
    weighted: Floats
    worth: float
    abstained: int
    few: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them; `scores` is what `--confusion` reads."""
        counts = self.worth * self.weighted
        return {
            "accuracy": self.accuracy.to_dict(), "macro_f1": self.macro_f1.to_dict(),
            "abstained": self.abstained, "few": list(self.few), "labels": list(self.labels),
            "confusion": [list(row) for row in self.confusion],
            "scores": {"labels": list(self.labels), "confusion": plain(counts.round(4))},
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a checked sample says of its run; None where nothing was answered.

    `speaker` is the share of right speakers among the quotes with one, `span` that of quotes
    whose words are one person's, whole and nothing else. `uncovered` strata have no answers.
    """

    tasks: Mapping[str, TaskAudit]
    speaker: Proportion | None
    span: Proportion | None
    checked: int
    drawn: int
    quotes: int
    by: str | None
    uncovered: Mapping[str, int]
    fingerprint: str
    models: tuple[str, ...]
    coverage: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them; `summarize --confusion` reads it too."""
        return {
            "scores": self.fingerprint,
            "fingerprint": self.models[0] if len(self.models) == 1 else None,
            "checked": self.checked, "drawn": self.drawn, "quotes": self.quotes, "by": self.by,
            "uncovered": dict(self.uncovered), "coverage": self.coverage,
            "tasks": {name: task.to_dict() for name, task in self.tasks.items()},
            "speaker": self.speaker and self.speaker.to_dict(),
            "span": self.span and self.span.to_dict(),
        }  # fmt: skip


def audit(answers: Answers, found: Population, *, coverage: float = 0.95, seed: int = 0) -> Audit:
    """Return the accuracy of each task, macro-F1, speaker and span precision of the whole run.

    Each figure is estimated from the checked quotes that have its answer, each weighted by
    how many quotes of the run it stands for.
    """
    design, uncovered = _design(answers, found)
    tasks = {}
    for task, labels in found.tasks.items():
        one = _task(task, labels, answers, design, coverage=coverage, seed=seed)
        if one:
            tasks[task] = one
    pairs = list(zip(answers.units, answers.values, strict=True))
    speakers = [right_speaker(unit, v) if unit.speaker else None for unit, v in pairs]
    spans = [v["span_ok"] == "yes" if "span_ok" in v else None for _, v in pairs]
    return Audit(
        tasks=tasks, speaker=proportion(speakers, design, coverage=coverage),
        span=proportion(spans, design, coverage=coverage), checked=len(answers.units),
        drawn=answers.drawn, quotes=len(found.units), by=answers.by, uncovered=uncovered,
        fingerprint=found.fingerprint, models=found.models, coverage=coverage,
    )  # fmt: skip


def _design(answers: Answers, found: Population) -> tuple[Design, dict[str, int]]:
    sizes: dict[str, int] = {}
    for unit in found.units:
        name = stratum(unit, answers.by)
        sizes[name] = sizes.get(name, 0) + 1
    drawn = [stratum(unit, answers.by) for unit in answers.units]
    names = sorted(set(drawn))
    design = Design(strata=np.array([names.index(name) for name in drawn], dtype=np.int64),
                    sizes=np.array([sizes[name] for name in names], dtype=np.float64))  # fmt: skip
    return design, {name: n for name, n in sizes.items() if name not in names}


def _task(
    task: str, labels: Sequence[str], answers: Answers, design: Design, *,
    coverage: float, seed: int,
) -> TaskAudit | None:  # fmt: skip
    true = [values.get(f"true_{task}") for values in answers.values]
    said = [unit.labels[task] for unit in answers.units]
    both = [n for n, pair in enumerate(zip(true, said, strict=True)) if None not in pair]
    hits = [None if None in pair else pair[0] == pair[1] for pair in zip(true, said, strict=True)]
    accuracy = proportion(hits, design, coverage=coverage)
    if accuracy is None:
        return None
    names = canonical_order(task, {*labels, *(t for t in true if t is not None)})
    gold = np.array([names.index(str(true[n])) for n in both], dtype=np.int64)
    predicted = np.array([names.index(str(said[n])) for n in both], dtype=np.int64)
    # Macro-F1 is drawn as if strata had been sampled among the answered alone.
    part = Design(strata=design.strata[both], sizes=_answered(both, design))
    weights = design.weights[both]
    counts = weighted_confusion(gold, predicted, len(names), np.ones(len(both)))
    weighted = weighted_confusion(gold, predicted, len(names), weights / weights.sum())
    return TaskAudit(
        labels=names, accuracy=accuracy,
        macro_f1=macro_f1_interval(gold, predicted, len(names), part, coverage=coverage,
                                   seed=seed),
        confusion=tuple(tuple(int(cell) for cell in row) for row in counts), weighted=weighted,
        worth=float(weights.sum() ** 2 / (weights**2).sum()),
        abstained=sum(t is not None and s is None for t, s in zip(true, said, strict=True)),
        few=tuple(x for x, n in zip(names, counts.sum(1), strict=True) if n < FEW),
    )  # fmt: skip


def _answered(both: Sequence[int], design: Design) -> Floats:
    share = np.bincount(design.strata[both], minlength=len(design.sizes)) / np.maximum(
        design.drawn, 1
    )
    return np.asarray(design.sizes * share)


def right_speaker(unit: Unit, values: Mapping[str, str]) -> bool | None:
    """Return whether the speaker is right by `true_speaker`: yes, no, a name, or nobody."""
    answer = values.get("true_speaker")
    if answer is None:
        return None
    word = answer.lower()
    if word in YES or word in NO:
        return word in YES
    return _plain(answer) == _plain(unit.speaker or NOBODY)


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))


def corrections(answers: Answers) -> list[dict[str, Any]]:
    """Return the answers as rows of a corrections file; confirmed labels are in it too."""
    rows = []
    for unit, values in zip(answers.units, answers.values, strict=True):
        set_by_hand = {
            column.removeprefix("true_"): value
            for column, value in values.items()
            if column not in ("true_speaker", "span_ok", "note")
        }
        right = right_speaker(unit, values)
        if right is not None:
            answer = values["true_speaker"]
            named = answer.lower() not in (*YES, *NO)
            kept = unit.speaker if right else None
            set_by_hand["speaker"] = answer if named and not right else kept or NOBODY
        if set_by_hand:
            note = {"note": values["note"]} if "note" in values else {}
            rows.append({"article": unit.article, "start": unit.start, "end": unit.end,
                         **set_by_hand, **note})  # fmt: skip
    return rows
