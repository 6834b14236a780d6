"""Load a model: manifest, format, checksums and labels first, only then the heavy library."""

import importlib
import inspect
from pathlib import Path
from typing import Any

from stance.errors import IntegrityError, ManifestError, StanceError, UsageError
from stance.store.manifest import KINDS, TAGGER, Manifest, verify
from stance.store.places import find

#: What runs a transformer's network, the preferred one first: the file of weights that a folder
#: must hold, and the class.
BACKENDS = {
    "onnx": ("model.onnx", "stance.classifiers.onnx", "OnnxClassifier"),
    "torch": ("heads.safetensors", *KINDS["transformer"]),
}


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
