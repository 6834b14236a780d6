"""Pinned examples: a few statements whose answers a model folder keeps, to be asked again later.

They are invented, so that a folder can carry them whatever the model learnt from. What is kept
is the answer before calibration, so that new temperatures leave it true.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from stance.classifiers.base import softmax
from stance.errors import IntegrityError, ManifestError
from stance.records import Statement

#: By how much a probability may differ on another machine: weights as they were trained, and
#: weights in 8 bit, which processors multiply differently.
TOLERANCE, TOLERANCE_INT8 = 1e-3, 0.05
_DIGITS = 7

STATEMENTS = (
    Statement(text="We will answer any crossing of the Vell with force", speaker="Orsa Lindqvern",
              context="“We will answer any crossing of the Vell with force,” Lindqvern told the "
              "Sudrian assembly."),
    Statement(text="our door stays open to talks without conditions", speaker="Tam Hollis",
              context="Hollis said “our door stays open to talks without conditions” after the "
              "second day of shelling."),
    Statement(text="the ministers will meet on Thursday at nine", speaker="a Norland spokesman"),
    Statement(text="They bombed a school and lied about it, and they will pay for both",
              speaker="General Ilse Varn"),
    Statement(text="Both sides should hold their fire and let the convoys through",
              speaker="the League's envoy"),
    Statement(text="The harvest of the northern valleys was the best in ten years",
              speaker="Osk Brandel"),
    Statement(text="deep concerns", speaker="Mira Talven",
              context="Talven voiced “deep concerns” over the exercise off Port Halden, which she "
              "called a rehearsal for a blockade."),
    Statement(text="We have no plan to send more troops, and never had one", speaker="Lea Quorn"),
)  # fmt: skip


def pin(classifier: Any) -> list[dict[str, Any]]:
    """Return each pinned statement with the classifier's probabilities before calibration."""
    scores = classifier.log_probabilities(STATEMENTS)
    found: list[dict[str, Any]] = [
        {"text": one.text, "context": one.context, "speaker": one.speaker, "probabilities": {}}
        for one in STATEMENTS
    ]
    for task, values in scores.items():
        labels = sorted(classifier.labels_[task])
        for one, row in zip(found, softmax(values).tolist(), strict=True):
            chances = [round(chance, _DIGITS) for chance in row]
            one["probabilities"][task] = dict(zip(labels, chances, strict=True))
    return found


def check_pins(
    classifier: Any, pins: Sequence[Mapping[str, Any]], *, where: str, tolerance: float = TOLERANCE
) -> float:
    """Ask a loaded classifier again; return the largest difference of a probability.

    Raises `IntegrityError` where it is beyond `tolerance`, `ManifestError` for pins that cannot
    be read.
    """
    try:
        statements = [
            Statement(text=str(one["text"]), context=str(one.get("context") or ""),
                      speaker=one.get("speaker"))
            for one in pins
        ]  # fmt: skip
        kept = {
            task: np.array(
                [[float(one["probabilities"][task][label]) for label in sorted(labels)]
                 for one in pins]
            )
            for task, labels in classifier.labels_.items()
        }  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(
            f"{where} has pinned examples that cannot be read ({error!r:.80}); restore the "
            "manifest or train the model again"
        ) from None
    now = classifier.log_probabilities(statements)
    worst = 0.0
    for task, before in kept.items():
        gaps = np.abs(softmax(now[task]) - before).max(axis=1)
        if not (gaps <= tolerance).all():  # NaN is refused too
            n = int(np.argmax(~(gaps <= tolerance)))
            raise IntegrityError(
                f"{where} answers {statements[n].text!r} otherwise than when it was made: {task} "
                f"probabilities differ by {gaps[n]:.2g}, at most {tolerance:g} expected; restore "
                "the folder, install the versions that its manifest names, or train it again"
            )
        worst = max(worst, float(gaps.max(initial=0.0)))
    return worst
