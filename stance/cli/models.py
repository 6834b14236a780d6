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
        try:  # nothing rests on these figures, so the manifest's reader lets any value pass
            mega = f"{sum(int(one.get('bytes', 0)) for one in manifest.files.values()) / 1e6:.1f}"
            test = (manifest.raw.get("metrics") or {}).get("test", {})
            scores = ", ".join(
                f"{t} {percent((m.get('macro_f1') or {}).get('value'))}" for t, m in test.items()
            )
        except (AttributeError, TypeError, ValueError, OverflowError):
            mega, scores = "", "its manifest states figures that cannot be read"
        rows.append((name, manifest.kind, ", ".join(manifest.tasks), mega, scores))
    if as_json:
        write_json({"models": known}, Path("-"))
        return
    table("models", ("name", "kind", "tasks", "MB", "macro-F1 on its test data"), rows, left=3)


@app.command()
def show(model: _Model) -> None:
    """Print a model's manifest as JSON: config, data, metrics, versions, files."""
    from stance import store
    from stance.cli.common import write_json
    from stance.errors import ManifestError
    from stance.evaluation.resampling import plain

    manifest = store.read_manifest(store.find(model))
    # Worked out, whatever a manifest states under that name.
    told = {name: value for name, value in manifest.raw.items() if name != "fingerprint"}
    try:
        write_json({"fingerprint": manifest.fingerprint, **plain(told)}, Path("-"))
    except RecursionError:
        raise ManifestError(f"the manifest of {model} nests too deep; retrain the model") from None


@app.command()
def calibrate(
    folder: Annotated[Path, typer.Argument(help="A model folder, such as runs/mine")],
    answers: Annotated[Path, typer.Argument(help="What stance crossval --out wrote (.jsonl)")],
    group: Annotated[
        str, typer.Option(help="Whose statements belong together: article, dispute, ...")
    ] = "article",
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw confidence against truth, before and after"),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Figures as JSON on stdout")] = False,
) -> None:
    """Make a model's probabilities mean what they say, by answers to statements not seen.

    One temperature a task, and the thresholds of label sets with a stated coverage, fitted on
    the out-of-fold answers of the same config and written into the model's manifest and card;
    labels stay as they are.
    """
    from stance.calibrating import calibrate as run
    from stance.cli.common import percent, say, table, write_json
    from stance.cli.evaluation_tables import band, print_sets
    from stance.reports.reliability import BeforeAndAfter, check_format, draw_reliability

    if plot is not None:  # before the model is changed
        check_format(plot)
    found = run(folder, answers, group=group)
    if plot is not None:
        panels = {
            one.task: BeforeAndAfter(n=one.n, before=one.reliability_before,
                                     after=one.reliability_after, ece_before=one.ece_before,
                                     ece_after=one.ece_after)
            for one in found
        }  # fmt: skip
        draw_reliability(panels, plot, title=f"Calibration of {folder.name}")
        say(f"plot -> {plot}")
    if json_:
        write_json({one.task: one.to_dict() for one in found}, Path("-"))
    else:
        rows = [
            (one.task, str(one.n), f"{one.temperature:.2f}", percent(one.ece_before),
             percent(one.ece_after), band(one.perfect_ece), f"{one.brier_before:.3f}",
             f"{one.brier_after:.3f}")
            for one in found
        ]  # fmt: skip
        names = ("task", "answers", "temperature", "ECE before", "after", "if exactly right",
                 "Brier before", "after")  # fmt: skip
        table(f"calibration of {folder}", names, rows, left=1)
        print_sets({one.task: one.sets for one in found}, title="sets of labels, by "
                   f"{group}s that taught them nothing")  # fmt: skip
    say(f"{folder}: temperatures and thresholds stored; probabilities are divided by the "
        "temperatures from now on, and stance score --coverage can be asked for")  # fmt: skip


@app.command()
def verify(model: _Model) -> None:
    """Check every file's checksum, load the model and ask its pinned examples again.

    Their probabilities must be those that the model gave when it was made.
    """
    from stance import store
    from stance.cli.common import say
    from stance.cli.progress import busy

    folder = store.find(model)
    with busy(f"verifying and loading {model}"):
        manifest = store.verify(folder)
        lines = [_ask_again(folder, manifest, name) for name in store.backends(manifest) or (None,)]
    say(f"{folder}: {len(manifest.files)} files intact, {'; '.join(lines)}")
    print(manifest.fingerprint)


def _ask_again(folder: Path, manifest: Any, backend: str | None) -> str:
    """Load a model on a backend, ask its pinned examples, and return in words what came."""
    from stance import store
    from stance.pinned import TOLERANCE, TOLERANCE_INT8, check_pins

    if manifest.kind == store.TAGGER:
        from stance.tagger.model import ask

        return f"loads and finds {ask(folder)} quote in a sentence with one"
    loaded = store.load(folder, backend=backend)
    on = f" on {backend}" if backend else ""
    pins = manifest.raw.get("pinned")
    if not pins:
        answer = loaded(["Talks will continue."])[0]
        labels = ", ".join(f"{task} {answer.label(task)}" for task in manifest.tasks)
        return f"loads{on} and answers ({labels}; it keeps no pinned examples)"
    eight = "int8" in str((manifest.raw.get("export") or {}).get("precision"))
    gap = check_pins(
        loaded, pins, where=str(folder), tolerance=TOLERANCE_INT8 if eight else TOLERANCE
    )
    return f"{len(pins)} pinned examples answered{on} as when it was made (within {gap:.1g})"
