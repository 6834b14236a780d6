"""Trained transformer -> `model.onnx` and `tokenizer.json`, and its weights in 8 bit.

Two ways to 8 bit, the faster first; which one keeps the labels is for a gate to measure:

tensor   weights by channel in 7 bits of 8 (sums of two products then fit 16 bits on CPUs
         without VNNI), activations by tensor (ONNX Runtime's dynamic quantisation)
block    weights and activations in blocks of 128 with a scale each: a third of the error of
         `tensor` and answers that do not depend on the rest of the batch, at 1.4 times the cost

In both, embeddings have a scale for each word piece, and `shift_logits` takes back what the
rounding does to all statements alike.
"""

import contextlib
import copy
import logging
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from stance.classifiers.network import Network
from stance.classifiers.onnx import TOKENIZER, WEIGHTS
from stance.classifiers.transformer import TransformerClassifier
from stance.encoder.inputs import plain
from stance.encoder.sources import plain_backend
from stance.errors import ModelError, UsageError

OPSET = 17  # the first with LayerNormalization
_BLOCK = 128
_LEAST_ROWS = 256  # of a table that is worth quantising
_LIMIT = 2 * 2**30  # bytes: what one ONNX file can hold


def export(model: TransformerClassifier, folder: Path) -> dict[str, Any]:
    """Write `model.onnx` in 32 bit and `tokenizer.json`; return what the manifest must know.

    Batch and length are dynamic, adapters merged. Raises `ModelError` when the encoder cannot
    be traced or is too large for one file.
    """
    settings = model.input_settings()
    network = copy.deepcopy(model.network_).to("cpu").eval()
    size = sum(p.numel() * p.element_size() for p in network.parameters())
    if size >= _LIMIT:
        raise ModelError(
            f"the encoder has {size / 1e9:.1f} GB of weights, but one ONNX file holds less than 2; "
            "score this model with --backend torch"
        )
    with contextlib.suppress(ValueError):  # an encoder that knows one way only
        # Attention spelled out: ONNX Runtime runs it faster than the fused kernel's translation.
        network.encoder.set_attn_implementation("eager")
    _trace(network, folder / WEIGHTS, segments=settings["segments"])
    plain_backend(model.tokenizer_)
    plain(model.tokenizer_).save(str(folder / TOKENIZER), pretty=False)
    return {**model.description(), "runtime": {**settings, "precision": "fp32"}}


class _Positional(nn.Module):
    """The network with its inputs in the order of `names`, and bare logits as its output."""

    def __init__(self, network: Network, names: list[str]) -> None:
        super().__init__()
        self.network, self.names = network, names

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        named = dict(zip(self.names, inputs, strict=True))
        logits: torch.Tensor = self.network(**named)["logits"]
        return logits


def _trace(network: Network, path: Path, *, segments: bool) -> None:
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if segments else [])
    ids = torch.arange(24).reshape(2, 12) % 7 + 5
    mask = torch.ones_like(ids)
    mask[1, 8:] = 0
    inputs = (ids, mask, (torch.arange(12) >= 6).long().expand(2, 12))[: len(names)]
    axes = {name: {0: "pieces", 1: "length"} for name in names}
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # tracing warns of every Python branch in the encoder
        quiet.setLevel(logging.ERROR)
        try:
            # dynamo=False: the newer exporter needs onnxscript and takes ten times as long.
            torch.onnx.export(
                _Positional(network, names), inputs, path, input_names=names,
                output_names=["logits"], dynamic_axes={**axes, "logits": {0: "pieces"}},
                opset_version=OPSET, dynamo=False,
            )  # fmt: skip
        except Exception as error:  # torch.onnx's errors share no base
            reason = " ".join(str(error).split())[:200]
            raise ModelError(
                f"this encoder cannot be traced to ONNX ({type(error).__name__}: {reason}); "
                "score this model with --backend torch"
            ) from error
        finally:
            quiet.setLevel(level)


def quantise(source: Path, target: Path, *, way: str) -> None:
    """Write the weights of `source` in 8 bit to `target`; `way` is `tensor` or `block`.

    Raises `UsageError` when the package `onnx` is missing.
    """
    try:
        import onnx
    except ImportError:
        raise UsageError(
            "8-bit weights need the package onnx; install stance[onnx], or leave out --int8"
        ) from None
    model = onnx.load(source)
    _replace(model, _quantise_table)
    if way == "block":
        _replace(model, _quantise_blocks)
        model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))
        onnx.save(model, target)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables.onnx"
        onnx.save(model, tables)
        root = logging.getLogger()
        level = root.level
        root.setLevel(logging.ERROR)  # it recommends, on the root logger, what is not needed here
        try:
            quantize_dynamic(
                tables, target, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
                extra_options={"MatMulConstBOnly": True,
                               "DefaultTensorType": onnx.TensorProto.FLOAT},
            )  # fmt: skip
        finally:
            root.setLevel(level)


