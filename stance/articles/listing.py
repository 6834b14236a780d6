"""INPUT -> the files to read, in one fixed order, with the id of each one-article file."""

import difflib
import glob
import os
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from stance.articles.options import ONE_ARTICLE_KINDS, STDIN, SUFFIXES, ReadOptions
from stance.articles.sidecar import sidecar_of
from stance.errors import DataError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file of the input: `kind` None is a kind not read here; `id` for one article.

    `root` is the INPUT that it was found in or is.
    """

    path: str
    kind: str | None
    id: str
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of the input in reading order; `ignored` counts other files by suffix.

    `roots` pairs each INPUT with its files, as paths below it ("" for a file named itself):
    about 100 bytes a file, so a folder of a million files takes 100 MB.
    """

    roots: Sequence[tuple[str, Sequence[str]]]
    ignored: Counter[str] = field(default_factory=Counter)
    options: ReadOptions = field(default_factory=ReadOptions)

    def __len__(self) -> int:
        return sum(len(names) for _, names in self.roots)

    def __iter__(self) -> Iterator[Source]:
        repeated = _repeated(_stem(root, name) for root, name in self._one_article_files())
        for root, name in self._files():
            path = os.path.join(root, name) if name else root  # noqa: PTH118 - keeps "./" as given
            stem = _stem(root, name)
            collides = hash(stem) in repeated
            own = (name or os.path.normpath(root)) if collides else stem
            yield Source(path=path, kind=self._kind(path), id=Path(own).as_posix(), root=root)

    def _files(self) -> Iterator[tuple[str, str]]:
        for root, names in self.roots:
            for name in names:
                yield root, name

    def _one_article_files(self) -> Iterator[tuple[str, str]]:
        for root, name in self._files():
            if self._kind(name or root) in ONE_ARTICLE_KINDS:
                yield root, name

    def _kind(self, path: str) -> str | None:
        return self.options.kind or kind_of(path)


def kind_of(path: str) -> str | None:
    """Return the kind of file that the suffix of `path` stands for, or None."""
    return SUFFIXES.get(suffix_of(path))


def suffix_of(path: str) -> str:
    """Return the lower-case suffix of `path`, the one before `.gz` for a compressed file."""
    name = Path(path).name.lower().removesuffix(".gz")
    return Path(name).suffix


def _stem(root: str, name: str) -> str:
    if root == STDIN and not name:
        return "stdin"
    last = Path(name or root).name
    if last.lower().endswith(".gz"):
        last = last[:-3]
    return last[: -len(Path(last).suffix)] if suffix_of(last) in SUFFIXES else last


def _repeated(stems: Iterable[str]) -> frozenset[int]:
    """Return the hashes of the stems that occur more than once: 8 bytes a file, not 100."""
    hashes = array("q", map(hash, stems))
    ordered = sorted(hashes)
    return frozenset(one for one, other in pairwise(ordered) if one == other)


def list_inputs(
    inputs: str | Path | Sequence[str | Path], *, options: ReadOptions | None = None
) -> Listing:
    """Return the files that `inputs` (files, folders, globs, `-`) stand for, in sorted order.

    Folders are walked to any depth, hidden names and links to folders left out (links could
    lead in circles). Raises `UsageError` for an input that is not there, `DataError` for one
    that cannot be read or holds nothing to read.
    """
    options = options or ReadOptions()
    ignored: Counter[str] = Counter()
    given = [inputs] if isinstance(inputs, (str, Path)) else list(inputs)
    if not given:
        raise UsageError("no input was given; name a file, a folder, a glob or - for stdin")
    roots = []
    for one in map(str, given):
        for path in _expand(one):
            names = _walk(path, options, ignored) if Path(path).is_dir() else [""]
            roots.append((path, names))
    listing = Listing(roots=roots, ignored=ignored, options=options)
    if not len(listing):
        other = f" (only {_counted(ignored)})" if ignored else ""
        raise DataError(
            f"{', '.join(map(str, given))} holds no articles{other}; "
            f"expected files ending in {', '.join(SUFFIXES)}"
        )
    return listing


def _counted(ignored: Counter[str]) -> str:
    return ", ".join(f"{n} {suffix or 'without suffix'}" for suffix, n in sorted(ignored.items()))


def _expand(given: str) -> list[str]:
    if given == STDIN:
        return [STDIN]
    if not given or "\0" in given:
        raise UsageError("an input's name is empty or holds a NUL; name a file, a folder or -")
    try:
        is_there = os.path.lexists(given)
        if is_there:
            Path(given).stat()
    except OSError as error:  # a link in circles, a name too long, a folder without permission
        raise DataError(f"{given} cannot be read ({error.strerror}); check the path") from error
    if is_there:
        if Path(given).is_dir() and not os.access(given, os.R_OK | os.X_OK):
            raise DataError(f"the folder {given} cannot be read (permission denied)")
        return [given]
    # Path.glob takes no absolute pattern.
    found = sorted(glob.glob(given, recursive=True)) if glob.has_magic(given) else []  # noqa: PTH207
    if found:
        return found
    what = "no file matches" if glob.has_magic(given) else "there is no file or folder"
    raise UsageError(f"{what} {given}{_did_you_mean(given)}")


def _did_you_mean(given: str) -> str:
    path = Path(given)
    try:
        beside = sorted(entry.name for entry in os.scandir(path.parent) if entry.name[0] != ".")
    except OSError:
        return f"; there is no folder {path.parent} either"
    close = difflib.get_close_matches(path.name, beside, n=1)
    return f"; did you mean {path.parent / close[0]}?" if close else "; check the path"


def _walk(root: str, options: ReadOptions, ignored: Counter[str]) -> list[str]:
    found: list[str] = []
    sidecar = sidecar_of(root)

    def unreadable(error: OSError) -> None:  # listed as if a file, so that reading reports it
        found.append(Path(error.filename).relative_to(root).as_posix())

    for folder, folders, names in os.walk(root, followlinks=False, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(folder).relative_to(root).as_posix()
        for name in names:
            if name.startswith(".") or (below == "." and name == sidecar):
                continue
            if options.kind or kind_of(name):
                found.append(name if below == "." else f"{below}/{name}")
            else:
                ignored[suffix_of(name)] += 1
    return sorted(found)
