"""What every format says in the same words and signs: labels, indices, dates, notes."""

from collections.abc import Sequence

from stance.labels import DE_ESCALATORY, ESCALATORY, NEGATIVE, NEUTRAL, OFF_TOPIC, POSITIVE
from stance.reports.figures import Figures
from stance.reports.notes import ABSTAINED, OFF, Note
from stance.reports.periods import in_words

#: The style's class of a label, and its sign; other labels take those of `_MORE` in order.
_MARKS = {
    ESCALATORY: ("k0", "▲"), NEUTRAL: ("k1", "●"), DE_ESCALATORY: ("k2", "▼"),
    NEGATIVE: ("k3", "−"), POSITIVE: ("k4", "+"),
}  # fmt: skip
_ASIDE = {ABSTAINED: ("ka", "?"), OFF: ("ko", "○")}
_MORE = (("k5", "◆"), ("k6", "■"), ("k7", "★"), ("k8", "✚"))
_WORDS = {ABSTAINED: "no answer"}


def marks_of(labels: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the class and the sign of each label in order, then of abstained and off-topic."""
    others = [label for label in labels if label not in _MARKS]
    more = {label: _MORE[n % len(_MORE)] for n, label in enumerate(others)}
    return {**{label: _MARKS.get(label) or more[label] for label in labels}, **_ASIDE}


def word_of(status: str) -> str:
    """Return a note's status as a reader sees it."""
    return _WORDS.get(status, status)


def signed(value: float | None) -> str:
    """Return an index as text: 0.4567 -> "+0.46", with a true minus sign."""
    if value is None:
        return "?"
    text = f"{value:+.2f}"
    return "0.00" if text[1:] == "0.00" else text.replace("-", "−")


def counted(n: int, thing: str) -> str:
    """Return a number with its noun: (1, "quote") -> "1 quote"."""
    return f"{n} {thing}{'' if n == 1 else 's'}"


def index_in_words(figures: Figures) -> str:
    """Return the index with its interval: "+0.46 (+0.10 to +0.70)"."""
    if not figures.index:
        return "no index"
    low, high = figures.index.low, figures.index.high
    return f"{signed(figures.index.value)} ({signed(low)} to {signed(high)})"


def days_in_words(days: tuple[str, str]) -> str:
    """Return the first and last date in words, one where they are the same."""
    first, last = (in_words(day) for day in days)
    return first if first == last else f"{first} to {last}"


def rest_of(note: Note, unsaid: str = "") -> str:
    """Return the last line of a note: its other answers, its kind, and what is special.

    The name of the task `unsaid` is left out, as the style of a page puts it there.
    """
    found = []
    for task, label, percent in note.others:
        if note.status == OFF and label == OFF_TOPIC:
            continue  # its probability stands with those of the labels
        if label is None:
            found.append(("" if task == unsaid else f"{task} ") + _WORDS[ABSTAINED])
        else:
            named = label if task in ("relevance", unsaid) else f"{task} {label}"
            found.append(named + (f" {percent}" if percent is not None else ""))
    found += [note.kind] if note.kind else []
    found += ["set by hand"] if note.by_hand else []
    found += ["too long: read in part"] if note.truncated else []
    return " · ".join(found)
