"""Near-duplicate articles (wire copies): minhash signatures in a compact index.

Two articles are near-duplicates when an estimated 70 % of the four-word sequences of both
together stand in both (Broder 1997, "On the resemblance and containment of documents").
Banding: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4. A pair at 70 % is
found with a chance of 89 %, at 80 % of 98 %, at 90 % of 99.99 %.
"""

import re
import zlib
from itertools import islice

import numpy as np
import numpy.typing as npt

from stance.scoring.hashing import HashIndex

SIGNATURE_BYTES = 64
_BANDS, _ROWS = 8, 4
_THRESHOLD = 0.7
_SHINGLE = 4
_FEWEST_WORDS = 12  # below, articles are duplicates only when all their words are the same
_MOST_WORDS = 5_000
_WORD = re.compile(r"\w+")
_U64 = np.uint64


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return the splitmix64 finaliser of `values` (Steele, Lea, Flood 2014)."""
    values = (values ^ (values >> _U64(30))) * _U64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> _U64(27))) * _U64(0x94D049BB133111EB)
    return values ^ (values >> _U64(31))


_SEEDS = _mixed(np.arange(1, 2 * SIGNATURE_BYTES + 1, dtype=_U64) * _U64(0x9E3779B97F4A7C15))
_XORS, _FACTORS = _SEEDS[:SIGNATURE_BYTES, None], _SEEDS[SIGNATURE_BYTES:, None] | _U64(1)
_POWERS = _SEEDS[:_SHINGLE] | _U64(1)


def signature(text: str) -> bytes:
    """Return the 64-byte minhash signature of the first 5,000 words of `text`.

    The share of equal bytes of two signatures estimates the share of common sequences.
    """
    words = [match[0] for match in islice(_WORD.finditer(text.lower()), _MOST_WORDS)]
    hashes = np.array([zlib.crc32(word.encode("utf-8", "replace")) for word in words], dtype=_U64)
    if len(hashes) < _FEWEST_WORDS:
        sequences = np.array([zlib.crc32(" ".join(words).encode("utf-8", "replace"))], dtype=_U64)
    else:
        last = len(hashes) - _SHINGLE + 1
        sequences = np.zeros(last, dtype=_U64)
        for at in range(_SHINGLE):
            sequences += hashes[at : at + last] * _POWERS[at]
    sequences = _mixed(sequences)
    lowest = ((sequences[None, :] ^ _XORS) * _FACTORS).min(axis=1)
    return bytes((_mixed(lowest) >> _U64(56)).astype(np.uint8))


def resemblance(one: bytes, other: bytes) -> float:
    """Return the estimated share of common four-word sequences, from 0 to 1."""
    equal = np.frombuffer(one, np.uint8) == np.frombuffer(other, np.uint8)
    return float(equal.mean())


class DuplicateIndex:
    """The originals seen so far, some 350 bytes each; only they are compared with."""

    def __init__(self) -> None:
        self._bands = HashIndex()
        self._signatures = bytearray()
        self._ids: list[str] = []

    def find_or_add(self, article_id: str, mark: bytes) -> str | None:
        """Return the id of the first article that `mark` is a near-duplicate of, or add it."""
        keys = [
            (band + 1) << 32 | int.from_bytes(mark[_ROWS * band : _ROWS * (band + 1)], "little")
            for band in range(_BANDS)
        ]
        known = {self._bands.get(key) for key in keys} - {None}
        for place in sorted(place for place in known if place is not None):
            start = SIGNATURE_BYTES * place
            other = bytes(self._signatures[start : start + SIGNATURE_BYTES])
            if resemblance(mark, other) >= _THRESHOLD:
                return self._ids[place]
        for key in keys:
            if self._bands.get(key) is None:
                self._bands.put(key, len(self._ids))
        self._ids.append(article_id)
        self._signatures += mark
        return None
