"""Article -> [Quote]: who is said to have said what, with exact offsets.

    extract(article) -> list[Quote]

The rules read no model and no parser, and take time linear in the length of the text. The
tagger (`stance.tagger`, loaded only when asked for) reads the text with the bundled encoder.
"""

import importlib
import sys
import types
from typing import Any

from stance.errors import UsageError
from stance.quotes.rules import by_rules
from stance.records import Article, Quote

__all__ = ["ATTRIBUTION", "DEFAULT_ENGINE", "ENGINES", "extract"]

ENGINES = ("rules", "tagger")
#: How quotes are found when nothing is said: a constant, never decided by what is installed.
DEFAULT_ENGINE = "rules"
ATTRIBUTION = ("speech", "all")


def extract(
    article: Article | str, *, by: str = DEFAULT_ENGINE, attribution: str = "speech"
) -> list[Quote]:
    """Return the quotes of `article`, in reading order.

    A plain string is read as an article with the id "text". `attribution` "speech" gives
    what somebody is reported to have said; "all" also opinions and intentions, marked
    `attribution="opinion"`. Raises `UsageError` for an unknown `by` or `attribution`.
    """
    if by not in ENGINES:
        raise UsageError(f"quotes by {by!r}: no such engine; there is {', '.join(ENGINES)}")
    if attribution not in ATTRIBUTION:
        known = ", ".join(ATTRIBUTION)
        raise UsageError(f"attribution {attribution!r} is not known; use one of {known}")
    if isinstance(article, str):
        article = Article(id="text", text=article)
    if by == "tagger":
        # By name, as the tagger stands above: it reads these rules, the encoder and the store.
        quotes: list[Quote] = importlib.import_module("stance.tagger").by_tagger(article)
    else:
        quotes = by_rules(article)
    return [q for q in quotes if attribution == "all" or q.attribution == "speech"]


class _CallableModule(types.ModuleType):
    """Lets `stance.quotes(text)` be written, though `stance.quotes` is also this package."""

    def __call__(self, article: Article | str, **options: Any) -> list[Quote]:
        return extract(article, **options)


sys.modules[__name__].__class__ = _CallableModule
