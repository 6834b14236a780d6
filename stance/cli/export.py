"""`stance models export`: a trained transformer as ONNX weights, behind a gate."""

import hashlib
import importlib.metadata
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.common import percent, say
from stance.cli.completion import classifiers

if TYPE_CHECKING:
    from stance.records import Statement

#: What the gate asks: labels equal in each task, macro-F1 lost, and in 32 bit the probabilities.
LEAST_EQUAL, MOST_LOST, TOLERANCE = 0.99, 0.005, 1e-4
_MOST = 1_000  # statements that are read for it
_ASIDE = 5  # with 8 bit, every fifth of them corrects the logits and is not measured on
SEEN, REFERENCE = "seen.txt", "reference.jsonl"


def export(
    model: Annotated[
        str, typer.Argument(help="Folder, name or hub id", autocompletion=classifiers)
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The new model folder")],
    onnx: Annotated[bool, typer.Option("--onnx", help="As ONNX weights, scored by ONNX Runtime")],
    int8: Annotated[
        bool, typer.Option("--int8", help="With weights in 8 bit: a quarter of the size")
    ] = False,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="Statements on which labels must stay [default: the training data]"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an exported model")] = False,
) -> None:
    """Write a transformer as ONNX weights: smaller, faster, and scored without torch.

    Refused with exit status 4 unless at least 99 % of the labels stay as they are, for each
    task, and no macro-F1 is lost beyond half a point.
    """
    from stance.cli.progress import busy
    from stance.errors import UsageError

    if not onnx:
        raise UsageError("no format asked for; give --onnx")
    with busy(f"exporting {model}"):
        made = export_onnx(model, out, int8=int8, data=data, force=force, say=say)
    print(made.fingerprint)


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How near the exported model's answers are to those of the model that it was made from."""

    statements: int
    equal: Mapping[str, float] = field(default_factory=dict)
    largest_difference: Mapping[str, float] = field(default_factory=dict)
    macro_f1: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def faults(self, *, tolerance: float | None) -> list[str]:
        """Return what the gate refuses; `tolerance` is of probabilities, None where in 8 bit."""
        found = [
            f"{percent(share, 2)} % of {task} labels equal, {percent(LEAST_EQUAL, 0)} % asked"
            for task, share in self.equal.items()
            if share < LEAST_EQUAL
        ]
        found += [
            f"macro-F1 of {task} falls from {percent(before)} to {percent(after)}"
            for task, (before, after) in self.macro_f1.items()
            if before - after > MOST_LOST
        ]
        if tolerance is not None:
            found += [
                f"probabilities of {task} differ by {gap:.2g}, at most {tolerance:g} asked"
                for task, gap in self.largest_difference.items()
                if gap > tolerance
            ]
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return what the manifest keeps."""
        return {
            "statements": self.statements,
            "equal": dict(self.equal),
            "largest_difference": dict(self.largest_difference),
            "macro_f1": {task: list(pair) for task, pair in self.macro_f1.items()},
        }


def export_onnx(
    model: str | Path, out: Path, *, int8: bool = False, data: Sequence[Path] | None = None,
    force: bool = False, say: Callable[[str], None] = lambda line: None,
) -> Any:  # fmt: skip
    """Write `model` with ONNX weights to the folder `out`; return the manifest written.

    With `int8`, the faster way to 8 bit that passes the gate is taken. `data` are files of
    statements; without them a fixed sample of the training data serves, where it is at hand.
    Raises `GateError` when no way passes, `UsageError` for a model without torch weights.
    """
    from stance import store
    from stance.errors import GateError, UsageError

    store.check_target(out, force=force)
    folder = store.find(model)
    manifest = store.read_manifest(folder)
    if manifest.kind != "transformer":
        raise UsageError(f"{folder} is a {manifest.kind}; only a transformer has ONNX weights")
    source = store.load(folder, backend="torch", device="cpu")
    statements, why = _statements(manifest.raw, data, tasks=manifest.tasks)
    if not statements:
        say(f"the gate is not measured: {why}; give statements with --data")

    aside = statements[::_ASIDE] if int8 else []  # what the correction sees, the gate does not
    measured = [s for n, s in enumerate(statements) if not int8 or n % _ASIDE]
    with tempfile.TemporaryDirectory() as place:
        faults: list[str] = []
        for classifier in _candidates(source, Path(place), aside, int8=int8):
            precision = classifier.info_["runtime"]["precision"]
            parity = compare(source, classifier, measured) if measured else None
            if parity is not None:
                say(_line(precision, parity))
                faults = parity.faults(tolerance=None if int8 else TOLERANCE)
            if not faults:
                named = [path.name for path in data] if data else ["the training data"]
                return _save(
                    classifier, out, folder, manifest.raw, precision, parity,
                    measured_on=named, force=force,
                )  # fmt: skip
    raise GateError(
        f"not exported, since the ONNX weights do not answer as {folder} does on "
        f"{len(measured)} statements: {'; '.join(faults)}; "
        + ("leave out --int8" if int8 else "score this model with --backend torch")
    )


def _candidates(
    source: Any, place: Path, aside: Sequence["Statement"], *, int8: bool
) -> Iterator[Any]:
    """Yield the exported classifiers to try, the fastest first, each in a folder in `place`."""
    from stance.classifiers.onnx import TOKENIZER, WEIGHTS, OnnxClassifier
    from stance.classifiers.onnx_export import export, quantise, shift_logits

    info = export(source, place)
    if not int8:
        yield OnnxClassifier.from_folder(place, {"classifier": info})
        return
    for way in ("tensor", "block"):
        folder = place / way
        folder.mkdir()
        quantise(place / WEIGHTS, folder / WEIGHTS, way=way)
        (folder / TOKENIZER).write_bytes((place / TOKENIZER).read_bytes())
        about = {**info, "runtime": {**info["runtime"], "precision": f"int8-{way}"}}
        made = OnnxClassifier.from_folder(folder, {"classifier": about})
        if aside:
            moved = source.piece_logits(aside) - made.piece_logits(aside)
            shift_logits(folder / WEIGHTS, moved.mean(axis=0))
            made = OnnxClassifier.from_folder(folder, {"classifier": about})
        yield made


def compare(before: Any, after: Any, statements: Sequence["Statement"]) -> Parity:
    """Return how the answers of two classifiers with the same tasks differ."""
    import numpy as np

    from stance.evaluation.formulas import macro_f1

    one, other = before.probabilities(statements), after.probabilities(statements)
    equal, gap, scores = {}, {}, {}
    for task in before.tasks_:
        labels = list(before.classes_of(task))
        answers = [chances[task].argmax(axis=1) for chances in (one, other)]
        equal[task] = float((answers[0] == answers[1]).mean())
        gap[task] = float(np.abs(one[task] - other[task]).max())
        known = [i for i, s in enumerate(statements) if s.labels.get(task) in labels]
        if not known:
            continue
        gold = [labels.index(statements[i].labels[task]) for i in known]
        tables = np.zeros((2, len(labels), len(labels)))
        for table, answer in zip(tables, answers, strict=True):
            np.add.at(table, (gold, answer[known]), 1)
        first, second = macro_f1(tables)
        scores[task] = (float(first), float(second))
    return Parity(statements=len(statements), equal=equal, largest_difference=gap, macro_f1=scores)


def _statements(
    raw: Mapping[str, Any], data: Sequence[Path] | None, *, tasks: Mapping[str, Sequence[str]]
) -> tuple[list["Statement"], str]:
    """Return the statements to measure on, or none and why there are none."""
    from stance.config import Columns
    from stance.data import read_statements
    from stance.errors import DataError

    if data:
        found = read_statements(data, tasks=tuple(tasks))
    else:
        named = (raw.get("config") or {}).get("data")
        named = named if isinstance(named, dict) else {}
        paths = [*(named.get("train") or ()), *(named.get("support") or ())]
        if not paths or not all(isinstance(path, str) for path in paths):
            return [], "the manifest names no training data"
        try:
            columns = Columns(**named.get("columns", {}))
            found = read_statements(paths, tasks=tuple(tasks), columns=columns)
        except (DataError, TypeError, ValueError) as error:
            return [], f"the training data is not at hand ({str(error).splitlines()[0]})"
    # The same sample whatever the order of the files.
    found.sort(key=lambda s: hashlib.sha256(f"{s.text}\n{s.context}".encode()).digest())
    return found[:_MOST], "the data holds no statement"


def _line(precision: str, parity: Parity) -> str:
    tasks = ", ".join(
        f"{task} {percent(share, 2)} % of labels equal (probabilities within "
        f"{parity.largest_difference[task]:.2g})"
        for task, share in parity.equal.items()
    )
    return f"{precision} on {parity.statements} statements: {tasks}"


def _save(
    classifier: Any, out: Path, folder: Path, raw: Mapping[str, Any], precision: str,
    parity: Parity | None, *, measured_on: list[str], force: bool,
) -> Any:  # fmt: skip
    from stance import store
    from stance.pinned import pin
    from stance.reports.card import model_card

    own = ("format", "kind", "tasks", "classifier", "files")
    about = {name: value for name, value in raw.items() if name not in own}
    about["versions"] = {
        **about.get("versions", {}), "onnxruntime": importlib.metadata.version("onnxruntime"),
    }  # fmt: skip
    about["pinned"] = pin(classifier)  # 8 bit answers a little otherwise
    about["evaluations"] = []
    about["export"] = {
        "source": folder.name,
        "source_fingerprint": store.read_manifest(folder).fingerprint,
        "precision": precision,
        "parity": parity.to_dict() if parity else None,
        "measured_on": measured_on if parity else None,
    }
    files = {name: folder / name for name in (SEEN, REFERENCE)}
    texts = {name: p.read_text(encoding="utf-8") for name, p in files.items() if p.is_file()}
    told = {"kind": "transformer", "tasks": raw["tasks"], **about}
    texts[store.CARD] = model_card(name=out.name, manifest=told)
    return store.save(classifier, out, kind="transformer", about=about, files=texts, force=force)
