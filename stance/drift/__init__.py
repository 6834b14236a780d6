"""Does a new batch of scores look unlike an older one, such as what the model is known on?

    two scores -> batches -> distances, each beside those of shuffled articles -> advice

- batch: the quotations of some scores with their articles, words and answers
- permutation: distances, for the batches as they are and for articles dealt out at random
- words, vectors: what is counted, and what the bundled encoder reads
- compare: all measures, corrected for their number -> `Drift`
- advice: what it means, in plain words
"""

from stance.drift.advice import advice
from stance.drift.batch import Batch, read_batch
from stance.drift.compare import Drift, Measure, compare

__all__ = ["Batch", "Drift", "Measure", "advice", "compare", "read_batch"]
