"""What a model folder says of itself: manifest.json, and the checksums of the other files.

Format 1: format, kind, tasks (labels in canonical order), classifier (what the class needs to
load), config, data, metrics, versions, created, files (name -> sha256 and bytes). A later
format adds its upgrade rule to `_upgrade` and keeps a test for this one.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.errors import FormatVersionError, IntegrityError, ManifestError

FORMAT = 1
MANIFEST = "manifest.json"
CARD = "README.md"
TAGGER = "tagger"  # the kind that finds quotes, and labels none
#: Where the class of each kind lives; looked up only after the folder has been verified.
KINDS = {
    "baseline": ("stance.classifiers.baseline", "BaselineClassifier"),
    "transformer": ("stance.classifiers.transformer", "TransformerClassifier"),
    TAGGER: ("stance.tagger.model", "Tagger"),
}
#: Blocks of a manifest that need not be there, and what they are where they are.
_BLOCKS: Mapping[str, type] = {
    "calibration": dict, "config": dict, "data": dict, "evaluations": list, "export": dict,
    "metrics": dict, "pinned": list, "versions": dict,
}  # fmt: skip
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
_LARGEST_MANIFEST = 16 * 2**20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a model folder says of itself; `raw` is the whole of manifest.json."""

    kind: str
    tasks: Mapping[str, tuple[str, ...]]
    files: Mapping[str, Mapping[str, Any]]
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """16 hex digits that name the weights and what is needed to use them."""
        core = {key: self.raw.get(key) for key in ("format", "kind", "tasks", "classifier")}
        core["files"] = {n: e["sha256"] for n, e in sorted(self.files.items()) if n != CARD}
        text = json.dumps(core, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_manifest(folder: Path) -> Manifest:
    """Read and check manifest.json alone; no other file is opened.

    Raises `ManifestError` and `FormatVersionError`.
    """
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file():
        raise ManifestError(
            f"{folder} has no {MANIFEST}; expected a model folder written by 'stance train'"
        )
    if path.stat().st_size > _LARGEST_MANIFEST:
        raise ManifestError(f"{path} is larger than 16 MB; this is no manifest of a model")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(raw, ensure_ascii=False).encode()  # half of a surrogate pair has no fingerprint
    except OSError as error:
        raise ManifestError(f"{path} cannot be read ({error.strerror}); may you read it?") from None
    except (ValueError, RecursionError) as error:  # ValueError: also a number of 5,000 digits
        raise ManifestError(f"{path} is not JSON ({error}); restore or retrain the model") from None
    if not isinstance(raw, dict):
        raise ManifestError(f"{path} holds {type(raw).__name__}; expected an object")
    raw = _upgrade(raw, path)
    if not isinstance(raw.get("kind"), str) or raw["kind"] not in KINDS:
        raise ManifestError(
            f"{path} names kind {raw.get('kind')!r}; known kinds are {', '.join(KINDS)}"
        )
    if not isinstance(raw.get("classifier"), dict):
        raise ManifestError(f"{path} has no 'classifier' block; restore or retrain the model")
    for name, kind in _BLOCKS.items():
        if raw.get(name) is not None and not isinstance(raw[name], kind):
            raise ManifestError(
                f"{path} holds {type(raw[name]).__name__} under '{name}'; expected "
                f"{'an object' if kind is dict else 'a list'}: restore or retrain the model"
            )
    return Manifest(kind=raw["kind"], tasks=_tasks(raw, path), files=_files(raw, path), raw=raw)


def write_manifest(raw: Mapping[str, Any], path: Path) -> None:
    """Write manifest.json as it is given."""
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _upgrade(raw: dict[str, Any], path: Path) -> dict[str, Any]:
    number = raw.get("format")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ManifestError(f"{path} has format {number!r}; expected a whole number from 1")
    if number > FORMAT:
        raise FormatVersionError(
            f"{path} is of format {number}, this version reads up to {FORMAT}; upgrade stance"
        )
    return raw


def _tasks(raw: Mapping[str, Any], path: Path) -> dict[str, tuple[str, ...]]:
    tasks = raw.get("tasks")
    good = isinstance(tasks, dict) and all(
        isinstance(names, list)
        and len(names) >= 2
        and len(set(map(str, names))) == len(names)
        and all(isinstance(name, str) and name and name.isprintable() for name in names)
        for names in tasks.values()
    )
    if not good or not tasks or not all(task and task.isprintable() for task in tasks):
        raise ManifestError(f"{path} has no usable 'tasks' (task -> at least two distinct labels)")
    return {task: tuple(names) for task, names in tasks.items()}


def _files(raw: Mapping[str, Any], path: Path) -> dict[str, dict[str, Any]]:
    files = raw.get("files")
    if not isinstance(files, dict) or not files:
        raise ManifestError(f"{path} lists no files; restore or retrain the model")
    for name, entry in files.items():
        if not _PLAIN_NAME.match(name):
            raise ManifestError(f"{path} lists {name!r}; only plain names in the folder are read")
        if not isinstance(entry, dict) or not re.fullmatch(
            r"[0-9a-f]{64}", str(entry.get("sha256"))
        ):
            raise ManifestError(f"{path} gives no sha256 of {name!r}; restore the manifest")
    return files


def verify(folder: Path, *, card: bool = True) -> Manifest:
    """Check manifest and the checksum of every listed file; `card=False` passes the card over.

    Raises `IntegrityError` for a missing, altered or linked file.
    """
    manifest = read_manifest(folder)
    for name, entry in manifest.files.items():
        if name == CARD and not card:
            continue  # a card that its user annotated does not make the weights unsafe
        path = folder / name
        if path.is_symlink():
            raise IntegrityError(f"{path} is a symbolic link; model files must be plain files")
        if not path.is_file():
            raise IntegrityError(f"{path} is missing; restore the folder or retrain the model")
        found = sha256_of(path)
        if found != entry["sha256"]:
            raise IntegrityError(
                f"{path} is not the file that was saved (sha256 {found[:12]}…, expected "
                f"{entry['sha256'][:12]}…); restore the folder or retrain the model"
            )
    return manifest


def card_is_intact(folder: Path, manifest: Manifest) -> bool:
    """Return whether the card is the one that its manifest lists, or there is none."""
    path, entry = folder / CARD, manifest.files.get(CARD)
    if path.is_symlink() or not path.is_file():
        return not path.is_symlink() and not path.exists()
    return entry is not None and sha256_of(path) == entry["sha256"]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
