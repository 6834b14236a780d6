"""Config -> corpora -> network -> ONNX weights -> a model folder: `stance train` of a tagger."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from stance import store
from stance.encoder.sources import describe
from stance.errors import IntegrityError
from stance.tagger.card import tagger_card
from stance.tagger.examples import read_corpus
from stance.tagger.measure import agreement, measure
from stance.tagger.model import Tagger, load_tagger
from stance.tagger.settings import TaggerConfig


@dataclass(frozen=True, kw_only=True)
class TaggerResult:
    """What a run made: the folder, its manifest, and the figures on the articles held out."""

    folder: Path
    manifest: store.Manifest
    figures: Mapping[str, Any]


def train_tagger(
    config: TaggerConfig, out: Path, *, versions: Mapping[str, str], force: bool = False,
    resume: bool = False, say: Callable[[str], None] = lambda line: None,
) -> TaggerResult:  # fmt: skip
    """Train a tagger into the model folder `out`; the corpora are only read.

    With `resume`, the weights of the same run in .<out>-checkpoints are exported again.
    Raises the errors of data and store; an existing model is only replaced with `force`.
    """
    from stance.tagger.export import export
    from stance.tagger.fit import fit
    from stance.tagger.learning import torch_answers

    store.check_target(out, force=force or resume)
    corpus = read_corpus(config.data)
    data = {
        "articles": len(corpus.train), "contexts": len(corpus.contexts),
        "held_out": len(corpus.held_out),
        "attributions": sum(len(one.attributions) for one in corpus.train),
    }  # fmt: skip
    say(
        f"{data['articles']} articles with {data['attributions']} attributions, "
        f"{data['contexts']} contexts; {data['held_out']} articles held out"
    )
    checkpoint = out.parent / f".{out.name}-checkpoints"
    network, tokenizer = fit(config, corpus, checkpoint=checkpoint, resume=resume)
    pad_id = int(tokenizer.token_to_id("[PAD]") or 0)
    with tempfile.TemporaryDirectory() as place:
        info = export(network, tokenizer, Path(place), model=config.model, pad_id=pad_id)
        info["encoder"] = describe(config.model.encoder, revision=config.model.revision)
        made = Tagger.from_folder(Path(place), {"classifier": info})
        saved: Any = made  # no classifier, but it has all that a folder needs
        figures = measure(made, corpus.held_out)
        alike = agreement(
            made, lambda ids, types: torch_answers(network, ids, types, pad_id=pad_id),
            corpus.held_out[:20],
        )  # fmt: skip
        about = {
            "config": config.resolved(),
            "data": data,
            "seed": config.seed,
            "metrics": {},
            "held_out": figures,
            "export": {"precision": info["runtime"]["precision"], "agreement": alike},
            "versions": dict(versions),
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        files = {store.CARD: tagger_card(name=out.name, about=about)}
        manifest = store.save(
            saved, out, kind="tagger", about=about, files=files, force=force or resume
        )
        _self_check(made, out)
    return TaggerResult(folder=out, manifest=manifest, figures=figures)


def _self_check(made: Tagger, out: Path) -> None:
    """Load what was saved and compare answers; raises `IntegrityError` if they differ."""
    load_tagger.cache_clear()
    ids = [[made.cls, *range(5, 6 + k), made.sep] for k in range(9)]
    types = [[0] * len(one) for one in ids]
    pairs = zip(made.answers(ids, types), load_tagger(str(out)).answers(ids, types), strict=True)
    if max(float(np.abs(a - b).max()) for a, b in pairs) > 1e-4:
        raise IntegrityError(
            f"{out}: the saved tagger answers otherwise than the trained one; do not use this "
            "folder, and report the config that made it"
        )
