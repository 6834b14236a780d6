"""A model, an extractor and articles that are small, deterministic and wholly invented."""

import hashlib
import os
import re
import time

from stance.records import Article, Prediction, Quote

LABELS = {
    "stance": ("escalatory", "neutral", "de-escalatory"),
    "sentiment": ("negative", "neutral", "positive"),
}
_SAID = re.compile(r"“([^”]+)” said ([A-Z]\w+ [A-Z]\w+)")


class FakeModel:
    """Answers by a hash of the words; counts what it was asked."""

    tasks_ = ("stance", "sentiment")
    labels_ = LABELS
    name = "fake"
    fingerprint = "f00d"

    def __init__(self, *, fails_on="", fingerprint="f00d", pause=0.0):
        self.fails_on, self.fingerprint, self.pause = fails_on, fingerprint, pause
        self.asked = []

    def __call__(self, statements):
        time.sleep(self.pause)
        self.asked.append([one.text for one in statements])
        if self.fails_on and any(self.fails_on in one.text for one in statements):
            raise ValueError("this model cannot read that")
        return [_prediction(one) for one in statements]


def _prediction(statement):
    digest = hashlib.sha256(f"{statement.text}|{statement.context}".encode()).digest()
    chances = {}
    for at, (task, names) in enumerate(LABELS.items()):
        weights = [1 + byte for byte in digest[3 * at : 3 * at + 3]]
        chances[task] = {n: w / sum(weights) for n, w in zip(names, weights, strict=True)}
    return Prediction(probabilities=chances)


def fake_extract(article, *, by, attribution):
    """Find “words” said First Last."""
    if "CRASH" in article.text:
        raise RuntimeError("the extractor met its end")
    return [
        Quote(
            article=article.id, start=m.start(1), end=m.end(1), text=m[1], kind="direct",
            context=article.text[:200], context_end=min(200, len(article.text)),
            cue="said", speaker=m[2], speaker_mention=m[2], speaker_start=m.start(2),
            speaker_end=m.end(2), speaker_kind="person", found_by="fake", confidence=0.5,
        )
        for m in _SAID.finditer(article.text)
    ]  # fmt: skip


def killing_extract(article, *, by, attribution):
    """Kill the process on the article that asks for it, whoever runs it."""
    if "KILL THE WORKER" in article.text:
        os._exit(9)
    return fake_extract(article, by=by, attribution=attribution)


def hanging_extract(article, *, by, attribution):
    """Sleep, or spin, on the article that asks for it."""
    if "SLEEP" in article.text:
        time.sleep(600)
    while "SPIN" in article.text:
        pass
    return fake_extract(article, by=by, attribution=attribution)


SPEAKERS = ("Mira Talven", "Osk Brandel", "Lea Quorn", "Tam Hollis")
VERBS = ("close the border", "open talks", "send the fleet", "count the votes", "repair the dam")
PLACES = ("Norland", "Sudria", "Westmark", "the Amber Coast", "Port Halden")


def words_of(n):
    """Return an invented article of a few sentences, different for each n."""
    lines = [f"The council of {PLACES[n % 5]} met on day {n} to hear what was said of the matter."]
    for k in range(n % 4):
        pick = int(hashlib.sha256(f"{n}/{k}".encode()).hexdigest(), 16)
        lines.append(
            f"“We will {VERBS[pick % 5]} of {PLACES[pick // 5 % 5]} in {pick % 997} days,” "
            f"said {SPEAKERS[pick // 25 % 4]} to the hall of {pick % 8191} guests."
        )
    return "\n\n".join(lines)


def some_articles(count):
    return [
        Article(id=f"a{n:03d}", text=words_of(n), source="The Halden Post") for n in range(count)
    ]
