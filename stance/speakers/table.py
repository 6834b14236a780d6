"""A table of aliases: which names are one speaker, with kind, role and country."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stance import gazetteer as gz
from stance.config import plain_file, suggest
from stance.errors import DataError
from stance.records import SPEAKER_KINDS
from stance.speakers.names import plain, untitled

COLUMNS = ("alias", "speaker", "kind", "role", "country")
#: What `stance speakers` adds for whoever reviews its proposal; not read back.
REVIEW = ("count", "score", "reason")
_MOST = 10
#: The longest table in characters; some hundred thousand aliases fit.
MAX_CHARS = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name and the speaker it stands for; the rest is None where the table says nothing."""

    alias: str
    speaker: str
    kind: str | None = None
    role: str | None = None
    country: str | None = None


class AliasTable:
    """Aliases by name: exact, but for case, marks, "the" and titles.

    A name with its title is looked up first, then the name without; where two aliases agree
    but for their titles and name different speakers, the second step finds neither. A speaker
    is an alias of its own. Raises `DataError`, with all mistakes, for a table that
    contradicts itself; `source` is named in it, and `lines` are where the aliases stand.
    """

    def __init__(
        self, aliases: Iterable[Alias], *, source: str = "aliases", lines: Iterable[int] = ()
    ) -> None:
        given = list(aliases)
        numbers = list(lines) or list(range(1, len(given) + 1))
        told, mistakes = _told(zip(numbers, given, strict=True))
        self._exact: dict[str, Alias] = {}
        seen: dict[str, tuple[int, Alias]] = {}
        for number, one in zip(numbers, given, strict=True):
            key = plain(one.alias)
            earlier = seen.setdefault(key, (number, one))
            if plain(earlier[1].speaker) != plain(one.speaker):
                mistakes.append(
                    f"line {number}: '{one.alias}' is {one.speaker}, but {earlier[1].speaker} in "
                    f"line {earlier[0]}"
                )
        for number, one in zip(numbers, given, strict=True):
            target = seen.get(plain(one.speaker))
            if target and plain(target[1].speaker) != plain(one.speaker):
                mistakes.append(
                    f"line {number}: '{one.alias}' is {one.speaker}, which line {target[0]} makes "
                    f"an alias of {target[1].speaker}; name the last of them"
                )
            whole = replace(told[plain(one.speaker)], alias=one.alias)
            self._exact.setdefault(plain(one.alias), whole)
            self._exact.setdefault(plain(one.speaker), whole)
        if mistakes:
            more = [f"... and {len(mistakes) - _MOST} more"] if len(mistakes) > _MOST else []
            raise DataError("\n".join([f"{source} is no table of aliases:",
                                       *mistakes[:_MOST], *more]))  # fmt: skip
        self._bare: dict[str, Alias | None] = {}
        for key, one in self._exact.items():
            known = self._bare.setdefault(untitled(key), one)
            if known is not None and known.speaker != one.speaker:
                self._bare[untitled(key)] = None

    def __len__(self) -> int:
        return len(self._exact)

    @property
    def fingerprint(self) -> str:
        """12 hex digits that change with what the table says."""
        said = sorted((k, *_fields(one)) for k, one in self._exact.items())
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]

    def find(self, name: str) -> Alias | None:
        """Return the alias that `name` is, or None."""
        exact = self._exact.get(plain(name))
        return exact if exact is not None else self._bare.get(untitled(name))

    def apply(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return `row` with its speaker's name, and kind, role and country the table knows.

        Unnamed speakers stay: "a senior official" is another one in each article.
        """
        found = None
        if row.get("speaker") and row.get("speaker_kind") != "unnamed":
            found = self.find(str(row["speaker"]))
        if found is None:
            return dict(row)
        more = {"speaker_kind": found.kind, "speaker_role": found.role,
                "speaker_country": found.country}  # fmt: skip
        return {**row, "speaker": found.speaker, **{k: v for k, v in more.items() if v}}


def _fields(one: Alias) -> tuple[str | None, ...]:
    return one.speaker, one.kind, one.role, one.country


def _told(aliases: Iterable[tuple[int, Alias]]) -> tuple[dict[str, Alias], list[str]]:
    """Return what all lines together tell of each speaker, and where they contradict."""
    told: dict[str, Alias] = {}
    mistakes = []
    for number, one in aliases:
        known = told.setdefault(plain(one.speaker), one)
        for name in ("kind", "role", "country"):
            old, new = getattr(known, name), getattr(one, name)
            if old and new and old != new:
                mistakes.append(
                    f"line {number}: {one.speaker} has {name} '{new}', but '{old}' before"
                )
            elif new and not old:
                known = told[plain(one.speaker)] = replace(known, **{name: new})
    return told, mistakes


def read_aliases(path: str | Path) -> AliasTable:
    """Read a CSV table with columns alias, speaker and, optional, kind, role and country.

    The columns that `stance speakers` adds for review are passed over. Countries may come in
    any form the gazetteer knows. Raises `DataError`, one for all mistakes.
    """
    path = Path(path)
    if not plain_file(path):
        raise DataError(f"no table of aliases at {str(path)[:200]}; give a CSV file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(MAX_CHARS + 1)
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 ({error.reason}); save it as UTF-8") from None
    if len(text) > MAX_CHARS:
        raise DataError(
            f"{path} is longer than {MAX_CHARS:,} characters; this is no table of aliases"
        )
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="\0more")
    try:
        columns = [(name or "").strip() for name in reader.fieldnames or []]
    except csv.Error as error:
        raise DataError(f"{path}:1 is not CSV ({error})") from None
    reader.fieldnames = columns
    _check_columns(path, columns)
    aliases, lines, mistakes = [], [], []
    try:
        for row in reader:
            values = {k: (v or "").strip() for k, v in row.items() if k in COLUMNS}
            if not any(values.values()):
                continue
            wrong = _mistake({**row, **values})
            if wrong:
                mistakes.append(f"line {reader.line_num}: {wrong}")
                continue
            country = _country(values.get("country", ""))
            aliases.append(Alias(
                alias=values["alias"], speaker=values["speaker"], kind=values.get("kind") or None,
                role=values.get("role") or None, country=country,
            ))  # fmt: skip
            lines.append(reader.line_num)
    except csv.Error as error:
        raise DataError(f"{path}:{reader.line_num} is not CSV ({error})") from None
    if mistakes:
        raise DataError("\n".join([f"{path} is no table of aliases:", *mistakes[:_MOST]]))
    if not aliases:
        raise DataError(f"{path} holds no aliases; give lines such as: The Doe,Jane Doe")
    return AliasTable(aliases, source=str(path), lines=lines)


def _check_columns(path: Path, columns: list[str]) -> None:
    known = (*COLUMNS, *REVIEW)
    missing = [name for name in ("alias", "speaker") if name not in columns]
    unknown = [name for name in columns if name not in known]
    if missing or unknown or len(set(columns)) < len(columns):
        what = (
            f"has no column '{missing[0]}'" if missing
            else f"has a column '{unknown[0]}'{suggest(unknown[0], known)}" if unknown
            else "names a column twice"
        )  # fmt: skip
        raise DataError(
            f"{path} {what} (it has: {', '.join(columns[:20])[:500] or 'nothing'}); expected "
            "alias and speaker, and if you like kind, role and country, parted by commas"
        )


def _mistake(row: Mapping[str, Any]) -> str | None:
    if row.get("\0more"):
        return "more cells than columns; put names with a comma between double quotes"
    for name in ("alias", "speaker"):
        if not row.get(name) or not plain(row[name]):
            return f"no {name}"
    kind = row.get("kind")
    if kind and kind not in SPEAKER_KINDS:
        return f"kind '{kind}'; expected {', '.join(SPEAKER_KINDS)}"
    return None


def _country(text: str) -> str | None:
    form = gz.forms().get(gz.fold(gz.without_article(text)))
    return form.country.name if form and form.country and form.kind == gz.NAME else text or None
