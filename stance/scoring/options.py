"""What scoring may be told, apart from its input, its model and its output."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.errors import UsageError

if TYPE_CHECKING:
    from stance.speakers import AliasTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """How to score; `identity` names the options that change rows.

    `by` and `attribution` are those of `stance.quotes`. A task whose best probability is
    below `abstain_below` is left without label. `workers` is the number of processes that
    extract quotes beside the model (0: none, all in this process); `seconds_per_article` is
    the CPU time that one of them may take over one article. A part of the output ends after
    `part_articles` articles or `part_chars` characters.
    `aliases`, from `stance.speakers.read_aliases`, renames speakers in the rows, not in what
    the model reads.
    """

    by: str = "rules"
    attribution: str = "speech"
    abstain_below: float | None = None
    drop_duplicates: bool = False
    english_only: bool = True
    workers: int = 0
    seconds_per_article: float = 120.0
    part_articles: int = 512
    part_chars: int = 4_000_000
    aliases: "AliasTable | None" = None

    def __post_init__(self) -> None:
        if self.abstain_below is not None and not 0 <= self.abstain_below <= 1:
            raise UsageError(
                f"abstain_below is {self.abstain_below}; expected a probability from 0 to 1"
            )
        if self.workers < 0 or self.part_articles < 1 or self.part_chars < 1:
            raise UsageError(
                f"workers is {self.workers}, part_articles {self.part_articles}, part_chars "
                f"{self.part_chars}; expected workers from 0 and parts of at least 1"
            )

    def identity(self) -> dict[str, Any]:
        """Return the options on which rows depend: a run is only resumed under equal ones."""
        names = ("by", "attribution", "abstain_below", "drop_duplicates", "english_only",
                 "part_articles", "part_chars")  # fmt: skip
        told = {"aliases": self.aliases.fingerprint} if self.aliases else {}
        return {**{name: getattr(self, name) for name in names}, **told}
