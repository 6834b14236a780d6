"""Score articles: to an iterator of rows, to a file, to stdout or to a folder of parts."""

import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from stance.articles import InputFailure, as_articles
from stance.errors import UsageError
from stance.records import Article
from stance.scoring.admission import Admission
from stance.scoring.blocks import cut
from stance.scoring.extraction import Extract, open_extractor
from stance.scoring.options import ScoreOptions
from stance.scoring.scorer import ScoredBlock, Scorer
from stance.scoring.single import Progress, score_to_file, score_to_stdout
from stance.scoring.summary import RunSummary
from stance.scoring.writers import format_of


class ArticleWarning(UserWarning):
    """An article was not scored; the message says which and why."""


def score(
    articles: Any,
    model: Any,
    *,
    extract: Extract | None = None,
    on_failure: Callable[[InputFailure], None] | None = None,
    options: ScoreOptions | None = None,
    **changes: Any,
) -> Iterator[dict[str, Any]]:
    """Yield a row for each quote of `articles`, in order: see the data dictionary for columns.

    `articles` are records, mappings with a text, strings, a frame, or what `read_articles`
    yields. `changes` are fields of `ScoreOptions` (`by`, `attribution`, `abstain_below`, ...).
    `extract` replaces `stance.quotes`. An article that cannot be scored is handed to
    `on_failure`, or else warned of (`ArticleWarning`); the rest goes on.
    """
    options = _options(options, changes)
    items = as_articles(articles)
    scorer = Scorer(_checked(model), options)

    def rows() -> Iterator[dict[str, Any]]:
        for block in _scored(items, scorer, extract):
            for failure in block.failures:
                if on_failure:
                    on_failure(failure)
                else:
                    warnings.warn(
                        f"{failure.where}: {failure.reason}", ArticleWarning, stacklevel=2
                    )
            yield from block.rows

    return rows()


def score_to(
    out: str | Path,
    articles: Any,
    model: Any,
    *,
    extract: Extract | None = None,
    errors: Any = None,
    progress: Progress | None = None,
    options: ScoreOptions | None = None,
    **changes: Any,
) -> RunSummary:
    """Score `articles` into `out` and return what became of each of them.

    `out` ending in .jsonl, .csv or .parquet is one file, written beside and renamed; `-` is
    stdout, as JSON lines. Failures are listed in `<name>.errors.jsonl` beside the file, for
    stdout in the byte stream `errors`. `progress` is called with the counts so far.
    """
    options = _options(options, changes)
    kind = format_of(out)
    scorer = Scorer(_checked(model), options)
    blocks = _scored(as_articles(articles), scorer, extract)
    if str(out) == "-":
        return score_to_stdout(blocks, errors or io.BytesIO(), progress=progress)
    if kind is None:
        raise UsageError(f"--out {out} has no ending; expected .jsonl, .csv or .parquet")
    return score_to_file(Path(out), kind, blocks, scorer, progress=progress)


def _options(options: ScoreOptions | None, changes: dict[str, Any]) -> ScoreOptions:
    try:
        return replace(options or ScoreOptions(), **changes)
    except TypeError as error:
        known = ", ".join(ScoreOptions.__dataclass_fields__)
        raise UsageError(f"unknown option ({error}); expected {known}") from None


def _checked(model: Any) -> Any:
    if not (callable(model) and hasattr(model, "tasks_") and hasattr(model, "labels_")):
        raise UsageError(
            f"the model is a {type(model).__name__} without tasks; pass a fitted classifier, "
            "such as stance.load('transformer')"
        )
    return model


def _scored(
    items: Iterable[Article | InputFailure], scorer: Scorer, extract: Extract | None
) -> Iterator[ScoredBlock]:
    options = scorer.options
    admission = Admission(english_only=options.english_only)
    extractor = open_extractor(
        extract, by=options.by, attribution=options.attribution, workers=options.workers,
        seconds_per_article=options.seconds_per_article,
    )  # fmt: skip
    try:
        yield from scorer.blocks(cut(map(admission.admit, items), options=options), extractor)
    finally:
        extractor.close()
