"""The transformer: one pretrained encoder, fine-tuned with a linear head for each task."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin

from stance.classifiers.base import as_labels, as_statements, label_sets, row_weights
from stance.classifiers.pieces import PieceClassifier
from stance.classifiers.schedule import Schedule
from stance.classifiers.weighing import strata_of
from stance.encoder import Encoded, Piece, encode_statements
from stance.errors import ManifestError, UsageError
from stance.records import Statement

#: Options of this machine and this call: never part of what a saved model is.
LOCAL_OPTIONS = ("device", "threads", "checkpoint_dir", "checkpoint_minutes", "resume")
_RATES = {"full": 5e-5, "lora": 5e-4}


class TransformerClassifier(PieceClassifier, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fine-tuned encoder that reads the text, and the speaker and context around it second.

    `encoder` is `minilm` (bundled), a folder, or a hub id, at `revision`. `method` trains
    low-rank adapters (`lora`; `lora_rank`, `lora_alpha`, `lora_dropout`) or all weights
    (`full`). The heads are first trained alone for `head_epochs` on the frozen encoder, then
    everything for `epochs` (0: a linear probe). `learning_rate` None is 5e-4 for lora and
    5e-5 for full; `head_learning_rate` is the heads' own; layer l of n has the rate times
    `layer_decay` ** (n - l). `warmup` is a share of the steps below 1, else their number.
    `class_weights` weighs labels by the inverse of their frequency; `class_weights_by` names a
    field (such as "corpus") within whose values that is done, so that the look of a source
    tells nothing of the label. `max_length` is in word
    pieces. `pooling` is the mean over all tokens, over the text's alone (its context is still
    read; where the encoder has one segment, that is all of them), or the first token.
    `hide_names` has the encoder read stand-ins for people and countries, so that labels rest on
    words and not on nations. `bf16` trains in bfloat16, which newer processors do twice as fast,
    and on a GPU answers in it. `device` is auto, cpu, cuda or cuda:N; `threads` bounds CPU
    threads. With `checkpoint_dir`, a checkpoint is written every `checkpoint_minutes`, from
    which `resume` goes on.
    """

    def __init__(
        self, *, encoder: str = "minilm", revision: str | None = None,
        method: Literal["lora", "full"] = "lora", lora_rank: int = 16, lora_alpha: float = 32.0,
        lora_dropout: float = 0.0, epochs: int = 10, head_epochs: int = 20, batch_size: int = 16,
        gradient_accumulation: int = 1, learning_rate: float | None = None,
        head_learning_rate: float = 1e-3, layer_decay: float = 1.0, weight_decay: float = 0.01,
        warmup: float = 0.1, label_smoothing: float = 0.0, class_weights: bool = True,
        class_weights_by: str | None = None,
        pooling: Literal["mean", "text", "cls"] = "mean", dropout: float = 0.1,
        max_length: int = 256, use_context: bool = True, use_speaker: bool = True,
        hide_names: bool = False, bf16: bool = False, seed: int = 13,
        threads: int | None = None, device: str = "auto",
        checkpoint_dir: str | None = None, checkpoint_minutes: float = 5.0, resume: bool = False,
    ) -> None:  # fmt: skip
        self.encoder = encoder
        self.revision = revision
        self.method = method
        self.lora_rank = lora_rank
        self.lora_alpha = lora_alpha
        self.lora_dropout = lora_dropout
        self.epochs = epochs
        self.head_epochs = head_epochs
        self.batch_size = batch_size
        self.gradient_accumulation = gradient_accumulation
        self.learning_rate = learning_rate
        self.head_learning_rate = head_learning_rate
        self.layer_decay = layer_decay
        self.weight_decay = weight_decay
        self.warmup = warmup
        self.label_smoothing = label_smoothing
        self.class_weights = class_weights
        self.class_weights_by = class_weights_by
        self.pooling = pooling
        self.dropout = dropout
        self.max_length = max_length
        self.use_context = use_context
        self.use_speaker = use_speaker
        self.hide_names = hide_names
        self.bf16 = bf16
        self.seed = seed
        self.threads = threads
        self.device = device
        self.checkpoint_dir = checkpoint_dir
        self.checkpoint_minutes = checkpoint_minutes
        self.resume = resume

    def __sklearn_tags__(self) -> Any:
        """Say to scikit-learn that X is a list of strings or records, not a matrix."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags

    def fit(self, X: Any, y: Any, *, groups: Any = None, sample_weight: Any = None) -> Self:
        """Learn every task of `y` from the statements `X`; `groups` are not used.

        A row may lack the label of some tasks (None). Two fits with one seed and one number
        of threads on a CPU give equal weights. Raises `StatementError` when labels and
        statements do not match, `UsageError` for an option out of range, `ModelError` for an
        encoder that does not load.
        """
        statements = as_statements(X)
        labels = as_labels(y, len(statements), allow_missing=True)
        weights = row_weights(sample_weight, len(statements))
        self._check_options()
        self.labels_ = label_sets(labels)
        self.tasks_ = tuple(labels)
        self.temperature_ = dict.fromkeys(self.tasks_, 1.0)
        self.adapter_: dict[str, Any] = {}

        from stance.classifiers import finetune, lora, objective
        from stance.classifiers.network import Network
        from stance.encoder.sources import describe, load_encoder

        schedule = self._schedule()
        with _threads(self.threads), finetune.seeded(self.seed):
            self.encoder_ = describe(self.encoder, revision=self.revision)
            body, self.tokenizer_ = load_encoder(self.encoder, revision=self.revision)
            columns = {task: sorted(self.labels_[task]) for task in self.tasks_}
            self.network_ = Network(body, columns, pooling=self.pooling, dropout=self.dropout)
            self.network_.to(self._device())
            pieces = self._encode(statements).pieces
            targets = objective.target_matrix(
                labels, columns, row_weights=weights, class_weights=self.class_weights,
                smoothing=self.label_smoothing, strata=strata_of(statements, self.class_weights_by),
            )  # fmt: skip
            rows = np.array([piece.row for piece in pieces])
            shares = np.array([piece.share for piece in pieces], dtype=np.float32)
            targets = targets[rows] * shares[:, None]
            pad_id = self._pad_id()
            finetune.train_heads(
                self.network_, pieces, targets, epochs=self.head_epochs,
                learning_rate=self.head_learning_rate, seed=self.seed, pad_id=pad_id,
            )  # fmt: skip
            if self.method == "lora":
                lora.attach(
                    body, rank=self.lora_rank, alpha=self.lora_alpha, dropout=self.lora_dropout
                )
            if self.epochs:
                finetune.finetune(self.network_, pieces, targets, schedule=schedule, pad_id=pad_id)
            if self.method == "lora":
                self.adapter_ = lora.detach(body)
                lora.merge(body, self.adapter_, rank=self.lora_rank, alpha=self.lora_alpha)
            self.network_.eval()
        return self

    def _check_options(self) -> None:
        wrong = [
            (self.method not in _RATES, "method", self.method, "lora or full"),
            (self.pooling not in ("mean", "text", "cls"), "pooling", self.pooling,
             "mean, text or cls"),
            (self.epochs < 0, "epochs", self.epochs, "0 or more"),
            (self.head_epochs < 0, "head_epochs", self.head_epochs, "0 or more"),
            (self.batch_size < 1, "batch_size", self.batch_size, "1 or more"),
            (self.lora_rank < 1, "lora_rank", self.lora_rank, "1 or more"),
            (self.gradient_accumulation < 1, "gradient_accumulation", self.gradient_accumulation,
             "1 or more"),
            (not 0 <= self.dropout < 1, "dropout", self.dropout, "at least 0 and below 1"),
            (not 0 <= self.lora_dropout < 1, "lora_dropout", self.lora_dropout,
             "at least 0 and below 1"),
            (self.learning_rate is not None and self.learning_rate < 0, "learning_rate",
             self.learning_rate, "0 or more"),
            (self.head_learning_rate < 0, "head_learning_rate", self.head_learning_rate,
             "0 or more"),
            (self.weight_decay < 0, "weight_decay", self.weight_decay, "0 or more"),
            (self.warmup < 0, "warmup", self.warmup, "a share of the steps, or 1 or more steps"),
            (not 0 <= self.label_smoothing < 1, "label_smoothing", self.label_smoothing,
             "at least 0 and below 1"),
            (not 0 < self.layer_decay <= 1, "layer_decay", self.layer_decay,
             "above 0 and at most 1"),
        ]  # fmt: skip
        for bad, name, value, expected in wrong:
            if bad:
                raise UsageError(f"{name} is {value!r}; expected {expected}")

    def _schedule(self) -> Schedule:
        rate = _RATES[self.method] if self.learning_rate is None else self.learning_rate
        same = ("epochs", "batch_size", "gradient_accumulation", "head_learning_rate",
                "layer_decay", "weight_decay", "warmup", "seed", "bf16", "checkpoint_dir",
                "checkpoint_minutes", "resume")  # fmt: skip
        return Schedule(
            learning_rate=rate,
            use_cpu=self._device().type == "cpu",
            **{name: getattr(self, name) for name in same},
        )

    def _device(self) -> Any:
        import torch

        if self.device == "auto":
            # LOCAL_RANK: which GPU is this process's own, under torchrun and accelerate.
            own = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
            return torch.device(own if torch.cuda.is_available() else "cpu")
        try:
            device = torch.device(self.device)
        except RuntimeError:
            raise UsageError(
                f"device is {self.device!r}; expected auto, cpu, cuda or cuda:N"
            ) from None
        if device.type == "cuda" and not torch.cuda.is_available():
            raise UsageError(f"device is {self.device!r}, but no GPU is seen here; use auto or cpu")
        return device

    def _pad_id(self) -> int:
        return int(self.tokenizer_.pad_token_id or 0)

    def input_settings(self) -> dict[str, Any]:
        """Return what pieces must be like to fit the encoder: max_length, pad_id, segments."""
        from stance.encoder.sources import reads_segments, usable_length

        body = self.network_.encoder
        return {
            "max_length": usable_length(body, self.tokenizer_, self.max_length),
            "pad_id": self._pad_id(),
            "segments": reads_segments(body),
        }

    def _encode(self, statements: Sequence[Statement]) -> Encoded:
        from stance.quotes.sentences import split

        fits = self.input_settings()
        return encode_statements(
            statements, self.tokenizer_, split=split, segments=fits["segments"],
            max_length=fits["max_length"], use_context=self.use_context,
            use_speaker=self.use_speaker, hide_names=self.hide_names,
        )  # fmt: skip

    def _logits(self, pieces: Sequence[Piece]) -> npt.NDArray[np.float32]:
        from stance.classifiers.inference import piece_logits

        # On processors without bf16 units it is many times slower, and ONNX answers in 32 bits.
        bf16 = self.bf16 and self._device().type == "cuda"
        with _threads(self.threads):
            self.network_.to(self._device())
            return piece_logits(self.network_, pieces, pad_id=self._pad_id(), bf16=bf16)

    @property
    def runs_on(self) -> dict[str, str]:
        """What computes the answers, and on which device."""
        return {"backend": "torch", "device": str(self._device())}

    def to_folder(self, folder: Path) -> dict[str, Any]:
        """Write the weights as safetensors; return params, tasks, labels, temperatures, encoder."""
        self._task(None)
        from stance.classifiers import weights

        folder = Path(folder)
        weights.save_heads(self.network_, folder)
        if self.method == "lora":
            weights.save_adapter(self.adapter_, folder)
        else:
            weights.save_encoder(self.network_.encoder, self.tokenizer_, folder)
        return self.description()

    def description(self) -> dict[str, Any]:
        """Return what a manifest must know of this model beside its weights."""
        params = self.get_params()
        return {
            "params": {name: params[name] for name in params if name not in LOCAL_OPTIONS},
            "tasks": list(self.tasks_),
            "labels": {task: list(names) for task, names in self.labels_.items()},
            "temperature": dict(self.temperature_),
            "encoder": dict(self.encoder_),
        }

    @classmethod
    def from_folder(
        cls, folder: Path, manifest: Mapping[str, Any], *, device: str = "auto",
        threads: int | None = None,
    ) -> Self:  # fmt: skip
        """Load from `folder`, by what `to_folder` returned under the manifest's `classifier`.

        Raises `IntegrityError` when files, names, shapes or the encoder are not those of the
        training, `ManifestError` when the manifest does not describe a transformer.
        """
        folder = Path(folder)
        try:
            info = manifest["classifier"]
            model = cls(**info["params"], device=device, threads=threads)
            model._check_options()
            model.set_head(info)
            model.encoder_ = {name: str(info["encoder"][name]) for name in info["encoder"]}
            model.encoder_["name"], model.encoder_["sha256"]
        except (KeyError, TypeError, ValueError, AttributeError, UsageError) as error:
            raise ManifestError(
                f"the manifest does not describe a transformer ({error!r}); train the model again"
            ) from error

        from stance.classifiers import weights
        from stance.classifiers.network import Network

        with _threads(threads):
            if model.method == "lora":
                body, model.tokenizer_, model.adapter_ = weights.load_adapted(
                    folder, model.encoder_, rank=model.lora_rank, alpha=model.lora_alpha
                )
            else:
                body, model.tokenizer_ = weights.load_whole(folder)
                model.adapter_ = {}
            columns = {task: sorted(model.labels_[task]) for task in model.tasks_}
            model.network_ = Network(body, columns, pooling=model.pooling, dropout=model.dropout)
            weights.load_heads(model.network_, folder)
            model.network_.eval().to(model._device())
        return model


@contextlib.contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Bound torch's CPU threads to `count` for a while; None leaves them as they are."""
    import torch

    before = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
