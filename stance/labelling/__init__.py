"""Labels by hand: what is asked next, what was answered, and files of other tools.

items.py     articles, quotes, scores or statements -> what is to be labelled, labels taken out
order.py     which first: by article, at random, or where a model is unsure
journal.py   every key on disk before the next one; the labelled statements beside it
session.py   the queue and the keys: what is asked now, and what a key does
codebook.py  the codebook, a page a rule
formats.py   Label Studio and doccano, there and back; files of annotators put together
screen.py    the terminal application; needs textual, and only it does
"""

from stance.labelling.items import Item, read_items
from stance.labelling.journal import Journal
from stance.labelling.session import Session

__all__ = ["Item", "Journal", "Session", "read_items"]
