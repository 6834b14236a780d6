"""Attributions marked in texts, to learn from: brat folders, and labelled statements.

A brat folder holds text/*.txt and attributions/*.ann with Source, Cue and Content, as PolNeAR
does. Statements come with offsets into an article, or as words inside their context; of the
latter only the sentences that hold a statement are learnt from, since others may hold
attributions that nobody marked.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stance.errors import DataError

Spans = list[tuple[int, int]]
_SPANS = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_ANNOTATOR = re.compile(r"_[0-9a-f]{4}$")
#: A "source" of these words is the cue, its label exchanged with the source's.
_SAYING = frozenset(
    "said says asked wrote added told tweeted noted replied explained continued argued".split()
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """What is attributed, to whom, by which words; None where they are not marked."""

    contents: Spans
    sources: Spans | None
    cues: Spans | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its attributions; `partial`: it may hold others that are not marked."""

    id: str
    text: str
    attributions: list[Attribution] = field(default_factory=list)
    partial: bool = False


def read_brat(folder: Path) -> list[Marked]:
    """Read a folder of texts and their annotations, those of the first annotator.

    Raises `DataError` when there are none.
    """
    marked = []
    notes: dict[str, list[Path]] = defaultdict(list)
    for path in sorted((folder / "attributions").glob("*.ann")):
        notes[path.stem].append(path)
        if _ANNOTATOR.search(path.stem):
            notes[path.stem[:-5]].append(path)
    for path in sorted((folder / "text").glob("*.txt")):
        if not notes[path.stem]:
            continue
        with path.open(encoding="utf-8", newline="") as file:  # offsets count carriage returns
            text = file.read()
        marked.append(Marked(path.stem, text, _attributions(notes[path.stem][0], text)))
    if not marked:
        raise DataError(
            f"{folder} holds no annotated texts; expected text/*.txt and attributions/*.ann, as "
            "in a part of PolNeAR; name the folder with --set data.corpora=[FOLDER]"
        )
    return marked


def _attributions(path: Path, text: str) -> list[Attribution]:
    spans: dict[str, Spans] = {}
    events: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition("\t")
        body = rest.split("\t")[0]
        if name.startswith("T") and (match := _SPANS.match(body)):
            spans[name] = [(int(a), int(b)) for a, b in map(str.split, match[2].split(";"))]
        elif name.startswith("E"):
            events.append(body.split())
    found = []
    for arguments in events:
        roles: dict[str, Spans] = defaultdict(list)
        for argument in arguments:
            role, _, target = argument.partition(":")
            roles[role.rstrip("0123456789")] += spans.get(target, [])
        source, cue = roles["Source"], roles["Cue"]
        if source and cue and text[slice(*source[0])].lower() in _SAYING:
            source, cue = cue, source
        if roles["Content"]:
            found.append(Attribution(sorted(roles["Content"]), sorted(source), sorted(cue)))
    return found


def read_offsets(rows: Sequence[dict[str, Any]], articles: Path) -> list[Marked]:
    """Return the articles `articles`/<article>.txt with the statements that name their offsets."""
    by_article: dict[str, list[Attribution]] = defaultdict(list)
    for row in rows:
        known = by_article[row["article"]]
        if row["kind"] in ("direct", "mixed", "indirect"):
            known.append(
                Attribution([(row["start"], row["end"])], _span(row, "speaker"), _span(row, "cue"))
            )
    return [
        Marked(name, (articles / f"{name}.txt").read_text(encoding="utf-8"), known)
        for name, known in sorted(by_article.items())
    ]


def _span(row: dict[str, Any], name: str) -> Spans:
    start, end = row.get(f"{name}_start"), row.get(f"{name}_end")
    return [] if start is None or end is None else [(start, end)]


def read_contexts(rows: Sequence[dict[str, Any]]) -> list[Marked]:
    """Return the contexts of statements, each once, with the statements that stand in it once."""
    by_context: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row.get("kind") in ("direct", "mixed", "indirect") and row.get("context"):
            by_context[row["context"]].append(row)
    found = []
    for context, several in by_context.items():
        known = [one for row in several if (one := _in_context(row, context))]
        if known:
            name = hashlib.sha256(context.encode()).hexdigest()[:12]
            found.append(Marked(name, context, known, partial=True))
    return found


def _in_context(row: dict[str, Any], context: str) -> Attribution | None:
    start = context.find(row["text"])
    if start < 0 or context.find(row["text"], start + 1) >= 0:
        return None
    end = start + len(row["text"])
    speaker = str(row.get("speaker") or "")
    source = _nearest(context, speaker, start, end)
    if source is None and speaker:
        source = _nearest(context, speaker.split()[-1], start, end)
    cue = _nearest(context, str(row.get("cue") or ""), start, end)
    return Attribution([(start, end)], source, cue)


def _nearest(context: str, words: str, start: int, end: int) -> Spans | None:
    """Return the place of `words` nearest to `start:end`, outside of it; None for no place."""
    if not words:
        return None
    places = [
        match.span()
        for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", context)
        if match.end() <= start or match.start() >= end
    ]
    if not places:
        return None
    return [min(places, key=lambda at: max(start - at[1], at[0] - end))]


def held_out(marked: Sequence[Marked], share: float) -> Iterator[bool]:
    """Yield for each text whether it is kept from training, by a hash of its id."""
    for one in marked:
        number = int(hashlib.sha256(one.id.encode()).hexdigest()[:8], 16)
        yield number < share * 16**8
