"""Keep freed memory in the process while training on a CPU."""

import ctypes

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3  # glibc's malloc.h
_MOST_MMAP = 32 << 20  # glibc takes no larger one on 64 bits


def keep_freed_memory(*, megabytes: int = 256) -> bool:
    """Tell glibc not to hand freed memory back to the system; return whether it took it.

    Every step allocates and frees the same activations; by default glibc returns them and
    has them zeroed again, page by page. Does nothing under other C libraries.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    size = megabytes << 20
    # Setting any of these stops glibc from raising the mmap threshold by itself: set it too.
    return bool(
        mallopt(_M_MMAP_THRESHOLD, _MOST_MMAP)
        and mallopt(_M_TRIM_THRESHOLD, 4 * size)
        and mallopt(_M_TOP_PAD, size)
    )
