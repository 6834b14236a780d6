"""`stance crossval`: how well a config does on groups that it has not seen."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from stance.cli.options import BREAKDOWNS


def crossval(
    config: Annotated[Path, typer.Argument(help="A YAML file, such as configs/baseline.yaml")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a key: model.epochs=3"),
    ] = None,
    group: Annotated[
        str, typer.Option(help="What is kept together: article, dispute or another column")
    ] = "article",
    folds: Annotated[
        int | None, typer.Option(help="Rounds [default: one a group, 5 when over 10 groups]")
    ] = None,
    duplicates: Annotated[
        Literal["merge", "drop", "keep"],
        typer.Option(help="Near-duplicates in different groups: one group; out of training; kept"),
    ] = "merge",
    json_: Annotated[
        Path | None, typer.Option("--json", help="Also write all figures to this file, or - ")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the out-of-fold answers here (.jsonl)")
    ] = None,
    wrong: Annotated[int, typer.Option(help="How many wrong answers to list a task")] = 10,
    by: Annotated[
        str, typer.Option(help="Columns to break the figures down by, separated by commas")
    ] = BREAKDOWNS,
) -> None:
    """Cross-validate a config on its training data, leaving whole groups out.

    Statements of data.support join every training and are never tested. Near-duplicates in
    different groups make these one group; with many copies of one text across large groups
    (disputes), --duplicates drop leaves them out of training when their twin is tested.
    """
    from stance import rundata, training
    from stance.cli.columns import check_columns
    from stance.cli.common import say, write_json
    from stance.cli.evaluation_tables import print_evaluation
    from stance.cli.progress import busy, rounds_bar
    from stance.errors import UsageError
    from stance.evaluation.crossval import crossval as run

    settings = training.read_config(config, overrides=set_ or [])
    if settings.data.soft:
        raise UsageError(
            "data.soft is not cross-validated: the model that gave these probabilities may have "
            "learnt from the statements that are tested; leave it out with --set data.soft=[]"
        )
    with busy("reading the data"):
        data = rundata.read_data(settings)
    check_columns(data.train, [group], option="--group")
    if by != BREAKDOWNS:  # of the usual columns some may be missing
        check_columns(data.train, by.split(",") if by else (), option="--by")

    with rounds_bar(bars=settings.kind == "baseline") as progress:
        found = run(
            lambda: training.make_classifier(settings), data.train, tasks=tuple(data.tasks),
            group=group, folds=folds, seed=settings.seed, extra_train=data.support,
            extra_weight=settings.data.support_weight, progress=progress, duplicates=duplicates,
            prepare=lambda rows: rundata.to_learn(rows, settings.data, seed=settings.seed),
            by=tuple(by.split(",")) if by else (),
        )  # fmt: skip
    leaks = found.leakage
    if leaks.pairs:
        say(f"{len(leaks.pairs)} pairs of near-duplicates in different groups were found")
    if json_:
        write_json({"config": settings.resolved(), **found.to_dict()}, json_)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in found.rows())
    if str(json_) != "-":
        title = f"{config}: {found.plan} ({len(found.folds)} rounds by {group})"
        print_evaluation(found.evaluation, title=title, wrong=wrong)
