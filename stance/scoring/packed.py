"""A model folder as bytes: what a machine without that folder needs to load the model."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance import store
from stance.cascade import Cascade


@dataclass(frozen=True, kw_only=True)
class PackedModel:
    """The files of a model, its name and what its rows need; `load` makes a classifier of it.

    The folder was verified when it was packed, and is again where it is loaded.
    """

    name: str
    fingerprint: str
    tasks_: tuple[str, ...]
    labels_: Mapping[str, tuple[str, ...]]
    manifest: Mapping[str, Any] = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Any:
        """Load the classifier, from a folder of this machine that is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="stance-model-") as temporary:
            folder = Path(temporary)
            for name, data in self.files.items():
                (folder / name).write_bytes(data)
            model = store.load(folder, **self.options)
        model.name = self.name
        return model


def pack(model: str | Path, *, backend: str | None = None, **options: Any) -> PackedModel:
    """Pack a model, given as for `stance.load`, without loading it.

    `options` (device, threads) are those of a transformer and are left out for other kinds.
    Raises the errors of `store.verify` and `store.find`.
    """
    folder = store.find(model)
    manifest = store.verify(folder, card=False)
    names = [store.MANIFEST, *(name for name in manifest.files if name != store.CARD)]
    local = options if manifest.kind == "transformer" else {}
    return PackedModel(
        name=folder.name, fingerprint=manifest.fingerprint, tasks_=tuple(manifest.tasks),
        labels_=manifest.tasks, manifest=manifest.raw,
        files={name: (folder / name).read_bytes() for name in names},
        options={"backend": backend, **local},
    )  # fmt: skip


def unpacked(model: Any) -> Any:
    """Return `model` ready to answer: loaded where it is packed, or a cascade of packed ones."""
    if isinstance(model, PackedModel):
        return model.load()
    if isinstance(model, Cascade):
        return Cascade(unpacked(model.first), unpacked(model.second), model.thresholds)
    return model
