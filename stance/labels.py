"""Label sets and their one canonical order: the only file that spells a label.

Meanings: data/CODEBOOK.md. Tables and reports use the canonical order given here;
arrays of probabilities use the sorted order of `classes_`, as scikit-learn does.
"""

from collections.abc import Mapping

ESCALATORY, NEUTRAL, DE_ESCALATORY = "escalatory", "neutral", "de-escalatory"
NEGATIVE, POSITIVE = "negative", "positive"
RELEVANT, OFF_TOPIC = "relevant", "off-topic"

STANCE = (ESCALATORY, NEUTRAL, DE_ESCALATORY)
SENTIMENT = (NEGATIVE, NEUTRAL, POSITIVE)
RELEVANCE = (RELEVANT, OFF_TOPIC)

#: Label sets that the package knows by task name; other tasks take theirs from data or config.
KNOWN_TASKS: Mapping[str, tuple[str, ...]] = {
    "stance": STANCE,
    "sentiment": SENTIMENT,
    "relevance": RELEVANCE,
}
DEFAULT_TASKS = ("stance", "sentiment")


def canonical_order(task: str, labels: "set[str] | frozenset[str]") -> tuple[str, ...]:
    """Return `labels` of `task` in canonical order: the known set's, else sorted.

    A known task whose data carries a label outside its set is another scheme under the
    same name, so its labels are sorted like those of any unknown task.
    """
    known = KNOWN_TASKS.get(task, ())
    if labels <= set(known):
        return tuple(label for label in known if label in labels)
    return tuple(sorted(labels))
