"""Read INPUT as a stream of articles and failures: where listing, readers and fields meet."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.articles.decode import DecodeError, decode, whole_characters
from stance.articles.fields import checked, to_article
from stance.articles.html import strip_html
from stance.articles.listing import Listing, Source, list_inputs, suffix_of
from stance.articles.markdown import strip_markdown
from stance.articles.options import STDIN, SUFFIXES, InputFailure, ReadOptions
from stance.articles.sidecar import read_sidecar, sidecar_of
from stance.articles.streams import TooLargeError, read_whole
from stance.articles.tables import Found, read_csv, read_jsonl, read_parquet
from stance.errors import ArticleError, UsageError
from stance.records import Article

Item = Article | InputFailure


def read_articles(
    inputs: str | Path | Sequence[str | Path] | Listing, *, options: ReadOptions | None = None
) -> Iterator[Item]:
    """Yield every article of `inputs`, or for each that cannot be read an `InputFailure`.

    `inputs` are files, folders, globs or `-` (stdin), or a `Listing` of them. The order is
    that of `list_inputs`, then that of the lines or rows of a file. An article's id is its own
    (column `id`), else the file's stem (its path below INPUT where stems collide), else
    `stem:number` for a line or row without id. A folder's `metadata.jsonl`, `.csv` or `.tsv`
    tells title, date and source of the files in it by id. Ids may repeat: `scoring` tells
    those apart.
    Raises `UsageError` or `DataError`, at once, only when an input as a whole is missing.
    """
    listing = inputs if isinstance(inputs, Listing) else list_inputs(inputs, options=options)
    return _read_all(listing)


def _read_all(listing: Listing) -> Iterator[Item]:
    root: str | None = None
    beside: Mapping[str, Mapping[str, Any]] = {}
    for source in listing:
        if source.root != root:
            root = source.root
            name = sidecar_of(root)
            beside = read_sidecar(root, name) if name else {}
        yield from _read_source(source, listing.options, beside.get(source.id, {}))


def _read_source(source: Source, options: ReadOptions, beside: Mapping[str, Any]) -> Iterator[Item]:
    name = whole_characters(source.path if source.path != STDIN else "stdin")
    kind = source.kind or _kind_of_stdin(source)
    if kind in ("txt", "md", "html"):
        yield _one_article(source, kind, name, options, beside)
        return
    if kind is None:
        yield InputFailure(
            where=name, article=whole_characters(source.id)[:500],
            reason=f"files ending in '{suffix_of(name)}' are not read; "
            f"expected {', '.join(SUFFIXES)}",
        )  # fmt: skip
        return
    for found in _records(source, kind, name, options):
        if isinstance(found, InputFailure):
            yield found
        else:
            where, number, record = found
            yield to_article(
                record, where=where, default_id=f"{source.id}:{number}", options=options
            )


def _records(source: Source, kind: str, name: str, options: ReadOptions) -> Iterator[Found]:
    if kind == "jsonl":
        return read_jsonl(source.path, name, options)
    if kind == "parquet":
        return read_parquet(source.path, name, options)
    return read_csv(source.path, name, options, "\t" if kind == "tsv" else None)


def _kind_of_stdin(source: Source) -> str | None:
    """Return jsonl for a stdin that begins with a brace, else txt; None for other files."""
    if source.path != STDIN:
        return None
    import sys

    stdin = sys.stdin.buffer
    start = stdin.peek(64) if isinstance(stdin, io.BufferedReader) else b""
    return "jsonl" if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" else "txt"


def _one_article(
    source: Source, kind: str, name: str, options: ReadOptions, beside: Mapping[str, Any]
) -> Item:
    fields: dict[str, str] = {}
    try:
        data = read_whole(source.path, options, html=kind == "html")
        if kind == "html":
            text, fields = strip_html(data)
        else:
            text = decode(data)
            if kind == "md":
                text, fields = strip_markdown(text)
    except (ArticleError, DecodeError) as error:
        failed_kind = "too-large" if isinstance(error, TooLargeError) else "unreadable"
        return InputFailure(
            where=name, reason=str(error), kind=failed_kind, article=whole_characters(source.id)
        )
    record = {**fields, **beside, "id": source.id, "text": text}
    # Named columns are those of tables; a file that is one article has no columns.
    plain = ReadOptions(max_chars=options.max_chars)
    return to_article(record, where=name, default_id=source.id, options=plain)


def as_articles(items: Any, *, options: ReadOptions | None = None) -> Iterator[Item]:
    """Yield articles from what a caller has in hand: records, mappings, strings, a frame.

    Mappings and frames are read as the rows of a table are; without an id of their own the
    articles are called `article-1`, `article-2` by their place. Raises `UsageError` for one
    bare string, which would be read as its letters, and for items of other types.
    """
    options = options or ReadOptions()
    if isinstance(items, (str, bytes, Article, Mapping)):
        raise UsageError(
            f"a single {type(items).__name__} came where articles were expected; pass [article]"
        )
    if hasattr(items, "columns") and hasattr(items, "itertuples"):
        names = list(items.columns)
        rows: Iterable[Any] = (
            dict(zip(names, row, strict=True)) for row in items.itertuples(index=False, name=None)
        )
    else:
        rows = items
    return (_as_article(item, number, options) for number, item in enumerate(rows, 1))


def _as_article(item: Any, number: int, options: ReadOptions) -> Item:
    if isinstance(item, InputFailure):
        return item
    if isinstance(item, Article):
        return checked(item, where=f"article {number} ({item.id})", options=options)
    if isinstance(item, str):
        item = {"text": item}
        options = ReadOptions(max_chars=options.max_chars)
    if isinstance(item, Mapping):
        return to_article(
            item, where=f"article {number}", default_id=f"article-{number}", options=options
        )
    raise UsageError(
        f"article {number} is a {type(item).__name__}; expected a stance.Article, a mapping with "
        "'text' or a string"
    )
