"""Is a text English? Its function words, counted against those of other languages."""

import re
from collections import Counter

# Words that carry grammar rather than news: a third of any English prose. Those that are
# common in another language too ("in", "a", "on", "was", "die") count for neither.
_ENGLISH = frozenset(
    (
        "the of and to that for with were by from has have had not which his their would be are "
        "it as at this but is he she they been will who its after said more than when into about "
        "there could other out up also our you your we"
    ).split()
)
_OTHERS = {
    "German": "der und das ist nicht den dem mit von auf ein eine für sich auch wie im zu dass",
    "French": "le les et des est une du pour que qui dans pas sur au avec ce par sont il elle",
    "Spanish": "el los las y que en es por para con del una se no lo su al como más pero",
    "Italian": "il di che è per non una sono gli della con del nel alla anche più dei le",
    "Portuguese": "o os que não em um uma para com do da dos das por mais como se foi ao",
    "Dutch": "de het een van en dat niet zijn op te voor met er aan ook door bij naar",
    "Swedish": "och att det som en på är av för med den till inte har ett om han var",
    "Polish": "i w na z się nie że do jest to o jak przez po od ale za co oraz dla",
    "Turkish": "ve bir bu için ile olarak olan da de çok daha gibi en kadar sonra ne",
    "Indonesian": "yang dan di ini itu dengan untuk dari tidak dalam akan pada juga ke",
    "Romanian": "și de la în a cu pe nu că din care este o pentru sunt mai ce",
    "Czech": "a v se na je že o s z do to by za jako pro ale ve podle jsem",
    "Hungarian": "a az és hogy nem is egy ez meg csak de volt már el mint",
    "Finnish": "ja on ei että se oli hän mutta ovat kun myös joka tai niin",
}
_OTHER_WORDS = tuple(frozenset(words.split()) for words in _OTHERS.values())
_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(r"[^\W\d_\u0000-\u024f]")  # a letter beyond the Latin ones
_SAMPLE = 20_000


def is_english(text: str) -> bool:
    """Return whether `text` reads as English; in doubt (too short, figures only) it does.

    Looks at the first 20,000 code points. Another language must have more function words
    than English, in a tenth of the words, or most letters must be of another script.
    """
    sample = text[:_SAMPLE].lower()
    words = _WORD.findall(sample)
    if not words:
        return True
    letters = sum(map(len, words))
    if len(_FOREIGN.findall(sample)) > 0.4 * letters:
        return False
    if len(words) < 12:
        return True
    counts = Counter(words)
    english = sum(counts[word] for word in _ENGLISH & counts.keys())
    other = max(sum(counts[word] for word in one & counts.keys()) for one in _OTHER_WORDS)
    return english >= other or other < 0.1 * len(words)
