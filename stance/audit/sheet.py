"""Which quotations are drawn, the sheet to fill in, and the filled sheet read again."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stance.audit.population import Population, Unit
from stance.config import suggest
from stance.data import mistakes_message, read_rows
from stance.errors import DataError, UsageError
from stance.labels import KNOWN_TASKS
from stance.scoring.rows import all_columns
from stance.scoring.writers import json_line, replacing

FORMATS = (".csv", ".jsonl")
SIMPLE = "simple"
_ABSTAINED = "(abstained)"
YES, NO = ("yes", "y", "true", "1", "ok"), ("no", "n", "false", "0")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person filled in: for each unit the answers by column, without the empty ones.

    `by` is the task by whose labels the sample was drawn, None for a simple random sample.
    """

    units: tuple[Unit, ...]
    values: tuple[Mapping[str, str], ...]
    by: str | None
    drawn: int


def stratum(unit: Unit, by: str | None) -> str:
    """Return the stratum of a unit: the model's label of task `by`."""
    return "" if by is None else unit.labels[by] or _ABSTAINED


def draw(found: Population, n: int, *, by: str | None = None, seed: int = 0) -> list[Unit]:
    """Return `n` random quotations in random order, or all where there are fewer.

    With `by`, as many of each of the model's labels of that task as there are, up to an equal
    share, so that rare labels are seen. Raises `UsageError` for an unknown task.
    """
    if n < 1:
        raise UsageError(f"--n {n} came; expected 1 or more")
    if by is not None and by not in found.tasks:
        raise UsageError(f"--by {by}: the scores have no such task{suggest(by, list(found.tasks))}")
    rng = np.random.default_rng(seed)
    strata: dict[str, list[int]] = {}
    for place in rng.permutation(len(found.units)):
        strata.setdefault(stratum(found.units[place], by), []).append(int(place))
    chosen: list[int] = []
    left = min(n, len(found.units))
    for rank, places in enumerate(sorted(strata.values(), key=len)):
        share = left // (len(strata) - rank)  # what the rare ones lack goes to the others
        chosen += places[:share]
        left -= min(share, len(places))
    return [found.units[place] for place in rng.permutation(chosen)]


def answer_columns(found: Population) -> tuple[str, ...]:
    """Return the empty columns of a sheet."""
    tasks = dict.fromkeys((*found.tasks, "relevance"))
    return (*(f"true_{task}" for task in tasks), "true_speaker", "span_ok", "note")


def sheet(
    units: Sequence[Unit], found: Population, *, by: str | None = None, show_labels: bool = False
) -> list[dict[str, Any]]:
    """Return one row a unit, with empty columns for the answers; labels only when asked for.

    Who sees the model's label is drawn towards it, so that the accuracy comes out too high.
    """
    return [
        {
            "scores": found.fingerprint, "drawn": SIMPLE if by is None else f"by {by}",
            "key": unit.key, "article": unit.article, "start": unit.start, "end": unit.end,
            **unit.about, "speaker": unit.speaker, "text": unit.text, "context": unit.context,
            **(unit.labels if show_labels else {}),
            **dict.fromkeys(answer_columns(found), ""),
        }
        for unit in units
    ]  # fmt: skip


def write_sheet(rows: Sequence[Row], out: Path) -> None:
    """Write the rows to a .csv (with a mark by which spreadsheets know UTF-8) or .jsonl file."""
    if out.suffix not in FORMATS:
        raise UsageError(f"--out {out} ends in '{out.suffix}'; expected {' or '.join(FORMATS)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as file:
        if out.suffix == ".jsonl":
            file.writelines(map(json_line, rows))
            return
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.DictWriter(text, all_columns(rows, ()))
        writer.writeheader()
        writer.writerows(rows)
        text.detach()


def read_answers(path: Path, found: Population) -> Answers:
    """Read a filled sheet; rows without any answer are left out.

    Raises `DataError` for a sheet drawn from other scores, rows that are not in the scores or
    come twice, and answers that are no labels: all mistakes in one message.
    """
    rows = list(read_rows(path))
    if not rows:
        raise DataError(f"{path} holds no rows; draw a sheet with stance data audit SCORES --out")
    by = _design([row for _, row in rows], found, path)
    units = {unit.key: unit for unit in found.units}
    columns = answer_columns(found)
    seen: dict[str, int] = {}
    taken, values, mistakes = [], [], []
    for number, row in rows:
        where, key = f"{path}:{number}", str(row.get("key", ""))
        if key not in units:
            mistakes.append(f"{where}: quote '{key}' is not in the scores; restore its key")
        elif key in seen:
            mistakes.append(f"{where}: quote '{key}' came before on line {seen[key]}; keep one")
        else:
            seen[key] = number
            try:
                answers = _answers(row, columns, found)
            except ValueError as error:
                mistakes += [f"{where}: {line}" for line in str(error).splitlines()]
                continue
            if answers:
                taken.append(units[key])
                values.append(answers)
    if mistakes:
        raise DataError(mistakes_message(mistakes))
    if not taken:
        raise DataError(f"{path} holds no answers; fill in {', '.join(columns[:-1])}")
    return Answers(units=tuple(taken), values=tuple(values), by=by, drawn=len(rows))


def _design(rows: Sequence[Row], found: Population, path: Path) -> str | None:
    for name, what in (("scores", "which scores it was drawn from"), ("drawn", "how"),
                       ("key", "which quotes it holds")):  # fmt: skip
        if not any(row.get(name) for row in rows):
            raise DataError(f"{path} has no column '{name}', which says {what} (columns: "
                            f"{', '.join(rows[0])}); was it saved with another delimiter than a "
                            "comma? draw it with stance data audit SCORES --out")  # fmt: skip
    made = {str(row.get("scores")) for row in rows} - {found.fingerprint}
    if made:
        raise DataError(
            f"{path} was drawn from other scores ({', '.join(sorted(made))}) than these "
            f"({found.fingerprint}); give the scores that it was drawn from"
        )
    drawn = sorted({str(row.get("drawn")) for row in rows})
    tasks = {SIMPLE: None, **{f"by {task}": task for task in found.tasks}}
    if len(drawn) > 1 or drawn[0] not in tasks:
        raise DataError(f"{path} was drawn in several ways ({', '.join(drawn)}); read each "
                        "sheet alone")  # fmt: skip
    return tasks[drawn[0]]


def _answers(row: Row, columns: Sequence[str], found: Population) -> dict[str, str]:
    """Return the answers of a row in canonical spelling; a note alone is none."""
    answers, mistakes = {}, []
    for column in columns:
        value = str(row.get(column) if row.get(column) is not None else "").strip()
        if not value:
            continue
        task = column.removeprefix("true_")
        labels = {x.lower(): x for x in (*found.tasks.get(task, ()), *KNOWN_TASKS.get(task, ()))}
        if column == "span_ok":
            labels = {**dict.fromkeys(YES, "yes"), **dict.fromkeys(NO, "no")}
        if labels and value.lower() not in labels:
            names = list(dict.fromkeys(labels.values()))
            mistakes.append(f"{column} is '{value}', no label{suggest(value, names)}")
            continue
        answers[column] = labels.get(value.lower(), value)
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return answers if answers.keys() - {"note"} else {}
