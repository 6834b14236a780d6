"""`stance data pool`: which statements a large model should label for a small one."""

from pathlib import Path
from typing import Annotated

import typer


def pool(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="What stance score wrote, or labelled statements"),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSON lines file to write")],
    apart: Annotated[
        list[Path] | None,
        typer.Option(help="Data to be tested on: nothing that shares a passage; repeatable"),
    ] = None,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="Of scored rows: probability of being relevant")
    ] = 0.2,
    most: Annotated[int, typer.Option(min=1, help="Statements of a file, drawn at random")] = 5000,
    seed: Annotated[int, typer.Option(help="Seed of the draw")] = 0,
) -> None:
    """Choose statements for a large model to label, so that a small one learns from it.

    Give stance predict --data what this writes, and the config of the small model
    data.soft what that writes. Off-topic statements are left out, and repeated ones.
    """
    from stance import pool as run
    from stance.cli.common import say
    from stance.cli.progress import busy
    from stance.data import read_statements
    from stance.scoring.writers import replacing

    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as file, busy("choosing statements"):
        parts = [run.candidates(path, least=least) for path in files]
        tested = read_statements(apart) if apart else []
        chosen = run.choose(parts, most=most, apart=tested, seed=seed)
        file.writelines(run.pool_lines(chosen))
    say(f"{len(chosen)} statements of {sum(map(len, parts))} candidates -> {out}")
    for path, part in zip(files, parts, strict=True):
        say(f"{path}: {len(part)} candidates")
