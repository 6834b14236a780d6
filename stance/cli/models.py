"""`stance models`: what models there are, what one says, whether it is intact; export."""

from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli import completion
from stance.cli.export import export
from stance.cli.manners import Group

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="List, show, verify and export models.",
)
app.command()(export)
_Model = Annotated[
    str, typer.Argument(help="Folder, name or hub id", autocompletion=completion.models)
]


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="The list as JSON on stdout")] = False,
) -> None:
    """List the models that are known by name: those under ./models, then the shipped ones."""
    from stance import store
    from stance.cli.common import percent, table, write_json
    from stance.errors import ModelError

    known: list[dict[str, Any]] = []
    rows: list[tuple[str, ...]] = []
    for name, folder in store.available().items():
        try:
            manifest = store.read_manifest(folder)
        except ModelError as error:
            rows.append((name, "unusable", str(error), "", ""))
            known.append({"name": name, "folder": str(folder), "error": str(error)})
            continue
        known.append({
            "name": name, "folder": str(folder), "kind": manifest.kind,
            "tasks": {task: list(labels) for task, labels in manifest.tasks.items()},
            "fingerprint": manifest.fingerprint,
        })  # fmt: skip
        bytes_ = sum(int(entry.get("bytes", 0)) for entry in manifest.files.values())
        test = manifest.raw.get("metrics", {}).get("test", {})
        scores = ", ".join(
            f"{t} {percent((m.get('macro_f1') or {}).get('value'))}" for t, m in test.items()
        )
        rows.append((name, manifest.kind, ", ".join(manifest.tasks), f"{bytes_ / 1e6:.1f}", scores))
    if as_json:
        write_json({"models": known}, Path("-"))
        return
    table("models", ("name", "kind", "tasks", "MB", "macro-F1 on its test data"), rows, left=3)


@app.command()
def show(model: _Model) -> None:
    """Print a model's manifest as JSON: config, data, metrics, versions, files."""
    from stance import store
    from stance.cli.common import write_json

    manifest = store.read_manifest(store.find(model))
    write_json({"fingerprint": manifest.fingerprint, **manifest.raw}, Path("-"))


@app.command()
def calibrate(
    folder: Annotated[Path, typer.Argument(help="A model folder, such as runs/mine")],
    answers: Annotated[Path, typer.Argument(help="What stance crossval --out wrote (.jsonl)")],
    json_: Annotated[bool, typer.Option("--json", help="Figures as JSON on stdout")] = False,
) -> None:
    """Make a model's probabilities mean what they say, by answers to statements not seen.

    One temperature a task, fitted on the out-of-fold answers of the same config and written
    into the model's manifest; labels stay as they are.
    """
    from stance.calibrating import calibrate as run
    from stance.cli.common import percent, say, table, write_json

    found = run(folder, answers)
    if json_:
        write_json({one.task: one.to_dict() for one in found}, Path("-"))
    else:
        rows = [
            (one.task, str(one.n), f"{one.temperature:.2f}", percent(one.ece_before),
             percent(one.ece_after), f"{one.brier_before:.3f}", f"{one.brier_after:.3f}")
            for one in found
        ]  # fmt: skip
        names = ("task", "answers", "temperature", "ECE before", "after", "Brier before", "after")
        table(f"calibration of {folder}", names, rows, left=1)
    say(f"{folder}: temperatures stored; probabilities are divided by them from now on")


@app.command()
def verify(model: _Model) -> None:
    """Check every file's checksum, load the model and let it answer one statement."""
    from stance import store
    from stance.cli.common import say
    from stance.cli.progress import busy

    folder = store.find(model)
    with busy(f"verifying and loading {model}"):
        manifest = store.verify(folder)
        answer = store.load(folder)(["Talks will continue."])[0]
    labels = ", ".join(f"{task} {answer.label(task)}" for task in manifest.tasks)
    say(f"{folder}: {len(manifest.files)} files intact, loads and answers ({labels})")
    print(manifest.fingerprint)
