"""The transformer without torch: ONNX weights, run by ONNX Runtime, on a CPU.

    model.onnx       encoder, pooling and heads in one graph: token ids in, logits out
    tokenizer.json   read by `tokenizers` directly

Such folders are written by `stance models export --onnx`. Importing this module loads neither
torch nor transformers nor scikit-learn: scoring starts in a fraction of a second.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from stance.classifiers.pieces import PieceClassifier
from stance.encoder import Encoded, Piece, batches, encode_statements, padded
from stance.errors import IntegrityError, ManifestError, UsageError
from stance.records import Statement

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

WEIGHTS, TOKENIZER = "model.onnx", "tokenizer.json"
#: Padded tokens a batch: on two cores larger ones are no faster, and 4,096 take 40 MB more.
TOKENS = 1_024


class OnnxClassifier(PieceClassifier):
    """A trained transformer that only scores; `from_folder` is the way to one.

    `tasks_`, `labels_`, `temperature_` and the calls that answer are those of every classifier.
    """

    def fit(self, X: Any, y: Any, **options: Any) -> Self:
        """Raise `UsageError`: ONNX weights are the end of training, not its beginning."""
        raise UsageError(
            "a model with ONNX weights only scores; train with 'stance train' and export again"
        )

    def _encode(self, statements: Sequence[Statement]) -> Encoded:
        from stance.quotes.sentences import split

        return encode_statements(
            statements, self.tokenizer_, split=split, max_length=self.max_length,
            segments=self.segments, use_context=self.use_context, use_speaker=self.use_speaker,
            hide_names=self.hide_names,
        )  # fmt: skip

    def _logits(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
        found = np.empty((len(pieces), self.width), dtype=np.float32)
        for batch in batches([len(piece.input_ids) for piece in pieces], TOKENS):
            chosen = [pieces[i] for i in batch]
            ids, types = [p.input_ids for p in chosen], [p.token_type_ids for p in chosen]
            found[batch] = self.session_.run(None, dict(padded(ids, types, pad_id=self.pad_id)))[0]
        return found

    @property
    def runs_on(self) -> dict[str, str]:
        """What computes the answers, and on which device."""
        return {"backend": "onnx", "device": "cpu"}

    def to_folder(self, folder: Path) -> dict[str, Any]:
        """Copy the weights and the tokenizer; return what the manifest must know."""
        for name in (WEIGHTS, TOKENIZER):
            shutil.copyfile(self.folder_ / name, Path(folder) / name)
        return dict(self.info_)

    @classmethod
    def from_folder(
        cls, folder: Path, manifest: Mapping[str, Any], *, device: str = "auto",
        threads: int | None = None,
    ) -> Self:  # fmt: skip
        """Load from `folder`, by what `to_folder` returned under the manifest's `classifier`.

        `threads` bounds the CPU threads (default: the CPUs of this process). Raises
        `UsageError` for a GPU, `IntegrityError` for files that do not load or do not fit the
        manifest, `ManifestError` when it does not describe a transformer with ONNX weights.
        """
        if device not in ("auto", "cpu"):
            raise UsageError(
                f"device is {device!r}, but ONNX weights are scored on the CPU; use --backend "
                "torch with a model that has safetensors, or --device cpu"
            )
        model = cls()
        model.folder_ = Path(folder)
        try:
            model.info_ = dict(manifest["classifier"])
            model.set_head(model.info_)
            params, runtime = model.info_["params"], model.info_["runtime"]
            model.use_context = bool(params["use_context"])
            model.use_speaker = bool(params["use_speaker"])
            model.hide_names = bool(params.get("hide_names", False))
            model.max_length = int(runtime["max_length"])
            model.pad_id = int(runtime["pad_id"])
            model.segments = bool(runtime["segments"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ManifestError(
                f"the manifest does not describe a transformer with ONNX weights ({error!r}); "
                "export the model again"
            ) from error
        model.width = sum(len(model.labels_[task]) for task in model.tasks_)
        model.tokenizer_ = load_tokenizer(model.folder_ / TOKENIZER)
        model.session_ = load_session(model.folder_ / WEIGHTS, threads=threads)
        model._check_graph()
        return model

    folder_: Path
    info_: dict[str, Any]
    tokenizer_: "Tokenizer"
    session_: "InferenceSession"
    use_context: bool
    use_speaker: bool
    hide_names: bool
    pad_id: int
    segments: bool
    width: int

    def _check_graph(self) -> None:
        names = {"input_ids", "attention_mask"} | ({"token_type_ids"} if self.segments else set())
        found = {one.name for one in self.session_.get_inputs()}
        shapes = [one.shape for one in self.session_.get_outputs()]
        if found != names or len(shapes) != 1 or shapes[0][1:] != [self.width]:
            raise IntegrityError(
                f"{self.folder_ / WEIGHTS} takes {', '.join(sorted(found))} and gives {shapes}; "
                f"expected {', '.join(sorted(names))} and {self.width} logits; export it again"
            )


def load_tokenizer(path: Path) -> "Tokenizer":
    """Return the tokenizer of a `tokenizer.json`, without its own cutting and padding.

    Raises `IntegrityError` when it does not load.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the tokenizers library raises bare Exception
        raise IntegrityError(
            f"{path} is no tokenizer ({error}); restore it or export the model again"
        ) from error
    tokenizer.no_truncation()  # the bundled encoder's file cuts and pads at 128
    tokenizer.no_padding()
    return tokenizer


def load_session(path: Path, *, threads: int | None = None) -> "InferenceSession":
    """Return a session of ONNX Runtime on the CPU; raises `IntegrityError`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A number, since ONNX Runtime's own choice pins threads to cores that may not be ours.
    options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 1
    # Threads that spin while they wait steal the time of those that find quotes beside us.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # A plan of memory is kept for each shape of batch, and nearly every batch has its own.
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors share no other base
        reason = " ".join(str(error).split())[:200]
        raise IntegrityError(
            f"{path} does not load in ONNX Runtime ({reason}); restore it or export the model again"
        ) from error
