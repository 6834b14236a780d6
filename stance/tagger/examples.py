"""The corpora of a run -> windows to learn from, and articles to measure on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stance.data import read_rows
from stance.quotes.tokens import read
from stance.tagger.gold import Marked, held_out, read_brat, read_contexts, read_offsets
from stance.tagger.pieces import inputs, special_ids, to_pieces, windows
from stance.tagger.settings import TaggerData, TaggerModel
from stance.tagger.targets import Example, example, gold_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Texts to learn from whole, contexts to learn from in parts, texts to measure on."""

    train: Sequence[Marked]
    contexts: Sequence[Marked]
    held_out: Sequence[Marked]


def read_corpus(data: TaggerData) -> Corpus:
    """Read all that a run learns from; raises `DataError` for what is not there."""
    train: list[Marked] = []
    aside: list[Marked] = []
    for name in data.corpora:
        marked = read_brat(Path(name))[: data.at_most]
        for one, out in zip(marked, held_out(marked, data.held_out), strict=True):
            (aside if out else train).append(one)
    rows = [row for name in data.statements for _, row in read_rows(Path(name))]
    train += read_offsets(rows, Path(data.articles))
    rows = [row for name in data.contexts for _, row in read_rows(Path(name))]
    contexts = read_contexts(rows)
    drawn = zip(contexts, held_out(contexts, data.contexts_share), strict=True)
    some = [one for one, kept in drawn if kept]
    return Corpus(train=train, contexts=some[: data.at_most], held_out=aside)


def epochs_of(corpus: Corpus, tokenizer: "Tokenizer", model: TaggerModel) -> list[list[Example]]:
    """Return the windows of each epoch: all texts, and a share of the contexts in turn."""
    whole = [one for marked in corpus.train for one in examples_of(marked, tokenizer, model)]
    found = []
    for epoch in range(model.epochs):
        some = corpus.contexts[epoch :: model.epochs]
        found.append(
            whole + [one for marked in some for one in examples_of(marked, tokenizer, model)]
        )
    return found


def examples_of(marked: Marked, tokenizer: "Tokenizer", model: TaggerModel) -> list[Example]:
    """Return the windows of one text with what the network must answer."""
    doc = read(marked.text)
    pieces = to_pieces(doc, tokenizer)
    gold = gold_of(marked, doc, pieces)
    cls, sep = special_ids(tokenizer)
    return [
        example(pieces, gold, window, *inputs(pieces, window, cls=cls, sep=sep))
        for window in windows(doc, pieces, own=model.own, before=model.before)
    ]
