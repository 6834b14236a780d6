"""What the shell completes beside commands and options: names of models, values of choices.

Files are completed by the shell itself where nothing here fits.
"""

from collections.abc import Callable


def models(incomplete: str) -> list[str]:
    """Return the models known by name that begin so, what finds quotes among them."""
    from stance import store

    return [name for name in store.available() if name.startswith(incomplete)]


def classifiers(incomplete: str) -> list[str]:
    """Return the classifiers known by name that begin so."""
    from stance import store
    from stance.errors import StanceError

    def labels(name: str) -> bool:
        try:
            return store.read_manifest(store.find(name)).kind != store.TAGGER
        except StanceError:
            return False

    return [name for name in models(incomplete) if labels(name)]


def choices(*names: str) -> Callable[[str], list[str]]:
    """Return a completer for one of `names`."""

    def begin_so(incomplete: str) -> list[str]:
        return [name for name in names if name.startswith(incomplete)]

    return begin_so
