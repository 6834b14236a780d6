"""Rows of one quotation -> the note that a report prints about it: who, which label, how sure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stance.aggregate.corrections import MARK
from stance.aggregate.groups import group_chances
from stance.labels import OFF_TOPIC, RELEVANT
from stance.scoring.tally import group_label, is_off_topic

#: What a note's `status` says beside a label's place in the order.
ABSTAINED, OFF = "abstained", "off-topic"
_MOST_WORDS = 6
_ABOUT = ("role", "country")
#: Control characters other than tab and newline, and halves of surrogate pairs: no file of
#: text may hold them. Each is replaced by one character, so that offsets stay right.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of the explanation; `weight` is above 0 where it speaks for the label."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Where a piece of the quotation stands in its article (code points, half-open)."""

    start: int
    end: int
    text: str
    context: str = ""
    context_start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One quotation as a report shows it.

    `status` is a label of the report's task, `ABSTAINED` or `OFF`; `label` is what the rows
    say even where it is off-topic. `percents` follow the order of the labels and are None
    where the rows carry no probabilities. `others` are the answers to further tasks:
    (task, label or None, percent or None).
    """

    ident: int
    number: int
    status: str
    label: str | None
    percents: tuple[int, ...] | None
    speaker: str | None
    about_speaker: str
    kind: str
    by_hand: bool
    truncated: bool
    others: tuple[tuple[str, str | None, int | None], ...]
    words: tuple[Word, ...]
    pieces: tuple[Piece, ...]


def note_of(
    parts: Sequence[Row], *, ident: int, number: int, task: str, labels: Sequence[str],
    tasks: Mapping[str, Sequence[str]],
) -> Note:  # fmt: skip
    """Return the note about the pieces `parts` of one quotation.

    `tasks` are all tasks of the rows with their labels; `labels` those of `task`.
    """
    label = group_label(parts, task)
    off = task != "relevance" and is_off_topic(parts)
    chances = group_chances(parts, task, labels) if labels else None
    speaker = _first(parts, "speaker")
    return Note(
        ident=ident, number=number, label=label,
        status=OFF if off else label if label is not None else ABSTAINED,
        percents=tuple(round(100 * p) for p in chances) if chances else None,
        speaker=speaker,
        about_speaker=about(speaker or "", *(_first(parts, f"speaker_{x}") for x in _ABOUT)),
        kind=str(parts[0].get("kind") or ""), by_hand=any(row.get(MARK) for row in parts),
        truncated=any(str(row.get("truncated")).lower() == "true" for row in parts),
        others=tuple(_others(parts, task, tasks)), words=_words(parts, task),
        pieces=tuple(_piece(row) for row in parts),
    )  # fmt: skip


def printable(text: Any) -> str:
    """Return text that any file may hold: each control character or surrogate becomes U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", str(text))


def about(name: str, role: str | None, country: str | None) -> str:
    """Return role and country of a named speaker, without what the name says by itself."""
    said = name.casefold().removesuffix("s")
    parts = [role if role and not said.endswith(role.casefold()) else "",
             country if country and country.casefold() != name.casefold() else ""]  # fmt: skip
    return ", ".join(part for part in parts if part) if name else ""


def _first(parts: Sequence[Row], name: str) -> str | None:
    found = next((row[name] for row in parts if row.get(name) not in (None, "")), None)
    return None if found is None else " ".join(printable(found).split())


def _others(
    parts: Sequence[Row], task: str, tasks: Mapping[str, Sequence[str]]
) -> "list[tuple[str, str | None, int | None]]":
    found = []
    for name, labels in tasks.items():
        label = group_label(parts, name)
        # Nearly every quote is relevant: only those that may not be are worth a word.
        if name == task or (name == "relevance" and label == RELEVANT):
            continue
        chances = group_chances(parts, name, labels)
        sure = dict(zip(labels, chances, strict=True)) if chances else {}
        percent = sure.get(label or "")
        found.append((name, label, None if percent is None else round(100 * percent)))
    return sorted(found, key=lambda one: one[1] == OFF_TOPIC)


def _words(parts: Sequence[Row], task: str) -> tuple[Word, ...]:
    """Return the heaviest words of the explanation in `<task>_explanation` or `explanation`.

    The value is what `Explanation.to_dict` returns, or its list of words, as JSON in a table.
    """
    found: list[Word] = []
    for row in parts:
        value = row.get(f"{task}_explanation") or row.get("explanation")
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                continue
        words = value.get("words") if isinstance(value, Mapping) else value
        for one in words if isinstance(words, Sequence) and not isinstance(words, str) else ():
            if isinstance(one, Mapping) and isinstance(one.get("weight"), int | float):
                text = " ".join(printable(one.get("text") or "").split())
                found.append(Word(text=text, weight=float(one["weight"])))
    heavy = sorted(found, key=lambda word: -abs(word.weight))[:_MOST_WORDS]
    return tuple(word for word in heavy if word.weight and word.text)


def _piece(row: Row) -> Piece:
    def number(name: str) -> int:
        try:
            return int(float(str(row.get(name))))  # a table may have turned 12 into 12.0
        except (OverflowError, ValueError):
            return -1

    text, start = printable(row["text"]), number("start")
    context, context_start = printable(row.get("context") or ""), number("context_start")
    inside = start - context_start
    fits = start >= 0 and context_start >= 0 and context[inside : inside + len(text)] == text
    if not fits:  # rows of one's own may come without context or offsets
        context, context_start = text, max(start, 0)
    return Piece(start=start, end=start + len(text), text=text, context=context,
                 context_start=context_start)  # fmt: skip