def shift_logits(path: Path, by: npt.NDArray[np.float32]) -> None:
    """Add `by` (n_labels of all tasks,) to the logits of the graph in `path`.

    Rounding the weights moves the logits of all statements alike as well as each by chance;
    the former is taken back (bias correction: Nagel et al. 2019, arXiv:1906.04721).
    """
    import onnx

    model = onnx.load(path)
    last = next(node for node in model.graph.node if "logits" in node.output)
    last.output[0] = "logits.rounded"
    model.graph.initializer.append(
        onnx.numpy_helper.from_array(by.astype(np.float32), "logits.shift")
    )
    model.graph.node.append(
        onnx.helper.make_node("Add", ["logits.rounded", "logits.shift"], ["logits"])
    )
    onnx.save(model, path)


Weights = npt.NDArray[np.float32]
Rewrite = Callable[[Any, Mapping[str, Weights]], tuple[list[Any], list[Any]] | None]


def _replace(model: Any, rewrite: Rewrite) -> None:
    """Put for each node what `rewrite` gives: (nodes, constants), or None to leave it."""
    from onnx import numpy_helper

    graph = model.graph
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    nodes: list[Any] = []
    added: dict[str, Any] = {}
    for node in graph.node:
        found = rewrite(node, constants)
        if found is None:
            nodes.append(node)
            continue
        nodes += found[0]
        added.update({one.name: one for one in found[1]})
    used = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used] + list(added.values())
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)


def _quantise_table(node: Any, constants: Mapping[str, Weights]) -> Any:
    """Embeddings: rows of signed bytes, a scale for each row, multiplied after the look-up."""
    from onnx import TensorProto, helper, numpy_helper

    table = constants.get(node.input[0]) if node.op_type == "Gather" else None
    if table is None or table.ndim != 2 or len(table) < _LEAST_ROWS or table.dtype != np.float32:
        return None
    name, out = node.input[0], node.output[0]
    scale = _scale(table, axis=1)
    rows = np.rint(table / scale).astype(np.int8)
    return [
        helper.make_node("Gather", [f"{name}.int8", node.input[1]], [f"{out}.int8"]),
        helper.make_node("Cast", [f"{out}.int8"], [f"{out}.float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}.scale", node.input[1]], [f"{out}.scale"]),
        helper.make_node("Mul", [f"{out}.float", f"{out}.scale"], [out]),
    ], [
        numpy_helper.from_array(rows, f"{name}.int8"),
        numpy_helper.from_array(scale, f"{name}.scale"),
    ]  # fmt: skip


def _quantise_blocks(node: Any, constants: Mapping[str, Weights]) -> Any:
    """Matrix products with a constant: ONNX Runtime's MatMulNBits, with 8-bit activations."""
    from onnx import helper, numpy_helper

    weight = constants.get(node.input[1]) if node.op_type == "MatMul" else None
    if weight is None or weight.ndim != 2:
        return None
    depth, width = weight.shape
    count = -(-depth // _BLOCK)
    blocks = np.zeros((width, count * _BLOCK), dtype=np.float32)
    blocks[:, :depth] = weight.T
    blocks = blocks.reshape(width, count, _BLOCK)
    scale = _scale(blocks, axis=2)
    packed = (np.rint(blocks / scale) + 128).astype(np.uint8)  # 128 is the operator's zero
    name = node.input[1]
    product = helper.make_node(
        "MatMulNBits", [node.input[0], f"{name}.uint8", f"{name}.scale"], list(node.output),
        domain="com.microsoft", K=depth, N=width, bits=8, block_size=_BLOCK,
        accuracy_level=4,  # activations in 8 bit too
    )  # fmt: skip
    return [product], [
        numpy_helper.from_array(packed, f"{name}.uint8"),
        numpy_helper.from_array(scale[..., 0], f"{name}.scale"),
    ]


def _scale(values: Weights, *, axis: int) -> Weights:
    """Return the step that spreads the values along `axis` over -127 to 127 (1 for zeros)."""
    largest = np.abs(values).max(axis=axis, keepdims=True) / np.float32(127)
    return np.where(largest == 0, np.float32(1), largest).astype(np.float32)
