"""Article, Quote, Statement, Prediction: frozen records, to and from plain dictionaries.

Offsets are code points into the article's text, half-open. The words (article, quote,
statement, speaker, group, kind) are defined in docs/concepts.md.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self

from stance import labels as _labels

QUOTE_KINDS = ("direct", "mixed", "indirect", "remark")
NARRATION = "narration"  # a labelled sentence that holds no attributed statement
STATEMENT_KINDS = (*QUOTE_KINDS, NARRATION)
SPEAKER_KINDS = ("person", "unnamed", "organisation", "group")
ATTRIBUTIONS = ("speech", "opinion")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One document with its id, text and what is known of it.

    `text` is decoded, without BOM, newlines as \\n; for HTML and Markdown the extracted
    text. `date` is ISO 8601 or None, `date_original` as it came. `extra` holds the unknown
    input columns, which pass through to the rows.
    """

    id: str
    text: str
    title: str | None = None
    date: str | None = None
    date_original: str | None = None
    source: str | None = None
    url: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the article as a flat dictionary; `extra` is spread beside the fields."""
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "extra"}
        return {**self.extra, **row}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One attributed content, found in an article.

    `article` is the article's id. `text` is the slice `start:end` of the article's text,
    outer marks left out. Pieces of one quotation (broken by a speech tag, or running over
    paragraphs) share `group`, the id of their first piece. `speaker` is the canonical name
    in this article, None rather than a guess; `speaker_mention` the words that name or
    point to the speaker here, with offsets; `speaker_role` ("foreign minister") and
    `speaker_country` ("Ukraine") what the article says of them, None where it does not. `target`
    is whom the words are directed at (a country, group, organisation or person; None rather
    than a guess), `target_mention` the words that say so, with offsets, `target_country` the
    country whose side that is.
    `context` is the article's slice
    `context_start:context_end`. `confidence` is in [0, 1].
    """

    article: str
    start: int
    end: int
    text: str
    kind: str
    group: str = ""
    attribution: str = "speech"
    context: str = ""
    context_start: int = 0
    context_end: int = 0
    cue: str | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    speaker: str | None = None
    speaker_mention: str | None = None
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_kind: str | None = None
    speaker_role: str | None = None
    speaker_country: str | None = None
    target: str | None = None
    target_mention: str | None = None
    target_start: int | None = None
    target_end: int | None = None
    target_country: str | None = None
    found_by: str = ""
    confidence: float = 1.0

    @property
    def quote(self) -> str:
        """The quote's id: 12 hex digits of a hash of article, start and end."""
        return quote_id(self.article, self.start, self.end)

    def to_dict(self) -> dict[str, Any]:
        """Return the row of `stance quotes`, in its documented column order."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["quote"] = self.quote
        values["group"] = self.group or self.quote
        return {name: values[name] for name in QUOTE_COLUMNS}


QUOTE_COLUMNS = (
    "article", "quote", "group", "start", "end", "text", "kind", "attribution",
    "context", "context_start", "context_end", "cue", "cue_start", "cue_end",
    "speaker", "speaker_mention", "speaker_start", "speaker_end", "speaker_kind",
    "speaker_role", "speaker_country", "target", "target_mention", "target_start", "target_end",
    "target_country", "found_by", "confidence",
)  # fmt: skip


def quote_id(article: str, start: int, end: int) -> str:
    """Return the 12 hex digits that name the span `start:end` of `article`."""
    return hashlib.sha256(f"{article}\0{start}\0{end}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a classifier sees: text, context, speaker; and, when labelled, its labels.

    `labels` maps task names to labels. `article` is the grouping key of splits and
    intervals; `dispute` the conflict it belongs to. `extra` keeps every other field of
    the input, so that nothing is lost between reading and writing.
    """

    text: str
    context: str = ""
    speaker: str | None = None
    id: str | None = None
    article: str | None = None
    start: int | None = None
    end: int | None = None
    kind: str | None = None
    dispute: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(
        cls, row: Mapping[str, Any], *, tasks: Iterable[str] = tuple(_labels.KNOWN_TASKS)
    ) -> Self:
        """Build a statement from a mapping; keys named in `tasks` become labels.

        `off_topic: true/false` is read as the label of `relevance` where that task is asked
        for and has no label of its own. Raises `KeyError` when there is no `text`.
        """
        rest = dict(row)
        labels = {task: str(rest.pop(task)) for task in tasks if rest.get(task) is not None}
        if "relevance" in tasks and "relevance" not in labels and rest.get("off_topic") is not None:
            labels["relevance"] = _labels.OFF_TOPIC if rest["off_topic"] else _labels.RELEVANT
        own = {f.name for f in fields(cls)} - {"labels", "extra"}
        values = {name: rest.pop(name) for name in list(rest) if name in own}
        values["context"] = values.get("context") or ""
        for name in ("id", "article"):
            if values.get(name) is not None:
                values[name] = str(values[name])
        values["text"] = values["text"]  # KeyError, not TypeError, when it is missing
        return cls(**values, labels=labels, extra=rest)

    @classmethod
    def from_quote(cls, quote: Quote) -> Self:
        """Build the unlabelled statement that a classifier reads for `quote`."""
        return cls(
            text=quote.text, context=quote.context, speaker=quote.speaker or quote.speaker_mention,
            id=quote.quote, article=quote.article, start=quote.start, end=quote.end,
            kind=quote.kind,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return the statement as a flat dictionary, labels and extras spread."""
        own = {f.name: getattr(self, f.name) for f in fields(self)[:-2]}
        return {**{k: v for k, v in own.items() if v is not None}, **self.labels, **self.extra}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """A model's answer for one statement.

    `probabilities` maps each task to its labels' probabilities, in canonical order.
    `abstained` names the tasks in which the model declines to answer; their label is None,
    their probabilities stay. `truncated` says that words were lost before the model. `stage`
    says which model of a cascade answered; None where there is one model.
    """

    probabilities: Mapping[str, Mapping[str, float]]
    abstained: Sequence[str] = ()
    truncated: bool = False
    stage: str | None = None

    def label(self, task: str) -> str | None:
        """Return the most probable label of `task`, or None when abstained."""
        if task in self.abstained:
            return None
        chances = self.probabilities[task]
        return max(chances, key=lambda label: chances[label])

    def confidence(self, task: str) -> float:
        """Return the probability of the most probable label of `task`, in [0, 1]."""
        return max(self.probabilities[task].values())

    @property
    def stance(self) -> str | None:
        """The label of task `stance`."""
        return self.label("stance")

    @property
    def sentiment(self) -> str | None:
        """The label of task `sentiment`."""
        return self.label("sentiment")

    @property
    def relevance(self) -> str | None:
        """The label of task `relevance`; None for a model that has no such task."""
        return self.label("relevance") if "relevance" in self.probabilities else None

    def to_dict(self) -> dict[str, Any]:
        """Return the flat columns of a scored row: label, confidence, p_*, abstained by task."""
        row: dict[str, Any] = {}
        for task, chances in self.probabilities.items():
            row[task] = self.label(task)
            row[f"{task}_confidence"] = self.confidence(task)
            row.update({f"{task}_p_{label}": p for label, p in chances.items()})
            row[f"{task}_abstained"] = task in self.abstained
        row["truncated"] = self.truncated
        if self.stage is not None:
            row["stage"] = self.stage
        return row
