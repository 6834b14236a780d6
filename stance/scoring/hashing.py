"""A map from 64-bit hashes to small integers that takes 12 bytes a slot, whatever the size."""

import hashlib
from array import array

_START = 1 << 10


def hash64(*texts: str) -> int:
    """Return a 64-bit hash of `texts` that is the same in every process and never 0."""
    digest = hashlib.blake2b(digest_size=8)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return int.from_bytes(digest.digest(), "little") or 1


class HashIndex:
    """An open-addressing table; a `dict` of as many entries would take ten times its memory."""

    def __init__(self) -> None:
        self._count = 0
        self._allocate(_START)

    def _allocate(self, slots: int) -> None:
        self._mask = slots - 1
        self._keys = array("Q", bytes(8 * slots))
        self._values = array("l" if array("l").itemsize == 4 else "i", bytes(4 * slots))

    def __len__(self) -> int:
        return self._count

    def _slot(self, key: int) -> int:
        slot = (key ^ (key >> 32)) * 0x9E3779B1 & self._mask
        while self._keys[slot] not in (0, key):
            slot = (slot + 1) & self._mask
        return slot

    def get(self, key: int) -> int | None:
        """Return the value of `key` (1 to 2**64 - 1), or None."""
        slot = self._slot(key)
        return self._values[slot] if self._keys[slot] else None

    def put(self, key: int, value: int) -> None:
        """Set the value of `key`."""
        slot = self._slot(key)
        if not self._keys[slot]:
            if 3 * self._count > 2 * self._mask:
                self._grow()
                slot = self._slot(key)
            self._count += 1
            self._keys[slot] = key
        self._values[slot] = value

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._allocate(2 * len(keys))
        for key, value in zip(keys, values, strict=True):
            if key:
                slot = self._slot(key)
                self._keys[slot], self._values[slot] = key, value
