"""A trained tagger -> `model.onnx` and `tokenizer.json`, in 32 or 8 bit."""

import contextlib
import copy
import logging
import warnings
from pathlib import Path
from typing import Any

import torch

from stance.classifiers.onnx import TOKENIZER, WEIGHTS
from stance.classifiers.onnx_export import OPSET, quantise
from stance.tagger.network import TagNetwork
from stance.tagger.settings import TaggerModel

#: Weights and activations in blocks: the answers of a window do not hang on its batch.
WAY = "block"


def export(
    network: TagNetwork, tokenizer: Any, folder: Path, *, model: TaggerModel, pad_id: int
) -> dict[str, Any]:
    """Write `network` to `folder` in the precision of `model`; return what a manifest must know."""
    exact = folder / f"exact.{WEIGHTS}"
    _trace(network, exact)
    if model.precision == "int8":
        quantise(exact, folder / WEIGHTS, way=WAY)
        exact.unlink()
    else:
        exact.replace(folder / WEIGHTS)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    return {
        "runtime": {
            "own": model.own, "before": model.before, "link_width": model.link_width,
            "pad_id": pad_id,
            "precision": f"int8-{WAY}" if model.precision == "int8" else "fp32",
        }
    }  # fmt: skip


def _trace(network: TagNetwork, path: Path) -> None:
    network = copy.deepcopy(network).to("cpu").eval()
    with contextlib.suppress(ValueError):  # an encoder that knows one way only
        network.encoder.set_attn_implementation("eager")  # runs faster in ONNX Runtime
    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.arange(24).reshape(2, 12) % 7 + 5
    mask = torch.ones_like(ids)
    mask[1, 8:] = 0
    axes = {name: {0: "windows", 1: "length"} for name in [*names, "answers"]}
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of every Python branch in the encoder
        quiet.setLevel(logging.ERROR)
        try:
            torch.onnx.export(
                network, (ids, mask, ids % 4), path, input_names=names,
                output_names=["answers"], dynamic_axes=axes, opset_version=OPSET, dynamo=False,
            )  # fmt: skip
        finally:
            quiet.setLevel(level)
