"""Score articles: to an iterator of rows, to a file, to stdout or to a folder of parts."""

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stance.articles import InputFailure, as_articles
from stance.errors import UsageError
from stance.scoring.admission import Admission
from stance.scoring.blocks import cut
from stance.scoring.extraction import Extract, Extractor, open_extractor
from stance.scoring.options import ScoreOptions
from stance.scoring.parts import score_parts, score_to_folder
from stance.scoring.scorer import Scorer
from stance.scoring.single import Progress, score_to_file, score_to_stdout
from stance.scoring.summary import RunSummary
from stance.scoring.writers import format_of

if TYPE_CHECKING:
    from stance.scoring.cluster import RayOptions


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
        admission = Admission(english_only=options.english_only)
        blocks = cut(map(admission.admit, items), options=options)
        with closing(_extractor(options, extract)) as extractor:
            for scored in scorer.blocks(blocks, extractor):
                for failure in scored.failures:
                    (on_failure or _warn)(failure)
                yield from scored.rows

    return rows()


def score_to(
    out: str | Path,
    articles: Any,
    model: Any,
    *,
    extract: Extract | None = None,
    append: bool = False,
    part_format: str = "parquet",
    errors: Any = None,
    progress: Progress | None = None,
    ray: "RayOptions | None" = None,
    options: ScoreOptions | None = None,
    **changes: Any,
) -> RunSummary:
    """Score `articles` into `out` and return what became of each of them.

    `out` ending in .jsonl, .csv or .parquet is one file, written beside and renamed; `-` is
    stdout, as JSON lines. Failures are listed in `<name>.errors.jsonl` beside the file, for
    stdout in the byte stream `errors`. Without ending `out` is a folder of parts in
    `part_format` (parquet or jsonl): a run that was interrupted goes on there, and `append`
    scores what is new in the input. `progress` is called with the counts so far. With `ray`
    the parts of a folder are made on Ray, and `model` may be one that `scoring.packed.pack`
    packed, or any that can be pickled. Options are those of `score`.
    """
    options = _options(options, changes)
    kind = format_of(out)
    items = as_articles(articles)
    if append and kind is not None:
        raise UsageError(f"only a folder of parts can be appended to, and --out is {out}")
    if ray is not None:
        return _score_on_ray(
            out, items, model, options, ray, extract=extract,
            kind=part_format, append=append, progress=progress,
        )  # fmt: skip
    scorer = Scorer(_checked(model), options)
    with closing(_extractor(options, extract)) as extractor:
        if kind is None:
            engine = partial(score_parts, scorer=scorer, extractor=extractor, kind=part_format)
            return score_to_folder(
                Path(out), items, scorer, engine,
                kind=part_format, append=append, progress=progress,
            )  # fmt: skip
        admission = Admission(english_only=options.english_only)
        blocks = scorer.blocks(cut(map(admission.admit, items), options=options), extractor)
        if str(out) == "-":
            return score_to_stdout(blocks, errors or io.BytesIO(), progress=progress)
        return score_to_file(Path(out), kind, blocks, scorer, progress=progress)


def _score_on_ray(
    out: str | Path,
    items: Any,
    model: Any,
    options: ScoreOptions,
    ray: "RayOptions",
    *,
    extract: Extract | None,
    kind: str,
    append: bool,
    progress: Progress | None,
) -> RunSummary:
    from stance.scoring.cluster import score_on_ray
    from stance.scoring.packed import PackedModel

    if format_of(out) is not None:
        raise UsageError(
            f"Ray fills a folder of parts, and --out is {out}; give --out a name without ending"
        )
    scorer = Scorer(model if isinstance(model, PackedModel) else _checked(model), options)

    engine = partial(
        score_on_ray, model=model, options=options, ray_options=ray, extract=extract, kind=kind
    )
    return score_to_folder(
        Path(out), items, scorer, engine, kind=kind, append=append, progress=progress
    )


def _warn(failure: InputFailure) -> None:
    warnings.warn(f"{failure.where}: {failure.reason}", ArticleWarning, stacklevel=3)


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


def _extractor(options: ScoreOptions, extract: Extract | None) -> Extractor:
    return open_extractor(
        extract, by=options.by, attribution=options.attribution, workers=options.workers,
        seconds_per_article=options.seconds_per_article,
    )  # fmt: skip
