"""Rows of `stance score` -> the quotations that a sample is drawn from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stance.aggregate.groups import originals, pieces_of
from stance.errors import DataError
from stance.scoring.rows import tasks_of
from stance.scoring.tally import group_label

Row = Mapping[str, Any]
_TOGETHER = " […] "


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One quotation; `start` and `end` are those of its first piece, `text` holds all.

    `labels` maps each task to the model's label, None where it abstained.
    """

    key: str
    article: str
    start: int
    end: int
    text: str
    context: str
    speaker: str | None
    labels: Mapping[str, str | None]
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """All quotations of some scores, those in copies of an article left out (`copied`).

    `tasks` maps the model's tasks to their labels in canonical order; `fingerprint` names these
    quotations with their labels and speakers, whatever file they stand in.
    """

    units: tuple[Unit, ...]
    tasks: Mapping[str, tuple[str, ...]]
    fingerprint: str
    models: tuple[str, ...]
    copied: int = 0


def population(rows: Iterable[Row]) -> Population:
    """Put the pieces of each quotation together, of each family of near-copies one article's.

    Raises `DataError` for rows that are not those of `stance score`.
    """
    pieces, columns, _ = pieces_of(rows)
    tasks = tasks_of(columns)
    if not pieces or not tasks:
        raise DataError("the scores hold no quotes with labels; give rows of stance score")
    chosen = originals(pieces)
    models = {str(r["model_fingerprint"]): None for parts in pieces.values() for r in parts
              if r.get("model_fingerprint")}  # fmt: skip
    units = tuple(_unit(parts, tasks) for (a, _), parts in pieces.items() if a in chosen)
    return Population(units=units, tasks=tasks, fingerprint=_fingerprint(units),
                      models=tuple(models), copied=len(pieces) - len(units))  # fmt: skip


def _unit(parts: list[Row], tasks: Iterable[str]) -> Unit:
    if any(row.get(name) in (None, "") for row in parts for name in ("start", "end")):
        raise DataError(f"quote {parts[0]['quote']} of article {parts[0]['article']} has no start "
                        "and end; give rows of stance score")  # fmt: skip
    ordered = sorted(parts, key=lambda row: int(row["start"]))
    first = ordered[0]
    speaker = next((str(row["speaker"]) for row in parts if row.get("speaker")), None)
    return Unit(
        key=f"q-{first['quote']}", article=str(first["article"]), start=int(first["start"]),
        end=int(first["end"]), text=_TOGETHER.join(str(row["text"]) for row in ordered),
        context=str(first.get("context") or ""), speaker=speaker,
        labels={task: group_label(parts, task) for task in tasks},
        about={name: first.get(name) for name in ("title", "date", "source")},
    )  # fmt: skip


def _fingerprint(units: Iterable[Unit]) -> str:
    lines = sorted(
        json.dumps([u.article, u.start, u.end, u.speaker, sorted(u.labels.items())]) for u in units
    )
    return "s-" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
