"""stance: who said what in news articles, and does it escalate or calm?

The road, walked in one direction:

    articles -> quotes with speakers -> classifiers -> scores and evaluation -> reports

>>> import stance
>>> model = stance.load("transformer")                      # doctest: +SKIP
>>> model.predict(["We will respond with force."])          # doctest: +SKIP
>>> for row in stance.score(articles, model=model): ...     # doctest: +SKIP

Everything here is loaded when first used: `import stance` costs next to nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stance.articles import read_articles
    from stance.classifiers.baseline import BaselineClassifier
    from stance.classifiers.transformer import TransformerClassifier
    from stance.data import read_statements
    from stance.errors import StanceError
    from stance.evaluation.evaluate import evaluate
    from stance.quotes import extract as quotes
    from stance.records import Article, Prediction, Quote, Statement
    from stance.scoring import score, score_frame
    from stance.store import load

_HOME = {
    "Article": "stance.records",
    "BaselineClassifier": "stance.classifiers.baseline",
    "Prediction": "stance.records",
    "Quote": "stance.records",
    "StanceError": "stance.errors",
    "Statement": "stance.records",
    "TransformerClassifier": "stance.classifiers.transformer",
    "evaluate": "stance.evaluation.evaluate",
    "load": "stance.store",
    "quotes": "stance.quotes",
    "read_articles": "stance.articles",
    "read_statements": "stance.data",
    "score": "stance.scoring",
    "score_frame": "stance.scoring",
}

__all__ = [
    "Article",
    "BaselineClassifier",
    "Prediction",
    "Quote",
    "StanceError",
    "Statement",
    "TransformerClassifier",
    "evaluate",
    "load",
    "quotes",
    "read_articles",
    "read_statements",
    "score",
    "score_frame",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("stance")
    if name not in _HOME:
        raise AttributeError(f"module 'stance' has no attribute '{name}'")
    home = importlib.import_module(_HOME[name])
    # The package `stance.quotes` is itself callable, since its name is the function's too.
    return home if name == "quotes" else getattr(home, name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
