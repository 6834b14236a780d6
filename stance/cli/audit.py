"""`stance data audit`: check a random sample by hand, and learn how right a run is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli.options import Scores

if TYPE_CHECKING:
    from stance.audit import Audit, Population
    from stance.audit.figures import TaskAudit
    from stance.evaluation.proportions import Proportion


def audit(
    scores: Scores,
    n: Annotated[int, typer.Option("--n", help="How many quotes to draw")] = 100,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The sheet to write and fill in: .csv or .jsonl"),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="Draw as many of each label of this task, such as stance, so that rare ones are "
            "seen; weighted when read"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw and of the intervals")] = 0,
    show_labels: Annotated[
        bool, typer.Option("--show-labels", help="Put the model's labels on the sheet")
    ] = False,
    answers: Annotated[
        Path | None, typer.Option(help="The sheet, filled in: print how right the run is")
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to a file, or - for stdout")
    ] = None,
    corrections_out: Annotated[
        Path | None, typer.Option(help="Write the answers as corrections: .csv or .jsonl")
    ] = None,
) -> None:
    """Draw quotes to check by hand; with --answers, say how right the whole run is.

    Fill in true_stance, true_sentiment, true_relevance with labels, true_speaker with yes, no,
    a name or (none), span_ok with yes or no. Leave empty what you cannot tell.
    """
    from stance import audit as audits
    from stance.cli.common import say
    from stance.cli.scores import score_rows
    from stance.errors import DataError, UsageError

    if (out is None) == (answers is None):
        raise UsageError("give --out FILE to draw a sheet, or --answers FILE to read a filled one")
    if answers is None and (json or corrections_out):
        raise UsageError("--json and --corrections-out need the filled sheet; give --answers FILE")
    found = audits.population(score_rows(scores))
    if found.copied:
        say(f"{found.copied} quotes in copies of counted articles left out")
    if out is not None:
        _draw(found, out, n=n, by=by, seed=seed, show_labels=show_labels)
    elif answers is not None:
        filled = audits.read_answers(answers, found)
        _print(audits.audit(filled, found, seed=seed), json)
        if corrections_out:
            rows = audits.corrections(filled)
            if not rows:
                raise DataError(f"{answers} holds no labels or speakers to set; only span_ok")
            audits.write_sheet(rows, corrections_out)
            say(f"{len(rows)} quotes set by hand -> {corrections_out}")


def _draw(
    found: "Population", out: Path, *, n: int, by: str | None, seed: int, show_labels: bool
) -> None:
    from stance import audit as audits
    from stance.cli.common import say
    from stance.errors import UsageError

    if out.exists():
        raise UsageError(f"{out} is there already and may hold answers; choose another name")
    units = audits.draw(found, n, by=by, seed=seed)
    audits.write_sheet(audits.sheet(units, found, by=by, show_labels=show_labels), out)
    how = "at random" if by is None else f"at random within each label of {by}"
    say(f"{len(units)} of {len(found.units)} quotes drawn {how} -> {out}")
    if show_labels:
        say("stance: warning: who sees the model's labels is drawn towards them; the accuracy "
            "will come out too high")  # fmt: skip
    say(f"fill in {', '.join(audits.answer_columns(found))}; then: stance data audit SCORES "
        f"--answers {out}")  # fmt: skip


def _print(found: "Audit", json: Path | None) -> None:
    from stance.cli.common import say, table, write_json

    for line in notes(found):
        say(line)
    if json is not None:
        write_json(found.to_dict(), json)
    if str(json) == "-":
        return
    rows = []
    for name, task in found.tasks.items():
        rows.append((f"{name}: accuracy", *_figure(task.accuracy)))
        low, high = task.macro_f1.low or 0.0, task.macro_f1.high or 0.0
        rows.append((f"{name}: macro-F1", f"{100 * task.macro_f1.value:.1f}",
                     f"{100 * low:.1f} to {100 * high:.1f}", str(task.accuracy.n)))  # fmt: skip
    for name, one in (("speaker: precision", found.speaker), ("span: precision", found.span)):
        if one is not None:
            rows.append((name, *_figure(one)))
    title = f"{found.checked} of {found.quotes} quotes checked"
    table(title, ("", "figure", f"{100 * found.coverage:g} % interval", "answers"), rows)
    for name, task in found.tasks.items():
        table(f"{name}: true labels in rows, the model's in columns", ("true", *task.labels),
              _matrix(task))  # fmt: skip


def _figure(one: "Proportion") -> tuple[str, str, str]:
    bounds = f"{100 * one.low:.1f} to {100 * one.high:.1f}"
    return f"{100 * one.value:.1f}", bounds, str(one.n)


def _matrix(task: "TaskAudit") -> Sequence[Sequence[object]]:
    return [(label, *row) for label, row in zip(task.labels, task.confusion, strict=True)]


def notes(found: "Audit") -> list[str]:
    """Return what a reader of the figures must know."""
    lines = [
        f"{found.checked} of {found.drawn} rows have answers; the figures are of the "
        f"{found.quotes} quotes of this run, not of other articles"
    ]
    if found.by is not None:
        lines.append(f"drawn by {found.by}: every answer is weighted by how many quotes of its "
                     "label there are; the matrices show plain counts")  # fmt: skip
    if found.checked < found.drawn:
        lines.append("stance: warning: rows without answers are taken to be like the others; that "
                     "holds only if they were not left out for being hard")  # fmt: skip
    for label, n in found.uncovered.items():
        lines.append(f"stance: warning: none of the {n} quotes answered {label} was checked; the "
                     "figures leave them out")  # fmt: skip
    for name, task in found.tasks.items():
        if task.few:
            lines.append(f"stance: warning: {name}: fewer than 10 checked quotes are "
                         f"{' or '.join(task.few)}, so macro-F1 is rough; draw more with "
                         "--by")  # fmt: skip
        if task.abstained:
            lines.append(f"{name}: {task.abstained} checked quotes on which the model abstained "
                         "do not count")  # fmt: skip
    return lines
