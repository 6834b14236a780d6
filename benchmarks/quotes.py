"""Speed of the quote rules: characters a second, and whether time grows with length alone.

    python benchmarks/quotes.py [--text FOLDER] [--size CHARACTERS] [--json FILE]

Two things are measured within one run, so that a slower machine changes no ratio: the time on
article text (the five articles of data/articles, or the .txt files under --text) against one
pass of a plain regular expression over the same text; and, on hostile texts, the time of four
times the length against the time of one, where 4 is linear and 16 quadratic.
"""

import argparse
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from stance.quotes import extract
from stance.quotes.sentences import split

ROOT = Path(__file__).resolve().parent.parent
_WORDS = re.compile(r"\w+|[^\w\s]")

#: Texts that a careless rule would take quadratic time for, repeated to the length asked for.
HOSTILE = {
    "straight marks": '"',
    "opening marks": "“",
    "closing marks": "”a ",
    "single marks": "'",
    "full stops": ".",
    "one word": "a",
    "one line a word": "a\n",
    "brackets": "(",
    "commas": "Marlow, ",
    "cues": "said ",
    "cues with subjects": "he said that ",
    "names": "Ines Marlow ",
    "names joined": "Ines and ",
    "fragments": "he “a b” ",
    "open quotations": "“a b c\n",
    "tags": "“We are here,” he said. The official said so. ",
    "pronouns": "Otto Varga went. He said yes. ",
    "unnamed officials": "A senior official spoke. The official said so. ",
    "groups": "Ines Varga said both leaders agreed to it. ",
    "turns": "MR VARGA: hello\n",
    "capitals": "A B C D E F G H ",
    "one endless sentence": "Otto Varga said that the “plan” was bad and Ines Marlow said it was ",
}


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the least processor seconds of `repeats` runs of `work`."""
    best = float("inf")
    for _ in range(repeats):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def on_articles(texts: list[str]) -> dict[str, float]:
    """Return characters a second and the ratios to a plain pass and to sentence splitting."""
    rules = seconds(lambda: [extract(text) for text in texts])
    plain = seconds(lambda: [sum(1 for _ in _WORDS.finditer(text)) for text in texts])
    sentences = seconds(lambda: [split(text) for text in texts])
    return {
        "characters": sum(map(len, texts)),
        "characters_a_second": round(sum(map(len, texts)) / rules),
        "times_a_plain_pass": round(rules / plain, 1),
        "times_sentences": round(rules / sentences, 1),
    }


def growth(piece: str, size: int) -> dict[str, float]:
    """Return the time at `size` characters of `piece` and the ratio of four times as many."""
    short, long = (piece * (length // len(piece)) for length in (size, 4 * size))
    first = seconds(lambda: extract(short), 1)
    second = seconds(lambda: extract(long), 1)
    return {"seconds": round(first, 3), "ratio": round(second / max(first, 1e-3), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--text", type=Path, default=ROOT / "data" / "articles")
    parser.add_argument("--size", type=int, default=100_000, help="of the shorter hostile text")
    parser.add_argument("--json", type=Path, help="write the numbers there, too")
    options = parser.parse_args()
    texts = [path.read_text(encoding="utf-8") for path in sorted(options.text.rglob("*.txt"))]
    result: dict[str, dict[str, float]] = {"articles": on_articles(texts)}
    print("articles", result["articles"])
    for name, piece in HOSTILE.items():
        result[name] = growth(piece, options.size)
        print(f"{name:24}", result[name], flush=True)
    worst = max(result[name]["ratio"] for name in HOSTILE)
    print(f"largest growth on four times the text: {worst} (linear 4, quadratic 16)")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
