"""Scored rows -> the index and the shares of labels by any columns; numbers only, no text.

    rows of `stance score` -> groups, each once -> cells by key -> estimates with intervals

- groups: pieces put together, wire copies and off-topic groups left out and counted
- corrections: labels and names set by hand, put into the rows by article and offsets
- confusion: what an evaluation says of the classifier's errors
- prevalence: shares corrected for those errors (adjusted count, EM prior shift)
- sampling: the draws behind the intervals, by article
- estimates: one cell's shares and index by one method
- summary: `summarise`, all of it together
"""

from stance.aggregate.confusion import Confusion, read_confusion
from stance.aggregate.corrections import Correction, Placed, apply, place, read_corrections
from stance.aggregate.groups import Gathered, Group, gather
from stance.aggregate.summary import METHODS, Cell, Summary, summarise

__all__ = [
    "METHODS",
    "Cell",
    "Confusion",
    "Correction",
    "Gathered",
    "Group",
    "Placed",
    "Summary",
    "apply",
    "gather",
    "place",
    "read_confusion",
    "read_corrections",
    "summarise",
]
