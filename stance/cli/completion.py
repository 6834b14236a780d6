"""What the shell completes beside commands and options: names of models, values of choices.

Files are completed by the shell itself where nothing here fits.
"""

from collections.abc import Callable


def models(incomplete: str) -> list[str]:
    """Return the models known by name that begin so."""
    from stance import store

    return [name for name in store.available() if name.startswith(incomplete)]


def choices(*names: str) -> Callable[[str], list[str]]:
    """Return a completer for one of `names`."""

    def begin_so(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return begin_so
