"""The same statement about other people and countries: does the label stay?"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from stance.errors import StatementError
from stance.evaluation import directory, formulas, persons, places
from stance.evaluation.breakdown import column
from stance.evaluation.edits import Edit, apply, fix_articles, moved
from stance.evaluation.evaluate import Model, TaskAnswers, answers_of
from stance.evaluation.resampling import (
    Estimate,
    Units,
    estimate,
    plain,
    resample_sums,
    sums_by_unit,
    units_of,
)
from stance.labels import canonical_order
from stance.records import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A statement with other names; who and which country became which."""

    statement: Statement
    people: Mapping[str, str]
    countries: Mapping[str, str]

    @property
    def changed(self) -> bool:
        """Whether anything was swapped."""
        return bool(self.people or self.countries)


def swap_names(statement: Statement, *, seed: int = 0) -> Statement:
    """Return `statement` with people swapped for people and countries for countries.

    See `swap`. Offsets are dropped, for they point into the article as it was.
    """
    return swap(statement, seed=seed).statement


def swap(statement: Statement, *, seed: int = 0) -> Swap:
    """Return `statement` with other names, consistently in text, context and speaker.

    Titles, pronouns and organisations stay; a first name keeps its gender where known; a
    country brings its capital, places, people and institutions along. Where the text stands
    in the context it does so afterwards. The same statement and seed give the same names.
    """
    texts = [statement.context, statement.text, statement.speaker or ""]
    rng = random.Random(f"{seed}\0{statement.text}\0{statement.speaker}")
    people = directory.Directory(rng)
    spans = [persons.names_in(text, speaker=n == 2) for n, text in enumerate(texts)]
    for span in sorted((s for found in spans for s in found), key=lambda s: -len(s.tokens)):
        people.learn(span)
    for text in texts:
        for span in persons.leaders_in(text):
            people.learn(span)
    people.give_names(avoid=" ".join(texts))
    atlas = places.Atlas(rng, places.mentioned_countries(texts))

    def edits_of(text: str, named: Sequence[persons.Span]) -> list[Edit]:
        found = directory.edits(text, named, people)
        taken = [(edit.start, edit.end) for edit in found]
        found += places.edits(text, places.find(text, taken=taken), atlas)
        return sorted([*found, *fix_articles(text, found)])

    context_edits = edits_of(texts[0], spans[0])
    context = apply(texts[0], context_edits)
    inside = _inside(texts[1], texts[0], context_edits, context)
    text = apply(texts[1], edits_of(texts[1], spans[1])) if inside is None else inside
    speaker = apply(texts[2], edits_of(texts[2], spans[2]))
    return Swap(
        statement=replace(
            statement,
            text=text,
            context=context,
            speaker=speaker if statement.speaker is not None else None,
            start=None,
            end=None,
        ),
        people={
            " ".join(one.tokens): f"{one.new_given} {one.new_surname}" for one in people.people
        },
        countries={old: new.name for old, new in atlas.chosen.items()},
    )


