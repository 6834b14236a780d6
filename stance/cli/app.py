"""The typer application: every command by name."""

from typing import Annotated

import typer

from stance.cli import (
    compare,
    crossval,
    data,
    doctor,
    drift,
    evaluate,
    explain,
    label,
    models,
    predict,
    quotes,
    report,
    score,
    speakers,
    summarize,
    train,
)
from stance.cli.manners import Root

app = typer.Typer(
    cls=Root,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    # Rich's help costs as much time again as all the rest of `stance --help`.
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Find who said what in news articles, and tag every quote as escalatory, neutral or "
    "de-escalatory, with its sentiment beside it.",
    epilog="\b\nNew here?\n"
    "  stance doctor                               is all well here?\n"
    "  stance score ARTICLES --out scores.csv      label every quote of a folder\n"
    "  stance report scores.csv --out report.html  look at them",
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"stance {version('stance')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


app.command("train", short_help="Train a model from a config")(train.train)
app.command("evaluate", short_help="Measure a model on labelled statements")(evaluate.evaluate)
app.command("crossval", short_help="Measure a config on groups left out")(crossval.crossval)
app.command("compare", short_help="Set models side by side")(compare.compare)
app.command("predict", short_help="Label a few statements at once")(predict.predict)
app.command("explain", short_help="Show which words make a label")(explain.explain)
app.command("quotes", short_help="Find quotes and speakers, no model")(quotes.quotes)
app.command("score", short_help="Find and label the quotes of articles")(score.score)
app.command("speakers", short_help="Which names are one speaker")(speakers.speakers)
app.command("summarize", short_help="Index and shares by any column")(summarize.summarize)
app.command("drift", short_help="Is a new batch unlike the known?")(drift.drift)
app.command("report", short_help="Show who said what")(report.report)
app.command("label", short_help="Label quotes by hand, in the terminal")(label.label)
app.command("doctor", short_help="Check the installation; what to do")(doctor.doctor)
app.add_typer(data.app, name="data")
app.add_typer(models.app, name="models")
