"""Speakers across articles: a table of aliases, and the merge that proposes one.

read_aliases(file) -> AliasTable    the user's own table, or an edited proposal
observe(rows) -> Run                who speaks in a whole run of scores
merge(run) -> [Merged]              which of their names are one speaker
"""

from stance.speakers.merge import Merged, alias_table, merge, table_rows
from stance.speakers.observe import Run, Seen, observe
from stance.speakers.table import Alias, AliasTable, read_aliases

__all__ = [
    "Alias", "AliasTable", "Merged", "Run", "Seen", "alias_table", "merge", "observe",
    "read_aliases", "table_rows",
]  # fmt: skip
