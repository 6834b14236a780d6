"""Run the quote extraction over a folder of PolNeAR texts; write predictions for its scorer.

    python benchmarks/polnear.py PolNeAR/dev OUT.jsonl [--attribution all] [--by tagger] [--limit N]

One JSON line a quote: article, start, end, speaker_start, speaker_end, speaker, kind, and for
reading errors found_by and confidence. The corpus is read where it lies; nothing of it is kept.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from stance.quotes import DEFAULT_ENGINE, ENGINES, extract
from stance.records import Article
from stance.tagger import by_tagger

FIELDS = (
    "article", "start", "end", "speaker_start", "speaker_end", "speaker", "kind",
    "found_by", "confidence",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="a part of the corpus, with text/")
    parser.add_argument("out", type=Path)
    parser.add_argument("--attribution", default="all", choices=("speech", "all"))
    parser.add_argument("--by", default=DEFAULT_ENGINE, choices=ENGINES)
    parser.add_argument("--model", help="another tagger than the shipped one: its folder")
    parser.add_argument("--limit", type=int, default=None, help="only the first N articles")
    options = parser.parse_args()
    paths = sorted((options.folder / "text").glob("*.txt"))[: options.limit]
    if not paths:
        sys.exit(f"no text/*.txt under {options.folder}: give a part of the corpus (train, dev)")
    began, characters = time.perf_counter(), 0
    with options.out.open("w", encoding="utf-8") as out:
        for path in paths:
            # newline="": the gold's offsets count carriage returns
            with path.open(encoding="utf-8", newline="") as handle:
                text = handle.read()
            characters += len(text)
            article = Article(id=path.stem, text=text)
            if options.model:
                found = by_tagger(article, model=options.model)
                speech = options.attribution == "speech"
                quotes = [one for one in found if one.attribution == "speech" or not speech]
            else:
                quotes = extract(article, by=options.by, attribution=options.attribution)
            for quote in quotes:
                row = quote.to_dict()
                out.write(json.dumps({name: row[name] for name in FIELDS}) + "\n")
    seconds = time.perf_counter() - began
    print(f"{len(paths)} articles, {characters} characters, {seconds:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
