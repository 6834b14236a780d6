"""The transformer's files: safetensors and JSON alone, every name and shape checked on the way in.

lora   adapter.safetensors, heads.safetensors; the encoder itself is named in the manifest
full   model.safetensors, config.json, tokenizer files, heads.safetensors
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from stance.classifiers.lora import check_tensors, merge
from stance.classifiers.network import Network
from stance.encoder.sources import (
    WEIGHTS,
    describe,
    load_encoder,
    load_tokenizer,
    plain_backend,
    quiet_transformers,
    without_pooler,
)
from stance.errors import IntegrityError, ModelError

HEADS, ADAPTER, CONFIG = "heads.safetensors", "adapter.safetensors", "config.json"


def save_heads(network: Network, folder: Path) -> None:
    """Write `heads.safetensors`: `<task>.weight` (labels sorted, width) and `<task>.bias`."""
    tensors = {}
    for task, block in network.blocks().items():
        tensors[f"{task}.weight"] = network.heads.weight[block]
        tensors[f"{task}.bias"] = network.heads.bias[block]
    _save(tensors, folder / HEADS)


def load_heads(network: Network, folder: Path) -> None:
    """Fill the heads of `network` from `heads.safetensors`; raises `IntegrityError`."""
    tensors = _read(folder / HEADS)
    width = network.heads.in_features
    expected: dict[str, tuple[int, ...]] = {}
    for task, names in network.columns.items():
        expected[f"{task}.weight"] = (len(names), width)
        expected[f"{task}.bias"] = (len(names),)
    check_tensors(tensors, expected, what=f"file {folder / HEADS}")
    with torch.no_grad():
        for task, block in network.blocks().items():
            network.heads.weight[block] = tensors[f"{task}.weight"]
            network.heads.bias[block] = tensors[f"{task}.bias"]


def save_adapter(adapter: Mapping[str, torch.Tensor], folder: Path) -> None:
    """Write `adapter.safetensors`."""
    _save(adapter, folder / ADAPTER)


def save_encoder(encoder: Any, tokenizer: Any, folder: Path) -> None:
    """Write the whole encoder: `model.safetensors`, `config.json` and the tokenizer's files."""
    _save(encoder.state_dict(), folder / WEIGHTS)
    encoder.config.to_json_file(folder / CONFIG, use_diff=True)
    plain_backend(tokenizer)
    tokenizer.save_pretrained(folder)


def load_adapted(
    folder: Path, encoder: Mapping[str, str], *, rank: int, alpha: float
) -> tuple[Any, Any, dict[str, torch.Tensor]]:
    """Return (encoder with the adapter of `folder` merged, tokenizer, adapter).

    Raises `IntegrityError` when the local encoder is not the one trained on.
    """
    name, revision = str(encoder["name"]), encoder.get("revision")
    found = describe(name, revision=revision)
    if found["sha256"] != encoder["sha256"]:
        raise IntegrityError(
            f"this model was trained on encoder '{name}' with sha256 {encoder['sha256'][:12]}, but "
            f"the one here has {found['sha256'][:12]}; restore that encoder or train again"
        )
    body, tokenizer = load_encoder(name, revision=revision)
    adapter = _read(folder / ADAPTER)
    merge(body, adapter, rank=rank, alpha=alpha)
    return body, tokenizer, adapter


def load_whole(folder: Path) -> tuple[Any, Any]:
    """Return (encoder, tokenizer) of a fully fine-tuned model; raises `IntegrityError`."""
    from transformers import AutoConfig, AutoModel

    try:
        with quiet_transformers():
            config = AutoConfig.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False
            )
            config.dtype = torch.float32
            encoder = without_pooler(AutoModel.from_config(config, trust_remote_code=False))
    except Exception as error:  # a config can go wrong anywhere in the library
        raise IntegrityError(
            f"{folder / CONFIG} describes no encoder that can be built ({error}); "
            "restore or train the model again"
        ) from error
    tensors = _read(folder / WEIGHTS)
    expected = {name: tuple(tensor.shape) for name, tensor in encoder.state_dict().items()}
    check_tensors(tensors, expected, what=f"file {folder / WEIGHTS}")
    encoder.load_state_dict(tensors)
    try:
        return encoder, load_tokenizer(folder)
    except ModelError as error:
        raise IntegrityError(f"{error}; restore or train the model again") from error


def _save(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    from safetensors.torch import save_file

    plain = {name: t.detach().to("cpu").contiguous().clone() for name, t in tensors.items()}
    save_file(plain, path, metadata={"format": "pt"})


def _read(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (OSError, SafetensorError) as error:
        raise IntegrityError(
            f"{path} is no readable safetensors file ({error}); restore or train the model again"
        ) from error
