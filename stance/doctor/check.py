"""The record of one check."""

from dataclasses import asdict, dataclass
from typing import Literal

#: `note`: works, but something is worth knowing; `problem`: something will not work.
Status = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at, how it is, what was found, and what to do ("" for nothing)."""

    name: str
    status: Status
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the check as JSON holds it."""
        return asdict(self)
