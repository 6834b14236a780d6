"""Low-rank adapters: attached by peft for training, kept as small tensors, merged to score.

W + (alpha / rank) * B A (Hu et al. 2021, arXiv:2106.09685). The merge is done here rather than
by peft, so that loading a model needs no peft and gives bit for bit what training ended with.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from stance.errors import IntegrityError


def adapted_modules(encoder: nn.Module) -> list[str]:
    """Return the names of the encoder's linear layers: attention and feed-forward alike."""
    return [
        name
        for name, module in encoder.named_modules()
        if isinstance(module, nn.Linear) and "pooler" not in name
    ]


def attach(encoder: Any, *, rank: int, alpha: float, dropout: float) -> Any:
    """Freeze `encoder` and add adapters to all its linear layers, in place; return it."""
    from peft import LoraConfig, inject_adapter_in_model

    settings = LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, bias="none",
        target_modules=adapted_modules(encoder),
    )  # fmt: skip
    encoder.requires_grad_(False)
    return inject_adapter_in_model(settings, encoder)


def detach(encoder: Any) -> dict[str, torch.Tensor]:
    """Take the adapters off `encoder`, in place; return `<layer>.lora_A` and `.lora_B` by name.

    In half precision: files of half the size, and what is merged now is what is loaded later.
    """
    found: dict[str, torch.Tensor] = {}
    for name, module in list(encoder.named_modules()):
        if not hasattr(module, "lora_A") or not hasattr(module, "base_layer"):
            continue
        for part in ("lora_A", "lora_B"):
            weight = getattr(module, part)["default"].weight
            found[f"{name}.{part}"] = weight.detach().to("cpu", torch.float16).clone().contiguous()
        parent, _, child = name.rpartition(".")
        setattr(encoder.get_submodule(parent), child, module.base_layer)
    if hasattr(encoder, "peft_config"):
        del encoder.peft_config  # else transformers refuses to save what is a plain encoder again
    encoder.requires_grad_(True)
    return found


def merge(encoder: Any, adapter: Mapping[str, torch.Tensor], *, rank: int, alpha: float) -> None:
    """Add the adapter's products to the weights of `encoder`, in place.

    Raises `IntegrityError` when names or shapes are not those of adapters of this rank on
    all linear layers of this encoder.
    """
    layers = {name: encoder.get_submodule(name) for name in adapted_modules(encoder)}
    expected = {}
    for name, layer in layers.items():
        expected[f"{name}.lora_A"] = (rank, layer.in_features)
        expected[f"{name}.lora_B"] = (layer.out_features, rank)
    check_tensors(adapter, expected, what="adapter")
    with torch.no_grad():
        for name, layer in layers.items():
            a, b = adapter[f"{name}.lora_A"], adapter[f"{name}.lora_B"]
            change = (b.float() @ a.float()) * (alpha / rank)
            layer.weight += change.to(layer.weight.device, layer.weight.dtype)


def check_tensors(
    tensors: Mapping[str, torch.Tensor], expected: Mapping[str, tuple[int, ...]], *, what: str
) -> None:
    """Raise `IntegrityError` unless `tensors` has exactly the `expected` names, shapes, numbers."""
    missing = sorted(expected.keys() - tensors.keys())
    unknown = sorted(tensors.keys() - expected.keys())
    if missing or unknown:
        name = (missing or unknown)[0]
        raise IntegrityError(
            f"the {what} {'lacks' if missing else 'has an unexpected'} tensor '{name}' "
            f"({len(missing)} missing, {len(unknown)} unexpected); train the model again"
        )
    for name, shape in expected.items():
        if tuple(tensors[name].shape) != tuple(shape):
            raise IntegrityError(
                f"tensor '{name}' of the {what} has shape {tuple(tensors[name].shape)}, expected "
                f"{tuple(shape)}; train the model again"
            )
        kind = tensors[name].dtype
        if kind not in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
            raise IntegrityError(
                f"tensor '{name}' of the {what} is of type {kind}, expected floats of 16, 32 "
                "or 64 bits; train the model again"
            )
        if not torch.isfinite(tensors[name]).all():
            raise IntegrityError(
                f"tensor '{name}' of the {what} holds numbers that are not finite; "
                "train the model again with a lower learning rate"
            )
