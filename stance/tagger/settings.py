"""A tagger's training run as a strict schema: which corpora, which windows, how to learn."""

from pathlib import Path
from typing import Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class TaggerData(_Strict):
    """What to learn from, relative to the working folder.

    `corpora` are brat folders with text/ and attributions/, of whose articles the share
    `held_out` is kept to measure on. `statements` name offsets into `articles`/<article>.txt;
    `contexts` are statements that stand as words in their own context; of the contexts
    the share `contexts_share` is read, each in one epoch. `notice` goes into the card: what
    the corpora are and under which terms.
    """

    corpora: tuple[str, ...] = Field(min_length=1, strict=False)
    held_out: float = Field(default=0.1, gt=0, lt=1)
    statements: tuple[str, ...] = Field(default=(), strict=False)
    articles: str = "data/articles"
    contexts: tuple[str, ...] = Field(default=(), strict=False)
    contexts_share: float = Field(default=0.3, gt=0, le=1)
    at_most: int | None = Field(default=None, ge=1)
    notice: str = ""


class TaggerModel(_Strict):
    """The network and how to train it; a window has `own` word pieces of its own at most."""

    encoder: str = "minilm"
    revision: str | None = None
    own: int = Field(default=160, ge=16, le=400)
    before: int = Field(default=40, ge=0, le=100)
    link_width: int = Field(default=64, ge=1, le=512)
    epochs: int = Field(default=2, ge=1)
    batch_size: int = Field(default=8, ge=1)
    learning_rate: float = Field(default=3e-4, gt=0)
    head_learning_rate: float = Field(default=1e-3, gt=0)
    warmup: float = Field(default=0.06, ge=0, lt=1)
    weight_decay: float = Field(default=0.01, ge=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    bf16: bool = True
    checkpoint_minutes: float = Field(default=5.0, gt=0)
    threads: int | None = Field(default=None, ge=1)
    precision: Literal["fp32", "int8"] = "int8"


class TaggerConfig(_Strict):
    """One run of `stance train` whose kind is `tagger`."""

    kind: Literal["tagger"]
    data: TaggerData
    model: TaggerModel = TaggerModel()
    seed: int = Field(default=13, ge=0, lt=2**32)
    description: str = ""

    @pydantic.field_validator("data", "model", mode="before")
    @classmethod
    def _as_given(cls, value: Any) -> Any:
        return {} if value is None else value

    def resolved(self) -> dict[str, Any]:
        """Return the run as plain JSON-able values, defaults spelled out."""
        return self.model_dump(mode="json")

    def paths(self) -> list[Path]:
        """Return all files and folders that the run reads."""
        data = self.data
        return [Path(name) for name in (*data.corpora, *data.statements, *data.contexts)]
