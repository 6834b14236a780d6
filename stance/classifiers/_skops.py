"""The baseline's file: scikit-learn objects through skops, with an allow-list of its own.

skops trusts every scikit-learn estimator by default; a baseline needs the few types below,
so the file's schema is checked against them before skops reads it.
"""

import contextlib
import importlib.abc
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stance.errors import IntegrityError, UntrustedTypeError

ALLOWED_TYPES = frozenset({
    "builtins.dict", "builtins.list", "builtins.tuple", "builtins.str",
    "numpy.ndarray", "numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64",
    "sklearn.feature_extraction.text.TfidfVectorizer",
    "sklearn.feature_extraction.text.TfidfTransformer",
    "sklearn.linear_model._logistic.LogisticRegression",
})  # fmt: skip
#: How skops may rebuild them: no node that calls a function or a method.
ALLOWED_LOADERS = frozenset({
    "DictNode", "ListNode", "TupleNode", "JsonNode", "NdArrayNode", "ObjectNode", "TypeNode",
})  # fmt: skip
MAX_BYTES = 512 * 1024 * 1024  # unpacked; a baseline is some MB, an archive bomb is not


def dump(vectorizers: Mapping[str, Any], heads: Mapping[str, Any], path: Path) -> None:
    """Write fitted `vectorizers` by block and `heads` by task to `path`."""
    import copy

    bare, terms = {}, {}
    for block, vectorizer in vectorizers.items():
        # skops writes each entry of a vocabulary as an array of its own: a minute and 16 MB of
        # schema for 30,000 terms. As one JSON string it takes milliseconds.
        bare[block] = copy.copy(vectorizer)
        ordered = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
        terms[block] = json.dumps(ordered, ensure_ascii=False)
        bare[block].vocabulary_ = {}
    content = {"vectorizers": bare, "terms": terms, "heads": dict(heads)}
    _skops().dump(content, path, compression=zipfile.ZIP_DEFLATED)


def load(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (vectorizers by block, heads by task) of a file that `dump` wrote.

    Raises `UntrustedTypeError` naming a type outside the allow-list before anything is
    built, and `IntegrityError` for a file that cannot be read or is not complete.
    """
    check_types(path)
    try:
        content = _skops().load(path, trusted=sorted(ALLOWED_TYPES))
        vectorizers, heads = dict(content["vectorizers"]), dict(content["heads"])
        for block, vectorizer in vectorizers.items():
            ordered = json.loads(content["terms"][block])
            if len(ordered) != len(vectorizer.idf_):
                raise ValueError(f"{len(ordered)} terms, {len(vectorizer.idf_)} weights")
            vectorizer.vocabulary_ = {term: column for column, term in enumerate(ordered)}
    except Exception as error:  # a damaged archive fails in too many ways to list
        raise IntegrityError(
            f"{path} is damaged ({type(error).__name__}: {error}); restore or train it again"
        ) from error
    return vectorizers, heads


def check_types(path: Path) -> None:
    """Read the schema of `path` as plain JSON and refuse types and loaders not on the lists."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
            if size > MAX_BYTES:
                raise IntegrityError(
                    f"{path} unpacks to {size} bytes, more than a baseline can have"
                )
            schema = json.loads(archive.read("schema.json"))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise IntegrityError(
            f"{path} is no readable skops file ({type(error).__name__}: {error}); "
            "restore or train it again"
        ) from error
    for node in _nodes(schema):
        kind = f"{node.get('__module__')}.{node.get('__class__')}"
        if kind not in ALLOWED_TYPES or node.get("__loader__") not in ALLOWED_LOADERS:
            raise UntrustedTypeError(
                f"{path} holds a {kind} (loader {node.get('__loader__')}), which a baseline never "
                "has; do not load it, and train the model again"
            )


def _nodes(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every node of a skops schema: the objects that name a class or a loader."""
    waiting = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if not item.keys().isdisjoint({"__class__", "__module__", "__loader__"}):
                yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


class _NoTorch(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "torch":
            raise ModuleNotFoundError("torch is kept out of the baseline", name=name)


@contextlib.contextmanager
def _without_torch() -> Iterator[None]:
    """Keep torch from being imported: skops imports all of scikit-learn, which would try."""
    finder = _NoTorch()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _skops() -> Any:
    with _without_torch():
        import skops.io
    return skops.io
