"""Files, folders, globs and stdin -> articles; what cannot be read becomes a failure.

    INPUT -> listing -> one reader a kind of file -> record -> Article | InputFailure

Reading streams: a table is never held in memory as a whole, and one bad article never
stops the rest.
"""

from stance.articles.dates import normalise_date
from stance.articles.english import is_english
from stance.articles.listing import Listing, list_inputs
from stance.articles.options import FIELDS, SUFFIXES, InputFailure, ReadOptions
from stance.articles.read import as_articles, read_articles

__all__ = [
    "FIELDS",
    "SUFFIXES",
    "InputFailure",
    "Listing",
    "ReadOptions",
    "as_articles",
    "is_english",
    "list_inputs",
    "normalise_date",
    "read_articles",
]
