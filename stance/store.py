"""A model folder: plain files, a manifest with checksums, and the order in which they are trusted.

Loading goes manifest, format, checksums, labels, and only then the heavy library; each
failure is an error of its own. Nothing in a folder is ever unpickled or executed.

Format 1 (manifest.json): format, kind, tasks (labels in canonical order), classifier (what
the class needs to load), config, data, metrics, versions, created, files (name -> sha256
and bytes). A later format adds its upgrade rule to `_upgrade` and keeps a test for this one.
"""

import difflib
import hashlib
import importlib
import inspect
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.classifiers.base import Classifier
from stance.errors import (
    FormatVersionError,
    IntegrityError,
    ManifestError,
    ModelError,
    ModelNotFoundError,
    StanceError,
    UsageError,
)

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
#: What runs a transformer's network, the preferred one first: the file of weights that a folder
#: must hold, and the class.
BACKENDS = {
    "onnx": ("model.onnx", "stance.classifiers.onnx", "OnnxClassifier"),
    "torch": ("heads.safetensors", *KINDS["transformer"]),
}
#: Blocks of a manifest that need not be there, and what they are where they are.
_BLOCKS: Mapping[str, type] = {
    "calibration": dict, "config": dict, "data": dict, "evaluations": list, "export": dict,
    "metrics": dict, "pinned": list, "versions": dict,
}  # fmt: skip
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")
_LARGEST_MANIFEST = 16 * 2**20
_FETCHED = ("*.json", "*.jsonl", "*.safetensors", "*.skops", "*.onnx", "*.txt", "*.md")


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


def classifier_class(kind: str) -> Any:
    """Return the class of a kind, importing its library now."""
    module, name = KINDS[kind]
    return getattr(importlib.import_module(module), name)


def backends(manifest: Manifest) -> tuple[str, ...]:
    """Return the backends that a model's files allow, the default first; none for a baseline."""
    if manifest.kind != "transformer":
        return ()
    return tuple(name for name, (file, _, _) in BACKENDS.items() if file in manifest.files)


def _loading_class(folder: Path, manifest: Manifest, backend: str | None) -> Any:
    """Return the class that loads `folder`; raises `UsageError` for a backend it lacks."""
    if backend is not None and backend not in BACKENDS:
        raise UsageError(f"no backend '{backend}'; give {' or '.join(BACKENDS)}")
    held = backends(manifest)
    if backend is not None and manifest.kind != "transformer":
        raise UsageError(f"{folder} is a {manifest.kind}, which needs no backend; leave it out")
    if backend is not None and backend not in held:
        file = BACKENDS[backend][0]
        cure = {
            "onnx": f"make a copy with them: stance models export {folder} --onnx --out DIR",
            "torch": "give the model that it was exported from, or train it again",
        }
        raise UsageError(
            f"{folder} has no weights for {backend} (no {file}), only for "
            f"{', '.join(held) or 'no backend'}; {cure[backend]}"
        )
    chosen = backend or (held[0] if held else "torch")
    if manifest.kind != "transformer":
        return classifier_class(manifest.kind)
    _, module, name = BACKENDS[chosen]
    return getattr(importlib.import_module(module), name)


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
            "files": {
                path.name: {"sha256": _sha256(path), "bytes": path.stat().st_size}
                for path in sorted(beside.iterdir())
            },
        }
        _write_manifest(raw, beside / MANIFEST)
        if folder.exists():
            shutil.rmtree(folder)
        beside.replace(folder)
    return read_manifest(folder)


def rewrite_manifest(folder: Path, **blocks: Any) -> Manifest:
    """Replace whole blocks of a folder's manifest, in one rename; no other file is touched."""
    raw = {**read_manifest(folder).raw, **blocks}
    beside = folder / f".{MANIFEST}.new"
    _write_manifest(raw, beside)
    beside.replace(folder / MANIFEST)
    return read_manifest(folder)


def rewrite_card(folder: Path, card: str, blocks: Mapping[str, Any]) -> Manifest:
    """Replace the card, and whole blocks of the manifest, which lists the new card's checksum.

    The card goes first: a crash between the two leaves one that the manifest does not know,
    which stops no model from loading.
    """
    beside = folder / f".{CARD}.new"
    beside.write_text(card, encoding="utf-8")
    entry = {"sha256": _sha256(beside), "bytes": beside.stat().st_size}
    beside.replace(folder / CARD)
    files = {**read_manifest(folder).files, CARD: entry}
    return rewrite_manifest(folder, **blocks, files=files)


def card_is_intact(folder: Path, manifest: Manifest) -> bool:
    """Return whether the card is the one that its manifest lists, or there is none."""
    path, entry = folder / CARD, manifest.files.get(CARD)
    if path.is_symlink() or not path.is_file():
        return not path.is_symlink() and not path.exists()
    return entry is not None and _sha256(path) == entry["sha256"]


def _write_manifest(raw: Mapping[str, Any], path: Path) -> None:
    path.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def check_target(folder: Path, *, force: bool = False) -> None:
    """Raise `UsageError` when a model must not be written to `folder`."""
    resolved = folder.resolve()
    for shipped in shipped_roots():
        if resolved == shipped or shipped in resolved.parents:
            raise UsageError(
                f"{folder} is among the shipped models, which are never written over; "
                "give another --out, such as runs/mine"
            )
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is a file; give --out the name of a new folder")
    if any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise UsageError(f"{folder} holds something that is not a model; give another --out")
    if any(folder.iterdir()) and not force:
        raise UsageError(f"{folder} holds a model already; give --force or another --out")


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
        found = _sha256(path)
        if found != entry["sha256"]:
            raise IntegrityError(
                f"{path} is not the file that was saved (sha256 {found[:12]}…, expected "
                f"{entry['sha256'][:12]}…); restore the folder or retrain the model"
            )
    return manifest


