"""What scoring may be told, apart from its input, its model and its output."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stance.errors import UsageError
from stance.evaluation.conformal import check_coverage

if TYPE_CHECKING:
    from stance.speakers import AliasTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """How to score; `identity` names the options that change rows.

    `by` and `attribution` are those of `stance.quotes`. A task whose best probability is
    below `abstain_below` is left without label. With `coverage` a task's rows name the set of
    labels that holds the right one as often as that, and are left without label where it holds
    more than one; the model must be calibrated. `explain` adds the words that speak for the
    label of the model's first task. `workers` is the number of processes that
    extract quotes beside the model (0: none, all in this process); `seconds_per_article` is
    the CPU time that one of them may take over one article. A part of the output ends after
    `part_articles` articles or `part_chars` characters.
    `aliases`, from `stance.speakers.read_aliases`, renames speakers in the rows, not in what
    the model reads.
    """

    by: str = "rules"
    attribution: str = "speech"
    abstain_below: float | None = None
    coverage: float | None = None
    explain: bool = False
    drop_duplicates: bool = False
    english_only: bool = True
    workers: int = 0
    seconds_per_article: float = 120.0
    part_articles: int = 256
    part_chars: int = 4_000_000
    aliases: "AliasTable | None" = None

    def __post_init__(self) -> None:
        if self.abstain_below is not None and not 0 <= self.abstain_below <= 1:
            raise UsageError(
                f"abstain_below is {self.abstain_below}; expected a probability from 0 to 1"
            )
        if self.coverage is not None:
            check_coverage(self.coverage)
            if self.abstain_below is not None:
                raise UsageError(
                    "abstain_below and coverage both say when to give no label; give one of them"
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
        # What a run was not told is left out, so that folders of earlier versions still match.
        told: dict[str, Any] = {"aliases": self.aliases.fingerprint} if self.aliases else {}
        told |= {
            name: getattr(self, name) for name in ("coverage", "explain") if getattr(self, name)
        }
        return {**{name: getattr(self, name) for name in names}, **told}
