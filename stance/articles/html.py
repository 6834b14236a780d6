"""HTML -> the article's own text and metadata, by trafilatura (extra `web`)."""

import importlib

from stance.articles.streams import one_line
from stance.errors import ArticleError


def strip_html(data: bytes) -> tuple[str, dict[str, str]]:
    """Return the article's text without the page around it, and title, date, source, url.

    Raises `ArticleError` when trafilatura is missing, fails, or finds no article.
    """
    try:
        trafilatura = importlib.import_module("trafilatura")
    except ImportError as error:  # missing, or one of its own requirements is
        raise ArticleError(
            f"reading HTML needs trafilatura ({one_line(error)}); "
            "install it with: pip install 'stance[web]'"
        ) from error
    try:
        page = trafilatura.bare_extraction(data, with_metadata=True, include_comments=False)
    except Exception as error:  # lxml and its callers raise anything at all on hostile pages
        raise ArticleError(
            f"trafilatura failed: {type(error).__name__}: {one_line(error)}"
        ) from error
    found = page.as_dict() if page is not None else {}
    text = found.get("text") or ""
    if not text.strip():
        raise ArticleError("the page holds no article that trafilatura recognises")
    names = {"title": "title", "date": "date", "sitename": "source", "url": "url"}
    return text, {ours: str(found[theirs]) for theirs, ours in names.items() if found.get(theirs)}
