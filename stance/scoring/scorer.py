"""Blocks of articles -> rows: the one function that every engine and every output shares."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stance.articles import InputFailure
from stance.cascade import Cascade
from stance.errors import StanceError, UsageError
from stance.evaluation.conformal import ConformalSets, conformal_rules
from stance.evaluation.resampling import plain
from stance.explain import explanation_cells
from stance.records import Article, Prediction, Quote, Statement
from stance.scoring.blocks import Block
from stance.scoring.extraction import Extractor, Outcome
from stance.scoring.options import ScoreOptions
from stance.scoring.rows import EXPLANATION, SET, row_columns, score_row, set_cells, with_abstention
from stance.scoring.tally import Tally

_GIVE_UP = 5  # articles on which a model that never answered may fail
_Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredBlock:
    """The rows of a block, in the order of its articles, its failures, and its counts."""

    block: Block
    rows: list[dict[str, Any]]
    failures: list[InputFailure]
    tally: Tally


class Scorer:
    """A model and the options that turn articles into rows.

    `model` is called with statements and answers one `Prediction` each; its `labels_` name
    the columns, its `name` and `fingerprint`, where it has them, go into the rows. `rules` say
    by task which labels a set holds, where a coverage was asked for; `columns` are those of
    the rows before the input's own.
    """

    def __init__(self, model: Any, options: ScoreOptions) -> None:
        self.model, self.options = model, options
        self.labels: Mapping[str, Sequence[str]] = {t: model.labels_[t] for t in model.tasks_}
        self.name: str = getattr(model, "name", None) or type(model).__name__
        self.fingerprint: str | None = getattr(model, "fingerprint", None)
        staged = isinstance(model, Cascade)
        if staged and (options.coverage is not None or options.explain):
            raise UsageError(
                "the sets of a coverage and the words behind a label belong to one model's "
                "answers, not to a cascade's; leave out coverage and explain, or the cascade"
            )
        self.rules: Mapping[str, ConformalSets] = (
            {} if options.coverage is None else conformal_rules(model, options.coverage)
        )
        more = {task: [SET] for task in self.rules}
        if options.explain:
            more.setdefault(model.tasks_[0], []).append(EXPLANATION)
        self.columns = row_columns(self.labels, more=more, staged=staged)
        self._why: dict[_Key, str | None] = {}
        self._part: int | None = None
        self._known: dict[_Key, Prediction] = {}
        self._answered = self._broke = 0

    def try_model(self) -> None:
        """Let the model answer one statement: a broken one is told before any article."""
        try:
            self.model([Statement(text="Talks will continue.")])
        except (StanceError, MemoryError):
            raise
        except Exception as error:
            raise StanceError(
                f"the model {self.name} loads but does not answer ({type(error).__name__}: "
                f"{error}); check it with: stance models verify"
            ) from error
        self._answered += 1

    def told(self) -> dict[str, Any]:
        """Return what rows depend on beside model and options.

        The thresholds of the sets; of a cascade both models and how sure the first must be.
        """
        if isinstance(self.model, Cascade):
            return {"cascade": self.model.told()}
        if not self.rules:
            return {}
        return {"thresholds": {task: plain(rule.threshold) for task, rule in self.rules.items()}}

    def blocks(self, blocks: Iterable[Block], extractor: Extractor) -> Iterator[ScoredBlock]:
        """Yield `blocks` scored, in order; quotes of later ones are extracted meanwhile."""
        waiting: deque[tuple[Block, Callable[[], list[Outcome]]]] = deque()
        done = 0
        for block in blocks:
            waiting.append((block, extractor.submit(self._to_extract(block))))
            # At first nothing is read ahead, so that the first row does not wait for it.
            if len(waiting) > min(extractor.ahead, done):
                yield self._score(*waiting.popleft())
                done += 1
        for one in waiting:
            yield self._score(*one)

    def _to_extract(self, block: Block) -> list[Article]:
        return [
            admitted.item
            for admitted in block.items
            if isinstance(admitted.item, Article)
            and not (self.options.drop_duplicates and admitted.duplicate_of)
        ]

    def _score(self, block: Block, outcomes: Callable[[], list[Outcome]]) -> ScoredBlock:
        if block.part != self._part:  # a part must not depend on its neighbours
            self._part, self._known, self._why = block.part, {}, {}
        articles = self._to_extract(block)
        found = dict(zip((article.id for article in articles), outcomes(), strict=True))
        failed = self._predict([quotes for quotes in found.values() if isinstance(quotes, list)])
        result = ScoredBlock(block=block, rows=[], failures=[], tally=Tally())
        for admitted in block.items:
            item = admitted.item
            outcome = found.get(item.id) if isinstance(item, Article) else item
            if isinstance(outcome, list) and item.id in failed:  # type: ignore[union-attr]
                outcome = failed[item.id]  # type: ignore[union-attr]
            copy = admitted.duplicate_of is not None
            if isinstance(outcome, InputFailure):
                result.failures.append(outcome)
                result.tally.add_article("failed", duplicate=copy, failure=outcome.kind)
            elif outcome is None:
                result.tally.add_article("dropped", duplicate=copy)
            else:
                assert isinstance(item, Article)
                rows = [self._row(quote, item, admitted.duplicate_of) for quote in outcome]
                result.rows.extend(rows)
                result.tally.add_article("scored" if rows else "without_quotes", duplicate=copy)
                result.tally.add_rows(rows, self.labels)
        return result

    def _row(self, quote: Quote, article: Article, duplicate_of: str | None) -> dict[str, Any]:
        key = _key(Statement.from_quote(quote))
        more: dict[str, Any] = {**set_cells(self._known[key], self.rules)}
        if self.options.explain:
            more[f"{self.model.tasks_[0]}_{EXPLANATION}"] = self._why[key]
        row = score_row(
            quote, self._known[key], article, columns=self.columns, model=self.name,
            model_fingerprint=self.fingerprint, duplicate_of=duplicate_of, more=more,
        )  # fmt: skip
        return self.options.aliases.apply(row) if self.options.aliases else row

    def _predict(self, articles: list[list[Quote]]) -> dict[str, InputFailure]:
        """Predict what is not known yet, identical statements once; return failed articles.

        When the model fails on the block, it is asked article by article, so that one bad
        statement costs one article. A model that has failed on every article so far is
        broken, and its error is raised.
        """
        try:
            self._ask([quote for quotes in articles for quote in quotes])
            self._answered += any(articles)
            return {}
        except (StanceError, MemoryError):
            raise
        except Exception as error:
            whole = error
        failed: dict[str, InputFailure] = {}
        for quotes in filter(None, articles):
            try:
                self._ask(quotes)
                self._answered += 1
            except Exception as error:
                own = quotes[0].article
                reason = f"the model failed on its quotes ({type(error).__name__}: {error})"
                line = " ".join(reason.split())[:300]
                failed[own] = InputFailure(where=own, article=own, kind="model", reason=line)
        self._broke += len(failed)
        if not self._answered and self._broke >= _GIVE_UP:
            raise StanceError(
                f"the model {self.name} failed on each of the first {self._broke} articles "
                f"({type(whole).__name__}: {whole}); check it with: stance models verify"
            ) from whole
        return failed

    def _ask(self, quotes: Sequence[Quote]) -> None:
        fresh: dict[_Key, Statement] = {}
        for quote in quotes:
            statement = Statement.from_quote(quote)
            if _key(statement) not in self._known:
                fresh.setdefault(_key(statement), statement)
        if not fresh:
            return
        predictions = self.model(list(fresh.values()))
        if self.options.explain:
            cells = explanation_cells(self.model, list(fresh.values()))
            self._why.update(zip(fresh, cells, strict=True))
        below = self.options.abstain_below
        for key, prediction in zip(fresh, predictions, strict=True):
            self._known[key] = with_abstention(prediction, below, self.rules)


def _key(statement: Statement) -> _Key:
    return statement.text, statement.context, statement.speaker
