"""What reading may be told, and the record of an article that could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from stance.errors import UsageError

#: Columns that an article's fields are read from when the caller names none, best first.
GUESSES: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "article_text", "full_text", "fulltext", "body_text",
        "articlebody", "maintext", "main_text", "article_body", "article_content", "plain_text",
        "story", "article", "document",
    ),
    "id": (
        "id", "article_id", "articleid", "doc_id", "docid", "document_id", "story_id",
        "uid", "uuid", "guid", "_id",
    ),
    "title": ("title", "headline", "heading", "article_title"),
    "date": (
        "date", "published", "published_at", "publishedat", "date_published", "datepublished",
        "publish_date", "publication_date", "pub_date", "pubdate", "date_publish", "datetime",
        "created_at", "timestamp",
    ),
    "source": ("source", "outlet", "publisher", "newspaper", "publication", "source_name", "site"),
    "url": ("url", "link", "web_url", "source_url", "uri", "permalink"),
}  # fmt: skip
FIELDS = tuple(GUESSES)

#: Kind of file by suffix. `.gz` may follow those of text, JSON lines and tables of text.
SUFFIXES: Mapping[str, str] = {
    ".txt": "txt", ".text": "txt",
    ".md": "md", ".markdown": "md",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".csv": "csv", ".tsv": "tsv",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
KINDS = ("txt", "md", "html", "jsonl", "csv", "tsv", "parquet")
ONE_ARTICLE_KINDS = ("txt", "md", "html")
STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFailure:
    """An item of the input that was not scored, where it stands and why.

    `article` is its id where one is known, `where` the file (with `:line` or `:row`), `kind`
    one of unreadable, no-text, too-large, not-English, extraction, model.
    """

    where: str
    reason: str
    kind: str = "unreadable"
    article: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the row of errors.jsonl."""
        return {name: getattr(self, name) for name in ("article", "where", "kind", "reason")}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> "InputFailure":
        """Build a failure from a row of errors.jsonl."""
        return cls(**{f.name: row[f.name] for f in fields(cls)})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read the input; every default is safe for input that nobody has looked at.

    `columns` names the column of a field where the guess would be wrong, as in
    `{"text": "lede", "id": "key"}`. `kind` reads every file as that kind whatever its suffix
    (needed for stdin that is neither plain text nor JSON lines). `max_chars` is the longest
    article in code points, `max_html_bytes` the largest page (the worst seen take 11 s a MB to
    clean). `max_expansion` is how many times its size a compressed file may
    unfold to, looked at once it has unfolded to `expansion_floor` bytes.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    max_chars: int = 10_000_000
    max_html_bytes: int = 5_000_000
    max_expansion: int = 200
    expansion_floor: int = 50_000_000

    def __post_init__(self) -> None:
        unknown = sorted(set(self.columns) - set(FIELDS))
        if unknown:
            raise UsageError(
                f"no field of an article is called {', '.join(unknown)}; "
                f"columns can be named for {', '.join(FIELDS)}"
            )
        if self.kind is not None and self.kind not in KINDS:
            raise UsageError(f"'{self.kind}' is no kind of input; expected {', '.join(KINDS)}")
        if self.max_chars < 1:
            raise UsageError(f"max_chars is {self.max_chars}; expected at least 1")

    @property
    def max_bytes(self) -> int:
        """The most bytes that a text within `max_chars` can take in any encoding read here."""
        return 4 * self.max_chars + 4
