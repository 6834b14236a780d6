"""Where models are: folders, the shipped ones, names, the hub; and where none may be written."""

import difflib
import re
from pathlib import Path

from stance.errors import ModelError, ModelNotFoundError, UsageError
from stance.store.manifest import MANIFEST

_FETCHED = ("*.json", "*.jsonl", "*.safetensors", "*.skops", "*.onnx", "*.txt", "*.md")


def shipped_roots() -> list[Path]:
    """Return the folders that may hold shipped models: the wheel's, or the checkout's."""
    here = Path(__file__).resolve().parent.parent
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
