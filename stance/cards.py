"""What is learnt of a model after its training goes into its manifest, and so into its card."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stance import store
from stance.data import fingerprint
from stance.errors import IntegrityError, ManifestError
from stance.evaluation.evaluate import Evaluation
from stance.evaluation.resampling import plain
from stance.records import Statement
from stance.reports.card import COLUMNS, model_card

_LEAST = 5  # statements of a row of a breakdown that the card shows


def evaluation_block(
    evaluation: Evaluation,
    statements: Sequence[Statement],
    *,
    name: str,
    trained_on: int = 0,
    swapped: Mapping[str, Any] | None = None,
    model_fingerprint: str,
) -> dict[str, Any]:
    """Return what a manifest keeps of an evaluation: figures with intervals, no statement.

    `name` is what the card calls the data; the fingerprint of `statements` tells it exactly.
    """
    tasks = {}
    for task, found in evaluation.tasks.items():
        headlines = evaluation.headlines()[task]
        rows = {
            column: [plain(row) for row in found.breakdowns[column].rows if row.n >= _LEAST]
            for column in COLUMNS
            if column in found.breakdowns
        }
        tasks[task] = {
            **headlines, "perfect_ece": plain(found.perfect_ece), "kept": plain(found.kept),
            "sets": plain(found.sets), "by": {name: kept for name, kept in rows.items() if kept},
        }  # fmt: skip
    swaps = {
        task: {key: plain(getattr(one, key)) for key in ("n_swapped", "stays")}
        for task, one in (swapped or {}).items()
    }
    return {
        "name": name, "n": evaluation.n, "fingerprint": fingerprint(statements),
        "model_fingerprint": model_fingerprint, "trained_on": trained_on,
        "date": datetime.now(UTC).date().isoformat(), "tasks": tasks,
        **({"swap_names": swaps} if swaps else {}),
    }  # fmt: skip


def add_evaluation(folder: Path, block: Mapping[str, Any]) -> store.Manifest:
    """Put an evaluation into a folder's manifest and card, in the place of one on the same data.

    Evaluations of the folder before its weights or temperatures changed are dropped. Raises
    `UsageError` for a shipped folder and `IntegrityError` where the card was edited by hand.
    """
    manifest = check_card(folder)
    kept = [
        one for one in manifest.raw.get("evaluations") or []
        if isinstance(one, dict) and one.get("fingerprint") != block["fingerprint"]
        and one.get("model_fingerprint") == block["model_fingerprint"]
    ]  # fmt: skip
    return write_card(folder, evaluations=[*kept, dict(block)])


def check_card(folder: Path) -> store.Manifest:
    """Return the manifest of a folder whose card may be written anew.

    Raises `UsageError` for a shipped folder and `IntegrityError` for a card edited by hand.
    """
    store.check_target(folder, force=True)
    manifest = store.read_manifest(folder)
    if not store.card_is_intact(folder, manifest):
        raise IntegrityError(
            f"{folder / store.CARD} was edited after it was written, and a new card would lose "
            "that: move it away, and put back what is yours afterwards"
        )
    return manifest


def write_card(folder: Path, **blocks: Any) -> store.Manifest:
    """Replace blocks of a folder's manifest, and write its card anew by them."""
    raw = {**store.read_manifest(folder).raw, **blocks}
    try:
        text = model_card(name=folder.name, manifest=raw)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(
            f"no card can be written from the manifest of {folder} ({error!r:.80}); restore it, or "
            "train the model again"
        ) from error
    return store.rewrite_card(folder, text, blocks)