def load(
    model: str | Path, *, backend: str | None = None, tagger: bool = False, **options: Any
) -> Any:
    """Load a model by folder, by name under ./models, by shipped name, or by hub id `org/name`.

    `backend` is what runs a transformer's network, `onnx` or `torch`; by default `onnx` where
    the folder has such weights, unless `device` asks for a GPU and it has torch's too. `tagger`
    asks for what finds quotes, which is no classifier.
    Returns the classifier, with `name`, `fingerprint` and
    `manifest` set. `options` go to the class (`device`, `threads` for a transformer). Raises
    the errors of `stance.errors`.
    """
    folder = find(model)
    manifest = verify(folder, card=False)
    if (manifest.kind == TAGGER) is not tagger:
        raise UsageError(
            f"{folder} is a {manifest.kind}; "
            + ("expected a tagger" if tagger else "give a classifier, and --quotes tagger for this")
        )
    on_gpu = str(options.get("device", "")).startswith("cuda")
    if backend is None and on_gpu and "torch" in backends(manifest):
        backend = "torch"
    kind = _loading_class(folder, manifest, backend)
    _check_params(kind, manifest.raw["classifier"].get("params"), folder)
    try:
        loaded = kind.from_folder(folder, manifest.raw, **options)
    except (StanceError, ImportError):
        raise
    except Exception as error:  # files made to look sound can fail anywhere in a library
        reason = " ".join(str(error).split())[:200]
        raise IntegrityError(
            f"{folder} does not load ({type(error).__name__}: {reason}); restore the folder or "
            "retrain the model"
        ) from error
    for task, value in loaded.temperature_.items():
        if not 1e-3 <= value <= 1e3:  # NaN is refused too
            raise ManifestError(
                f"{folder} has temperature {value} for '{task}'; expected a number from 0.001 to "
                "1000; calibrate or retrain the model"
            )
    if {t: tuple(loaded.labels_[t]) for t in loaded.tasks_} != dict(manifest.tasks):
        raise IntegrityError(
            f"{folder}: the weights' labels differ from the manifest's; retrain the model"
        )
    loaded.name = folder.name
    loaded.fingerprint = manifest.fingerprint
    loaded.manifest = manifest.raw
    return loaded


def _check_params(kind: Any, params: Any, folder: Path) -> None:
    """Raise `ManifestError` for a parameter whose type is not that of the class's default."""
    known = inspect.signature(kind.__init__).parameters
    for name, value in params.items() if isinstance(params, dict) else ():
        default = known[name].default if name in known else None
        good: tuple[type, ...] = (type(default),) if isinstance(default, (bool, int)) else ()
        if isinstance(default, float):
            good = (int, float)
        if good and (type(value) not in good or not abs(value) < 1e12):
            raise ManifestError(
                f"{folder} has parameter {name} = {value!r:.60}; expected a value such as "
                f"{default!r}; restore the manifest or retrain the model"
            )


def shipped_roots() -> list[Path]:
    """Return the folders that may hold shipped models: the wheel's, or the checkout's."""
    here = Path(__file__).resolve().parent
    roots = [here / "_models", here.parent / "models"]
    return [root for root in roots if root.is_dir() and _is_ours(root, here)]


def _is_ours(root: Path, here: Path) -> bool:
    return root.parent == here or (root.parent / "pyproject.toml").is_file()


def available() -> dict[str, Path]:
    """Return the models found by name: those under ./models, then the shipped ones."""
    found: dict[str, Path] = {}
    for root in (Path("models"), *shipped_roots()):
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if (folder / MANIFEST).is_file():
                    found.setdefault(folder.name, folder)
    return found


def find(model: str | Path) -> Path:
    """Return the folder of MODEL: an existing folder, else a known name, else a hub id.

    Raises `ModelNotFoundError` with the names that exist.
    """
    path = Path(model)
    if path.is_dir():
        return path
    known = available()
    if str(model) in known:
        return known[str(model)]
    if re.fullmatch(r"[\w.-]+/[\w.-]+", str(model)) and not path.parent.exists():
        return _fetch(str(model))
    names = ", ".join(known) or "none"
    near = difflib.get_close_matches(str(model), known, n=1)
    raise ModelNotFoundError(
        f"no model '{model}': no such folder, and the models known by name are {names}; "
        + (
            f"did you mean '{near[0]}'?"
            if near
            else "give a folder, one of these names, or a hub id org/name"
        )
    )


def _fetch(hub_id: str) -> Path:
    import sys

    from huggingface_hub import snapshot_download

    print(f"stance: fetching model {hub_id} from the Hugging Face hub", file=sys.stderr)
    try:
        return Path(snapshot_download(hub_id, allow_patterns=list(_FETCHED)))
    except Exception as error:  # the hub's own tree of errors changes between versions
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"model {hub_id} could not be fetched ({type(error).__name__}: {reason}); check the "
            "id and the connection, or give a local folder"
        ) from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
