"""The tagger as it is shipped: ONNX weights and a tokenizer, run without torch."""

import shutil
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from stance.classifiers.onnx import TOKENIZER, WEIGHTS, load_session, load_tokenizer
from stance.encoder import batches, padded
from stance.errors import IntegrityError, ManifestError
from stance.quotes.tokens import Doc, read
from stance.tagger.pieces import inputs, special_ids, to_pieces, windows
from stance.tagger.reading import CONTENT, Floats, Reading

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

#: The model that `--quotes tagger` uses, by name.
NAME = "tagger"
#: Padded word pieces a batch.
TOKENS = 2_048
#: What a tagger answers, as the manifest lists it.
ROLES = ("content", "cue", "source")
TAGS = ("outside", "begin", "inside")


class Tagger:
    """Reads articles; `from_folder` is the way to one."""

    tasks_: tuple[str, ...] = ROLES
    labels_: Mapping[str, tuple[str, ...]] = dict.fromkeys(ROLES, TAGS)
    temperature_: Mapping[str, float] = {}

    def __init__(
        self, session: "InferenceSession", tokenizer: "Tokenizer", info: Mapping[str, Any],
        folder: Path,
    ) -> None:  # fmt: skip
        self.session, self.tokenizer, self.info, self.folder = session, tokenizer, info, folder
        runtime = info["runtime"]
        self.own, self.before = int(runtime["own"]), int(runtime["before"])
        self.width, self.pad_id = int(runtime["link_width"]), int(runtime["pad_id"])
        self.cls, self.sep = special_ids(tokenizer)

    @classmethod
    def from_folder(
        cls, folder: Path, manifest: Mapping[str, Any], *, threads: int | None = None
    ) -> Self:
        """Load from `folder`; raises `ManifestError`, or `IntegrityError` for files that fail."""
        tokenizer = load_tokenizer(folder / TOKENIZER)
        session = load_session(folder / WEIGHTS, threads=threads)
        try:
            model = cls(session, tokenizer, manifest["classifier"], folder)
        except (KeyError, TypeError, ValueError) as error:
            raise ManifestError(
                f"{folder} does not describe a tagger ({error!r}); restore it or train it again"
            ) from error
        shapes = [one.shape for one in session.get_outputs()]
        if len(shapes) != 1 or shapes[0][-1] != 9 + 4 * model.width:
            raise IntegrityError(
                f"{folder / WEIGHTS} gives {shapes}; expected {9 + 4 * model.width} values a word "
                "piece; restore it or train it again"
            )
        return model

    def to_folder(self, folder: Path) -> dict[str, Any]:
        """Copy the weights and the tokenizer; return what the manifest must know."""
        for name in (WEIGHTS, TOKENIZER):
            shutil.copyfile(self.folder / name, folder / name)
        return dict(self.info)

    def read(self, doc: Doc) -> Reading:
        """Return what the network answers for an article."""
        pieces = to_pieces(doc, self.tokenizer)
        parts = windows(doc, pieces, own=self.own, before=self.before)
        given = [inputs(pieces, part, cls=self.cls, sep=self.sep) for part in parts]
        answers = self.answers([ids for ids, _ in given], [types for _, types in given])
        return Reading(doc, pieces, parts, answers, width=self.width)

    def answers(self, ids: Sequence[list[int]], types: Sequence[list[int]]) -> list[Floats]:
        """Return the network's answer for each window, in batches of near-equal length."""
        found: list[Any] = [None] * len(ids)
        for batch in batches([len(one) for one in ids], TOKENS):
            arrays = padded([ids[i] for i in batch], [types[i] for i in batch], pad_id=self.pad_id)
            out = self.session.run(None, dict(arrays))[0]
            for row, i in enumerate(batch):
                # In 16 bit: what is kept of a long article would else outgrow the article.
                found[i] = out[row, : len(ids[i])].astype(np.float16)
        return found


@cache
def load_tagger(model: str = NAME, *, threads: int | None = None) -> Tagger:
    """Load a tagger by folder or name, once; raises the errors of `stance.errors`."""
    from stance import store

    loaded: Tagger = store.load(model, tagger=True, threads=threads)
    return loaded


def ask(model: str | Path) -> int:
    """Load a tagger and have it read one sentence; return how many quotes it finds, 1 if sound."""
    reading = load_tagger(str(model)).read(read("“Talks will continue,” Mira Talven said."))
    return len(reading.spans(CONTENT))
