"""A random sample of a run, checked by hand, and what it says of the whole run.

    scores -> population -> sheet to fill in -> answers -> figures with intervals

- population: the quotations that count, with what the model said of them
- sheet: which ones are drawn, the rows to fill in, and the filled rows read again
- figures: accuracy, macro-F1, speaker and span precision; the answers as corrections
"""

from stance.audit.figures import Audit, audit, corrections
from stance.audit.population import Population, Unit, population
from stance.audit.sheet import Answers, answer_columns, draw, read_answers, sheet, write_sheet

__all__ = [
    "Answers",
    "Audit",
    "Population",
    "Unit",
    "answer_columns",
    "audit",
    "corrections",
    "draw",
    "population",
    "read_answers",
    "sheet",
    "write_sheet",
]
