"""Rows -> one batch: its quotations with their articles, words, answers and kinds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stance.aggregate.groups import group_chances, originals, pieces_of
from stance.articles.english import is_english
from stance.errors import DataError
from stance.evaluation.resampling import Floats, Ints, group_codes
from stance.labels import OFF_TOPIC
from stance.records import NARRATION
from stance.scoring.rows import tasks_of
from stance.scoring.tally import group_label

Row = Mapping[str, Any]
ABSTAINED = "(abstained)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The quotations (n) of some scores; `codes` (n,) name the article of each.

    `confidence` (n,) is the probability of the most probable label; it and `answers` (the
    label, or `ABSTAINED`) are None where there are no probabilities; `off_topic` (n,) where the
    model does not tell. `models` are the fingerprints of the models.
    """

    articles: tuple[str, ...]
    codes: Ints
    texts: tuple[str, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    confidence: Floats | None
    answers: tuple[str, ...] | None
    off_topic: Floats | None
    models: tuple[str, ...]

    def part(self, keep: Sequence[int]) -> "Batch":
        """Return the quotations of the articles with these codes."""
        chosen: list[int] = np.flatnonzero(np.isin(self.codes, list(keep))).tolist()
        names = [self.articles[int(self.codes[n])] for n in chosen]

        def pick(values: Sequence[str]) -> tuple[str, ...]:
            return tuple(values[n] for n in chosen)

        return Batch(
            articles=tuple(dict.fromkeys(names)), codes=group_codes(names),
            texts=pick(self.texts), kinds=pick(self.kinds), languages=pick(self.languages),
            confidence=None if self.confidence is None else self.confidence[chosen],
            answers=None if self.answers is None else pick(self.answers),
            off_topic=None if self.off_topic is None else self.off_topic[chosen],
            models=self.models,
        )  # fmt: skip


def read_batch(rows: Iterable[Row], *, task: str = "stance") -> Batch:
    """Put rows of `stance score`, or labelled statements, together as one batch.

    Pieces of one quotation are one; of an article's near-copies one counts; narration is left
    out. Raises `DataError` for no rows and for rows without text.
    """
    pieces, columns, _ = pieces_of(_as_quotes(row for row in rows if row.get("kind") != NARRATION))
    if not pieces:
        raise DataError("a batch holds no quotes; give rows of stance score")
    chosen = originals(pieces)
    groups = [(article, parts) for (article, _), parts in pieces.items() if article in chosen]
    tasks = tasks_of(columns)
    names = [article for article, _ in groups]
    texts = tuple(" ".join(str(row["text"]) for row in parts) for _, parts in groups)
    chances = [group_chances(parts, task, tasks.get(task, ())) for _, parts in groups]
    known = task in tasks and all(c is not None for c in chances)
    models = {str(row.get("model_fingerprint") or row.get("model") or ""): None
              for _, parts in groups for row in parts}  # fmt: skip
    return Batch(
        articles=tuple(dict.fromkeys(names)), codes=group_codes(names), texts=texts,
        kinds=tuple(str(parts[0].get("kind") or "(none)") for _, parts in groups),
        languages=_languages(groups, texts),
        confidence=np.array([max(c) for c in chances if c is not None]) if known else None,
        answers=tuple(group_label(p, task) or ABSTAINED for _, p in groups) if known else None,
        off_topic=np.array([float(group_label(p, "relevance") == OFF_TOPIC) for _, p in groups])
        if "relevance" in tasks else None,
        models=tuple(sorted(models)),
    )  # fmt: skip


def _as_quotes(rows: Iterable[Row]) -> Iterator[Row]:
    """Give labelled statements, which may lack them, an article and a quote of their own."""
    for n, row in enumerate(rows, start=1):
        if row.get("article") in (None, "") or row.get("quote") in (None, ""):
            own = row.get("id") or f"row {n}"
            yield {**row, "article": row.get("article") or own, "quote": row.get("quote") or own}
        else:
            yield row


def _languages(
    groups: Sequence[tuple[str, Sequence[Row]]], texts: Sequence[str]
) -> tuple[str, ...]:
    """Return the language of each quote: what the rows say of it, else English or another."""
    words: dict[str, list[str]] = {}
    for (article, _), text in zip(groups, texts, strict=True):
        words.setdefault(article, []).append(text)
    told = {a: "English" if is_english(" ".join(t)) else "another" for a, t in words.items()}
    return tuple(
        str(parts[0].get("language") or parts[0].get("lang") or told[article])
        for article, parts in groups
    )
