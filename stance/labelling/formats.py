"""Labelled statements to and from Label Studio and doccano; files of annotators put together.

Label Studio: a JSON list of tasks, the statement under `data`, a `choices` result a label
(https://labelstud.io/guide/export). doccano: JSON lines with `text` and a list `label`; it has one
set of labels a project, so each is written as task:label, such as sentiment:neutral.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.config import plain_file, suggest_file
from stance.data import read_rows
from stance.errors import DataError, UsageError
from stance.labelling.items import row_id
from stance.labels import KNOWN_TASKS, OFF_TOPIC, RELEVANT

ENDINGS = {"statements": ".jsonl", "label-studio": ".json", "doccano": ".jsonl"}
FORMATS = tuple(ENDINGS)
Row = dict[str, Any]
_COLON = ":"


def read_labels(path: Path, *, annotator: str | None = None) -> list[Row]:
    """Read statements, a Label Studio export or a doccano export; the content says which.

    With `annotator` labels that bear no name are that annotator's too. Raises `DataError` for
    other files and for labels that are none.
    """
    if path.suffix == ".json":
        rows = _from_studio(_json(path), path)
    else:
        found = [row for _, row in read_rows(path)]
        if found and all(isinstance(row.get("label", row.get("labels")), list) for row in found):
            rows = [_from_doccano(row, f"{path}:{n}") for n, row in enumerate(found, start=1)]
        else:
            rows = found
    for row in rows:
        row.setdefault("id", row_id(row))
        if annotator:
            row.update({f"{t}@{annotator}": label for t, label in _labels(row).items()})
    return rows


def render(rows: Sequence[Mapping[str, Any]], to: str) -> str:
    """Return the rows as the text of a file of one of `FORMATS`."""
    if to not in FORMATS:
        raise UsageError(f"--to {to}: expected {', '.join(FORMATS)}")
    if to == "label-studio":
        tasks = [_to_studio(row) for row in rows]
        return json.dumps(tasks, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    found = map(_to_doccano, rows) if to == "doccano" else rows
    return "".join(json.dumps(r, ensure_ascii=False, allow_nan=False) + "\n" for r in found)


def merged(files: Iterable[Sequence[Mapping[str, Any]]]) -> list[Row]:
    """Put rows of one id together: each annotator's columns, and the labels on which all agree.

    Where annotators differ, the plain label (`stance`) is left out, for a person to settle.
    """
    found: dict[str, Row] = {}
    given: dict[str, dict[str, set[str]]] = {}
    for rows in files:
        for row in rows:
            key = str(row["id"])
            found[key] = {**found.get(key, {}), **row}
            for task, label in _labels(row).items():
                given.setdefault(key, {}).setdefault(task, set()).add(label)
    for key, row in found.items():
        named = {t: {v for k, v in row.items() if k.startswith(f"{t}@")} for t in KNOWN_TASKS}
        for task in KNOWN_TASKS:
            labels = given.get(key, {}).get(task, set()) | named[task]
            if len(labels) > 1:
                row.pop(task, None)
                if task == "relevance":
                    row.pop("off_topic", None)
    return list(found.values())


def _labels(row: Mapping[str, Any]) -> dict[str, str]:
    found = {t: str(row[t]) for t in KNOWN_TASKS if row.get(t) is not None}
    if isinstance(row.get("off_topic"), bool):
        found.setdefault("relevance", OFF_TOPIC if row["off_topic"] else RELEVANT)
    return found


def _bare(row: Mapping[str, Any]) -> Row:
    hidden = (*KNOWN_TASKS, "off_topic")
    return {k: v for k, v in row.items() if k not in hidden and "@" not in k}


def _annotators(row: Mapping[str, Any]) -> dict[str | None, dict[str, str]]:
    found: dict[str | None, dict[str, str]] = {}
    for key, label in row.items():
        task, at, who = key.rpartition("@")
        if at and task in KNOWN_TASKS and label is not None:
            found.setdefault(who, {})[task] = str(label)
    plain = _labels(row)
    if plain and plain not in found.values():
        found[None] = plain  # settled, or of someone without a name
    return found


def _to_studio(row: Mapping[str, Any]) -> Row:
    annotations = [
        {
            **({"completed_by": {"email": who}} if who else {}),
            "result": [
                {"from_name": task, "to_name": "text", "type": "choices",
                 "value": {"choices": [label]}}
                for task, label in labels.items()
            ],
        }
        for who, labels in _annotators(row).items()
    ]  # fmt: skip
    return {"data": _bare(row), "annotations": annotations}


def _from_studio(tasks: Any, path: Path) -> list[Row]:
    if not isinstance(tasks, list) or not all(
        isinstance(t, dict) and isinstance(t.get("data"), dict) and "text" in t["data"]
        for t in tasks
    ):
        raise DataError(
            f"{path} is no export of Label Studio: expected a list of tasks, each with data.text; "
            "export as JSON (not JSON-MIN), or give statements as .jsonl"
        )
    return [_studio_row(task, f"{path}: task {n}") for n, task in enumerate(tasks, start=1)]


def _studio_row(task: Mapping[str, Any], where: str) -> Row:
    row = _bare(task["data"])
    by: dict[str | None, dict[str, str]] = {}
    for annotation in task.get("annotations") or ():
        if annotation.get("was_cancelled"):
            continue
        who = annotation.get("completed_by")
        name = who.get("email") or who.get("id") if isinstance(who, Mapping) else who
        labels = {
            str(result.get("from_name")): str(choice)
            for result in annotation.get("result") or ()
            for choice in (result.get("value") or {}).get("choices", ())[:1]
        }
        # Names of columns split at the last @, so that of an address goes.
        by[None if name is None else str(name).replace("@", "_at_")] = labels
    for who, labels in by.items():
        _check(labels, where)
        if who is not None:
            row.update({f"{t}@{who}": label for t, label in labels.items()})
    for task_name in KNOWN_TASKS:
        if None in by and task_name in by[None]:
            row[task_name] = by[None][task_name]
            continue
        given = {labels[task_name] for labels in by.values() if task_name in labels}
        if len(given) == 1:
            row[task_name] = given.pop()
    return _off_topic(row)


def _to_doccano(row: Mapping[str, Any]) -> Row:
    labels = [f"{task}{_COLON}{label}" for task, label in _labels(row).items()]
    named = {k: v for k, v in row.items() if "@" in k}
    bare = _bare(row)
    # doccano gives every text an id of its own, over one of that name.
    return {"text": bare.pop("text"), "label": labels, "statement": bare.pop("id"), **bare, **named}


def _from_doccano(row: Mapping[str, Any], where: str) -> Row:
    given = row.get("label", row.get("labels"))
    labels: dict[str, str] = {}
    for one in given or ():
        task, colon, label = str(one).partition(_COLON)
        if not colon:
            tasks = [t for t, names in KNOWN_TASKS.items() if one in names]
            if len(tasks) != 1:
                raise DataError(
                    f"{where}: label {one!r} belongs to {' and '.join(tasks) or 'no task'}; "
                    "name it as task:label, such as stance:neutral"
                )
            task, label = tasks[0], str(one)
        labels[task] = label
    _check(labels, where)
    meta = row["meta"] if isinstance(row.get("meta"), dict) else {}
    hidden = ("label", "labels", "Comments", "meta")
    rest = {k: v for k, v in {**row, **meta}.items() if k not in hidden}
    rest["id"] = rest.pop("statement", None) or row_id(rest)
    return _off_topic({**rest, **labels})


def _off_topic(row: Row) -> Row:
    relevance = row.pop("relevance", None)
    return row if relevance is None else {**row, "off_topic": relevance == OFF_TOPIC}


def _check(labels: Mapping[str, str], where: str) -> None:
    for task, label in labels.items():
        if task in KNOWN_TASKS and label not in KNOWN_TASKS[task]:
            expected = ", ".join(KNOWN_TASKS[task])
            raise DataError(f"{where}: unknown label {label!r} of '{task}'; expected {expected}")


def _json(path: Path) -> Any:
    if not plain_file(path):
        raise DataError(f"no file at {str(path)[:200]}{suggest_file(path)}; give a JSON file")
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} cannot be read as JSON: {error}") from None
