"""`stance evaluate`: a model against labelled statements."""

from pathlib import Path
from typing import Annotated, Any

import typer

from stance.cli.completion import classifiers
from stance.cli.options import BREAKDOWNS


def evaluate(
    model: Annotated[
        str, typer.Argument(help="Folder, name or hub id", autocompletion=classifiers)
    ],
    data: Annotated[list[Path], typer.Option("--data", help="Labelled statements; repeatable")],
    json_: Annotated[
        Path | None, typer.Option("--json", help="Also write all figures to this file, or - ")
    ] = None,
    swap_names: Annotated[
        bool,
        typer.Option(
            "--swap-names", help="Also exchange people and countries, and see which labels stay"
        ),
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Also write a page: confusion, reliability, risk and coverage, wrong answers",
        ),
    ] = None,
    coverage: Annotated[
        list[float] | None,
        typer.Option(
            help="Measure the sets of labels of stance score --coverage too, as 0.9; repeatable"
        ),
    ] = None,
    card: Annotated[
        bool, typer.Option("--card", help="Put the figures into the model's manifest and card")
    ] = False,
    narration: Annotated[
        bool, typer.Option(help="Also evaluate sentences without an attributed statement")
    ] = False,
    wrong: Annotated[int, typer.Option(help="How many wrong answers to list a task")] = 10,
    by: Annotated[
        str, typer.Option(help="Columns to break the figures down by, separated by commas")
    ] = BREAKDOWNS,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap")] = 0,
) -> None:
    """Evaluate a model on labelled statements: figures with intervals, and the wrong answers.

    Warns when the model was trained on some of that data. --card keeps the figures by kind,
    speaker and dispute, no statement, with the model; of one that is calibrated those of sets
    of 80, 90 and 95 % too.
    """
    from stance import cards, store, training
    from stance.calibrating import COVERAGES
    from stance.cli.columns import check_columns
    from stance.cli.common import say, write_json
    from stance.cli.evaluation_tables import print_evaluation, print_name_swap
    from stance.cli.progress import Watched, busy
    from stance.data import read_statements
    from stance.errors import UsageError
    from stance.evaluation.conformal import conformal_rules
    from stance.evaluation.evaluate import answers_of
    from stance.evaluation.evaluate import evaluate as run
    from stance.evaluation.nameswap import name_swap
    from stance.reports.card import COLUMNS

    if report is not None and report.suffix != ".html":
        raise UsageError(f"--report {report} ends in '{report.suffix}'; expected .html")
    folder = store.find(model)
    if card:
        cards.check_card(folder)
    with busy(f"loading {model} and the data"):
        loaded: Any = Watched(store.load(folder), f"asking {model}")
        statements = read_statements(data, tasks=loaded.tasks_, narration=narration)
        seen, n = training.seen_share(folder, statements)
    if seen:
        say(
            f"stance: warning: the model was trained on {seen} of these {n} statements, so the "
            "figures below are too high; use other data, or stance crossval"
        )
    if by != BREAKDOWNS:  # of the usual columns some may be missing
        check_columns(statements, by.split(",") if by else (), option="--by")
    stated = coverage or (COVERAGES if card and loaded.manifest.get("calibration") else ())
    rules = [conformal_rules(loaded, one) for one in stated]
    columns = (*filter(None, by.split(",")), *(COLUMNS if card else ()))
    answers = answers_of(loaded, statements)
    with busy("working out figures and intervals"):
        found = run(answers, statements, by=tuple(dict.fromkeys(columns)), seed=seed, rules=rules)
    swapped = name_swap(loaded, statements, answers=answers) if swap_names else {}
    if json_:
        write_json(
            {"model": loaded.name, "fingerprint": loaded.fingerprint, "trained_on": seen,
             **found.to_dict(),
             **({"swap_names": {t: s.to_dict() for t, s in swapped.items()}} if swapped else {})},
            json_,
        )  # fmt: skip
    names = ", ".join(map(str, data))
    if report is not None:
        from stance.reports.evaluation import curves_of, evaluation_report

        warning = f"{seen} of these {n} statements were among the model's own training data, so "
        page = evaluation_report(
            found, curves_of(answers, statements), title=f"{model} on {names}",
            warning=f"{warning}these figures are too high" if seen else "", wrong=max(wrong, 50),
        )  # fmt: skip
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(page, encoding="utf-8")
        say(f"report -> {report}")
    if card:
        block = cards.evaluation_block(
            found, statements, name=", ".join(path.name for path in data), trained_on=seen,
            swapped=swapped, model_fingerprint=loaded.fingerprint,
        )  # fmt: skip
        cards.add_evaluation(folder, block)
        say(f"card -> {folder / store.CARD}")
    if str(json_) != "-":
        print_evaluation(found, title=f"{model} on {names}", wrong=wrong)
        if swapped:
            print_name_swap(swapped)
