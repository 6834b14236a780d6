"""Bytes -> text: UTF-8, UTF-16 and UTF-32 by their marks, Windows-1252 when it is plausible."""

import codecs
import re

# UTF-32's little-endian mark begins with UTF-16's, so it is asked first.
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class DecodeError(ValueError):
    """The bytes are no text; the message says what they are instead."""


def bom_encoding(start: bytes) -> str | None:
    """Return the encoding that a byte-order mark at `start` announces, or None."""
    return next((name for bom, name in _BOMS if start.startswith(bom)), None)


def encoding_of(start: bytes) -> str:
    """Return the encoding of a long file from its first lines; `decode` takes what differs.

    Raises `DecodeError` when these are no text.
    """
    marked = bom_encoding(start)
    if marked:
        return marked
    lines = start[: start.rfind(b"\n") + 1] or start
    text = decode(lines)
    return (
        "utf-8" if "\ufffd" in text or text == tidy(lines.decode("utf-8", "replace")) else "cp1252"
    )


def decode(data: bytes) -> str:
    """Return `data` as text without byte-order mark, newlines as \\n.

    Raises `DecodeError` for binary data and for encodings that are not read here.
    """
    encoding = bom_encoding(data)
    if encoding:
        try:
            return tidy(data.decode(encoding))
        except UnicodeDecodeError as error:
            return tidy(_repaired(data, encoding, error))
    if b"\0" in data:
        raise DecodeError("it holds NUL bytes, so it is a binary file or UTF-16 without its mark")
    try:
        return tidy(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return tidy(_repaired(data, "utf-8", error))


def _repaired(data: bytes, encoding: str, error: UnicodeDecodeError) -> str:
    """Decode damaged text: broken Unicode with U+FFFD at the damage, else Windows-1252."""
    text = data.decode(encoding, errors="replace")
    damaged = text.count("\ufffd")
    if encoding != "utf-8":
        if damaged <= 1 + len(text) // 1000:
            return text
        raise DecodeError(f"its mark says {encoding} but its bytes are not ({error.reason})")
    whole = sum(ord(char) > 127 for char in text) - damaged
    if whole > damaged:
        return text
    try:
        legacy = data.decode("cp1252")
    except UnicodeDecodeError:
        raise DecodeError(
            f"it is neither UTF-8 (byte {error.start}: {error.reason}) nor Windows-1252; "
            "convert it to UTF-8"
        ) from None
    # Western text has an accent or a curly quote here and there; other scripts are mostly high.
    high, control = len(_HIGH.findall(data)), len(_CONTROL.findall(legacy))
    if high > 0.25 * len(data) or control > 0.002 * len(legacy):
        raise DecodeError(
            f"it is not UTF-8, and as Windows-1252 {high} of {len(data)} bytes would be accents; "
            "convert it to UTF-8"
        )
    return legacy


def tidy(text: str) -> str:
    """Return `text` without leading marks, newlines as \\n, lone surrogates as U+FFFD."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return whole_characters(text.lstrip("\ufeff"))


def whole_characters(text: str) -> str:
    """Return `text` with lone surrogates, which no file can hold, as U+FFFD (same length)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
