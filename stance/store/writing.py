"""Write a model folder in one rename, or one of its two texts anew."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stance.classifiers.base import Classifier
from stance.store.manifest import (
    CARD,
    FORMAT,
    MANIFEST,
    Manifest,
    read_manifest,
    sha256_of,
    write_manifest,
)
from stance.store.places import check_target


def save(
    classifier: Classifier,
    folder: Path,
    *,
    kind: str,
    about: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
    force: bool = False,
) -> Manifest:
    """Write a fitted classifier as a model folder, in one rename; return its manifest.

    `about` (config, data, metrics, versions, ...) goes into the manifest as it is; `files`
    are further text files by name, such as the card. Raises `UsageError` when `folder`
    exists and `force` is not given, or holds something other than a model.
    """
    check_target(folder, force=force)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as temporary:
        beside = Path(temporary) / folder.name
        beside.mkdir()
        info = classifier.to_folder(beside)
        for name, text in (files or {}).items():
            (beside / name).write_text(text, encoding="utf-8")
        raw = {
            "format": FORMAT,
            "kind": kind,
            "tasks": {task: list(classifier.labels_[task]) for task in classifier.tasks_},
            "classifier": info,
            **(about or {}),
            "files": {path.name: _entry(path) for path in sorted(beside.iterdir())},
        }
        write_manifest(raw, beside / MANIFEST)
        if folder.exists():
            shutil.rmtree(folder)
        beside.replace(folder)
    return read_manifest(folder)


def rewrite_manifest(folder: Path, **blocks: Any) -> Manifest:
    """Replace whole blocks of a folder's manifest, in one rename; no other file is touched."""
    raw = {**read_manifest(folder).raw, **blocks}
    beside = folder / f".{MANIFEST}.new"
    write_manifest(raw, beside)
    beside.replace(folder / MANIFEST)
    return read_manifest(folder)


def rewrite_card(folder: Path, card: str, blocks: Mapping[str, Any]) -> Manifest:
    """Replace the card, and whole blocks of the manifest, which lists the new card's checksum.

    The card goes first: a crash between the two leaves one that the manifest does not know,
    which stops no model from loading.
    """
    beside = folder / f".{CARD}.new"
    beside.write_text(card, encoding="utf-8")
    entry = _entry(beside)
    beside.replace(folder / CARD)
    files = {**read_manifest(folder).files, CARD: entry}
    return rewrite_manifest(folder, **blocks, files=files)


def _entry(path: Path) -> dict[str, Any]:
    return {"sha256": sha256_of(path), "bytes": path.stat().st_size}
