"""How to train the network, as plain values: no library is imported for them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How to train; the fields are described with `TransformerClassifier`."""

    epochs: int
    batch_size: int
    gradient_accumulation: int
    learning_rate: float
    head_learning_rate: float
    layer_decay: float
    weight_decay: float
    warmup: float
    seed: int
    bf16: bool
    use_cpu: bool
    checkpoint_dir: str | None
    checkpoint_minutes: float
    resume: bool
