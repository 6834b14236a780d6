"""Speed of the tagger, as ratios within one run: to the rules, and to the scoring of its quotes.

    python benchmarks/tagger.py [--model FOLDER] [--text FOLDER] [--repeat N] [--scorer MODEL]

Reads the five articles of data/articles, or the .txt files under --text, on one thread. Also
printed is the time of four times the text in one article against the time of one, where 4 is
linear.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from stance import store
from stance.quotes.rules import by_rules
from stance.records import Article, Statement
from stance.tagger.join import find_joined
from stance.tagger.model import NAME, load_tagger

ROOT = Path(__file__).resolve().parent.parent


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Return the least processor seconds of `repeats` runs of `work`."""
    best = float("inf")
    for _ in range(repeats):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", default=NAME)
    parser.add_argument("--scorer", default="transformer")
    parser.add_argument("--text", type=Path, default=ROOT / "data" / "articles")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    paths = sorted(options.text.rglob("*.txt"))
    articles = [Article(id=p.stem, text=p.read_text(encoding="utf-8")) for p in paths]
    tagger = load_tagger(options.model, threads=1)

    def tag(several: list[Article]) -> list[Statement]:
        found = [
            by_rules(one, find=lambda doc, cues: find_joined(doc, cues, tagger.read(doc)))
            for one in several
        ]
        return [Statement.from_quote(quote) for quotes in found for quote in quotes]

    statements = tag(articles)
    scorer = store.load(options.scorer, threads=1)
    whole = "\n\n".join(one.text for one in articles)
    characters = len(whole)
    tagged = seconds(lambda: tag(articles), options.repeat)
    ruled = seconds(lambda: [by_rules(one) for one in articles], options.repeat)
    scored = seconds(lambda: scorer.probabilities(statements), options.repeat)
    one = seconds(lambda: tag([Article(id="x", text=whole)]), options.repeat)
    four = seconds(lambda: tag([Article(id="x", text="\n\n".join([whole] * 4))]), 1)
    print(f"{characters} characters, {len(statements)} quotes")
    print(f"tagger: {characters / tagged:.0f} characters a second of one core")
    print(
        f"to the rules: {tagged / ruled:.1f}; to scoring by {options.scorer}: {tagged / scored:.2f}"
    )
    print(f"four times the text: {four / one:.1f} times (linear 4)")


if __name__ == "__main__":
    main()
