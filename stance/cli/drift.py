"""`stance drift`: does a new batch look unlike what the model is known on?"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from stance.drift import Drift, Measure

REFERENCES = ("reference.parquet", "reference.jsonl", "reference.csv")


def drift(
    scores_a: Annotated[
        Path,
        typer.Argument(
            metavar="SCORES_A", help="What is known: scores, labelled statements, or a model folder"
        ),
    ],
    scores_b: Annotated[Path, typer.Argument(metavar="SCORES_B", help="What is new: scores")],
    task: Annotated[str, typer.Option(help="Whose labels and confidence to compare")] = "stance",
    embeddings: Annotated[
        bool,
        typer.Option(
            "--embeddings/--no-embeddings", help="Compare meanings too, which loads torch"
        ),
    ] = True,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to a file, or - for stdout")
    ] = None,
    shuffles: Annotated[int, typer.Option(help="How often articles are dealt out anew")] = 999,
    most_articles: Annotated[
        int, typer.Option(help="Read at most this many random articles of each")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the shuffles and samples")] = 0,
) -> None:
    """Say whether the new articles B are unlike A in words, meaning, confidence, labels, kinds.

    Each difference stands beside what chance alone would show between articles of one kind.
    """
    from stance.cli.common import say, write_json
    from stance.cli.progress import busy
    from stance.drift import advice, compare, read_batch
    from stance.errors import UsageError

    if shuffles < 199 or most_articles < 8:
        raise UsageError(f"--shuffles {shuffles}, --most-articles {most_articles} came; expected "
                         "at least 199 and 8")  # fmt: skip
    a, b = (read_batch(_rows(path), task=task) for path in (scores_a, scores_b))
    embed = None
    if embeddings:
        from stance.drift import vectors

        embed = vectors.embed
    with busy("comparing the batches"):
        found = compare(
            a, b, embed=embed, most_articles=most_articles, n_shuffles=shuffles, seed=seed
        )
    lines = advice(found)
    if json is not None:
        write_json({**found.to_dict(), "advice": lines}, json)
    if str(json) == "-":
        return
    for name, why in found.left_out.items():
        say(f"{name} left out: {why}")
    _print(found)
    for line in lines:
        print(line)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of scores, or of the reference that a model folder keeps."""
    from stance.cli.scores import score_rows
    from stance.errors import UsageError

    if path.is_dir() and not (path / "parts").is_dir():
        kept = [path / name for name in REFERENCES if (path / name).is_file()]
        if not kept:
            raise UsageError(
                f"{path} holds neither parts of scores nor a reference ({', '.join(REFERENCES)}); "
                "give scores of articles that the model is known on, or labelled statements such "
                "as data/statements.jsonl"
            )
        path = kept[0]
    return score_rows([path])


def _print(found: "Drift") -> None:
    from stance.cli.common import table

    (a, b), (n_a, n_b) = found.articles, found.quotes
    part = "" if found.read == found.articles else f"; {found.read[0]} and {found.read[1]} read"
    table(
        f"A: {a} articles, {n_a} quotes; B: {b} articles, {n_b} quotes{part}",
        ("", "A", "B", "distance", "by chance", "p", ""), [_row(m) for m in found.measures], left=3,
    )  # fmt: skip
    if found.verdict != "unknown":
        print("  by chance: less than this in 95 of 100 shuffles of the articles; p is corrected "
              "for the number of rows")  # fmt: skip


def _row(m: "Measure") -> Sequence[Any]:
    verdict = "large" if m.large else ("small" if m.beyond_chance else "")
    chance = "-" if m.chance_95 is None else f"{m.chance_95:.3f}"
    p = "-" if m.p_corrected is None else f"{m.p_corrected:.3f}"
    return [m.name, _figures(m.first), _figures(m.second), f"{m.distance:.3f}", chance, p, verdict]


def _figures(values: Any) -> str:
    """Return a measure's mean or quarters, or the shares of its three most frequent kinds."""
    items = list((values or {}).items())
    if len(items) == 1 or "median" in (values or {}):
        return " | ".join(f"{value:.3f}" if value <= 1 else f"{value:.0f}" for _, value in items)
    return ", ".join(f"{kind} {100 * share:.0f} %" for kind, share in items[:3])
