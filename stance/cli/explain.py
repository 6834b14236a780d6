"""`stance explain`: which words of a statement speak for its label, and which against."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stance.cli.completion import choices, classifiers
from stance.cli.predict import DEFAULT_MODEL

if TYPE_CHECKING:
    from stance.explain import Explanation

#: Words below this share of the largest weight are left without colour and mark.
_FAINT = 0.15
FOR, AGAINST = "▲", "▼"


def explain(
    text: Annotated[str, typer.Argument(help="The statement")],
    model: Annotated[
        str,
        typer.Option("--model", "-m", help="Folder, name or hub id", autocompletion=classifiers),
    ] = DEFAULT_MODEL,
    context: Annotated[str, typer.Option(help="The sentences around the statement")] = "",
    speaker: Annotated[str | None, typer.Option(help="Who said it")] = None,
    task: Annotated[str | None, typer.Option(help="Which label [default: the model's first]")] = (
        None
    ),
    label: Annotated[
        str | None, typer.Option(help="Explain this label [default: the most probable]")
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="exact, occlusion, or auto: exact where the model can",
            autocompletion=choices("exact", "occlusion", "auto"),
        ),
    ] = "auto",
    top: Annotated[int, typer.Option(help="How many words to list")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead")] = False,
) -> None:
    """Show which words of a statement speak for its label (▲) and which against (▼).

    The baseline's weights sum exactly to its log-odds; for the transformer each word is left
    out in turn.
    """
    import stance
    from stance.cli.progress import busy
    from stance.explain import explain as run
    from stance.records import Statement

    statement = Statement(text=text, context=context, speaker=speaker)
    with busy(f"asking {model}"):
        found = run(stance.load(model), statement, task=task, label=label, method=method)
    if as_json:
        print(json.dumps({"model": model, **found.to_dict()}, ensure_ascii=False))
    else:
        _print(found, model=model, top=top)


def _print(found: "Explanation", *, model: str, top: int) -> None:
    from stance.cli.common import console, percent, table

    chance = percent(found.probabilities[found.label], 0)
    out = console()
    out.print(f"{found.task}: {found.label}, {chance} % ({model})", style="bold", markup=False)
    out.print(coloured(found), soft_wrap=True)
    exact = found.method == "exact"
    title = (
        f"words by their share of the log-odds of {found.label} against {found.against}"
        if exact
        else f"words by how many points {found.label} loses without them"
    )
    scale, digits = (1, 2) if exact else (100, 1)
    rows = [
        (FOR if word.weight > 0 else AGAINST, word.text, f"{scale * word.weight:+.{digits}f}")
        for word in found.top(top)
        if word.weight
    ]
    table(title, ("", "word", "weight"), rows, left=2)
    if exact:
        out.print(sum_in_words(found), soft_wrap=True, markup=False)


def coloured(found: "Explanation") -> Any:
    """Return the text as rich shows it: ▲ green for the label, ▼ red against it, bold if strong."""
    from rich.text import Text

    largest = max((abs(word.weight) for word in found.words), default=0.0)
    shown, at = Text(), 0
    for word in found.words:
        shown.append(found.text[at : word.start])
        at = word.end
        size = abs(word.weight) / largest if largest else 0.0
        if size < _FAINT:
            shown.append(word.text)
            continue
        colour, mark = ("green", FOR) if word.weight > 0 else ("red", AGAINST)
        shown.append(word.text + mark, style=f"bold {colour}" if size >= 0.5 else colour)
    shown.append(found.text[at:])
    return shown


def sum_in_words(found: "Explanation") -> str:
    """Return the sum of an exact explanation, part by part."""
    words = sum(word.weight for word in found.words)
    parts = [f"words {words:+.3f}", *(f"{name} {value:+.3f}" for name, value in found.rest.items())]
    return (
        f"{', '.join(parts)}: together {found.total:+.3f} = "
        f"ln(p({found.label}) / p({found.against}))"
    )
