"""An article cut in tokens, paragraphs, sentences and quoted stretches: what all rules read.

Everything is parallel lists over token indices, so that a rule is a walk over integers and
the whole stays linear in the length of the text.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from stance.quotes.marks import Stretch, find_stretches, paragraphs
from stance.quotes.sentences import split_spans

# In parentheses, so that `split` gives tokens and gaps in turns. The first line only answers
# sooner what the lines after it would answer too: it is most of a text.
_TOKEN = re.compile(
    r"([a-z]++(?![\w’'\-&]|\.[a-z\d])|[A-Z][a-z]*+(?![\w’'\-&.])|[,.;:?!]"
    r"|''|``|’’|‘‘"
    r"|[A-Z]\.(?:[A-Z]\.?){1,6}(?!\w)"
    r"|(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Govs|Gen|Lt|Col|Sgt|Maj|Cmdr|Capt|Adm|Prof|Rev|Hon|"
    r"St|Jr|Sr|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|No|Messrs|Mme)\.(?!\w)"
    r"|[A-Z]\.(?=\s?[A-Z])"
    r"|[A-Z]{4,}(?=[A-Z][a-z]{2})"
    r"|(?:Minister|President|Secretary|Chancellor|Senator|Governor|Ambassador)(?=[A-Z][a-z])"
    r"|[$€£]?\d+(?:[.,:]\d+)*%?(?:-\w+)*"
    r"|\w+(?:(?:[’'\-]|&(?!lt;|gt;)(?:amp;)?|\.(?=[a-z\d]))\w+)*"
    r"|&(?:lt;(?:[\w.]{1,9}>)?|(?:gt|amp|quot);)"  # a wire's entities: "Roe AG &lt;ROE.F>"
    r"|\S)"
)


#: Names in capitals that in lower case would be read as pronouns.
_ABBREVIATED = {"US": "u.s", "WHO": "w.h.o"}


@dataclass(slots=True)
class Doc:
    """The token lists of one article.

    `words[i]` is `text[starts[i]:ends[i]]`, `lower[i]` its lower case. `inside[i]` is the
    index in `stretches` of the quoted stretch that token i lies in, or -1; the marks
    themselves are inside. `para[i]` and `sent[i]` are the indices of paragraph and sentence.
    """

    text: str
    words: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    inside: list[int] = field(default_factory=list)
    para: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    sentence_first: list[int] = field(default_factory=list)

    def token_at(self, offset: int) -> int:
        """Return the index of the first token that ends after `offset`."""
        return bisect_right(self.ends, offset)

    def token_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the tokens that touch `start:end`."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def sentence_tokens(self, sentence: int) -> tuple[int, int]:
        """Return the half-open token range of a sentence."""
        return self.sentence_first[sentence], self.sentence_first[sentence + 1]


def read(text: str) -> Doc:
    """Cut `text` into a `Doc`."""
    doc = Doc(text)
    doc.paragraphs = paragraphs(text)
    doc.stretches = find_stretches(text, doc.paragraphs)
    doc.sentences = split_spans(text, doc.paragraphs, doc.stretches)
    parts = _TOKEN.split(text)
    offsets = list(accumulate(map(len, parts)))
    doc.words, doc.starts, doc.ends = parts[1::2], offsets[:-1:2], offsets[1::2]
    doc.lower = [w.replace("’", "'") if "’" in w else w for w in map(str.lower, doc.words)]
    for name, spelled in _ABBREVIATED.items():
        if name in text:
            for i, word in enumerate(doc.words):
                if word == name:
                    doc.lower[i] = spelled
    doc.inside = _label(doc.starts, [(s.outer_start, s.outer_end) for s in doc.stretches])
    doc.para = _label(doc.starts, doc.paragraphs)
    doc.sent = _label(doc.starts, doc.sentences)
    doc.sentence_first = [bisect_left(doc.starts, start) for start, _ in doc.sentences]
    doc.sentence_first.append(len(doc.words))
    return doc


def _label(starts: list[int], spans: list[tuple[int, int]]) -> list[int]:
    """Return for each token start the index of the span that holds it, or -1."""
    labels = [-1] * len(starts)
    for index, (start, end) in enumerate(spans):
        a = bisect_left(starts, start)
        b = bisect_left(starts, end, a)
        labels[a:b] = [index] * (b - a)
    return labels
