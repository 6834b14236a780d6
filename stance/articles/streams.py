"""Open files for streaming, with limits on what a compressed file may unfold to."""

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from stance.articles.options import STDIN, ReadOptions
from stance.errors import ArticleError

_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16


class TooLargeError(ArticleError):
    """A file goes over a limit of `ReadOptions`."""


class ExpansionError(OSError):
    """A compressed file unfolds beyond the limit."""


class _Unfolding(io.RawIOBase):
    """A gzip stream that stops when it has grown beyond `max_expansion` times its file."""

    def __init__(self, raw: BinaryIO, options: ReadOptions) -> None:
        self._raw, self._options, self._read = raw, options, 0
        self._stream = gzip.GzipFile(fileobj=raw)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except zlib.error as error:
            raise gzip.BadGzipFile(str(error)) from error
        self._read += len(data)
        limit = self._options.max_expansion * max(self._raw.tell(), 1)
        if self._read > max(limit, self._options.expansion_floor):
            raise ExpansionError(
                f"it unfolds to more than {self._options.max_expansion} times its size "
                "(max_expansion), as a gzip bomb does"
            )
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_bytes(path: str, options: ReadOptions) -> Iterator[io.BufferedReader]:
    """Open `path` (or stdin for `-`) for reading bytes; gzip is unfolded as it is read.

    Raises `ArticleError` for anything but a plain file (a pipe or device could wait for
    ever) and for files that cannot be opened.
    """
    if path == STDIN:
        yield _unfolded(sys.stdin.buffer, options)
        return
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            raise ArticleError("it is not a plain file")
        file = Path(path).open("rb", _CHUNK)  # noqa: SIM115 - closed below
    except OSError as error:
        raise ArticleError(f"it cannot be opened ({error.strerror})") from error
    with file:
        yield _unfolded(file, options)


def _unfolded(raw: Any, options: ReadOptions) -> io.BufferedReader:
    if raw.peek(2)[:2] != _GZIP:
        return raw  # type: ignore[no-any-return]
    return io.BufferedReader(_Unfolding(raw, options), _CHUNK)


def read_whole(path: str, options: ReadOptions, *, html: bool = False) -> bytes:
    """Return the bytes of a one-article file; raises `ArticleError` over the size limit."""
    limit, name = options.max_bytes, f"{options.max_chars:,} characters (max_chars)"
    if html and options.max_html_bytes < limit:
        limit, name = options.max_html_bytes, "a page may take (max_html_bytes)"
    with open_bytes(path, options) as file:
        try:
            data = file.read(limit + 1)
        except (OSError, EOFError) as error:
            raise ArticleError(f"reading it failed ({one_line(error)})") from error
    if len(data) > limit:
        raise TooLargeError(f"it is larger than {limit:,} bytes, more than {name}")
    return data


def one_line(error: BaseException) -> str:
    """Return an exception of a library in one short line."""
    text = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return " ".join(text.split())[:300] or type(error).__name__