def _inside(text: str, context: str, edits: Sequence[Edit], new_context: str) -> str | None:
    """Return the slice of `new_context` that `text` became; None where it is no whole slice."""
    start = context.find(text) if text else -1
    if start < 0:
        return None
    end = start + len(text)
    if any(edit.start < cut < edit.end for edit in edits for cut in (start, end)):
        return None
    inner = [edit for edit in edits if edit.start < end]
    return new_context[moved(start, edits) : moved(end, inner)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSwapScores:
    """How one task's labels bear a change of names.

    `n` statements, `n_swapped` of them name someone or somewhere; over those and all
    `seeds`: `stays`, the share of labels that stay, `shift`, the mean change of the first
    label's probability, and `flips`, how often a label (row) became another (column), in
    canonical order. `macro_f1` before and after, on the swapped ones with a gold label.
    """

    task: str
    n: int
    n_swapped: int
    seeds: tuple[int, ...]
    stays: Estimate
    shift: float
    labels: tuple[str, ...]
    flips: tuple[tuple[int, ...], ...]
    macro_f1_before: float | None
    macro_f1_after: float | None
    resampled: str

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON holds them."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def name_swap(
    model: Model,
    statements: Sequence[Statement],
    *,
    tasks: Sequence[str] | None = None,
    seeds: Sequence[int] = (0, 1, 2),
    group: str = "article",
    n_boot: int = 2000,
    coverage: float = 0.95,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, NameSwapScores]:
    """Return for each task of `model` how its labels bear other names, once for each seed.

    The interval resamples articles (statements, below eight articles). Raises
    `StatementError` when no statement names a person or a country that could be swapped.
    """
    first = [swap(statement, seed=seeds[0]) for statement in statements]
    rows = [n for n, one in enumerate(first) if one.changed]
    if not rows:
        raise StatementError(
            f"none of the {len(statements)} statements names a person or a country in its text, "
            "context or speaker; a name swap has nothing to change"
        )
    kept = [statements[n] for n in rows]
    before = answers_of(model, kept)
    after = []
    for done, seed in enumerate(seeds, start=1):
        after.append(
            answers_of(model, [swap(statement, seed=seed).statement for statement in kept])
        )
        if progress is not None:
            progress(done, len(seeds))
    groups = column(kept, group)
    units = units_of(len(kept), groups if any(groups) else None, group_name=f"{group}s")
    return {
        task: _scores(
            kept, before[task], [answers[task] for answers in after], units,
            task=task, n=len(statements), seeds=seeds, n_boot=n_boot, coverage=coverage,
        )
        for task in (before if tasks is None else tasks)
    }  # fmt: skip


def _scores(
    kept: Sequence[Statement],
    before: TaskAnswers,
    after: Sequence[TaskAnswers],
    units: Units,
    *,
    task: str,
    n: int,
    seeds: Sequence[int],
    n_boot: int,
    coverage: float,
) -> NameSwapScores:
    labels = before.labels
    old = before.probabilities
    new = np.stack([answers.probabilities for answers in after])
    was, became = old.argmax(1), new.argmax(2)
    stays = (became == was).mean(0)
    draws = None
    if units.count > 1 and n_boot:
        sums = sums_by_unit(np.stack([stays, np.ones(len(kept))], axis=1), units)
        drawn = resample_sums(sums, n_boot=n_boot, seed=0)
        draws = drawn[:, 0] / drawn[:, 1]
    order = canonical_order(task, frozenset(labels))
    at = [labels.index(label) for label in order]
    flips = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(flips, (np.tile(was, len(seeds)), became.ravel()), 1)
    return NameSwapScores(
        task=task,
        n=n,
        n_swapped=len(kept),
        seeds=tuple(seeds),
        stays=estimate(float(stays.mean()), draws, coverage=coverage),
        shift=float(np.abs(new - old)[:, np.arange(len(kept)), was].mean()),
        labels=order,
        flips=tuple(tuple(row) for row in flips[np.ix_(at, at)].tolist()),
        macro_f1_before=_macro_f1(kept, task, labels, was[None]),
        macro_f1_after=_macro_f1(kept, task, labels, became),
        resampled=units.resampled,
    )


def _macro_f1(
    statements: Sequence[Statement], task: str, labels: Sequence[str], answers: Any
) -> float | None:
    """Return the mean macro-F1 of `answers` (seeds, n) where gold labels are known."""
    rows = [n for n, one in enumerate(statements) if one.labels.get(task) in labels]
    if not rows:
        return None
    gold = [labels.index(statements[n].labels[task]) for n in rows]
    confusion = np.zeros((len(answers), len(labels), len(labels)))
    for seed, answer in enumerate(answers):
        np.add.at(confusion[seed], (gold, answer[rows]), 1)
    return float(formulas.macro_f1(confusion).mean())
