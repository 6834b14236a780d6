"""Articles -> rows: to an iterator, a frame, one file, or a folder of resumable parts.

    articles -> admission (ids, copies, language) -> blocks of parts -> quotes -> model -> rows

Every output and engine shares `scorer.Scorer`, so the rows are the same in all of them.
"""

from stance.scoring.frame import score_frame
from stance.scoring.options import ScoreOptions
from stance.scoring.rows import SCHEMA_VERSION, row_columns
from stance.scoring.run import ArticleWarning, score, score_to
from stance.scoring.summary import RunSummary, SpeakerCounts
from stance.scoring.tally import Tally, group_label
from stance.scoring.writers import format_of

__all__ = [
    "SCHEMA_VERSION",
    "ArticleWarning",
    "RunSummary",
    "ScoreOptions",
    "SpeakerCounts",
    "Tally",
    "format_of",
    "group_label",
    "row_columns",
    "score",
    "score_frame",
    "score_to",
]
