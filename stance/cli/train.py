"""`stance train`: a config in, a model folder out."""

import os
import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer


def train(
    config: Annotated[Path, typer.Argument(help="A YAML file, such as configs/baseline.yaml")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a key: model.epochs=3"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Model folder to write [default: runs/<config>]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing model")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the last checkpoint of a stopped run")
    ] = False,
) -> None:
    """Train a classifier (or, with `kind: tagger`, a finder of quotes) and save it as a folder."""
    from stance import training
    from stance.cli.common import say, table
    from stance.cli.evaluation_tables import with_interval
    from stance.cli.progress import busy
    from stance.config import read_raw

    target = out or Path("runs") / config.stem
    if read_raw(config, overrides=set_ or []).get("kind") == "tagger":
        _train_tagger(config, set_ or [], target, force=force, resume=resume)
        return
    run = training.read_config(config, overrides=set_ or [])
    # The transformer's training shows a bar of its own, which a second one would tear apart.
    with busy("training") if run.kind == "baseline" else nullcontext():
        result = training.train(
            run, target, force=force, resume=resume, say=say,
            command=_command(config, set_ or [], target),
        )  # fmt: skip
    if result is None:  # one of several processes, and not the one that saves
        return
    rows = []
    for name, found in (("training data", result.training), ("test data", result.test)):
        for task, scores in (found.tasks if found else {}).items():
            s = scores.scores
            rows.append((name, task, s.n, with_interval(s.macro_f1), with_interval(s.accuracy)))
    table(f"{target} ({run.kind})", ("measured on", "task", "n", "macro-F1", "accuracy"), rows,
          stderr=True, left=2)  # fmt: skip
    say(f"saved, loaded again and compared: {target}  (fingerprint {result.manifest.fingerprint})")


def _command(config: Path, overrides: list[str], target: Path) -> str:
    """Return what makes the same model again, with paths as they are from the working folder."""
    here = Path.cwd()
    paths = [p.relative_to(here) if p.is_relative_to(here) else p for p in (config, target)]
    sets = [word for item in overrides for word in ("--set", item)]
    return shlex.join(["stance", "train", str(paths[0]), *sets, "--out", str(paths[1])])


def _train_tagger(
    config: Path, overrides: list[str], target: Path, *, force: bool, resume: bool
) -> None:
    from stance import training
    from stance.cli.common import percent, say, table
    from stance.config import parse_tagger_config, read_raw
    from stance.errors import UsageError
    from stance.tagger.settings import TaggerConfig
    from stance.tagger.training import train_tagger

    if os.environ.get("WORLD_SIZE", "1") != "1":
        raise UsageError("a tagger is trained by one process; leave out torchrun")
    raw = read_raw(config, overrides=overrides)
    run = parse_tagger_config(raw, TaggerConfig, where=str(config))
    made = train_tagger(
        run, target, versions=training.versions(), force=force, resume=resume, say=say
    )
    rows = [
        (kind, m["contents"], percent(m["f1"]), percent(m["f1_with_source"]))
        for kind, m in made.figures.items()
    ]
    table(f"{target} on the articles held out", ("kind", "contents", "F1", "F1 with source"), rows,
          stderr=True)  # fmt: skip
    say(f"saved, loaded again and compared: {target}  (fingerprint {made.manifest.fingerprint})")
