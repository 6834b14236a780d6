"""Quotes by the bundled encoder: a token classifier for contents, cues and sources.

    pieces.py     an article as word pieces and windows
    reading.py    the network's answers: spans, and what they point to
    whole.py      spans kept whole
    join.py       with the rules, each where it is better
    model.py      the shipped tagger, run by ONNX Runtime
    settings.py, gold.py, examples.py, targets.py, network.py, learning.py, fit.py, training.py
                  how it is trained

`stance.quotes.extract(article, by="tagger")` is the way in; importing this loads neither torch
nor onnxruntime.
"""

from stance.quotes.rules import by_rules
from stance.records import Article, Quote

__all__ = ["by_tagger"]


def by_tagger(article: Article, *, model: str = "tagger") -> list[Quote]:
    """Return the quotes of `article` in reading order, by tagger and rules together.

    Transcripts and releases, which are one speaker's own words, are read by the rules alone.
    """
    from stance.tagger.join import find_joined
    from stance.tagger.model import load_tagger

    tagger = load_tagger(model)
    return by_rules(article, find=lambda doc, cues: find_joined(doc, cues, tagger.read(doc)))
